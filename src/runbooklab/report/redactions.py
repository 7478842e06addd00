"""Which secrets were replaced, and where: counted from the tokens that stand in their places."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.drawing import Drawings, Place
from runbooklab.model.evidence import Evidence
from runbooklab.redaction import TOKEN, find_secrets, means_a_secret

AGAIN = "secret known from another place"
AS_PARAMETER = "secret parameter"

#: Places of every run, before those of its domains.
_PLACES = (
    Place("parameters.*", "parameter {}"),
    Place("target.*", "(parameters)"),
    Place("error_text.*", "(pasted error text)"),
    Place("ledger*", "ledger"),
    Place("audit*", "what this run changed"),
)


class Replaced(Struct, frozen=True):
    """So many secrets of this kind were replaced in this place."""

    what: str
    where: str
    times: int


class Redactions(Struct, frozen=True):
    """``secrets``: how many different ones there are; ``rows``: where they stood.

    ``left_out``: a sentence for each thing whose values were never read.
    """

    secrets: int
    rows: tuple[Replaced, ...]
    left_out: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.left_out)


def redactions(diagnosis: Diagnosis, evidence: Evidence | None, drawings: Drawings) -> Redactions:
    """What the legend of a report says. Only tokens are read, so no value can come back."""
    diagnosed = {"parameters": diagnosis.parameters, "audit": msgspec.to_builtins(diagnosis.audit)}
    observed = msgspec.to_builtins(evidence) if evidence is not None else {}
    observed |= {name.replace("-", "_"): seen for name, seen in observed.pop("observations", {}).items()}
    seen = [
        (token, kind, _place(path, drawings))
        for path, text in _texts({**observed, **diagnosed})
        for token, kind in _tokens(path, text)
    ]
    placed = {token for token, _, place in seen if not place.startswith("(")}
    counted = Counter(
        (kind, place.strip("()"))
        for token, kind, place in seen
        if not (place.startswith("(") and token in placed)
    )
    rows = tuple(Replaced(kind, place, times) for (kind, place), times in counted.items())
    return Redactions(len({token for token, _, _ in seen}), rows, drawings.left_out)


def _texts(item: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(item, str):
        if "***secret-" in item:
            yield path, item
    elif isinstance(item, Mapping):
        for name, value in item.items():
            yield from _texts(value, f"{path}.{name}" if path else str(name))
    elif isinstance(item, list | tuple):
        if path.endswith(".command"):
            yield from _texts(" ".join(map(str, item)), path)
            return
        for value in item:
            yield from _texts(value, path)


def _tokens(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Each token in ``text`` with its kind: what the patterns say of it, else what its field's name says."""
    kinds: dict[str, str] = {}
    for found in find_secrets(text):
        kinds |= dict.fromkeys(TOKEN.findall(found.value), found.kind)
    for token in TOKEN.findall(text):
        yield token, kinds.get(token) or _kind_by_place(path, text)


def _kind_by_place(path: str, text: str) -> str:
    if path.startswith(("parameters.", "target.")) and TOKEN.fullmatch(text):
        return AS_PARAMETER
    named = means_a_secret(path.rpartition(".")[2], "x")
    return "value of a name that means a secret" if named else AGAIN


def _place(path: str, drawings: Drawings) -> str:
    for pattern, where in (*_PLACES, *drawings.places):
        if fnmatch.fnmatchcase(path, pattern):
            return where.replace("{}", path.removeprefix(pattern[:-1])) if pattern.endswith("*") else where
    return drawings.vocabulary.title(path.partition(".")[0].replace("_", "-"))
