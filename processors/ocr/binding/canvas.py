"""A plain PDF written page by page straight to the file, so that memory holds one picture at a time.

What it writes is opened again by pikepdf, which lays the text and the marks of PDF/A; so no more than the bare
pages is made here. Libraries that make PDF from pictures keep the whole document in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

#: x and y of the unit square on the page: a b c d e f of a PDF matrix, in points
Matrix = tuple[float, float, float, float, float, float]
_COPY_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as PDF stores it."""

    #: entries of the image dictionary after /Subtype, in PDF syntax
    entries: str
    #: the encoded bytes, in pieces
    data: Iterable[bytes]


class Canvas:
    """The PDF being written; used as a context, whose end completes the file."""

    def __init__(self, path: Path, fonts: str = "") -> None:
        """Begin the file.

        Args:
            path: of the PDF
            fonts: the /Font resources of every page, in PDF syntax
        """
        self._stream: BinaryIO = path.open("wb")
        self._fonts = f"/Font << {fonts} >> " if fonts else ""
        #: where each object begins; objects 1 and 2 are the catalogue and the page tree, written last
        self._offsets: dict[int, int] = {1: 0, 2: 0}
        self._pages: list[int] = []
        self._stream.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._finish()
        finally:
            self._stream.close()

    def page(self, width: float, height: float, content: bytes, picture: Drawn | None = None) -> None:
        """Add a page.

        Args:
            width: points
            height: points
            content: the content stream; the picture is /Picture there
            picture: what the page shows
        """
        shown = f"/XObject << /Picture {self._picture(picture)} 0 R >> " if picture else ""
        text = self._write_stream("", [content])
        self._pages.append(
            self._object(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] "
                f"/Resources << {self._fonts}{shown}>> /Contents {text} 0 R >>"
            )
        )

    def _picture(self, picture: Drawn) -> int:
        return self._write_stream(f"/Type /XObject /Subtype /Image {picture.entries} ", picture.data)

    def _write_stream(self, entries: str, data: Iterable[bytes]) -> int:
        """A stream whose length is known only when it is written."""
        number = self._begin()
        self._stream.write(f"<< {entries}/Length {number + 1} 0 R >>\nstream\n".encode("ascii"))
        start = self._stream.tell()
        for piece in data:
            self._stream.write(piece)
        length = self._stream.tell() - start
        self._stream.write(b"\nendstream\nendobj\n")
        self._object(str(length))
        return number

    def _object(self, body: str) -> int:
        number = self._begin()
        self._stream.write(f"{body}\nendobj\n".encode("ascii"))
        return number

    def _begin(self, number: int | None = None) -> int:
        chosen = len(self._offsets) + 1 if number is None else number
        self._offsets[chosen] = self._stream.tell()
        self._stream.write(b"%d 0 obj\n" % chosen)
        return chosen

    def _finish(self) -> None:
        self._begin(1)
        self._stream.write(b"<< /Type /Catalog /Pages 2 0 R >>\nendobj\n")
        self._begin(2)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._stream.write(f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>\nendobj\n".encode("ascii"))
        start, size = self._stream.tell(), len(self._offsets) + 1
        table = "".join(f"{self._offsets[number]:010d} 00000 n \n" for number in range(1, size))
        self._stream.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}".encode("ascii"))
        self._stream.write(f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii"))


def pieces(path: Path) -> Iterable[bytes]:
    """A file's bytes, a piece at a time."""
    with path.open("rb") as stream:
        while piece := stream.read(_COPY_BYTES):
            yield piece
