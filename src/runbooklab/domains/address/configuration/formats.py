"""Which format a file has, and who reads it: one table, tried from the top."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from runbooklab.domains.address.configuration.flat_readers import (
    read_env,
    read_ini,
    read_json,
    read_properties,
    read_toml,
)
from runbooklab.domains.address.configuration.leaves import Leaf
from runbooklab.domains.address.configuration.yaml_reader import read_yaml

#: What is read to recognise a format, in characters.
HEAD = 20_000


class Format(Struct, frozen=True):
    """``reads`` is None for what is no list of values: a program, or another server's configuration."""

    name: str
    fits: Callable[[str, str], object]  # file name (lower case), head of the text
    reads: Callable[[str], list[Leaf]] | None


def _lines(head: str, comment: str = "#") -> list[str]:
    return [
        line for line in map(str.strip, head.splitlines()) if line and not line.startswith(tuple(comment))
    ]


_DIRECTIVES = re.compile(
    r"(?:bind|port|protected-mode|daemonize|requirepass|appendonly|save|maxmemory|maxmemory-policy|dir|dbfilename"
    r"|masterauth|replicaof|slaveof|logfile|loglevel|tcp-keepalive|tcp-backlog|databases|timeout|aclfile|pidfile"
    r"|sentinel|user|unixsocket|appendfsync|supervised)\s+[^=:\s]", re.IGNORECASE
)  # fmt: skip


def _is_redis_conf(name: str, head: str) -> bool:
    if name in ("redis.conf", "sentinel.conf", "valkey.conf"):
        return True
    lines = _lines(head)[:100]
    return (
        len(lines) > 1
        and all(_DIRECTIVES.match(line) or " " in line for line in lines)
        and sum(_DIRECTIVES.match(line) is not None for line in lines) >= max(2, len(lines) // 2)
    )


def _is_env(name: str, head: str) -> bool:
    if (
        re.match(r"\.env\b", name)
        or name.endswith((".env", ".envrc", ".sh"))
        or name in ("env", "environment")
    ):
        return True
    lines = _lines(head)[:200]
    return bool(lines) and all(re.match(r"(?:export\s+)?[A-Z_][A-Z0-9_]*=", line) for line in lines)


def _is_properties(name: str, head: str) -> bool:
    lines = _lines(head, "#!")[:200]
    return name.endswith(".properties") or (
        bool(lines) and all(re.match(r"[a-z][\w-]*(?:\.[\w-]+)+\s*=", line) for line in lines)
    )


def _is_toml(name: str, head: str) -> bool:
    return name.endswith(".toml") or (
        _has_sections(head)
        and re.search(r"^\s*[\w.-]+\s*=\s*(?:\"|'|\[|\{|true$|false$)", head, re.MULTILINE) is not None
    )


def _has_sections(head: str) -> bool:
    lines = _lines(head, "#;")
    return bool(lines) and re.fullmatch(r"\[[\w. :/-]+\]", lines[0]) is not None


def _is_ini(head: str) -> bool:
    lines = _lines(head, "#;")[:200]
    return _has_sections(head) or (bool(lines) and all(re.match(r"[\w.-]+\s*=\s*\S", line) for line in lines))


def _named(*endings: str) -> Callable[[str, str], object]:
    return lambda name, head: name.endswith(endings)


FORMATS: tuple[Format, ...] = (
    Format("Redis' own configuration", _is_redis_conf, None),
    Format("PHP", lambda name, head: name.endswith(".php") or head.lstrip().startswith("<?php"), None),
    Format("Python", _named(".py"), None),
    Format("JavaScript", _named(".js", ".ts", ".mjs", ".cjs"), None),
    Format("Ruby", _named(".rb"), None),
    Format("Java", _named(".java", ".kt", ".groovy", ".gradle"), None),
    Format("C#", _named(".cs"), None),
    Format("Go", _named(".go"), None),
    Format("Terraform", _named(".tf", ".tfvars", ".hcl"), None),
    Format("XML", lambda name, head: name.endswith(".xml") or head.lstrip().startswith("<?xml"), None),
    Format(
        "a Dockerfile", lambda name, head: name.startswith("dockerfile") or name.endswith(".dockerfile"), None
    ),
    Format(".env", _is_env, read_env),
    Format("properties", _is_properties, read_properties),
    Format(
        "JSON", lambda name, head: name.endswith((".json", ".jsonc", ".json5")) or _is_json(head), read_json
    ),
    Format("ini", _named(".ini", ".cfg", ".service"), read_ini),
    Format("TOML", _is_toml, read_toml),
    Format("ini", lambda name, head: _is_ini(head), read_ini),
    Format("a .conf with braces", lambda name, head: name.endswith(".conf") and "{" in head, None),
    Format("YAML", lambda name, head: True, read_yaml),
)


def _is_json(head: str) -> bool:
    return re.match(r"\s*(?:(?://[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)\s*)*\{\s*[\"/}]", head) is not None


def format_of(name: str, text: str) -> Format:
    """The format of the file ``name`` (without its folder) with this content."""
    head = text[:HEAD]
    if len(text) > HEAD:
        head = head.rpartition("\n")[0]
    return next(each for each in FORMATS if each.fits(name.lower(), head))
