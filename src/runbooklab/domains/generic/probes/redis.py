"""The reply of a Redis server to one command that only reads."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from runbooklab.domains.generic.probes.bounds import MOST_ITEMS, cleaned, seen, within
from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.probes.reach import CONNECTED, Reached, reach, reach_socket
from runbooklab.domains.generic.probes.redis_address import Server, server_in
from runbooklab.domains.generic.probes.redis_commands import may_be_asked
from runbooklab.domains.generic.probes.web_address import url_word, without_password
from runbooklab.domains.generic.probes.words_of import words_of
from runbooklab.domains.generic.records import Asked, Plan, Seen, Text
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import TOKEN

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context
    from runbooklab.redaction import Vault

#: Deepest list in a reply that is shown.
DEEPEST = 6
#: Commands that answer with lines of `name:value`, and with a list of names and values.
_LINES, _PAIRS = frozenset({"INFO", "CLUSTER"}), frozenset({"CONFIG", "XINFO", "SENTINEL"})
_NOTHING = Text(("",))
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    words = words_of(asked.subject)
    if isinstance(words, str):
        return words
    if not words:
        return "Write a command of Redis that only reads, such as LLEN jobs."
    if not may_be_asked(tuple(words)):
        name = cleaned_name(words[0])
        return f"{name} with these arguments is not on the list of commands that only read, within a bound."
    where = asked.options.get("server", _NOTHING)
    if why := refused_values(where):
        return why
    server = Server(None) if TOKEN.fullmatch(where.plain) else server_in(where.plain)
    return server if isinstance(server, str) else ""


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    words = words_of(asked.subject)
    shown = asked.subject.plain if isinstance(words, str) else " ".join(words)
    return (Plan("redis", shown),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same; a URL with a password is in a variable."""
    words = words_of(asked.subject)
    if isinstance(words, str):
        return ""
    return f"redis-cli -u {url_word(asked, 'REDIS_URL')} {asked.shell.command(*words)}"


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Connect, log in if the URL says so, ask once."""
    ctx, words = within(ctx, asked), words_of(asked.subject)
    assert not isinstance(words, str)
    server = _server(asked, ctx.vault)
    found = _looked(ctx, words, server)
    return replace(found, values={**_named(server, ctx.vault), **found.values})


def _named(server: Server, vault: Vault) -> dict[str, str]:
    """What the URL says of the place."""
    return {name: cleaned(text, vault) for name, text in server.named.items()}


def _looked(ctx: Context[Target], words: Sequence[str], server: Server) -> Seen:
    began = time.monotonic()
    reached = reach(ctx, server.place) if server.place else _at_socket(ctx, server)
    if reached.sock is None:
        return seen(ctx, reached.values, shown=reached.note, note=reached.note, unobserved=reached.unobserved)
    from runbooklab.domains.generic.probes.redis_wire import Failed, reply_of

    revealed = tuple(ctx.vault.reveal(word) for word in words)
    found = reply_of(ctx, reached.sock, server, revealed)
    ms = round((time.monotonic() - began) * 1000, 1)
    values: dict[str, Any] = {**CONNECTED, "ms": ms}
    if isinstance(found, Failed):
        values |= {"error": found.said, "timed_out": found.timed_out}
        note = f"{server.written}: {found.said.rstrip('.')}."
        return seen(ctx, values, shown=note, note=note)
    text = _text(found, ctx.vault)
    values |= {"reply": text, **_more(found, text, words[0].upper())}
    return seen(ctx, values, shown=text or "(nil)")


def cleaned_name(word: str) -> str:
    """A command's name for a sentence."""
    return re.sub(r"[^A-Za-z0-9_.-]", "?", word)[:40].upper()


def _server(asked: Asked, vault: Vault) -> Server:
    """The server, of a secret URL too. Raises :class:`NotObserved` if that turns out to be none."""
    text = asked.option("server")
    if TOKEN.fullmatch(text):
        text = without_password(vault.reveal(text), vault)
    found = server_in(text)
    if isinstance(found, str):
        raise NotObserved(Missing("error", found))
    return found


def _at_socket(ctx: Context[Target], server: Server) -> Reached:
    reached = reach_socket(ctx, server.socket)
    if reached.sock is None and not reached.values["timed_out"]:
        return replace(reached, values={**reached.values, "refused": True})  # nothing listens there
    return reached


def _text(reply: Any, vault: Vault) -> str:
    """The reply as redis-cli prints it without a terminal: one item a line; the text of INFO as it is."""
    return cleaned("\n".join(_lines(reply, 0)), vault)


def _lines(reply: Any, depth: int) -> list[str]:
    if reply is None:
        return [""]
    if isinstance(reply, dict):
        reply = [item for pair in reply.items() for item in pair]
    if not isinstance(reply, list | tuple | set | frozenset):
        return [str(reply)]
    if depth == DEEPEST:
        return ["..."]
    return [line for item in list(reply)[:MOST_ITEMS] for line in _lines(item, depth + 1)]


def _more(reply: Any, text: str, name: str) -> dict[str, Any]:
    """The reply as a number, and what is in it by name if the command gives names and values."""
    if isinstance(reply, bool | int | float) or (isinstance(reply, str) and _NUMBER.fullmatch(reply)):
        return {"number": _number(str(reply))}
    pairs = [line.partition(":") for line in text.splitlines() if re.match(r"[a-z][a-z0-9_.-]*:", line)]
    if isinstance(reply, str) and pairs and name in _LINES:
        return {"field": {name: _value(value) for name, _, value in pairs}}
    if isinstance(reply, list | tuple) and name in _PAIRS and len(reply) % 2 == 0 and _is_flat(reply):
        lines = text.split("\n")
        if len(lines) == len(reply):
            return {"field": {name: _value(value) for name, value in zip(*[iter(lines)] * 2, strict=True)}}
    return {}


def _is_flat(reply: Any) -> bool:
    return all(isinstance(item, str) for item in reply)


def _value(text: str) -> Any:
    return _number(text) if _NUMBER.fullmatch(text) else text


def _number(text: str) -> float | int:
    return float(text) if "." in text or "e" in text else int(text)
