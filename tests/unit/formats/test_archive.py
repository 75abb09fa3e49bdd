import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from processors.config import Limits
from tests.corpus.office import docx, paragraph, zipped
from tests.unit.formats.opening import files_of, opened, refused, text_of

LIMITS = Limits()
MIB = 1 << 20
#: `password`: "open sesame"; one file, "secret.txt", in the old way of encrypting (no library here writes it)
LOCKED = bytes.fromhex(
    "504b030414000100000000002158561f4977170000000b0000000a0000007365637265742e74787488f850bf813a2c4b9c2f"
    "f56f4f07a31251eb4134ab90a7504b0102140014000100000000002158561f4977170000000b0000000a0000000000000000"
    "0000000000000000007365637265742e747874504b05060000000001000100380000003f0000000000"
)


def test_every_file_becomes_a_document_and_the_list_a_page(tmp_path: Path) -> None:
    content = zipped({"2024/invoice.pdf": b"%PDF", "notes.txt": "x", "folder/": "", "__MACOSX/._notes.txt": "x"})
    made = opened(content, tmp_path)
    assert files_of(made) == {"2024/invoice.pdf": b"%PDF", "notes.txt": b"x"}
    assert made.pages == 1
    assert text_of(made).splitlines() == [
        "2024/invoice.pdf  4 bytes",
        "notes.txt  1 bytes",
        "__MACOSX/._notes.txt  (left out)",
    ]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "/etc/passwd", "C:\\x.pdf", "a\nb\x1b.pdf", "\u202efdp.exe", "x" * 900 + ".pdf"],
)
def test_names_choose_no_place_and_hold_no_controls(tmp_path: Path, name: str) -> None:
    made = opened(zipped({name: b"content"}), tmp_path)
    (one,) = made.enclosures
    assert one.path == tmp_path / "scratch" / "enclosed" / "00001"
    assert one.path.read_bytes() == b"content"
    assert not set(one.untrusted_name) & set("\n\x1b\u202e")
    assert len(one.untrusted_name) <= 200
    assert one.untrusted_name[-4:] == name[-4:].replace("\n", "")


def test_a_file_without_a_name(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open(zipfile.ZipInfo(""), "w") as entry:
        entry.write(b"words")
    assert files_of(opened(out.getvalue(), tmp_path)) == {"unnamed": b"words"}


def test_two_files_of_one_name_stay_two(tmp_path: Path) -> None:
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "one")
        archive.writestr("a.txt", "two")
    assert [one.path.read_bytes() for one in opened(out.getvalue(), tmp_path).enclosures] == [b"one", b"two"]


def test_too_many_files(tmp_path: Path) -> None:
    content = zipped({f"{number}.txt": b"" for number in range(2_000)})
    assert refused(content, tmp_path) == "too_many_files"
    assert len(opened(content, tmp_path, replace(LIMITS, max_enclosed=2_000)).enclosures) == 2_000


def test_a_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    content = zipped({"bomb.txt": b"\0" * (64 * MIB)})
    assert len(content) < MIB // 8
    assert refused(content, tmp_path) == "expands_too_far"
    for limits in (replace(LIMITS, max_unpacked_bytes=MIB), replace(LIMITS, max_bytes=MIB)):
        assert refused(zipped({"a": b"ab" * MIB}), tmp_path, limits) == "expands_too_far"


def test_a_small_file_may_shrink_as_it_likes(tmp_path: Path) -> None:
    blank = bytes(8 * MIB)
    assert files_of(opened(zipped({"blank.bmp": blank}), tmp_path)) == {"blank.bmp": blank}


def test_a_bomb_within_archives_is_weighed_as_a_whole(tmp_path: Path) -> None:
    inner = zipped({"x": b"\0" * (20 * MIB)})
    assert len(opened(inner, tmp_path).enclosures) == 1
    assert refused(zipped({"a.zip": inner, "b.zip": inner + b" "}), tmp_path) == "expands_too_far"
    nested = zipped({"a.zip": zipped({"b.zip": zipped({"c": b"\0" * (40 * MIB)})})})
    assert refused(nested, tmp_path) == "expands_too_far"


def test_files_are_counted_over_all_levels(tmp_path: Path) -> None:
    inner = zipped({str(number): b"" for number in range(400)})
    assert refused(zipped({f"{number}.zip": inner for number in range(3)}), tmp_path) == "too_many_files"


def test_what_headers_promise_is_not_believed(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": b"\0" * (64 * MIB)}))
    # The size, in the local header and in the directory, says one byte.
    for at in (22, content.index(b"PK\x01\x02") + 24):
        content[at : at + 4] = (1).to_bytes(4, "little")
    assert refused(bytes(content), tmp_path) == "damaged"


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"\0" * 40,
        zipped({"a": b"abc" * 100})[:-30],
        b"PK\x05\x06" + b"\xff" * 18,
    ],
)
def test_broken_archives(tmp_path: Path, content: bytes) -> None:
    assert refused(content, tmp_path) == "damaged"


def test_a_checksum_that_is_wrong(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": b"abc"}))
    content[14] ^= 1
    content[content.index(b"PK\x01\x02") + 16] ^= 1
    assert refused(bytes(content), tmp_path) == "damaged"


def test_an_empty_archive(tmp_path: Path) -> None:
    assert refused(zipped({}), tmp_path) == "empty"
    assert refused(zipped({"folder/": ""}), tmp_path) == "empty"


def test_a_locked_archive_opens_with_a_registered_password_alone(tmp_path: Path) -> None:
    assert refused(LOCKED, tmp_path) == "encrypted"
    assert refused(LOCKED, tmp_path, passwords=("wrong", "worse")) == "encrypted"
    assert files_of(opened(LOCKED, tmp_path, passwords=("wrong", "open sesame"))) == {"secret.txt": b"the secret\n"}


def test_an_archive_encrypted_with_aes_is_named_so(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": b"abc"}))
    directory = content.index(b"PK\x01\x02")
    for flags, method in ((6, 8), (directory + 8, directory + 10)):
        content[flags] |= 1
        content[method : method + 2] = (99).to_bytes(2, "little")
    assert refused(bytes(content), tmp_path, passwords=("open sesame",)) == "encrypted"


def test_an_office_file_is_weighed_before_it_is_converted(tmp_path: Path) -> None:
    bomb = docx(paragraph("x") + " " * (64 * MIB))
    assert refused(bomb, tmp_path) == "expands_too_far"
