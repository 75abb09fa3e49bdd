"""What can be wrong with a person's decision, in words for that person."""


class ReviewError(Exception):
    """It cannot be decided so; the text says why, and what to do. It may quote what the person wrote."""


class ValueRefused(ReviewError):
    """One value cannot be taken."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")
