"""Whether a PDF may call itself PDF/A-2b, the form that archives keep, and the marks that say so.

Nothing is promised that was not checked, and what is checked here are scans: pages that show pictures in grey or
RGB, and our invisible text, whose font is in the file. A PDF with text or drawings of its own stays as it is.
"""

from __future__ import annotations

import zlib
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import ImageCms

from processors.ocr.binding.content import instructions
from processors.ocr.binding.placing import shown_box
from processors.ocr.binding.remarks import Remark

_PLAIN_ROOT = frozenset(
    ("/Type", "/Pages", "/Metadata", "/PageMode", "/PageLayout", "/Lang", "/ViewerPreferences", "/Version")
)
_PLAIN_PAGE = frozenset(
    ("/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit", "/Tabs")
)
_PLAIN_OPERATORS = frozenset(
    (
        "q",
        "Q",
        "cm",
        "w",
        "J",
        "j",
        "M",
        "d",
        "i",
        "g",
        "G",
        "rg",
        "RG",
        "re",
        "m",
        "l",
        "h",
        "f",
        "f*",
        "S",
        "s",
        "n",
    )
) | {"W", "W*", "Do"}
_FILTERS = frozenset(
    (
        Name.DCTDecode,
        Name.CCITTFaxDecode,
        Name.JBIG2Decode,
        Name.FlateDecode,
        Name.RunLengthDecode,
        Name.ASCII85Decode,
        Name.ASCIIHexDecode,
    )
)
_COLOURS = frozenset((Name.DeviceGray, Name.DeviceRGB, Name.CalGray, Name.CalRGB))
_PICTURE_KEYS_REFUSED = ("/Alternates", "/OPI", "/SMask", "/Mask", "/SMaskInData")
#: sides of a page in its units
_LEAST_SIDE, _MOST_SIDE = 3, 14_400
_PART, _CONFORMANCE = "2", "B"


class Inspection:
    """Looks at a document, page by page, before text is laid on it, until something speaks against PDF/A."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        #: why PDF/A cannot be promised; None as long as it can
        self.doubt: Remark | None = None
        if any(key not in _PLAIN_ROOT for key in pdf.Root):
            self.doubt = Remark.NOT_ARCHIVAL_STRUCTURE
        #: pictures and colour spaces that were looked at: pages may share them
        self._known: set[tuple[int, int]] = set()

    def look(self, page: pikepdf.Page) -> None:
        """Look at the next page."""
        if self.doubt is None:
            self.doubt = self._page(page)

    def _page(self, page: pikepdf.Page) -> Remark | None:
        left, bottom, right, top = shown_box(page)
        sized = all(_LEAST_SIDE <= side <= _MOST_SIDE for side in (right - left, top - bottom))
        if not sized or any(key not in _PLAIN_PAGE for key in page.obj):
            return Remark.NOT_ARCHIVAL_STRUCTURE
        resources = page.obj.get("/Resources", Dictionary())
        if resources.get("/Font"):
            return Remark.NOT_ARCHIVAL_FONTS
        operators = instructions(self._pdf, page.obj)
        if operators is None or any(str(one.operator) not in _PLAIN_OPERATORS for one in operators):
            return Remark.NOT_ARCHIVAL_DRAWING
        for _, drawn in resources.get("/XObject", Dictionary()).items():
            doubt = self._picture(drawn)
            if doubt is not None:
                return doubt
        return None

    def _picture(self, drawn: pikepdf.Object) -> Remark | None:
        if drawn.objgen in self._known:
            return None
        self._known.add(drawn.objgen)
        if drawn.get("/Subtype") != Name.Image:
            return Remark.NOT_ARCHIVAL_DRAWING
        packing = drawn.get("/Filter", Array())
        packings = list(packing) if isinstance(packing, Array) else [packing]
        refused = any(key in drawn for key in _PICTURE_KEYS_REFUSED) or bool(drawn.get("/Interpolate", False))
        if refused or any(one not in _FILTERS for one in packings):
            return Remark.NOT_ARCHIVAL_PICTURES
        if drawn.get("/ImageMask", False) or _archival_colours(drawn.get("/ColorSpace")):
            return None
        return Remark.NOT_ARCHIVAL_COLOURS


def _archival_colours(space: pikepdf.Object | None) -> bool:
    """Grey and RGB, also as a palette. Profiles inside the file would have to be checked, too."""
    if isinstance(space, Array) and len(space) == 4 and space[0] == Name.Indexed:
        space = space[1]
    if isinstance(space, Array) and len(space) == 2:
        return space[0] in (Name.CalGray, Name.CalRGB)
    return space in _COLOURS


def declare(pdf: pikepdf.Pdf) -> None:
    """Put in what PDF/A-2b asks for: what colours mean, and metadata that say the same as the document's info."""
    profile = pdf.make_stream(zlib.compress(_srgb(), 9), Filter=Name.FlateDecode, N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=b"sRGB",
        Info=b"sRGB",
        RegistryName=b"http://www.color.org",
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata  # what strangers wrote may break the rules on metadata
    if "/Info" in pdf.trailer:
        del pdf.trailer.Info
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdfaid:part"], metadata["pdfaid:conformance"] = _PART, _CONFORMANCE


def disclaim(pdf: pikepdf.Pdf) -> None:
    """Take claims of the original off the metadata that the changed file might not keep."""
    stored = pdf.Root.get("/Metadata")
    if stored is None:
        return
    if not isinstance(stored, pikepdf.Stream):
        del pdf.Root.Metadata
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for key in [key for key in metadata if "pdf/ua/ns/id" in key or "pdfa/ns/id" in key]:
            del metadata[key]


@cache
def _srgb() -> bytes:
    """An ICC profile of sRGB."""
    made: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return made
