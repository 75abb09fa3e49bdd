"""The pages of the console, in one list: a new one is a module with a `router`, and a line here."""

from __future__ import annotations

from fastapi import APIRouter

from processors.console import (
    audit_page,
    comparing,
    document,
    documents,
    downloads,
    flow,
    quality,
    reprocessing_files,
    reprocessings,
    review_acts,
    review_page,
    review_queue,
)

ROUTERS: tuple[APIRouter, ...] = (
    documents.router,
    document.router,
    downloads.router,
    comparing.router,
    audit_page.router,
    flow.router,
    review_queue.router,
    review_page.router,
    review_acts.router,
    reprocessings.router,
    reprocessing_files.router,
    quality.router,
)
