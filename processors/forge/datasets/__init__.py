"""Datasets of labelled and reviewed documents: gathered, split for ever, kept in numbered versions."""
