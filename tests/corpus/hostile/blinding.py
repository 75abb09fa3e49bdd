"""Files whose one odd part is to keep a scanner from seeing what acts in the others."""

from __future__ import annotations

from random import Random

from tests.corpus import office, ole
from tests.corpus.hostile.made import Made, made, packed_pdf, pdf, words

LAUNCH = b"<</S/Launch/F(cmd.exe)>>"
#: PDFs that start a program when they are opened; qpdf reads on behind what is odd, or makes nothing of it.
PDFS = (
    # names that are no text, in front of what acts
    pdf(catalogue=b"/OpenAction 7 0 R", more=[b"<</S/#ff#fe/AA(x)>>", LAUNCH]),
    pdf(catalogue=b"/OpenAction 7 0 R", more=[b"<</Type/Annot/Subtype/#c3#28/EF(x)>>", LAUNCH]),
    # the kind of the action in an object of its own
    pdf(catalogue=b"/OpenAction 6 0 R", more=[b"<</S 7 0 R/F(cmd.exe)>>", b"/Launch"]),
    # two kinds: some readers take the first, others the last
    pdf(catalogue=b"/OpenAction 6 0 R", more=[b"<</S/Launch/S/GoTo/F(cmd.exe)>>"]),
    # more words that mean nothing than qpdf has patience for
    pdf(catalogue=b"/OpenAction 6 0 R", more=[b"<</S/Launch/F(cmd.exe)%s>>" % (b" x" * 40)]),
    # a number of more bits than qpdf has
    pdf(catalogue=b"/OpenAction 6 0 R", more=[b"<</S/Launch/F(cmd.exe)/X 99999999999999999999>>"]),
    # actions that follow actions, more deeply than qpdf goes
    pdf(catalogue=b"/OpenAction 6 0 R", more=[b"<</S/GoTo/Next" * 600 + LAUNCH + b">>" * 600]),
    # in a stream of objects that is packed more often than qpdf unpacks
    packed_pdf(LAUNCH, catalogue=b"/OpenAction 6 0 R", deflated=60),
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_KIND = "http://schemas.microsoft.com/office/2006/relationships/"
#: A letter written with more digits than Python reads
_MANY_DIGITS = f"&#{'0' * 5000}104;ttp://a.example/"


def blinded_pdf(variant: int, chance: Random, canary: str) -> Made:
    return made(f"blinds{variant}.pdf", PDFS[variant], "active_content", "damaged")


def blinded_office(variant: int, chance: Random, canary: str) -> Made:
    project = ole.storage({"VBA": {"dir": chance.randbytes(90)}})
    text = office.paragraph(words(chance))
    digits = _RELATIONS.format(f'<Relationship Id="r9" Type="x/hyperlink" Target="{_MANY_DIGITS}"/>')
    sheet = _RELATIONS.format(f'<Relationship Id="r9" Type="{_KIND}xlMacrosheet" Target="worksheets/sheet9.xml"/>')
    dde = "<w:p><w:r><w:instrText>{}AUTO cmd.exe</w:instrText></w:r></w:p>"
    #: a storage of the name of a stream, which cannot be read as one
    storage_for_stream = {"Book": {"x": b"x"}}
    name, content = [
        ("a.docx", office.docx(text, extra={"word/_rels/x.xml.rels": digits, "word/vbaProject.bin": project})),
        ("a.docx", office.docx(text, extra={"word/theme.dat": project})),
        (
            "a.doc",
            ole.storage({**storage_for_stream, "WordDocument": bytes(4096), "Macros": {"VBA": {"dir": b"x"}}}),
        ),
        (
            "a.docx",
            office.docx(
                text,
                extra={"word/embeddings/a.bin": ole.storage({**storage_for_stream, "\x01Ole10Native": b"MZ"})},
            ),
        ),
        ("a.docx", office.docx(text + dde.format("&#68;D&#x45;"))),
        ("a.docx", office.docx(text + dde.format("D<!-- -->D<![CDATA[E]]>"))),
        ("a.xlsx", office.xlsx({"a": ""}, extra={"xl/_rels/more.xml.rels": sheet})),
        ("a.docx", office.docx(text, extra={"word/embeddings/a.dat": ole.storage({"\x01Ole10Native": b"MZ"})})),
    ][variant]
    reasons = ("macros", "embedded_file", "external_reference", "damaged")
    return made(name, content, *reasons)
