"""What the pages work with: open doors, shared by all requests and safe to be used by several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from processors.adapters.audit_bucket import AuditBucket
from processors.adapters.minio_objects import MinioObjects
from processors.audit.shelf import Shelf
from processors.config import Settings
from processors.console.page_records import PageRecords
from processors.console.pictures import Pictures
from processors.places import Buckets
from processors.ports import Objects
from processors.record.ledger import Ledger


@dataclass(frozen=True)
class Desk:
    """See the module."""

    settings: Settings
    ledger: Ledger
    objects: Objects
    pictures: Pictures
    records: PageRecords
    #: the audit chain
    shelf: Shelf

    @property
    def buckets(self) -> Buckets:
        """Where things lie."""
        return Buckets(self.settings.prefix)


@contextmanager
def opened(settings: Settings) -> Iterator[Desk]:
    """The desk of an installation.

    Raises:
        DependencyUnavailable: the database does not answer.
    """
    with Ledger.open(settings.database) as ledger:
        objects = MinioObjects(settings.s3)
        with closing(Pictures(settings, objects)) as pictures:
            yield Desk(settings, ledger, objects, pictures, PageRecords(settings, objects), AuditBucket(settings))


#: Hosts may open it at the first request: while a server is away, the pages say so.
Opening = Callable[[], Desk]


def desk_of(request: Request) -> Desk:
    """The desk of the console that serves this request."""
    opening: Opening = request.app.state.desk
    return opening()


#: For the parameters of a page.
AtDesk = Annotated[Desk, Depends(desk_of)]
