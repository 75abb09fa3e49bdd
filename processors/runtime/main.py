"""Puts a worker together and runs it: the one place where ports meet adapters."""

from __future__ import annotations

import ctypes
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime

import structlog

from processors import document_types, pipeline
from processors.adapters import clamd, trace_export
from processors.adapters.kafka_log import KafkaLog
from processors.adapters.kafka_topics import cluster_id
from processors.adapters.minio_objects import MinioObjects
from processors.config import Settings
from processors.errors import DependencyUnavailable, PipelineError, SlotTaken, StageCrashed, StageTimedOut
from processors.forge.errors import ModelUnfit
from processors.forge.registry import models_at_work
from processors.places import Buckets
from processors.ports import Log
from processors.runtime import beside, logs, priority, remote_models, retry
from processors.runtime.answering import Answerer
from processors.runtime.arrival import LockPolicy
from processors.runtime.beside import fail_point_of
from processors.runtime.brake import Brake, Broken
from processors.runtime.children import child_of
from processors.runtime.originals import Originals
from processors.runtime.pulse import Pulse
from processors.runtime.scratch import Scratches
from processors.runtime.surroundings import Surroundings
from processors.runtime.topic_maker import TopicMaker
from processors.runtime.workbench import Misconfigured, scratch_root
from processors.runtime.worker import Worker
from processors.telemetry import labels, process
from processors.telemetry.work import Telling, WorkTelling
from processors.variables import SettingInvalid

#: The process ends because a server stays away or its slot was taken; starting it again is right (EX_TEMPFAIL).
EXIT_TRY_AGAIN = 75
#: Starting it again is of no use until a person corrects what the last line of the log names (EX_CONFIG).
EXIT_MISCONFIGURED = 78

_PR_SET_DUMPABLE = 4


LogFactory = Callable[[Settings, pipeline.StageRow, int], Log]


_NOT_TRIED = (
    "CHANCERY_CANDIDATES is set, and this worker reads live documents, too: it works with what is at work. Only "
    "workers of `--lanes reprocessing` try a candidate (docs/reprocess.md)."
)


def run(
    name: str,
    slot: int,
    settings: Settings,
    log_factory: LogFactory | None = None,
    lanes: pipeline.Lanes = "all",
) -> int:
    """Run a worker until SIGTERM or SIGINT.

    Args:
        name: a stage of `pipeline.py`, or one of `beside.RUN`
        slot: number of this worker among those of its stage, from 0; two workers must not share one
        settings: where everything is
        log_factory: how to reach the topics; tests put a weaker one here
        lanes: what a stage's worker reads; one that reads nothing but reprocessing runs yields the processor to
            every other

    Returns:
        The exit code of the process: 0 after a stop, 75 if it should be started again, 78 if a person must
        correct something first.
    """
    logs.configure(stage=name, slot=slot)
    log = structlog.get_logger()
    stop = Pulse(settings.home / "pulse" / f"{name}-{slot}")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if lanes == "reprocessing":
        # Before the next line: what it hides we may not change either.
        priority.yield_to_others()
    else:
        if lanes == "all" and name in models_at_work.NEEDS and settings.candidates:
            log.warning("candidates_not_tried", detail=_NOT_TRIED)
        # What nobody has promoted works on no live document.
        settings = replace(settings, candidates=())
    _hide_memory()
    try:
        with process.told(settings.telemetry, settings.home, name, str(slot), lanes):
            if (run_beside := beside.RUN.get(name)) is None:
                _stage(_row(name, lanes), slot, settings, stop, log_factory or kafka_log)
            elif lanes == "all":
                run_beside(slot, settings, stop)
            else:
                raise _no_such_lanes(lanes, f"{name} is no stage")
    except SlotTaken as error:
        log.error("slot_taken", detail=str(error))
        return EXIT_TRY_AGAIN
    except DependencyUnavailable as error:
        log.error("gave_up", code=error.code, detail=error.detail)
        return EXIT_TRY_AGAIN
    except (StageCrashed, StageTimedOut) as error:
        log.error("stage_does_not_start", code=error.code, detail=error.detail)
        return EXIT_TRY_AGAIN
    except Broken as error:
        log.error("stage_broken", found=str(error), detail=Broken.__doc__)
        return EXIT_TRY_AGAIN
    except (SettingInvalid, Misconfigured, ModelUnfit) as error:
        log.error("misconfigured", detail=str(error))
        return EXIT_MISCONFIGURED
    log.info("stopped")
    return 0


def kafka_log(settings: Settings, row: pipeline.StageRow, slot: int) -> KafkaLog:
    """The log of production."""
    return KafkaLog(
        settings.kafka,
        group=row.name,
        slot=slot,
        topics=row.reads,
        batch=row.batch,
        prefix=settings.prefix,
        fail_point=fail_point_of(row.name, settings),
        security=settings.kafka_security,
    )


def _row(name: str, lanes: pipeline.Lanes) -> pipeline.StageRow:
    try:
        return pipeline.stage(name).reading(lanes)
    except ValueError as error:
        raise _no_such_lanes(lanes, str(error)) from error


def _no_such_lanes(lanes: pipeline.Lanes, why: str) -> Misconfigured:
    return Misconfigured(f"--lanes {lanes}: {why}. Start this worker without --lanes.")


def _stage(
    row: pipeline.StageRow, slot: int, settings: Settings, stop: threading.Event, log_factory: LogFactory
) -> None:
    fail_point = fail_point_of(row.name, settings)
    # The models that were promoted, fetched here: the child has no credentials.
    promoted = models_at_work.ready(row.name, settings, lambda: MinioObjects(settings.s3))
    settings = replace(settings, models=promoted)
    # The child first: a worker that cannot load its stage must not join the group and hold partitions.
    scratch = scratch_root(settings.home, row.name, slot)
    scratches = Scratches(scratch)
    child = child_of(row, settings, scratch)
    child.warm()
    objects = MinioObjects(settings.s3)
    claims = pipeline.NOTIFICATIONS in row.reads
    models = remote_models.from_settings(settings)
    scanner = clamd.from_settings(settings)
    telling = _telling(row, settings)
    listening = trace_export.tracing(settings, row.name, slot)
    answerer = Answerer(
        row,
        Surroundings(
            objects=objects,
            buckets=Buckets(settings.prefix),
            workbench=child,
            scratches=scratches,
            originals=Originals(settings.home / "originals"),
            vision=models.vision,
            language=models.language,
            scanner=scanner,
            limits=settings.limits,
            lock=LockPolicy(settings.lock_days, settings.lock_mode),
            now=lambda: datetime.now(UTC),
            ensure_topic=TopicMaker(settings),
            # Only who takes documents in names the Kafka in its claims.
            cluster=cluster_id(settings.kafka, settings.kafka_security) if claims else "",
            fail_point=fail_point,
            telling=telling,
            tracing=listening,
        ),
        stop,
    )
    hold = log_factory(settings, row, slot)
    structlog.get_logger().info(
        "started", limits=asdict(settings.limits), retries=retry.MAX_ATTEMPTS, sandbox=child.sandbox
    )

    def abandon() -> None:
        models.give_up()
        if scanner is not None:
            scanner.give_up()
        child.kill()

    try:
        # Those that were added since are heard of when their work comes.
        brake = Brake(shared=len(settings.agencies) > 1)
        Worker(hold, answerer, stop, abandon, settings.limits.finish_seconds, telling, brake).run()
    finally:
        child.close()
        listening.close()
        for work_id, number in answerer.attempts.taken_back().items():
            try:
                answerer.attempts.forget(work_id, number)
            except PipelineError:
                # The mark stays and one attempt too many is counted: the bound for unexplained ones is generous.
                structlog.get_logger().warning("mark_left", work=work_id)


def _telling(row: pipeline.StageRow, settings: Settings) -> Telling:
    """Tells of the work, where somebody may ask."""
    if not settings.telemetry.metrics:
        return Telling()
    if "fields" in row.makes:
        labels.allow("document_type", document_types.load(settings.document_types))
    return WorkTelling(row)


def _hide_memory() -> None:
    """Other processes of this user, such as a parser that was taken over, may not read our keys from /proc."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0)
