"""Reading fields with causal language models that can say nothing but words of the document."""
