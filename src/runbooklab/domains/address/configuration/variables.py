"""Values that are left to an environment: the ways in which that is written, and what they come to.

Nobody here knows how the orchestrator fills them in, so every value says where it was taken from, and
what was found nowhere stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from runbooklab.domains.address.configuration.leaves import LONGEST_ADDRESS

#: Looks a variable up: its value and where it is ("in .env, line 3"), or None.
Lookup = Callable[[str], tuple[str, str] | None]

MOST_NESTED_DEFAULTS = 4
LONGEST_VARIABLE = 1000

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]*?"
#: How a variable is written, by whom. Groups: ``name``, and ``default`` if that stands with it.
_WAYS: tuple[tuple[str, str], ...] = (
    ("Jinja and Helm with a lookup",
     r"\{\{-?\s*(?:env|getenv|env_var|lookup)\s*\(?\s*(?:[\"']env[\"']\s*,\s*)?"
     r"[\"'](?P<name>\w+)[\"']\s*(?:,\s*[\"'](?P<default>[^\"'{}]*)[\"'])?[^{}]*\}\}"),
    ("Jinja with a default",
     r"\{\{-?\s*(?P<name>[.\w]+)\s*\|\s*default\s*\(?\s*[\"'](?P<default>[^\"'{}]*)[\"'][^{}]*\}\}"),
    ("Jinja and Helm", r"\{\{-?\s*(?P<name>[^{}]{1,200}?)\s*-?\}\}"),
    ("ERB", r"<%=?[^%]{0,80}?ENV(?:\.fetch)?\s*[\[(]\s*[\"'](?P<name>\w+)[\"']\s*"
     r"(?:,\s*[\"'](?P<default>[^\"'%]*)[\"'])?\s*[\])]\s*"
     r"(?:(?:\{|do|\|\||\bor\b)\s*[\"'](?P<default2>[^\"'%]*)[\"'])?[^%]{0,40}%>"),
    ("ERB of another kind", r"<%=?\s*(?P<name>[^%]{1,200}?)\s*-?%>"),
    ("Symfony", r"%env\((?:\w+:){0,5}(?P<name>\w+)\)%"),
    ("Python's logging and ini", r"%\((?P<name>\w+)\)s"),
    ("Kubernetes", r"\$\((?P<name>\w+)\)"),
    ("Ruby", r"#\{(?:ENV\W{1,3})?(?P<name>\w+)[^{}]{0,20}\}"),
    ("the shell", r"\$(?P<name>[A-Z_][A-Z0-9_]{2,})"),
    ("Windows", r"%(?P<name>[A-Z_][A-Z0-9_]{2,})%"),
)  # fmt: skip
_ANY = tuple((re.compile(pattern), who) for who, pattern in _WAYS)
#: The same, for a value that is nothing else.
_WHOLE = re.compile(
    r"(?:os\.environ/|env:|ENV:|process\.env\.|\$env:|\$)(?P<name>[A-Za-z_]\w*)"
    r"|env\(\s*[\"']?(?P<name2>\w+)[\"']?\s*(?:,\s*[\"']?(?P<default>[^\"')]*)[\"']?)?\)"
)
_INNER = re.compile(
    r"(?:(?:oc\.env|env|ENV|sys)[.:](?=[A-Za-z_]))?(?P<name>[A-Za-z_][A-Za-z0-9_.-]*?(?:\[['\"]?\w+['\"]?\])?)"
    r"\s*(?:(?P<op>:?[-=?+]|:|,)(?P<rest>.*))?",
    re.DOTALL,
)
#: Values that only another program can read.
SEALED: tuple[tuple[str, str], ...] = (
    (r"ENC\(", "is encrypted by Jasypt"),
    (r"ENC\[", "is encrypted by SOPS"),
    (r"\{cipher\}", "is encrypted by Spring Cloud Config"),
    (r"\$ANSIBLE_VAULT", "is encrypted by Ansible Vault"),
    (r"vault:|secret://|secretref:|sm://|op://|ref\+|aws-ssm:|arn:aws:|projects/[^/]+/secrets/|"
     r"@Microsoft\.KeyVault", "is in a secret store"),
)  # fmt: skip


class Expansion(Struct):
    """A value with its variables filled in."""

    text: str = ""
    taken: list[tuple[str, str]] = field(default_factory=list)  # name, where its value is
    unset: list[str] = field(default_factory=list)  # names that were found nowhere
    also: list[str] = field(default_factory=list)  # set in this environment to another value


def sealed(value: str) -> str:
    """Why only another program can read this value; "" if it is plain."""
    return next((why for pattern, why in SEALED if re.match(pattern, value.strip())), "")


def expand(text: str, first: Lookup, last: Lookup, depth: int = 0) -> Expansion:
    """``text`` with each variable's value from ``first``, else its own default, else from ``last``.

    >>> expand("${HOST:-localhost}:${PORT}", lambda name: None, lambda name: None).text
    'localhost:${PORT}'
    """
    done = Expansion()
    if len(text) > LONGEST_ADDRESS:
        return Expansion(text)
    whole = _WHOLE.fullmatch(text.strip())
    if whole:
        _fill(done, whole["name"] or whole["name2"], whole["default"], text, (first, last), depth)
        return done
    at = 0
    for start, end, name, default in _found(text):
        done.text += text[at:start]
        _fill(done, name, default, text[start:end], (first, last), depth)
        at = end
    done.text += text[at:]
    return done


def _fill(
    done: Expansion, name: str, default: str | None, written: str, lookups: tuple[Lookup, Lookup], depth: int
) -> None:
    first, last = lookups
    known, here = first(name), last(name)
    if default is not None and known is not None and not known[0]:
        known = None  # ${NAME:-default} takes an empty value for none
    if known is None and default is None:
        known = here
    if known is not None:
        done.text += known[0]
        done.taken.append((name, known[1]))
    elif default is not None and depth < MOST_NESTED_DEFAULTS:
        inner = expand(default, first, last, depth + 1)
        done.text += inner.text
        done.taken += [(name, "the default that is written with it"), *inner.taken]
        done.unset += inner.unset
        if here is not None and here[0] != inner.text:
            done.also.append(name)
    else:
        done.text += written
        done.unset.append(name)


def _found(text: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Where each variable is, its name and its default."""
    at = 0
    while at < len(text):
        start = re.compile(r"[$%{<#]").search(text, at)
        if start is None:
            return
        at = start.start()
        found = _braced(text, at) if text.startswith("${", at) else _other(text, at)
        if found is None:
            at += 1
            continue
        yield found
        at = found[1]


def _braced(text: str, start: int) -> tuple[int, int, str, str | None] | None:
    """``${...}`` with what its braces hold, which may hold braces too."""
    depth = 0
    for end in range(start + 1, min(len(text), start + LONGEST_VARIABLE)):
        depth += (text[end] == "{") - (text[end] == "}")
        if depth == 0:
            inner = _INNER.fullmatch(text[start + 2 : end].strip())
            if inner is None:
                return None
            bracket = re.search(r"\[['\"]?(\w+)['\"]?\]", inner["name"])
            name = bracket[1] if bracket else inner["name"]
            has_default = inner["op"] in (":-", "-", ":=", "=", ":", ",")
            return start, end + 1, name, (inner["rest"] or "").strip() if has_default else None
    return None


def _other(text: str, start: int) -> tuple[int, int, str, str | None] | None:
    for pattern, _ in _ANY:
        found = pattern.match(text, start)
        if found:
            parts = found.groupdict()
            default = parts.get("default") if parts.get("default") is not None else parts.get("default2")
            return start, found.end(), parts["name"], default
    return None
