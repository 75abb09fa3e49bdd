"""Training of the line reader: printed lines made by the million, worn like receipts, and labelled ones."""
