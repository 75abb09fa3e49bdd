"""The measures: pure functions on texts, each after a published source that its file names."""
