"""Documents full of marker words go through real workers, some of which fail: no log and no trace has one."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from processors.config import Settings
from tests.corpus.office import docx, paragraph, zipped
from tests.documents import scan_png, text_pdf
from tests.live.oracle import Oracle, upload
from tests.live.workers import workers
from tests.servers import Servers

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

#: In texts, names and headers of the documents; each way of getting into a log has a word of its own.
TEXT, NAME, HEADER, INSIDE = "Zirkonblick", "Quastenflosser", "Umlenkhebel", "Knallerbsen"
MARKERS = (TEXT, NAME, HEADER, INSIDE)


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = f"{HEADER} <{HEADER}@example.org>"
    message["To"] = "justice@example.org"
    message["Subject"] = f"About {HEADER}"
    message["X-Odd"] = f"=?utf-8?q?{HEADER}?="
    message.set_content(f"Dear {TEXT}, see below.")
    attached = text_pdf([f"Invoice of {TEXT}", "Total 12.00"])
    message.add_attachment(attached, maintype="application", subtype="pdf", filename=f"{NAME}.pdf")
    return message.as_bytes()


def tiff() -> bytes:
    """A picture with tags that libtiff does not know, cut off in its middle."""
    tags = ImageFileDirectory_v2()
    tags[270] = INSIDE
    tags[65_000] = INSIDE
    out = io.BytesIO()
    Image.open(io.BytesIO(scan_png([TEXT]))).convert("L").save(out, "TIFF", tiffinfo=tags)
    return out.getvalue()[: len(out.getvalue()) // 2] + INSIDE.encode()


def documents() -> dict[str, bytes]:
    """By the sender's names."""
    letter = text_pdf([f"Dear {TEXT}", "Total 12.00"])
    broken = letter.replace(b"/Type", f"/{INSIDE}".encode(), 3)[:-200] + f"({INSIDE}) Tj <<".encode()
    return {
        f"{NAME}.pdf": letter,
        f"{NAME} quoted.pdf": text_pdf([f"Secret of {TEXT}"], 2),
        f"{NAME}.eml": mail(),
        f"{NAME} broken.pdf": broken,
        f"{NAME}.tif": tiff(),
        f"{NAME}.png": scan_png([TEXT])[:5000] + INSIDE.encode(),
        f"{NAME}.docx": docx(paragraph(TEXT) + f"<w:{INSIDE}>"),
        f"{NAME}.zip": zipped({f"{NAME}/{INSIDE}.pdf": letter, f"../{INSIDE}": INSIDE}),
        f"{NAME}.bin": INSIDE.encode() * 100,
    }


def told_in(folder: Path, words: Sequence[str]) -> dict[str, list[str]]:
    """Which of the words stand in which file, in whatever case; without those in which none does."""
    found = {}
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = file.read_text("utf-8", "replace").casefold()
        if there := [word for word in words if word.casefold() in text]:
            found[file.name] = there
    return found


def test_nothing_of_a_document_or_its_sender_is_logged_or_traced(installation: Settings, live: Servers) -> None:
    logs, traces = installation.home / "logs", installation.home / "traces"
    command = (sys.executable, "-m", "tests.live.quoting_worker")
    extra = {"CHANCERY_TRACES": str(traces), "CHANCERY_WORK_SECONDS": "30"}
    stages = ("intake", "ocr", "classify", "extract", "publish", "record")
    with workers(installation, stages, command=command, extra=extra), closing(Oracle(installation)) as oracle:
        ids = [upload(installation, name, content) for name, content in documents().items()]
        # The store goes while they are worked on: a client that tries again may say with what.
        live.minio.kill()
        live.heal()
        ends = oracle.wait(ids, after=0.1)
    words = [*MARKERS, installation.s3.secret_key]
    assert told_in(logs, words) == {}
    assert told_in(traces, words) == {}
    # They were told of: by id, and why.
    lines = [json.loads(line) for file in logs.glob("*.log") for line in file.read_text().splitlines()]
    quoted = ids[list(documents()).index(f"{NAME} quoted.pdf")]
    raised = [line for line in lines if line["event"] == "stage_raised"]
    assert {(line["document"], line["run"], line["error"]) for line in raised} == {(quoted, "live", "ValueError")}
    assert all(line["trace"] for line in raised)
    assert {(line["stage"], line["slot"]) for line in raised} == {("classify", 0)}
    assert ends[quoted].state == "dead_letter"
    assert set(told_in(traces, ids)) >= {"intake-0.jsonl", "ocr-0.jsonl", "classify-0.jsonl"}


def test_a_word_in_a_log_is_found(tmp_path: Path) -> None:
    """The negative control of the test above, beside those of `tests/unit/runtime`."""
    (tmp_path / "ocr-0.log").write_text(json.dumps({"event": "failed", "detail": f"at {TEXT.upper()}!"}))
    (tmp_path / "publish-0.log").write_text("{}")
    assert told_in(tmp_path, MARKERS) == {"ocr-0.log": [TEXT]}
