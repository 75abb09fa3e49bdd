"""A Containerfile as its instructions, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

#: names and values behind which a secret could stand
_SECRET = re.compile(r"(password|passwd|secret|token|api_?key|access_?key|private)", re.IGNORECASE)
LABELS = {
    f"org.opencontainers.image.{name}"
    for name in ("title", "description", "version", "revision", "created", "licenses")
}
_USER = "10001:10001"


@dataclass(frozen=True)
class Instruction:
    """One instruction, with its continued lines in one."""

    word: str
    rest: str
    #: 0 = before the first FROM
    stage: int


def read(text: str) -> list[Instruction]:
    """The instructions, in order; comments are left out, as engines do, also between continued lines."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found: list[Instruction] = []
    stage, kept = 0, ""
    for line in lines:
        kept += line.rstrip()
        if kept.endswith("\\"):
            kept = kept[:-1] + " "
            continue
        word, _, rest = kept.strip().partition(" ")
        kept = ""
        if not word:
            continue
        stage += word.upper() == "FROM"
        found.append(Instruction(word.upper(), rest.strip(), stage))
    return found


def faults(text: str, root: Path, ignored: str) -> list[str]:
    """What is wrong with a Containerfile whose context is `root`, where `ignored` is the text of .dockerignore."""
    steps = read(text)
    last = [step for step in steps if step.stage == max(one.stage for one in steps)]
    return [
        *_bases(steps),
        *_identity(last),
        *_entry(last),
        *_labels(last),
        *_copies(steps, root, ignored),
        *_habits(steps),
    ]


def _bases(steps: list[Instruction]) -> Iterator[str]:
    defaults = dict(step.rest.split("=", 1) for step in steps if step.word == "ARG" and "=" in step.rest)
    stages = set()
    for step in steps:
        if step.word != "FROM":
            continue
        words = step.rest.split()
        variable = re.fullmatch(r"\$\{(\w+)\}", words[0])
        if words[0] not in stages:
            default = defaults.get(variable.group(1), "") if variable else ""
            if not re.fullmatch(r"[\w.-]+\.[\w.-]+/[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?", default):
                yield f"FROM {words[0]}: no argument whose default is a whole name with a pinned tag"
        stages.update(words[2:])


def _identity(last: list[Instruction]) -> Iterator[str]:
    users = [step.rest for step in last if step.word == "USER"]
    if users != [_USER]:
        yield f"USER {users}: not {_USER}, once"
    if any(step.word in ("RUN", "COPY") for step in last[_after(last, "USER") :]):
        yield "something is written after USER, by a user who should own nothing"


def _after(steps: list[Instruction], word: str) -> int:
    return next((number for number, step in enumerate(steps) if step.word == word), len(steps))


def _entry(last: list[Instruction]) -> Iterator[str]:
    entries = [step.rest for step in last if step.word == "ENTRYPOINT"]
    try:
        entry = json.loads(entries[0])
    except (IndexError, ValueError):
        yield "ENTRYPOINT is missing, or no list (a shell would be between the signal to stop and the program)"
        return
    if entry not in (["chancery"], ["airflow"]):
        yield f"ENTRYPOINT {entry}: no program of the environment"


def _labels(last: list[Instruction]) -> Iterator[str]:
    given = " ".join(step.rest for step in last if step.word == "LABEL")
    there = dict(re.findall(r'([\w.]+)="([^"]*)"', given))
    if lacking := LABELS - {name for name, value in there.items() if value}:
        yield f"labels {sorted(lacking)} are missing"
    arguments = {step.rest.partition("=")[0] for step in last if step.word == "ARG"}
    if unknown := set(re.findall(r"\$\{(\w+)\}", given)) - arguments:
        yield f"labels use {sorted(unknown)}, which are no arguments of this stage"


def _copies(steps: list[Instruction], root: Path, ignored: str) -> Iterator[str]:
    let_through = {line[1:] for line in ignored.splitlines() if line.startswith("!")}
    if "*" not in ignored.splitlines():
        yield ".dockerignore lets everything through that it does not name"
    for step in steps:
        if step.word != "COPY":
            continue
        words = step.rest.split()
        if any(word.startswith("--from=") for word in words):
            continue
        for source in [word for word in words if not word.startswith("--")][:-1]:
            if not (root / source).exists():
                yield f"COPY {source}: there is no such file"
            if not any(fnmatch(source.split("/")[0], one) for one in let_through):
                yield f"COPY {source}: .dockerignore keeps it from the builder"


def _habits(steps: list[Instruction]) -> Iterator[str]:
    for step in steps:
        if step.word == "ADD":
            yield f"ADD {step.rest}: COPY fetches and unpacks nothing"
        if step.word in ("ARG", "ENV") and _SECRET.search(step.rest):
            yield f"{step.word} {step.rest.split('=')[0]}: would lie in the image for everybody to read"
        if step.word == "RUN" and re.search(r"\b(curl|wget|git clone)\b", step.rest):
            yield "RUN fetches something that no digest holds"
        if (
            step.word == "RUN"
            and re.search(r"\bpip3? install\b", step.rest)
            and "--require-hashes" not in step.rest
        ):
            yield "pip install without --require-hashes"
