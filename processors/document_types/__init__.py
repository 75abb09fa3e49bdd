"""Document types as data: one JSON Schema file per type in `schemas/documents/`; a new type needs no Python.

`load` gives the types, `lint` says everything that is wrong with the files, `python -m processors.document_types
FOLDER` prints it. The keywords are explained in `schemas/documents/README.md`.
"""

from processors.document_types.lint import Problem, lint
from processors.document_types.loading import DocumentTypesInvalid, load
from processors.document_types.model import DocumentType, FieldRule

__all__ = ["DocumentType", "DocumentTypesInvalid", "FieldRule", "Problem", "lint", "load"]
