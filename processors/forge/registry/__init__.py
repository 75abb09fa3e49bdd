"""Models with their lineage: registered, judged, let through by a gate and two people, and at work."""
