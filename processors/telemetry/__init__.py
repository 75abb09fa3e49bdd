"""What Chancery tells those who run it: metrics, traces and their names. None holds text of a document."""
