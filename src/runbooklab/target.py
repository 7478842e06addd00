"""Parameters to target: the values a run works with, redacted, and what was wrong with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.evidence import Target
from runbooklab.meant import DEFAULTS, is_default
from runbooklab.redaction import clean_setting

if TYPE_CHECKING:
    from runbooklab.secrets import Vault

#: Longest a probe may be given, in seconds: a run must end.
LONGEST_PROBE_S = 60.0
SHORTEST_PROBE_S = 0.05

#: Characters of a text (a pasted log) that are kept; what failed stands first or last in it.
LONGEST_TEXT = 16_000
MOST_LOG_LINES = 10_000


def redacted(parameters: Mapping[str, Any], vault: Vault) -> dict[str, Any]:
    """The parameters with every secret in their text learned by ``vault`` and replaced by its token."""
    return {name: _redacted(name, value, vault) for name, value in parameters.items()}


def _redacted(name: str, value: Any, vault: Vault) -> Any:
    if isinstance(value, str):
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
