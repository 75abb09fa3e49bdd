from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from processors.agencies import PolicyInvalid
from processors.config import Limits, load
from processors.events import DocumentArrived, ObjectCreated, PagesRequested
from processors.intake.stage import Intake, build
from processors.stage import Done, Rejected, Work
from tests.corpus import make, office


def test_a_document_becomes_an_arrival_and_a_request_per_range(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 40)
    done = build(load({})).process(make.upload(file, tmp_path, "odd\nname.pdf"))
    assert isinstance(done, Done)
    arrived, *requests = (draft.data for draft in done.events)
    assert isinstance(arrived, DocumentArrived)
    assert (arrived.ranges, arrived.same_content_as) == (2, "d0")
    assert (arrived.document.original.pages, arrived.document.original.media_type) == (40, "application/pdf")
    assert [draft.part for draft in done.events] == ["", "pages-1-32", "pages-33-40"]
    for request in requests:
        assert isinstance(request, PagesRequested)
        assert request.document == arrived.document
        assert [(one.first, one.last) for one in request.ranges] == [(1, 32), (33, 40)]
    assert done.artefacts == ()


@pytest.mark.parametrize(
    ("limits", "reason", "details"),
    [
        (Limits(max_bytes=100), "too_large", {"limit": 100}),
        (Limits(max_pages=2), "too_many_pages", {"pages": 3, "limit": 2}),
        (Limits(max_page_points=700), "page_too_large", {"page": 1, "height": 792.0, "limit": 700}),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, reason: str, details: dict[str, float]) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 3)
    rejected = Intake(limits).process(make.upload(file, tmp_path))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason
    assert details.items() <= dict(rejected.details).items()


def test_too_many_images_and_sheets_are_refused_without_counting_them_all(tmp_path: Path) -> None:
    limits = replace(Limits(), max_pages=3)
    frames = [make.scan(dpi=20) for _ in range(9)]
    tiff = tmp_path / "f.tif"
    frames[0].save(tiff, save_all=True, append_images=frames[1:])
    text = tmp_path / "f.txt"
    text.write_text("line\n" * 1000)
    for file in (tiff, text):
        rejected = Intake(limits).process(make.upload(file, tmp_path))
        assert isinstance(rejected, Rejected)
        assert (rejected.reason, rejected.details["pages"]) == ("too_many_pages", 4)


def within(work: Work, depth: int, name: str = "") -> Work:
    """The same file as one found inside another."""
    data: ObjectCreated = work.event.data
    original = data.document.original.model_copy(update={"name": name, "key": "a/d0/enclosed-00001"})
    document = data.document.model_copy(update={"depth": depth, "parent": "d0", "original": original})
    return replace(work, event=make.event(data.model_copy(update={"document": document})))


def test_what_is_read_instead_and_what_is_inside_are_handed_back(tmp_path: Path) -> None:
    file = tmp_path / "f.zip"
    file.write_bytes(office.zipped({"a.txt": "x", "b.txt": "y"}))
    done = build(load({})).process(make.upload(file, tmp_path))
    assert isinstance(done, Done)
    arrived = done.events[0].data
    assert isinstance(arrived, DocumentArrived)
    assert (arrived.enclosed, arrived.document.original.media_type) == (2, "application/zip")
    (rendition,) = done.artefacts
    assert (rendition.name, rendition.role, rendition.media_type) == ("rendition.txt", "rendition", "text/plain")
    assert [one.untrusted_name for one in done.enclosures] == ["a.txt", "b.txt"]


def test_a_guessed_encoding_is_told_to_all_who_follow(tmp_path: Path) -> None:
    file = tmp_path / "f.txt"
    file.write_bytes("Gebühr für die Prüfung der Straße".encode("cp1252"))
    done = build(load({})).process(make.upload(file, tmp_path))
    assert isinstance(done, Done)
    assert {draft.data.notes for draft in done.events} == {("encoding_guessed:cp1252",)}


def test_a_file_too_deep_is_not_even_opened(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)])
    intake = build(load({}))
    assert isinstance(intake.process(within(make.upload(file, tmp_path), 3)), Done)
    rejected = intake.process(within(make.upload(file, tmp_path), 4))
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.details) == ("too_deep", {"depth": 4, "limit": 3})


def test_an_enclosed_files_own_name_makes_the_claim(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"MZ" + bytes(99))
    rejected = build(load({})).process(within(make.upload(file, tmp_path, "a.pdf"), 1, "invoice.pdf"))
    assert isinstance(rejected, Rejected)
    assert rejected.details["claimed"] == "application/pdf"


def of_agency(work: Work, agency: str) -> Work:
    data: ObjectCreated = work.event.data
    document = data.document.model_copy(update={"agency": agency})
    return replace(work, event=make.event(data.model_copy(update={"document": document})))


def test_only_the_agencys_own_passwords_open_its_files(tmp_path: Path) -> None:
    policies = tmp_path / "policies"
    policies.mkdir()
    (tmp_path / "passwords").write_text("wrong\nopen sesame\n")
    for agency in ("justice", "revenue"):
        wishes = f'{{"passwords_file": "{tmp_path}/passwords"}}' if agency == "justice" else "{}"
        (policies / f"{agency}.json").write_text(wishes)
    encryption = pikepdf.Encryption(owner="o", user="open sesame")
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 2, encryption=encryption)
    intake = build(load({"CHANCERY_POLICIES": str(policies)}))
    done = intake.process(of_agency(make.upload(file, tmp_path), "justice"))
    assert isinstance(done, Done)
    assert done.artefacts[0].name == "rendition.pdf"
    with pikepdf.open(done.artefacts[0].path) as pdf:
        assert (len(pdf.pages), pdf.is_encrypted) == (2, False)
    rejected = intake.process(of_agency(make.upload(file, tmp_path), "revenue"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "encrypted"


def test_a_password_file_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "justice.json").write_text('{"passwords_file": "/nowhere"}')
    with pytest.raises(PolicyInvalid, match="/nowhere"):
        build(load({"CHANCERY_POLICIES": str(tmp_path)}))


def waiving(work: Work, *reasons: str) -> Work:
    data = work.event.data.model_copy(update={"waived": reasons, "notes": tuple(f"waived:{r}" for r in reasons)})
    return replace(work, event=work.event.model_copy(update={"data": data}))


def test_what_a_person_set_aside_lets_in_and_the_document_says_so(tmp_path: Path) -> None:
    file = make.pdf(tmp_path / "f.pdf", [make.content(make.LINES)] * 3)
    strict = Intake(Limits(max_pages=2))
    work = make.upload(file, tmp_path, "table.xml")
    for waived, reason in (((), "type_mismatch"), (("type_mismatch",), "too_many_pages")):
        rejected = strict.process(waiving(work, *waived))
        assert isinstance(rejected, Rejected)
        assert rejected.reason == reason, "every other rule holds"
    done = strict.process(waiving(work, "too_many_pages", "type_mismatch"))
    assert isinstance(done, Done)
    assert {draft.data.notes for draft in done.events} == {("waived:too_many_pages", "waived:type_mismatch")}


def test_a_type_that_nobody_reads_is_not_let_in_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"\x7fELF" + bytes(200))
    rejected = Intake(Limits()).process(waiving(make.upload(file, tmp_path, "a.pdf"), "type_mismatch"))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "type_not_allowed"
