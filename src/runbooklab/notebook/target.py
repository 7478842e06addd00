"""Parameters to target: the values a run works with, redacted, and what was wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.domains.docker.meant import DEFAULTS, is_default
from runbooklab.model.evidence import Target
from runbooklab.redaction.text import clean_setting, find_secrets

if TYPE_CHECKING:
    from runbooklab.redaction.vault import Vault

#: Longest a probe may be given, in seconds: a run must end.
LONGEST_PROBE_S = 60.0
SHORTEST_PROBE_S = 0.05

#: Characters of a text (a pasted log) that are kept; what failed stands first or last in it.
LONGEST_TEXT = 16_000
MOST_LOG_LINES = 10_000


def redacted(parameters: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """The parameters with every secret in their text learned by ``vault`` and replaced by its token."""
    return {name: _redacted(name, value, vault) for name, value in parameters.items()}


#: Parameters whose text somebody else wrote: what is found there is not what a person named as the secret.
_PASTED = frozenset({"error_text"})

#: Parameters that are names: of containers, networks, files.
_NAMES = ("redis_container", "orchestrator_container", "docker_network", "orchestrator_config", "incident")


def names_given(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The names in the parameters: of containers, networks and files, host and port of the URL.

    They stay readable whatever a log says of them. No part of what may be a password is among them.
    """
    texts = [text for name in _NAMES if isinstance(text := parameters.get(name), str)]
    files = [part for text in texts for part in Path(text.strip()).parts[-1:]]
    return tuple({*texts, *files, *names_in_url(str(parameters.get("redis_url") or ""))} - {""})


def names_in_url(url: str) -> tuple[str, ...]:
    """Host and port of a URL, also of one that no client takes; nothing of a user's name or a password.

    >>> names_in_url("redis://:secret@cache:6379/0 "), names_in_url("redis://localhost:17198 ")
    (('cache', '6379'), ('localhost', '17198'))
    """
    begin = next((found.end for found in reversed(find_secrets(url)) if found.in_url), 0)
    match = _HOST_AND_PORT.search(url, begin)
    return tuple(part for part in match.groups() if part) if match else ()


_HOST_AND_PORT = re.compile(
    r"(?:@|://)(?:[^@\s/?#]{0,200}@)?(?:\[([\da-fA-F:.%\w]{2,60})\]|([\w.-]{1,253}))(?::(\d{1,5}))?(?![\w:@.-])"
)


def _redacted(name: str, value: Any, vault: Vault) -> Any:
    if isinstance(value, str):
        if name not in _PASTED:
            for found in find_secrets(value):
                vault.learn(found.value, in_url=found.in_url)
        # Cut twice: the first cut may part a secret, and what is left of it goes with the second.
        return _both_ends(clean_setting(name, _both_ends(value, 4 * LONGEST_TEXT), vault), LONGEST_TEXT)
    if isinstance(value, list | tuple):
        return [_redacted(name, item, vault) for item in value]
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), item, vault) for key, item in value.items()}
    return value


def _both_ends(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    gap = f"\n… {len(text) - most:,} characters left out …\n"
    head = most // 3
    return text[:head] + gap + text[head + len(gap) - most :]


def target_of(parameters: Mapping[str, Any], vault: Vault) -> tuple[Target, tuple[str, ...]]:
    """The target that ``parameters`` name, and one sentence for each value that could not be used.

    A value of the wrong type (papermill's ``-p`` and a hand-edited cell can give any) falls back to
    its default: the run goes on, and says so. Parameters that are no part of a target are ignored.
    """
    known = {
        name: value
        for name, value in redacted(parameters, vault).items()
        if name in Target.__struct_fields__ and name != "sources"
    }
    defaults = Target()
    target, problems, sources = defaults, [], {}
    for name, value in known.items():
        default = getattr(defaults, name)
        try:
            usable = _in_range(name, msgspec.convert(value, type(default), strict=False))
        except (msgspec.ValidationError, ValueError):
            problems.append(
                f"The parameter {name} is {value!r}, which is not {_TYPE_WORDS[type(default)]}: "
                f"its default {default!r} was used."
            )
            continue
        target = msgspec.structs.replace(target, **{name: usable})
        if name in DEFAULTS:
            sources[name] = "default" if is_default(target, name) else "given"
    return msgspec.structs.replace(target, sources=sources), tuple(problems)


_TYPE_WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number of zero or more",
    float: "a number of seconds above zero",
    bool: "True or False",
}


def _in_range(name: str, value: Any) -> Any:
    if name == "probe_timeout_s":
        if not math.isfinite(value) or value <= 0:
            raise ValueError(name)
        return min(max(value, SHORTEST_PROBE_S), LONGEST_PROBE_S)
    if name == "log_lines":
        return min(_not_negative(name, value), MOST_LOG_LINES)
    return _not_negative(name, value) if type(value) is int else value


def _not_negative(name: str, value: int) -> int:
    if value < 0:
        raise ValueError(name)
    return value
