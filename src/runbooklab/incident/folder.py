"""The folder of an incident: its name, its making, and the files in it.

An incident's id is free text, as people have it: ``INC-42``, ``inc 42/7``. Its folder has a name made of it,
and a file that holds the id as it was given.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from runbooklab.archive.run_name import folder_name
from runbooklab.errors import UserError
from runbooklab.files import bounded_json, read_file, write_atomic
from runbooklab.redaction import Vault, clean
from runbooklab.words import utc_now

#: The folder of all incidents, in the reports folder.
INCIDENTS = "incidents"
#: The file that makes a folder an incident's: it holds the id.
ID_FILE = "incident.json"
#: Where the kernel of a working copy adds each act: one JSON object a line.
AUDIT_FILE = "audit.jsonl"

#: Most characters of an id, and of what its folder's name keeps of it.
LONGEST_ID = 200
_LONGEST_NAME = 60
#: Most bytes of :data:`ID_FILE`.
_MOST_ID_FILE = 4 << 10
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def own_id() -> str:
    """An id for an incident that has no other: ``20261122T210000Z-1a2b3c4d``, its start in UTC."""
    return folder_name(utc_now(), uuid.uuid4().hex)


def stripped_id(text: str) -> str:
    """``text`` as the id of an incident that may be there. Raises :class:`UserError` if it is empty."""
    text = text.strip()
    if not text:
        raise UserError("an incident's id cannot be empty", hint="write for example INC-42")
    return text


def checked_id(text: str) -> str:
    """``text`` as an incident's id. Raises :class:`UserError` if it cannot be one."""
    text = stripped_id(text)
    if len(text) > LONGEST_ID:
        raise UserError(f"an incident's id has at most {LONGEST_ID} characters, not {len(text)}")
    if not text.isprintable():
        raise UserError("an incident's id is one line without control characters")
    if clean(text, Vault()) != text:
        raise UserError("an incident's id would be written to files, and this one holds a password")
    return text


def name_of(incident: str) -> str:
    """The name of its folder. What changes an id's letters also adds a digest: two ids never share a folder.

    >>> name_of("INC-42"), name_of("../inc 42/7")
    ('INC-42', 'inc-42-7-2c57962c')
    """
    name = _UNSAFE.sub("-", incident).strip("-.")[:_LONGEST_NAME]
    if name == incident:
        return name
    return f"{name or 'incident'}-{hashlib.sha256(incident.encode()).hexdigest()[:8]}"


def incident_of(folder: Path) -> str:
    """The id of the incident whose folder this is; "" if it is none."""
    with suppress(OSError, ValueError):
        held = bounded_json.loads(read_file(folder / ID_FILE, _MOST_ID_FILE))
        if isinstance(held, dict) and isinstance(held.get("id"), str):
            return str(held["id"])
    return ""


def made_folder(parent: Path, incident: str) -> Path:
    """The incident's folder in ``parent``, made if there is none: its owner alone may enter it.

    Raises :class:`UserError` if it cannot be made, or is another incident's.
    """
    folder = parent / name_of(incident)
    try:
        parent.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            raise UserError("is a link: an incident's folder is a folder", folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)  # whatever the umask, and if somebody else made it
        if not (folder / ID_FILE).exists():
            write_atomic(folder / ID_FILE, json.dumps({"id": incident}) + "\n", 0o600)
    except OSError as error:
        raise UserError(
            f"cannot be made: {error.strerror or error}", folder, hint="name another place with --dir"
        ) from None
    held = incident_of(folder)
    if held != incident:
        raise UserError(
            f"belongs to the incident {held!r}" if held else f"has no readable {ID_FILE}",
            folder,
            hint="give another id with --incident",
        )
    return folder


class Place(NamedTuple):
    """Where an incident is: its folder, and what is wrong with others that have its id."""

    folder: Path
    problems: tuple[UserError, ...] = ()


def places(parent: Path) -> dict[str, Place]:
    """The folder of each incident in ``parent``, by its id.

    Of two with one id, as ``cp -r`` makes them, it is the one with the id's own name, else the first.
    """
    found: dict[str, list[Path]] = {}
    with suppress(OSError):
        for folder in sorted(parent.iterdir()):
            if not folder.name.startswith(".") and not folder.is_symlink() and (held := incident_of(folder)):
                found.setdefault(held, []).append(folder)
    return {incident: _place(incident, folders) for incident, folders in found.items()}


def _place(incident: str, folders: list[Path]) -> Place:
    folder, *others = sorted(folders, key=lambda folder: folder.name != name_of(incident))
    said = f"is left out: it has the same id as {folder.name}"
    hint = f"give it another in its {ID_FILE}, or move it away"
    return Place(folder, tuple(UserError(said, other, hint=hint) for other in others))


def beside(folder: Path, slug: str) -> list[Path]:
    """The working copies of a runbook in ``folder``, the newest last: ``slug.ipynb``, ``slug-2.ipynb``."""
    numbered = {
        int(found[1] or 1): path
        for path in folder.glob(f"{slug}*.ipynb")
        if (found := re.fullmatch(rf"{re.escape(slug)}(?:-([0-9]{{1,6}}))?\.ipynb", path.name))
    }
    return [numbered[number] for number in sorted(numbered)]


def free_path(folder: Path, slug: str) -> Path:
    """Where the next working copy of the runbook goes: the first name after those that are taken."""
    taken = beside(folder, slug)
    if not taken:
        return folder / f"{slug}.ipynb"
    last = taken[-1].stem.removeprefix(slug)
    return folder / f"{slug}-{int(last.removeprefix('-') or 1) + 1}.ipynb"
