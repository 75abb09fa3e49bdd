"""What a document costs, as figures that were measured: `bench/results/costs.json`.

Every figure names the command that measured it. What nobody measured here, such as the speed of a large language
model, is no figure: whoever plans gives it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bench.calling import RESULTS

COSTS = RESULTS / "costs.json"


class CostsInvalid(ValueError):
    """The file of costs is not there, or is none; the message says what is wrong and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Strict):
    """A number that was measured."""

    value: float = Field(ge=0, allow_inf_nan=False)
    unit: str = Field(min_length=1)
    #: what measured it, as it can be called again
    command: str = Field(min_length=1)
    #: how the number follows from what the command wrote; "" where it stands there as it is
    note: str = ""


class Costs(_Strict):
    """The figures that plans and simulations start from. CPU is user and system time on one core."""

    #: CPU seconds, of runs in which every core was busy
    intake_document: Figure
    ocr_scanned_page: Figure
    ocr_text_page: Figure
    classify_document: Figure
    extract_page: Figure
    publish_document: Figure
    record_document: Figure
    audit_document: Figure
    kafka_page: Figure
    minio_page: Figure
    #: seconds of a turn (poll, work, commit) of a stage that are no CPU time of its own
    intake_turn: Figure
    ocr_turn: Figure
    classify_turn: Figure
    extract_turn: Figure
    publish_turn: Figure
    #: seconds at most in which a group reads nothing, because its members change
    rebalance: Figure
    #: seconds from the start of a worker's process until it has loaded its stage, on an idle core
    ocr_start: Figure
    stage_start: Figure
    #: MiB of a worker with its child, proportional set size
    intake_memory: Figure
    ocr_memory: Figure
    classify_memory: Figure
    extract_memory: Figure
    publish_memory: Figure
    record_memory: Figure
    audit_memory: Figure
    #: bytes on MinIO's disks, originals included; bytes in Kafka's logs, each before any replica
    scanned_page_stored: Figure
    text_page_stored: Figure
    document_kafka: Figure

    def of(self, name: str) -> float:
        """The value of a figure, by its name."""
        figure = getattr(self, name)
        assert isinstance(figure, Figure)
        return figure.value


class CostsFile(_Strict):
    """`costs.json`."""

    bench: str
    date: str
    #: of the machine that measured what was measured live; the others name their own results
    machine: dict[str, str]
    costs: Costs


def load(path: Path = COSTS) -> Costs:
    """The costs in a file.

    Raises:
        CostsInvalid: it is not there, or not whole.
    """
    try:
        return CostsFile.model_validate_json(path.read_text(encoding="utf-8")).costs
    except OSError as error:
        raise CostsInvalid(
            f"{path} cannot be read ({error.strerror}). Write it with `python -m bench.capacity measure`."
        ) from error
    except ValidationError as error:
        raise CostsInvalid(f"{path} is no file of costs: {'; '.join(map(_told, error.errors()))}.") from error


def _told(one: Any) -> str:
    place = ".".join(map(str, one["loc"])) or "the file"
    return f"{place}: {one['msg']}"
