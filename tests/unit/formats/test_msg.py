import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from processors.formats import compressed_rtf, detect, kinds
from tests.corpus import ole
from tests.unit.formats.opening import files_of, opened, refused, text_of

CLASS, SUBJECT, BODY, HTML, RTF = 0x001A, 0x0037, 0x1000, 0x1013, 0x1009
SENDER, SENDER_ADDRESS, TO, CC, SENT = 0x0C1A, 0x5D01, 0x0E04, 0x0E03, 0x0039
HEADERS, CODEPAGE = 0x007D, 0x3FDE
FILE, DATA, METHOD, MIME, CONTENT_ID = 0x3707, 0x3701, 0x3705, 0x370E, 0x3712
MAIL: dict[int, str | bytes | int] = {
    CLASS: "IPM.Note", SUBJECT: "Antrag", BODY: "Bitte prüfen.\r\n", SENDER: "Ann", TO: "Office", CC: "Copy",
}  # fmt: skip


def msg(values: ole.Values, *attachments: ole.Tree) -> bytes:
    return ole.storage(ole.message(values, list(attachments)))


def file(name: str, content: bytes, **more: str) -> ole.Tree:
    mime = {MIME: more["mime"]} if "mime" in more else {}
    inline = {CONTENT_ID: "a"} if more.get("inline") else {}
    return ole.attachment({FILE: name, DATA: content, METHOD: 1, **mime, **inline})


def test_head_body_and_files(tmp_path: Path) -> None:
    inner = ole.message({SUBJECT: "Inner", BODY: "inner body"}, [file("deep.pdf", b"%PDF")], header=24)
    made = opened(msg(MAIL, file("Anlage.pdf", b"%PDF-1.7"), ole.attachment({METHOD: 5}, inner)), tmp_path)
    assert text_of(made).splitlines() == [
        "From: Ann",
        "To: Office",
        "Cc: Copy",
        "Subject: Antrag",
        "Attachments: Anlage.pdf; Inner.eml",
        "",
        "Bitte prüfen.",
    ]
    files = files_of(made)
    assert files["Anlage.pdf"] == b"%PDF-1.7"
    within = opened(files["Inner.eml"], tmp_path)
    assert "inner body" in text_of(within)
    assert files_of(within) == {"deep.pdf": b"%PDF"}


def test_a_large_file_lies_in_large_sectors(tmp_path: Path) -> None:
    content = bytes(range(256)) * 400
    assert files_of(opened(msg(MAIL, file("a.bin", content)), tmp_path)) == {"a.bin": content}


def test_the_date_is_read(tmp_path: Path) -> None:
    values = {**MAIL, HEADERS: "From: Ann <ann@a.example>\r\nMessage-ID: <1>\r\n"}
    tree = ole.message(values)
    since_1601 = int((datetime(2024, 5, 6, 10, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds())
    rows = tree["__properties_version1.0"]
    assert isinstance(rows, bytes)
    tree["__properties_version1.0"] = rows + struct.pack("<HHIQ", 0x0040, SENT, 6, since_1601 * 10**7)
    lines = text_of(opened(ole.storage(tree), tmp_path)).splitlines()
    assert lines[0] == "From: Ann <ann@a.example>"
    assert "Date: Mon, 06 May 2024 10:00:00 +0000" in lines


def test_of_html_alone_the_words_are_taken(tmp_path: Path) -> None:
    values: ole.Values = {SUBJECT: "x", HTML: "<p>Gebühr <b>5 €</b>".encode("cp1252"), CODEPAGE: 1252}
    assert "Gebühr 5 €" in text_of(opened(msg(values), tmp_path))


def test_a_body_that_is_rtf_alone_becomes_a_document(tmp_path: Path) -> None:
    plain = rb"{\rtf1 Only here}"
    stored = struct.pack("<IIII", len(plain) + 12, len(plain), 0x414C454D, 0) + plain
    assert files_of(opened(msg({SUBJECT: "x", RTF: stored}), tmp_path)) == {"body.rtf": plain}


def test_rtf_is_expanded_as_the_specification_shows() -> None:
    # MS-OXRTFCP 3.1.1 and 3.2.1
    simple = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert compressed_rtf.expanded(simple, 10_000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert compressed_rtf.expanded(simple, 10) == b"{\\rtf1\\ans"


@pytest.mark.parametrize("content", [b"", b"x" * 15, b"\0" * 40, b"\xff" * 40])
def test_what_is_no_compressed_rtf(content: bytes) -> None:
    with pytest.raises(ValueError):
        compressed_rtf.expanded(content, 10_000)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({CLASS: "IPM.Note.SMIME", SUBJECT: "x"}, "encrypted"),
        ({SUBJECT: "x", HEADERS: "Content-Type: multipart/encrypted; boundary=a\r\n"}, "encrypted"),
        ({CLASS: "IPM.Note"}, "empty"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, values: dict[int, str | bytes | int], reason: str) -> None:
    assert refused(msg(values), tmp_path) == reason


def test_a_signed_mail_shows_what_was_signed(tmp_path: Path) -> None:
    signed = (
        b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsigned words\r\n"
        b"--b\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nAAAA\r\n--b--\r\n"
    )
    values = {CLASS: "IPM.Note.SMIME.MultipartSigned", SUBJECT: "x"}
    made = opened(msg(values, file("smime.p7m", signed, mime="multipart/signed")), tmp_path)
    assert "signed words" in text_of(made)
    assert made.enclosures == ()


def test_decoration_is_no_document(tmp_path: Path) -> None:
    made = opened(msg(MAIL, file("logo.png", b"\x89PNG small", mime="image/png", inline="yes")), tmp_path)
    assert made.enclosures == ()


def test_one_broken_field_does_not_take_the_mail_with_it(tmp_path: Path) -> None:
    tree = ole.message({**MAIL, CODEPAGE: 99_999})
    del tree[f"__substg1.0_{SENDER:04X}001F"]
    tree[f"__substg1.0_{SUBJECT:04X}001F"] = b"\x00\xd8x"
    text = text_of(opened(ole.storage(tree), tmp_path))
    assert "To: Office" in text
    assert "Bitte prüfen." in text


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_mail_that_was_cut_off(tmp_path: Path, share: float) -> None:
    whole = msg(MAIL, file("a.bin", bytes(range(256)) * 400))
    cut = whole[: int(len(whole) * share)]
    file_ = tmp_path / "f"
    file_.write_bytes(cut)
    assert detect.media_type(file_) in (kinds.OLE, kinds.MSG)
    if detect.media_type(file_) == kinds.MSG:
        assert refused(cut, tmp_path) == "damaged"
