"""An installation with a few real documents, read once by the real stages."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from processors.audit.folder import Folder
from processors.console.app import create
from processors.console.desk import Desk
from processors.console.page_records import PageRecords
from processors.console.pictures import Pictures
from processors.console.visitor import Visitor, let_in
from processors.record.entry import Entry
from tests.console_world import World, stages

SAMPLES = Path(__file__).parents[3] / "samples"
#: A name as somebody would send it who wants to run something in a browser.
HOSTILE = "<script>alert(1)</script>\"' onload=x.pdf"

ANN = Visitor("Ann", frozenset({"justice"}), may_review=True)
TIM = Visitor("Tim", frozenset({"tax-office"}), may_review=True)
BOSS = Visitor("Boss", every_agency=True, may_review=True)


@dataclass(frozen=True)
class Site:
    """The desk, and clients for visitors."""

    desk: Desk
    world: World

    def client(self, visitor: Visitor) -> TestClient:
        def doorkeeper(request: Request) -> None:
            let_in(request, visitor)

        return TestClient(create(lambda: self.desk, doorkeeper), raise_server_exceptions=False)

    def entry(self, name: str) -> Entry:
        return next(e for e in self.desk.ledger.list() if e.original.key == name)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("console")
    world = World(home, stages(home))
    for agency, key, sample in (
        ("justice", HOSTILE, "fcc-invoice.pdf"),
        ("tax-office", "receipt.png", "receipt-stationers.png"),
        ("justice", "locked.pdf", "locked.pdf"),
    ):
        world.land((SAMPLES / sample).read_bytes(), key, agency)
    world.run()
    with world.ledger() as ledger, closing(Pictures(world.settings, world.objects)) as pictures:
        records = PageRecords(world.settings, world.objects)
        desk = Desk(world.settings, ledger, world.objects, pictures, records, Folder(home / "audit"))
        yield Site(desk, world)
