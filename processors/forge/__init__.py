"""Where models come from: datasets, training, evaluation, export."""
