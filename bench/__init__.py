"""The figures of the README: each has its command here, and its table and plot in `results/`."""
