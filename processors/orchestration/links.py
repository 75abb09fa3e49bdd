"""Addresses of the console's pages, as Airflow serves them beside its own."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from airflow.sdk.configuration import conf

#: Where the console is, within Airflow's own address.
CONSOLE = "/chancery"


def reprocessing(name: str, agency: str = "") -> str:
    """The page with the report of a reprocessing: of the whole, or of an agency with values of its documents.

    Without the server's name: people reach Airflow by several.
    """
    base = urlsplit(conf.get("api", "base_url", fallback="") or "").path.rstrip("/")
    page = f"{base}{CONSOLE}/reprocessings/{quote(name, safe='')}"
    return f"{page}/agencies/{quote(agency, safe='')}" if agency else page
