"""A runbook that is imported a second time: what changed, and whether a person has edited it."""

from __future__ import annotations

import difflib
from typing import Literal

from msgspec import Struct

from runbooklab.importing.front import imported_of, is_as_written

#: Most lines of a text that is compared line by line: the time grows with their square.
MOST_COMPARED = 20_000

#: new: nothing is there · same: nothing to do · replace: as import wrote it, from an older source ·
#: kept: edited, and the source is as it was · edited: edited, and the source has changed · foreign: not ours
Action = Literal["new", "same", "replace", "kept", "edited", "foreign"]


class Outcome(Struct, frozen=True):
    """What to do with the file that is there."""

    action: Action
    difference: tuple[str, ...] = ()
    message: str = ""  # of an action that writes nothing

    @property
    def writes(self) -> bool:
        """Whether the new text takes the place of what is there."""
        return self.action in ("new", "replace")

    @property
    def failed(self) -> bool:
        """Whether a person has to do something first."""
        return self.action in ("edited", "foreign")


def outcome(there: str | None, text: str, name: str) -> Outcome:
    """What becomes of the file with the text ``there`` if ``text`` is imported from the source ``name``."""
    if there is None:
        return Outcome("new")
    if there == text:
        return Outcome("same", message="is as imported; nothing changed")
    was, now = imported_of(there), imported_of(text)
    if not was:
        return Outcome(
            "foreign", message="exists and was not imported; choose another folder with -o, or move it"
        )
    if was.get("source") != name:
        said = was.get("source")
        return Outcome("foreign", message=f"was imported from {said}; choose another folder with -o")
    if is_as_written(there):
        return Outcome("replace", _difference(there, text, name))
    if was.get("sha256") == now.get("sha256"):
        return Outcome("kept", message="was edited here, and its source is as it was: the edits stay")
    why = "was edited since it was imported; carry over what the difference shows, or delete it first"
    return Outcome("edited", _difference(there, text, name), why)


def _difference(before: str, after: str, name: str) -> tuple[str, ...]:
    old, new = before.split("\n"), after.split("\n")
    if max(len(old), len(new)) > MOST_COMPARED:
        return (f"{name}: too long for a difference line by line",)
    return tuple(difflib.unified_diff(old, new, f"{name} (as it is)", f"{name} (imported)", lineterm=""))
