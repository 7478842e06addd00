"""Whether the listeners on one port are one program: several processes of one are usual (prefork)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from runbooklab.domains.grpc.readings.places import is_any, plain
from runbooklab.domains.grpc.records import Owner

#: Options after which a program's words are code or a module's name.
_CODE = ("-c", "-m")


def program(command: str) -> tuple[str, ...]:
    """What a command line runs: the program, and the script or module if it is an interpreter.

    >>> program("/usr/bin/python3 -u worker.py --index 1"), program("python -m tts.worker")
    (('python3', 'worker.py'), ('python', '-m', 'tts.worker'))
    """
    words = command.split()
    if not words:
        return ()
    first = PurePath(words[0]).name
    if any(word in words for word in _CODE):
        at = next(place for place, word in enumerate(words) if word in _CODE)
        code = words[at + 1 : at + 2] if words[at] == "-m" else words[at + 1 :]
        return (first, words[at], *code)
    script = next((word for word in words[1:] if not word.startswith("-")), "")
    return (first, script)


def strangers(owners: Sequence[Owner]) -> tuple[Owner, ...]:
    """Listeners on the same address and port that are not one program; () if there are none."""
    for each in owners:
        group = [other for other in owners if other.pid and _same_place(each, other)]
        apart = [other for other in group if each.pid and not _related(each, other)]
        if apart:
            return (each, apart[0])
    return ()


def _same_place(one: Owner, other: Owner) -> bool:
    a, b = plain(one.address), plain(other.address)
    return a == b or (is_any(a) and is_any(b))


def _related(one: Owner, other: Owner) -> bool:
    if one.pid == other.pid or one.pid == other.parent or other.pid == one.parent:
        return True
    return program(one.command) == program(other.command) or one.command == other.command
