"""When the scanner is asked, and what follows from what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from processors.advisers import Verdict
from processors.errors import DependencyUnavailable
from processors.stage import Done, Enclosure, Outcome, Work
from tests.unit.runtime.makers import accept
from tests.unit.runtime.shop import Shop


class Says:
    """A scanner that knows one word, and may be away; keeps what it was shown."""

    def __init__(self, *, away: int = 0, scanned: bool = True) -> None:
        self.seen: list[bytes] = []
        self._away, self._scanned = away, scanned

    def scan(self, untrusted_file: Path) -> Verdict:
        self.seen.append(untrusted_file.read_bytes())
        if self._away:
            self._away -= 1
            raise DependencyUnavailable("clamd is away")
        bad = b"virus" in self.seen[-1]
        return Verdict("Test.Virus", self._scanned) if bad else Verdict()


class Watched:
    """Intake that keeps what it was asked to parse."""

    def __init__(self) -> None:
        self.parsed: list[bytes] = []

    def __call__(self, work: Work) -> Outcome:
        self.parsed.append(work.inputs["original"].read_bytes())
        return accept(work)


@pytest.fixture
def intake() -> Watched:
    return Watched()


def shop(tmp_path: Path, intake: Watched, scanner: Says | None) -> Shop:
    return Shop("intake", tmp_path, intake, scanner=scanner)


def test_malware_is_kept_under_lock_named_and_never_parsed(tmp_path: Path, intake: Watched) -> None:
    place = shop(tmp_path, intake, Says())
    place.land(b"a virus", "bad.pdf")
    place.land(b"a letter", "good.pdf")
    place.run()
    (end,) = place.quarantined
    assert (end.data.reason, end.data.details) == ("malware", {"signature": "Test.Virus"})
    assert place.objects.read(end.data.artefacts["original"]) == b"a virus"
    assert intake.parsed == [b"a letter"]


def test_what_was_not_looked_into_is_not_called_malware(tmp_path: Path, intake: Watched) -> None:
    place = shop(tmp_path, intake, Says(scanned=False))
    place.land(b"a virus")
    place.run()
    assert [end.data.reason for end in place.quarantined] == ["not_scanned"]


def test_a_scanner_that_is_away_holds_the_document_and_counts_no_attempt(tmp_path: Path, intake: Watched) -> None:
    scanner = Says(away=9)
    place = shop(tmp_path, intake, scanner)
    place.land(b"a letter")
    place.run()
    # More often away than there are attempts, and still the document arrives.
    assert len(scanner.seen) == 10
    assert len(place.events("documents.arrived")) == 1
    assert not place.dead_letters and not place.quarantined
    assert intake.parsed == [b"a letter"]


def test_a_file_inside_another_is_scanned_too(tmp_path: Path) -> None:
    def unpack(work: Work) -> Outcome:
        done = accept(work)
        if b"outer" not in work.inputs["original"].read_bytes():
            return done
        inside = work.scratch / "1"
        inside.write_bytes(b"a virus")
        return Done(events=done.events, enclosures=(Enclosure(inside, "a.com"),))

    place = Shop("intake", tmp_path, unpack, scanner=Says())
    place.land(b"outer")
    place.run()
    (enclosed,) = place.events("documents.enclosed")
    place.run()
    (end,) = place.quarantined
    assert (end.data.reason, end.subject) == ("malware", enclosed.subject)


def test_without_a_scanner_it_would_be_parsed(tmp_path: Path, intake: Watched) -> None:
    """The control."""
    place = shop(tmp_path, intake, None)
    place.land(b"a virus")
    place.run()
    assert intake.parsed == [b"a virus"]
    assert not place.quarantined
