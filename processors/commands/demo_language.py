"""The second reader of the demo: a small language model, held to the words of a document that was just read."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from processors import document_types
from processors.commands.screen import cell
from processors.config import Settings
from processors.document_types import DocumentType
from processors.document_types.paths import walk
from processors.extract.grounding import ground
from processors.extract.language.reader import fitting
from processors.pages import Page, read_pages

#: what a machine without torch is told
_LACKING = "Language models as second readers need torch: scripts/setup --extra train, then run the demo again."


@dataclass(frozen=True)
class Said:
    """What the model said of one field."""

    path: str
    text: str
    #: whether code that trusts no model found it on the page
    proven: bool


def second_reader(settings: Settings, type_name: str, pages: Path, values: Mapping[str, object]) -> Table | str:
    """A table of what the shipped language model reads in a document, beside what was read; or why there is none.

    Args:
        settings: name the models and the document types
        type_name: of the document
        pages: its page records
        values: what was read
    """
    folder = settings.models / "language"
    if not (folder / "config.json").is_file() or importlib.util.find_spec("torch") is None:
        return _LACKING
    kind = document_types.load(settings.document_types)[type_name]
    said, name = _asked(folder, kind, list(read_pages(pages)))
    return _table(said, name, values)


def _asked(folder: Path, kind: DocumentType, pages: list[Page]) -> tuple[list[Said], str]:
    # Only here: torch takes seconds, and most machines do without.
    from processors.extract.language.transformers_model import TransformersModel  # noqa: PLC0415

    model, reader = TransformersModel(folder, name="small language model"), fitting(folder)
    with tempfile.TemporaryDirectory() as scratch:
        prompts = reader.prompts(pages, kind, Path(scratch))
        answers = dict(zip((prompt.name for prompt in prompts), model.complete(prompts), strict=True))
    by_number = {page.number: page for page in pages}
    said: list[Said] = []
    for proposal in reader.proposals(pages, kind, answers):
        rule = kind.field(proposal.path)
        if rule is not None and proposal.path not in {one.path for one in said}:
            proof = ground(proposal, by_number, rule)
            said.append(Said(proposal.path, proposal.text, proof.evidence.page > 0))
    return said, model.name


def _table(said: list[Said], name: str, values: Mapping[str, object]) -> Table:
    read = dict(walk(dict(values)))
    table = Table(title=f"A second reader: {name}", title_justify="left", box=None, pad_edge=False)
    for title in ("field", "was read", "the model says", "on the page"):
        table.add_column(title, overflow="fold")
    for path in [*read, *(one.path for one in said if one.path not in read)]:
        its = next((one for one in said if one.path == path), None)
        found = "" if its is None else "yes" if its.proven else "no"
        row = (path, str(read.get(path, "")), its.text if its else "nothing", found)
        table.add_row(*map(cell, row))
    table.caption = (
        "Trained on made forms for minutes, to show the way: it can only say words of the document, often wrong "
        "ones. A large model takes the same way."
    )
    return table
