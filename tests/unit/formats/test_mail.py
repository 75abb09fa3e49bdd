from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from processors.config import Limits
from processors.formats import kinds
from tests.corpus import make
from tests.unit.formats.opening import files_of, opened, refused, text_of

HEAD = b"From: Ann <ann@a.example>\r\nTo: office@b.example\r\nSubject: Request\r\nMIME-Version: 1.0\r\n"


def mail(subject: str = "Request", body: str = "Please find the form attached.\n") -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"] = "Ann Müller <ann@a.example>"
    made["To"] = "office@b.example"
    made["Cc"] = "copy@b.example"
    made["Date"] = "Mon, 06 May 2024 10:00:00 +0200"
    made["Subject"] = subject
    made["Message-ID"] = "<1@a.example>"
    made.set_content(body)
    return made


def picture(side: int, tmp_path: Path) -> bytes:
    file = tmp_path / "picture.png"
    make.scan(dpi=side, inches=(1, 1)).effect_spread(3).save(file)
    return file.read_bytes().ljust(5_000, b"\0")


def test_head_body_and_files(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Formblatt ä.pdf")
    message.add_attachment(mail("Inner", "inner body"))
    made = opened(message.as_bytes(), tmp_path)
    assert text_of(made).splitlines() == [
        "From: Ann Müller <ann@a.example>",
        "To: office@b.example",
        "Cc: copy@b.example",
        "Date: Mon, 06 May 2024 10:00:00 +0200",
        "Subject: Request",
        "Attachments: Formblatt ä.pdf; Inner.eml",
        "",
        "Please find the form attached.",
    ]
    files = files_of(made)
    assert files["Formblatt ä.pdf"] == b"%PDF-1.7"
    assert "inner body" in text_of(opened(files["Inner.eml"], tmp_path))


def test_the_plain_version_is_preferred_and_the_files_of_all_are_kept(tmp_path: Path) -> None:
    message = mail(body="plain words\n")
    message.add_alternative("<p>fancy words</p>", subtype="html")
    page = message.get_payload()[1]  # type: ignore[index]
    page.add_related(picture(400, tmp_path), "image", "png", cid="<scan>")  # type: ignore[union-attr]
    made = opened(message.as_bytes(), tmp_path)
    assert "plain words" in text_of(made)
    assert "fancy" not in text_of(made)
    assert len(made.enclosures) == 1


def test_of_html_alone_the_words_are_taken(tmp_path: Path) -> None:
    html = "<head><style>p{}</style></head><body><p>Dear Sir&nbsp;&amp; Madam,</p><table><tr><td>Fee<td>5 &euro;"
    message = mail()
    message.set_content(html + "<script>alert(1)</script><img src='http://tracker.example/1.gif'>", subtype="html")
    body = text_of(opened(message.as_bytes(), tmp_path)).partition("\n\n")[2]
    assert body.split() == ["Dear", "Sir", "&", "Madam,", "Fee", "5", "€"]


def test_an_empty_plain_version_does_not_hide_the_other(tmp_path: Path) -> None:
    message = mail(body=" \n")
    message.add_alternative("<p>only here</p>", subtype="html")
    assert "only here" in text_of(opened(message.as_bytes(), tmp_path))


@pytest.mark.parametrize(("side", "kept"), [(40, 0), (400, 1)])
def test_decoration_is_no_document_but_a_picture_of_some_size_is(tmp_path: Path, side: int, kept: int) -> None:
    message = mail()
    message.set_content("<p>x<img src='cid:a'></p>", subtype="html")
    message.add_related(picture(side, tmp_path), "image", "png", cid="<a>")
    assert len(opened(message.as_bytes(), tmp_path).enclosures) == kept


def test_a_tracking_pixel_is_no_document_but_an_attached_one_is(tmp_path: Path) -> None:
    pixel = b"GIF89a\x01\0\x01\0"
    message = mail()
    message.set_content("<p>x</p>", subtype="html")
    message.add_related(pixel, "image", "gif", cid="<a>")
    assert opened(message.as_bytes(), tmp_path).enclosures == ()
    message = mail()
    message.add_attachment(pixel, maintype="image", subtype="gif", filename="dot.gif")
    assert list(files_of(opened(message.as_bytes(), tmp_path))) == ["dot.gif"]


def test_a_signature_is_no_document(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(b"DER", maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    assert opened(message.as_bytes(), tmp_path).enclosures == ()


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-8", "Gebühr für Müller, Straße 5".encode("cp1252"), "Gebühr für Müller, Straße 5"),
        ("x-unheard-of", "Gebühr für Müller, Straße 5".encode(), "Gebühr für Müller, Straße 5"),
        ("iso-8859-1", "“Gebühr”".encode("cp1252"), "“Gebühr”"),
        ("utf-8", b"cut off \xc3", "cut off"),
        ("base64", b"plain", "plain"),
        ("\xff\xfe\0", b"plain", "plain"),
    ],
)
def test_a_charset_that_is_wrong_or_unheard_of(tmp_path: Path, charset: str, body: bytes, text: str) -> None:
    head = HEAD + b'Content-Type: text/plain; charset="' + charset.encode("latin-1") + b'"\r\n'
    assert text in text_of(opened(head + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body, tmp_path))


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"Date: \xff\xfe not a date\r\nCc: =?utf-8?q?=C3?= <@@>,,;:\r\n",
        HEAD + b"Content-Type: multipart/mixed\r\n",
        HEAD + b'Content-Type: multipart/mixed; boundary="never comes"\r\n',
        HEAD + b"Content-Type: ///;;; = ; charset*0*=x''%FF\r\n",
        HEAD + b"Content-Transfer-Encoding: base64\r\n",
        HEAD + b"Content-Disposition: attachment; filename*=utf-9''%ZZ\r\n",
        HEAD + b"Subject: =?utf-8?b?!!!?= =?x-nix?q?a?=\r\n",
        HEAD + b"To: " + b"a@b.example, " * 2_000 + b"\r\n",
    ],
)
def test_broken_fields_do_not_lose_the_mail(tmp_path: Path, head: bytes) -> None:
    made = opened(head + b"\r\nSome words !=\r\n", tmp_path)
    assert "Ann <ann@a.example>" in text_of(made)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"This is not a mail.\n", "damaged"),
        (b"   \n\n  \n", "damaged"),
        (b"Message-ID: <1>\n\n \n", "empty"),
        (HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nAAAA", "encrypted"),
        (HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\nAAAA", "encrypted"),
        (HEAD + b'Content-Type: multipart/encrypted; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--', "encrypted"),
    ],
)
def test_what_is_no_mail_or_cannot_be_read(tmp_path: Path, content: bytes, reason: str) -> None:
    assert refused(content, tmp_path, claimed=kinds.EML) == reason


def test_500_attachments_are_documents_and_the_next_limit_counts(tmp_path: Path) -> None:
    message = mail()
    for number in range(500):
        message.add_attachment(f"{number}\n", filename=f"{number}.txt")
    content = message.as_bytes()
    made = opened(content, tmp_path)
    assert [one.untrusted_name for one in made.enclosures] == [f"{number}.txt" for number in range(500)]
    assert refused(content, tmp_path, replace(Limits(), max_enclosed=499)) == "too_many_files"


def test_parts_within_parts_without_end(tmp_path: Path) -> None:
    content = HEAD
    for level in range(400):
        content += f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode()
    assert refused(content + b"\r\nx", tmp_path) in ("too_deep", "damaged")


def test_names_of_attachments_are_the_senders_text(tmp_path: Path) -> None:
    message = mail()
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="../../a\u202efdp.exe")
    message.add_attachment(b"x", maintype="application", subtype="pdf")
    names = [one.untrusted_name for one in opened(message.as_bytes(), tmp_path).enclosures]
    assert names == ["../../afdp.exe", "attachment-2.pdf"]
