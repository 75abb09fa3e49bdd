"""What recognition costs and how well it reads, beside other tools: `python -m bench.ocr`."""
