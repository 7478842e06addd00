"""The shape of a notebook: it is checked once, where a file is read, and all code after that relies on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbooklab.authoring.compile import OURS

_KINDS = ("markdown", "code", "raw")


def fault_of(content: Any) -> str:
    """What makes ``content`` no notebook of format 4, as a clause; "" if it is one."""
    return next(_faults(content), "")


def _faults(content: Any) -> Iterator[str]:
    if not isinstance(content, dict) or content.get("nbformat") != 4:
        yield "it is not of format 4"
        return
    if not isinstance(content.get("nbformat_minor", 0), int):
        yield "the minor number of its format is no number"
    metadata = content.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get(OURS, {}), dict):
        yield "its metadata are no object"
    cells = content.get("cells")
    if not isinstance(cells, list):
        yield "it has no list of cells"
        return
    for number, cell in enumerate(cells, start=1):
        yield from (f"in cell {number}, {fault}" for fault in _faults_of_cell(cell))


def _faults_of_cell(cell: Any) -> Iterator[str]:
    if not isinstance(cell, dict) or cell.get("cell_type") not in _KINDS:
        yield "the kind is not known"
        return
    if not isinstance(cell.get("id", ""), str):
        yield "the id is no text"
    if not _is_text(cell.get("source")):
        yield "the source is no text"
    yield from _faults_of_metadata(cell.get("metadata"))
    outputs = cell.get("outputs", [])
    if not isinstance(outputs, list):
        yield "the outputs are no list"
    elif not all(map(_is_output, outputs)):
        yield "an output is damaged"


def _faults_of_metadata(metadata: Any) -> Iterator[str]:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("jupyter", {}), dict):
        yield "the metadata are no object"
    elif not _is_list_of_texts(metadata.get("tags", [])):
        yield "the tags are no list of texts"


def _is_output(output: Any) -> bool:
    if not isinstance(output, dict) or not isinstance(output.get("output_type"), str):
        return False
    data, metadata = output.get("data", {}), output.get("metadata", {})
    return (
        isinstance(data, dict)
        and isinstance(metadata, dict)
        and all(_is_text(value) for mime, value in data.items() if mime.startswith("text/"))
        and _is_text(output.get("text", ""))
        and all(isinstance(output.get(name, ""), str) for name in ("ename", "evalue"))
        and _is_list_of_texts(output.get("traceback", []))
    )


def _is_text(value: Any) -> bool:
    """A file holds a text whole, or as a list of lines."""
    return isinstance(value, str) or _is_list_of_texts(value)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(line, str) for line in value)
