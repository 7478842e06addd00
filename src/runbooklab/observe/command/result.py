"""What came of a script: a value, whatever happened."""

from __future__ import annotations

from msgspec import Struct

#: Exit statuses that say something about what was looked for, and not that the program failed.
_ANSWERS = {
    **dict.fromkeys(("grep", "egrep", "fgrep", "zgrep", "pgrep", "pidof"), (1,)),
    **dict.fromkeys(("test", "[", "diff", "cmp", "which"), (1,)),
    "lsof": (1,),  # lsof(8): nothing of what was asked for is open
    "systemctl": (1, 3, 4),
    "curl": (22,),
}
#: A program that wrote on after its reader had ended, as ``yes | head -1``.
_BROKEN_PIPE = -13
NOT_FOUND = 127


class Stage(Struct, frozen=True):
    """One program of a pipeline. ``exit`` is negative for the signal that ended it."""

    argv: tuple[str, ...]
    exit: int
    ms: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether its status means a failure: grep's 1 is "nothing found"."""
        answers = (0, _BROKEN_PIPE, *_ANSWERS.get(self.argv[0], ()))
        return self.exit not in answers


class CommandResult(Struct, frozen=True):
    """What came of a script.

    ``exit`` is the last pipeline's status, ``None`` if it did not come to its end. ``out`` and ``err`` are
    within the bound and not redacted. ``refused`` says why nothing, or nothing more, was started, ``missing``
    names a program that is not installed. ``walls`` are those that the programs stood behind.
    """

    exit: int | None = None
    out: str = ""
    err: str = ""
    ms: float = 0.0
    stages: tuple[Stage, ...] = ()
    truncated: bool = False
    timed_out: bool = False
    walls: tuple[str, ...] = ()
    refused: str = ""
    missing: str = ""

    @property
    def observed(self) -> bool:
        """Whether everything ran to its end: only then its output says something."""
        return self.exit is not None and not (self.refused or self.missing or self.timed_out)
