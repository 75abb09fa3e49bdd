"""What passes the door, what does not, and what policy changes; bad files are in tests/corpus/hostile."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from processors.agencies import PIXELS_ONLY, Policies, Policy
from processors.config import Limits
from processors.events import DocumentArrived
from processors.formats import detect, kinds
from processors.formats.port import Refused
from processors.intake.stage import Intake
from processors.intake.threats import polyglot
from processors.intake.threats.door import Door
from processors.intake.threats.finding import WEIGHED, Finding
from processors.intake.threats.remote import is_remote
from processors.stage import Done, Outcome, Rejected
from tests.corpus import make, office
from tests.corpus.hostile import made as by_hand

STRICT = Policy(
    active_content="reject",
    launch="reject",
    macros="reject",
    embedded_files="reject",
    external_references="reject",
    polyglots="reject",
    links="reject",
)


def through(file: Path, scratch: Path, policy: Policy | None = None) -> Outcome:
    scratch.mkdir()
    return Intake(Limits(), {}, Policies({"a": policy or Policy()})).process(make.upload(file, scratch))


def notes_of(outcome: Outcome) -> tuple[str, ...]:
    assert isinstance(outcome, Done)
    arrived = outcome.events[0].data
    assert isinstance(arrived, DocumentArrived)
    return arrived.notes


def ordinary(path: Path) -> Path:
    """What forms of offices are full of, and what does nothing by itself."""
    with pikepdf.open(make.pdf(path.with_suffix(".plain"), [make.content(make.LINES)] * 2)) as document:
        page = document.pages[0].obj
        document.Root.OpenAction = Array([page, Name.Fit])
        document.Root.AcroForm = Dictionary(Fields=Array([]), DA="/F1 0 Tf")
        document.Root.Perms = Dictionary(UR3=Dictionary(EF=Array([Name.Create, Name.Delete])))
        destination = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))
        page.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=destination)]
        )
        with document.open_metadata() as about:
            about["dc:title"] = "How /Launch and /JavaScript /JS work"
        document.docinfo["/Title"] = "How /S /Launch and /JS work"
        document.save(path)
    return path


def with_link(path: Path) -> Path:
    with pikepdf.open(make.pdf(path.with_suffix(".plain"), [make.content(make.LINES)])) as document:
        address = Dictionary(S=Name.URI, URI="https://www.example.org/")
        document.pages[0].obj.Annots = Array(
            [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=address)]
        )
        document.save(path)
    return path


def test_what_is_ordinary_passes_the_strictest_policy_without_a_note(tmp_path: Path) -> None:
    assert notes_of(through(ordinary(tmp_path / "f.pdf"), tmp_path / "s", STRICT)) == ()


@pytest.mark.parametrize(
    ("links", "ends"),
    [("accept", ()), ("pixels", ("active_content:link", PIXELS_ONLY)), ("reject", None)],
)
def test_links_pass_unless_the_policy_says_otherwise(
    tmp_path: Path, links: str, ends: tuple[str, ...] | None
) -> None:
    outcome = through(with_link(tmp_path / "f.pdf"), tmp_path / "s", Policy.model_validate({"links": links}))
    if ends is None:
        assert isinstance(outcome, Rejected)
        assert (outcome.reason, outcome.details) == ("active_content", {"found": "link"})
    else:
        assert notes_of(outcome) == ends


def test_by_default_scripts_of_forms_pass_as_pixels_and_programs_are_refused(tmp_path: Path) -> None:
    script = tmp_path / "script.pdf"
    script.write_bytes(by_hand.pdf(catalogue=b"/OpenAction<</S/JavaScript/JS(1)>>"))
    assert notes_of(through(script, tmp_path / "s1")) == ("active_content:javascript", PIXELS_ONLY)
    program = tmp_path / "program.pdf"
    program.write_bytes(by_hand.pdf(catalogue=b"/OpenAction<</S/Launch/F(a)>>"))
    outcome = through(program, tmp_path / "s2")
    assert isinstance(outcome, Rejected)
    assert (outcome.reason, outcome.details) == ("active_content", {"found": "launch"})


def test_every_request_of_a_document_says_that_only_pixels_count(tmp_path: Path) -> None:
    script = tmp_path / "script.pdf"
    script.write_bytes(by_hand.pdf(catalogue=b"/OpenAction<</S/JavaScript/JS(1)>>", count=9))
    outcome = through(script, tmp_path / "s")
    assert isinstance(outcome, Done)
    assert len(outcome.events) > 1
    assert all(PIXELS_ONLY in draft.data.notes for draft in outcome.events)


def attaching(path: Path, **files: bytes) -> Path:
    with pikepdf.open(make.pdf(path.with_suffix(".plain"), [make.content(make.LINES)])) as document:
        for name, content in files.items():
            document.attachments[f"{name}.txt"] = content
        document.save(path)
    return path


def test_files_attached_to_a_pdf_become_documents_of_their_own(tmp_path: Path) -> None:
    file = attaching(tmp_path / "f.pdf", one=b"first\n" * 400, two=b"second")
    outcome = through(file, tmp_path / "s")
    assert isinstance(outcome, Done)
    inside = {one.untrusted_name: one.path.read_bytes() for one in outcome.enclosures}
    assert inside == {"one.txt": b"first\n" * 400, "two.txt": b"second"}
    assert notes_of(outcome) == ("embedded_file:attached",)


def test_files_attached_to_a_pdf_stay_in_it_where_only_pixels_go_on(tmp_path: Path) -> None:
    file = attaching(tmp_path / "f.pdf", one=b"first")
    outcome = through(file, tmp_path / "s", Policy(embedded_files="pixels"))
    assert isinstance(outcome, Done)
    assert outcome.enclosures == ()
    assert notes_of(outcome) == ("embedded_file:attached", PIXELS_ONLY)


def test_an_attached_bomb_is_refused(tmp_path: Path) -> None:
    spec = b"<</Type/Filespec/F(a)/EF<</F 7 0 R>>>>"
    bomb = by_hand.stream(by_hand.zeros(300 << 20), b"/Type/EmbeddedFile/Filter/FlateDecode")
    file = tmp_path / "f.pdf"
    file.write_bytes(by_hand.pdf(catalogue=b"/AF[6 0 R]", more=[spec, bomb]))
    outcome = through(file, tmp_path / "s")
    assert isinstance(outcome, Rejected)
    assert outcome.reason == "expands_too_far"


def relation(kind: str, target: str) -> dict[str, str]:
    return {
        "word/_rels/settings.xml.rels": f'<Relationships><Relationship Id="r1" Type="x/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    }


@pytest.mark.parametrize(
    ("kind", "target", "found"),
    [
        ("hyperlink", "https://www.example.org/", False),
        ("image", "https://www.example.org/logo.png", False),
        ("externalLinkPath", "file:///\\\\server\\share\\budget.xlsx", False),
        ("attachedTemplate", "file:///C:\\Users\\me\\Templates\\Letter.dotx", False),
        ("attachedTemplate", "file:///\\\\files\\templates\\Letter.dotx", False),
        ("attachedTemplate", "Letter.dotx", False),
        ("attachedTemplate", "https://evil.example/a.dotm", True),
        ("attachedTemplate", "h&#116;tps://evil.example/a.dotm", True),
        ("attachedTemplate", "file:///\\\\203.0.113.7\\share\\a.dotm", True),
        ("oleObject", "mhtml:https://evil.example/a!x-usc:b", True),
        ("frame", "\\\\evil.example@SSL\\a", True),
    ],
)
def test_templates_of_the_house_pass_and_those_of_strangers_do_not(
    tmp_path: Path, kind: str, target: str, found: bool
) -> None:
    file = tmp_path / "f.docx"
    file.write_bytes(office.docx(office.paragraph("x"), extra=relation(kind, target)))
    door = Door(STRICT, Limits())
    if found:
        with pytest.raises(Refused) as refused:
            door.inspect(file, kinds.DOCX)
        assert refused.value.outcome.reason == "external_reference"
    else:
        door.inspect(file, kinds.DOCX)
        assert door.notes == ()


@pytest.mark.parametrize("address", ["", "#mark", "a b.docx", "C:/x/y.dotx", "//files/x/y", "mailto:a@b.example"])
def test_addresses_within_the_house(address: str) -> None:
    assert not is_remote(address)


def test_macro_files_without_macros_pass(tmp_path: Path) -> None:
    file = tmp_path / "f.docm"
    file.write_bytes(office.docx(office.paragraph("x"), macros=True))
    door = Door(STRICT, Limits())
    door.inspect(file, kinds.DOCX)
    assert door.notes == ()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("L", (9, 9)).save(out, kind)
    return out.getvalue()


def test_what_belongs_into_a_file_is_no_second_type(tmp_path: Path) -> None:
    pdf, archive = by_hand.pdf(), office.zipped({"mimetype": by_hand.pdf()})
    inside = by_hand.stream(archive, b"/Type/EmbeddedFile")
    cases = {
        "stored.zip": (kinds.ZIP, archive),
        "attached.pdf": (detect.PDF, by_hand.pdf(more=[inside])),
        "appended.pdf": (detect.PDF, pdf + pdf[pdf.index(b"1 0 obj") :]),
        "gateway.pdf": (detect.PDF, b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + pdf),
        "stray.pdf": (detect.PDF, b"\0\1\2" + pdf),
        "padded.pdf": (detect.PDF, pdf + bytes(4000)),
        "phone.jpg": ("image/jpeg", picture("JPEG") + b"\0\0\0\x18ftypmp42" + bytes(400)),
        "twice.jpg": ("image/jpeg", picture("JPEG") * 2),
        "plain.png": ("image/png", picture("PNG")),
        "quote.txt": (detect.TEXT, b"A file that begins with %PDF-1.7 and ends with\nstartxref\n0\n%%EOF\n"),
    }
    for name, (media_type, content) in cases.items():
        file = tmp_path / name
        file.write_bytes(content)
        assert not polyglot.second_type(file, media_type), name


def test_every_finding_has_a_judge_that_the_policy_knows() -> None:
    assert set(WEIGHED) == set(Finding)
    members = {member for _, member in WEIGHED.values()} - {"never"}
    assert members <= set(Policy.model_fields)
