"""Chancery: files dropped into a bucket come out as evidenced records on a result topic.

Read `pipeline.py` first: it is the way of a document as one table.
"""

from importlib.metadata import version

__version__ = version("chancery")
