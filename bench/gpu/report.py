"""The measured speeds as ratios and as a page of Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.gpu.measuring import Speed, Way
from processors.stage import Completion


def ratios(lines: Sequence[Speed]) -> dict[str, float]:
    """Each way that differs in one thing from another, as how many times as many pages a second."""
    by_way = {(one.way.device, one.way.batch, one.way.held): one for one in lines}
    most = {device: max(one.way.batch for one in lines if one.way.device == device) for device, _, _ in by_way}
    found = {}
    for device, batch in most.items():
        for held in (True, False):
            many, alone = by_way.get((device, batch, held)), by_way.get((device, 1, held))
            if many and alone and batch > 1:
                found[f"{device}: {batch} side by side to one by one, {_held(held)}"] = _ratio(many, alone)
        with_, without = by_way.get((device, batch, True)), by_way.get((device, batch, False))
        if with_ and without:
            # answers without a grammar are longer: pages a second would flatter the grammar
            found[f"{device}: tokens a second with the grammar to without"] = round(
                with_.tokens / without.tokens, 2
            )
    if "cuda" in most and "cpu" in most:
        for held in (True, False):
            gpu, cpu = by_way.get(("cuda", most["cuda"], held)), by_way.get(("cpu", most["cpu"], held))
            if gpu and cpu:
                found[f"cuda bf16 to cpu fp32, {_held(held)}"] = _ratio(gpu, cpu)
    return found


def same_answers(answers: Mapping[Way, Sequence[Completion]]) -> dict[str, str]:
    """How many answers under the grammar are the same text as in the first way."""
    held = {way: said for way, said in answers.items() if way.held}
    if len(held) < 2:
        return {}
    (first, wanted), *others = held.items()
    found = {}
    for way, said in others:
        pairs = list(zip(wanted, said, strict=False))
        same = sum(one.untrusted_text == other.untrusted_text for one, other in pairs)
        found[f"{way.name} as {first.name}"] = f"{same} of {len(pairs)}"
    return found


def markdown(found: Mapping[str, Any]) -> str:
    """The page."""
    size = found["pages"]
    lines = [
        "# bench.gpu",
        "",
        f"{found['when']}, `{found['command']}`; {found['device']}, torch {found['torch']}, "
        f"transformers {found['transformers']}, {found['threads']} threads on the CPU.",
        "",
        f"Made pages of {size['words']} words, a prompt each; answers of at most {size['answer_tokens_at_most']} "
        "tokens. Wall time, after a warm-up with two prompts; compiling grammars is in it. The weights of the "
        "random model are dice: its answers mean nothing, only its speed and that the grammar holds it.",
    ]
    for name, one in found["models"].items():
        lines += ["", f"## {name}, {one['parameters']:,} parameters", "", *_table(one["ways"])]
        lines += ["", *(f"- {words}: {ratio} times" for words, ratio in one["ratios"].items())]
        lines += [f"- the same answers, {words}: {same}" for words, same in one["same_answers"].items()]
    return "\n".join(lines) + "\n"


def _table(ways: Sequence[Mapping[str, Any]]) -> list[str]:
    head = "| way | pages | answer tokens/s | pages/s | finished | of the schema | texts | not on the page |"
    rows = [head, "|" + " --- |" * 8]
    for one in ways:
        proof = one["proof"]
        proven = (
            [proof[key] for key in ("finished", "of_the_schema", "texts", "not_on_the_page")]
            if proof
            else ["-"] * 4
        )
        cells = [one["name"], one["way"]["pages"], one["answer_tokens_a_second"], one["pages_a_second"], *proven]
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return rows


def _held(held: bool) -> str:
    return "with the grammar" if held else "free"


def _ratio(one: Speed, other: Speed) -> float:
    return round(one.pages / other.pages, 2)
