"""What not every command needs is imported when it is first used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from runbook_disk.domain import DOMAIN as DISK
from runbooklab.domain import Domain
from runbooklab.domain.later import LaterTable, later
from runbooklab.domain.row_names import refuse_mistaken_names
from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN
from runbooklab.domains.container.checks.table import CHECKS


def imported_by(code: str) -> set[str]:
    """The modules that are there after ``code``, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_a_table_is_imported_when_its_rows_are_read() -> None:
    """The rows behind a place are those of the module, as a table's own rows are."""
    place = "runbooklab.domains.container.checks.table"
    code = f"from runbooklab.domain.later import LaterTable; table = LaterTable('{place}:CHECKS')"
    assert place not in imported_by(code)
    assert place in imported_by(f"{code}; len(table)")
    table: LaterTable[object] = LaterTable(f"{place}:CHECKS")
    assert ([*table], len(table), table[0], table[1:]) == ([*CHECKS], len(CHECKS), CHECKS[0], CHECKS[1:])


def test_a_table_behind_a_place_is_no_forgotten_comma() -> None:
    """A domain takes a table or its place, and still refuses a row in place of a table."""
    place: LaterTable[object] = LaterTable("runbook_disk.nowhere:CHECKS")
    Domain("disk", "Disk", DISK.view, checks=place)
    with pytest.raises(TypeError, match=r"^checks is Check, not a tuple"):
        Domain("disk", "Disk", DISK.view, checks=DISK.checks[0])


def test_a_function_is_imported_when_it_is_called() -> None:
    """The call goes to the function at the place, with its arguments."""
    assert later("operator:add")(1, 2) == 3
    code = "from runbooklab.domain.later import later; later('sndhdr:what')"
    assert "sndhdr" not in imported_by(code)


def test_the_rules_of_ours_import_no_judge_before_the_probes_start() -> None:
    """What judges is imported once there is evidence, what fixes a cause if there is one."""
    modules = imported_by(
        "from runbooklab.domain.rules import Rules; rules = Rules.of(['redis']); rules.probes; rules.signs"
    )
    assert not {
        name for name in modules if name.endswith((".checks.table", ".causes.table", ".remedies.table"))
    }
    assert "importlib.metadata" not in modules


def test_a_short_text_loads_no_parser() -> None:
    """Only a text that looks like YAML is parsed."""
    code = "from runbooklab.redaction import find_secrets; find_secrets({!r})"
    assert "yaml" not in imported_by(code.format("NOAUTH Authentication required"))
    assert "yaml" in imported_by(code.format("user: worker\npassword: |\n  hunter2\n"))


def test_the_rows_of_ours_name_no_two_things_alike() -> None:
    """Nobody looks at the names of our own domains when a run starts: here they are looked at.

    Two subjects may name one cause alike, each with its own rules: it means the same thing in both.
    """
    for name in BUILT_IN:
        refuse_mistaken_names(Rules.of((name,)).domains)
