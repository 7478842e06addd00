"""``runbook open``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from runbooklab.commands.jupyterlab import become_lab, forget_other_lab, hand_over, prepare_working_copy
from runbooklab.commands.output import to_stderr
from runbooklab.commands.target_options import (
    choose,
    incident_option,
    reports_folder,
    say_if_older,
    value_options,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runbooklab.authoring.invocation import Invocation
    from runbooklab.authoring.parameters import Value


class _Wanted(NamedTuple):
    """The options that only a working copy has."""

    pairs: tuple[tuple[str, str], ...]
    files: tuple[Path, ...]
    target: str | None
    incident: str | None
    folder: Path | None
    fresh: bool


@click.command("open")
@click.argument("what", metavar="SLUG|REPORT")
@value_options
@incident_option("The incident it is opened for; without it, one of its own.")
@click.option(
    "--dir", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="Where the incident's folder is made, instead of reports/incidents.",
)  # fmt: skip
@click.option("--fresh", is_flag=True, help="Write a new working copy beside the one that is there.")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, on this host only.")
@click.option(
    "--extract", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="For a REPORT: write the replay there and start nothing.",
)  # fmt: skip
def open_runbook(
    what: str,
    pairs: tuple[tuple[str, str], ...],
    files: tuple[Path, ...],
    target: str | None,
    incident: str | None,
    folder: Path | None,
    fresh: bool,
    no_browser: bool,
    port: int | None,
    extract: Path | None,
) -> None:
    """Open a notebook in JupyterLab. Stop it with Ctrl-C.

    A SLUG opens a working copy of that runbook's notebook: reports/incidents/<incident>/<slug>.ipynb, with
    the values given in its parameters. Opened again for the same incident, it goes on where it was; if a
    JupyterLab still has it open, that one is shown. A password is never written to it: the notebook has a
    token in its place.

    A REPORT (a report.html, a report.ipynb or a run's folder) opens the notebook of that run in replay
    mode: its cells run against the stored evidence and touch nothing. The cells are those of the file:
    open only what you would run.

    \b
    Examples:
      runbook open redis-connection
      runbook open redis-connection --incident INC-42 -p redis_url redis://localhost:6380
      runbook open redis-connection --target staging --no-browser --port 8899
      runbook open redis-connection --incident INC-42 --fresh
      runbook open report.html
      runbook open report.html --extract replay
    """
    forget_other_lab()
    wanted = _Wanted(pairs, files, target, incident, folder, fresh)
    if not _is_path(what):
        if extract is not None:
            raise click.UsageError("--extract is for a report, not for a runbook")
        root, notebook, options = _working_copy(what, wanted, no_browser=no_browser)
    else:
        if any(wanted):
            raise click.UsageError(
                "a report is replayed as it is: only a runbook takes values and an incident"
            )
        notebook, options = _of_report(Path(what), extract), ()
        root = notebook.parent
        if extract is not None:
            click.echo(str(notebook))
            return
        _replay_all(root)
    become_lab(root, notebook, no_browser=no_browser, port=port, options=options)


def _replay_all(folder: Path) -> None:
    """All notebooks in this JupyterLab replay the run in ``folder``."""
    from runbooklab.notebook.scratch import REPLAY_VARIABLE

    os.environ[REPLAY_VARIABLE] = str(folder)


def _is_path(what: str) -> bool:
    """A slug is one word of small letters, digits and hyphens; a folder of that name is named ``./slug``."""
    from runbooklab.authoring.project import SLUG

    return not SLUG.fullmatch(what)


def _working_copy(slug: str, wanted: _Wanted, *, no_browser: bool) -> tuple[Path, Path, tuple[str, ...]]:
    """JupyterLab's root, the working copy in it, and options for JupyterLab."""
    from runbooklab.errors import UserError
    from runbooklab.execution import parameters_without_secrets
    from runbooklab.incident.folder import INCIDENTS, checked_id, own_id
    from runbooklab.incident.working_copy import newest_copy, open_copy
    from runbooklab.notebook.target import names_given
    from runbooklab.redaction import Vault

    invocation = choose(slug, wanted.pairs, wanted.files, wanted.target)
    suite, compiled = invocation.suite, invocation.suite.notebook(slug)
    if not compiled.is_file():
        raise UserError("does not exist", compiled, hint="compile it with `runbook build`")
    say_if_older(suite, slug)
    incident = checked_id(wanted.incident or str(invocation.given.get("incident") or "") or own_id())
    vault = Vault()
    given = {**invocation.given, **_incident_value(invocation, incident)}
    vault.reserve((*names_given(given, invocation.rules), slug), own=True)
    values = parameters_without_secrets(given, invocation.secret_names, vault)
    parent = (wanted.folder or reports_folder(suite, None) / INCIDENTS).absolute()
    if not wanted.fresh:
        _show_if_open(newest_copy(parent, slug, incident), values, incident, no_browser=no_browser)
    opened = open_copy(compiled, slug, values, parent, incident, fresh=wanted.fresh)
    _say(opened.path, incident, is_new=opened.is_new)
    if values != given and not hand_over(vault.export()):
        to_stderr("The password typed is not written; the notebook asks for it.")
    root = suite.root if suite.root in opened.path.parents else parent
    return root, opened.path, prepare_working_copy(root, opened.path, suite.root)


def _show_if_open(
    notebook: Path | None, values: Mapping[str, Value], incident: str, *, no_browser: bool
) -> None:
    """Show a working copy in the JupyterLab that has it open, and end; return if none has."""
    import webbrowser

    from runbooklab.commands.already_open import address_of_open
    from runbooklab.incident.working_copy import refuse_other_values

    address = address_of_open(notebook) if notebook else ""
    if notebook is None or not address:
        return
    refuse_other_values(notebook, values)
    to_stderr(f"Incident {incident} is open already, at {address}")
    if not no_browser:
        webbrowser.open(address)
    click.get_current_context().exit()


def _incident_value(invocation: Invocation, incident: str) -> dict[str, str]:
    """The incident as a value, if the runbook has a parameter for it: its reports then name it."""
    return {"incident": incident} if "incident" in {row.name for row in invocation.parameters} else {}


def _say(path: Path, incident: str, *, is_new: bool) -> None:
    told = "is in" if is_new else "goes on in"
    to_stderr(f"Incident {incident} {told} {path}")


def _of_report(path: Path, extract: Path | None) -> Path:
    """The replay's notebook, written into ``extract`` or a new folder that only this user can enter."""
    import tempfile

    from runbooklab.archive.reopen import stored_notebook, write_replay
    from runbooklab.archive.verify import verify
    from runbooklab.errors import UserError

    run = stored_notebook(path)
    try:
        changed = [f"{part.file}: {part.part}" for part in verify(path).parts if part.state == "changed"]
    except UserError:
        changed = []  # an older report: it holds no digest
    if changed:
        to_stderr(f"This run was changed ({', '.join(changed)}): check its cells before you run them.")
    folder = extract.absolute() if extract else Path(tempfile.mkdtemp(prefix="runbook-replay-"))
    notebook = write_replay(run, folder)
    to_stderr(f"The replay is in {folder}.")
    return notebook
