"""A picture as a PDF stream: the file's own compressed bytes where PDF has that compression, else without loss.

JPEG, the data of most PNG files and one-strip fax TIFF go through untouched. Other black-and-white pictures become
CCITT group 4, everything else Flate with PNG's filters. Colour profiles are left out: grey and RGB
are taken for sRGB.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin

from processors.ocr.binding.canvas import Drawn, pieces

#: TIFF tags
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _ORIENTATION = 259, 262, 266, 274
_STRIP_OFFSETS, _ROWS_PER_STRIP, _STRIP_BYTES, _FAX_OPTIONS = 273, 278, 279, 293
_GROUP_4, _WHITE_IS_ZERO = 4, 0
#: PNG colour types that PDF knows; the others have alpha
_PNG_COLOURS = {0: ("/DeviceGray", 1), 2: ("/DeviceRGB", 3), 3: ("", 1)}
_PALETTE = 3
_PNG_SIGNATURE = 8
#: Level 1 of zlib: the next ones cost twice the time for some 5 % of a scan.
_FAST = 1
_JPEG_COLOURS = {"L": "/DeviceGray", "RGB": "/DeviceRGB", "CMYK": "/DeviceCMYK"}
#: component names in a JPEG that holds RGB and does not say so otherwise
_RGB_NAMES = [ord(letter) for letter in "RGB"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture for the canvas, and what was done to it."""

    drawn: Drawn
    #: the pixels were decoded and stored anew
    decoded: bool = False
    #: laid on white, or brought to 8 bits
    reduced: bool = False
    #: EXIF orientation that the pixels still wait for; 1 = upright
    orientation: int = 1


def stored(image: Image.Image, untrusted_file: Path) -> Stored:
    """The current frame of an open image.

    Raises:
        anything of `PILLOW_FAULTS`: the image is damaged.
    """
    kept = None
    if image.format in ("JPEG", "MPO"):
        kept = _jpeg(image, untrusted_file)
    elif image.format == "PNG":
        kept = _png(image, untrusted_file)
    elif isinstance(image, TiffImagePlugin.TiffImageFile):
        kept = _fax(image, untrusted_file)
    return kept or _anew(image)


def _jpeg(image: Image.Image, untrusted_file: Path) -> Stored | None:
    colours = _JPEG_COLOURS.get(image.mode)
    layers = [layer[0] for layer in getattr(image, "layer", [])]
    if colours is None or ("adobe" not in image.info and layers == _RGB_NAMES):
        return None
    # Programs that write CMYK with Adobe's marker store ink inverted.
    inverted = " /Decode [1 0 1 0 1 0 1 0]" if image.mode == "CMYK" and "adobe" in image.info else ""
    entries = f"{_size(image.size)} /ColorSpace {colours} /BitsPerComponent 8 /Filter /DCTDecode{inverted}"
    orientation = image.getexif().get(_ORIENTATION)
    return Stored(
        Drawn(entries, pieces(untrusted_file)), orientation=orientation if isinstance(orientation, int) else 1
    )


def _png(image: Image.Image, untrusted_file: Path) -> Stored | None:
    """PNG's compressed rows are what PDF calls Flate with a PNG predictor, unless they are interlaced."""
    chunks = list(_chunks(untrusted_file))
    names = {name for name, _, _ in chunks}
    width, height, depth, colour, _, _, interlaced = struct.unpack(
        ">IIBBBBB", _first(untrusted_file, chunks, b"IHDR")
    )
    # Asking for the orientation decodes the whole picture, so only where there may be one.
    oriented = b"eXIf" in names or "Raw profile type exif" in image.info
    if colour not in _PNG_COLOURS or interlaced or b"tRNS" in names:
        return None
    if oriented and image.getexif().get(_ORIENTATION, 1) != 1:
        return None
    space, channels = _PNG_COLOURS[colour]
    if colour == _PALETTE:
        space = _indexed(_first(untrusted_file, chunks, b"PLTE")[: 3 << depth])
    rows = [(at, length) for name, at, length in chunks if name == b"IDAT"]
    return Stored(Drawn(_flate((width, height), space, channels, depth), _parts(untrusted_file, rows)))


def _chunks(png: Path | io.BytesIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and length of each chunk of a PNG file."""
    with png.open("rb") if isinstance(png, Path) else png as stream:
        end, at = stream.seek(0, io.SEEK_END), _PNG_SIGNATURE
        while at + 8 <= end:
            stream.seek(at)
            length, name = struct.unpack(">I4s", stream.read(8))
            yield name, at + 8, min(length, end - at - 8)
            at += length + 12


def _first(png: Path, chunks: list[tuple[bytes, int, int]], wanted: bytes) -> bytes:
    """The content of the first chunk of that name.

    Raises:
        KeyError: there is none.
    """
    places = {name: (at, length) for name, at, length in reversed(chunks)}
    with png.open("rb") as stream:
        stream.seek(places[wanted][0])
        return stream.read(places[wanted][1])


def _parts(untrusted_file: Path, places: list[tuple[int, int]]) -> Iterator[bytes]:
    with untrusted_file.open("rb") as stream:
        for at, length in places:
            stream.seek(at)
            yield stream.read(length)


def _fax(image: TiffImagePlugin.TiffImageFile, untrusted_file: Path) -> Stored | None:
    tags = image.tag_v2
    offsets, lengths = tags.get(_STRIP_OFFSETS, ()), tags.get(_STRIP_BYTES, ())
    plain = tags.get(_FILL_ORDER, 1) == 1 and tags.get(_ORIENTATION, 1) == 1 and not tags.get(_FAX_OPTIONS, 0)
    if image.mode != "1" or tags.get(_COMPRESSION) != _GROUP_4 or len(offsets) != 1 or not plain:
        return None
    with untrusted_file.open("rb") as stream:
        stream.seek(offsets[0])
        strip = stream.read(lengths[0])
    return Stored(_group_4(image.size, strip, white_is_zero=tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO))


def _group_4(size: tuple[int, int], strip: bytes, *, white_is_zero: bool) -> Drawn:
    parameters = f"/K -1 /Columns {size[0]} /Rows {size[1]}" + ("" if white_is_zero else " /BlackIs1 true")
    entries = f"{_size(size)} /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode"
    return Drawn(f"{entries} /DecodeParms << {parameters} >>", [strip])


def _anew(image: Image.Image) -> Stored:
    upright = ImageOps.exif_transpose(image)
    plain, reduced = _plain(upright)
    if plain.mode == "1":
        return Stored(_encode_fax(plain), decoded=True, reduced=reduced)
    file = io.BytesIO()
    plain.save(file, "PNG", compress_level=_FAST)
    space = "/DeviceGray" if plain.mode == "L" else "/DeviceRGB"
    channels = 1 if plain.mode == "L" else 3
    png, entries = file.getvalue(), _flate(plain.size, space, channels, 8)
    rows = [png[at : at + length] for name, at, length in _chunks(file) if name == b"IDAT"]
    return Stored(Drawn(entries, rows), decoded=True, reduced=reduced)


def _encode_fax(image: Image.Image) -> Drawn:
    file = io.BytesIO()
    image.save(file, "TIFF", compression="group4", tiffinfo={_ROWS_PER_STRIP: image.height})
    with Image.open(file, formats=("TIFF",)) as written:
        assert isinstance(written, TiffImagePlugin.TiffImageFile)
        tags = written.tag_v2
        (at,), (length,) = tags[_STRIP_OFFSETS], tags[_STRIP_BYTES]
        white_is_zero = tags[_PHOTOMETRIC] == _WHITE_IS_ZERO
    return _group_4(image.size, file.getvalue()[at : at + length], white_is_zero=white_is_zero)


def _plain(image: Image.Image) -> tuple[Image.Image, bool]:
    """The picture in mode "1", "L" or "RGB", and whether that lost anything."""
    if "A" in image.getbands() and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("L" if image.mode == "LA" else "RGB"), False
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        paper = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(paper, image.convert("RGBA")).convert("RGB"), True
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image, dtype=np.float64)
        least, most = (0.0, 65535.0) if image.mode.startswith("I") else (values.min(), values.max())
        scaled = (values - least) * (255.0 / max(most - least, 1e-9))
        return Image.fromarray(scaled.clip(0, 255).astype(np.uint8)), True
    if image.mode in ("1", "L", "RGB"):
        return image, False
    return image.convert("RGB"), image.mode != "P"


def _size(size: tuple[int, int]) -> str:
    return f"/Width {size[0]} /Height {size[1]}"


def _flate(size: tuple[int, int], space: str, channels: int, depth: int) -> str:
    parameters = f"/Predictor 15 /Colors {channels} /BitsPerComponent {depth} /Columns {size[0]}"
    entries = f"{_size(size)} /ColorSpace {space} /BitsPerComponent {depth} /Filter /FlateDecode"
    return f"{entries} /DecodeParms << {parameters} >>"


def _indexed(palette: bytes) -> str:
    return f"[/Indexed /DeviceRGB {max(len(palette) // 3 - 1, 0)} <{palette.hex()}>]"
