"""Reviews decided by people: who may decide what, and how it comes to be done once."""
