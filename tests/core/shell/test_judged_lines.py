"""Real-looking commands, judged by hand: what the table of programs must say of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.shell.judge import judge
from runbooklab.shell.programs import built_in_programs

#: A file for each kind, with commands that a person gave that kind, one a line.
LINES = Path(__file__).parents[2] / "samples" / "judged_lines"


def _cases() -> list[tuple[str, str]]:
    """A line that ends within a quote goes on with the next one, as in a shell."""
    cases: list[tuple[str, str]] = []
    for file in sorted(LINES.glob("*.txt")):
        held = ""
        for line in file.read_text(encoding="utf-8").strip("\n").split("\n"):
            held = f"{held}\n{line}" if held else line
            if file.stem == "unparsable" or held.count("'") % 2 == 0:
                cases.append((file.stem, held))
                held = ""
    return cases


@pytest.mark.parametrize(("kind", "line"), _cases())
def test_a_command_is_what_a_person_says_it_is(kind: str, line: str) -> None:
    """Each line gets the kind that a person gave it."""
    ruling = judge(line, built_in_programs())
    assert ruling.kind == kind, ruling.reason


def test_there_are_enough_lines() -> None:
    """The files cover each kind, and each line is there once."""
    cases = _cases()
    assert len(cases) >= 250
    assert len({line for _, line in cases}) == len(cases)


@pytest.mark.parametrize(
    ("script", "meant"),
    [
        ("kubctl get pods", "is it kubectl?"),
        ("chroot /host", ""),
        ("jornalctl -u nginx", "is it journalctl?"),
    ],
)
def test_only_what_looks_mistyped_is_told_the_nearest_name(script: str, meant: str) -> None:
    """A program that the table lacks is not taken for another one that resembles it a little."""
    reason = judge(script, built_in_programs()).reason
    assert meant in reason
    assert ("is it" in reason) == bool(meant)


@pytest.mark.parametrize(
    ("script", "kind"),
    [("NODE_NAME=worker-1; kubectl describe node $NODE_NAME", "live"),
     ("NODE_PATH=/tmp/x; kubectl describe node a", "unknown"),
     ("NODE_NAMES=a; kubectl get pods", "unknown"),
     ("NODE_OPTIONS=--require=/tmp/x.js; kubectl get pods", "unknown")],
)  # fmt: skip
def test_a_variable_named_after_a_node_of_a_cluster_may_be_set(script: str, kind: str) -> None:
    """The program node reads other variables of that beginning, and they stay refused."""
    assert judge(script, built_in_programs()).kind == kind
