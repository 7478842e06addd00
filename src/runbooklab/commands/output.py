"""The two ways in which a command speaks: prose for people on stderr, its answer on stdout."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbooklab.model.conclusions import RemedyPlan


def to_stderr(line: str) -> None:
    """Print a line to stderr, its control characters written out.

    A reader who has gone away costs the line, never the command.
    """
    from runbooklab.redaction import visible

    if sys.stderr is None:
        return
    with suppress(OSError, ValueError):
        print(visible(line), file=sys.stderr, flush=True)  # noqa: T201 # this is where prose for people goes


def plan_lines(plan: RemedyPlan | None) -> Iterator[str]:
    """A remedy in the terminal: its commands, and what they cost. One without a risk only looks."""
    if plan is None:
        return
    word = "look" if plan.risk == "none" and not plan.edits else "fix"
    for command in plan.commands:
        yield f"  {word}: {command}"
    if word == "look":
        yield f"  fix: {plan.title}. {plan.changes}".rstrip()
    elif plan.risk == "high" or plan.destructive:
        yield f"  careful: {plan.changes}"
    for loss in plan.loses:
        yield f"  loses: {loss}"


def to_stdout(data: bytes) -> None:
    """Write bytes as they are: JSON is UTF-8 in every locale. A reader may have gone away.

    Raises :class:`UserError` if they cannot be written for another reason (disk full).
    """
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        return
    except OSError as error:
        from runbooklab.errors import UserError

        raise UserError(f"stdout cannot be written: {error.strerror or error}") from None
