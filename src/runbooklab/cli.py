"""The command line's edge: streams, failures in one line, exit status. The commands are in ``commands/``.

Nothing is imported here that takes time, so that Ctrl-C finds :func:`main` ready for it.
"""

from __future__ import annotations

import _thread
import gc
import os
import signal
import sys
import time
from contextlib import suppress

from runbooklab.slow_imports import skip_slow_imports

#: Exit status of a command that could not do its work (monitoring-plugin convention: UNKNOWN).
COULD_NOT = 3

#: A command loads up to a thousand modules, whose objects stay: at Python's own threshold of 700 new objects
#: the garbage collector walks through all of them again and again, a tenth of a short command's time.
_NEW_OBJECTS_BEFORE_COLLECTION = 10_000

#: How long after a dropped interrupt it comes again, in seconds: the callback that dropped it has ended then.
_AGAIN_S = 0.01

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Entry point: runs the command named on the command line and exits with its status."""
    gc.set_threshold(_NEW_OBJECTS_BEFORE_COLLECTION)
    skip_slow_imports()
    sys.unraisablehook = _interrupt_again
    _prepare_streams()
    status = _run_command()
    # The work is over: a late Ctrl-C must not change the exit status.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _flush()
    sys.exit(status)


def _run_command() -> int:
    try:
        for number in _SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:  # it would end us without a message and clean-up
                signal.signal(number, signal.default_int_handler)
        # A scheduler may have started us with blocked signals by accident: they must end a run.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        return _invoke()
    except BrokenPipeError:
        return COULD_NOT
    except KeyboardInterrupt:
        return _fail("interrupted")
    except Exception as error:
        if os.environ.get("RUNBOOKLAB_DEBUG"):
            raise
        if isinstance(error, FileNotFoundError) and not _has_folder():
            return _fail("the folder that you are in is not there any more", "go to another one with cd")
        return _fail(f"{type(error).__name__}: {error}", "set RUNBOOKLAB_DEBUG=1 to see where")


def _has_folder() -> bool:
    """Whether the working folder still exists."""
    from pathlib import Path

    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def _invoke() -> int:
    import click

    from runbooklab.commands.group import runbook
    from runbooklab.errors import UserError

    try:
        status = runbook.main(prog_name="runbook", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort:
        return _fail("interrupted")
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message(), file=sys.stderr)  # noqa: T201 # the help, with its lines
        return COULD_NOT
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "runbook"
        apart = isinstance(error, click.BadOptionUsage) and error.option_name == "-p"
        hint = "write -p NAME VALUE, with a space between them; " if apart else ""
        return _fail(error.format_message(), f"{hint}see `{command} --help`")
    except UserError as error:
        return _fail(str(error))
    return status if isinstance(status, int) else 0


def _fail(message: str, hint: str = "") -> int:
    line = " ".join(f"runbook: {_as_text(message)}".rstrip(".").split())
    with suppress(OSError, ValueError):
        print(f"{line}; {hint}" if hint else line, file=sys.stderr)  # noqa: T201 # the one line there is
    return COULD_NOT


def _as_text(message: str) -> str:
    """The message without secrets and control characters of the quoted input."""
    from runbooklab.redaction import Vault, clean

    return clean(message, Vault(os.urandom(32)))


def _interrupt_again(dropped: sys.UnraisableHookArgs) -> None:
    """An interrupt that comes within a callback (of a weak reference, as imports have them) is dropped by
    Python with a traceback: send it once more, from outside of the callback.
    """
    if not issubclass(dropped.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)
        return

    def interrupt() -> None:
        time.sleep(_AGAIN_S)
        _thread.interrupt_main()

    _thread.start_new_thread(interrupt, ())


def _prepare_streams() -> None:
    """Make output work without a terminal, in any locale and with closed file descriptors."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:  # closed: the next opened file must not get a standard stream's number
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123 # open until the process ends
        else:
            stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """Flush now: a closed pipe or a full disk must not turn the verdict into another status."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
