"""What servers refused: their logs read, cleaned and counted, for the audit chain (`docs/audit.md`)."""
