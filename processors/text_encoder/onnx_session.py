"""ONNX Runtime as a worker wants it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime


def session(file: Path) -> Any:
    """A session on one thread.

    One worker process per core: threads of its own, and threads that spin while idle, only steal time from the
    neighbours (measured: twice the CPU time).
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
