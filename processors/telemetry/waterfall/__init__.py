"""A document's way as a waterfall: read from files of spans, put in order, drawn."""
