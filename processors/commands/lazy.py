"""A command that is a group of others: a table of them, each imported only when it runs."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import typer
import typer.core
import typer.main


def group(commands: Mapping[str, str], prefix: str, *, title: str, epilog: str = "") -> typer.Typer:
    """A group of commands.

    Args:
        commands: each with its one line, in the order of `--help`
        prefix: `processors.commands.PREFIX_NAME` holds the function `run` of each, or a group of its own
        title: the line of the group itself
        epilog: stands below the list
    """

    class Lazy(typer.core.TyperGroup):
        """Lists commands from the table; imports the file of the one that runs."""

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:
            name, stub, rest = super().resolve_command(ctx, args)
            return name, stub if name is None else _real(name), rest

    def _real(name: str) -> Any:
        run = importlib.import_module(f"processors.commands.{prefix}_{name}").run
        if isinstance(run, typer.Typer):
            return typer.main.get_command(run)
        app = typer.Typer(add_completion=False)
        app.command(name, help=commands[name])(run)
        return typer.main.get_command(app)

    app = typer.Typer(
        cls=Lazy,
        help=title,
        epilog=epilog,
        no_args_is_help=True,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, told in commands.items():
        app.command(name, help=told)(_stub)
    return app


def _stub() -> None:
    """Stands in for a command in the list."""
