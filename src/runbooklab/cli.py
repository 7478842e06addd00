"""The command line: ``runbook``."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

import click

from runbooklab import __version__
from runbooklab.commands.authoring import build, lint
from runbooklab.commands.listing import list_runbooks
from runbooklab.commands.opening import open_runbook
from runbooklab.commands.preflight import preflight
from runbooklab.commands.run import run
from runbooklab.errors import UserError

#: Status of everything that kept a command from doing its work (monitoring-plugin convention: UNKNOWN).
COULD_NOT = 3


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 ok, 1 warning, 2 critical, 3 unknown or could not run.",
)
@click.version_option(__version__, prog_name="runbook")
def runbook() -> None:
    """Executable runbooks: run one, get the root cause and an incident report.

    \b
    Example:
      runbook run redis-connection -p redis_url redis://localhost:6379
    """


for command in (list_runbooks, run, open_runbook, preflight, build, lint):
    runbook.add_command(command)


def main() -> None:
    """Entry point: runs the command named on the command line and exits with its status."""
    _prepare_streams()
    status = _run_command()
    _flush()
    sys.exit(status)


def _run_command() -> int:
    try:
        status = runbook.main(prog_name="runbook", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        return _fail(error.format_message(), _usage_hint(error))
    except UserError as error:
        return _fail(str(error))
    except BrokenPipeError:
        return COULD_NOT
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted")
    except Exception as error:
        if os.environ.get("RUNBOOKLAB_DEBUG"):
            raise
        return _fail(f"{type(error).__name__}: {error}", "set RUNBOOKLAB_DEBUG=1 to see where")
    return status if isinstance(status, int) else 0


def _usage_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f"see `{context.command_path} --help`" if context else ""


def _fail(message: str, hint: str = "") -> int:
    line = " ".join(f"runbook: {message}".rstrip(".").split())
    with suppress(OSError, ValueError):
        click.echo(f"{line}; {hint}" if hint else line, err=True)
    return COULD_NOT


def _prepare_streams() -> None:
    """Make output work without a terminal, in any locale and with closed file descriptors."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # closed: what is opened next must not get a standard stream's number
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123 # for the life of the process
        else:
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """Flush stdout now: a reader who has gone away must not turn the verdict into another status."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
