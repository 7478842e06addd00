"""``runbook open``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import quote

import click

from runbooklab.commands.output import to_stderr


@click.command("open")
@click.argument("what", metavar="SLUG|REPORT")
@click.option("--no-browser", is_flag=True, help="Print the address only.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on, on this host only.")
@click.option(
    "--extract", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
    help="For a REPORT: write the replay there and start nothing.",
)  # fmt: skip
def open_runbook(what: str, no_browser: bool, port: int | None, extract: Path | None) -> None:
    """Open a notebook in JupyterLab. Stop it with Ctrl-C.

    A SLUG opens that runbook's notebook. A REPORT (a report.html, a report.ipynb or a run's folder) opens
    the notebook of that run in replay mode: its cells run against the stored evidence and touch nothing.
    The cells are those of the file: open only what you would run.

    \b
    Examples:
      runbook open redis-connection
      runbook open redis-connection --no-browser --port 8899
      runbook open report.html
      runbook open report.html --extract replay
    """
    if not _is_path(what):
        if extract is not None:
            raise click.UsageError("--extract is for a report, not for a runbook")
        root, notebook = _of_runbook(what)
    else:
        notebook = _of_report(Path(what), extract)
        root = notebook.parent
        if extract is not None:
            click.echo(str(notebook))
            return
        _replay_all(root)
    _become_lab(root, notebook, no_browser=no_browser, port=port)


def _replay_all(folder: Path) -> None:
    """All notebooks in this JupyterLab replay the run in ``folder``."""
    from runbooklab.notebook.scratch import REPLAY_VARIABLE

    os.environ[REPLAY_VARIABLE] = str(folder)


def _is_path(what: str) -> bool:
    """A slug is one word of small letters, digits and hyphens; a folder of that name is named ``./slug``."""
    from runbooklab.authoring.project import SLUG

    return not SLUG.fullmatch(what)


def _of_runbook(slug: str) -> tuple[Path, Path]:
    from runbooklab.authoring.project import find_suite
    from runbooklab.errors import UserError

    suite = find_suite(Path.cwd())
    suite.require(slug)
    notebook = suite.notebook(slug)
    if not notebook.is_file():
        raise UserError("does not exist", notebook, hint="compile it with `runbook build`")
    return suite.root, notebook


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


def _become_lab(root: Path, notebook: Path, *, no_browser: bool, port: int | None) -> None:
    """Become JupyterLab, which serves ``root`` to this host and shows ``notebook``."""
    options = [
        *(["--no-browser"] if no_browser else []),
        *([f"--ServerApp.port={port}"] if port is not None else []),
        # Jupyter refuses root because a server may be open to others; this one only listens on this host.
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    os.chdir(root)
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", "--ServerApp.ip=127.0.0.1",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.relative_to(root).as_posix())}", *options,
    ]  # fmt: skip
    sys.stdout.flush()
    os.execv(sys.executable, command)  # noqa: S606 # our own interpreter, no shell
