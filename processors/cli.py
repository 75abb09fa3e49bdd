"""The `chancery` command: a table of commands, each in a file of its own that is imported only when it runs."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
from typing import Any

import typer
import typer.core
import typer.main

from processors.commands.exits import CommandError, Exit
from processors.errors import DependencyUnavailable, PipelineError
from processors.variables import SettingInvalid

#: Each command, in the order of `--help`, with its one line. `processors.commands.NAME` holds its function `run`.
COMMANDS = {
    "up": "Start the local stack: Kafka, MinIO and the workers; with --airflow also Airflow.",
    "down": "Stop the local stack.",
    "demo": "Start the stack, send sample documents through it, and show what comes out.",
    "submit": "Put files into an agency's inbox.",
    "status": "Tell where the documents are, or the path of one of them.",
    "trace": "Show the way of a document as a waterfall: who worked on it when, and where it waited.",
    "show": "Show the fields of a document, each with its evidence.",
    "fetch": "Write an artefact of a document to a file: its text, its searchable PDF, …",
    "results": "List the released results of an agency.",
    "types": "Check and list the document types.",
    "forge": "Make datasets, train, judge, register and promote models on your own machines.",
    "expect": "Send a folder of documents through, and compare each end with what its manifest expects.",
    "reconcile": "Compare the inboxes with what the pipeline knows, and announce what nobody announced.",
    "reviews": "List, show and decide the documents that wait for a person.",
    "quarantine": "List, inspect and release documents that were set aside.",
    "dead-letters": "List, inspect and replay work that failed for our reasons.",
    "reprocess": "Work on many documents again from a stage on, compare, and publish what a person approves.",
    "console": "Look at documents, reviews and quality in a browser on this machine.",
    "retain": "List documents whose time has passed, and dispose of them once a second person approves.",
    "hold": "Place and lift legal holds: what is under one is not disposed of.",
    "report": "Write the reports of a day: volumes, latencies, ends and reviews, by agency and type.",
    "audit": "Check, export and read the audit chain: who did what to which document.",
    "agency": "Add agencies, and make, replace and take away what they sign in with.",
    "provision": "Make topics, buckets and users on servers of others (the cluster calls this).",
    "bundle": "List, pack and verify what a site without a network needs.",
    "doctor": "Check this machine, and say how to cure what it lacks.",
    "observe": "Tell how the whole stands: lines before the stages, open documents, and their ages, as metrics.",
    "worker": "Run one worker of a stage (the stack and the cluster call this).",
}

_EPILOG = "Exit codes:\n\n" + "\n\n".join(f"{int(code):>3}  {code.meaning}" for code in Exit)


class _LazyGroup(typer.core.TyperGroup):
    """Lists commands from the table; imports the file of the one that runs. Turns errors into exit codes."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, stub, rest = super().resolve_command(ctx, args)
        return name, _real(name) if name in COMMANDS else stub, rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CommandError as error:
            _stop(error.code, str(error))
        except SettingInvalid as error:
            _stop(Exit.BAD_SETTING, str(error))
        except DependencyUnavailable as error:
            _stop(Exit.UNAVAILABLE, f"{error} See `chancery status`; start the local stack with `chancery up`.")
        except PipelineError as error:
            _stop(Exit.FAILED, str(error))
        except BrokenPipeError:
            # Whoever read our output has enough, such as `head`. The adapters turn the errors of servers into ours.
            _hush()
            raise typer.Exit(int(Exit.OK)) from None


def _hush() -> None:
    """Let the interpreter flush what is left into nothing: it would complain of the reader that is gone."""
    with contextlib.suppress(OSError):  # io.UnsupportedOperation is one: a stream that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _real(name: str) -> Any:
    """The command itself, with its arguments and options."""
    run = importlib.import_module(f"processors.commands.{name.replace('-', '_')}").run
    if isinstance(run, typer.Typer):
        return typer.main.get_command(run)
    app = typer.Typer(add_completion=False)
    app.command(name, help=COMMANDS[name])(run)
    return typer.main.get_command(app)


def _stop(code: Exit, message: str) -> None:
    # An error may quote a name from outside. Imported here, since rich is not needed until something goes wrong.
    safe = importlib.import_module("processors.commands.screen").safe
    lines = "\n".join(safe(part) for part in message.splitlines())
    typer.echo(f"chancery: {lines}", err=True)
    raise typer.Exit(int(code))


def _stub() -> None:
    """Stands in for a command in the list."""


app = typer.Typer(
    name="chancery",
    cls=_LazyGroup,
    help="Documents in, evidenced records out: the pipeline that runs on your own machines.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _name, _line in COMMANDS.items():
    app.command(_name, help=_line)(_stub)


def _log_as_a_job(arguments: list[str]) -> None:
    """What is logged on the way becomes JSON on standard error, where a job runs: nobody sits before a terminal.

    A worker sees to its own log.
    """
    name = next((word for word in arguments if not word.startswith("-")), "")
    if name in COMMANDS and name != "worker" and not sys.stderr.isatty():
        importlib.import_module("processors.runtime.logs").configure(logging.WARNING, command=name)


def main() -> None:
    """Run the command line."""
    _log_as_a_job(sys.argv[1:])
    app(prog_name="chancery")


if __name__ == "__main__":
    main()
