"""Which tools take part: ours in its variants, and the peers that are there; each that is not says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.ocr import program
from bench.ocr.isolated import NOT_RUNNABLE, RapidOcr
from bench.ocr.ours import Ours
from bench.ocr.peers import Cli, CliOnce, OcrMyPdf, Pytesseract
from bench.ocr.prepared import Prepared
from bench.ocr.program import Absent, Program
from bench.ocr.tools import Tool

#: Without anybody's asking for more. The names with "_system" run on the engine that the system has, the others on
#: the very build that the floor and ours use.
DEFAULT = ("tesseract", "pytesseract", "ocrmypdf", "ocrmypdf_system")
ALL = (*DEFAULT, "tesseract_system", "tesseract_system_once", "pytesseract_system", "rapidocr", *NOT_RUNNABLE)


@dataclass
class Catalogue:
    """What takes part, and what does not."""

    tools: list[Tool] = field(default_factory=list)
    #: peer -> why it does not
    absent: dict[str, str] = field(default_factory=dict)


def ours(home: Path, languages: Sequence[str]) -> dict[str, Ours]:
    """Our recognition, by name: in the sandbox, without it, and with the other engine.

    Where the machine cannot have a sandbox, the first two are the same; the table says so.
    """
    return {
        "ours": Ours("ours", home / "boxed", languages, CHANCERY_SANDBOX="auto"),
        "ours_unboxed": Ours("ours_unboxed", home / "unboxed", languages, CHANCERY_SANDBOX="off"),
        "ours_pytesseract": Ours(
            "ours_pytesseract", home / "pytesseract", languages, CHANCERY_OCR_ENGINE="pytesseract"
        ),
    }


def peers(names: Sequence[str], prepared: Mapping[Path, Prepared], folder: Path) -> Catalogue:
    """The peers of these names; those that nobody named are listed as absent, too."""
    catalogue = Catalogue()
    if not names:
        catalogue.absent = dict.fromkeys(ALL, "not asked for")
        return catalogue
    programs: dict[str, Program] = {}
    reason = ""
    with suppress(Absent):
        programs["system"] = program.system()
    try:
        programs["wheel"] = program.on_the_wheel(folder)
    except Absent as absent:
        reason = str(absent)
    for name in ALL:
        if name not in names:
            catalogue.absent[name] = NOT_RUNNABLE.get(name, "not asked for: run with `--peers all`")
            continue
        try:
            catalogue.tools.append(_made(name, programs, prepared, reason))
        except Absent as absent:
            catalogue.absent[name] = str(absent)
    return catalogue


def starts(tools: Sequence[Tool]) -> dict[str, float]:
    """Peer -> CPU seconds for starting it once, of those that are started for each document and pay much for it."""
    return {tool.name: tool.start_seconds() for tool in tools if isinstance(tool, OcrMyPdf)}


def _made(name: str, programs: Mapping[str, Program], prepared: Mapping[Path, Prepared], reason: str) -> Tool:
    if name in NOT_RUNNABLE:
        raise Absent(NOT_RUNNABLE[name])
    if name == "rapidocr":
        return RapidOcr(prepared, make=True)
    makers: dict[str, Callable[[str, Program, Mapping[Path, Prepared]], Tool]] = {
        "tesseract": Cli, "tesseract_system": Cli, "tesseract_system_once": CliOnce, "pytesseract": Pytesseract,
        "pytesseract_system": Pytesseract, "ocrmypdf": OcrMyPdf, "ocrmypdf_system": OcrMyPdf,
    }  # fmt: skip
    wanted = "system" if "_system" in name else "wheel"
    if wanted not in programs:
        raise Absent(reason or "not installed: run `apt-get install tesseract-ocr`")
    return makers[name](name, programs[wanted], prepared)
