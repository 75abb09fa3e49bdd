"""Disposing of documents whose time has passed, and keeping those that a legal hold names."""
