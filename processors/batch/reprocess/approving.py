"""Approving and rejecting: what must hold before a person's word counts."""

from __future__ import annotations

from datetime import datetime

from processors.batch.doors import Doors
from processors.batch.reprocess.comparing import last
from processors.batch.reprocess.deciding import Decision, decide, decision
from processors.batch.reprocess.errors import ReprocessError
from processors.batch.reprocess.manifest import Manifest
from processors.batch.reprocess.progress import progress


def approve(doors: Doors, manifest: Manifest, by: str, reason: str, now: datetime, seen: str = "") -> Decision:
    """Let results be published; see `releasing.release`, which publishes them. The same person may repeat it.

    Args:
        doors: of the installation
        manifest: of the reprocessing
        by: who approves
        reason: why, in their words
        now: when
        seen: digest of the report that they were shown; "" = the one that is there

    Raises:
        ReprocessError: documents have no new end yet, nobody has compared them, they were compared again since the
            report was shown, or see `deciding.decide`.
    """
    digest = ""
    if decision(doors, manifest.run) is None:
        found = progress(doors, manifest)
        if not found.finished:
            waiting = found.documents - found.left_out - found.ended
            raise ReprocessError(
                f"{waiting:,} of {found.documents:,} documents of {manifest.wish.name} have no new end yet: "
                "wait, or see why with `chancery reconcile`."
            )
        report = last(doors, manifest)
        if report is None or not report.figures["finished"]:
            raise ReprocessError(
                f"Nobody has compared {manifest.wish.name} since it was finished: "
                f"`chancery reprocess compare {manifest.wish.name}`, and read the report."
            )
        if seen not in ("", report.digest):
            raise ReprocessError(
                f"{manifest.wish.name} was compared again since its report was shown: read the new one, and decide."
            )
        digest = report.digest
    return decide(doors, manifest, Decision(word="approved", by=by, at=now, reason=reason, report=digest))


def reject(doors: Doors, manifest: Manifest, by: str, reason: str, now: datetime) -> Decision:
    """Let nothing of it be published, finished or not.

    Raises:
        ReprocessError: see `deciding.decide`.
    """
    report = last(doors, manifest)
    digest = "" if report is None else report.digest
    return decide(doors, manifest, Decision(word="rejected", by=by, at=now, reason=reason, report=digest))
