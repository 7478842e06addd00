"""Every number that decides stands in one table for each domain, with its unit and a reason."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOMAINS = ROOT / "src" / "runbooklab" / "domains"
#: What judges. How much a probe reads and how much a page shows is bounded where it is read and shown.
JUDGING = [
    path for part in ("readings", "checks", "causes") for path in sorted(DOMAINS.glob(f"*/{part}/**/*.py"))
]
#: Numbers with which anything may be compared: none, one, one against several.
COUNTED = (-1, 0, 1, 2)
#: Comparisons with another number, and why they are no threshold.
ALLOWED = {
    "ip.version == 4": "the fourth version of IP",
    "base.version != 4": "the fourth version of IP",
    "socket.family == 4": "the fourth version of IP",
    "socket.family == 6": "the sixth version of IP",
    "a.family == 4": "the fourth version of IP",
    "base.prefixlen <= pool.size <= 32": "the bits of an address of IPv4",
    "0 < port <= 65535": "the ports of TCP and UDP",
    "1 <= int(found['port']) <= 65535": "the ports of TCP and UDP",
    "len(name) == 15": "the longest name of a process that Linux keeps (proc(5), comm)",
    "len(name) >= 12": "the length of a short id, as docker ps shows it",
    "len(owner) >= 12": "the length of a short id, as docker ps shows it",
    "amount >= 10240": "how a size is written: in GiB from ten of them, it decides nothing",
    "0 < amount < 10": "how a size is written: with a decimal below ten, it decides nothing",
}


def numbers(node: ast.AST | None) -> list[int | float]:
    """The numbers in an expression, with what is calculated of them; none of a call or an index."""
    if isinstance(node, ast.Constant):
        return [node.value] if type(node.value) in (int, float) else []
    if isinstance(node, ast.UnaryOp):
        return [-number for number in numbers(node.operand)]
    if isinstance(node, ast.BinOp):
        return [*numbers(node.left), *numbers(node.right)]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [number for item in node.elts for number in numbers(item)]
    return []


def constants(tree: ast.Module) -> Iterable[str]:
    """Numbers that the module has a name for; one that begins with MOST says how much is read or shown."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and numbers(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [ast.unparse(target) for target in targets]
            yield from (name for name in names if not name.lstrip("_").startswith("MOST_"))


def comparisons(tree: ast.Module) -> Iterable[str]:
    """Comparisons with a number that stands there bare."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            found = [number for part in (node.left, *node.comparators) for number in numbers(part)]
            if any(type(number) is float or number not in COUNTED for number in found):
                yield ast.unparse(node)


@pytest.mark.parametrize("path", JUDGING, ids=[str(path.relative_to(DOMAINS)) for path in JUDGING])
def test_no_threshold_stands_beside_the_table(path: Path) -> None:
    """Readings, checks and causes take every limit from their domain's thresholds.py."""
    tree = ast.parse(path.read_text())
    assert not list(constants(tree))
    assert not [found for found in comparisons(tree) if found not in ALLOWED]


def test_what_is_allowed_is_there() -> None:
    """An exception that nothing needs any more is gone."""
    found = {said for path in JUDGING for said in comparisons(ast.parse(path.read_text()))}
    assert ALLOWED.keys() == found


@pytest.mark.parametrize("path", sorted(DOMAINS.glob("*/thresholds.py")), ids=lambda path: path.parent.name)
def test_each_threshold_has_a_reason_and_a_unit(path: Path) -> None:
    """A comment above says what the limit is for; its name, or its being a count, says in what it counts."""
    units = ("_S", "_MS", "_US", "_BYTES", "SHARE", "_ROOM", "_TICKS", "_RUNNING")
    counts = (
        "_PINGS",
        "_ENDS",
        "_PERIODS",
        "_MAXCLIENTS",
        "_WORKERS",
        "_STREAMS",
        "_INODES",
        "_RELEASE",
        "_LETTERS",
        "_CONFIDENCE",
    )
    kinds = (*units, *counts, "_RELEASE")
    lines = path.read_text().splitlines()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            assert lines[node.lineno - 2].startswith("#"), node.lineno
            assert ast.unparse(node.targets[0]).endswith(kinds), node.lineno
