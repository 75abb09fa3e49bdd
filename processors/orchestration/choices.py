"""What the form of a DAG offers: a Variable of Airflow, since a form is made where no server of ours may be asked.

Airflow's DAG processor reads it when it parses the file, in whatever machine that is; the DAG `reconcile` writes it
every hour, and so does the start of the local stack. A form that is out of date harms nothing: what it offers are
suggestions, and the first task looks again.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from airflow.sdk import Variable, get_parsing_context

from processors import config

#: The Variable's name.
KEY = "chancery_form_choices"
ABOUT = "What the form of the DAG reprocess offers: written every hour by the DAG reconcile."


class Choices(NamedTuple):
    """Names, in order."""

    agencies: tuple[str, ...]
    types: tuple[str, ...]
    #: see `versions.words`
    versions: tuple[str, ...]


def load() -> Choices:
    """What was last written; without it, and in tasks, what settings and files say.

    A task parses the file anew and shows no form: it is spared the question.
    """
    in_task = get_parsing_context().task_id is not None
    written = "" if in_task else str(Variable.get(KEY, default=""))
    try:
        there = json.loads(written)
        return Choices(*(tuple(map(str, there[name])) for name in Choices._fields))
    except (ValueError, KeyError, TypeError):
        settings = config.load()
        types = sorted(path.stem for path in settings.document_types.glob("*.json"))
        return Choices(tuple(sorted(settings.agencies)), tuple(types), ())


def text(choices: Choices) -> str:
    """As the Variable holds it."""
    return json.dumps(choices._asdict(), indent=1)


def keep(choices: Choices) -> None:
    """Write it from within a task, if it says something else: each change makes a new version of the DAG."""
    if Variable.get(KEY, default="") != text(choices):
        Variable.set(KEY, text(choices), ABOUT)
