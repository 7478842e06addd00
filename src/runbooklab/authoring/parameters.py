"""A runbook's parameters: what they are, and the values a person gives for them.

Every value a person writes is text at first, on a command line as in a YAML file, and is read as the
parameter's declared type says: ``1_000`` and ``nan`` stay text for a text parameter and are refused
for a number, ``yes`` is True only for a ``bool``.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbooklab.authoring.project import Suite, nearest
from runbooklab.errors import UserError
from runbooklab.files.bounded import text_of_user

Value = str | int | float | bool

#: Most bytes of a file of parameters or of targets: a hundred targets take some 40 KiB.
MOST_YAML = 256 << 10
#: Most bytes of a file that holds one secret.
MOST_SECRET = 64 << 10


@dataclass(frozen=True)
class Parameter:
    """One parameter as the front matter declares it.

    A ``secret`` one holds the name of a place (``env:NAME``, ``file:/path``), never the secret.
    """

    name: str
    type: str  # a key of TYPES
    default: Value
    help: str = ""
    secret: bool = False


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _number(text: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise ValueError(text)
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_TRUTH = {
    "true": True, "yes": True, "on": True, "1": True,
    "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip


def _truth(text: str) -> bool:
    try:
        return _TRUTH[text.lower()]
    except KeyError:
        raise ValueError(text) from None


#: Declared type -> (Python type, how text becomes a value, what such a value is called).
TYPES: dict[str, tuple[type, Callable[[str], Value], str]] = {
    "str": (str, str, "text"),
    "int": (int, _integer, "a whole number such as 50"),
    "float": (float, _number, "a number such as 2.5"),
    "bool": (bool, _truth, "true or false"),
}


def coerce(parameter: Parameter, text: str, path: Path | None = None, line: int | None = None) -> Value:
    """``text`` as a value of the parameter's type; ``path`` and ``line`` say where it was written.

    Raises :class:`UserError` where it is no such value.

    >>> coerce(Parameter("log_lines", "int", 50), "200")
    200
    """
    _, read, word = TYPES[parameter.type]
    try:
        return read(text if parameter.type == "str" else text.strip())
    except ValueError:
        message = f"parameter {parameter.name} must be {word}, not {_shown(text)}"
        raise UserError(message, path, line) from None


def _shown(text: str) -> str:
    """A refused value as a message may show it: a URL may hold a password, a long text hides the point."""
    return repr(text) if len(text) <= 40 and not set(text) & set(":@") else "the text given"


def coerce_all(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Value]:
    """Values for ``(name, text)`` pairs as ``-p`` gives them; the last one of a name counts.

    Raises :class:`UserError` for an unknown name or a value of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    return {name: coerce(_known(known, name), text) for name, text in given}


def _known(
    known: Mapping[str, Parameter], name: str, path: Path | None = None, line: int | None = None
) -> Parameter:
    if name in known:
        return known[name]
    hint = nearest(name, known) or f"the parameters are {', '.join(known)}"
    raise UserError(f"there is no parameter {name!r}", path, line, hint)


def parameters_of(runbook: Path) -> tuple[Parameter, ...]:
    """The parameters that a runbook's front matter declares; :class:`UserError` for a mistake in it."""
    from runbooklab.authoring.frontmatter import read

    return read(runbook).parameters


# --- values from a file ----------------------------------------------------------------------


def read_values(path: Path, parameters: Iterable[Parameter]) -> dict[str, Value]:
    """The values in a YAML file of ``name: value`` lines (``-f``), each read as its type says.

    Raises :class:`UserError`, with the line, for a file that cannot be read or does not parse, a
    name that is unknown or given twice, and a value of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    return {
        name: coerce(_known(known, name, path, line), text, path, line)
        for name, (text, line) in _scalars(_compose(path), path).items()
    }


def read_target(suite: Suite, name: str, parameters: Iterable[Parameter]) -> dict[str, Value]:
    """The values that ``configs/targets.yaml`` gives for the target ``name``.

    A target serves several runbooks: a parameter which only another runbook has is passed over.
    Raises :class:`UserError` for an unknown target and for what :func:`read_values` refuses.
    """
    path = suite.root / "configs" / "targets.yaml"
    targets = {key.value: node for key, node in _entries(_compose(path), path)}
    if name not in targets:
        hint = nearest(name, targets) or f"the targets are {', '.join(targets) or 'none'}"
        raise UserError(f"there is no target {name!r}", path, hint=hint)
    mine = {parameter.name: parameter for parameter in parameters}
    texts = _scalars(targets[name], path)
    anywhere = mine if texts.keys() <= mine.keys() else {**_all_parameters(suite), **mine}
    values = {
        key: coerce(_known(anywhere, key, path, line), text, path, line)
        for key, (text, line) in texts.items()
    }
    return {key: value for key, value in values.items() if key in mine}


def _all_parameters(suite: Suite) -> dict[str, Parameter]:
    return {parameter.name: parameter for path in suite.runbooks() for parameter in parameters_of(path)}


def _compose(path: Path) -> Any:
    """The root node of a YAML file with every scalar as text; None where the file is empty."""
    import yaml

    text = text_of_user(path, "name a readable YAML file", MOST_YAML)
    try:
        return yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise UserError(f"is not valid YAML: {error.problem or error.context}", path, line) from None
    except yaml.YAMLError as error:
        raise UserError(f"is not valid YAML: {error}", path) from None
    except RecursionError:
        raise UserError("is nested too deep", path, hint="write `name: value` lines") from None


def _entries(node: Any, path: Path) -> Any:
    """The key and value nodes of a mapping (none for an empty file), each key once."""
    import yaml

    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return []
    if not isinstance(node, yaml.MappingNode):
        raise UserError("is no mapping", path, node.start_mark.line + 1, "write `name: value` lines")
    seen: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise UserError("a name must be plain text", path, line)
        if key.value in seen:
            raise UserError(f"{key.value} is given twice", path, line, "keep one")
        seen.add(key.value)
    return node.value


def _scalars(node: Any, path: Path) -> dict[str, tuple[str, int]]:
    """``name -> (text as written, line)`` of a mapping whose values are plain."""
    import yaml

    texts = {}
    for key, value in _entries(node, path):
        line = value.start_mark.line + 1
        if not isinstance(value, yaml.ScalarNode):
            raise UserError(f"the value of {key.value} must be one value, no list or mapping", path, line)
        texts[key.value] = (value.value, line)
    return texts


# --- secrets ---------------------------------------------------------------------------------

_REFERENCE = re.compile(r"env:(?P<env>[A-Za-z_][A-Za-z0-9_]*)|file:(?P<file>/\S+)")


def is_reference(text: str) -> bool:
    """Whether ``text`` names where a secret is (``env:NAME`` or ``file:/path``)."""
    return _REFERENCE.fullmatch(text) is not None


def resolve_reference(text: str) -> str:
    """What a reference names, read now; any other text is returned as it is.

    The last line break of a file is dropped. Raises :class:`UserError` where the variable is not set
    or the file cannot be read; the message holds the reference and never the secret.
    """
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return text
    if match["env"]:
        if match["env"] not in os.environ:
            raise UserError(f"the environment variable {match['env']} is not set", hint="set it")
        return os.environ[match["env"]]
    path = Path(match["file"])
    try:
        return text_of_user(path, most_bytes=MOST_SECRET).removesuffix("\n")
    except UserError as error:
        raise UserError(f"the secret file {error.message}", path) from None
