"""`chancery forge dataset build`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from processors.commands.exits import CommandError, Exit
from processors.commands.forging import Workshop, bar, workshop
from processors.commands.screen import counted, err, line
from processors.events import DocumentId
from processors.forge.datasets import gather_labels, gather_reviews
from processors.forge.datasets.dataset_store import Gathered
from processors.forge.datasets.splits import assigned, merged
from processors.forge.names import named
from processors.places import Buckets
from processors.record.standing import Filter, Standing
from processors.record.states import State


def run(
    name: Annotated[str, typer.Argument(help="What the dataset is called.")],
    documents: Annotated[Path | None, typer.Option(help="Folder with files and labels.jsonl.")] = None,
    reviews: Annotated[bool, typer.Option("--reviews", help="Take what reviewers decided.")] = False,
    agency: Annotated[str, typer.Option(help="Reviews of this agency alone.")] = "",
    add: Annotated[bool, typer.Option("--add", help="Keep the documents of the newest version.")] = False,
    pages: Annotated[int, typer.Option(help="Pages read of each file at most.", min=1)] = 20,
    licence: Annotated[str, typer.Option(help="Of documents whose licence no manifest tells.")] = "internal",
    seed: Annotated[int, typer.Option(help="Of the split of new documents.")] = 0,
    cache: Annotated[Path | None, typer.Option(help="Where recognised pages are kept between runs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """See `processors.commands.forge_dataset`."""
    if documents is None and not reviews:
        raise CommandError(Exit.USAGE, "Say what to build from: --documents DIR, --reviews, or both.")
    with workshop() as shop, bar("reading") as tell:
        home = shop.at.settings.home / "forge"
        gathered: list[Gathered] = []
        refused, sources = 0, []
        if add:
            sources.append("the version before")
            gathered += _kept(shop, named(name), home / "kept")
        if documents is not None:
            sources.append(f"documents {documents.resolve().name}")
            wanted = gather_labels.labels(documents, licence)
            gatherer = _gatherer(shop, cache or home / "pages", home / "documents", pages)
            for number, label in enumerate(wanted):
                tell(f"reading {number + 1} of {len(wanted)}", number / len(wanted))
                one = gatherer.gather(label)
                refused += one is None
                gathered += [one] if one else []
        if reviews:
            sources.append("reviews")
            gathered += _reviews(shop, agency, home / "reviews", licence, tell)
        unique, duplicates = merged(gathered)
        ready = assigned(unique, shop.datasets.history(named(name)), seed)
        if not ready:
            raise CommandError(Exit.FAILED, "There is no document to build from.")
        manifest, new = shop.datasets.publish(
            name, ready, seed=seed, sources=sources, told=lambda done, of: tell("storing", done / of)
        )
    if refused:
        err().print(f"{counted(refused, 'file')} could not be read and were left out", markup=False)
    if as_json:
        line({**manifest.model_dump(mode="json"), "new": new, "duplicates": duplicates, "unreadable": refused})
        return
    said = "is new" if new else "is the same as before: no new version"
    typer.echo(
        f"{manifest.label} {said}: {counted(manifest.documents, 'document')}, {duplicates} duplicates merged"
    )


def _gatherer(shop: Workshop, cache: Path, work: Path, pages: int) -> gather_labels.Gatherer:
    from processors.forge.datasets.texts import Reader  # noqa: PLC0415 - loads the OCR engine
    from processors.ocr.stage import build  # noqa: PLC0415

    settings = shop.at.settings
    engine = f"{settings.ocr_engine}-{settings.languages}"
    reader = Reader(build(settings, outputs=False), cache / engine)
    return gather_labels.Gatherer(reader, settings.limits, pages, work / engine)


def _kept(shop: Workshop, name: str, folder: Path) -> Iterator[Gathered]:
    """The documents of the newest version as they are; none where there is no version yet."""
    if not shop.datasets.versions(name):
        return
    manifest = shop.datasets.manifest(name)
    for sample in shop.datasets.fetch(manifest, folder / manifest.label):
        yield Gathered(sample, sample.pages(folder / manifest.label))


def _reviews(
    shop: Workshop, agency: str, work: Path, licence: str, tell: Callable[[str, float], None]
) -> Iterator[Gathered]:
    tell("looking for reviews", 0.0)
    # Of a document that was corrected twice the result that stands.
    wanted = Filter(agencies=(agency,) if agency else (), states=(State.RESULT,))
    results = (
        DocumentId.keyed(end.document, end.agency, end.run) for end in Standing(shop.at.ledger.engine).ends(wanted)
    )
    buckets = Buckets(shop.at.settings.prefix)
    for event in gather_reviews.reviewed(shop.at.objects, buckets, results):
        if one := gather_reviews.gather(shop.at.objects, event, work, licence):
            yield one
