"""More workers, and one very long document: `python -m bench.scale`."""
