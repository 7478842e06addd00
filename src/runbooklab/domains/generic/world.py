"""What expressions ask: the fields of one check, or of all checks of a run, and the parameters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from runbooklab.domain import why
from runbooklab.domains.generic.expectations import field_of
from runbooklab.domains.generic.kinds import Kind
from runbooklab.domains.generic.language.quantity import in_words
from runbooklab.domains.generic.language.truth import Found, Value
from runbooklab.domains.generic.records import Seen
from runbooklab.model.conclusions import Status
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Key, Missing
from runbooklab.words import short

_STEP = re.compile(r"\.?([\w-]+)|\[(\d+)\]")
#: Most characters of a text in a sentence.
MOST_SHOWN = 120
#: A finding's status -> how expressions call it.
OUTCOMES: dict[Status, str] = {"ok": "passes", "warning": "warns", "critical": "fails"}


def found_in(seen: Seen, kind: Kind, name: str) -> Found:
    """One field, by its whole name, in what a check saw."""
    row = field_of(kind, name)
    if row is None:
        return Found("absent", words=f"{kind.name} has no field {name}")
    if row.name in seen.unobserved:
        return Found("unobserved", words=seen.unobserved[row.name])
    if row.name not in seen.values:
        return Found("absent", words=seen.note.rstrip(".") or f"the answer has no {row.name}")
    inside, value = _walk(seen.values[row.name], name[len(row.name) :], is_header=row.name == "header")
    if not inside:
        return Found("absent", words=f"the answer has no {name}")
    if row.type == "json" and isinstance(value, int | float) and not isinstance(value, bool):
        return Found("there", value, row.unit, f"{value:.15g}")  # it may be a process id, or a year
    return Found("there", value, row.unit, shown(value, row.unit))


def _walk(value: Any, path: str, is_header: bool) -> tuple[bool, Value]:
    """Whether there is something at the path below a value, and what."""
    for match in _STEP.finditer(path):
        name, index = match[1], match[2]
        if isinstance(value, dict) and name is not None:
            key = name.lower() if is_header else name
            if key not in value:
                return False, None
            value = value[key]
        elif isinstance(value, list) and (index or name).isdecimal():
            place = int(index or name)
            if place >= len(value):
                return False, None
            value = value[place]
        else:
            return False, None
    return True, value


def in_prose(name: str) -> str:
    """A field as a sentence calls it; the name of a column or of a value is the target's own.

    >>> in_prose("used_percent"), in_prose("column.idle_s"), in_prose("ms")
    ('used percent', 'idle_s', 'time taken')
    """
    first, dot, rest = name.partition(".")
    if dot:
        return rest if first in _ALONE else name
    return "time taken" if name == "ms" else name.replace("_", " ")


#: Fields whose names say by themselves what they are.
_ALONE = ("column", "field", "perf")


def shown(value: Value, unit: str = "") -> str:
    """A value as a person reads it."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return short(in_words(value, unit), MOST_SHOWN)
    if isinstance(value, list):
        return short(", ".join(map(str, value)), MOST_SHOWN) or "empty"
    return short(str(value), MOST_SHOWN) or "empty"


class OfCheck(Struct, frozen=True):
    """The fields of one check that was observed, and the parameters."""

    seen: Seen
    kind: Kind
    parameters: dict[str, Any]

    def field(self, name: str) -> Found:
        return found_in(self.seen, self.kind, name)

    def outcome(self, check: str) -> Found:
        return Found("unobserved", words="an expectation asks about its own check")

    def parameter(self, name: str) -> Value:
        return self.parameters.get(name)

    def words(self, name: str) -> str:
        return in_prose(name)


class OfRun(Struct, frozen=True):
    """The fields of all declared checks, how every check ended, and the parameters.

    ``kinds`` are those of the declared checks by id, ``status`` judges any check of the run, ``broken`` are
    the ids of the checks that cannot be read.
    """

    evidence: Evidence
    kinds: dict[str, Kind]
    status: Callable[[str, Evidence], tuple[Status, str] | None]
    broken: frozenset[str] = frozenset()
    #: A check's title with the parameters in it, by its id; "" if it has none.
    title: Callable[[str], str] = str

    def field(self, name: str) -> Found:
        check, _, rest = name.partition(".")
        if check not in self.kinds:
            why_not = "cannot be read" if check in self.broken else "is not declared"
            return Found("unobserved", words=f"the check {check} {why_not}")
        observation = self.evidence[key_of(check)]
        if observation.value is None:
            missing = observation.missing or Missing("error", "nothing was observed")
            return Found("unobserved", words=why(self.evidence, missing))
        return found_in(observation.value, self.kinds[check], rest)

    def outcome(self, check: str) -> Found:
        said = self.status(check, self.evidence)
        if said is None:
            return Found("unobserved", words=f"there is no check {check}")
        status, _ = said
        if status not in OUTCOMES:
            return Found("unobserved", words=f"{self.words(check)} is {status}")
        return Found("there", OUTCOMES[status], words=OUTCOMES[status])

    def parameter(self, name: str) -> Value:
        value: Value = self.evidence.target.values.get(name)
        return value

    def words(self, name: str) -> str:
        check, _, rest = name.partition(".")
        title = self.title(check) or check
        return f"{title}: {in_prose(rest)}" if rest else f"\u201c{title}\u201d"


def key_of(check_id: str) -> Key[Seen]:
    """The key of what a declared check saw."""
    return Key(f"declared:{check_id}", Seen)
