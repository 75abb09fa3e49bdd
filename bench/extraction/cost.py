"""What extraction adds to the recognition of a scanned page, and how long a grammar takes to build."""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

from llguidance import LLMatcher, LLParserLimits, LLTokenizer

from bench.extraction.folder import Entry
from processors.config import Settings
from processors.document_types import DocumentType
from processors.forge.classifier.dataset import Example
from processors.forge.datasets.texts import Reader
from processors.forge.evaluation.reading import Case
from processors.ocr.stage import build
from processors.pages import read_pages

_LANGUAGE = "processors.extract.language"
#: words of the document that a grammar is built of, and how often
_WORDS, _TIMES = 3_000, 5


def recognition(
    entries: Sequence[Entry], cases: Mapping[str, Case], settings: Settings, pages: int, say: Callable[[str], None]
) -> float | None:
    """CPU seconds of the OCR stage for a scanned page, mean over some first pages; None without a scan."""
    scans = [one for one in entries if one.path and one.name in cases and _scanned(cases[one.name])]
    step = max(len(scans) // max(pages, 1), 1)
    chosen = scans[::step][:pages]
    if not chosen:
        return None
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as scratch:
        reader = Reader(build(settings, outputs=False), Path(scratch))
        before, done = 0.0, 0
        for number, one in enumerate(chosen):
            say(f"timing recognition, page {number + 1} of {len(chosen)}")
            started = time.process_time()
            example = Example(one.name, one.type, path=one.path, sha256=one.sha256, media_type=one.media_type)
            if reader.page(example, 1) is not None:
                before, done = before + time.process_time() - started, done + 1
    return before / done if done else None


def extraction(spent: Sequence[tuple[int, int, float]]) -> dict[str, float | None]:
    """CPU seconds a document, a page, and a page of documents that were scanned from end to end."""
    pages, seconds = sum(one for one, _, _ in spent), sum(cpu for _, _, cpu in spent)
    scans = [(pages, cpu) for pages, scanned, cpu in spent if scanned and scanned == pages]
    of_scans = sum(one for one, _ in scans)
    return {
        "document": seconds / len(spent) if spent else None,
        "page": seconds / pages if pages else None,
        "scanned_page": sum(cpu for _, cpu in scans) / of_scans if of_scans else None,
    }


def grammar(kind: DocumentType | None, cases: Sequence[Case]) -> float | None:
    """Milliseconds (median of five) to write and compile the grammar of a type on some 3,000 words.

    None where this version has no room for language models, or nothing to measure on.
    """
    if importlib.util.find_spec(_LANGUAGE) is None or kind is None or not cases:
        return None
    made = importlib.import_module(f"{_LANGUAGE}.grammar")
    shapes, windows = importlib.import_module(f"{_LANGUAGE}.shape"), importlib.import_module(f"{_LANGUAGE}.windows")
    longest = max(cases, key=lambda one: one.pages.stat().st_size)
    window = windows.windows(list(read_pages(longest.pages)), _WORDS)[0]
    shape, tokens = shapes.shape(kind.schema), LLTokenizer("byte")
    limits = LLParserLimits(initial_lexer_fuel=100_000_000, precompute_large_lexemes=False)
    taken = []
    for _ in range(_TIMES):
        before = time.process_time()
        LLMatcher(tokens, made.grammar(shape, window), limits=limits)
        taken.append(1000 * (time.process_time() - before))
    return median(taken)


def _scanned(case: Case) -> bool:
    first = next(read_pages(case.pages), None)
    return first is not None and first.source == "ocr"
