"""Every error of kafka-python is one of ours, or a mistake of ours that ends the process."""

from __future__ import annotations

import inspect

import pytest
from kafka import errors as kafka
from kafka.errors import KafkaError

from processors.adapters.kafka_errors import OUR_MISTAKES, translate, translated
from processors.errors import DependencyUnavailable, SlotTaken

CLASSES = sorted(
    {c for _, c in inspect.getmembers(kafka, inspect.isclass) if issubclass(c, KafkaError)},
    key=lambda c: c.__name__,
)
SLOT = ("ProducerFencedError", "FencedInstanceIdError")


def made(cls: type[KafkaError]) -> KafkaError:
    try:
        return cls()
    except TypeError:
        return cls.__new__(cls)  # type: ignore[call-overload]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_class_has_its_place(cls: type[KafkaError]) -> None:
    error = made(cls)
    expected: type[BaseException]
    if isinstance(error, OUR_MISTAKES):
        expected = cls
    elif cls.__name__ in SLOT:
        expected = SlotTaken
    else:
        expected = DependencyUnavailable
    with pytest.raises(expected) as told, translated():
        raise error
    if expected is not cls:
        assert cls.__name__ in str(told.value)
        assert isinstance(translate(error), expected)


def test_there_are_classes_to_translate() -> None:
    assert len(CLASSES) > 50


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError
