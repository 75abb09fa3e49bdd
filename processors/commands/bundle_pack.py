"""`chancery bundle pack`."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from processors import config
from processors.audit import keys
from processors.bundle import collecting, listing
from processors.bundle.collecting import SINGLE, Collected, Places
from processors.bundle.parts import Part
from processors.bundle.wanted import Wanted
from processors.commands import bundling
from processors.commands.exits import CommandError, Exit
from processors.commands.screen import counted, err, line, out, safe
from processors.errors import StageFailed
from processors.ocr import tessdata

_NO_KEY = "make one with --make-key"


def run(
    to: Annotated[Path, typer.Option("--to", help="Folder for the archive.", metavar="DIR")],
    key: Annotated[Path, typer.Option("--key", help="The packer's private key (Ed25519, PEM).", metavar="FILE")],
    make_key: Annotated[bool, typer.Option("--make-key", help="Make the key where there is none.")] = False,
    site: bundling.SiteOption = None,
    extra: bundling.ExtraOption = None,
    images: Annotated[
        Path | None, typer.Option(help="OCI archives, as `make images` writes them.", metavar="DIR")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Weights of language models, a folder for each name.", metavar="DIR")
    ] = None,
    wheels: Annotated[
        Path | None,
        typer.Option(help="Where wheels are kept between runs. Default: the cache folder.", metavar="DIR"),
    ] = None,
    without: Annotated[
        str, typer.Option(help="Parts, images, languages or weights to leave out, with commas.", metavar="NAME,…")
    ] = "",
    offline: Annotated[bool, typer.Option("--offline", help="Take wheels from --wheels, fetch nothing.")] = False,
    checkout: bundling.CheckoutOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.bundle.COMMANDS`."""
    if importlib.util.find_spec("cyclonedx") is None:
        raise CommandError(
            Exit.BAD_SETTING, "Packing needs the extra `bundle`: run `scripts/setup --extra bundle`."
        )
    from processors.bundle import packing  # noqa: PLC0415 - needs the extra

    with bundling.refusals(), tempfile.TemporaryDirectory(prefix="chancery-bundle-") as scratch:
        if make_key:
            keys.ensure(key)
        signer = keys.load(key, _NO_KEY)
        here, for_whom = bundling.sources(checkout), bundling.whom(site, extra)
        things = listing.wanted(here, for_whom)
        left_out = _left_out(without, things)
        places = Places(images, weights, _tessdata(), wheels, Path(scratch), offline)
        collected = collecting.collect(here, for_whom, things, places, left_out, _say)
        packing.refuse_gaps(collected, left_out)
        with bundling.bytes_bar("packing", 2 * packing.total(collected)) as tell:
            packed = packing.pack(here, for_whom, things, collected, signer, to, tell)
    _tell(packed.file, len(packed.manifest.files), packed.manifest.key, collected, as_json=as_json)


def _left_out(words: str, things: list[Wanted]) -> frozenset[str]:
    """What is to be left out.

    Raises:
        CommandError: one of the words is neither a part nor the name of something that can be left out alone.
    """
    given = frozenset(filter(None, words.split(",")))
    known = {part.value for part in Part} | {one.name for one in things if one.part in SINGLE}
    if unknown := sorted(given - known):
        parts = ", ".join(part.value for part in Part)
        raise CommandError(
            Exit.USAGE, f"--without {unknown[0]}: this is no part ({parts}), and no image or language of the list."
        )
    return given


def _tessdata() -> Path | None:
    """Tesseract's data on this machine; None if it has none."""
    try:
        return tessdata.find(config.load().tessdata)
    except StageFailed:
        return None


def _say(untrusted_line: str) -> None:
    err().print(safe(untrusted_line, 150), markup=False, soft_wrap=True)


def _tell(file: Path, files: int, key: str, collected: Collected, *, as_json: bool) -> None:
    size = file.stat().st_size
    if as_json:
        left_out = [{"part": one.part.value, "name": one.name} for one in collected.lacking]
        line({"bundle": str(file), "bytes": size, "files": files, "key": key, "left_out": left_out})
        return
    console = out()
    console.print(f"{file}: {counted(files, 'file')}, {size / 1e6:,.1f} MB", markup=False, soft_wrap=True)
    if collected.lacking:
        names = bundling.by_part((one.part.value, one.name) for one in collected.lacking)
        console.print(f"left out, and named in the manifest: {names}", markup=False, soft_wrap=True)
    console.print(f"signed by the key with the fingerprint {key}", markup=False, soft_wrap=True)
