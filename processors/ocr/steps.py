"""The steps around a recognition, each of which can be left out: so that a benchmark can say what each is worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Steps:
    """Which steps are taken; all of them in production. Figures: docs/decisions/0008-page-preparation.md."""

    #: letters are brought to the size that is read best and cheapest
    scale: bool = True
    #: leaning pages are straightened
    straighten: bool = True
    #: pale ink is made stronger
    strengthen: bool = True
    #: grainy pages are smoothed
    smooth: bool = True
    #: pages on their side or head are turned
    turn: bool = True
    #: what gave little is read again with stronger ink
    second_look: bool = True
    #: pages in another language are read again with its pack
    language: bool = True
    #: doubtful lines of narrow print are read again in larger letters, and the surer reading counts
    doubtful: bool = True


ALL = Steps()
