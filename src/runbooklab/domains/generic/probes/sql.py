"""The answer of a PostgreSQL server to one statement that only reads."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from msgspec import structs

from runbooklab.domains.generic.probes.bounds import MOST_TEXT, cleaned, seen, within
from runbooklab.domains.generic.probes.fetch import unusable_authority
from runbooklab.domains.generic.probes.reach import CONNECTED, Reached, reach, reach_socket
from runbooklab.domains.generic.probes.sql_address import HIDDEN, Server, is_hidden, parsed, server_in
from runbooklab.domains.generic.probes.sql_reading import Statement, statement_in
from runbooklab.domains.generic.probes.web_address import url_word, without_password
from runbooklab.domains.generic.records import Asked, Plan, Seen, Text
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.turns import NoTurn
from runbooklab.redaction import Vault, clean_setting

if TYPE_CHECKING:
    from runbooklab.domains.generic.probes.sql_wire import Failed, Rows
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Most connections to one server at a time: it may have run out of them, and the checks must not be why.
MOST_CONNECTIONS = 2
#: Rows that are shown to people.
MOST_SHOWN_ROWS = 40
MOST_CELL = 200
_NOTHING = Text(("",))


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    statement = statement_in(asked.subject)
    if isinstance(statement, str):
        return statement
    where = asked.options.get("server", _NOTHING)
    if is_hidden(where):
        return ""
    server = server_in(where)
    return server if isinstance(server, str) else ""


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    return (Plan("sql", _words(asked, _shown_server(asked))),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same; a URL with a password is in a variable."""
    server = url_word(asked, "PG_URL")
    return f"psql {server} -X -c {asked.shell.quoted(_on_one_line(asked.subject))}"


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Log in, ask, and go."""
    ctx = within(ctx, asked)
    server, statement = _server(asked, ctx.vault), statement_in(asked.subject)
    assert isinstance(statement, Statement)
    if why := unusable_authority(server.ca):
        raise NotObserved(Missing("error", why))
    try:
        # who waits longer than timeout_s() would have no time left for an answer
        with ctx.turns.at(f"sql {server.written}", MOST_CONNECTIONS, ctx.timeout_s()):
            found = _looked(ctx, asked, server, statement)
    except NoTurn as error:
        raise NotObserved(Missing("unreachable", str(error))) from None
    return structs.replace(found, values={**_named(server, ctx.vault), **found.values})


def _named(server: Server, vault: Vault) -> dict[str, str]:
    """What the URL says; what it does not say is left out."""
    host = server.place.host if server.place else server.socket
    named = {"user": server.user, "database": server.database, "host": host, "port": str(server.port)}
    return {name: cleaned(text, vault) for name, text in named.items() if text}


def _looked(ctx: Context[Target], asked: Asked, server: Server, statement: Statement) -> Seen:
    began = time.monotonic()
    reached = reach(ctx, server.place) if server.place else _at_socket(ctx, server)
    if reached.sock is None:
        return seen(ctx, reached.values, shown=reached.note, note=reached.note, unobserved=reached.unobserved)
    found = _asked(ctx, reached, server, statement)
    ms = round((time.monotonic() - began) * 1000, 1)
    ctx.note("sql", _words(asked, server.written), ms)
    from runbooklab.domains.generic.probes.sql_wire import Rows

    if isinstance(found, Rows):
        return _seen_rows(ctx, found, ms)
    return _seen_error(ctx, server, found, ms)


def _asked(ctx: Context[Target], reached: Reached, server: Server, statement: Statement) -> Rows | Failed:
    from runbooklab.domains.generic.probes.sql_wire import answer

    assert reached.sock is not None
    revealed = structs.replace(statement, values=tuple(ctx.vault.reveal(value) for value in statement.values))
    with reached.sock as sock:
        password = ctx.vault.reveal(server.password)
        return answer(sock, server, password, revealed, ctx.deadline, ctx.remaining_s())


def _server(asked: Asked, vault: Vault) -> Server:
    """The server, of a secret URL too. Raises :class:`NotObserved` if that turns out to be none."""
    where = asked.options.get("server", _NOTHING)
    found = (
        parsed(without_password(vault.reveal(where.plain), vault)) if is_hidden(where) else server_in(where)
    )
    if isinstance(found, str):
        raise NotObserved(Missing("error", found))
    return found


def _at_socket(ctx: Context[Target], server: Server) -> Reached:
    reached = reach_socket(ctx, server.written)
    if reached.sock is None and not reached.values["timed_out"]:
        # No file of the socket: for a client of PostgreSQL that is the server that does not run.
        return structs.replace(reached, values={**reached.values, "refused": True})
    return reached


def _seen_rows(ctx: Context[Target], found: Rows, ms: float) -> Seen:
    first = found.rows[0] if found.rows else []
    columns = {name: _cell(name, value, ctx.vault) for name, value in zip(found.columns, first, strict=False)}
    values: dict[str, Any] = {**CONNECTED, "ms": ms}
    unobserved = {}
    if found.count is None:
        unobserved["rows"] = "there are more than a million rows"
    else:
        values["rows"] = found.count
    if first:
        values |= {"value": columns[found.columns[0]] if found.columns else None, "column": columns}
    return seen(ctx, values, shown=_table(found, ctx.vault), unobserved=unobserved)


def _seen_error(ctx: Context[Target], server: Server, failed: Failed, ms: float) -> Seen:
    note = f"{server.written}: {failed.said}."
    if failed.too_much:
        nothing = dict.fromkeys(("rows", "value", "column"), failed.said)
        return seen(ctx, {**CONNECTED, "ms": ms}, shown=note, note=note, unobserved=nothing)
    values = {**CONNECTED, "ms": ms, "error": failed.said, "timed_out": failed.timed_out}
    if failed.code:
        values["code"] = failed.code
    return seen(ctx, values, shown=note, note=note)


def _cell(name: str, value: Any, vault: Vault) -> Any:
    """A value of a row; the column's name tells whether it is a secret."""
    return clean_setting(name, value, vault)[:MOST_TEXT] if isinstance(value, str) else value


def _table(found: Rows, vault: Vault) -> str:
    """The rows as psql prints them without alignment."""
    lines = [" | ".join(found.columns)]
    for row in found.rows[:MOST_SHOWN_ROWS]:
        cells = zip(found.columns, row, strict=False)
        lines.append(" | ".join(_short(_cell(name, value, vault)) for name, value in cells))
    rows = "more than 1,000,000" if found.count is None else found.count
    return cleaned("\n".join([*lines, f"({rows} rows)"]), vault)


def _short(value: Any) -> str:
    if value is None:
        return "NULL"
    return re.sub(r"\s+", " ", str(value))[:MOST_CELL]


def _words(asked: Asked, server: str) -> str:
    return f"{' '.join(_with_literals(asked.subject).split())} at {server}"


def _shown_server(asked: Asked) -> str:
    server = server_in(asked.options.get("server", _NOTHING))
    return HIDDEN if isinstance(server, str) else server.written


def _with_literals(text: Text) -> str:
    """The statement as a person types it: with each value as a quoted text."""
    return "".join(_literal(part) if at % 2 else part for at, part in enumerate(text.parts)).strip()


def _on_one_line(text: Text) -> str:
    return re.sub(r"\s*\n\s*", " ", _with_literals(text))


def _literal(value: str) -> str:
    quoted = value.replace("'", "''")
    return f"'{quoted}'" if "\\" not in quoted else "E'" + quoted.replace("\\", "\\\\") + "'"
