"""Values for parameters from YAML files: of ``-f``, and of ``configs/targets.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.parameters import Parameter, Value, coerce, require
from runbooklab.authoring.project import Suite, nearest
from runbooklab.errors import UserError
from runbooklab.files import text_of_user

#: Most bytes of a file of parameters or of targets: a hundred targets take some 40 KiB.
MOST_YAML = 256 << 10


#: The parameter that guards a target in production: it is never dropped in silence.
ENVIRONMENT = "environment"


def read_values(path: Path, parameters: Iterable[Parameter]) -> dict[str, Value]:
    """The values in a YAML file of ``name: value`` lines (``-f``), each read as its type says.

    Raises :class:`UserError`, with the line, for a file that cannot be read or does not parse, a
    name that is unknown or given twice, and a value of the wrong type.
    """
    known = {parameter.name: parameter for parameter in parameters}
    return {
        name: coerce(require(known, name, path, line), text, path, line)
        for name, (text, line) in _scalars(_compose(path), path).items()
    }


def read_plain(path: Path) -> dict[str, tuple[str, int]]:
    """The ``name: value`` lines of a YAML file: name -> (text, line). Raises as :func:`read_values`."""
    return _scalars(_compose(path), path)


def target_names(suite: Suite) -> tuple[str, ...]:
    """The targets in ``configs/targets.yaml``; none if there is no such file.

    Raises :class:`UserError` for a file that cannot be read.
    """
    path = _targets(suite)
    return tuple(key.value for key, _ in _entries(_compose(path), path)) if path.exists() else ()


def read_target(suite: Suite, name: str, parameters: Iterable[Parameter]) -> dict[str, Value]:
    """The values that ``configs/targets.yaml`` gives for the target ``name``.

    A target serves several runbooks: a parameter that only another runbook has is skipped.
    Raises :class:`UserError` for an unknown target and for what :func:`read_values` refuses.
    """
    path = _targets(suite)
    targets = {key.value: node for key, node in _entries(_compose(path), path)}
    if name not in targets:
        hint = nearest(name, targets) or f"the targets are {', '.join(targets) or 'none'}"
        raise UserError(f"there is no target {name!r}", path, hint=hint)
    mine = {parameter.name: parameter for parameter in parameters}
    texts = _scalars(targets[name], path)
    anywhere = mine if texts.keys() <= mine.keys() else {**_all_parameters(suite), **mine}
    values = {
        key: coerce(require(anywhere, key, path, line), text, path, line)
        for key, (text, line) in texts.items()
    }
    if ENVIRONMENT in values and ENVIRONMENT not in mine:
        raise UserError(
            f"the target {name} is in {values[ENVIRONMENT]}, and this runbook has no parameter for that",
            path,
            texts[ENVIRONMENT][1],
            f"declare the parameter {ENVIRONMENT} in the runbook: it guards what is applied there",
        )
    return {key: value for key, value in values.items() if key in mine}


def _targets(suite: Suite) -> Path:
    return suite.root / "configs" / "targets.yaml"


def _all_parameters(suite: Suite) -> dict[str, Parameter]:
    return {parameter.name: parameter for path in suite.runbooks() for parameter in read(path).parameters}


def _compose(path: Path) -> Any:
    """The root node of a YAML file with every scalar as text; None if the file is empty."""
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
        raise UserError("is not a mapping", path, node.start_mark.line + 1, "write `name: value` lines")
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
            raise UserError(f"the value of {key.value} must be one value, not a list or mapping", path, line)
        texts[key.value] = (value.value, line)
    return texts
