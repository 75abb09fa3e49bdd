"""How a command can end: the closed list of exit codes, and the error that carries one."""

from __future__ import annotations

from processors.meaning import Explained


class Exit(int, Explained):
    """An exit code; `meaning` is what `--help` says of it."""

    OK = 0, "done"
    FAILED = 1, "something failed; the message says what"
    USAGE = 2, "the command line is wrong"
    NOT_FOUND = 3, "there is no such document, agency, type or file"
    UNAVAILABLE = 4, "a server does not answer, or the stack is not up (chancery up)"
    TIMED_OUT = 5, "timed out waiting; the documents go on being worked on"
    FOUND = 6, "something was found that a person should look at; what could be put right was"
    #: EX_TEMPFAIL of sysexits.h, from `runtime.main`
    TRY_AGAIN = 75, "a worker ended so that whoever runs it starts it again"
    BAD_SETTING = 78, "a setting, or what it names (document types, models, languages), cannot be used"


class CommandError(Exception):
    """A command cannot do what it was asked; the message tells the user what to do about it."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code
