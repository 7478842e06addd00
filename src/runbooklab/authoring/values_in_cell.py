"""The values in a parameters cell: read, and put into its assignments, whose comments stay."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from runbooklab.authoring.cells import literal
from runbooklab.authoring.parameters import Value
from runbooklab.errors import UserError


def values_in(source: str) -> dict[str, Value]:
    """The plain values that the cell assigns; the last one of a name counts."""
    found = {}
    for name, node in _assigned(source):
        try:
            value = ast.literal_eval(node)
        except (ValueError, TypeError):
            continue
        if isinstance(value, str | int | float | bool):
            found[name] = value
    return found


def names_in(source: str) -> frozenset[str]:
    """The names that the cell assigns anything to."""
    return frozenset(name for name, _ in _assigned(source))


def with_values(source: str, values: Mapping[str, Value]) -> str:
    """The cell with these values in its assignments; a name that it does not assign gets a line."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").encode().split(b"\n")
    assigned = list(_assigned(source))
    for name, node in reversed(assigned):
        if name in values:
            _replace(lines, node, literal(values[name]).encode())
    missing = values.keys() - {name for name, _ in assigned}
    added = [f"{name} = {literal(values[name])}" for name in values if name in missing]
    text = b"\n".join(lines).decode()
    return "\n".join([*([text] if text else []), *added])


def _replace(lines: list[bytes], node: ast.expr, text: bytes) -> None:
    """Put ``text`` in the place of a node, whose columns count bytes."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    after = lines[last][node.end_col_offset :]
    lines[first : last + 1] = [lines[first][: node.col_offset] + text + after]


def _assigned(source: str) -> Iterator[tuple[str, ast.expr]]:
    try:
        statements = ast.parse(source.replace("\r\n", "\n").replace("\r", "\n")).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise UserError(f"the parameters cell{f', line {line},' if line else ''} does not parse") from None
    for statement in statements:
        match statement:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
