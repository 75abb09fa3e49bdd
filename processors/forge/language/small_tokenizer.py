"""The small model's own tokenizer: byte-level BPE of few tokens, each digit on its own, and its chat form."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

VOCABULARY: Final = 3_072
BEGIN, END, PAD = "<s>", "</s>", "<pad>"
ASK, ANSWER = "[INST]", "[/INST]"
#: in the manner of Mistral: the system's words stand before the first question
CHAT: Final = (
    "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'assistant' %}{{ m['content'] + eos_token }}"
    "{% elif m['role'] == 'system' %}[INST]{{ m['content'] }}\n"
    "{% else %}{% if loop.first or messages[loop.index0 - 1]['role'] != 'system' %}[INST]{% endif %}"
    "{{ m['content'] }}[/INST]{% endif %}{% endfor %}"
)


def train(texts: Iterable[str], vocabulary: int = VOCABULARY) -> Tokenizer:
    """Learn the pieces from texts; the same texts give the same tokenizer."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[BEGIN, END, PAD, ASK, ANSWER],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(texts, trainer)
    return made


def save(tokenizer: Tokenizer, folder: Path, context: int = 1_024) -> None:
    """Write `tokenizer.json` and the settings with which transformers reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": BEGIN,
        "eos_token": END,
        "pad_token": PAD,
        "additional_special_tokens": [ASK, ANSWER],
        "chat_template": CHAT,
        "clean_up_tokenization_spaces": False,
        "model_max_length": context,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def prompt_text(messages: Iterable[dict[str, str]]) -> str:
    """A system's and a user's message, or a user's alone, as `CHAT` writes them."""
    return BEGIN + ASK + "\n".join(message["content"] for message in messages) + ANSWER


def control_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of one of the tokens above."""
    found = tokenizer.token_to_id(token)
    assert found is not None, f"a tokenizer without {token}"
    return int(found)
