"""The small encoder of texts (MiniLM) that classification and extraction share: one file of weights, two uses."""
