"""The bundle: listed, packed, verified."""
