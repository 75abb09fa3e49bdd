from pathlib import Path

import pytest

from processors.formats import charset, detect
from tests.unit.formats.opening import opened, text_of

GERMAN = "Straße 5, 80331 München\nSehr geehrte Damen und Herren,\nanbei die Übersicht der Gebühren.\n"
FRENCH = "Le préfet a décidé que l'établissement sera fermé à partir du 1er août. Coût : 5 €\n"
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy. Město Brno rozhodlo o žádosti.\n"
RUSSIAN = "Уважаемые коллеги! Министерство сообщает решение комиссии.\n"
GREEK = "Αγαπητοί συνάδελφοι, το υπουργείο ανακοινώνει την απόφαση.\n"
ARABIC = "وزارة العدل تعلن عن قرار اللجنة بشأن الطلبات المقدمة\n"
JAPANESE = "拝啓、貴社ますますご清栄のこととお慶び申し上げます。請求書を送付いたします。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "guessed"),
    [
        (GERMAN, "utf-16", False),
        (GERMAN, "utf-32", False),
        (GERMAN, "cp1252", True),
        (GERMAN, "latin-1", True),
        (FRENCH, "cp1252", True),
        (CZECH, "cp1250", True),
        (RUSSIAN, "cp1251", True),
        (RUSSIAN, "koi8_r", True),
        (GREEK, "cp1253", True),
        (ARABIC, "cp1256", True),
        (JAPANESE, "shift_jis", True),
    ],
)
def test_text_in_another_encoding_is_written_anew(tmp_path: Path, text: str, encoding: str, guessed: bool) -> None:
    made = opened(text.encode(encoding), tmp_path)
    assert text_of(made) == text
    assert bool(made.notes) == guessed


def test_utf_8_stays_as_it_is(tmp_path: Path) -> None:
    made = opened(GERMAN.encode("utf-8-sig"), tmp_path)
    assert (made.pages, made.rendition, made.notes) == (1, None, ())


def test_the_sample_is_taken_where_the_letters_are(tmp_path: Path) -> None:
    made = opened(b"plain line\n" * 100_000 + GERMAN.encode("cp1252"), tmp_path)
    assert text_of(made).endswith(GERMAN)


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)),
        b"zero \0 byte \xfc",
        b"\xff\xfeodd number of bytes",
        b"\xff\xfe\0\xd8x\0",  # half a surrogate pair
        GERMAN.encode()[: GERMAN.encode().index(b"\xc3\x9cber") + 1],  # cut off within a character
        GERMAN.encode() + b"\xff",
        b"text with \x1b escape" + b"\xe9",
        GERMAN.encode("utf-16-le"),  # no mark
    ],
)
def test_what_only_looks_like_text_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    assert charset.encoding_of(tmp_path / "f") == ""
    assert detect.media_type(tmp_path / "f") == detect.UNKNOWN


@pytest.mark.parametrize(
    ("content", "named", "text"),
    [
        ("Ünïcode".encode(), "utf-8", "Ünïcode"),
        ("Ünïcode".encode(), "no-such-charset", "Ünïcode"),
        ("Ünïcode".encode(), "us-ascii\0", "Ünïcode"),
        ("“Ü”".encode("cp1252"), "iso-8859-1", "“Ü”"),
        (GERMAN.encode("cp1252"), "utf-8", GERMAN),
        (GERMAN.encode("cp1252"), "", GERMAN),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本"),
        (b"xn--mnchen-3ya", "punycode", "xn--mnchen-3ya"),
        (b"aGFsbG8=", "base64", "aGFsbG8="),
        (b"", "utf-8", ""),
    ],
)
def test_the_named_encoding_is_tried_and_not_trusted(content: bytes, named: str, text: str) -> None:
    assert charset.decoded(content, named) == text
