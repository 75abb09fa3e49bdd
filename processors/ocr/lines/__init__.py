"""Lines of small, pale, dotted print read by a model that was trained on such print."""
