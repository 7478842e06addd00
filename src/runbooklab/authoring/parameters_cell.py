"""The parameters cell as a person edited it, read back into parameters."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator

from runbooklab.authoring.cells import SECRET_HELP, comment_of
from runbooklab.authoring.frontmatter import parameter_mistake
from runbooklab.authoring.parameters import Parameter
from runbooklab.errors import UserError


def read_parameters(source: str, before: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """The parameters that the cell assigns, in its order; ``before`` is what it was generated from.

    Raises :class:`UserError` for anything but assignments of plain values, each with its comment on
    the same line: there is no place for it in the front matter.
    """
    known = {parameter.name: parameter for parameter in before}
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError) as error:
        raise _mistake("does not parse", getattr(error, "lineno", None)) from None
    comments = dict(_comments(source))
    found: dict[str, Parameter] = {}
    for statement in statements:
        comment = comments.pop(statement.end_lineno or 0, "")
        parameter = _parameter(statement, comment, known)
        if parameter.name in found:
            raise _mistake(f"assigns {parameter.name} twice", statement.lineno)
        found[parameter.name] = parameter
    if comments:
        raise _mistake("has a comment that belongs to no parameter", min(comments))
    return tuple(found.values())


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.removeprefix("#").strip()


def _parameter(statement: ast.stmt, comment: str, known: dict[str, Parameter]) -> Parameter:
    name, annotation, value = _assignment(statement)
    if annotation is None:
        annotation = known[name].type if name in known else type(value).__name__
    old = known.get(name)
    help_text = old.help if old and comment == comment_of(old) else comment
    secret = old is not None and old.secret
    if secret:
        help_text = help_text.removesuffix(SECRET_HELP).rstrip()
    given = {"name": name, "type": annotation, "default": value, "secret": secret}
    mistake = parameter_mistake(given)
    if mistake:
        raise _mistake(f"is refused: {mistake[1]}", statement.lineno)
    return Parameter(name, annotation, float(value) if annotation == "float" else value, help_text, secret)


def _assignment(statement: ast.stmt) -> tuple[str, str | None, str | int | float | bool]:
    match statement:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind), value=ast.expr() as value):
            return name, kind, _plain(value, statement.lineno)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name, None, _plain(value, statement.lineno)
    raise _mistake("must hold one `name: type = value  # help` a line", statement.lineno)


def _plain(node: ast.expr, line: int) -> str | int | float | bool:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError):
        value = None
    if isinstance(value, str | int | float | bool):
        return value
    raise _mistake("must assign plain values: text, a number, True or False", line)


def _mistake(message: str, line: int | None) -> UserError:
    place = f"the parameters cell, line {line}," if line else "the parameters cell"
    return UserError(f"{place} {message}")
