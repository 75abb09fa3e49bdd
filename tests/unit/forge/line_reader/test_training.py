"""Training, end to end in a few steps: the loss falls, folds are kept apart, the export reads as the network."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
from rich.progress import Progress

from processors.forge.line_reader import batches, corpus, labelled_strips
from processors.forge.line_reader.batches import LENGTHS, Batch, Source, endless
from processors.forge.line_reader.labelled_strips import Labelled
from tests.corpus import make
from tests.unit.forge.line_reader.made_strips import LINES, PROSE, real, source

pytestmark = pytest.mark.train


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few strips a batch, a network of the same make with fewer channels, and one thread: more only wait here."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    from processors.forge.line_reader import network

    monkeypatch.setattr(batches, "PIXELS", LENGTHS[-1])
    shrink = [by for _, by in network._CHANNELS]
    monkeypatch.setattr(network, "_CHANNELS", tuple((8, by) for by in shrink))
    monkeypatch.setattr(network, "_HIDDEN", 32)


def test_a_few_steps_lower_the_loss() -> None:
    import torch

    from processors.forge.line_reader.network import LineNetwork
    from processors.forge.line_reader.training import Plan, fit

    torch.manual_seed(1)
    network = LineNetwork()
    same = list(islice((one for one in endless(source(), 1) if one.strips.shape[2] <= LENGTHS[2]), 2))
    with Progress(disable=True) as progress:
        first, last = (fit(network, cycle(same), Plan(2e-3, 20), progress, "made") for _ in range(2))
    assert 0 < last < first < 100


def test_the_command_trains_folds_and_all(tmp_path: Path) -> None:
    from safetensors.torch import load_file

    from processors.forge.line_reader.__main__ import main

    labelled_strips.save(tmp_path / labelled_strips.FILE, real(4))
    (tmp_path / corpus.LINES).write_text("\n".join(LINES), encoding="utf-8")
    (tmp_path / corpus.PROSE).write_text("\n".join(PROSE), encoding="utf-8")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.ttf").symlink_to(make.FONT)
    (tmp_path / "fonts" / "broken.ttf").touch()
    out = tmp_path / "out"
    few = ["--batches", "20", "--folds", "2", "--processes", "1"]
    assert main([str(tmp_path), "--fonts", str(tmp_path / "fonts"), "--out", str(out), *few]) == 0
    assert set(json.loads((out / "held_out.json").read_text())) == {"made", "fold-0", "fold-1"}
    # Each went its own way.
    weights = [load_file(out / f"{name}.safetensors") for name in ("made", "fold-0", "fold-1", "line_reader")]
    assert len({one["say.weight"].numpy().tobytes() for one in weights}) == 4


@pytest.mark.parametrize("lacking", [corpus.LINES, labelled_strips.FILE, "fonts"])
def test_what_is_missing_is_named(tmp_path: Path, lacking: str, capsys: pytest.CaptureFixture[str]) -> None:
    from processors.forge.line_reader.__main__ import main

    labelled_strips.save(tmp_path / labelled_strips.FILE, real(1))
    (tmp_path / corpus.LINES).write_text("\n".join(LINES), encoding="utf-8")
    (tmp_path / corpus.PROSE).touch()
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.ttf").symlink_to(make.FONT)
    (tmp_path / "fonts" / "a.ttf" if lacking == "fonts" else tmp_path / lacking).unlink()
    assert main([str(tmp_path), "--fonts", str(tmp_path / "fonts"), "--out", str(tmp_path / "out")]) == 1
    said = "".join(capsys.readouterr().err.split())
    assert ("--fonts" if lacking == "fonts" else f"{lacking}ismissing") in said
    assert not (tmp_path / "out").exists()


def test_folds_hold_their_documents_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from processors.forge.line_reader import rounds
    from processors.forge.line_reader.network import LineNetwork
    from processors.forge.line_reader.training import Plan

    strips = real(5)
    seen: list[Sequence[Labelled]] = []
    judged: list[Sequence[Labelled]] = []

    def no_batches(made: Source, *_: object) -> Generator[Batch]:
        seen.append(made.real)
        yield from ()

    def judge(_: LineNetwork, held: Sequence[Labelled]) -> float:
        judged.append(held)
        return 0.5

    monkeypatch.setattr(rounds, "from_processes", no_batches)
    monkeypatch.setattr(rounds, "fit", lambda _, made, *__: list(made))
    monkeypatch.setattr(rounds, "judged", judge)
    plan = Plan(1e-3, 1)
    all_rounds = rounds.Rounds(source(), strips, plan, plan, 1, 0, tmp_path)
    with Progress(disable=True) as progress:
        assert dict(all_rounds.of_folds(LineNetwork(), 2, progress)) == {"fold-0": 0.5, "fold-1": 0.5}
    for learned, held in zip(seen, judged, strict=True):
        names = [{one.document for one in part} for part in (learned, held)]
        assert names[0] and names[1] and not names[0] & names[1]
        assert names[0] | names[1] == {one.document for one in strips}


def test_the_export_reads_as_the_network(tmp_path: Path) -> None:
    import onnx
    import torch

    from processors.forge.line_reader.export import agreement, export
    from processors.forge.line_reader.network import LineNetwork
    from processors.ocr.lines.line_reader import FILE, LineNetworkSession
    from processors.ocr.lines.strips import stretched

    torch.manual_seed(1)
    network = LineNetwork().eval()
    export(network, tmp_path / FILE)
    strips = [one.grey for one in real(4)]
    assert agreement(network, tmp_path / FILE, strips) == 1.0
    session = LineNetworkSession(tmp_path / FILE)
    for strip in strips:
        with torch.no_grad():
            wanted = network(torch.from_numpy(stretched(strip))[None, None])[0].numpy()
        assert np.abs(session.say(stretched(strip)) - wanted).max() < 0.05
    # Both recurrent layers have 8 bits a weight: what the exporter slices in the graph was done before.
    kinds = [node.op_type for node in onnx.load(tmp_path / FILE).graph.node]
    assert kinds.count("DynamicQuantizeLSTM") == 2 and "LSTM" not in kinds
    # The control: another network is told from it.
    torch.manual_seed(2)
    assert agreement(LineNetwork().eval(), tmp_path / FILE, strips) < 1.0
