"""Office files that reach outside or run: what is tested not to happen does happen without us."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from processors.formats import soffice, soffice_profile
from tests.corpus import office
from tests.corpus.office import field, paragraph
from tests.unit.formats.opening import as_old_format, needs_office, opened, text_of

pytestmark = needs_office


@pytest.fixture(scope="module")
def asked() -> Iterator[tuple[str, list[str]]]:
    """A server, and the paths that it was asked for."""
    paths: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    server, paths = asked
    html = (
        f'<html><head><link rel="stylesheet" href="{server}/a.css"><style>@import url({server}/b.css);</style>'
        f'</head><body background="{server}/c.png" style="background:url({server}/d.png)">Words'
        f'<img src="{server}/e.png"><img srcset="{server}/f.png"><iframe src="{server}/g.html"></iframe>'
    )
    section = (
        f'<text:section text:name="s"><text:section-source xlink:href="{server}/h.txt"/><text:p>Words</text:p>'
    )
    image = f'<text:p><draw:frame><draw:image xlink:href="{server}/i.png"/></draw:frame></text:p>'
    cell = (
        f'<table:table table:name="t"><table:table-row><table:table-cell '
        f'table:formula="of:=WEBSERVICE(&quot;{server}/j&quot;)"/></table:table-row></table:table>'
    )
    for content in (
        html.encode(),
        office.docx(paragraph("Words") + office.picture_link(), linked=f"{server}/k.png"),
        office.odf(office.ODT, f"<office:text>{section}</text:section>{image}</office:text>"),
        office.odf(office.ODS, f"<office:spreadsheet>{cell}</office:spreadsheet>"),
        rb"{\rtf1 Words {\field{\*\fldinst INCLUDEPICTURE "
        + f'"{server}/l.png" \\\\d'.encode()
        + rb"}{\fldrslt x}}}",
    ):
        opened(content, tmp_path)
    assert paths == []


def test_without_our_profile_it_would_be_fetched(tmp_path: Path, asked: tuple[str, list[str]]) -> None:
    """The test above can fail: LibreOffice as it comes does ask the server."""
    server, paths = asked
    content = office.docx(office.picture_link(), linked=f"{server}/as-it-comes.png")
    as_old_format(content, "pdf", tmp_path)
    assert "/as-it-comes.png" in paths
    paths.clear()


def test_nothing_of_this_machine_is_read(tmp_path: Path) -> None:
    picture, words = tmp_path / "red.png", tmp_path / "words.txt"
    Image.new("RGB", (200, 200), (255, 0, 0)).save(picture)
    words.write_text("CANARY")
    section = f'<text:section text:name="s"><text:section-source xlink:href="{words.as_uri()}"/><text:p>x</text:p>'
    for content in (
        f'<html><img src="{picture.as_uri()}"><object data="{words.as_uri()}"></object>Words'.encode(),
        office.docx(paragraph("Words") + office.picture_link(), linked=picture.as_uri()),
        office.docx(field(f'INCLUDETEXT "{words}"', "Words")),
        office.odf(office.ODT, f"<office:text>{section}</text:section></office:text>"),
    ):
        made = opened(content, tmp_path)
        assert "CANARY" not in text_of(made)
        assert made.rendition is not None
        with pypdfium2.PdfDocument(made.rendition.path) as pdf:
            colours = pdf[0].render(scale=1).to_pil().convert("RGB").getcolors(1 << 20)
        assert colours is not None
        assert all(not (red > 200 and green < 60 and blue < 60) for _, (red, green, blue) in colours)


def with_macro(ran: Path) -> bytes:
    """A document whose macro writes a file as soon as it is opened."""
    module = (
        '<?xml version="1.0"?><script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" '
        f'script:language="StarBasic">Sub Main\nOpen "{ran}" For Output As #1\nPrint #1, "x"\nClose #1\nEnd Sub'
        "</script:module>"
    )
    library = (
        '<?xml version="1.0"?><library:library xmlns:library="http://openoffice.org/2000/library" '
        'library:name="Standard" library:readonly="false" library:passwordprotected="false">'
        '<library:element library:name="M"/></library:library>'
    )
    libraries = (
        '<?xml version="1.0"?><library:libraries xmlns:library="http://openoffice.org/2000/library" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard" library:link="false"/>'
        "</library:libraries>"
    )
    event = (
        '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" '
        'script:event-name="dom:load" xlink:type="simple" '
        'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/>'
        "</office:event-listeners></office:scripts>"
    )
    parts = {
        "Basic/Standard/M.xml": module,
        "Basic/Standard/script-lb.xml": library,
        "Basic/script-lc.xml": libraries,
    }
    body = "<office:text><text:p>Words</text:p></office:text>"
    return office.odf(office.ODT, body, parts, event)


def test_a_macro_is_not_run(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    assert "Words" in text_of(opened(with_macro(ran), tmp_path))
    assert not ran.exists()


def test_the_macro_would_run_where_macros_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above can fail: on a desk, opened with macros allowed, the file is written."""
    allowed = {"MacroSecurityLevel": 0, "DisableMacrosExecution": False}
    settings = tuple((place, name, allowed.get(name, value)) for place, name, value in soffice_profile._SETTINGS)
    monkeypatch.setattr(soffice_profile, "_SETTINGS", settings)
    profile, file, ran = soffice_profile.make(tmp_path / "profile"), tmp_path / "f.odt", tmp_path / "ran"
    file.write_bytes(with_macro(ran))
    options = (f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore")
    command = [str(soffice.program()), *options, str(file)]
    deadline = time.monotonic() + 120
    while not ran.exists() and time.monotonic() < deadline:
        # The first start of a profile ends by itself and wants another.
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as office_program:
            while office_program.poll() is None and not ran.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            office_program.kill()
    assert ran.exists()
