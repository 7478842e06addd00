"""Changing front matter in place: comments, order and manner of writing stay as they are."""

from __future__ import annotations

import io
import re
from typing import Any

from runbooklab.authoring.frontmatter import NOTEBOOK_METADATA, FrontMatter
from runbooklab.authoring.parameters import Parameter


def changed(
    raw: str, front: FrontMatter, parameters: tuple[Parameter, ...], notebook_metadata: dict[str, Any]
) -> str:
    """``raw``, which says ``front``, made to say these parameters and metadata."""
    same_parameters = parameters == front.parameters
    same_metadata = notebook_metadata == front.notebook_metadata
    if same_parameters and same_metadata:
        return raw
    yaml = _round_trip(raw)
    document = yaml.load(raw)
    if not same_parameters:
        _set_parameters(document, {parameter.name: parameter for parameter in front.parameters}, parameters)
    if not same_metadata:
        document.pop(NOTEBOOK_METADATA, None)
        if notebook_metadata:
            document[NOTEBOOK_METADATA] = notebook_metadata
    text = io.StringIO()
    yaml.dump(document, text)
    return text.getvalue()


def _round_trip(raw: str) -> Any:
    """A YAML writer that indents lists as ``raw`` does."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    dash = re.search(r"^( *)- ", raw, re.MULTILINE)
    offset = len(dash[1]) if dash else 2
    yaml.indent(mapping=2, sequence=offset + 2, offset=offset)
    return yaml


def _set_parameters(document: Any, before: dict[str, Parameter], parameters: tuple[Parameter, ...]) -> None:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if not parameters:
        document.pop("parameters", None)
        return
    entries = document.setdefault("parameters", CommentedSeq())
    by_name = {entry["name"]: entry for entry in entries}
    for name in by_name.keys() - {parameter.name for parameter in parameters}:
        entries.remove(by_name[name])
    for parameter in parameters:
        if parameter.name not in by_name:
            by_name[parameter.name] = CommentedMap()
            entries.append(by_name[parameter.name])
        _update(by_name[parameter.name], before.get(parameter.name), parameter)
    wanted = [by_name[parameter.name] for parameter in parameters]
    if any(entry is not other for entry, other in zip(entries, wanted, strict=True)):
        entries[:] = wanted


def _update(entry: Any, old: Parameter | None, new: Parameter) -> None:
    for key in ("name", "type", "default", "help"):
        value = getattr(new, key)
        if old is not None and getattr(old, key) == value and type(getattr(old, key)) is type(value):
            continue
        if key == "help" and not value:
            entry.pop("help", None)
        else:
            entry[key] = _quoted(value) if key in ("default", "help") else value


def _quoted(value: object) -> object:
    """Text in quotes, so that no reader of YAML takes ``yes`` or ``1e3`` for something else."""
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return DoubleQuotedScalarString(value) if isinstance(value, str) else value
