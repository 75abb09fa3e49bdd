"""A document's way in a terminal: a row an attempt, with its place in time as a bar."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from processors.commands.screen import cell
from processors.telemetry.waterfall import wording
from processors.telemetry.waterfall.lasting import at, lasted
from processors.telemetry.waterfall.way import Piece, Run, Way

#: Columns that the words of a row take, and what is left for a bar at least.
_WORDS, _LEAST = 92, 12


def way_table(way: Way, console: Console) -> RenderableType:
    """The document's runs, one below the other."""
    shown: list[RenderableType] = [cell(f"Document {way.document}", style="bold")]
    for run in way.runs:
        shown.append(Text())
        shown.append(cell(f"Run {run.name}, begun {at(run.begun)}, trace {run.trace}", style="bold"))
        shown.append(cell(wording.of_run(run)))
        shown.append(_run_table(run, max(_LEAST, console.width - _WORDS)))
    shown.append(cell("\N{MIDDLE DOT} waited   \N{FULL BLOCK} worked   x failed, or the worker died", style="dim"))
    return Group(*shown)


def _run_table(run: Run, width: int) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("work", no_wrap=True)
    for title in ("waited", "worked"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("by", no_wrap=True)
    table.add_column("became", overflow="fold", max_width=30)
    table.add_column(_axis(run, width), no_wrap=True)
    for piece in run.pieces:
        bad = "red" if piece.lost or piece.code else ""
        times = ("", "") if piece.lost else (lasted(piece.waited), lasted(piece.worked))
        name = piece.name + wording.attempt(piece)
        words = (
            cell(name, style=bad),
            *map(cell, times),
            cell(piece.worker),
            cell(wording.became(piece), style=bad),
        )
        table.add_row(*words, _bar(piece, run, width))
    return table


def _axis(run: Run, width: int) -> Text:
    end = lasted(run.ended - run.begun)
    return Text("0" + " " * max(1, width - 1 - len(end)) + end)


def _bar(piece: Piece, run: Run, width: int) -> Text:
    def place(moment: int) -> int:
        return round((moment - run.begun) / max(1, run.ended - run.begun) * (width - 1))

    written, begun, ended = place(piece.written), place(piece.begun), place(piece.committed)
    bar = Text(" " * written)
    if piece.lost:
        return bar.append("x" * max(1, ended - written), "red")
    bar.append("\N{MIDDLE DOT}" * (begun - written), "dim")
    mark, style = ("x", "red") if piece.code else ("\N{FULL BLOCK}", "")
    return bar.append(mark * max(1, ended - begun), style)
