"""What the audit chain costs: writing, bytes, checking."""
