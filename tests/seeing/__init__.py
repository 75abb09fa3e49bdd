"""Dashboards, alerts and runbooks: they ask for what exists, and say what is true."""
