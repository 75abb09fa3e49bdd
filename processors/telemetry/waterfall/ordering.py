"""From spans to the way of a document: what belongs together, in which order, and what nobody told."""

from __future__ import annotations

from collections.abc import Sequence

from processors.telemetry.trace_names import COMMIT
from processors.telemetry.waterfall.reading import Span
from processors.telemetry.waterfall.way import Part, Piece, Run, Way

_NS_PER_MS = 1_000_000


def way_of(document: str, spans: Sequence[Span], run: str | None = None) -> Way:
    """Put spans in order.

    Args:
        document: its id
        spans: all of its spans that were found
        run: only this run's; None = all

    Raises:
        KeyError: there is no such run.
    """
    runs = []
    for trace in dict.fromkeys(span.trace for span in spans if span.is_piece):
        own = [span for span in spans if span.trace == trace]
        whole = [span for span in own if span.is_piece]
        pieces = _with_lost([_piece(span, own) for span in whole])
        name = str(whole[0].said.get("chancery.run", ""))
        continues = str(whole[0].said.get("chancery.continues", ""))
        runs.append(Run(name, trace, continues, pieces))
    chosen = [one for one in runs if run is None or one.name == run]
    if not chosen:
        raise KeyError(run)
    return Way(document, tuple(sorted(chosen, key=lambda one: one.begun)))


def _piece(span: Span, own: Sequence[Span]) -> Piece:
    said, inside = span.said, [one for one in own if one.parent == span.id and not one.is_piece]
    parts = tuple(
        Part(one.name, one.begun, one.ended, one.code) for one in sorted(inside, key=lambda one: one.begun)
    )
    commits = [part for part in parts if part.name == COMMIT]
    unwritten = next((part.code for part in commits if part.code), "")
    return Piece(
        id=span.id,
        parent=span.parent,
        stage=str(said.get("chancery.stage", "")),
        work=str(said.get("chancery.work", "")),
        attempt=int(said.get("chancery.attempt", 1)),
        first=int(said.get("chancery.pages.first", 0)),
        last=int(said.get("chancery.pages.last", 0)),
        written=span.begun - int(said.get("chancery.waited_ms", 0)) * _NS_PER_MS,
        earlier=span.begun - int(ago) * _NS_PER_MS if (ago := said.get("chancery.earlier_ms")) is not None else 0,
        begun=span.begun,
        ended=span.ended,
        committed=max((part.ended for part in commits), default=span.ended),
        parts=tuple(part for part in parts if part.name != "wait"),
        # What could not be written comes again.
        outcome="given_back" if unwritten else str(said.get("chancery.outcome", "")),
        end="" if unwritten else str(said.get("chancery.end", "")),
        reason=str(said.get("chancery.reason", "")),
        code=span.code or unwritten,
        worker=span.worker,
        process=span.process,
    )


def _with_lost(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, and before each the attempts at the same work of which nobody told."""
    told = {(piece.stage, piece.work, piece.attempt) for piece in pieces}
    lost = []
    for piece in pieces:
        for attempt in range(1, piece.attempt):
            if (key := (piece.stage, piece.work, attempt)) not in told:
                told.add(key)
                lost.append(_lost(piece, attempt))
    # Attempts at one work stand together, where the first of them that told began.
    begun: dict[tuple[str, str], int] = {}
    for piece in pieces:
        begun[piece.stage, piece.work] = min(piece.begun, begun.get((piece.stage, piece.work), piece.begun))
    return tuple(
        sorted([*pieces, *lost], key=lambda one: (begun[one.stage, one.work], one.work, one.attempt, one.begun))
    )


def _lost(piece: Piece, attempt: int) -> Piece:
    """What is known of it: it began before the attempt that told, the last of them when the store says."""
    # The store tells its time to the second.
    begun = max(piece.earlier, piece.written) if attempt == piece.attempt - 1 else piece.written
    return Piece(
        id="",
        parent=piece.parent,
        stage=piece.stage,
        work=piece.work,
        attempt=attempt,
        first=piece.first,
        last=piece.last,
        written=begun,
        begun=begun,
        ended=piece.begun,
        committed=piece.begun,
        parts=(),
        outcome="",
        end="",
        reason="",
        code="",
        worker="",
        process=0,
        lost=True,
    )
