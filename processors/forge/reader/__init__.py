"""Training of the reader: from labelled pages to a model that points at values, its confidence measured."""
