"""Who may do what in the object store: one policy for each kind of worker and two for each agency.

Written in the policy language of S3, which other S3 servers understand as well. What is not allowed is refused.
What a policy allows follows from what the code does: in a worker `runtime/` (arrival, attempts, storing, ending,
joining, enclosing) and `forge/registry/` are all that reads and writes objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from processors.forge.registry.models_at_work import NEEDS
from processors.forge.registry.served_weights import FOLDER as WEIGHTS
from processors.names import AGENCY
from processors.pipeline import STAGES
from processors.places import Buckets
from processors.principals import AUDIT, agency_name, worker_name

_READ = ("s3:GetObject", "s3:GetObjectVersion")
#: What MinIO lets every user do to itself unless it is denied: change its secret, and make further keys with its
#: own rights. Whoever stole a key could lock its owner out, or go on after the key was replaced.
_DENIED = ("admin:CreateUser", "admin:CreateServiceAccount", "admin:UpdateServiceAccount")


@dataclass(frozen=True)
class StoreUser:
    """Somebody who signs in to the object store."""

    #: the policy's name, with the installation's prefix; a worker's access key as well, and the beginning of an
    #: agency's
    name: str
    #: S3 policy document
    policy: Mapping[str, Any]


def of_workers(prefix: str) -> tuple[StoreUser, ...]:
    """The stages' workers, those of "audit", and who fetches weights. Those of "record" touch no object."""
    buckets = Buckets(prefix)
    return (
        *(StoreUser(worker_name(row.name, prefix), _worker(row.name, buckets)) for row in STAGES),
        StoreUser(worker_name(AUDIT, prefix), _auditor(buckets)),
        StoreUser(weights_name(prefix), _weights(buckets)),
    )


def weights_name(prefix: str) -> str:
    """What signs in to fetch a model server's weights: that server sees documents' text and must see no bucket."""
    return f"{prefix}weights"


def upload(agency: str, prefix: str) -> StoreUser:
    """Puts files into the agency's inbox, and does nothing else: not even read or list what it put there."""
    inbox = Buckets(prefix).inbox(_checked(agency))
    allowed = _allow(("s3:PutObject", "s3:AbortMultipartUpload"), f"{inbox}/*")
    return StoreUser(f"{agency_name(agency, prefix)}.upload", _policy(allowed))


def consumer(agency: str, prefix: str) -> StoreUser:
    """Fetches what the agency's results refer to, by its key, and does nothing else: it lists nothing."""
    allowed = _allow(_READ, f"{Buckets(prefix).documents}/{_checked(agency)}/*")
    return StoreUser(f"{agency_name(agency, prefix)}.consumer", _policy(allowed))


def _worker(stage: str, buckets: Buckets) -> Mapping[str, Any]:
    documents, work = buckets.documents, buckets.work
    own: tuple[str, ...] = (f"{documents}/*/*/*/{stage}/*",)
    marks: tuple[str, ...] = (f"attempts/{stage}/*", f"outcomes/{stage}/*", "ends/*")
    if stage == "intake":
        marks += ("claims/*", "content/*")
        own += (f"{documents}/*/*/enclosed/*",)
    if stage == "publish":
        # What people decide begins a run, which is claimed as an upload is.
        marks += ("claims/*~review-*",)
    statements = [
        _allow(_READ, f"{documents}/*"),
        _allow(("s3:PutObject",), *own, *(f"{work}/{mark}" for mark in marks)),
        _allow(_READ, *(f"{work}/{mark}" for mark in marks)),
        # Also to be told that an object is not there, which is otherwise refused like one that may not be read.
        _allow(("s3:ListBucket",), documents, work),
    ]
    if stage == "intake":
        # The original is copied, and locked.
        statements += [
            _allow(_READ, f"{buckets.inbox('*')}/*"),
            _allow(("s3:ListBucket", "s3:ListBucketVersions"), buckets.inbox("*")),
            _allow(("s3:PutObjectRetention",), *own),
        ]
    if stage in NEEDS:
        statements += [_allow(_READ, f"{buckets.models}/*"), _allow(("s3:ListBucket",), buckets.models)]
    return _policy(*statements)


def _auditor(buckets: Buckets) -> Mapping[str, Any]:
    """Adds to the audit chain and reads it; what is there is under lock, and nobody is let past the lock."""
    return _policy(
        _allow((*_READ, "s3:PutObject", "s3:PutObjectRetention"), f"{buckets.audit}/*"),
        _allow(("s3:ListBucket", "s3:ListBucketVersions"), buckets.audit),
    )


def _weights(buckets: Buckets) -> Mapping[str, Any]:
    below = f"{WEIGHTS}/*"
    return _policy(_allow(_READ, f"{buckets.models}/{below}"), _allow(("s3:ListBucket",), buckets.models))


def _policy(*statements: Mapping[str, Any]) -> Mapping[str, Any]:
    denied = {"Effect": "Deny", "Action": list(_DENIED)}
    return {"Version": "2012-10-17", "Statement": [*statements, denied]}


def _allow(actions: tuple[str, ...], *resources: str) -> Mapping[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": [f"arn:aws:s3:::{one}" for one in resources]}


def _checked(agency: str) -> str:
    """The name, which becomes part of a pattern: a star in it would open what belongs to others."""
    if not AGENCY.fullmatch(agency):
        raise ValueError("no name of an agency")
    return agency
