"""Working on many documents again from a stage on, with results that are held until a person approves them."""
