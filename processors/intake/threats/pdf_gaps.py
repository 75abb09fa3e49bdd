"""What qpdf left out of a PDF while it read it: to those who walk its objects, what it gave up on is not there.

It mends what it can and goes on: an object that it cannot read becomes an empty one, of two values of one key it
takes the last. Other readers have more patience, or take the first. So those of its remarks count after which
somebody else may see more than it did. The others do not: many real PDFs need some mending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Of these keys two values in one dictionary make two documents of one: what acts, and where objects are.
_TWICE = "S Subtype JS XFA EF AA OpenAction Next A Names Root N First Filter"
#: In qpdf's words. The tests see that it still uses them.
_LEFT_OUT = re.compile(
    r"giving up on reading object|treating object as null|parse error while reading object"
    # nested too deep, too large, too many filters
    r"|limits error\("
    # objects that lie in a stream
    r"|getStreamData called on unfilterable stream|object stream \d+ has invalid|object stream header"
    rf"|duplicated key /(?:{'|'.join(_TWICE.split())});"
)


def are_told(remarks: Iterable[str]) -> bool:
    """Whether other readers may see something that qpdf did not, as it said when all objects were read."""
    return any(_LEFT_OUT.search(remark) for remark in remarks)
