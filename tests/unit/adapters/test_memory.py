"""What the memory fakes promise beyond the contract suites: tests can look inside."""

from __future__ import annotations

from processors.adapters.memory import MemoryObjects, MemoryTopics
from processors.pipeline import DEAD_LETTERS


def test_dead_letters_can_be_inspected() -> None:
    topics = MemoryTopics()
    assert topics.dead_letters == []
    topics.write(DEAD_LETTERS, b"letter")
    topics.write("other", b"x")
    assert topics.dead_letters == [b"letter"]


def test_an_older_version_stays_readable() -> None:
    objects = MemoryObjects()
    old = objects.put("bucket", "key", b"old", "text/plain")
    new = objects.put("bucket", "key", b"new", "text/plain")
    assert old is not None
    assert new is not None
    assert (objects.read(old), objects.read(new)) == (b"old", b"new")
    newest = objects.info("bucket", "key")
    assert newest is not None
    assert newest.ref == new
