"""What works on documents says nothing into the worker's log: libraries quote what they could not read.

What is to be known of a failure comes back with the answer, by class and place, see `whereabouts.py`.
"""

from __future__ import annotations

import logging
import os
import warnings


def of_libraries() -> None:
    """From now on: no Python library's warning and no line of its log; ours go on."""
    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.CRITICAL + 1)
    logging.getLogger("processors").setLevel(logging.INFO)


def of_all() -> None:
    """From now on: nothing, also of what native code writes past Python."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
