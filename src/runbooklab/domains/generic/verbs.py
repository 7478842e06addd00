"""Carrying out the commands of declared remedies, in a project that trusts their runbook.

A command is one program with its words, started without a shell, as the person who asked for it. Which
commands these are, a person has read: they are what `runbook trust` showed, with the parameters' values.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import IO

from runbooklab.domain import Action, NotDone, Verb
from runbooklab.domain.verb import Given
from runbooklab.domains.generic.declared import DeclaredRemedy

#: The longest that one command of a remedy may run, in seconds.
MOST_S = 120.0
#: Bytes of its output that are kept, from its end.
MOST_KEPT = 4096


def verbs_of(remedies: Iterable[DeclaredRemedy]) -> tuple[Verb, ...]:
    """A verb for each program that the remedies' commands begin with.

    What follows ``sudo`` is one as well: a plan for root on a machine without sudo leaves that out.
    """
    programs: dict[str, None] = {}
    for words in (line.parts[0].split() for remedy in remedies for line in remedy.run):
        programs.update(dict.fromkeys(words[: 2 if words[:1] == ["sudo"] else 1]))
    return tuple(_verb(program) for program in programs if not program.startswith("-"))


def _verb(program: str) -> Verb:
    def read(words: list[str]) -> Action:
        def act(given: Given) -> str:
            return _carried_out([program, *words], given.folder)

        return act

    return Verb((program,), read)


def _carried_out(argv: list[str], folder: str) -> str:
    """Run one command to its end; the end of its output. Raises :class:`OSError` if it failed."""
    program = shutil.which(argv[0])
    if program is None:
        raise NotDone(f"{argv[0]} is not installed here")
    with (
        subprocess.Popen(  # noqa: S603 # a person read these words, trusts them and asked for them
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder or None,
            start_new_session=True,
        ) as process
    ):
        assert process.stdout is not None
        kept = bytearray()
        reader = threading.Thread(target=_keep_end, args=(process.stdout, kept), daemon=True)
        reader.start()
        try:
            status = process.wait(MOST_S)
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise OSError(f"still running after {MOST_S:g} s: ended") from None
            raise
        reader.join(1.0)
        said = kept.decode("utf-8", "replace").strip()
    if status != 0:
        raise OSError(f"status {status}: {said or 'it said nothing'}")
    return said


def _keep_end(stream: IO[bytes], kept: bytearray) -> None:
    """Read a stream to its end, and keep what comes last."""
    with suppress(OSError, ValueError):
        while piece := os.read(stream.fileno(), 1 << 16):
            kept += piece
            del kept[:-MOST_KEPT]
