from pathlib import Path

import pytest

from processors.formats import text


@pytest.mark.parametrize(
    ("content", "sheets"),
    [
        ("", [[]]),
        ("one\ntwo\n", [["one", "two"]]),
        ("one\r\n\r\ntwo", [["one", "", "two"]]),
        ("one\ftwo", [["one"], ["two"]]),
        ("\ufeffone", [["one"]]),
        ("a\tb", [["a       b"]]),
        ("word " * 20, [[("word " * 13).strip(), ("word " * 7).strip()]]),
        ("x" * 66, [["x" * 65, "x"]]),
    ],
)
def test_layout(tmp_path: Path, content: str, sheets: list[list[str]]) -> None:
    file = tmp_path / "t"
    file.write_bytes(content.encode())
    assert list(text.sheets(file)) == sheets


def test_a_full_sheet_turns_over_and_nothing_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "t"
    file.write_text("\n".join(str(n) for n in range(200)) + "\n")
    found = list(text.sheets(file))
    assert [len(sheet) for sheet in found] == [54, 54, 54, 38]
    assert [row for sheet in found for row in sheet] == [str(n) for n in range(200)]


def test_one_endless_line_is_read_in_pieces(tmp_path: Path) -> None:
    file = tmp_path / "t"
    file.write_text("y" * 300_000)
    assert sum(len(row) for sheet in text.sheets(file) for row in sheet) == 300_000
