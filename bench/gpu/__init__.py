"""How fast a language model answers on a GPU, and whether what it answers there is of the schema and of the page."""
