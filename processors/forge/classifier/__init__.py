"""Training of the document classifier, and what it is worth on kinds that it never saw."""
