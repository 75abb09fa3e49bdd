"""What may import what, held by reading the source: the rules of ARCHITECTURE.md."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import processors
from processors.pipeline import STAGES

PACKAGE = Path(processors.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
STAGE_ROOMS = frozenset(row.name for row in STAGES)

#: clients of servers: only these rooms see a network
CLIENTS = frozenset({"kafka", "minio", "urllib3", "httpx", "requests"})
#: rooms that no stage may know, so that it runs the same in a worker, a notebook and a test
CLOSED_TO_STAGES = frozenset(
    {"adapters", "runtime", "ports", "advisers", "commands", "local", "record", "audit"}
) | {
    "batch",
    "console",
    "orchestration",
    "telemetry",
}
#: module -> why it may look at the process environment
MAY_READ_ENVIRONMENT = {
    "config.py": "the one reader of settings",
    "__init__.py": "keeps a library from reporting to its makers",
    "runtime/children.py": "hands its environment to the child that loads the stage",
    "local/environment.py": "starts servers, which need PATH, HOME and JAVA_HOME",
    "ocr/pytesseract_engine.py": "sets a variable for the tesseract program that it starts",
}
#: module -> why it may be longer than LONGEST
MAY_BE_LONG = {"events.py": "all events in one place, half of it descriptions that go into the schemas"}
LONGEST = 250


def _room(module: Path) -> str:
    """The room of a module: its first folder, or its own name at the top."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(module: Path) -> Iterator[str]:
    """Dotted names that a module imports anywhere."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: write the whole name of what you import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _rooms(module: Path) -> set[str]:
    """Our rooms that a module imports from."""
    return {parts[1] for parts in (name.split(".") for name in _imports(module)) if parts[0] == "processors"}


def _named(modules: list[Path]) -> list[str]:
    return [str(module.relative_to(PACKAGE)) for module in modules]


def test_only_adapters_see_a_network() -> None:
    seeing = [m for m in MODULES if {name.split(".")[0] for name in _imports(m)} & CLIENTS]
    assert _named([m for m in seeing if _room(m) != "adapters"]) == []


def test_only_the_console_and_its_neighbour_see_airflow() -> None:
    seeing = [m for m in MODULES if "airflow" in {name.split(".")[0] for name in _imports(m)}]
    assert _named([m for m in seeing if _room(m) not in ("console", "orchestration")]) == []


def test_stages_know_neither_doors_nor_each_other() -> None:
    wrong = {}
    for module in MODULES:
        room = _room(module)
        if room in STAGE_ROOMS:
            forbidden = (CLOSED_TO_STAGES | STAGE_ROOMS) - {room}
            wrong[str(module.relative_to(PACKAGE))] = _rooms(module) & forbidden
    assert {name: rooms for name, rooms in wrong.items() if rooms} == {}


def test_rooms_do_not_import_in_circles() -> None:
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        graph.setdefault(_room(module), set()).update(_rooms(module) - {_room(module)})
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the rooms of a circle


def test_the_environment_is_read_in_few_places() -> None:
    reading = [
        str(module.relative_to(PACKAGE))
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "putenv")
    ]
    assert set(reading) == set(MAY_READ_ENVIRONMENT)


def test_each_module_says_what_it_is_for() -> None:
    assert _named([m for m in MODULES if not ast.get_docstring(ast.parse(m.read_text(encoding="utf-8")))]) == []


def test_modules_stay_small() -> None:
    long = {
        str(module.relative_to(PACKAGE)): lines
        for module in MODULES
        if (lines := len(module.read_text(encoding="utf-8").splitlines())) > LONGEST
        and str(module.relative_to(PACKAGE)) not in MAY_BE_LONG
    }
    assert long == {}


def test_rooms_for_dags_load_no_models() -> None:
    rooms = [m for m in MODULES if _room(m) in ("batch", "pipeline", "events", "record", "audit")]
    names = [".".join(m.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for m in rooms]
    heavy = "{'torch', 'transformers', 'onnxruntime', 'tesserocr', 'numpy'}"
    code = f"import sys, {', '.join(names)}; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PACKAGE.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
