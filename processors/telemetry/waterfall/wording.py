"""What a picture says in words: of a run, of a piece of work. Also what people read who do not see it."""

from __future__ import annotations

from processors.telemetry.waterfall.lasting import at, lasted
from processors.telemetry.waterfall.way import Piece, Run

#: How a document ended, as a sentence says it.
_ENDS = {
    "result": "ended as a result",
    "review": "ended before a person, who is to decide",
    "quarantine": "was set aside",
    "dead_letter": "ended as a dead letter",
    "held": "came to an end that is held back until people decide",
}


def of_run(run: Run) -> str:
    """A run in a sentence or two."""
    total = run.ended - run.begun
    waited = total - run.worked
    told = [
        f"{lasted(total)} from its first record to its last answer: "
        f"somebody worked on it for {lasted(run.worked)}, and for {lasted(waited)} nobody did."
    ]
    if (end := run.end) is not None:
        why = f" ({end.reason})" if end.reason else ""
        told.append(f"It {_ENDS.get(end.end, end.end)}{why}.")
    lost = sum(piece.lost for piece in run.pieces)
    failed = sum(bool(piece.code) for piece in run.pieces)
    if failed:
        told.append(f"{failed} of its attempts failed.")
    if lost:
        told.append(f"{lost} of its attempts left no word: the worker died.")
    return " ".join(told)


def of_piece(piece: Piece, run: Run) -> str:
    """A piece of work in a few sentences."""
    began = f"{lasted(piece.begun - run.begun)} after the begin"
    if piece.lost:
        return (
            f"{piece.name}, attempt {piece.attempt}: left no word. Its worker died before the next attempt began."
        )
    told = [
        f"{piece.name}{attempt(piece)}: waited {lasted(piece.waited)}, began {began}, worked {lasted(piece.worked)}"
    ]
    told.append(f" by {piece.worker}, process {piece.process}.")
    if piece.parts:
        parts = ", ".join(f"{part.name} {lasted(part.ended - part.begun)}" for part in piece.parts)
        told.append(f" Of that: {parts}.")
    told.append(f" {became(piece).capitalize()}.")
    return "".join(told)


def attempt(piece: Piece) -> str:
    """Which attempt, where it is not the first."""
    return f", attempt {piece.attempt}" if piece.attempt > 1 else ""


def became(piece: Piece) -> str:
    """What became of a piece of work, in a few words."""
    if piece.lost:
        return "worker died"
    said = piece.end if piece.end and piece.outcome == "done" else piece.outcome or "failed"
    detail = piece.reason or piece.code
    return said.replace("_", " ") + (f" ({detail})" if detail else "")


def between(before: Run, run: Run) -> str:
    """What lies between two runs."""
    later = lasted(max(0, run.begun - before.ended))
    follows = f", made after run {run.continues}" if run.continues else ""
    return f"{later} later, at {at(run.begun)}: run {run.name}{follows}"
