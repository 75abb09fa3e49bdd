"""How fast the `transformers` backend answers in bf16 on a GPU, beside fp32 on a CPU: `python -m bench.gpu`.

Batched and one by one, with the grammar and without, for the shipped model and for a large one of the same
architecture with random weights: of that one only the speed means anything. Answers under the grammar are checked
against schema and page. Without a GPU it measures the CPU and says so.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
import transformers

from bench.calling import RESULTS, command, count, say
from bench.gpu import large, report
from bench.gpu.measuring import Speed, Way, measure
from bench.gpu.questions import questions
from processors.stage import Completion

_SHIPPED = Path(__file__).resolve().parents[2] / "processors" / "models" / "language"


def ways(gpu: bool, batch: int, pages: int, *, slow: bool) -> list[Way]:
    """What is compared; a slow model is asked about fewer pages on the CPU and one by one."""
    alone, few = (2 if slow else 8), (2 if slow else 16)
    cpu = [Way("cpu", min(8, few), held, few) for held in (True, False)]
    if not gpu:
        return [*cpu, Way("cpu", 1, True, few)]
    return [
        *(Way("cuda", batch, held, pages) for held in (True, False)),
        Way("cuda", 8, True, min(pages, 32)),
        *(Way("cuda", 1, held, alone) for held in (True, False)),
        *cpu[: 1 if slow else 2],
    ]


def run(options: argparse.Namespace, keep: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Measure both models; `keep` gets what is known after each way, since hired machines end without asking."""
    gpu = torch.cuda.is_available()
    if not gpu:
        say("no GPU that torch can use: the CPU alone is measured")
    found: dict[str, Any] = {"device": torch.cuda.get_device_name() if gpu else "no GPU", "models": {}}
    with tempfile.TemporaryDirectory(prefix="chancery-bench-") as place:
        scratch = Path(place)
        asked = questions(options.pages, options.words, options.tokens, scratch)
        models = {"shipped": options.weights}
        if options.large != "none":
            say(f"making a model of random weights, {options.large}")
            folder = scratch / "large"
            large.write(options.weights, options.large, folder, "cuda" if gpu else "cpu")
            models[f"random {options.large}"] = folder
        for name, folder in models.items():
            chosen = ways(gpu, options.batch, options.pages, slow=name != "shipped")
            lines: list[Speed] = []
            answers: dict[Way, list[Completion]] = {}
            for speed, said in measure(folder, chosen, asked, options.threads):
                lines.append(speed)
                answers[speed.way] = said
                say(f"{name}: {speed.way.name}: {speed.tokens:.1f} tokens a second, {speed.pages:.2f} pages")
                found["models"][name] = {
                    "parameters": large.parameters(folder),
                    "ways": [one.to_json() for one in lines],
                    "ratios": report.ratios(lines),
                    "same_answers": report.same_answers(answers),
                }
                keep(found)
    return found


def main() -> None:
    """Measure, show, write."""
    parser = argparse.ArgumentParser(prog="python -m bench.gpu", description=__doc__)
    parser.add_argument(
        "--weights", type=Path, default=_SHIPPED, help="folder of the small model (the shipped one)"
    )
    parser.add_argument("--large", choices=[*large.SHAPES, "none"], default="1.7b", help="the random one (1.7b)")
    parser.add_argument("--batch", type=count, default=64, help="prompts side by side on the GPU (64)")
    parser.add_argument("--pages", type=count, default=128, help="made pages (128)")
    parser.add_argument("--words", type=count, default=400, help="on a page (400)")
    parser.add_argument("--tokens", type=count, default=128, help="of an answer at most (128)")
    parser.add_argument("--threads", type=count, default=os.cpu_count() or 1, help="of the CPU (all)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where gpu.md and gpu.json are written")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line of the output")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    about = {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": command("gpu", sys.argv[1:]),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": options.threads,
        "pages": {"words": options.words, "answer_tokens_at_most": options.tokens},
    }
    options.results.mkdir(parents=True, exist_ok=True)

    def keep(found: dict[str, Any]) -> None:
        (options.results / "gpu.json").write_text(json.dumps(about | found, indent=1) + "\n", encoding="utf-8")
        (options.results / "gpu.md").write_text(report.markdown(about | found), encoding="utf-8")

    found = about | run(options, keep)
    print(json.dumps(found) if options.json else report.markdown(found))


if __name__ == "__main__":
    main()
