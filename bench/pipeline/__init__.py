"""What the whole pipeline costs, and how long a page takes: `python -m bench.pipeline`."""
