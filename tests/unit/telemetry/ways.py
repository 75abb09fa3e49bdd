"""A document's way, made by hand: ranges side by side, one that dies, one that fails, a person, another run."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from processors.telemetry.waterfall.ordering import way_of
from processors.telemetry.waterfall.reading import Span, Value
from processors.telemetry.waterfall.way import Way

MS = 1_000_000
BEGIN = 1_795_743_449_000 * MS
DOCUMENT = "0123456789abcdef" * 2

Makes = Callable[[], list[Span]]

_ids = itertools.count(1)


def piece(
    stage: str,
    begun: int,
    parts: Sequence[tuple[str, int]],
    *,
    waited: int = 5,
    parent: str = "",
    trace: str = "a" * 32,
    code: str = "",
    worker: str = "",
    **said: Value,
) -> list[Span]:
    """The spans of a piece of work: times in ms, parts one after the other."""
    own, worker = f"{next(_ids):016x}", worker or f"{stage}-0"
    common: dict[str, Value] = {"chancery.stage": stage, "chancery.document": DOCUMENT}

    def span(id_: str, above: str, name: str, at: int, ended: int, named: dict[str, Value], code: str = "") -> Span:
        begun, until = BEGIN + at * MS, BEGIN + ended * MS
        return Span(trace, id_, above, name, name.endswith(" process"), begun, until, named, code, worker, 40)

    at, spans = begun, []
    for name, lasted in parts:
        spans.append(span(f"{next(_ids):016x}", own, name, at, at + lasted, common))
        at += lasted
    ended = at - (parts[-1][1] if parts and parts[-1][0] == "commit" else 0)
    named = common | {
        "chancery.run": "live",
        "chancery.work": f"{stage}-{said.get('chancery_pages_first', 0)}",
        "chancery.attempt": 1,
        "chancery.outcome": "done",
        "chancery.waited_ms": waited,
    }
    named |= {name.replace("_", ".", 1).replace("pages_", "pages."): value for name, value in said.items()}
    return [*spans, span(own, parent, f"{stage} process", begun, ended, named, code)]


def usual() -> list[Span]:
    """A document that went its way without trouble, in less than three seconds."""
    intake = piece(
        "intake", 20, [("receive", 30), ("process", 60), ("store", 15), ("end", 1), ("commit", 12)], waited=20
    )
    by = intake[-1].id
    ranges = []
    for number, (begun, worked, worker) in enumerate(
        [(150, 700, "ocr-0"), (152, 900, "ocr-1"), (870, 640, "ocr-0")]
    ):
        parts = [("fetch", 12), ("process", worked), ("store", 14), ("join", 4), ("end", 1), ("commit", 9)]
        if number == 2:
            parts[4:4] = [("process", 120), ("store", 25)]
        ranges += piece(
            "ocr",
            begun,
            parts,
            waited=begun - 136,
            parent=by,
            worker=worker,
            chancery_pages_first=8 * number + 1,
            chancery_pages_last=8 * number + 8,
        )
    last = ranges[-1].id
    classify = piece("classify", 1720, [("fetch", 6), ("process", 40), ("end", 1), ("commit", 8)], parent=last)
    extract = piece(
        "extract",
        1785,
        [("fetch", 7), ("process", 30), ("ask", 420), ("process", 35), ("store", 8), ("end", 1), ("commit", 9)],
        parent=classify[-1].id,
    )
    publish = piece(
        "publish",
        2302,
        [("fetch", 5), ("process", 6), ("end", 20), ("commit", 9)],
        parent=extract[-1].id,
        chancery_end="review",
        chancery_reason="confidence_low",
    )
    return [*intake, *ranges, *classify, *extract, *publish]


def troubled() -> list[Span]:
    """The same, where the second range died with its worker and the third failed once; and a person decided."""
    spans = []
    for span in usual():
        said = dict(span.said)
        if said.get("chancery.pages.first") == 9:
            said |= {"chancery.attempt": 2, "chancery.again": True, "chancery.earlier_ms": 9}
        spans.append(Span(**{**vars(span), "said": said}))
    spans += piece(
        "ocr",
        860,
        [("fetch", 3), ("process", 4)],
        code="stage_crashed",
        worker="ocr-0",
        chancery_pages_first=17,
        chancery_pages_last=24,
        chancery_outcome="retried",
    )
    hours = 26 * 3_600_000
    spans += piece(
        "publish",
        hours,
        [("fetch", 5), ("process", 6), ("end", 20), ("commit", 9)],
        trace="b" * 32,
        chancery_run="review-7c1",
        chancery_continues="live",
        chancery_end="result",
    )
    return spans


def waiting() -> list[Span]:
    """A document that stood in line for three hours before recognition."""
    hours = 3 * 3_600_000
    moved = []
    for span in usual():
        later = hours * MS if span.begun > BEGIN + 140 * MS else 0
        said = dict(span.said)
        if later and said.get("chancery.stage") == "ocr" and span.is_piece:
            said["chancery.waited_ms"] = int(said["chancery.waited_ms"]) + hours
        moved.append(Span(**{**vars(span), "begun": span.begun + later, "ended": span.ended + later, "said": said}))
    return moved


def way(spans: list[Span]) -> Way:
    return way_of(DOCUMENT, spans)
