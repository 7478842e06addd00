"""``runbook incident``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbooklab.commands.target_options import incident_given

if TYPE_CHECKING:
    from runbooklab.incident.belongings import Incident, Item


@click.command(short_help="List the incidents, or what belongs to one.")
@click.argument("incident", metavar="[ID]", required=False, callback=incident_given)
@click.option("--json", "as_json", is_flag=True, help="Write it to stdout as JSON.")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where the incidents' folders are, if `runbook open` was given one.",
)  # fmt: skip
@click.option(
    "--reports", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="The reports folder, if not the project's.",
)  # fmt: skip
def incident(incident: str | None, as_json: bool, folder: Path | None, reports: Path | None) -> None:
    """List what belongs to an incident, in the order of time; without an ID, list the incidents.

    That is: its working notebooks with their last verdict, its stored runs, and what was done to the
    target, from notebooks and from runs.

    \b
    Examples:
      runbook incident
      runbook incident INC-42
      runbook incident INC-42 --json
    """
    from runbooklab.authoring.project import find_suite, nearest
    from runbooklab.commands.output import to_stderr
    from runbooklab.commands.target_options import reports_folder
    from runbooklab.errors import UserError
    from runbooklab.incident.belongings import incidents
    from runbooklab.incident.folder import INCIDENTS

    stored = reports_folder(find_suite(Path.cwd()), reports)
    known = {found.id: found for found in incidents(stored, folder or stored / INCIDENTS)}
    if incident is None:
        _print([_json_summary(found) for found in known.values()], map(_summary, known.values()), as_json)
        _tell_problems(known.values())
        if not known:
            to_stderr("no incidents")
        return
    found = known.get(incident)
    if found is None:
        hint = nearest(incident, known) or "see `runbook incident`"
        raise UserError(f"there is no incident {incident!r} in {stored}", hint=hint)
    _print(found, map(_line, found.items), as_json)
    _tell_problems([found])


def _tell_problems(shown: Iterable[Incident]) -> None:
    from runbooklab.commands.output import to_stderr

    for problem in (problem for found in shown for problem in found.problems):
        to_stderr(problem)


def _print(record: Any, lines: Iterable[str], as_json: bool) -> None:
    from runbooklab.commands.output import to_stdout
    from runbooklab.redaction import visible

    texts = [_json(record)] if as_json else [" ".join(visible(line).splitlines()) for line in lines]
    for text in texts:
        to_stdout(f"{text}\n".encode())


def _json(record: Any) -> str:
    """JSON in which lone surrogates are written out: a notebook, an act and a file's name may hold some."""
    import json
    import re

    import msgspec

    from runbooklab.redaction import visible

    text = json.dumps(msgspec.to_builtins(record), ensure_ascii=False, indent=2)
    return re.sub("[\ud800-\udfff]", lambda found: json.dumps(visible(found[0]))[1:-1], text)


def _json_summary(found: Incident) -> dict[str, Any]:
    return {"id": found.id, "folder": found.folder, "items": len(found.items), "last_at": _last(found)}


def _summary(found: Incident) -> str:
    from runbooklab.words import count

    kinds = [item.kind for item in found.items]
    parts = [count(kinds.count(kind), kind) for kind in ("notebook", "run", "act") if kind in kinds]
    return f"{_time(_last(found))}  {found.id}  {', '.join(parts)}".rstrip()


def _last(found: Incident) -> str:
    return found.items[-1].at if found.items else ""


def _line(item: Item) -> str:
    head = f"{_time(item.at)}  {item.kind:<8}"
    if item.kind == "act":
        about = ", asked for by ".join(filter(None, (item.remedy, item.asked_by)))
        return f"{head}  {item.outcome or 'unknown':<8}  {item.command}  ({about})"
    verdict = item.verdict or "not run"
    when = f" at {_time(item.verdict_at)[-8:]}" if item.kind == "notebook" and item.verdict else ""
    return f"{head}  {verdict:<8}{when}  {item.path}"


def _time(at: str) -> str:
    """A time of a record as people read it, in UTC."""
    from runbooklab.words import moment

    when = moment(at)
    return f"{when:%Y-%m-%d %H:%M:%S}" if when else "at some time"
