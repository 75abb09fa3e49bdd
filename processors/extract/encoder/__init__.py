"""The engine "encoder": a small text encoder that knows layout points at the words of each field."""
