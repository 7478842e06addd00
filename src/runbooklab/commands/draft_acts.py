"""What a postmortem draft tells beyond its run: the acts of the incident's notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.commands.output import to_stderr

if TYPE_CHECKING:
    from runbooklab.model.conclusions import AuditEntry


def draft_acts(incident: str | None, parent: Path) -> tuple[AuditEntry, ...]:
    """What was done from the incident's notebooks, whose folder is in ``parent``; without secrets.

    What cannot be read is said on stderr, and the draft is written without it.
    """
    from runbooklab.incident.acts import kept_acts
    from runbooklab.incident.folder import places

    place = places(parent).get(incident) if incident else None
    if place is None:
        return ()
    acts, problems = kept_acts(place)
    for problem in problems:
        to_stderr(str(problem))
    return acts


def parent_of_incidents(run: Path) -> Path:
    """Where the incidents of a stored run are: in the reports folder that holds it, else in the project's."""
    from runbooklab.authoring.project import find_suite
    from runbooklab.commands.target_options import reports_folder
    from runbooklab.incident.folder import INCIDENTS

    beside = run.absolute().parent.parent / INCIDENTS
    return beside if beside.is_dir() else reports_folder(find_suite(Path.cwd()), None) / INCIDENTS
