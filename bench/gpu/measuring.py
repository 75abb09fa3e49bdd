"""One way of asking a model, timed: device, prompts side by side, grammar or none."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

from bench.gpu.questions import Question, proof
from processors.extract.language.transformers_model import TransformersModel
from processors.stage import Completion


@dataclass(frozen=True)
class Way:
    """How a model is asked."""

    device: str
    batch: int
    held: bool
    #: pages that are asked about: slow ways get fewer
    pages: int

    @property
    def name(self) -> str:
        """Such as "cuda bf16, 32 side by side, grammar"."""
        numbers = "bf16" if self.device == "cuda" else "fp32"
        return f"{self.device} {numbers}, {self.batch} side by side, {'grammar' if self.held else 'free'}"


@dataclass(frozen=True)
class Speed:
    """What was measured of a way."""

    way: Way
    seconds: float
    prompt_tokens: int
    answer_tokens: int
    proof: dict[str, int] | None

    @property
    def tokens(self) -> float:
        """Of answers, a second."""
        return self.answer_tokens / self.seconds

    @property
    def pages(self) -> float:
        """A second."""
        return self.way.pages / self.seconds

    def to_json(self) -> dict[str, Any]:
        """All of it, for a line of JSON."""
        return {
            "name": self.way.name,
            **asdict(self),
            "answer_tokens_a_second": round(self.tokens, 1),
            "pages_a_second": round(self.pages, 3),
        }


def measure(
    folder: Path, ways: Sequence[Way], asked: Sequence[Question], threads: int
) -> Iterator[tuple[Speed, list[Completion]]]:
    """Time each way, in order; a model is loaded for each device, and each way warmed up with two prompts."""
    torch.set_num_threads(threads)
    for device, some in groupby(ways, lambda way: way.device):
        model = TransformersModel(folder, seconds=3600.0, device=device)
        for way in some:
            yield _timed(model, way, asked[: way.pages])
        del model
        gc.collect()
        if device == "cuda":
            torch.cuda.empty_cache()


def _timed(model: TransformersModel, way: Way, asked: Sequence[Question]) -> tuple[Speed, list[Completion]]:
    model.batch = way.batch
    prompts = [one.held if way.held else one.free for one in asked]
    model.complete(prompts[: min(2, way.batch)])
    _wait(way.device)
    start = time.perf_counter()
    answers = list(model.complete(prompts))
    _wait(way.device)
    seconds = time.perf_counter() - start
    speed = Speed(
        way,
        round(seconds, 3),
        sum(map(model.tokens_of, prompts)),
        sum(len(one.tokens) for one in answers),
        asdict(proof(asked, answers)) if way.held else None,
    )
    return speed, answers


def _wait(device: str) -> None:
    """Work on a GPU is handed over and goes on by itself."""
    if device == "cuda":
        torch.cuda.synchronize()
