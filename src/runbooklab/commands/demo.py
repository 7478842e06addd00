"""``runbook demo``: a real Redis of this machine, broken in three ways, reported, fixed, reported again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbooklab.commands.output import to_stdout
from runbooklab.commands.target_options import choose, reports_folder

if TYPE_CHECKING:
    from runbooklab.domains.redis.lab.demo import DemoSystem, Incident
    from runbooklab.domains.redis.lab.demo_page import Chapter, Look

SLUG = "redis-connection"
COULD_NOT = 3


@click.command()
@click.option(
    "--reports", type=click.Path(path_type=Path), metavar="DIR",
    help="Where the reports and the page go; reports/demo if not given.",
)  # fmt: skip
def demo(reports: Path | None) -> int:
    """Break a Redis in three ways, and see each named, fixed and looked at again.

    It takes half a minute and needs no Docker: a redis-server of this machine is started for it on a free
    port of 127.0.0.1, and ended. Progress goes to stderr, the path of the page to stdout. Exit status: 0 if
    every incident was named and fixed, else 3.

    \b
    Example:
      runbook demo
    """
    from runbooklab.domains.redis.lab.demo import INCIDENTS, DemoSystem
    from runbooklab.domains.redis.lab.server_program import NotHere, server_identity
    from runbooklab.errors import UserError

    folder = reports.absolute() if reports else _default_folder()
    started = time.monotonic()
    try:
        with DemoSystem() as system:
            chapters = tuple(_chapter(system, incident, folder) for incident in INCIDENTS)
            server = server_identity()
    except NotHere as lack:
        raise UserError(
            f"the demo {lack}", hint="install redis-server, or run: pip install 'runbooklab[lab]'"
        ) from lack
    page = _page(folder, chapters, server, time.monotonic() - started)
    to_stdout(f"{page.as_uri()}\n".encode())
    return 0 if all(_went_well(*pair) for pair in zip(INCIDENTS, chapters, strict=True)) else COULD_NOT


def _default_folder() -> Path:
    from runbooklab.authoring.project import find_suite

    return reports_folder(find_suite(Path.cwd()), None) / "demo"


def _chapter(system: DemoSystem, incident: Incident, folder: Path) -> Chapter:
    from runbooklab.domains.redis.lab.demo_page import Chapter
    from runbooklab.execution.progress import to_stderr

    to_stderr(f"\n{incident.title}. {incident.broken}")
    system.register_workers()
    incident.break_it(system)
    before = _look(system, incident.id, folder)
    _fix(system, incident, before)
    to_stderr(f"  {incident.fixed}")
    system.register_workers()
    after = _look(system, incident.id, folder)
    difference = folder / f"{incident.id}.html"
    _compare(before, after, difference)
    return Chapter(incident.title, incident.broken, incident.fixed, before, after, difference)


def _fix(system: DemoSystem, incident: Incident, before: Look) -> None:
    primary = before.diagnosis.primary
    if incident.fix is not None:
        incident.fix(system)
    elif primary is not None and primary.id == incident.cause and primary.remedy is not None:
        system.run_commands(primary.remedy.commands)


def _look(system: DemoSystem, incident: str, folder: Path) -> Look:
    """A run of the runbook, as ``runbook run`` makes it."""
    from runbooklab.commands.stop_signals import stopped_by_signals
    from runbooklab.domains.redis.lab.demo_page import Look
    from runbooklab.errors import UserError
    from runbooklab.execution.progress import to_stderr
    from runbooklab.execution.runner import Request, run

    own: dict[str, Any] = {**system.parameters, "incident": incident}
    choice = choose(SLUG, [(name, str(value)) for name, value in own.items()], (), None)
    started = time.monotonic()
    request = Request(
        suite=choice.suite,
        slug=SLUG,
        defaults=choice.defaults,
        given=choice.given,
        secret_names=choice.secret_names,
        reports=folder,
    )
    with stopped_by_signals() as stop:
        result = run(request, lambda _: None, stop)
    if result.folder is None:
        raise UserError(result.problem or "the report could not be written", folder)
    to_stderr(f"  {result.diagnosis.verdict.upper()}: {result.diagnosis.summary}")
    return Look(result.diagnosis, time.monotonic() - started, result.folder)


def _compare(before: Look, after: Look, path: Path) -> None:
    from runbooklab.archive.comparison import compare
    from runbooklab.archive.stored import read_run
    from runbooklab.commands.diff import write_page

    one, other = read_run(before.folder), read_run(after.folder)
    write_page(path, compare(one.diagnosis, one.evidence, other.diagnosis, other.evidence))


def _page(folder: Path, chapters: tuple[Chapter, ...], server: str, took_s: float) -> Path:
    from runbooklab.domains.redis.lab.demo_page import write_demo
    from runbooklab.errors import UserError

    path = folder / "demo.html"
    try:
        write_demo(path, chapters, folder / "index.html", server, took_s)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror or error}", path) from None
    return path


def _went_well(incident: Incident, chapter: Chapter) -> bool:
    """The injected cause was named as the primary one, and the target was healthy after the fix."""
    primary = chapter.before.diagnosis.primary
    named = primary is not None and primary.id == incident.cause
    return named and chapter.after.diagnosis.verdict == "ok"
