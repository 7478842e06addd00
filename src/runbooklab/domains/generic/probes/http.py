"""The answer of an HTTP server to one GET or HEAD request; redirects are followed on the same host."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin

from msgspec import Struct

from runbooklab.domains.generic.probes.bounds import MOST_TEXT, cleaned, json_in, seen, within
from runbooklab.domains.generic.probes.fetch import Answer, Request, fetch, unusable_authority
from runbooklab.domains.generic.probes.hosts import place_in, refused_values
from runbooklab.domains.generic.probes.web_address import Address, address_in, opened, parsed
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import TOKEN, Vault, clean_setting

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Most redirects that are followed.
MOST_REDIRECTS = 5
#: What an answer's status says of a redirect that a GET may follow. Source: RFC 9110, 15.4.
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: A mapping's entries are options of their own: ``headers.Accept``.
HEADERS = "headers."

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_CHARSET = re.compile(r"charset=\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
#: Headers that decide where a request goes, how long it is, or what it does: they are not an author's.
NOT_SET = frozenset(
    {
        "connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade",
        "x-http-method", "x-http-method-override", "x-method-override",
    }
)  # fmt: skip


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    address = address_in(asked.subject)
    if isinstance(address, str):
        return address
    to = asked.option("connect to")
    if to and place_in(to) is None:
        return "`connect to` takes an address and a port, such as 127.0.0.1:8443."
    return _refused_headers(asked)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    address = address_in(asked.subject)
    shown = asked.subject.plain if isinstance(address, str) or _is_secret(asked) else address.shown
    return (Plan("http", f"{_method(asked)} {shown}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    address = address_in(asked.subject)
    if isinstance(address, str):
        return ""
    words = ["curl", "-sS", "-I" if _method(asked) == "HEAD" else "-i", "--noproxy", "*"]
    words += ["--max-time", f"{asked.timeout_s:g}"]
    for name, value in _given(asked).items():
        words += ["-H", f"{name}: {value}"]
    if asked.option("bearer"):
        words += ["-H", f"Authorization: Bearer {asked.option('bearer')}"]
    if asked.option("ca"):
        words += ["--cacert", asked.option("ca")]
    if asked.option("certificate") == "ignore":
        words.append("-k")
    to = place_in(asked.option("connect to"))
    if to:
        words += ["--connect-to", f"{address.place.written}:{to.written}"]
    url = asked.subject.parts[1] if _is_secret(asked) else _written(address)
    return asked.shell.command(*words, url)


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Send it, and again to where a redirect on the same host leads."""
    ctx, began = within(ctx, asked), time.monotonic()
    address = address_in(opened(asked.subject, ctx.vault))
    if isinstance(address, str):
        raise NotObserved(Missing("error", address))
    if why := unusable_authority(asked.option("ca")):
        raise NotObserved(Missing("error", why))
    answer, redirects, location = _followed(ctx, asked, address)
    ms = round((time.monotonic() - began) * 1000, 1)
    named = {"place": address.place.written, "path": address.target}
    return _seen(ctx, answer, named, {"redirects": redirects, "ms": ms, "location": location})


def _seen(ctx: Context[Target], answer: Answer, named: Mapping[str, str], more: Mapping[str, Any]) -> Seen:
    """An answer as fields; ``named`` are those of the URL, ``more`` counts if there was an answer."""
    values: dict[str, Any] = {**answer.reached.values, **named}
    values |= {"error": answer.problem, "timed_out": answer.timed_out}
    if not answer.status:
        unobserved = answer.reached.unobserved
        note = _sentence(answer.problem)
        return seen(ctx, values, shown=note, note=note, unobserved=unobserved)
    read = _Read.of(answer, ctx.vault)
    values |= {
        "status": answer.status,
        "address": answer.reached.address,
        "body": read.text,
        "header": read.headers,
        **{name: value for name, value in more.items() if value != ""},
    }
    unobserved = {"json": read.no_json} if answer.incomplete else {}
    if not read.no_json:
        values["json"] = read.json
    note = f"{answer.incomplete[:1].upper()}{answer.incomplete[1:]}." if answer.timed_out else ""
    lines = [f"HTTP {answer.status} {answer.reason}", *(f"{k}: {v}" for k, v in read.headers.items())]
    shown = "\n".join([*lines, "", read.text])
    return seen(ctx, values, shown=shown, note=note, unobserved=unobserved)


class _Read(Struct, frozen=True):
    """Body and headers, without secrets."""

    text: str
    headers: dict[str, str]
    json: Any
    no_json: str

    @classmethod
    def of(cls, answer: Answer, vault: Vault) -> _Read:
        """Read an answer: cookies and the like become tokens before anything is kept."""
        headers: dict[str, str] = {}
        for name, value in answer.headers:
            key = cleaned(name.lower(), vault, 100)
            said = clean_setting(name, value[:MOST_TEXT], vault)
            if name.lower() in ("set-cookie", "set-cookie2"):
                said = _cookie(value[:MOST_TEXT], vault)
            headers[key] = f"{headers[key]}, {said}" if key in headers else said
        text = _text(answer)
        if answer.incomplete:
            return cls(cleaned(text, vault), headers, None, answer.incomplete)
        json, why = json_in(text, vault) if text.strip() else (None, "the answer has no body")
        return cls(cleaned(text, vault), headers, json, why)


def _followed(ctx: Context[Target], asked: Asked, address: Address) -> tuple[Answer, int, str]:
    """The last answer, how many redirects led to it, and where one leads that was not followed."""
    at = address
    for count in range(MOST_REDIRECTS + 1):
        answer = fetch(ctx, at, _request(ctx, asked, at))
        leads = answer.header("location") if answer.status in _REDIRECTS else ""
        if not leads:
            return answer, count, ""
        onward = parsed(urljoin(at.shown, leads))
        if isinstance(onward, str) or onward.origin != address.origin or count == MOST_REDIRECTS:
            return answer, count, leads
        at = Address(onward.scheme, onward.place, address.userinfo, onward.path, onward.query)
    raise AssertionError("the last redirect returns")


def _request(ctx: Context[Target], asked: Asked, address: Address) -> Request:
    """The request with its secrets in clear."""
    reveal = ctx.vault.reveal
    headers = {name: reveal(value) for name, value in _given(asked).items()}
    if asked.option("bearer"):
        headers["Authorization"] = f"Bearer {reveal(asked.option('bearer'))}"
    elif address.userinfo:
        user, _, password = address.userinfo.partition(":")
        plain = f"{unquote(user)}:{reveal(password)}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(plain).decode()}"
    return Request(
        _method(asked),
        TOKEN.sub(lambda token: quote(reveal(token[0]), safe=""), address.target),
        headers,
        ca=asked.option("ca"),
        verifies=asked.option("certificate") != "ignore",
        connect_to=place_in(asked.option("connect to")),
    )


def _refused_headers(asked: Asked) -> str:
    for name, text in asked.options.items():
        if why := refused_values(text):
            return why
        header = name.removeprefix(HEADERS)
        if header != name and not _NAME.fullmatch(header):
            return f"`{header}` is no name of a header."
        if header.lower() in NOT_SET:
            return f"The header {header} is not sent: it changes where the request goes or what it does."
        if re.search(r"[\r\n\0]", text.plain) or not _is_latin(text.plain):
            return f"The value of {header} holds a character that a header cannot have."
    return ""


def _given(asked: Asked) -> dict[str, str]:
    return {
        name.removeprefix(HEADERS): text.plain
        for name, text in asked.options.items()
        if name.startswith(HEADERS)
    }


def _cookie(value: str, vault: Vault) -> str:
    """A cookie's value is a login's, whatever its name."""
    pair, _, attributes = value.partition(";")
    name, _, secret = pair.partition("=")
    shown = f"{name}={vault.learn(secret.strip(), found=True)}" if len(secret.strip()) > 3 else pair
    return cleaned(f"{shown};{attributes}" if attributes else shown, vault, 1_000)


def _text(answer: Answer) -> str:
    found = _CHARSET.search(answer.header("content-type"))
    try:
        return answer.body.decode(found[1] if found else "utf-8", "replace")
    except (LookupError, ValueError):
        return answer.body.decode("utf-8", "replace")


def _method(asked: Asked) -> str:
    return asked.option("method", "GET")


def _is_secret(asked: Asked) -> bool:
    """Whether the whole URL, or its beginning, is a secret."""
    parts = asked.subject.parts
    return len(parts) > 1 and not parts[0] and TOKEN.fullmatch(parts[1]) is not None


def _written(address: Address) -> str:
    userinfo = f"{address.userinfo}@" if address.userinfo else ""
    return f"{address.scheme}://{userinfo}{address.host_header}{address.target}"


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _sentence(text: str) -> str:
    return text if not text or text.endswith(".") else f"{text}."
