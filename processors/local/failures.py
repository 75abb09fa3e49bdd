"""How the local stack can fail: each error says which part failed and what to do."""

from __future__ import annotations

from pathlib import Path

from processors.local.logs import tail


class StackError(Exception):
    """A part of the local stack did not start, did not become healthy, or did not stop."""

    def __init__(self, part: str, happened: str, remedy: str, log: Path | None = None) -> None:
        """Name the part, what happened and what to do; the end of `log` is quoted, since the cause stands there."""
        self.part = part
        self.happened = happened
        self.remedy = remedy
        self.log = log
        super().__init__(part, happened, remedy, log)

    def __str__(self) -> str:
        lines = [f"{self.part} {self.happened}. {self.remedy}"]
        if self.log is not None:
            lines += [f"The end of {self.log}:", tail(self.log)]
        return "\n".join(lines)


class ProgramMissingError(StackError):
    """A program that the local stack needs is not on this machine."""

    def __init__(self, program: str, remedy: str) -> None:
        super().__init__(program, "is not on this machine", remedy)
