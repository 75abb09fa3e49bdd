import subprocess
import sys
import time

from bench.ocr.meter import Meter

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"


def burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_our_own_work_and_that_of_children_is_counted() -> None:
    with Meter() as meter:
        burn(0.1)
        subprocess.run([sys.executable, "-c", BURN.format(seconds=0.2)], check=True)
    assert 0.28 <= meter.cpu <= 1.0
    assert meter.wall > 0


def test_a_child_that_goes_on_is_counted_from_where_it_was() -> None:
    script = (
        BURN.format(seconds=0.3)
        + "print('warm', flush=True)\ninput()\n"
        + BURN.format(seconds=0.2)
        + "print(flush=True)\ninput()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.readline()
    with Meter() as meter:
        child.stdin.write("\n")
        child.stdin.flush()
        child.stdout.readline()
    child.communicate("\n")
    # The 0.3 s from before would make it 0.5; a busy machine's caches cost a child some hundredths.
    assert 0.17 <= meter.cpu <= 0.4


def test_waiting_costs_nothing() -> None:
    with Meter() as meter:
        time.sleep(0.2)
    assert meter.cpu < 0.1 < meter.wall
