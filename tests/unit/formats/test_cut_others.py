"""TIFF files and texts: pages as a file of their own, to the pixel and to the letter."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from processors.config import Limits
from processors.errors import StageFailed
from processors.events import PageRange
from processors.formats.cut_pictures import cut_tiff
from processors.formats.cut_text import cut_text
from processors.formats.image import open_image, page_frames
from processors.formats.port import Refused
from processors.formats.text import ROWS, sheets

ONE_BY_ONE = (PageRange(first=1, last=1), PageRange(first=2, last=2))


def frame(mode: str, size: tuple[int, int], seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    if mode == "I;16":
        return Image.fromarray(noise[:, :, 0].astype(np.uint16) * 257)
    return Image.fromarray(noise).convert(mode)


def pixels(file: Path) -> list[tuple[str, tuple[float, float], np.ndarray]]:
    """Of each page: mode, resolution, and every pixel."""
    found = []
    with open_image(file, "image/tiff", Limits()) as image:
        for number in page_frames(image, Limits()):
            image.seek(number)
            image.load()
            dpi = image.info.get("dpi", (0.0, 0.0))
            found.append((image.mode, (float(dpi[0]), float(dpi[1])), np.asarray(image).copy()))
    return found


def cut(
    file: Path, tmp_path: Path, parts: Sequence[PageRange], pages: int, limits: Limits | None = None
) -> list[Path]:
    folder = tmp_path / "parts"
    folder.mkdir(exist_ok=True)
    return list(cut_tiff(file, parts, pages, folder, limits or Limits()))


@pytest.mark.parametrize("compression", ["raw", "jpeg", "group4", "tiff_lzw"])
def test_frames_keep_every_pixel_and_their_resolution(tmp_path: Path, compression: str) -> None:
    modes = ("1", "1", "1") if compression == "group4" else ("RGB", "L", "RGB")
    frames = [frame(mode, (80 + 10 * n, 60), n) for n, mode in enumerate(modes)]
    file = tmp_path / "fax.tif"
    frames[0].save(file, save_all=True, append_images=frames[1:], compression=compression, dpi=(200, 100))
    before = pixels(file)
    parts = cut(file, tmp_path, (PageRange(first=1, last=1), PageRange(first=2, last=3)), 3)
    after = [page for part in parts for page in pixels(part)]
    assert [len(pixels(part)) for part in parts] == [1, 2]
    for old, new in zip(before, after, strict=True):
        assert old[:2] == new[:2]
        assert np.array_equal(old[2], new[2])


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixel_is_kept(tmp_path: Path, mode: str) -> None:
    frames = [frame(mode, (33, 21), n) for n in range(2)]
    file = tmp_path / "odd.tif"
    frames[0].save(file, save_all=True, append_images=frames[1:])
    before = pixels(file)
    after = [page for part in cut(file, tmp_path, ONE_BY_ONE, 2) for page in pixels(part)]
    for old, new in zip(before, after, strict=True):
        assert old[0] == new[0]
        assert np.array_equal(old[2], new[2])


def test_thumbnails_are_no_pages_and_a_turned_page_stays_turned(tmp_path: Path) -> None:
    file = tmp_path / "scan.tif"
    first, small, second = frame("L", (60, 40), 1), frame("L", (6, 4), 2), frame("L", (60, 40), 3)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    second.encoderinfo = {"tiffinfo": {274: 6}}
    first.save(file, save_all=True, append_images=[small, second], compression="tiff_lzw")
    turned = np.rot90(np.asarray(second), -1)
    after = [page[2] for part in cut(file, tmp_path, ONE_BY_ONE, 2) for page in pixels(part)]
    assert [page.shape for page in after] == [(40, 60), (60, 40)]
    assert np.array_equal(after[0], np.asarray(first))
    assert np.array_equal(after[1], turned)


def test_a_repeated_cut_makes_the_same_bytes(tmp_path: Path) -> None:
    file = tmp_path / "fax.tif"
    frame("L", (50, 50), 1).save(file, save_all=True, append_images=[frame("1", (50, 50), 2)])
    first = [part.read_bytes() for part in cut(file, tmp_path, ONE_BY_ONE, 2)]
    assert [part.read_bytes() for part in cut(file, tmp_path, ONE_BY_ONE, 2)] == first


def test_damaged_and_too_large_frames_are_refused_and_others_pages_fail(tmp_path: Path) -> None:
    file = tmp_path / "fax.tif"
    frame("L", (50, 50), 1).save(
        file, save_all=True, append_images=[frame("L", (900, 900), 2)], compression="tiff_lzw"
    )
    with pytest.raises(StageFailed, match="another number of pages"):
        cut(file, tmp_path, ONE_BY_ONE, 3)
    with pytest.raises(Refused) as refusal:
        cut(file, tmp_path, ONE_BY_ONE, 2, Limits(max_page_pixels=100_000))
    assert refusal.value.outcome.reason == "page_too_large"
    content = bytearray(file.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = b"\xff" * 2000
    file.write_bytes(bytes(content))
    with pytest.raises(Refused) as refusal:
        cut(file, tmp_path, ONE_BY_ONE, 2)
    assert refusal.value.outcome.reason == "damaged"


def test_a_full_disk_is_not_the_documents_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "fax.tif"
    frame("L", (50, 50), 1).save(file, save_all=True, append_images=[frame("L", (50, 50), 2)])

    def full(self: object, data: bytes, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TiffImagePlugin.AppendingTiffWriter, "write", full)
    with pytest.raises(OSError, match="No space left"):
        cut(file, tmp_path, ONE_BY_ONE, 2)


TEXTS = {
    "plain": "one\ntwo\n" * ROWS,
    "form feeds": "first\fsecond\n\n\fthird\n",
    "empty sheets": "\f\fthird",
    "ends with a form feed": "first\f",
    "long lines": "word " * 2000,
    "full sheets": "row\n" * ROWS + "\f" + "row\n" * ROWS,
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS.keys())
def test_texts_are_laid_out_as_they_were(tmp_path: Path, content: str) -> None:
    file = tmp_path / "fax.txt"
    file.write_text(content, encoding="utf-8")
    before = list(sheets(file))
    assert len(before) > 1
    for at in range(2, len(before) + 1):
        parts = (PageRange(first=1, last=at - 1), PageRange(first=at, last=len(before)))
        made = list(cut_text(file, parts, len(before), tmp_path))
        assert [list(sheets(part)) for part in made] == [before[: at - 1], before[at - 1 :]]


@pytest.mark.parametrize("pages", [2, 4])
def test_a_text_of_another_length_is_not_cut(tmp_path: Path, pages: int) -> None:
    file = tmp_path / "fax.txt"
    file.write_text("1\f2\f3", encoding="utf-8")
    parts = (PageRange(first=1, last=1), PageRange(first=2, last=pages))
    with pytest.raises(StageFailed, match="another number of pages"):
        list(cut_text(file, parts, pages, tmp_path))
