"""Who looks at a page, and whose documents they may see. The host says it: Airflow, or the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request

from processors.record.browsing import Reach


@dataclass(frozen=True)
class Visitor:
    """A person in front of the console."""

    #: as they signed in
    name: str
    #: whose documents they see; with `every_agency` this is not looked at
    agencies: frozenset[str] = frozenset()
    #: they see the documents of all agencies, also of those that are added later
    every_agency: bool = False
    #: they may decide reviews
    may_review: bool = False

    def may_see(self, agency: str) -> bool:
        """Whether documents of this agency exist for them. Whatever shows something of a document asks this."""
        return self.every_agency or agency in self.agencies

    @property
    def reach(self) -> Reach:
        """The same for questions to the ledger."""
        return Reach(None if self.every_agency else self.agencies)


_KEY: Final = "chancery_visitor"


def let_in(request: Request, visitor: Visitor) -> None:
    """For hosts: from here on the request is this visitor's."""
    setattr(request.state, _KEY, visitor)


def visitor_of(request: Request) -> Visitor:
    """Whose request it is.

    Raises:
        HTTPException: the host let nobody in.
    """
    found = getattr(request.state, _KEY, None)
    if not isinstance(found, Visitor):
        raise HTTPException(401, "Sign in first: this page does not know who you are.")
    return found


def reviewer_of(request: Request) -> Visitor:
    """The same, of somebody who may decide reviews.

    Raises:
        HTTPException: they may not, or nobody was let in.
    """
    found = visitor_of(request)
    if not found.may_review:
        raise HTTPException(403, "You may look, but not decide reviews: ask who runs this installation.")
    return found


#: For the parameters of a page.
Visiting = Annotated[Visitor, Depends(visitor_of)]
Reviewing = Annotated[Visitor, Depends(reviewer_of)]
