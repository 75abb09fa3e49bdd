"""Which language a page is written in, told from what was read on it with any pack of the same script.

A pack for the wrong language reads most words right and the accents wrong; that is enough to tell the language, and
the page is then read again with the right pack. Pages of the installation's first language cost nothing extra.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from processors.ocr.engine import PixelWord

#: Tesseract's packs and the codes of ISO 639-1 that the identifier knows.
ISO_OF_PACK = {
    "eng": "en", "fra": "fr", "deu": "de", "spa": "es", "ita": "it", "por": "pt", "nld": "nl", "pol": "pl",
    "ces": "cs", "dan": "da", "swe": "sv", "nor": "no", "fin": "fi", "ron": "ro", "hun": "hu", "slk": "sk",
    "slv": "sl", "hrv": "hr", "tur": "tr", "cat": "ca", "ell": "el", "rus": "ru", "ukr": "uk", "bul": "bg",
    "ara": "ar", "heb": "he", "kor": "ko", "jpn": "ja", "chi_sim": "zh",
}  # fmt: skip
_PACK_OF_ISO = {iso: pack for pack, iso in ISO_OF_PACK.items()}
#: The pack to install for a script that no installed pack reads; the most spoken language of each.
PACK_OF_SCRIPT = {
    "Arabic": "ara", "Cyrillic": "rus", "Devanagari": "hin", "Greek": "ell", "Han": "chi_sim", "Hangul": "kor",
    "Hebrew": "heb", "Japanese": "jpn", "Korean": "kor", "Thai": "tha", "Fraktur": "frk",
}  # fmt: skip
#: The pack that reads a script best where its own is missing: German was printed in Fraktur.
_NEXT_BEST = {"frk": "deu"}
#: Fewer words than this say nothing certain.
_LEAST_WORDS = 15
#: The identifier is sure of itself; what is below this is a page of names and numbers.
_LEAST_SURE = 0.95
_MOST_CHARACTERS = 4_000
#: Words that the engine is less sure of than this are no words of any language.
_LEAST_READ = 0.5


def pack_of(untrusted_words: list[str]) -> str:
    """The pack of the language that these words are in; "" where that cannot be told."""
    words = [word for word in untrusted_words if word.isalpha() and len(word) > 1]
    if len(words) < _LEAST_WORDS:
        return ""
    text = " ".join(words)[:_MOST_CHARACTERS].casefold()
    code, probability = _identifier().classify(text)
    return _PACK_OF_ISO.get(code, "") if probability >= _LEAST_SURE else ""


@dataclass(frozen=True)
class Choice:
    """What follows from the language of a page."""

    #: the pack to read it with; "" where the one that it was read with may stand
    pack: str
    #: what is to be known of it
    notes: tuple[str, ...] = ()


def choose(wanted: str, allowed: Sequence[str], installed: Sequence[str]) -> Choice:
    """What to do about a page that wants a pack.

    Args:
        wanted: the pack of its language; "" where that is not known
        allowed: installed packs that may be used
        installed: all packs that the engine has
    """
    if not wanted or wanted in allowed:
        return Choice(wanted)
    instead = _NEXT_BEST.get(wanted, "")
    return Choice(
        instead if instead in allowed else "",
        (f"{'language_not_allowed' if wanted in installed else 'missing_pack'}:{wanted}",),
    )


def wanted(script: str, untrusted_found: Sequence[PixelWord]) -> str:
    """The pack that a page wants, from its script where that was asked for, else from its words; "" = not known."""
    if pack := PACK_OF_SCRIPT.get(script, ""):
        return pack
    return pack_of([word.text for word in untrusted_found if word.confidence >= _LEAST_READ])


def reads(pack: str, script: str) -> bool:
    """Whether a pack can read a script; scripts that are not known are Latin."""
    return PACK_OF_SCRIPT.get(script, pack) == pack


def load() -> None:
    """Load the identifier, which takes 0.7 s: once in a process that forks, not in every fork."""
    _identifier()


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(_PACK_OF_ISO))
    return identifier
