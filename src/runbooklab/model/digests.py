"""The digests by which the files of a run name each other.

Each digest is the SHA-256 of a file's bytes, in hexadecimal:

| field | of |
|---|---|
| `runbook_sha256` | the runbook's Markdown |
| `evidence_sha256` | `evidence.json` |
| `notebook_sha256` | `report.ipynb`, with the two digests below in it blanked |
| `diagnosis_sha256` | `diagnosis.json`, with this digest in it blanked |

A blanked digest is 64 zeros in its place: a file cannot hold its own digest, and the executed notebook
holds the diagnosis. There is no key in this: who changes a file can compute the digests again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import msgspec

from runbooklab.model.conclusions import Provenance

BLANK = "0" * 64
#: A digest in JSON. Inside a JSON string the quotes would be escaped, so only a real field matches.
_FIELD = rb'("(%s)": ?")(?:[0-9a-f]{64})?(")'


def sha256(data: bytes) -> str:
    """The digest of ``data``, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def notebook_sha256(data: bytes) -> str:
    """``notebook_sha256`` of the bytes of a ``report.ipynb``."""
    return sha256(with_digests(data, {"notebook_sha256": BLANK, "diagnosis_sha256": BLANK}))


def diagnosis_sha256(data: bytes) -> str:
    """``diagnosis_sha256`` of the bytes of a ``diagnosis.json``."""
    return sha256(with_digests(data, {"diagnosis_sha256": BLANK}))


def with_digests(data: bytes, digests: Mapping[str, str]) -> bytes:
    """JSON text with the named digest fields set to ``digests``."""
    field = re.compile(_FIELD % "|".join(digests).encode())
    return field.sub(lambda match: match[1] + digests[match[2].decode()].encode() + match[3], data)


def without_digests(provenance: Provenance) -> Provenance:
    """``provenance`` of a diagnosis that is not the one that was sealed."""
    return msgspec.structs.replace(provenance, evidence_sha256="", notebook_sha256="", diagnosis_sha256="")
