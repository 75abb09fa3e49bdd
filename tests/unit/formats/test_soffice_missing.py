"""A machine without LibreOffice, or with a part of it: our fault, never the document's."""

from pathlib import Path

import pytest

from processors.errors import StageFailed
from processors.formats import soffice
from tests.corpus import office
from tests.unit.formats.opening import opened


def install(folder: Path, *libraries: str) -> None:
    for name in ("soffice", "soffice.bin", *libraries):
        (folder / name).write_text("#!/bin/sh\nexit 1\n")
        (folder / name).chmod(0o755)


def test_without_it_the_work_fails_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StageFailed, match="apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"):
        opened(office.odt("x"), tmp_path)
    assert soffice.lacking() == soffice.PACKAGES


def test_without_a_part_of_it_the_files_of_that_part_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "libswlo.so", "libsdlo.so")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert soffice.lacking() == ("libreoffice-calc-nogui",)
    with pytest.raises(StageFailed, match="libreoffice-calc-nogui"):
        opened(office.xlsx({"S": ""}), tmp_path)


def test_the_version_is_read_from_beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert soffice.lacking() == ()
    assert soffice.engine() == "LibreOffice"
    (tmp_path / "bootstraprc").write_text("[Bootstrap]\nProductKey=LibreOffice 25.2\n")
    assert soffice.engine() == "LibreOffice 25.2"
