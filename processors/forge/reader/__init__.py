"""Training of the reader: from labelled pages to a model that points at values, with a confidence that is measured."""
