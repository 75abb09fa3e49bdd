"""`chancery up`."""

from __future__ import annotations

import dataclasses
import http.client
from typing import Annotated

import typer

from processors import config
from processors.adapters import provision
from processors.commands import airflow_told
from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import cell, err, line, out, safe
from processors.config import Settings
from processors.local import stack
from processors.local.environment import external, wants_secured
from processors.local.plan import WORKERS


def run(
    agency: Annotated[
        list[str] | None, typer.Option(help="Make an inbox for this agency; may be repeated.")
    ] = None,
    ocr_workers: Annotated[
        int | None, typer.Option(min=1, max=256, help=f"Recognition processes; {WORKERS['ocr']} unless given.")
    ] = None,
    wipe: Annotated[bool, typer.Option(help="Begin with empty servers and an empty ledger.")] = False,
    secured: Annotated[
        bool, typer.Option(help="TLS, and passwords and rights of its own for each part (CHANCERY_SECURED).")
    ] = False,
    airflow: Annotated[bool, typer.Option(help="Airflow as well, where operators work.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the endpoints as JSON.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    agencies = agency_names(agency or ())
    settings = config.load()
    running = start(
        settings,
        agencies,
        ocr_workers=ocr_workers,
        wipe=wipe,
        secured=secured or wants_secured(),
        airflow=airflow,
    )
    pages = airflow_told.facts(running)
    if as_json:
        told = {"kafka": running.kafka, "s3": running.s3, "database": running.database, "logs": running.logs}
        line(told | ({"airflow": pages} if pages else {}))
        return
    out().print(f"Kafka {running.kafka}, S3 {running.s3}, {len(running.workers)} workers, logs in {running.logs}")
    if pages:
        out().print(airflow_told.sentence(pages), markup=False)


def start(
    settings: Settings,
    agencies: tuple[str, ...],
    *,
    ocr_workers: int | None = None,
    wipe: bool = False,
    secured: bool = False,
    airflow: bool = False,
) -> stack.Stack:
    """Start the stack if it is not up, tell on standard error what happens, and see to the agencies' inboxes.

    Raises:
        CommandError: a part did not start, or a stack with other settings runs.
        SettingInvalid: with this setting no worker could start.
    """
    known = dataclasses.replace(settings, agencies=tuple(dict.fromkeys((*settings.agencies, *agencies))))
    console = err()
    with console.status("starting …") as spinner:

        def tell(step: str) -> None:
            spinner.update(safe(step))
            if not console.is_terminal:
                console.print(safe(step), markup=False)

        try:
            running = stack.up(
                known,
                workers=None if ocr_workers is None else {**WORKERS, "ocr": ocr_workers},
                wipe=wipe,
                secured=secured,
                airflow=airflow,
                external_kafka=external("CHANCERY_KAFKA"),
                external_s3=external("CHANCERY_S3"),
                on_step=tell,
            )
        except stack.StackError as error:
            raise CommandError(Exit.FAILED, str(error)) from error
    reached = stack.connected(known, running)
    for name in known.agencies:
        # A stack that ran already may not know them yet.
        provision.add_agency(reached, name)
    if running.airflow:
        _offer(reached, running.airflow)
    return running


def _offer(settings: Settings, airflow: str) -> None:
    """Tell Airflow what its forms offer; on a cluster, and from the first hour on, the DAG `reconcile` does."""
    from processors.local import airflow_rest  # noqa: PLC0415 - a start without Airflow needs none of it
    from processors.local.airflow_home import AirflowHome  # noqa: PLC0415
    from processors.orchestration import choices, offering  # noqa: PLC0415

    found = choices.text(offering.here(settings))
    try:
        signed = airflow_rest.token(airflow, "admin", AirflowHome(settings.home).password("admin"))
        airflow_rest.set_variable(airflow, signed, choices.KEY, found, choices.ABOUT)
    except (OSError, http.client.HTTPException, stack.StackError) as error:
        # Suggestions: what a person writes into the form is looked at by the first task.
        err().print(cell(f"Forms in Airflow offer less until the next full hour: {error}", style="yellow"))
