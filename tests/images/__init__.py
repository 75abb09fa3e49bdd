"""What images are made of, held without an engine."""
