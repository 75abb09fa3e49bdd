"""What happened on one day, counted from the ledger: volumes, latencies, ends, reviews and what they changed."""
