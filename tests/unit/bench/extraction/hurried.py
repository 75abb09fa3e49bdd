"""`bench.extraction` with trainings of a few steps: they learn little, and everything around them is the same."""

from __future__ import annotations

from bench.extraction import learning
from bench.extraction.__main__ import main

#: batches of each training, in place of 100
STEPS = 15


def hurry() -> None:
    """Shorten every training of this process."""
    if learning.can_train():
        from processors.forge.reader import train

        train.FOLDS, train.LEAST_STEPS = 2, STEPS


if __name__ == "__main__":
    hurry()
    main()
