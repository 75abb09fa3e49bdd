"""Training of language models: the tiny one that shows the way, and adapters for large ones."""
