import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from processors.commands.screen import _ESCAPED, age, cell, line, safe
from tests.unit.record.makers import NOON


@pytest.mark.parametrize(
    ("untrusted", "shown"),
    [
        ("plain näme 文.pdf", "plain näme 文.pdf"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("a\u2066b\u200bc\u2028", "a\\u2066b\\u200bc\\u2028"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_safe_escapes_what_could_act_on_a_terminal(untrusted: str, shown: str) -> None:
    assert safe(untrusted) == shown


@given(st.text(alphabet=st.characters(codec=None)))
def test_safe_leaves_nothing_that_acts(untrusted: str) -> None:
    import unicodedata

    shown = safe(untrusted)
    assert not [c for c in shown if unicodedata.category(c) in _ESCAPED]
    shown.encode()


def test_safe_cuts_after_escaping() -> None:
    assert safe("\n" * 10, 5) == "\\n\\n…"


def test_a_cell_has_no_markup() -> None:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(cell("[red]x[/red] [link=http://a]"))
    assert captured.get() == "[red]x[/red] [link=http://a]\n"


def test_a_line_is_one_line_of_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    line({"name": "a\n\u202eb", "at": NOON})
    printed = capsys.readouterr().out
    assert printed.isascii() and printed.count("\n") == 1
    assert json.loads(printed) == {"name": "a\n\u202eb", "at": "2026-11-24T12:00:00+00:00"}


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3600, "1 h 0 min"), (90_000, "1 d 1 h")]
)
def test_age_in_two_units(seconds: float, told: str) -> None:
    assert age(NOON, NOON + timedelta(seconds=seconds)) == told
