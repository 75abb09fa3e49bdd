"""`chancery forge`: datasets, training, evaluation, registry and promotion; `docs/forge.md` walks through it."""

from __future__ import annotations

from processors.commands.lazy import group

COMMANDS = {
    "dataset": "Build, list, show and fetch datasets.",
    "train": "Train a model on a dataset, without ever seeing its locked test split.",
    "register": "Keep a trained model for good, with its lineage down to each training document.",
    "models": "List the registered models; * marks the one at work.",
    "show": "Show a model: lineage, files, figures.",
    "evaluate": "Judge a model beside the champion, and keep figures and report.",
    "promote": "Ask for a model to be put to work; the gate decides whether that may be asked.",
    "approve": "Approve what another person asked for; from then on the model is at work.",
    "rollback": "Go back to the model before; the shipped one at last.",
    "weights": "Fetch a model server's weights from the bucket of models, and check their digest.",
    "log": "Show who decided what about a kind of models.",
}

run = group(
    COMMANDS,
    "forge",
    title="Make datasets, train, judge, register and promote models on your own machines.",
    epilog="Commands that tell something take --json. NAME@VERSION names a dataset, KIND@VERSION a model.",
)
