"""Further looks at a whole command, by the names that rows give with ``@``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from msgspec.structs import replace

from runbooklab.shell.match import Match

_SECRET = re.compile(r"secrets?(?:[./].*)?", re.IGNORECASE)
_OUTPUT = ("-o", "--output", "--template")
#: Formats that show no value of a secret. Jsonpath and templates show what they name.
_NAMES_ALONE = re.compile(r"name|wide|jsonpath=(?:\{\.items\[\*\])?\{?\.?metadata\.name\}[^{}]*")
#: ps in BSD's spelling: "e" shows each program's environment.
_BSD_WITH_ENVIRONMENT = re.compile(r"[a-df-zA-Z]*e[a-zA-Z]*")
_FILE = ("-f", "--filename")
#: Settings of Redis that hold a password. Source: redis.conf 7.4.
_PASSWORDS = ("requirepass", "masterauth", "tls-key-file-pass", "tls-client-key-file-pass")
#: Under this key etcd holds the secrets of Kubernetes.
_STORED_SECRETS = "/registry/secrets/"


def _secrets(found: Match) -> Match:
    """Kubernetes' secrets in a format that shows their values."""
    asked = [kind for operand in found.operands for kind in operand.split(",")]
    formats = [value for name, value in found.options if name in _OUTPUT]
    may_be_secrets = any(map(_SECRET.fullmatch, asked)) or any(name in _FILE for name, _ in found.options)
    if may_be_secrets and not all(map(_NAMES_ALONE.fullmatch, formats)):
        return replace(found, kind="reveals", reason="it shows the values of secrets")
    return found


def _stored(found: Match) -> Match:
    """Values that etcd stores for Kubernetes' secrets, under their key or under what it begins with."""
    given = {name for name, _ in found.options}
    key = found.operands[0] if found.operands else ""
    many = bool({"--prefix", "--from-key"} & given) or len(found.operands) > 1
    is_secret = key.startswith(_STORED_SECRETS) or (many and key <= _STORED_SECRETS)
    if is_secret and not {"--keys-only", "--count-only"} & given:
        return replace(found, kind="reveals", reason="it shows what is stored of Kubernetes' secrets")
    return found


def _passwords(found: Match) -> Match:
    """Settings of Redis by names or patterns that include a password."""
    for pattern in found.operands:
        if name := next((each for each in _PASSWORDS if fnmatchcase(each, pattern.lower())), ""):
            return replace(found, kind="reveals", reason=f"it shows {name}")
    return found


def _environment(found: Match) -> Match:
    """``ps`` with the letter or the column that shows environments."""
    if any(map(_BSD_WITH_ENVIRONMENT.fullmatch, found.operands)):
        return replace(found, kind="reveals", reason="e shows the environment of each program")
    columns = [*found.operands, *(value for _, value in found.options)]
    if any("environ" in re.split(r"[,\s:]+", each.lower()) for each in columns):
        return replace(found, kind="reveals", reason="environ shows the environment of each program")
    return found


def _counted(found: Match) -> Match:
    """An interval without a count: vmstat 1."""
    numbers = [operand for operand in found.operands if operand.replace(".", "").isdigit()]
    if len(numbers) != 1:
        return found
    return replace(
        found,
        kind="unbounded",
        reason="it does not end with an interval and no count",
        once=(*found.argv, "2"),
    )


def _one_command(found: Match) -> Match:
    """ovs-vsctl takes several commands with -- between them."""
    if "--" in found.argv:
        return replace(found, kind="unknown", reason="-- begins another command")
    return found


def _as_cat(found: Match) -> Match:
    """A pager prints as cat does if nobody looks."""
    return replace(found, argv=("cat", "--", *found.operands))


CHECKS: Mapping[str, Callable[[Match], Match]] = {
    "secrets": _secrets,
    "stored": _stored,
    "passwords": _passwords,
    "environment": _environment,
    "counted": _counted,
    "one-command": _one_command,
    "as-cat": _as_cat,
}


def checked(found: Match) -> Match:
    """A match after the checks that its row names. Only what is live is looked at further."""
    for name in found.row.checks:
        if name in CHECKS and found.kind == "live":
            found = CHECKS[name](found)
    return found
