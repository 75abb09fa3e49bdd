"""The fourth stage: the values of the type, each proven on the page."""
