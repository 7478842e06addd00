"""``runbook open``: what it writes, what it becomes, and what nobody can read afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from runbooklab.cli import COULD_NOT, main
from runbooklab.redaction import Vault

RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
- {name: redis_password, type: str, default: "", secret: true}
- {name: orchestrator_config, type: str, default: configs/o.yaml, help: A path}
- {name: incident, type: str, default: "", help: Its id}
---
# Stub

```{code-cell}
conclude()
```
"""
#: Built here, so that no tool takes the text for a secret of ours.
PASSWORD = "hunter2" + "hunter2"


class Started(NamedTuple):
    """A program that this process would have become."""

    argv: list[str]
    folder: Path
    variables: dict[str, str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """What ``os.execv`` was asked for."""
    calls: list[Started] = []

    def execv(_: str, argv: list[str]) -> None:
        ours = {name: value for name, value in os.environ.items() if name.startswith("RUNBOOKLAB_")}
        calls.append(Started(argv, Path.cwd(), ours))

    monkeypatch.setattr(os, "execv", execv)
    for name in ("JUPYTER_CONFIG_PATH", "RUNBOOKLAB_OPEN", "RUNBOOKLAB_SUITE", "RUNBOOKLAB_LAB_SECRETS"):
        monkeypatch.setenv(name, "")  # so that it is removed when the test ends
        monkeypatch.delenv(name)
    return calls


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built project; the current folder is its root."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # what it trusts is noted there
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "stub.md").write_text(RUNBOOK)
    (tmp_path / "configs" / "targets.yaml").write_text("staging:\n  redis_url: redis://staging:6379\n")
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "build") == 0
    return tmp_path


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Exit status of ``runbook ARGUMENTS`` in this process."""
    monkeypatch.setattr(sys, "argv", ["runbook", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


def parameters(path: Path) -> dict[str, Any]:
    """The values in a notebook's parameters cell."""
    cells = json.loads(path.read_text())["cells"]
    cell = next(cell for cell in cells if "parameters" in cell["metadata"].get("tags", ()))
    values: dict[str, Any] = {}
    exec("".join(cell["source"]), values)
    return values


def test_open_becomes_jupyterlab_on_a_working_copy(suite, monkeypatch, started):
    """It serves the project to this host only, with the working copy named."""
    assert call(monkeypatch, "open", "stub", "--incident", "INC-1", "--no-browser", "--port", "8899") == 0
    ((argv, folder, variables),) = started
    assert folder == suite
    assert argv[:3] == [sys.executable, "-m", "runbooklab.commands.lab_server"]
    assert {
        "--LabApp.default_url=/lab/workspaces/runbook-INC-1/tree/reports/incidents/INC-1/stub.ipynb",
        "--no-browser",
        "--ServerApp.ip=127.0.0.1", "--ServerApp.port=8899",
    } <= set(argv)  # fmt: skip
    assert variables["RUNBOOKLAB_OPEN"] == "reports/incidents/INC-1/stub.ipynb"
    assert variables["RUNBOOKLAB_SUITE"] == str(suite)
    assert "RUNBOOKLAB_LAB_SECRETS" not in variables


def test_jupyterlab_asks_nothing_about_news(suite, monkeypatch, started, tmp_path):
    """The part of JupyterLab that asks is off; a configuration that a user names in this way still counts."""
    theirs = tmp_path / "theirs" / "labconfig"
    theirs.mkdir(parents=True)
    (theirs / "page_config.json").write_text('{"lockedExtensions": {"some-extension": true}}')
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(theirs.parent))
    assert call(monkeypatch, "open", "stub") == 0
    code = (
        "import json\n"
        "from jupyterlab_server.config import get_page_config\n"
        "page = get_page_config([])\n"
        "print(json.dumps([page['disabledExtensions'], page['lockedExtensions']]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    disabled, locked = json.loads(done.stdout)
    assert "@jupyterlab/apputils-extension:announcements" in disabled
    assert "some-extension" in locked


def test_from_a_terminal_of_another_jupyterlab(suite, monkeypatch, started):
    """What that one was told (its notebook, its secrets, its replay) is not passed on."""
    monkeypatch.setenv("RUNBOOKLAB_LAB_SECRETS", "/proc/1/fd/3")
    monkeypatch.setenv("RUNBOOKLAB_OPEN", "another.ipynb")
    monkeypatch.setenv("RUNBOOKLAB_REPLAY", "a-run")
    assert call(monkeypatch, "open", "stub", "--incident", "I") == 0
    assert started[0].variables.keys() & {"RUNBOOKLAB_LAB_SECRETS", "RUNBOOKLAB_REPLAY"} == set()
    assert started[0].variables["RUNBOOKLAB_OPEN"] == "reports/incidents/I/stub.ipynb"


def test_given_values_and_the_incident_are_in_the_copy(suite, monkeypatch, started, capsys):
    """-p overrides -f, which overrides --target; the id is a value too; one line says where the copy is."""
    (suite / "values.yaml").write_text("redis_url: redis://file:6379\n")
    given = ["--target", "staging", "-f", "values.yaml"]
    assert call(monkeypatch, "open", "stub", "--incident", "inc 42/7", *given) == 0
    (path,) = (suite / "reports" / "incidents").glob("*/stub.ipynb")
    assert parameters(path)["redis_url"] == "redis://file:6379"
    assert parameters(path)["incident"] == "inc 42/7"
    assert capsys.readouterr().err == f"Incident inc 42/7 is in {path}\n"
    assert call(monkeypatch, "build", "--check") == 0


def test_without_an_id_each_opening_is_an_incident_of_its_own(suite, monkeypatch, started):
    """Two openings never share a notebook by accident; the id is in the parameters."""
    for _ in range(2):
        assert call(monkeypatch, "open", "stub") == 0
    copies = list((suite / "reports" / "incidents").glob("*/stub.ipynb"))
    assert len(copies) == 2
    assert {parameters(path)["incident"] for path in copies} == {path.parent.name for path in copies}


def test_a_relative_path_is_made_whole(suite, monkeypatch, started):
    """A path typed with -p starts at the current folder, as with ``run``."""
    here = suite / "deep"
    here.mkdir()
    (here / "o.yaml").touch()
    monkeypatch.chdir(here)
    assert call(monkeypatch, "open", "stub", "--incident", "I", "-p", "orchestrator_config", "o.yaml") == 0
    path = suite / "reports" / "incidents" / "I" / "stub.ipynb"
    assert parameters(path)["orchestrator_config"] == str(here / "o.yaml")


def test_another_place_is_served_instead(suite, tmp_path_factory, monkeypatch, started):
    """With --dir outside of the project that folder is the root, and the kernel is told of the suite."""
    other = tmp_path_factory.mktemp("other")
    assert call(monkeypatch, "open", "stub", "--incident", "I", "--dir", str(other)) == 0
    ((argv, folder, variables),) = started
    assert folder == other
    assert "--LabApp.default_url=/lab/workspaces/runbook-I/tree/I/stub.ipynb" in argv
    assert (variables["RUNBOOKLAB_OPEN"], variables["RUNBOOKLAB_SUITE"]) == ("I/stub.ipynb", str(suite))
    assert (other / "I" / "stub.ipynb").is_file()


def test_outside_of_any_project_it_is_below_the_current_folder(tmp_path, monkeypatch, started):
    """The installed suite gets no incident's file."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "open", "redis-connection", "--incident", "I") == 0
    assert (tmp_path / "reports" / "incidents" / "I" / "redis-connection.ipynb").is_file()
    assert started[0].folder == tmp_path / "reports" / "incidents"


@pytest.mark.parametrize(
    ("name", "value"),
    [("redis_url", f"redis://:{PASSWORD}@db:6379/0"), ("redis_password", PASSWORD)],
    ids=["in a URL", "as a secret"],
)
def test_a_password_is_handed_over_and_never_written(suite, monkeypatch, started, name, value):
    """No file, variable or argument holds it; the file without a name does, and the token finds it there."""
    assert call(monkeypatch, "open", "stub", "--incident", "I", "-p", name, value) == 0
    ((argv, _, variables),) = started
    files = [path.read_bytes() for path in suite.rglob("*") if path.is_file()]
    assert not [data for data in files if PASSWORD.encode() in data]
    assert PASSWORD not in repr(argv) + repr(dict(os.environ))
    vault = Vault(b"another key")
    for line in Path(variables["RUNBOOKLAB_LAB_SECRETS"]).read_bytes().splitlines():
        vault.import_(json.loads(line))
    held = parameters(suite / "reports" / "incidents" / "I" / "stub.ipynb")[name]
    assert vault.reveal(held) == value


def test_what_was_handed_over_survives_becoming_another_program(suite):
    """The program that this process becomes can open it; a child of that program finds it by its path."""
    child = (
        "import os, subprocess\n"
        "path = os.environ['RUNBOOKLAB_LAB_SECRETS']\n"
        "print(subprocess.check_output(['cat', path], text=True))\n"
    )
    code = (
        "import os, sys\n"
        "from runbooklab.commands.jupyterlab import hand_over\n"
        "from runbooklab.redaction import Vault\n"
        "vault = Vault(b'key')\n"
        f"vault.learn({PASSWORD!r})\n"
        "assert hand_over(vault.export())\n"
        f"os.execv(sys.executable, [sys.executable, '-c', {child!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["secrets"][0][1] == PASSWORD


def test_without_files_without_a_name_the_notebook_asks(suite, monkeypatch, started, capsys):
    """On such a system the password is in no file either, and the command says what happens."""
    monkeypatch.delattr(os, "memfd_create")
    url = f"redis://:{PASSWORD}@db"
    assert call(monkeypatch, "open", "stub", "--incident", "I", "-p", "redis_url", url) == 0
    assert capsys.readouterr().err.endswith("The password typed is not written; the notebook asks for it.\n")
    assert "RUNBOOKLAB_LAB_SECRETS" not in started[0].variables
    assert not [
        path for path in suite.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()
    ]


def test_the_same_password_goes_on_another_is_refused(suite, monkeypatch, started, capsys):
    """Secrets are compared by their tokens; neither is told."""
    call(monkeypatch, "open", "stub", "--incident", "I", "-p", "redis_url", f"redis://:{PASSWORD}@db")
    assert (
        call(monkeypatch, "open", "stub", "--incident", "I", "-p", "redis_url", f"redis://:{PASSWORD}@db")
        == 0
    )
    capsys.readouterr()
    other = f"redis://:{PASSWORD}x@db"
    assert call(monkeypatch, "open", "stub", "--incident", "I", "-p", "redis_url", other) == COULD_NOT
    said = capsys.readouterr().err
    assert "other values of redis_url" in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["open", "stub", "--incident", " "], "an incident's id cannot be empty"),
        (["open", "stub", "--incident", "a\nb"], "one line without control characters"),
        (["open", "stub", "-p", "redis_ulr", "x"], "did you mean 'redis_url'?"),
        (["open", "stub", "--target", "nowhere"], "there is no target 'nowhere'"),
        (["open", "stub", "--dir", "configs/targets.yaml"], "is a file"),
        (["open", "report.html", "-p", "redis_url", "x"], "only a runbook takes values"),
        (["open", "report.html", "--fresh"], "only a runbook takes values"),
        (["open", "stub", "--extract", "x"], "--extract is for a report"),
    ],
)
def test_mistakes_are_one_line_and_start_nothing(suite, monkeypatch, started, capsys, arguments, said):
    """A mistake ends with status 3 and one line, and no folder is made."""
    assert call(monkeypatch, *arguments) == COULD_NOT
    captured = capsys.readouterr()
    assert (captured.out, len(captured.err.strip().splitlines())) == ("", 1)
    assert said in captured.err
    assert started == []
    assert not (suite / "reports").exists()


def test_the_server_starts_without_the_slow_import() -> None:
    """JupyterLab is run without the grammar that jsonschema would build for one URI format."""
    code = """if True:
        import sys
        from runbooklab.commands.lab_server import main
        sys.argv = ["lab", "--version"]
        try:
            main()
        finally:
            assert sys.modules["rfc3987_syntax"] is None
    """
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.strip()


@pytest.mark.parametrize(
    "left",
    [b"\xff", b"[]", b'{"pid": %d}' % os.getpid(), b"{"],
    ids=["no text", "a list", "no address", "cut"],
)
def test_what_a_server_left_behind_keeps_nobody_from_opening(suite, monkeypatch, started, left):
    """A file of a running server that is damaged, or leads nowhere, has nothing open."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(suite / "runtime"))
    (suite / "runtime").mkdir()
    (suite / "runtime" / "jpserver-1.json").write_bytes(left)
    for _ in range(2):
        assert call(monkeypatch, "open", "stub", "--incident", "I") == 0
    assert len(started) == 2


def test_no_command_waits_for_the_slow_import(suite: Path) -> None:
    """Nor do the commands, even if what they use (nbformat) would import it."""
    code = """if True:
        import sys
        from runbooklab.cli import main
        sys.argv = ["runbook", "build", "--check"]
        try:
            main()
        finally:
            assert "nbformat" in sys.modules
            assert sys.modules["rfc3987_syntax"] is None
    """
    done = subprocess.run([sys.executable, "-c", code], cwd=suite, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("ending", "status"), [("pass", 0), ("sys.exit(3)", 3), ("sys.exit('no')", 1)])
def test_a_thread_does_not_outlive_jupyterlab(ending: str, status: int) -> None:
    """After a stop during its start, a worker of Jupyter's may wait for ever; its status is JupyterLab's."""
    code = (
        "import sys, threading, time\n"
        "from jupyterlab import labapp\n"
        "from runbooklab.commands import lab_server\n"
        "lab_server.PATIENCE_S = 0.1\n"
        "def run():\n"
        "    threading.Thread(target=time.sleep, args=(60,)).start()\n"
        f"    {ending}\n"
        "labapp.main = run\n"
        "lab_server.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30, check=False)
    assert done.returncode == status
