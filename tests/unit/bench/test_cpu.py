import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench import cpu
from bench.cpu import Part

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
#: Burns 0.1 s itself, has a fork burn 0.3 s and waits for it, says so, and waits to be ended.
PARENT = (
    "import os, sys\n"
    + BURN.format(seconds=0.1)
    + "if os.fork() == 0:\n    "
    + BURN.format(seconds=0.3).replace("\n", "\n    ")
    + "os._exit(0)\nos.wait()\nprint('done', flush=True)\nsys.stdin.read()\n"
)


@contextmanager
def parent() -> Iterator[int]:
    """The pid of a process that has waited for its fork."""
    process = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.communicate()


def test_a_fork_that_ended_is_counted() -> None:
    with parent() as pid:
        assert cpu.read((Part("both", pid),))["both"] >= 0.38


def test_a_part_may_be_one_process_alone() -> None:
    with parent() as pid:
        alone = cpu.read((Part("alone", pid, whole_tree=False),))["alone"]
        assert 0.09 <= alone <= cpu.read((Part("both", pid),))["both"] - 0.28


def test_parts_of_one_name_are_added_up() -> None:
    with parent() as one, parent() as two:
        assert cpu.read((Part("workers", one), Part("workers", two)))["workers"] >= 0.76


def test_what_was_spent_is_the_difference() -> None:
    assert cpu.spent({"ocr": 1.0}, {"ocr": 3.5}) == {"ocr": 2.5}
