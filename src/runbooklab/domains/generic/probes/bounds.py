"""What every kind keeps to: the end of its time, and how much of what it saw is kept, without secrets."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.generic.records import Asked, Seen
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context
from runbooklab.redaction import Vault, clean, learn_secrets, visible

#: Most characters of the output for people, of a text in the values, and of one line of a list.
MOST_SHOWN = 4_000
MOST_TEXT = 16 << 10
MOST_LINE = 1_000
#: Most items of a list, and values of one JSON document.
MOST_ITEMS = 200
MOST_JSON = 20_000
#: So many times what is kept is searched for secrets first: one that stands at the cut is found whole.
_MARGIN = 4
#: Part of its time after which a probe stops waiting, so that it can still say so.
_PART = 0.9

_TOO_MUCH = "the JSON holds more than 20,000 values"


def within(ctx: Context[Target], asked: Asked) -> Context[Target]:
    """The context of one check: it ends when the check's own time does, or the collection's before that."""
    target = ctx.target.having(probe_timeout_s=asked.timeout_s)
    ends = time.monotonic() + asked.timeout_s * _PART
    return replace(ctx, target=target, deadline=min(ctx.deadline, ends))


def seen(
    ctx: Context[Target],
    values: Mapping[str, Any],
    *,
    shown: str = "",
    note: str = "",
    unobserved: Mapping[str, str] | None = None,
) -> Seen:
    """What was seen, bounded, and with a token in the place of every secret."""
    return Seen(
        values={name: _kept(value, ctx.vault) for name, value in values.items()},
        shown=cleaned(shown, ctx.vault, MOST_SHOWN),
        note=cleaned(note, ctx.vault, MOST_LINE),
        unobserved={name: cleaned(why, ctx.vault, MOST_LINE) for name, why in (unobserved or {}).items()},
    )


def cleaned(text: str, vault: Vault, most: int = MOST_TEXT) -> str:
    """At most ``most`` characters of ``text`` as they may be shown and stored."""
    return clean(text[: most * _MARGIN], vault)[:most]


def cleaned_lines(lines: Iterable[str], vault: Vault) -> list[str]:
    """At most :data:`MOST_ITEMS` lines, each cut; a secret may span several of them."""
    kept = [line[: MOST_LINE * _MARGIN] for line in lines][:MOST_ITEMS]
    learn_secrets("\n".join(kept), vault)
    return [cleaned(line, vault, MOST_LINE) for line in kept]


def json_in(text: str, vault: Vault) -> tuple[Any, str]:
    """What JSON in ``text`` holds, without secrets, and "" or why it cannot be used.

    The text is cleaned as a whole, where the name beside a value tells that it is a secret.
    """
    from msgspec import DecodeError

    from runbooklab.model.from_json import from_json

    try:
        found = from_json(clean(text, vault), object)
    except (DecodeError, RecursionError):
        return None, "the answer is not JSON"
    left = [MOST_JSON]
    try:
        return _visible(found, left), ""
    except OverflowError:
        return None, _TOO_MUCH


def _kept(value: Any, vault: Vault) -> Any:
    if isinstance(value, str):
        return cleaned(value, vault)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return cleaned_lines(value, vault)
    return value  # numbers and truths; names and JSON are cleaned where they are read


def _visible(value: Any, left: list[int]) -> Any:
    """A value of JSON with its escaped control characters written out. Raises :class:`OverflowError`."""
    left[0] -= 1
    if left[0] < 0:
        raise OverflowError
    if isinstance(value, str):
        return visible(value)[:MOST_TEXT]
    if isinstance(value, list):
        return [_visible(item, left) for item in value]
    if isinstance(value, dict):
        return {visible(name): _visible(item, left) for name, item in value.items()}
    return value
