"""Recognition: the words of a page range, from the text layer where it can be trusted, else by Tesseract."""
