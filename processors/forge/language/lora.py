"""A LoRA adapter for a causal language model, from an agency's labelled samples. Needs the `train` extra.

It is trained on the prompts and answers of reading itself, and on the answers' tokens alone. The same samples, seed
and versions give the same adapter on one kind of machine. The files are PEFT's own, which vLLM serves as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any, Final

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM

from processors.document_types import DocumentType
from processors.extract.language import chat
from processors.extract.language.prompt import messages
from processors.extract.language.weights import check
from processors.extract.language.windows import MOST_WORDS
from processors.forge.language.answer_loss import answer_loss, padded
from processors.forge.language.answer_targets import Targets
from processors.forge.samples import read_samples
from processors.pages import read_pages

#: a rank that vLLM serves; more gave nothing on small sets
RANK: Final = 8
_LAYERS: Final = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
_RATE: Final = 1e-3
#: of the steps, rising to the full rate
_WARM_UP: Final = 0.1

Example = tuple[list[int], list[int]]


def train_lora(
    base: Path,
    dataset: Path,
    out: Path,
    *,
    types: Mapping[str, DocumentType],
    seed: int,
    steps: int,
    progress: Callable[[int, float], None],
    batch: int = 4,
    words_in_window: int = MOST_WORDS,
    leaves_in_prompt: int = 24,
) -> dict[str, Any]:
    """Train on the "train" part of a dataset and write the adapter to `out`.

    Args:
        base: folder of the weights that are adapted; nothing in it is changed
        dataset: see `samples.py`
        out: becomes `adapter/` in a copy of `base`, or goes to a server that serves `base` under its folder's name
        types: the document types, by name; samples of others are left out
        seed: of the order of examples and of the first weights
        steps: of training
        progress: gets each step's number, counted from 1, and its loss
        batch: prompts in a step
        words_in_window: as in reading
        leaves_in_prompt: as in reading

    Returns:
        Counts of documents, prompts and values, and the first and last loss.

    Raises:
        ValueError: the dataset has no sample from which a prompt could be made.
        WeightsRefused: `base` is not a model folder that may be loaded.
    """
    check(base)
    talk = chat.load(base)
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model: Any = AutoModelForCausalLM.from_pretrained(
        base,
        local_files_only=True,
        use_safetensors=True,
        dtype=torch.bfloat16 if device == "cuda" else torch.float32,
    )
    model.to(device)
    context = int(model.config.max_position_embeddings)
    figures: dict[str, Any] = {"documents": 0, "values": 0, "values_not_found": 0, "prompts_too_long": 0}
    examples = []
    for prompt, answer in _examples(dataset, types, talk, figures, words_in_window, leaves_in_prompt):
        if len(prompt) + len(answer) <= context:
            examples.append((prompt, answer))
        else:
            figures["prompts_too_long"] += 1
    if not examples:
        raise ValueError(
            f"{dataset}: no sample of these types in the part for training, or none that fits the model"
        )
    figures["prompts"] = len(examples)
    model.name_or_path = base.name  # not the path on this machine: a server knows the base by its name
    adapted: Any = get_peft_model(
        model, LoraConfig(r=RANK, lora_alpha=2 * RANK, target_modules=_LAYERS, task_type="CAUSAL_LM")
    )
    losses = list(_steps(adapted, examples, talk.pad, seed, steps, batch, progress))
    # else peft asks its hub whether the embeddings were resized, and a name is sent out of the house
    adapted.save_pretrained(out, save_embedding_layers=False)
    (out / "README.md").unlink(missing_ok=True)  # a form with blanks
    return {**figures, "steps": steps, "first_loss": round(losses[0], 4), "last_loss": round(losses[-1], 4)}


def _examples(
    dataset: Path,
    types: Mapping[str, DocumentType],
    talk: chat.Chat,
    figures: dict[str, Any],
    words_in_window: int,
    leaves_in_prompt: int,
) -> Iterator[Example]:
    """The tokens of prompts and right answers."""
    for sample in read_samples(dataset, ["train"]):
        document_type = types.get(sample.type)
        if document_type is None or not document_type.fields:
            continue
        figures["documents"] += 1
        targets = Targets(document_type, words_in_window, leaves_in_prompt)
        for asked in targets.of(sample, list(read_pages(sample.pages(dataset)))):
            said = messages(document_type.title, document_type.description, asked.shape, asked.window)
            yield talk.encode(said), talk.encode_answer(asked.answer)
        figures["values"] += targets.found
        figures["values_not_found"] += targets.lost


def _steps(
    adapted: Any,
    examples: list[Example],
    pad: int,
    seed: int,
    steps: int,
    batch: int,
    progress: Callable[[int, float], None],
) -> Iterator[float]:
    random = Random(seed)  # noqa: S311 - an order, no secret
    trained = [p for p in adapted.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=_RATE, weight_decay=0.0)
    causal = adapted.get_base_model()
    device = next(causal.parameters()).device
    order: list[Example] = []
    adapted.train()
    for step in range(1, steps + 1):
        while len(order) < batch:
            order += random.sample(examples, len(examples))
        now, order = order[:batch], order[batch:]
        for group in optimiser.param_groups:
            warm = min(1.0, step / max(_WARM_UP * steps, 1.0))
            group["lr"] = _RATE * warm * (1.05 - step / steps)
        ids, targets = padded(now, pad)
        loss = answer_loss(causal, ids.to(device), targets.to(device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        value = float(loss.detach())
        progress(step, value)
        yield value
    adapted.eval()
