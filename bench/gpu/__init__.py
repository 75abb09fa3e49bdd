"""How fast a language model answers on a GPU, and whether its answers there are of schema and page."""
