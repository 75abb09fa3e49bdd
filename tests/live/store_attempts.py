"""What a stolen key of one agency might be used for in the object store, each attempt as a function."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3
from minio import Minio, MinioAdmin
from minio.commonconfig import ENABLED, GOVERNANCE, ComposeSource, CopySource, Filter, Tags
from minio.credentials.providers import StaticProvider
from minio.deleteobjects import DeleteObject
from minio.error import MinioAdminException, S3Error
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule
from minio.notificationconfig import NotificationConfig
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

from processors.adapters.minio_objects import pool_settings
from processors.config import S3Settings

_count = itertools.count(1)


class Refused(Exception):
    """The server said no, by policy."""


class Key:
    """Somebody's key, with both APIs."""

    def __init__(self, settings: S3Settings) -> None:
        self.user = settings.access_key
        self.pool = urllib3.PoolManager(**pool_settings(settings))
        self.s3 = Minio(
            settings.endpoint,
            settings.access_key,
            settings.secret_key,
            secure=settings.secure,
            region=settings.region,
            http_client=self.pool,
        )
        self.admin = MinioAdmin(
            endpoint=settings.endpoint,
            credentials=StaticProvider(settings.access_key, settings.secret_key),
            region=settings.region,
            secure=settings.secure,
            http_client=urllib3.PoolManager(**pool_settings(settings)),
        )


@dataclass(frozen=True)
class World:
    """What there is to be attacked. `root` prepares each attempt, so that it fails for want of rights alone."""

    root: Key
    #: the attacker's own inbox, with an object in it
    own_inbox: str
    #: the victim's
    inbox: str
    documents: str
    #: keys in the documents bucket: an artefact of the attacker's and one of the victim's
    own_artefact: str
    artefact: str
    work: str
    datasets: str
    models: str

    def fresh(self, bucket: str, prefix: str = "") -> str:
        """The key of a new object, that an attempt may destroy."""
        key = f"{prefix}fresh-{next(_count)}"
        self.root.s3.put_object(bucket, key, io.BytesIO(b"secret"), 6)
        return key

    def bucket(self) -> str:
        """A new bucket, that an attempt may destroy."""
        name = f"inbox-fresh-{next(_count)}"
        self.root.s3.make_bucket(name)
        return name

    def user(self) -> str:
        """A new user, that an attempt may change."""
        name = f"fresh-{next(_count)}"
        self.root.admin.user_add(name, "a-secret-of-its-own")
        return name


Attempt = Callable[[Key, World], Any]


def _put(key: Key, bucket: str, name: str = "planted.pdf") -> None:
    key.s3.put_object(bucket, name, io.BytesIO(b"x"), 1)


def _get(key: Key, bucket: str, name: str) -> None:
    response = key.s3.get_object(bucket, name)
    response.close()
    response.release_conn()


def _presigned(key: Key, bucket: str, name: str) -> None:
    url = key.s3.presigned_get_object(bucket, name)
    if (status := key.pool.request("GET", url).status) == 403:
        raise Refused
    assert status == 200, status


def _copy(key: Key, to: str, bucket: str, name: str) -> None:
    key.s3.copy_object(to, f"copied-{next(_count)}", CopySource(bucket, name))


def _compose(key: Key, to: str, bucket: str, name: str) -> None:
    key.s3.compose_object(to, f"composed-{next(_count)}", [ComposeSource(bucket, name)])


def _list(key: Key, bucket: str, **how: Any) -> None:
    list(itertools.islice(key.s3.list_objects(bucket, **how), 5))


def _buckets(key: Key, world: World) -> None:
    names = {bucket.name for bucket in key.s3.list_buckets()}
    if not names - {world.own_inbox, world.documents}:
        raise Refused


def _remove(key: Key, bucket: str, name: str) -> None:
    key.s3.remove_object(bucket, name)


def _remove_many(key: Key, bucket: str) -> None:
    """MinIO answers that the request is done, and for each object that it may not be: an entry of two megabytes."""
    names = [f"{number}-" + "/".join(["<" * 245] * 4) for number in range(300)]
    for error in key.s3.remove_objects(bucket, [DeleteObject(name) for name in names]):
        if error.code == "AccessDenied":
            raise Refused


def _lifecycle(key: Key, bucket: str) -> None:
    rule = Rule(ENABLED, rule_filter=Filter(prefix=""), rule_id="gone", expiration=Expiration(days=1))
    key.s3.set_bucket_lifecycle(bucket, LifecycleConfig([rule]))


def _open(key: Key, bucket: str) -> None:
    """Let everybody read."""
    anyone = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": ["s3:GetObject"]}
    statement = {**anyone, "Resource": [f"arn:aws:s3:::{bucket}/*"]}
    key.s3.set_bucket_policy(bucket, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))


def _retention(key: Key, world: World) -> None:
    name = world.fresh(world.documents, "beta/")
    until = datetime.now(UTC) + timedelta(seconds=5)
    key.s3.set_object_retention(world.documents, name, Retention(GOVERNANCE, until))


def _tags(key: Key, bucket: str, name: str) -> None:
    tags = Tags.new_object_tags()
    tags["stolen"] = "yes"
    key.s3.set_object_tags(bucket, name, tags)


def _quiet(key: Key, bucket: str) -> None:
    """Stop what lands from being announced."""
    key.s3.set_bucket_notification(bucket, NotificationConfig())


def _user(key: Key, name: str) -> None:
    key.admin.user_add(name, "a-new-secret")


def _policy(key: Key) -> None:
    everything = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}
    key.admin.policy_add("everything", policy={"Version": "2012-10-17", "Statement": [everything]})


#: by name; each is tried with both keys of an agency
ATTEMPTS: Mapping[str, Attempt] = {
    "read the other's upload": lambda k, w: _get(k, w.inbox, w.fresh(w.inbox)),
    "ask about the other's upload": lambda k, w: k.s3.stat_object(w.inbox, w.fresh(w.inbox)),
    "read the other's upload by a signed address": lambda k, w: _presigned(k, w.inbox, w.fresh(w.inbox)),
    "list the other's inbox": lambda k, w: _list(k, w.inbox),
    "list the other's versions": lambda k, w: _list(k, w.inbox, include_version=True),
    "put into the other's inbox": lambda k, w: _put(k, w.inbox),
    "copy the other's upload into one's own inbox": lambda k, w: _copy(k, w.own_inbox, w.inbox, w.fresh(w.inbox)),
    "compose the other's upload": lambda k, w: _compose(k, w.own_inbox, w.inbox, w.fresh(w.inbox)),
    "copy the other's artefact": lambda k, w: _copy(k, w.own_inbox, w.documents, w.artefact),
    "delete the other's upload": lambda k, w: _remove(k, w.inbox, w.fresh(w.inbox)),
    "delete many of the other's uploads": lambda k, w: _remove_many(k, w.inbox),
    "tag the other's upload": lambda k, w: _tags(k, w.inbox, w.fresh(w.inbox)),
    "silence the other's inbox": lambda k, w: _quiet(k, w.bucket()),
    "read the other's notification rules": lambda k, w: k.s3.get_bucket_notification(w.inbox),
    "open the other's inbox": lambda k, w: _open(k, w.bucket()),
    "read the other's versioning": lambda k, w: k.s3.get_bucket_versioning(w.inbox),
    "stop versions": lambda k, w: k.s3.set_bucket_versioning(w.bucket(), VersioningConfig(SUSPENDED)),
    "let the other's uploads expire": lambda k, w: _lifecycle(k, w.bucket()),
    "delete a bucket": lambda k, w: k.s3.remove_bucket(w.bucket()),
    "make a bucket": lambda k, w: k.s3.make_bucket(f"inbox-planted-{next(_count)}"),
    "list all buckets": _buckets,
    "read the other's artefact": lambda k, w: _get(k, w.documents, w.artefact),
    "read the other's artefact by a signed address": lambda k, w: _presigned(k, w.documents, w.artefact),
    "list the other's documents": lambda k, w: _list(k, w.documents, prefix="beta/", recursive=True),
    "list one's own documents": lambda k, w: _list(k, w.documents, prefix="alpha/", recursive=True),
    "write an artefact of the other's": lambda k, w: _put(k, w.documents, f"beta/planted-{next(_count)}"),
    "write an artefact of one's own": lambda k, w: _put(k, w.documents, f"alpha/planted-{next(_count)}"),
    "delete an artefact of one's own": lambda k, w: _remove(k, w.documents, w.fresh(w.documents, "alpha/")),
    "change a lock": _retention,
    "read an upload of one's own": lambda k, w: _get(k, w.own_inbox, w.fresh(w.own_inbox)),
    "list one's own inbox": lambda k, w: _list(k, w.own_inbox),
    "delete an upload of one's own": lambda k, w: _remove(k, w.own_inbox, w.fresh(w.own_inbox)),
    "read a claim": lambda k, w: _get(k, w.work, w.fresh(w.work, "claims/beta/")),
    "forge a claim": lambda k, w: _put(k, w.work, f"claims/beta/{next(_count)}"),
    "forge an end": lambda k, w: _put(k, w.work, f"ends/beta/{next(_count)}"),
    "list the work": lambda k, w: _list(k, w.work),
    "read a dataset": lambda k, w: _get(k, w.datasets, w.fresh(w.datasets)),
    "read a model": lambda k, w: _get(k, w.models, w.fresh(w.models)),
    "plant a model": lambda k, w: _put(k, w.models, f"reader/{next(_count)}/model.json"),
    "list the users": lambda k, w: k.admin.user_list(),
    "make a user": lambda k, w: _user(k, f"planted-{next(_count)}"),
    "change the other's secret": lambda k, w: _user(k, w.user()),
    "make a policy": lambda k, w: _policy(k),
    "give a policy": lambda k, w: k.admin.policy_set("readonly", user=w.user()),
    "look at the server": lambda k, w: k.admin.info(),
}


def tried(attempt: Attempt, key: Key, world: World) -> None:
    """Carry the attempt out.

    Raises:
        Refused: by policy; any other refusal passes as it is.
    """
    try:
        attempt(key, world)
    except S3Error as error:
        if error.code != "AccessDenied":
            raise
        raise Refused from error
    except MinioAdminException as error:
        if "AccessDenied" not in error._body:
            raise
        raise Refused from error
