"""The audit chain: who did what to which document, written so that a later change shows (`docs/audit.md`)."""
