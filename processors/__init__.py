"""Chancery: files dropped into a bucket come out as evidenced records on a result topic.

Read `pipeline.py` first: it is the way of a document as one table.
"""

import os
from importlib.metadata import version

# ONNX Runtime (1.29 and later) reports its use to its makers over the network unless this is set before it is
# loaded: a number for the machine, names and hashes of models. Here, since whatever loads it is below this package.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# huggingface_hub comes along with the tokenizers. Whatever asks it for a file gets what lies here, or none.
os.environ["HF_HUB_OFFLINE"] = "1"

__version__ = version("chancery")
