"""The answer of Prometheus, and of what speaks its API, to an instant query."""

from __future__ import annotations

import math
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from msgspec import DecodeError

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.fetch import Answer, Request, fetch
from runbooklab.domains.generic.probes.promql_query import query_in
from runbooklab.domains.generic.probes.web_address import Address, address_in, opened
from runbooklab.domains.generic.records import Asked, Plan, Seen, Text
from runbooklab.model.from_json import from_json
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import TOKEN

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: The path of an instant query. Source: Prometheus, "HTTP API".
PATH = "/api/v1/query"
#: Series that are shown to people.
MOST_SERIES = 40
_NOTHING = Text(("",))


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    _, why = query_in(asked.subject)
    if why:
        return why
    address = address_in(asked.options.get("server", _NOTHING))
    if isinstance(address, str):
        return address
    return (
        "" if _is_header(asked.option("bearer")) else "`bearer` holds a character that a header cannot have."
    )


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    query, _ = query_in(asked.subject)
    return (Plan("promql", query),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    query, _ = query_in(asked.subject)
    address = address_in(asked.options.get("server", _NOTHING))
    if isinstance(address, str):
        return ""
    bearer = asked.option("bearer")
    words = ["curl", "-sS", "-G", "--data-urlencode", f"query={query}"]
    words += ["-H", f"Authorization: Bearer {bearer}"] if bearer else []
    server = asked.option("server")
    where = server if TOKEN.fullmatch(server) else address.shown.rstrip("/")
    return asked.shell.command(*words, where + PATH)


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask once; the server is told how long it may take."""
    ctx, (query, _) = within(ctx, asked), query_in(asked.subject)
    base = address_in(opened(asked.options.get("server", _NOTHING), ctx.vault))
    if isinstance(base, str):
        raise NotObserved(Missing("error", base))
    answer = fetch(ctx, _at(base, ""), _request(ctx, asked, base, query))
    ctx.note("promql", query)
    if not answer.status:
        values = {**answer.reached.values, "error": answer.problem, "timed_out": answer.timed_out}
        note = f"{answer.problem.rstrip('.')}."
        return seen(ctx, values, shown=note, note=note, unobserved=answer.reached.unobserved)
    values = {**answer.reached.values, "timed_out": answer.timed_out}
    said = _said(answer)
    if isinstance(said, str):
        return seen(ctx, {**values, "error": said}, shown=said, note=f"{said.rstrip('.')}.")
    return _seen_samples(ctx, values, said)


def _request(ctx: Context[Target], asked: Asked, base: Address, query: str) -> Request:
    """The request, its secrets in clear."""
    import base64

    reveal, headers = ctx.vault.reveal, {"Accept": "application/json"}
    if asked.option("bearer"):
        headers["Authorization"] = f"Bearer {reveal(asked.option('bearer'))}"
    elif base.userinfo:
        user, _, password = base.userinfo.partition(":")
        plain = f"{unquote(user)}:{reveal(password)}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(plain).decode()}"
    words = f"query={quote(reveal(query), safe='')}&timeout={ctx.remaining_s():.1f}s"
    target = _at(base, words).target
    return Request("GET", TOKEN.sub(lambda token: quote(reveal(token[0]), safe=""), target), headers)


def _at(base: Address, query: str) -> Address:
    path = base.path.rstrip("/") + PATH
    return Address(base.scheme, base.place, base.userinfo, path, query)


def _said(answer: Answer) -> list[dict[str, Any]] | str:
    """The series of the answer, each with its samples; or what was said instead."""
    if answer.incomplete:
        return answer.incomplete
    try:
        found = from_json(answer.body, dict[str, Any])
        if found.get("status") == "success":
            return _series(found["data"])
    except (DecodeError, RecursionError, KeyError, TypeError, ValueError, IndexError):
        return f"HTTP {answer.status}, and what comes back is no answer of Prometheus"
    return str(found.get("error") or f"HTTP {answer.status}")


def _series(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Raises what a wrong shape raises."""
    kind, result = data["resultType"], data["result"]
    if kind in ("scalar", "string"):
        return [{"labels": {}, "at": float(result[0]), "value": _number(result[1])}]
    rows = []
    for each in result:
        at, value = each["value"] if kind == "vector" else each["values"][-1]
        rows.append({"labels": dict(each["metric"]), "at": float(at), "value": _number(value)})
    return rows


def _seen_samples(ctx: Context[Target], values: dict[str, Any], rows: list[dict[str, Any]]) -> Seen:
    finite = [row["value"] for row in rows if math.isfinite(row["value"])]
    unobserved = {}
    values |= {"series": len(rows), "error": ""}
    if rows:
        values["age"] = round(max(time.time() - min(row["at"] for row in rows), 0.0), 1)
        if math.isfinite(rows[0]["value"]):
            values["value"] = rows[0]["value"]
        else:
            unobserved["value"] = f"the first series has the value {rows[0]['value']}"
    if finite and len(finite) == len(rows):
        values |= {"min": min(finite), "max": max(finite)}
    elif rows:
        unobserved |= dict.fromkeys(("min", "max"), "a series has a value that is no finite number")
    shown = "\n".join(_line(row) for row in rows[:MOST_SERIES])
    return seen(ctx, values, shown=f"{len(rows)} series\n{shown}", unobserved=unobserved)


def _line(row: dict[str, Any]) -> str:
    labels = ", ".join(f'{name}="{value}"' for name, value in row["labels"].items() if name != "__name__")
    return f"{row['labels'].get('__name__', '')}{{{labels}}} {row['value']:g}"


def _number(text: Any) -> float:
    return float(str(text).replace("Inf", "inf"))


def _is_header(value: str) -> bool:
    return re.fullmatch(r"[\x20-\x7e]*", value) is not None
