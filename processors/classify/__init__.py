"""The third stage: which document type this is, with a calibrated probability."""
