"""What to say of a file in which no Redis is found: a mistake in it, or a file of another kind."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from runbooklab.domains.address.configuration.leaves import Leaf, Mistake
from runbooklab.domains.address.configuration.places import words_of

RUN_AGAIN = "run again with -p redis_url redis://HOST:PORT/DB, or -p redis_url env:REDIS_URL"
#: Formats in which the orchestrator's own configuration, with its redis section, may be written.
OWN_FORMATS = frozenset({"YAML", "JSON"})
MOST_NEAR_KEYS = 1000
_URL = re.compile(r"(?:rediss?|valkeys?)://", re.IGNORECASE)
_MENTION = re.compile(r"redis", re.IGNORECASE)


def in_other_format(format_name: str, text: str) -> str:
    """Of a file that is no list of values: what it is, where it mentions Redis, and what to do."""
    if format_name == "Redis' own configuration":
        return (
            "it is Redis' own configuration, which says how the server runs and not where the orchestrator "
            f"looks for it: {RUN_AGAIN}"
        )
    line = _line_of(text, _URL) or _line_of(text, _MENTION)
    where = f"; line {line} mentions Redis" if line else ""
    return f"it is written in {format_name.removeprefix('a ')}, which is not read here{where}: {RUN_AGAIN}"


#: What another program replaces before this is a configuration: Jinja, Helm, ERB, Maven.
_TEMPLATE = re.compile(r"\{\{|\{%|<%|:\s*@[\w.]+@")


def template_line(text: str, mistake: Mistake) -> int | None:
    """The line of a template's mark that may be why the text does not parse, or its value has no type."""
    if mistake.problem in ("invalid-yaml", "redis-url-missing", "redis-section-missing"):
        return _line_of(text, _TEMPLATE)
    lines = text.splitlines()
    if mistake.problem != "invalid-value" or not mistake.line or mistake.line > len(lines):
        return None
    return mistake.line if _TEMPLATE.search(lines[mistake.line - 1]) else None


def of_template(line: int) -> str:
    """Of a file that another program fills in first."""
    return f"it is a template (line {line}), and what fills it in says where Redis is: {RUN_AGAIN}"


def _line_of(text: str, pattern: re.Pattern[str]) -> int | None:
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def nothing_found(format_name: str, leaves: list[Leaf]) -> str:
    """Why no place was found. Raises :class:`Mistake` for a configuration of the orchestrator's own kind."""
    if format_name == "Docker Compose":
        return f"it is a Compose file, and no service has a Redis URL in its environment: {RUN_AGAIN}"
    if format_name == "Kubernetes":
        return f"it is a Kubernetes manifest without a Redis URL in plain text: {RUN_AGAIN}"
    if format_name not in OWN_FORMATS:
        return (
            f"no value in it names a Redis ({format_name}): {RUN_AGAIN}, "
            "or name the key with -p redis_url_key"
        )
    raise _mistake(leaves)


def _mistake(leaves: list[Leaf]) -> Mistake:
    roots = {leaf.path[0]: leaf for leaf in reversed(leaves) if leaf.path}
    whole = next((leaf for leaf in leaves if not leaf.path), None)
    if not leaves or (whole is not None and whole.kind == "empty"):
        return Mistake("redis-section-missing", "the file is empty: there is no redis section")
    first = leaves[0]
    if whole is not None or first.path[0] == "[0]":
        what = whole.kind if whole is not None else "a list"
        place = (first.line, 1)
        return Mistake(
            "redis-section-missing", f"the file holds {what}, not sections: there is no redis section", *place
        )
    section = next((leaf for leaf in leaves if leaf.path[0].lower() == "redis"), None)
    if section is None:
        return Mistake("redis-section-missing", f"there is no redis section{_near('redis', roots.values())}")
    return _in_section(section, [leaf for leaf in leaves if leaf.path[0] == section.path[0]])


def _in_section(section: Leaf, inside: list[Leaf]) -> Mistake:
    """The redis section is there, and says nothing of use."""
    key = (section.key_line, section.key_column)
    if len(section.path) == 1:
        if section.kind in ("empty", "a section"):
            return Mistake("redis-url-missing", "the redis section is empty", *key)
        place = section.line, section.column
        return Mistake("invalid-value", f"redis is {section.kind}, not a section with a url", *place)
    url = next((leaf for leaf in inside if words_of(leaf.path[1:]) == ("url",)), None)
    if url is not None and (url.kind == "empty" or not url.value.strip()) and url.kind in ("empty", "text"):
        return Mistake("redis-url-missing", f"{url.key} is empty", url.key_line, url.key_column)
    near = _near("url", [leaf for leaf in inside if len(leaf.path) == 2])
    return Mistake(
        "redis-url-missing", f"the redis section has no url and no host{near}", *(section.parent or key)
    )


def _near(name: str, leaves: Iterable[Leaf]) -> str:
    """Where a key by nearly that name is."""
    keys = {leaf.path[-1 if name == "url" else 0]: leaf for leaf in leaves}
    near = difflib.get_close_matches(name, list(keys)[:MOST_NEAR_KEYS], n=1, cutoff=0.6)
    if not near:
        return ""
    leaf = keys[near[0]]
    line = leaf.key_line if name == "url" or len(leaf.path) == 1 else leaf.parent[0] or leaf.key_line
    return f"; line {line} says {near[0]!r}"
