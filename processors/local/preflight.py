"""What `chancery up` looks at before it starts anything: settings with which a worker could only die."""

from __future__ import annotations

from processors.config import Settings
from processors.document_types.lint import lint
from processors.errors import StageFailed
from processors.fail_points import fail_points
from processors.local.doctor import models
from processors.local.plan import WORKERS
from processors.ocr import tessdata
from processors.variables import SettingInvalid

#: Enough to correct the first mistakes; `chancery types` tells all.
_MOST_PROBLEMS = 5


def check(settings: Settings) -> None:
    """See that languages, models, document types and fail points can be used. Takes about 0.1 s.

    Raises:
        SettingInvalid: one cannot; says what is wrong and what to do.
    """
    _languages(settings)
    found = models(settings)
    if not found.ok:
        wanted = f"the folder of the shipped models, but {found.found}: {found.remedy}"
        raise SettingInvalid("CHANCERY_MODELS", str(settings.models), wanted)
    _document_types(settings)
    try:
        for stage in WORKERS:
            fail_points(stage, settings.fail_points)
    except ValueError as error:
        wanted = f"empty, or stage:point:probability with commas between them ({error})"
        raise SettingInvalid("CHANCERY_FAIL_POINTS", settings.fail_points, wanted) from error


def _languages(settings: Settings) -> None:
    try:
        # What the recognition itself does at its start.
        tessdata.installed(tessdata.find(settings.tessdata), tuple(settings.languages.split("+")))
    except StageFailed as error:
        if settings.tessdata:
            wanted = f"a folder with the language data of {settings.languages} ({error.detail})"
            raise SettingInvalid("CHANCERY_TESSDATA", settings.tessdata, wanted) from error
        wanted = f"languages whose data is on this machine ({error.detail})"
        raise SettingInvalid("CHANCERY_LANGUAGES", settings.languages, wanted) from error


def _document_types(settings: Settings) -> None:
    folder = settings.document_types
    try:
        problems = [str(problem) for problem in lint(folder)]
    except OSError as error:
        wanted = f"a folder of type files that can be read ({error})"
        raise SettingInvalid("CHANCERY_DOCUMENT_TYPES", str(folder), wanted) from error
    if problems:
        left = len(problems) - _MOST_PROBLEMS
        more = [f"and {left} more: see `chancery types {folder}`"] if left > 0 else []
        listed = "\n  ".join([*problems[:_MOST_PROBLEMS], *more])
        wanted = f"a folder of type files without mistakes, and there are {len(problems)}:\n  {listed}"
        raise SettingInvalid("CHANCERY_DOCUMENT_TYPES", str(folder), wanted)
