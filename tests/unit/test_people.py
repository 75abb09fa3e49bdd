"""Who people are: whose documents they see, and what they may start and approve."""

import json
import re
from pathlib import Path

import pytest

from processors.people import People, PeopleInvalid, load

TOLD = {
    "ruth": ["alpha"],
    "olga": {"agencies": "*", "operates": True},
    "gil": {"agencies": ["beta"], "operates": True},
    "vic": {"agencies": ["beta"]},
    "zoe": [],
}


def _file(folder: Path, told: object) -> Path:
    file = folder / "users.json"
    file.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return file


def test_people_see_what_the_file_says_and_others_nothing(tmp_path: Path) -> None:
    people = People(_file(tmp_path, TOLD))
    assert people.agencies_of("ruth") == frozenset({"alpha"})
    assert people.agencies_of("olga") is None
    assert people.agencies_of("gil") == people.agencies_of("vic") == frozenset({"beta"})
    assert people.agencies_of("zoe") == people.agencies_of("Ruth") == people.agencies_of("") == frozenset()
    assert People(None).agencies_of("ruth") == frozenset()


@pytest.mark.parametrize(
    ("name", "agencies", "told"),
    [
        ("olga", None, ""),
        ("olga", ("alpha", "new"), ""),
        ("gil", ("beta",), ""),
        ("gil", ("beta", "alpha"), "gil operates for beta alone, and this is about alpha."),
        ("gil", None, "gil operates for beta alone, and this is about every agency."),
        ("ruth", ("alpha",), "ruth is no operator"),
        ("vic", ("beta",), "vic is no operator"),
        ("Olga", None, "Olga is no operator"),
        ("nobody", ("alpha",), "nobody is no operator"),
        ("", None, " is no operator"),
    ],
)
def test_operators_may_for_their_agencies_and_others_not_at_all(
    tmp_path: Path, name: str, agencies: tuple[str, ...] | None, told: str
) -> None:
    found = People(_file(tmp_path, TOLD)).why_not(name, agencies)
    assert found.startswith(told)
    assert bool(found) == bool(told)


def test_operators_are_named(tmp_path: Path) -> None:
    people = People(_file(tmp_path, TOLD))
    assert people.operators(None) == people.operators(("alpha",)) == ["olga"]
    assert people.operators(("beta",)) == ["gil", "olga"]
    assert People(None).operators(("alpha",)) == []


def test_about_no_agency_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """One place would take it for nobody's documents, and another for everybody's."""
    for people in (People(_file(tmp_path, TOLD)), People(None)):
        with pytest.raises(ValueError, match="No agency is named"):
            people.why_not("gil", ())
    with pytest.raises(ValueError, match="No agency is named"):
        People(_file(tmp_path, TOLD)).operators([])


def test_without_a_file_nobody_operates_and_it_is_said_why(tmp_path: Path) -> None:
    assert "CHANCERY_CONSOLE_USERS names no file" in People(None).why_not("olga", None)
    assert "olga is no operator" in People(_file(tmp_path, "{")).why_not("olga", None)


def test_who_is_taken_out_may_nothing_from_then_on(tmp_path: Path) -> None:
    people = People(_file(tmp_path, TOLD))
    assert (people.agencies_of("olga"), people.why_not("olga", None)) == (None, "")
    _file(tmp_path, {})
    assert people.agencies_of("olga") == frozenset()
    assert people.why_not("olga", None)


@pytest.mark.parametrize(
    "told",
    [
        "", "[", "[]", {"ann": "justice"}, {"ann": ["Justice"]}, {"ann": [1]}, {"ann": None}, {"ann": ["*"]},
        {"ann": {}}, {"ann": {"operates": True}}, {"ann": {"agencies": "justice", "operates": True}},
        {"ann": {"agencies": "*", "operates": 1}}, {"ann": {"agencies": "*", "operates": "no"}},
        {"ann": {"agencies": "*", "operate": True}},
    ],
    ids=str,
)  # fmt: skip
def test_a_file_that_cannot_be_used_lets_nobody_do_anything(tmp_path: Path, told: object) -> None:
    file = _file(tmp_path, told)
    with pytest.raises(PeopleInvalid, match=re.escape(str(file))):
        load(file)
    for people in (People(file), People(tmp_path / "missing.json")):
        assert people.agencies_of("ann") == frozenset()
        assert people.why_not("ann", ("alpha",))
