"""What a document breaks of a JSON schema, with the place of each: the keywords that the Compose schema uses.

The library jsonschema knows all keywords, and takes up to three seconds to be imported on a busy
machine: as long as a probe may take in all. ``tests/domains/docker/test_docker_schema.py`` compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: A message, and the keys that lead to what it is about.
Broken = tuple[str, tuple[str, ...]]

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}
MOST_DEPTH = 40
Place = tuple[str, ...]


class Schema:
    """A schema that documents are held against."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole

    def broken(self, data: Any) -> Iterator[Broken]:
        """Everything that ``data`` breaks, in the document's order."""
        yield from dict.fromkeys(self._check(self._whole, data, (), 0))

    def _resolved(self, rule: Any) -> dict[str, Any]:
        for _ in range(MOST_DEPTH):
            if not (isinstance(rule, dict) and "$ref" in rule):
                break
            found: Any = self._whole
            for step in str(rule["$ref"]).removeprefix("#/").split("/"):
                found = found[step]
            rule = {**found, **{key: value for key, value in rule.items() if key != "$ref"}}
        return rule if isinstance(rule, dict) else {}

    def _check(self, rule: Any, data: Any, place: Place, depth: int) -> Iterator[Broken]:
        rule = self._resolved(rule)
        if depth > MOST_DEPTH:
            return
        wanted = rule.get("type")
        if wanted is not None and not _is_of(data, wanted):
            yield f"{_named(place)} must be {_words(wanted)}", place
            return
        yield from self._plain(rule, data, place)
        for part in rule.get("allOf", ()):
            yield from self._check(part, data, place, depth + 1)
        for word in ("oneOf", "anyOf"):
            if word in rule:
                yield from self._one_of(rule[word], data, place, depth)
        if isinstance(data, dict):
            yield from self._mapping(rule, data, place, depth)
        if isinstance(data, list) and "items" in rule:
            for number, item in enumerate(data):
                yield from self._check(rule["items"], item, (*place, str(number)), depth + 1)

    def _plain(self, rule: dict[str, Any], data: Any, place: Place) -> Iterator[Broken]:
        if "enum" in rule and data not in rule["enum"]:
            yield f"{_named(place)} must be one of {', '.join(map(str, rule['enum']))}", place
        if "pattern" in rule and isinstance(data, str) and not re.search(rule["pattern"], data):
            yield f"{_named(place)} does not match the form that is wanted", place
        if isinstance(data, int | float) and not isinstance(data, bool):
            outside = data < rule.get("minimum", data) or data > rule.get("maximum", data)
            yield from [(f"{_named(place)} is out of range", place)] * outside
        if rule.get("uniqueItems") and isinstance(data, list):
            seen = [item for number, item in enumerate(data) if item in data[:number]]
            if seen:
                yield f"{_named(place)} has {str(seen[0])[:60]!r} twice", place

    def _one_of(self, rules: list[Any], data: Any, place: Place, depth: int) -> Iterator[Broken]:
        """Nothing if one fits; else what is wrong with the one that is meant, by the kind of the value."""
        tried = [(each, list(self._check(each, data, place, depth + 1))) for each in rules]
        if any(not found for _, found in tried):
            return
        of_kind = [found for each, found in tried if _is_of(data, self._resolved(each).get("type", ()))]
        if len(of_kind) == 1:
            yield from of_kind[0]
            return
        kinds = list(dict.fromkeys(kind for each in rules for kind in _kinds(self._resolved(each))))
        yield (
            f"{_named(place)} must be {_words(kinds)}" if kinds else f"{_named(place)} has a wrong form",
            place,
        )

    def _mapping(
        self, rule: dict[str, Any], data: dict[str, Any], place: Place, depth: int
    ) -> Iterator[Broken]:
        for key in rule.get("required", ()):
            if key not in data:
                yield f"{_named(place)} lacks {key}", place
        known, patterns = rule.get("properties", {}), rule.get("patternProperties", {})
        rest = rule.get("additionalProperties", rule.get("unevaluatedProperties", True))
        for key, value in data.items():
            fitting = [each for pattern, each in patterns.items() if re.search(pattern, str(key))]
            if key in known:
                yield from self._check(known[key], value, (*place, str(key)), depth + 1)
            for each in fitting:
                yield from self._check(each, value, (*place, str(key)), depth + 1)
            if key in known or fitting or ("unevaluatedProperties" in rule and self._elsewhere(rule, key)):
                continue
            if rest is False:
                yield f"{_named(place)} additional properties '{key}' not allowed", (*place, str(key))
            elif isinstance(rest, dict):
                yield from self._check(rest, value, (*place, str(key)), depth + 1)

    def _elsewhere(self, rule: dict[str, Any], key: str) -> bool:
        """Whether a part of the rule knows the key."""
        parts = [self._resolved(each) for word in ("allOf", "anyOf", "oneOf") for each in rule.get(word, ())]
        return any(
            key in part.get("properties", {})
            or any(re.search(pattern, key) for pattern in part.get("patternProperties", {}))
            or self._elsewhere(part, key)
            for part in parts
        )


def _is_of(data: Any, wanted: Any) -> bool:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if isinstance(data, bool):
        return "boolean" in names
    return any(isinstance(data, _TYPES[name]) for name in names)


def _kinds(rule: dict[str, Any]) -> list[str]:
    wanted = rule.get("type", [])
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _words(wanted: Any) -> str:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    spoken = {"object": "a mapping", "integer": "an integer", "array": "a list", "null": "null"}
    return " or ".join(spoken.get(name, f"a {name}") for name in names)


def _named(place: Place) -> str:
    return ".".join(place) or "the file"
