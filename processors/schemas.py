"""Writes what other systems read about us: `python -m processors.schemas` (or `make schemas`).

`schemas/events/<type>.json` is the JSON Schema of one event, envelope and data, made from the classes in
`events.py`; `schemas/asyncapi.yaml` tells the topics, made from the table in `pipeline.py`. Never edit them: a test
compares.

A schema promises what holds for every event of its type, also for one that an older version wrote. So the data's
members with a default are optional, and members that a schema does not name are allowed: a newer version may add
some.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from processors import asyncapi, events
from processors.config import SCHEMAS
from processors.events import PUBLISHED, Event, Record

#: A member of a class and the `#:` lines above it.
_MEMBER = re.compile(r"((?:^ +#: .*\n)+) +(\w+):", re.MULTILINE)


class _Bare(GenerateJsonSchema):
    """Leaves out the titles of members: they only repeat the names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def files() -> dict[str, str]:
    """The text of each file, by its path in `schemas/`."""
    written = {f"events/{_type(data)}.json": _text(event_schema(data)) for data in PUBLISHED}
    return {**written, "asyncapi.yaml": asyncapi.text()}


def event_schema(data: type[Record]) -> JsonSchemaValue:
    """The JSON Schema of the event whose data are `data`."""
    event_type = _type(data)
    envelope: type[BaseModel] = Event[data]  # type: ignore[valid-type]
    schema = envelope.model_json_schema(schema_generator=_Bare)
    definitions: dict[str, JsonSchemaValue] = schema.pop("$defs")
    for name, definition in definitions.items():
        _describe(definition, getattr(events, name))
    _describe(schema, Event)
    schema["properties"]["type"]["const"] = event_type
    schema["properties"]["dataschema"]["const"] = f"chancery:events/{event_type}"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"chancery:events/{event_type}",
        "title": data.__name__,
        "description": inspect.getdoc(data),
        "type": "object",
        "properties": schema["properties"],
        # The envelope is written whole, always.
        "required": list(schema["properties"]),
        "$defs": definitions,
    }


def write(folder: Path) -> None:
    """Write the files below `folder` and remove the schemas of events that are no more."""
    wanted = files()
    for old in (folder / "events").glob("*.json"):
        if f"events/{old.name}" not in wanted:
            old.unlink()
    for path, text in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def _describe(schema: JsonSchemaValue, record: type[Any]) -> None:
    """Give each member the comment above it in its class, or in the class that it is inherited from."""
    comments: dict[str, str] = {}
    for base in reversed([base for base in record.__mro__ if base.__module__ == events.__name__]):
        for lines, name in _MEMBER.findall(inspect.getsource(base)):
            comments[name] = " ".join(line.strip().removeprefix("#: ") for line in lines.splitlines())
    for name, member in schema.get("properties", {}).items():
        member["description"] = comments[name]


def _type(data: type[Record]) -> str:
    event_type: str = data.TYPE  # type: ignore[attr-defined]
    return event_type


def _text(schema: JsonSchemaValue) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(SCHEMAS)
    sys.stdout.write("".join(f"{SCHEMAS.name}/{path}\n" for path in files()))
