"""A long document is fetched once a machine, and what lies on the disk is not believed without a look."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from processors.adapters.memory import MemoryObjects
from processors.events import Ref
from processors.runtime.originals import Originals
from tests.unit.runtime.makers import read, requested, stored
from tests.unit.runtime.shop import Shop


class Counting(MemoryObjects):
    fetched = 0

    def fetch(self, ref: Ref, to: Path) -> str:
        self.fetched += 1
        return super().fetch(ref, to)


@pytest.fixture
def objects() -> Counting:
    return Counting()


def test_the_second_time_it_comes_from_the_disk(tmp_path: Path, objects: Counting) -> None:
    originals = Originals(tmp_path / "kept")
    ref = stored(objects, "original", b"long")
    for number in (1, 2):
        assert originals.fetch(ref, tmp_path / str(number), objects) == ref.sha256
        assert (tmp_path / str(number)).read_bytes() == b"long"
    assert objects.fetched == 1


def test_bytes_that_were_changed_are_fetched_again(tmp_path: Path, objects: Counting) -> None:
    originals = Originals(tmp_path / "kept")
    ref = stored(objects, "original", b"long")
    originals.fetch(ref, tmp_path / "1", objects)
    (tmp_path / "1").write_bytes(b"evil")
    assert originals.fetch(ref, tmp_path / "2", objects) == ref.sha256
    assert (tmp_path / "2").read_bytes() == b"long"
    assert objects.fetched == 2


def test_what_the_store_holds_instead_is_not_kept(tmp_path: Path, objects: Counting) -> None:
    originals = Originals(tmp_path / "kept")
    ref = stored(objects, "original", b"long").model_copy(update={"sha256": "0" * 64})
    assert originals.fetch(ref, tmp_path / "1", objects) != ref.sha256
    assert list((tmp_path / "kept").iterdir()) == []


def test_what_was_not_used_for_the_longest_time_makes_room(tmp_path: Path, objects: Counting) -> None:
    originals = Originals(tmp_path / "kept", most_bytes=8)
    refs = [stored(objects, f"original-{n}", b"%04d" % n) for n in range(3)]
    for age, ref in ((30, refs[0]), (20, refs[1])):
        originals.fetch(ref, tmp_path / ref.sha256, objects)
        kept = tmp_path / "kept" / ref.sha256
        os.utime(kept, (kept.stat().st_mtime - age,) * 2)
    originals.fetch(refs[0], tmp_path / "again", objects)
    originals.fetch(refs[2], tmp_path / "new", objects)
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {refs[0].sha256, refs[2].sha256}


@pytest.mark.parametrize(("parts", "fetches"), [(1, 0), (3, 1)])
def test_only_documents_of_several_ranges_are_kept(tmp_path: Path, parts: int, fetches: int) -> None:
    objects = Counting()
    shop = Shop("ocr", tmp_path, read, objects=objects, originals=Originals(tmp_path / "kept"))
    original = stored(objects, "original")
    for number in range(1, parts + 1):
        shop.ask(requested(original, number, parts))
    shop.run()
    assert len(list((tmp_path / "kept").iterdir())) == fetches
    assert len(shop.events("documents.recognised")) == 1
