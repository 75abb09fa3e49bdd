"""The fifth stage: release the values, or ask a person."""
