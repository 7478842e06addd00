"""The contexts of the docker command: a folder for each, named by a hash."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec

from runbooklab.files import read_file
from runbooklab.model.from_json import from_json

#: Contexts that are read, and bytes of a context's file.
MOST_CONTEXTS = 20
MOST_BYTES = 1 << 16


def contexts(place: Path) -> tuple[str, ...]:
    """Names of the client's contexts, in the folder of its configuration."""
    names = []
    with suppress(OSError):
        for file in sorted((place / "contexts" / "meta").glob("*/meta.json"))[:MOST_CONTEXTS]:
            with suppress(OSError, ValueError, msgspec.MsgspecError):
                name = str(from_json(read_file(file, MOST_BYTES), dict[str, object]).get("Name") or "")
                if sha256(name.encode()).hexdigest() == file.parent.name:
                    names.append(name)
    return tuple(names)
