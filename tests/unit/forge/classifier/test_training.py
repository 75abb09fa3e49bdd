from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("sklearn")

from processors.classify.head import UNKNOWN
from processors.classify.terms import Terms, terms
from processors.forge.classifier.dataset import Example
from processors.forge.classifier.fitting import fit
from processors.forge.classifier.held_out import kinds, known_and_strange
from processors.forge.classifier.training import fit_temperature, train
from processors.forge.classifier.vectors import embed, folds
from processors.text_encoder.port import Floats
from tests.unit.classify.samples import PlaneEncoder
from tests.unit.forge.made_vectors import KINDS, REST, WIDTH, data, document

pytestmark = pytest.mark.train


def test_a_trained_head_knows_its_documents() -> None:
    made = data()
    head = train(made, REST)
    said = [head.judge(vector[None, :], words).type for vector, words in zip(made.whole, made.terms, strict=True)]
    assert np.mean(np.array(said) == made.types) > 0.95


def test_training_twice_gives_the_same_head() -> None:
    first, second = train(data(), REST), train(data(), REST)
    assert np.array_equal(first.weights, second.weights)
    assert np.array_equal(first.guard.prototypes, second.guard.prototypes)
    assert np.array_equal(first.guard.phrases.ids, second.guard.phrases.ids)
    assert np.array_equal(first.guard.acceptance, second.guard.acceptance)
    assert (first.temperature, first.threshold) == (second.temperature, second.threshold)


def test_the_opposite_of_everything_seen_is_unknown() -> None:
    head, made_terms = train(data(), REST), data().terms[0]
    assert head.judge(np.full((1, WIDTH), -(WIDTH**-0.5), np.float32), made_terms).type == UNKNOWN


def test_two_types_are_enough() -> None:
    made = data()
    rows = made.types != REST
    head = fit(made, rows)
    assert [head.types[int(head.logits(vector).argmax())] for vector in made.whole[rows]] == made.types[
        rows
    ].tolist()


def test_no_document_is_on_both_sides_of_a_fold() -> None:
    groups = np.array(["x", "y", "x", "z", "y", "w", "v"])
    held = list(folds(groups, 3, seed=1))
    assert np.sum(held, axis=0).tolist() == [1] * len(groups)
    for mask in held:
        assert not set(groups[mask]) & set(groups[~mask])


def test_kinds_of_the_rest_are_held_out_whole() -> None:
    made = data()
    groups = kinds(made, REST)
    assert set(groups[made.types == REST]) == {"up", "down"}
    assert len(set(groups[made.types != REST])) == 60


def test_temperature_cools_an_overconfident_head() -> None:
    """Right 3 times in 4 at even odds of e^8: the fitted temperature brings confidence down to three quarters."""
    logits = np.tile(np.array([8.0, 0.0], np.float32), (400, 1))
    right = np.array([0, 0, 0, 1] * 100)
    temperature = fit_temperature(logits, right)
    assert 1 / (1 + np.exp(-8 / temperature)) == pytest.approx(0.75, abs=0.01)


def test_every_document_is_held_out_and_every_type_once_more_as_a_strange_one() -> None:
    made = data()
    held = known_and_strange(made, ("a", "b", "c", REST), REST)
    known = held.where(held.right >= 0)
    assert sorted(known.rows.tolist()) == list(range(len(made.types)))
    assert set(known.strange.tolist()) == {"", "label up", "label down"}
    own = known.where(known.right < 3)
    assert np.mean(own.logits.argmax(axis=1) == own.right) > 0.95
    strange = held.where(held.right < 0)
    assert sorted(set(strange.strange.tolist())) == ["type a", "type b", "type c"]
    assert (made.types[strange.rows] != REST).all()


def lookalike() -> tuple[Floats, Terms]:
    """A document that lies where type "a" lies, but nothing of what is printed on "a" stands on it."""
    vector, text = document(
        KINDS["a"][0], "licence of a boat on the lake for one summer only", np.random.default_rng(5)
    )
    return vector[None, :], terms(text.split())


def test_a_lookalike_without_the_printed_words_is_unknown() -> None:
    verdict = train(data(), REST).judge(*lookalike())
    assert (verdict.type, verdict.scores[0][0]) == (UNKNOWN, "a")


def test_without_the_guard_the_lookalike_gets_a_type() -> None:
    head = train(data(), REST)
    blind = replace(head.guard, floors=np.zeros_like(head.guard.floors))
    assert replace(head, guard=blind).judge(*lookalike()).type == "a"


def test_a_new_type_is_learned_from_ten_documents() -> None:
    made = data(each=30)
    few = np.ones(len(made.types), bool)
    few[np.flatnonzero(made.types == "c")[10:]] = False
    head = train(made.where(few), REST)
    new = made.where(~few)
    said = [head.judge(vector[None, :], words).type for vector, words in zip(new.whole, new.terms, strict=True)]
    assert np.mean(np.array(said) == "c") > 0.9


def test_one_type_is_no_classifier() -> None:
    made = data()
    with pytest.raises(ValueError, match="two types"):
        train(made.where(made.types == "a"), REST)


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    train(data(), REST, lambda *step: told.append(step))
    assert told[-1][1] == told[-1][2] > 5


def test_documents_without_words_are_left_out_and_the_rest_gives_extra_windows() -> None:
    long = ["left"] * 400
    read = [(Example("1", "a", "a"), long), (Example("2", "n", REST), long), (Example("3", "a", "a"), [])]
    made = embed(read, PlaneEncoder(), REST)
    assert made.documents.tolist() == ["1", "2"]
    assert made.extra_row.tolist() == [1, 1, 1]
