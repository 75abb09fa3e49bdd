"""Kafka's errors in our words. Every class of kafka-python has its place here; a test proves the map complete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka.errors import (
    FencedInstanceIdError,
    IllegalArgumentError,
    KafkaConfigurationError,
    KafkaError,
    ProducerFencedError,
)

from processors.errors import DependencyUnavailable, PipelineError, SlotTaken

#: Mistakes of ours that no waiting cures; they pass as they are and end the process with a traceback.
OUR_MISTAKES = (KafkaConfigurationError, IllegalArgumentError)


def translate(error: KafkaError) -> PipelineError:
    """Our error for one of Kafka's. The document is never at fault for what Kafka says."""
    if isinstance(error, ProducerFencedError | FencedInstanceIdError):
        return SlotTaken(type(error).__name__)
    return DependencyUnavailable(f"Kafka: {type(error).__name__}: {error}")


@contextmanager
def translated() -> Iterator[None]:
    """Raise our error for any KafkaError in the `with` block."""
    try:
        yield
    except OUR_MISTAKES:
        raise
    except KafkaError as error:
        raise translate(error) from error
