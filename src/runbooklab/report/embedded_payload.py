"""What a report carries: the executed notebook, the diagnosis and the evidence, inside its own page.

They are one JSON document (``notebook``, ``diagnosis``, ``evidence``), compressed with xz and written
in base 85 (RFC 1924, with ``,`` for ``<``) into a ``<script>`` element of a type that no browser runs.
The same run gives the same bytes.

From the notebook is left out what can be had again or says nothing of the target: the HTML and the plain
text beside our own JSON outputs (drawn from that JSON), the diagnosis and the evidence among the outputs
(they stand beside the notebook), and papermill's and the kernel's times of each cell.
"""

from __future__ import annotations

import base64
import hashlib
import json
import lzma
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runbooklab.files import bounded_json
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME, FINDING_MIME, VIEW_MIME
from runbooklab.report.outputs import text_of

TYPE = "application/vnd.runbooklab.run+xz"

#: Most bytes that a block may unpack to and may have itself, and most memory that unpacking may take besides.
MOST_BYTES = 8 << 20
MOST_PACKED = 4 << 20
MOST_MEMORY = 16 << 20

#: Where a block stands in a page, attributes sorted as BeautifulSoup writes them.
BLOCK = re.compile(
    rb'<script data-sha256="([0-9a-f]{64})" id="carried" type="'
    + re.escape(TYPE.encode())
    + rb'">([^<]*)</script>'
)
#: What a block is recognised by when it has been damaged.
TRACE = TYPE.encode()

_FILTERS = [
    # Text, so no alignment (pb) and much context (lc).
    {"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 4, "lp": 0, "pb": 0, "dict_size": 8 << 20}
]
_OURS = frozenset({DIAGNOSIS_MIME, FINDING_MIME, VIEW_MIME})
_DRAWN_AGAIN = frozenset({"text/html", "text/plain", EVIDENCE_MIME})


class NotCarried(ValueError):
    """There is no block in a page, or none that can be read; ``str()`` says which in a clause."""


@dataclass(frozen=True)
class Carried:
    """``notebook`` is as :func:`json.loads` gives it, diagnosis and evidence in place again.

    What a page was drawn without is None.
    """

    notebook: dict[str, Any] | None
    diagnosis: Diagnosis
    evidence: Evidence | None


@dataclass(frozen=True)
class Block:
    """The SHA-256 of the JSON document, and the document packed."""

    sha256: str
    text: str
    type: str = TYPE

    @property
    def element(self) -> str:
        """It as it stands in a page."""
        return f'<script data-sha256="{self.sha256}" id="carried" type="{self.type}">{self.text}</script>'


def content(diagnosis: Diagnosis, evidence: Evidence | None, notebook: Mapping[str, Any] | None) -> bytes:
    """The JSON document that :func:`pack` packs: the last gate looks for secrets in this."""
    document = {
        "diagnosis": msgspec.to_builtins(diagnosis),
        "evidence": msgspec.to_builtins(evidence),
        "notebook": None if notebook is None else lean(notebook),
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace")  # a lone surrogate becomes its JSON escape


def lean(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of ``notebook`` without what this module's docstring says is left out."""
    kept = {"nbformat", "nbformat_minor"}
    metadata = {name: value for name, value in notebook.get("metadata", {}).items() if name != "papermill"}
    return {
        **{name: value for name, value in notebook.items() if name in kept},
        "metadata": metadata,
        "cells": [_lean_cell(cell) for cell in notebook.get("cells", ())],
    }


def pack(document: bytes) -> Block:
    """``document`` as it stands in a page."""
    packed = lzma.compress(document, format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, filters=_FILTERS)
    text = base64.b85encode(packed).decode().replace("<", ",")
    return Block(hashlib.sha256(document).hexdigest(), text)


def unpack(page: bytes) -> Carried:
    """What the report ``page`` carries, within the bounds above. Raises :class:`NotCarried`."""
    return read(document_in(page))


def document_in(page: bytes) -> bytes:
    """The JSON document of the one block in ``page``, whatever its digest. Raises :class:`NotCarried`."""
    blocks = BLOCK.findall(page)
    if len(blocks) != 1:
        raise NotCarried("carries no run" if not blocks else "carries more than one run")
    if len(blocks[0][1]) > MOST_PACKED:
        raise NotCarried(f"carries a run of more than {MOST_PACKED >> 20} MiB, packed")
    try:
        packed = base64.b85decode(blocks[0][1].replace(b",", b"<"))
        unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
        document = unpacker.decompress(packed, max_length=MOST_BYTES + 1)
    except (ValueError, lzma.LZMAError) as error:
        raise NotCarried(f"carries a run that cannot be unpacked: {error}") from None
    if len(document) > MOST_BYTES:
        raise NotCarried(f"carries a run of more than {MOST_BYTES >> 20} MiB")
    if not unpacker.eof or unpacker.unused_data:
        raise NotCarried("carries a run that was cut short or added to")
    return document


def digest_in(page: bytes) -> str:
    """The SHA-256 that the one block in ``page`` says its document has; "" where there is no such block."""
    blocks = BLOCK.findall(page)
    return blocks[0][0].decode() if len(blocks) == 1 else ""


def read(document: bytes) -> Carried:
    """The parts of a document. Raises :class:`NotCarried`."""
    try:
        parts = bounded_json.loads(document)
        notebook = parts["notebook"]
        if not (notebook is None or isinstance(notebook, dict)):
            raise TypeError("the notebook is no object")
        evidence = parts["evidence"]
        _put_back(notebook, parts["diagnosis"], evidence)
        return Carried(
            notebook,
            msgspec.convert(parts["diagnosis"], Diagnosis),
            None if evidence is None else msgspec.convert(evidence, Evidence),
        )
    except (
        msgspec.ValidationError,
        ValueError,
        OverflowError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise NotCarried(f"carries a run that cannot be read: {error}") from None


def _lean_cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    times = ("papermill", "execution")
    metadata = {name: value for name, value in cell.get("metadata", {}).items() if name not in times}
    lean_cell = {**cell, "metadata": metadata, "source": text_of(cell.get("source", ""))}
    if "outputs" in cell:
        lean_cell["outputs"] = [_lean_output(output) for output in cell["outputs"]]
    return lean_cell


def _lean_output(output: Mapping[str, Any]) -> dict[str, Any]:
    if "text" in output:
        return {**output, "text": text_of(output["text"])}
    if "data" not in output:
        return dict(output)
    data = output["data"]
    left_out = frozenset() if _OURS.isdisjoint(data) else _DRAWN_AGAIN
    kept = {mime: _whole(mime, value) for mime, value in data.items() if mime not in left_out}
    if DIAGNOSIS_MIME in kept:
        kept[DIAGNOSIS_MIME] = None
    return {**output, "data": kept}


def _whole(mime: str, value: Any) -> Any:
    """A file may hold a text as a list of its lines."""
    return value if mime.endswith("json") else text_of(value)


def _put_back(notebook: dict[str, Any] | None, diagnosis: Any, evidence: Any) -> None:
    for cell in (notebook or {}).get("cells", ()):
        for output in cell.get("outputs") or ():
            if DIAGNOSIS_MIME in output.get("data", {}):
                output["data"] |= {DIAGNOSIS_MIME: diagnosis, EVIDENCE_MIME: evidence}
