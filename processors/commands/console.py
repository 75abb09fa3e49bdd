"""`chancery console`."""

from __future__ import annotations

import getpass
import socket
from typing import Annotated

import typer

from processors.commands.exits import CommandError, Exit
from processors.commands.names import agency_names
from processors.commands.screen import err, line, out, safe
from processors.commands.surroundings import reached
from processors.telemetry import process

_PORT = 29480


def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1; 0 = any that is free.")] = _PORT,
    name: Annotated[str, typer.Option("--as", help="Who you are, for reviews; else your account's name.")] = "",
    agency: Annotated[
        list[str] | None, typer.Option(help="Show only this agency's documents; may be given again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the address as JSON.")] = False,
) -> None:
    """See `processors.cli.COMMANDS`."""
    try:
        import uvicorn  # noqa: PLC0415 - an extra of its own

        from processors.console import alone  # noqa: PLC0415
        from processors.console.desk import opened  # noqa: PLC0415
        from processors.console.visitor import Visitor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise CommandError(
            Exit.BAD_SETTING,
            f"The console needs {error.name}: install chancery with the extra `console`.",
        ) from None
    agencies = frozenset(agency_names(tuple(agency or ())))
    visitor = Visitor(name or getpass.getuser(), agencies, every_agency=not agencies, may_review=True)
    settings, _ = reached()
    with (
        _listening(port) as listener,
        opened(settings) as desk,
        process.told_if_free(settings.telemetry, settings.home, "console", _slot(listener), _not_told),
    ):
        keys = alone.Keys(listener.getsockname()[1])
        app = alone.app(lambda: desk, visitor, keys)
        if as_json:
            line({"address": keys.address})
        else:
            _welcome(keys.address)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
        server.run(sockets=[listener])


def _slot(listener: socket.socket) -> str:
    return str(listener.getsockname()[1])


def _not_told(why: str) -> None:
    err().print(f"No metrics are told: {safe(why)}", style="yellow", markup=False, soft_wrap=True)


def _welcome(address: str) -> None:
    console = out()
    console.print(f"The console is at {address}", soft_wrap=True, highlight=False)
    console.print("The address lets one browser in, once. Ctrl-C ends the console.")


def _listening(port: int) -> socket.socket:
    """A socket on loopback.

    Raises:
        CommandError: the port is taken.
    """
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        raise CommandError(
            Exit.UNAVAILABLE, f"Port {port} is taken: choose another with --port, or 0 for any that is free."
        ) from None
