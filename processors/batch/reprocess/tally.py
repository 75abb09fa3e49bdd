"""Differences counted by agency, type and field; a few of each are kept to be shown, so memory does not grow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from processors.batch.reprocess.differences import Difference, Side, differences
from processors.document_types.paths import pattern_of

#: Examples of one kind of difference in one field.
EXAMPLES = 10
#: Characters of a value that are shown.
_SHOWN = 200


@dataclass
class Counts:
    """What became of the values of one field."""

    same: int = 0
    changed: int = 0
    appeared: int = 0
    vanished: int = 0
    #: of those that are the same: whose confidence rose, fell
    surer: int = 0
    less_sure: int = 0
    #: sum of these movements
    moved: float = 0.0

    def add(self, one: Difference) -> None:
        """Count a value."""
        setattr(self, one.kind, getattr(self, one.kind) + 1)
        self.surer += one.moved > 0
        self.less_sure += one.moved < 0
        self.moved += one.moved


@dataclass(frozen=True)
class Example:
    """A value that differs, to be shown to its agency's people alone."""

    document: str
    type: str
    path: str
    kind: str
    untrusted_old: str
    untrusted_new: str
    moved: float


@dataclass
class Tally:
    """What was found in all documents that were compared."""

    #: agency: documents with at least one value or end that is another
    differ: Counter[str] = field(default_factory=Counter)
    #: agency, old state, new state
    ends: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: agency, why nothing could begin
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)
    #: agency, old type, new type, where they are not the same: their fields are not compared
    retyped: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    #: agency, "before" or "now", stage, engine
    engines: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    #: agency, "before" or "now", type, version
    versions: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    #: agency, type, pattern of the field's path
    fields: dict[tuple[str, str, str], Counts] = field(default_factory=dict)
    #: by agency
    examples: dict[str, list[Example]] = field(default_factory=dict)
    _shown: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)

    def add(self, agency: str, document: str, old: Side, new: Side) -> None:
        """Compare a document."""
        self.ends[agency, old.state, new.state] += 1
        for when, side in (("before", old), ("now", new)):
            self.engines.update((agency, when, stage, engine) for stage, engine in side.engines.items())
            if side.type:
                self.versions[agency, when, side.type, side.type_version] += 1
        another = old.state != new.state
        if old.type and new.type and old.type != new.type:
            self.retyped[agency, old.type, new.type] += 1
            another = True
        elif new.type:
            for one in differences(old, new):
                another = another or one.kind != "same"
                self._count(agency, document, new.type, one)
        self.differ[agency] += another

    def skip(self, agency: str, why: str) -> None:
        """Note a document for which nothing could begin."""
        self.left_out[agency, why] += 1

    def agencies(self) -> tuple[str, ...]:
        """Whose documents they are, in order."""
        return tuple(sorted({key[0] for key in self.ends} | {key[0] for key in self.left_out}))

    def figures(self, agency: str = "") -> dict[str, Any]:
        """Everything but the examples, of all or of one agency: no text of any document."""
        compared = sum(many for key, many in self.ends.items() if agency in ("", key[0]))
        left_out = sum(many for key, many in self.left_out.items() if agency in ("", key[0]))
        return {
            "documents": compared + left_out,
            "differ": sum(many for key, many in self.differ.items() if agency in ("", key)),
            "ends": list(_rows(self.ends, ("agency", "old", "new"), agency)),
            "left_out": list(_rows(self.left_out, ("agency", "why"), agency)),
            "retyped": list(_rows(self.retyped, ("agency", "old", "new"), agency)),
            "engines": list(_rows(self.engines, ("agency", "when", "stage", "engine"), agency)),
            "type_versions": list(_rows(self.versions, ("agency", "when", "type", "version"), agency)),
            "fields": [
                {"agency": key[0], "type": key[1], "field": key[2]} | _rounded(counts)
                for key, counts in sorted(self.fields.items())
                if agency in ("", key[0])
            ],
        }

    def _count(self, agency: str, document: str, kind: str, one: Difference) -> None:
        pattern = pattern_of(one.path)
        self.fields.setdefault((agency, kind, pattern), Counts()).add(one)
        what = one.kind if one.kind != "same" else "confidence" if one.moved else ""
        place = (agency, kind, pattern, what)
        if what and self._shown[place] < EXAMPLES:
            self._shown[place] += 1
            old, new = (_text(value) for value in (one.untrusted_old, one.untrusted_new))
            example = Example(document, kind, one.path, what, old, new, round(one.moved, 4))
            self.examples.setdefault(agency, []).append(example)


def _rows(counter: Counter[Any], names: Iterable[str], agency: str) -> Iterator[dict[str, Any]]:
    for key, many in sorted(counter.items()):
        if agency in ("", key[0]):
            yield dict(zip(names, key, strict=True)) | {"documents": many}


def _rounded(counts: Counts) -> dict[str, Any]:
    return asdict(counts) | {"moved": round(counts.moved, 4)}


def _text(untrusted: object) -> str:
    text = "" if untrusted is None else str(untrusted)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
