"""What each step of page preparation is worth: `python -m bench.preparation`."""
