"""A worker that gives its child endless work, to be killed meanwhile: `python -m … HOME`."""

import os
import sys
from pathlib import Path

from processors.runtime.workbench import Child
from tests.unit.runtime.child_work import work_on

if __name__ == "__main__":
    bench = Child("ocr", dict(os.environ), 60, "tests.unit.runtime.hostile_child")
    bench.warm()
    assert bench._process is not None
    (Path(sys.argv[1]) / "child-pid").write_text(str(bench._process.pid))
    bench.run(work_on("loops", Path(sys.argv[1])))
