"""Classification and extraction on labelled documents, from the files on: accuracy, confidence, cost."""
