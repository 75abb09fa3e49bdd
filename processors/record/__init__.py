"""The ledger: what became of each document. Fed by every topic, read by people, commands and the reconciler."""
