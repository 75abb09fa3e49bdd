"""How many workers and GPUs a load needs, and whether a burst is borne: `python -m bench.capacity`."""
