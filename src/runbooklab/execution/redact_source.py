"""Takes secrets out of a code cell's source, so that it stays the program that it was.

In Python a secret is a part of a text or of a remark. Whatever else looks like one, such as a call in
``password = ask()``, is code. What is no Python (a shell's line, a syntax error) is read as any text.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from runbooklab.files import is_reference
from runbooklab.redaction import TOKEN, find_secrets, means_a_secret, without_secrets

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: Start, end, what stands there from now on.
Change = tuple[int, int, str]

#: A line for IPython: a shell's command, or a magic with its arguments.
_FOR_IPYTHON = re.compile(r"(?m)^(?P<indent>[ \t]*)[!%](?=[^=])")
#: IPython sets an environment variable: ``%env NAME=value``, ``%set_env NAME value``.
_SETS_VARIABLE = re.compile(
    r"(?m)^[ \t]*%(?:set_)?env[ \t]+(?P<name>\w+)(?:[ \t]*=[ \t]*|[ \t]+)(?P<value>[^\s${].*?)[ \t]*$"
)
#: Calls that give back the text that they are given, perhaps in another form; any other, such as
#: ``getpass("Password: ")``, gets a secret by it.
_KEEP_TEXT = {"str", "bytes", "quote", "quote_plus", "SecretStr"}
_FOR_ANOTHER_PROGRAM = re.compile(r"\s*%%")
#: Tokens of Python that hold text; from 3.12 on the parts of an f-string are tokens of their own.
_TEXTS = {"STRING", "COMMENT", "FSTRING_MIDDLE"}
#: Where a value will be filled in: ``{password}``, ``%s``.
_FILLED_IN = re.compile(r"\{[^{}]*\}|%(?:\(\w+\))?s")
#: A parameter of the runbook, or a variable of the shell: it names what is secret, and is none.
_PARAMETER = re.compile(r"\$\{[^{}\s]*\}")
#: Fewest characters of a secret that are written beside a parameter: fewer are a word such as "v1-".
_FEWEST_BESIDE = 4


def source_without_secrets(source: str, vault: Vault, secret_names: Collection[str] = ()) -> str:
    """``source`` of a code cell with its secrets learned by ``vault`` and replaced by their tokens.

    ``secret_names``: names whose text is a secret, though they don't sound like it.

    >>> from runbooklab.redaction import Vault
    >>> source_without_secrets("password = ask()", Vault(b"example key"))
    'password = ask()'
    >>> source_without_secrets("password: str = 'two words'", Vault(b"example key"))[:27]
    'password: str = "***secret-'
    """
    source = vault.redact(source, ours="nowhere")
    if _FOR_ANOTHER_PROGRAM.match(source):
        return _of_another_program(source, vault)
    python = _FOR_IPYTHON.sub(r"\g<indent>#", source)  # of the same length; a remark is searched as well
    try:
        tree, texts = ast.parse(python), [*_texts(python)]
    except (SyntaxError, ValueError, tokenize.TokenError, RecursionError):
        return without_secrets(source, vault)
    named = [*_named(tree, python, vault, secret_names), *_variables(source, vault)]
    return _with(source, [*named, *_in_texts(source, texts, named, vault)])


def _in_texts(
    source: str, texts: list[tuple[int, int]], named: list[Change], vault: Vault
) -> Iterator[Change]:
    """What looks like a secret within a text or a remark and is not in ``named`` already."""
    taken = [(start, end) for start, end, _ in named]
    for found in find_secrets(source):
        within = any(start <= found.start and found.end <= end for start, end in texts)
        again = any(found.start < end and start < found.end for start, end in taken)
        if within and not again and not _FILLED_IN.fullmatch(found.value):
            yield from _beside_parameters((found.start, found.end), found.in_url, source, vault)


def _of_another_program(source: str, vault: Vault) -> str:
    """Any text, in which parameters of the runbook may stand for secrets."""
    if not _PARAMETER.search(source):
        return without_secrets(source, vault)
    changes = [
        change
        for found in find_secrets(source)
        for change in _beside_parameters((found.start, found.end), found.in_url, source, vault)
    ]
    return vault.redact(_with(source, changes))


def _beside_parameters(span: tuple[int, int], in_url: bool, source: str, vault: Vault) -> Iterator[Change]:
    """What was found, without the parameters in it: these stay, so that the cell stays valid."""
    start, end = span
    holes = [hole.span() for hole in _PARAMETER.finditer(source) if hole.start() < end and start < hole.end()]
    ends = [start, *(place for hole in holes for place in hole), end]
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        if end - start >= (_FEWEST_BESIDE if holes else 1):
            yield start, end, vault.learn(source[start:end], in_url=in_url, found=True)


def _variables(source: str, vault: Vault) -> Iterator[Change]:
    """Values of environment variables that a magic of IPython sets, if their names mean a secret."""
    for found in _SETS_VARIABLE.finditer(source):
        name, value = found["name"], found["value"]
        if means_a_secret(name, value) and not is_reference(value) and not TOKEN.fullmatch(value):
            yield *found.span("value"), vault.learn(value)


def _named(tree: ast.AST, source: str, vault: Vault, secret_names: Collection[str]) -> Iterator[Change]:
    """Texts that are assigned to, passed as or kept under a name that means a secret."""
    lines = [0, *accumulate(len(line) for line in source.splitlines(keepends=True))]
    # Python counts a column in bytes of UTF-8.
    text_lines = source.splitlines(keepends=True)

    def place(line: int, column: int) -> int:
        return lines[line - 1] + len(text_lines[line - 1].encode()[:column].decode())

    for name, given in _values(tree):
        node = _unwrapped(given)
        value = getattr(node, "value", None)
        if not isinstance(node, ast.Constant) or not isinstance(value, str) or not value.strip():
            continue
        is_secret = name in secret_names or means_a_secret(name, value)
        if is_secret and not is_reference(value) and not TOKEN.fullmatch(value):
            start = place(node.lineno, node.col_offset)
            end = place(node.end_lineno or 0, node.end_col_offset or 0)
            yield start, end, f'"{vault.learn(value)}"'


def _values(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Each value in the program that has a name, with that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _assigned(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            yield from _assigned(node.target, node.value)
        elif isinstance(node, ast.keyword):
            yield node.arg or "", node.value
        elif isinstance(node, ast.Dict):
            yield from ((_name(key), value) for key, value in zip(node.keys, node.values, strict=True))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What gets a value by one assignment: ``user, password = "ada", "secret"`` has two of them."""
    several = (ast.Tuple, ast.List)
    if isinstance(target, several) and isinstance(value, several) and len(target.elts) == len(value.elts):
        for each, its_value in zip(target.elts, value.elts, strict=True):
            yield from _assigned(each, its_value)
    else:
        yield _name(target), value


def _unwrapped(node: ast.expr) -> ast.expr:
    """The text in ``str("text")`` and the like."""
    while isinstance(node, ast.Call) and _name(node.func) in _KEEP_TEXT and node.args:
        node = node.args[0]
    return node


def _name(node: ast.expr | None) -> str:
    """``password`` of ``password``, ``settings.password``, ``settings["password"]`` and ``"password"``."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript):
        return _name(node.slice)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _texts(source: str) -> Iterator[tuple[int, int]]:
    """Where the texts and remarks of a Python program are."""
    lines = [0, *accumulate(len(line) for line in io.StringIO(source))]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if tokenize.tok_name[token.type] in _TEXTS:
            yield lines[token.start[0] - 1] + token.start[1], lines[token.end[0] - 1] + token.end[1]


def _with(source: str, changes: list[Change]) -> str:
    for start, end, new in sorted(changes, reverse=True):
        source = source[:start] + new + source[end:]
    return source
