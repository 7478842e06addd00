"""What belongs to an incident: its working copies, its stored runs and its acts, in the order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbooklab.archive.entry import Entry
from runbooklab.archive.index import entries
from runbooklab.authoring.build import read_notebook
from runbooklab.authoring.compile import OURS
from runbooklab.authoring.run_values import WORKING_COPY
from runbooklab.errors import UserError
from runbooklab.files import read_file
from runbooklab.incident.acts import acts_in
from runbooklab.incident.folder import AUDIT_FILE, Place, places
from runbooklab.model.conclusions import AuditEntry
from runbooklab.model.from_json import from_builtins, from_json
from runbooklab.model.mime import DIAGNOSIS_MIME, VIEW_MIME

#: Most notebooks of one folder that are read.
MOST_NOTEBOOKS = 1000


class Item(Struct, frozen=True, omit_defaults=True):
    """One thing of an incident. ``at``: a notebook was opened, a run began, an act was done; ISO 8601, UTC.

    ``path`` is the notebook, the run's folder, or what holds the act.
    """

    at: str
    kind: Literal["notebook", "run", "act"]
    path: str
    runbook: str = ""
    verdict: str = ""
    verdict_at: str = ""
    summary: str = ""
    remedy: str = ""
    command: str = ""
    outcome: str = ""
    asked_by: str = ""


class Incident(Struct, frozen=True):
    """``folder``: of its working copies, "" if there is none. ``problems``: what could not be read."""

    id: str
    folder: str
    items: tuple[Item, ...]
    problems: tuple[str, ...] = ()


def incidents(reports: Path, parent: Path) -> list[Incident]:
    """All incidents that have a folder in ``parent`` or a stored run in ``reports``, the newest last."""
    runs: dict[str, list[Entry]] = {}
    for entry in entries(reports):
        if entry.is_read and entry.incident:
            runs.setdefault(entry.incident, []).append(entry)
    there = places(parent)
    found = [_gathered(each, there.get(each), reports, runs.get(each, ())) for each in {*runs, *there}]
    return sorted(found, key=lambda each: (each.items[-1].at if each.items else "", each.id))


def _gathered(incident: str, place: Place | None, reports: Path, runs: Sequence[Entry]) -> Incident:
    folder, problems = (place.folder, list(map(str, place.problems))) if place else (None, [])
    items = [
        *(_notebooks(folder, problems) if folder else ()),
        *(_acts(folder, problems) if folder else ()),
        *(item for entry in runs for item in _run(reports, entry, problems)),
    ]
    items.sort(key=lambda item: item.at)
    return Incident(incident, str(folder or ""), tuple(items), tuple(problems))


def _notebooks(folder: Path, problems: list[str]) -> Iterator[Item]:
    for path in islice(sorted(folder.glob("*.ipynb")), MOST_NOTEBOOKS):
        try:
            notebook = read_notebook(path)
            saved_at = _iso(path.stat().st_mtime)
        except (UserError, OSError) as error:
            problems.append(str(error))
            continue
        ours = notebook["metadata"].get(OURS)
        ours = ours if isinstance(ours, dict) else {}
        copy = ours.get(WORKING_COPY)
        opened_at = str(copy.get("opened_at") or "") if isinstance(copy, dict) else ""
        yield Item(
            opened_at or saved_at,
            "notebook",
            str(path),
            str(ours.get("slug") or ""),
            *_last_verdict(notebook, saved_at),
        )


def _last_verdict(notebook: dict[str, Any], saved_at: str) -> tuple[str, str, str]:
    """Verdict, time and summary of the newest diagnosis in the outputs; empty if there is none.

    A diagnosis without a time of its own is as old as the file.
    """
    newest = ("", "", "")
    for cell in notebook["cells"]:
        for output in cell.get("outputs") or ():
            found = _diagnosis(output.get("data") if isinstance(output, dict) else None)
            if found:
                at = str(found.get("finished_at") or "")
                if at >= newest[1] or not at:
                    newest = (str(found.get("verdict") or ""), at, str(found.get("summary") or ""))
    return (newest[0], newest[1] or saved_at, newest[2]) if newest[0] else newest


def _diagnosis(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        return {}
    view = data.get(VIEW_MIME)
    brief = view.get("diagnosis") if isinstance(view, dict) else None
    found = data.get(DIAGNOSIS_MIME) or brief
    return found if isinstance(found, dict) else {}


def _acts(folder: Path, problems: list[str]) -> Iterator[Item]:
    path = folder / AUDIT_FILE
    try:
        data = read_file(path)
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror or error}")
        return
    acts, mistakes = acts_in(data, path, lambda act: _act(path, from_builtins(act, dict[str, Any])))
    problems += map(str, mistakes)
    yield from acts


def _act(path: Path, act: dict[str, Any]) -> Item:
    text = {
        key: str(act.get(key) or "") for key in ("at", "runbook", "remedy", "command", "outcome", "asked_by")
    }
    return Item(kind="act", path=str(path), **text)


class _Acts(Struct):
    """What is needed of a run's ``diagnosis.json``."""

    audit: tuple[AuditEntry, ...] = ()


def _run(reports: Path, entry: Entry, problems: list[str]) -> Iterable[Item]:
    folder = reports / entry.folder
    yield Item(
        entry.started_at, "run", str(folder), entry.runbook, entry.verdict, entry.started_at, entry.summary
    )
    try:
        audit = from_json(read_file(folder / "diagnosis.json"), _Acts).audit
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        problems.append(f"{folder}: its acts cannot be read: {error}")
        return
    for act in audit:
        yield _act(folder, {**msgspec.to_builtins(act), "runbook": entry.runbook})


def _iso(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
