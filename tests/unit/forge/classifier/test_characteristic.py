from __future__ import annotations

import numpy as np

from processors.classify.terms import Terms, terms
from processors.forge.classifier.characteristic import SET_TERMS, SETS, find

LAW = "pursuant to the act of 1938 registration unit washington"


def documents(printed: str, count: int, seed: int) -> list[Terms]:
    random = np.random.default_rng(seed)
    filled = (" ".join("".join(random.choice(list("bcdfgaeiou"), 6)) for _ in range(5)) for _ in range(count))
    return [terms(f"{printed} {words}".split()) for words in filled]


def test_what_siblings_share_is_no_evidence() -> None:
    made = documents(f"{LAW} amendment to statement", 12, 1) + documents(f"{LAW} short form", 12, 2)
    found = find(made, np.array(["amendment"] * 12 + ["short"] * 12), ["amendment", "short"])
    weighed = set(found.ids[found.weights > 0].tolist())
    assert not weighed & set(terms(LAW.split()).tolist())
    assert set(terms(["short", "form"]).tolist()) <= weighed


def test_a_document_of_its_kind_is_covered_and_its_sibling_is_not() -> None:
    made = documents(f"{LAW} amendment to statement", 12, 1) + documents(f"{LAW} short form", 12, 2)
    found = find(made, np.array(["amendment"] * 12 + ["short"] * 12), ["amendment", "short"])
    new, sibling = documents(f"{LAW} short form", 1, 3)[0], documents(f"{LAW} exhibit a", 1, 4)[0]
    assert found.coverage(new, 1) > 0.95
    assert found.coverage(sibling, 1) < 0.1


def test_another_layout_of_a_type_gets_a_set_of_its_own() -> None:
    old = "file two complete copies with the bureau of the budget under number forty three"
    made = documents("order of spots by station and week with gross total", 12, 1) + documents(old, 4, 2)
    made += documents("cash change receipt total", 12, 3)
    found = find(made, np.array(["order"] * 16 + ["receipt"] * 12), ["order", "receipt"])
    assert found.owners.tolist() == [0, 0, 1]
    assert found.coverage(documents(old, 1, 9)[0], 0) > 0.9


def test_sets_are_bounded_and_their_weights_add_up() -> None:
    many = [one for seed in range(8) for one in documents(f"layout{'abcdefgh'[seed]} " * 30, 4, seed)]
    found = find(many + documents(LAW, 6, 99), np.array(["m"] * 32 + ["n"] * 6), ["m", "n"])
    assert (found.owners == 0).sum() <= SETS
    assert found.ids.shape[1] == SET_TERMS
    assert np.allclose(found.weights.sum(axis=1), 1.0, atol=1e-5)


def test_documents_that_share_nothing_make_no_phrases() -> None:
    found = find(documents("", 6, 1) + documents(LAW, 6, 2), np.array(["x"] * 6 + ["y"] * 6), ["x", "y"])
    assert found.owners.tolist() == [1]
    assert found.coverage(terms(LAW.split()), 0) == 0.0
