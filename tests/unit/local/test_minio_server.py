"""MinIO's settings as variables."""

from __future__ import annotations

from pathlib import Path

from processors.config import S3Settings
from processors.local.minio_server import Notifications, arn, environment

S3 = S3Settings("127.0.0.1:29000", "key", "secret")


def test_notifications_are_set_up_so_that_a_kill_loses_none() -> None:
    made = environment(S3, [Notifications("127.0.0.1:29092", "intake.notifications")], Path("/q"))
    assert made["MINIO_API_SYNC_EVENTS"] == made["MINIO_SYNC_BOOT"] == "on"
    assert made["MINIO_NOTIFY_KAFKA_QUEUE_DIR_CHANCERY"] == "/q/CHANCERY"
    assert made["MINIO_NOTIFY_KAFKA_TOPIC_CHANCERY"] == "intake.notifications"
    assert made["MINIO_NOTIFY_KAFKA_BROKERS_CHANCERY"] == "127.0.0.1:29092"
    assert made["MINIO_NOTIFY_KAFKA_TOPIC_CHANCERY_FAST"] == "intake.notifications"
    assert "MINIO_NOTIFY_KAFKA_QUEUE_DIR_CHANCERY_FAST" not in made, "a queue would make the fast way wait"
    assert not any("BATCH" in name for name in made), "a batch repeats events without end"


def test_nothing_calls_home_and_no_console_is_served() -> None:
    made = environment(S3, [], Path("/q"))
    assert made["MINIO_UPDATE"] == made["MINIO_BROWSER"] == "off"
    assert (made["MINIO_ROOT_USER"], made["MINIO_ROOT_PASSWORD"]) == ("key", "secret")


def test_each_target_keeps_its_queue_apart() -> None:
    targets = [Notifications("k:1", f"t{n}", f"T{n}") for n in range(3)]
    made = environment(S3, targets, Path("/q"))
    assert len({value for name, value in made.items() if "QUEUE_DIR" in name}) == 3


def test_the_arn_names_the_region_only_where_one_is_set() -> None:
    assert arn() == "arn:minio:sqs::CHANCERY:kafka"
    assert arn("X", "eu-west-1") == "arn:minio:sqs:eu-west-1:X:kafka"
    there = environment(S3Settings("h:1", "k", "s", region="eu-west-1"), [], Path("/q"))
    assert there["MINIO_SITE_REGION"] == "eu-west-1"
    assert "MINIO_SITE_REGION" not in environment(S3, [], Path("/q"))
