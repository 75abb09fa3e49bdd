"""What Chancery tells those who run it: metrics, traces and their names. Nothing in here holds text of a document."""
