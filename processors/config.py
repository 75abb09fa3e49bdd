"""The settings of every process, read once from the environment and passed down.

No other module reads the environment. A bad value stops the process at the start and names the variable.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from processors import limits, server_settings
from processors.audit import settings as audit_settings
from processors.audit.settings import AuditSettings
from processors.limits import STANDARD, Limits
from processors.names import AGENCY, AGENCY_RULE, PREFIX, PREFIX_RULE
from processors.refusals import settings as refusal_settings
from processors.refusals.settings import RefusalSettings
from processors.server_settings import PLAINTEXT, KafkaSecurity, S3Settings
from processors.telemetry import settings as telemetry_settings
from processors.telemetry import trace_settings
from processors.telemetry.settings import TelemetrySettings
from processors.variables import SettingInvalid, Variables

__all__ = ["DAGS", "LANGUAGES", "PACKAGE", "SCHEMAS", "STANDARD", "Limits", "S3Settings", "Settings", "load"]

#: What the set-up installs. Pages of the first cost nothing extra; a pack that is missing is not used, and `doctor`
#: names it.
LANGUAGES = "eng+fra+deu+spa+ita+por+nld"


#: or nothing at all
_SHA256 = re.compile(r"([0-9a-f]{64})?")
_CANDIDATE = re.compile(r"[a-z][a-z0-9_-]{0,62}@[1-9][0-9]{0,5}")

_CLAMD = re.compile(r"(/.+|[^/\s]+:\d{1,5})?")


@dataclass(frozen=True)
class Settings:
    """Everything a Chancery process needs to know about its surroundings."""

    #: host:port[,host:port]
    kafka: str
    s3: S3Settings
    #: SQLAlchemy URL of the ledger; may hold a password
    database: str = field(repr=False)
    #: folder for state, logs and scratch files of this machine
    home: Path
    #: how to sign in to Kafka
    kafka_security: KafkaSecurity = PLAINTEXT
    #: agencies whose inboxes and result topics exist
    agencies: tuple[str, ...] = ()
    #: put before every topic, group, bucket and transactional id, so that several pipelines share one cluster
    prefix: str = ""
    #: most partitions of a topic; 0 = as many as the table in `pipeline.py` says
    most_partitions: int = 0
    #: (topic of the table, partitions) where an installation wants another number than the table
    partitions: tuple[tuple[str, int], ...] = ()
    #: where the inboxes announce what lands; the same upload may be announced to several
    notification_arns: tuple[str, ...] = ("arn:minio:sqs::CHANCERY:kafka",)
    #: Tesseract language packs that pages may be read with, joined by +, the most frequent first
    languages: str = LANGUAGES
    #: folder of Tesseract's *.traineddata; empty = where the system's tesseract says
    tessdata: str = ""
    ocr_engine: str = "tesserocr"
    #: folder of the agencies' own wishes (`agencies.py`); None = nobody has any
    policies: Path | None = None
    #: OpenAI-compatible endpoint of a model that sees, such as "http://gpu-1:8000/v1"; empty = no page is escalated
    vision_url: str = ""
    #: the model's name at that endpoint
    vision_model: str = ""
    vision_key: str = field(default="", repr=False)
    #: PEM file of the authorities that may vouch for that endpoint; None = this machine's
    vision_ca: Path | None = None
    #: seconds in which the model must have answered for one page
    vision_seconds: float = 120.0
    #: mean word confidence below which a page is escalated, 0 to 1
    escalate_below: float = 0.5
    #: OpenAI-compatible endpoint of a language model, such as "http://gpu-1:8000/v1"; empty = there is none
    language_url: str = ""
    #: the model's name at that endpoint
    language_model: str = ""
    language_key: str = field(default="", repr=False)
    #: PEM file of the authorities that may vouch for that endpoint; None = this machine's
    language_ca: Path | None = None
    #: seconds in which `language_at_once` prompts must be answered
    language_seconds: float = 120.0
    #: prompts of one document that are asked at the same time
    language_at_once: int = 8
    #: folder of a language model's weights, run in the stage itself (extra `train`); None = there is none
    language_weights: Path | None = None
    #: sha256 that those weights must have, and the server's where it tells one; empty = not checked
    language_digest: str = ""
    #: folder of document types
    document_types: Path = Path()
    #: of decided reviews, how many a second person looks at before anything is released, 0 to 1
    second_look: float = 0.1
    #: folder of the shipped models
    models: Path = Path()
    #: registered models, kind and version, that workers of reprocessing runs try in place of those at work
    candidates: tuple[tuple[str, int], ...] = ()
    #: folder of the classifier's original weights, for a GPU worker with torch; None = the export on ONNX Runtime
    encoder_weights: Path | None = None
    #: days for which the original is locked, and how (GOVERNANCE or COMPLIANCE)
    lock_days: int = 365
    lock_mode: str = "GOVERNANCE"
    limits: Limits = STANDARD
    audit: AuditSettings = field(default_factory=AuditSettings)
    refusals: RefusalSettings = field(default_factory=RefusalSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    traces: trace_settings.TraceSettings = field(default_factory=trace_settings.TraceSettings)
    #: walls around what parses documents: "auto" = where this machine can, "on" = or do not start, "off"
    sandbox: str = "auto"
    #: malware scanner (clamd): path of a Unix socket, or host:port; empty = nothing is scanned
    clamd: str = ""
    #: its signatures may be so old; 0 = any age
    clamd_max_age_hours: int = 24
    #: whose documents a person sees inside Airflow, and who operates, see `people.py`; None = nobody does
    console_users: Path | None = None
    #: fail points for the fault tests: "stage:point:probability,…"; empty in production
    fail_points: str = ""


PACKAGE = Path(__file__).resolve().parent
#: In a checkout the schemas lie beside the package; in an installed wheel beside it in site-packages too.
SCHEMAS = PACKAGE.parent / "schemas"
#: The same of the DAGs.
DAGS = PACKAGE.parent / "dags"


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `environment` (default: the process environment).

    Raises:
        SettingInvalid: a variable holds a value that cannot be used.
    """
    env = Variables(os.environ if environment is None else environment)
    home = Path(env.text("CHANCERY_HOME", ".chancery")).resolve()
    return Settings(
        kafka=env.text("CHANCERY_KAFKA", "127.0.0.1:29092"),
        s3=server_settings.s3(env),
        kafka_security=server_settings.kafka_security(env),
        database=env.secret("CHANCERY_DATABASE", f"sqlite:///{home}/ledger.sqlite"),
        home=home,
        agencies=_agencies(env),
        prefix=_prefix(env),
        most_partitions=env.integer("CHANCERY_MOST_PARTITIONS", 0, least=0),
        partitions=server_settings.partitions(env),
        notification_arns=tuple(env.text("CHANCERY_NOTIFICATION_ARNS", "arn:minio:sqs::CHANCERY:kafka").split(",")),
        languages=env.text("CHANCERY_LANGUAGES", LANGUAGES),
        tessdata=env.text("CHANCERY_TESSDATA", ""),
        ocr_engine=env.choice("CHANCERY_OCR_ENGINE", "tesserocr", ("tesserocr", "pytesseract")),
        policies=Path(policies) if (policies := env.text("CHANCERY_POLICIES", "")) else None,
        vision_url=env.text("CHANCERY_VISION_URL", ""),
        vision_model=env.text("CHANCERY_VISION_MODEL", ""),
        vision_key=env.secret("CHANCERY_VISION_KEY", ""),
        vision_ca=server_settings.authorities("CHANCERY_VISION_CA", env),
        vision_seconds=float(env.integer("CHANCERY_VISION_SECONDS", 120, least=1)),
        escalate_below=env.integer("CHANCERY_ESCALATE_BELOW_PERCENT", 50, least=0) / 100,
        language_url=env.text("CHANCERY_LANGUAGE_URL", ""),
        language_model=env.text("CHANCERY_LANGUAGE_MODEL", ""),
        language_key=env.secret("CHANCERY_LANGUAGE_KEY", ""),
        language_ca=server_settings.authorities("CHANCERY_LANGUAGE_CA", env),
        language_seconds=float(env.integer("CHANCERY_LANGUAGE_SECONDS", 120, least=1)),
        language_at_once=env.integer("CHANCERY_LANGUAGE_AT_ONCE", 8, least=1),
        language_weights=Path(weights) if (weights := env.text("CHANCERY_LANGUAGE_WEIGHTS", "")) else None,
        language_digest=_digest(env),
        document_types=Path(env.text("CHANCERY_DOCUMENT_TYPES", str(SCHEMAS / "documents"))),
        models=Path(env.text("CHANCERY_MODELS", str(PACKAGE / "models"))),
        candidates=_candidates(env),
        encoder_weights=Path(weights) if (weights := env.text("CHANCERY_ENCODER_WEIGHTS", "")) else None,
        second_look=_percent(env, "CHANCERY_SECOND_LOOK_PERCENT", 10),
        lock_days=env.integer("CHANCERY_LOCK_DAYS", 365, least=1),
        lock_mode=env.choice("CHANCERY_LOCK_MODE", "GOVERNANCE", ("GOVERNANCE", "COMPLIANCE")),
        limits=limits.load(env),
        audit=audit_settings.load(env, home),
        refusals=refusal_settings.load(env),
        telemetry=telemetry_settings.load(env),
        traces=trace_settings.load(env),
        sandbox=env.choice("CHANCERY_SANDBOX", "auto", ("auto", "on", "off")),
        clamd=_clamd(env),
        clamd_max_age_hours=env.integer("CHANCERY_CLAMD_MAX_AGE_HOURS", 24, least=0),
        console_users=Path(users) if (users := env.text("CHANCERY_CONSOLE_USERS", "")) else None,
        fail_points=env.text("CHANCERY_FAIL_POINTS", ""),
    )


def _agencies(env: Variables) -> tuple[str, ...]:
    value = env.text("CHANCERY_AGENCIES", "")
    names = tuple(name for name in value.split(",") if name)
    if not all(AGENCY.fullmatch(name) for name in names):
        raise SettingInvalid("CHANCERY_AGENCIES", value, f"names with commas between them, each {AGENCY_RULE}")
    return names


def _percent(env: Variables, name: str, default: int) -> float:
    value = env.integer(name, default, least=0)
    if value > 100:
        raise SettingInvalid(name, str(value), "a whole number from 0 to 100")
    return value / 100


def _clamd(env: Variables) -> str:
    value = env.text("CHANCERY_CLAMD", "")
    if not _CLAMD.fullmatch(value):
        raise SettingInvalid("CHANCERY_CLAMD", value, "empty, the whole path of a Unix socket, or host:port")
    return value


def _candidates(env: Variables) -> tuple[tuple[str, int], ...]:
    value = env.text("CHANCERY_CANDIDATES", "")
    pairs = [name.split("@") for name in value.split(",") if name]
    if not all(_CANDIDATE.fullmatch("@".join(pair)) for pair in pairs) or len(dict(pairs)) != len(pairs):
        raise SettingInvalid("CHANCERY_CANDIDATES", value, "KIND@VERSION with commas between them, each kind once")
    return tuple((kind, int(version)) for kind, version in pairs)


def _digest(env: Variables) -> str:
    value = env.text("CHANCERY_LANGUAGE_DIGEST", "")
    if not _SHA256.fullmatch(value):
        raise SettingInvalid("CHANCERY_LANGUAGE_DIGEST", value, "a sha256: 64 digits 0 to f, in small letters")
    return value


def _prefix(env: Variables) -> str:
    value = env.text("CHANCERY_PREFIX", "")
    if not PREFIX.fullmatch(value):
        raise SettingInvalid("CHANCERY_PREFIX", value, PREFIX_RULE)
    return value
