"""How far the reading of a range came: kept in its scratch folder, so that a try that died costs one page.

A page is begun by naming it in a small file and finished by its line in the output. So the next try knows which
pages it may keep and at which one, or in which step after the pages, its predecessor died.
"""

from __future__ import annotations

from pathlib import Path

from processors.stage import Work


class Progress:
    """The progress of one piece of work over several tries."""

    def __init__(self, work: Work) -> None:
        self._file = work.scratch / "progress"
        #: how the last try died: "crashed" or "timed_out"; "" = it did not
        self.died = work.died
        #: what it was doing then; "" = nothing that could be left out
        self._died_at = self._file.read_text(encoding="utf-8") if work.died and self._file.is_file() else ""

    def begin(self, step: str) -> None:
        """From now on, to die means to have died in `step`."""
        self._file.write_text(step, encoding="utf-8")

    def died_in(self, step: str) -> bool:
        """Whether the last try died in `step`."""
        return self._died_at == step


def page_step(number: int) -> str:
    """The step in which page `number` is read."""
    return f"page {number}"


def finished_pages(output: Path) -> int:
    """How many pages of an earlier try can be kept; half a line at the end of its output is cut off."""
    if not output.is_file():
        return 0
    count = whole = 0
    with output.open("rb+") as lines:
        for line in lines:
            if line.endswith(b"\n"):
                count += 1
                whole += len(line)
        lines.truncate(whole)
    return count
