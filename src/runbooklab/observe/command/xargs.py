"""The commands that xargs makes of what it reads: made here, so that each is judged before it starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from runbooklab.shell.ruling import Arg, Xargs

#: The most commands, and the most words of one, that one xargs makes. Beyond, the rest is left out.
MOST_COMMANDS = 200
MOST_WORDS = 5000


def commands_of(plan: Xargs, text: str) -> Iterator[tuple[Arg, ...]]:
    """The words of each command, in order; :data:`MOST_COMMANDS` at most.

    >>> [[arg.text for arg in command] for command in commands_of(Xargs((Arg("ls"),), most=1), "a b")]
    [['ls', 'a'], ['ls', 'b']]
    """
    items = _items(plan, text)
    made: Iterable[tuple[Arg, ...]]
    if plan.replace:
        made = (tuple(_put_in(arg, plan.replace, item) for arg in plan.command) for item in items)
    else:
        size = plan.most or MOST_WORDS
        groups = [items[at : at + size] for at in range(0, len(items), size)]
        groups = groups or [[]] * plan.even_if_empty
        made = (
            (*plan.command, *(Arg(item, from_value=True, filled=True) for item in group)) for group in groups
        )
    return islice(made, MOST_COMMANDS)


def _items(plan: Xargs, text: str) -> list[str]:
    if plan.delimiter:
        return [each for each in text.split(plan.delimiter) if each]
    return [line.strip() for line in text.splitlines() if line.strip()] if plan.by_line else text.split()


def _put_in(arg: Arg, marker: str, item: str) -> Arg:
    if marker not in arg.text:
        return arg
    return replace(
        arg, text=arg.text.replace(marker, item), from_value=arg.text.startswith(marker), filled=True
    )
