"""From parameters to a target: the values a run works with, redacted, and what was wrong with them."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import msgspec

from runbooklab.domain.rules import Rules
from runbooklab.model.parameter import COMMON, INCIDENT, Parameter, Target
from runbooklab.redaction import clean_setting, find_secrets, names_in_url

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: Characters of a text (a pasted log) that are kept; what failed is at its beginning or end.
LONGEST_TEXT = 16_000


def redacted(
    parameters: Mapping[str, Any], vault: Vault, rows: Iterable[Parameter[Any]] = COMMON
) -> dict[str, Any]:
    """The parameters with every secret in their text learned by ``vault`` and replaced by its token."""
    pasted = {row.name for row in rows if row.pasted}
    return {name: _redacted(name, value, name in pasted, vault) for name, value in parameters.items()}


def plain_values(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """``parameters`` as JSON can have them: a path is text, anything odd its type's name and its text.

    A notebook's cell may give any object; some can't even be asked whether they are empty.
    """
    return {name: _plain(value) for name, value in parameters.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return {type(value).__name__: reprlib.repr(value)}


def names_given(parameters: Mapping[str, Any], rules: Rules) -> tuple[str, ...]:
    """The names in the parameters: of containers, networks and files, host and port of the URL.

    They stay readable whatever a log says. No part of a possible password is among them.
    """
    names = (INCIDENT, *(row.name for row in rules.parameters.values() if row.is_name))
    texts = [text for name in names if isinstance(text := parameters.get(name), str)]
    files = [part for text in texts for part in Path(text.strip()).parts[-1:]]
    urls = [str(parameters.get(row.name) or "") for row in rules.parameters.values() if row.is_url]
    return tuple({*texts, *files, *(part for url in urls for part in names_in_url(url))} - {""})


def _redacted(name: str, value: Any, pasted: bool, vault: Vault) -> Any:
    if isinstance(value, str):
        if not pasted:
            for found in find_secrets(value):
                vault.learn(found.value, in_url=found.in_url)
        # Cut twice: the first cut may split a secret, and the second removes what is left of it.
        return _both_ends(clean_setting(name, _both_ends(value, 4 * LONGEST_TEXT), vault), LONGEST_TEXT)
    if isinstance(value, list | tuple):
        return [_redacted(name, item, pasted, vault) for item in value]
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), item, pasted, vault) for key, item in value.items()}
    return value


def _both_ends(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    gap = f"\n… {len(text) - most:,} characters left out …\n"
    head = most // 3
    return text[:head] + gap + text[head + len(gap) - most :]


def target_of(parameters: Mapping[str, Any], rules: Rules, vault: Vault) -> tuple[Target, tuple[str, ...]]:
    """The target that ``parameters`` name, and one sentence for each value that could not be used.

    A value of the wrong type (papermill's ``-p`` and a hand-edited cell can give any) falls back to
    its default: the run goes on, and says so. Parameters that no domain in use understands are ignored.
    """
    target, problems = Target(), []
    for name, value in redacted(parameters, vault, rules.parameters.values()).items():
        row = rules.parameters.get(name)
        if row is None:
            continue
        kind = type(row.default)
        try:
            usable = _in_range(row, msgspec.convert(value, kind, strict=False))
        except (msgspec.ValidationError, ValueError):
            problems.append(
                f"The parameter {name} is {value!r}, which is not {_TYPE_WORDS[kind]}: "
                f"its default {row.default!r} was used."
            )
            continue
        target = target.having(**{name: usable})
        # a text without a preset is empty unless somebody gives it
        if row.preset or (kind is str and usable):
            source = "default" if usable == row.preset else "given"
            target = msgspec.structs.replace(target, sources={**target.sources, name: source})
    return target, tuple(problems)


_TYPE_WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number of zero or more",
    float: "a number of seconds above zero",
    bool: "True or False",
}


def _in_range(row: Parameter[Any], value: Any) -> Any:
    """A number within the parameter's bounds. Raises :class:`ValueError` if it makes no sense."""
    if type(value) not in (int, float):
        return value
    if not math.isfinite(value) or value < 0 or (value == 0 and type(value) is float):
        raise ValueError(row.name)
    least = value if row.least is None else max(value, row.least)
    return least if row.most is None else min(least, row.most)
