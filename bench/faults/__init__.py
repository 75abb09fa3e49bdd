"""The report of the fault tests: what was broken, how often, and what held."""
