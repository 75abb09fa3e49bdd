"""Sockets that kafka-python 3.0.12 leaves to the collector, taken away at once.

It closes nothing of a client that could not begin, and not all of one whose broker went away. The warning of an
unclosed socket comes whenever the collector does, and would fail whatever test runs then.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collected() -> Iterator[None]:
    """What the block leaves behind is collected at its end, without a word."""
    try:
        yield
    finally:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "unclosed", ResourceWarning)
            gc.collect()
