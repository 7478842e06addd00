"""``runbook demo``: a real system of this machine, broken, reported, fixed and reported again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbooklab.commands.output import to_stderr, to_stdout
from runbooklab.commands.target_options import choose, reports_folder

if TYPE_CHECKING:
    from runbooklab.lab.demo import Chapter, Demo, DemoSystem, Incident, Run
    from runbooklab.lab.lab import Lab

COULD_NOT = 3


@click.command(short_help="Break a real system, and see each cause named and fixed.")
@click.option(
    "--reports", type=click.Path(path_type=Path), metavar="DIR",
    help="Where the reports and the page go; reports/demo if not given.",
)  # fmt: skip
def demo(reports: Path | None) -> int:
    """Break a real system in a few ways, and see each cause named, fixed and inspected again.

    It takes half a minute and needs no Docker: it starts a server (redis-server) on a free port of
    127.0.0.1, and stops it at the end. Progress goes to stderr, the path of the page to stdout. Exit
    status: 0 if every incident was named and fixed, else 3.

    \b
    Example:
      runbook demo
    """
    from runbooklab.errors import UserError
    from runbooklab.lab.registry import labs
    from runbooklab.lab.testbed import Unavailable

    folder = reports.absolute() if reports else _default_folder()
    lab, shown = next((lab, lab.demo) for lab in labs() if lab.demo is not None)
    started = time.monotonic()
    try:
        with shown.system() as system:
            chapters = [_chapter(lab, system, incident, folder) for incident in shown.incidents]
    except Unavailable as lack:
        raise UserError(f"the demo {lack}", hint=shown.install) from lack
    page = _page(folder, shown, chapters, time.monotonic() - started)
    to_stdout(f"{page.as_uri()}\n".encode())
    return 0 if all(chapter.went_well for chapter in chapters) else COULD_NOT


def _default_folder() -> Path:
    from runbooklab.authoring.project import find_suite

    return reports_folder(find_suite(Path.cwd()), None) / "demo"


def _chapter(lab: Lab[Any], system: DemoSystem, incident: Incident[Any], folder: Path) -> Chapter:
    from runbooklab.lab.demo import Chapter

    to_stderr(f"\n{incident.title}. {incident.broken}")
    system.refresh()
    incident.break_it(system)
    before = _run(lab, system, incident.id, folder)
    _fix(system, incident, before)
    to_stderr(f"  {incident.fixed}")
    system.refresh()
    after = _run(lab, system, incident.id, folder)
    difference = folder / f"{incident.id}.html"
    _compare(before, after, difference)
    return Chapter(incident, before, after, difference)


def _fix(system: DemoSystem, incident: Incident[Any], before: Run) -> None:
    primary = before.diagnosis.primary
    if incident.fix is not None:
        incident.fix(system)
    elif primary is not None and primary.id == incident.cause and primary.remedy is not None:
        system.run_commands(primary.remedy.commands)


def _run(lab: Lab[Any], system: DemoSystem, incident: str, folder: Path) -> Run:
    """A run of the runbook, as ``runbook run`` makes it."""
    from runbooklab.commands.own_process import run_here
    from runbooklab.errors import UserError
    from runbooklab.execution import Request
    from runbooklab.lab.demo import Run

    own: dict[str, Any] = {**system.parameters, "incident": incident}
    invocation = choose(lab.runbook, [(name, str(value)) for name, value in own.items()], (), None)
    started = time.monotonic()
    result = run_here(Request(invocation, folder), lambda _: None)
    if result.stopped:
        raise click.Abort
    if result.folder is None:
        raise UserError(result.problem or "the report could not be written", folder)
    to_stderr(f"  {result.diagnosis.verdict.upper()}: {result.diagnosis.summary}")
    return Run(result.diagnosis, time.monotonic() - started, result.folder)


def _compare(before: Run, after: Run, path: Path) -> None:
    from runbooklab.archive.comparison import compare
    from runbooklab.archive.stored import read_run
    from runbooklab.commands.diff import write_page

    old, new = read_run(before.folder), read_run(after.folder)
    write_page(path, compare(old.diagnosis, old.evidence, new.diagnosis, new.evidence))


def _page(folder: Path, shown: Demo[Any], chapters: list[Chapter], took_s: float) -> Path:
    from runbooklab.errors import UserError
    from runbooklab.lab.demo import write_page

    path = folder / "demo.html"
    try:
        write_page(path, shown, chapters, folder / "index.html", took_s)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    return path
