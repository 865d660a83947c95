"""The program `isnad`: streams, errors and exit statuses; the commands themselves are in rag/commands.py.

Exit status: 0 done (a question that the library does not answer is no failure), 1 a failure, 2 a wrong call, 130
interrupted. An error is one line on stderr: what is wrong and what mends it; --debug shows the traceback instead.
"""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from typer.exceptions import TyperException
from typer.main import get_command

from index.errors import IsnadError, QueryError
from rag import evaluating, listing_feedback, serving  # noqa: F401  they add their commands
from rag.commands import app, complain


def main() -> None:
    """Run the command line and exit."""
    _speak_utf8()
    if not _debug(sys.argv):
        sys.excepthook = _last_resort
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    try:
        # Called itself, typer's app would set an excepthook of its own.
        status = get_command(app).main(arguments, prog_name="isnad", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough. What is still buffered would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1  # typer's status, where the pipe closes sooner
    except KeyboardInterrupt:
        return _interrupted()
    except (TyperException, IsnadError, OSError) as error:
        if _debug(arguments):
            traceback.print_exc()
        else:
            complain(_message(error))
        return 2 if isinstance(error, TyperException | QueryError) else 1
    if status == 130:  # typer's word for an interruption
        return _interrupted()
    return status if isinstance(status, int) else 0


def _debug(arguments: Sequence[str]) -> bool:
    """Whether tracebacks are wanted; known even where the rest of the line cannot be parsed."""
    return "--debug" in arguments


def _message(error: TyperException | IsnadError | OSError) -> str:
    if isinstance(error, TyperException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "isnad"
        return f"{error.format_message().rstrip('.')}; see {command} --help"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _interrupted() -> int:
    complain("interrupted; what was stored is kept, and the same command goes on from there")
    return 130


def _last_resort(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """In place of a traceback, for what nobody foresaw."""
    complain(f"{kind.__name__}: {error}; this is a defect in Isnad: please report what --debug shows")


def _speak_utf8() -> None:
    """Arabic goes out as it is, whatever the locale; JSON is UTF-8 anyway."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
