"""One row for each thing: what is added is an edit in one row (and its function), and nowhere else."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN

SOURCE = Path(__file__).resolve().parents[2] / "src" / "runbooklab"
RULES = Rules.of(BUILT_IN)

#: Kind -> its rows by id, the files with its table, and the files in which rows of other kinds, and the
#: functions that those rows name, may refer to it. A probe is referred to by its key, never by its name.
KINDS = {
    "probe": (RULES.probes, r"probes/table\.py|domain/common\.py", r"-"),
    "check": (
        RULES.checks,
        r"checks/table\.py",
        r"causes/|layers\.py|standing\.py|contributions/vocabulary\.py|readings/client_outcome\.py",
    ),
    "cause": (RULES.causes, r"causes/table", r"causes/table|lab/|signs/|upcoming\.py|domain\.py"),
    "remedy": (RULES.remedies, r"remedies/table\.py", r"causes/table|lab/|domain\.py|upcoming\.py"),
    "layer": (RULES.layers, r"layers\.py", r"causes/table"),
}

#: Kind and id of samples: ids that mean nothing else in our sources.
SAMPLES = (
    ("probe", "server-config"), ("probe", "orchestrator-view"), ("probe", "bridge-tcp"),
    ("check", "redis-slowlog"), ("check", "redis-role"), ("check", "worker-details"),
    ("cause", "script-busy"), ("cause", "tls-untrusted"), ("cause", "registrations-flushed"),
    ("remedy", "enable-slowlog"), ("remedy", "fix-tls-trust"), ("remedy", "start-docker"),
    ("layer", "capacity"), ("layer", "prevention"),
)  # fmt: skip

#: Ids that stand in the core all the same, with the file. It may only shrink.
IN_THE_CORE = {
    # how a command inside a container ended: a word of that record, not the cause
    ("container-paused", "observe/docker/execute.py"),
    ("container-paused", "observe/docker/records.py"),
}


@cache
def places() -> dict[str, list[str]]:
    """Each text that stands as a literal in our sources -> ``file:line``, once for each time."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found[node.value].append(f"{path.relative_to(SOURCE).as_posix()}:{node.lineno}")
    return found


@pytest.mark.parametrize(("kind", "id_"), SAMPLES)
def test_a_thing_is_said_in_one_row(kind: str, id_: str) -> None:
    """Its id stands once in one table, and else only in rows of other things that refer to it."""
    rows, table, referring = KINDS[kind]
    assert id_ in rows
    stands = places()[id_]
    in_table = [place.partition(":")[0] for place in stands if re.search(table, place)]
    assert in_table
    assert [place for place in stands if not re.search(f"{table}|{referring}", place)] == []
    if kind != "cause":  # its table also has the rows that refer to it
        assert len(in_table) == len(set(in_table))
    if kind == "probe":
        assert len(stands) == 1


def test_no_id_of_a_domain_stands_in_the_core() -> None:
    """Nothing in the core depends on one row: ids of several words stand in the domains alone."""
    ids = {id_ for rows, _, _ in KINDS.values() for id_ in rows if "-" in id_} - {"error-text"}
    core = {
        (id_, place.partition(":")[0])
        for id_ in ids
        for place in places()[id_]
        if not place.startswith("domains/")
    }
    assert core == IN_THE_CORE
