import pytest

from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names, key_problem


@pytest.mark.parametrize("name", ["justice", "a1", "tax-office", "a" * 31])
def test_names_that_can_be_agencies(name: str) -> None:
    assert agency_names([name]) == (name,)


@pytest.mark.parametrize("name", ["", "a", "Justice", "1st", "-a", "a-", "a_b", "a.b", "a" * 32, "justice\n", "ä1"])
def test_names_that_cannot(name: str) -> None:
    with pytest.raises(CommandError) as refused:
        agency_names([name])
    assert refused.value.code == Exit.USAGE


@pytest.mark.parametrize(
    "key", ["a.pdf", "a\nb.pdf", "\u202egpj.exe", "=cmd|' /C calc'!A1", "ü" * 127, "a/b", "/".join(["x" * 200] * 4)]
)
def test_keys_that_the_store_takes(key: str) -> None:
    assert key_problem(key) == ""


@pytest.mark.parametrize(
    "key", ["", ".", "..", "a/../b", "a//b", "/a", "a/", "a\0b", "\udcff", "x" * 256, "/".join(["x" * 200] * 6)]
)
def test_keys_that_it_refuses_are_explained(key: str) -> None:
    assert "--name" in key_problem(key) or "slashes" in key_problem(key)
