"""A run changes nothing of its process, so that a service can have several at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from process_state import changes, changes_in

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: Programs of their own: nobody else is in their process.
PROGRAMS = {
    "cli": "the command line's edge: its streams, its signals, its end",
    "commands": "the command line",
    "execution.kernel": "the kernel process, which one run has for itself",
    "jupyter.kernel": "the kernel process of one notebook",
    "jupyter.extension": "the process of Jupyter's server, which hands its environment to kernels",
    "observe.command.launcher": "a process that becomes the program that a script names",
    "execution.die_with_parent": "a process that becomes a browser's, or the kernel process",
}

#: Everywhere else: what is changed -> why no run can notice another's.
ALLOWED = {
    "execution.plain_papermill: signal.signal": (
        "only under papermill's own command line, which would leave its kernel behind when it is asked to end"
    ),
    "notebook.scratch: os.environ.pop": (
        "in the kernel process: the programs that a cell starts must not get the secrets"
    ),
    "notebook.watch: global _under_way": "in the kernel process: there is one watch at a time",
    "files.temporary: _OWN.add": (
        "what the command line removes as it gives up, and what this process takes for nobody's leftovers"
    ),
    "files.temporary: _OWN.discard": "as above",
    "model.from_json: _DECODERS[...]": "one for each type of record, made under a lock",
    "lab.ports: _given.add": "the lab hands each free port of this host out once; no run uses it",
    "slow_imports: sys.modules.setdefault": "called by the command line and the JupyterLab that it becomes",
    "domain.probe: _LIBRARIES.setdefault": "a lock for an import, and imports are the process's",
}


def program_of(change: str) -> str:
    """The program of its own that a change is part of, else ""."""
    module = change.partition(":")[0]
    return next((name for name in PROGRAMS if f"{module}.".startswith(f"{name}.")), "")


def test_no_run_changes_what_others_share():
    """Outside of programs of their own each change of the process's state is listed, with its reason."""
    found = changes_in(SOURCE, "runbooklab")
    assert sorted(change for change in found - set(ALLOWED) if not program_of(change)) == []


def test_the_list_of_exceptions_only_shrinks():
    """Each entry of the list, and each program of its own, still changes something."""
    found = changes_in(SOURCE, "runbooklab")
    assert sorted(set(ALLOWED) - found) == []
    assert set(map(program_of, found)) - {""} == set(PROGRAMS)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import signal\nsignal.signal(2, f)", "signal.signal"),
        ("from signal import signal as handle\nhandle(2, f)", "signal.signal"),
        ("import os as system\nsystem.chdir('/')", "os.chdir"),
        ("import os\nos.umask(0)", "os.umask"),
        ("import os\nos.environ['A'] = ''", "os.environ[...]"),
        ("from os import environ\ndel environ['A']", "os.environ[...]"),
        ("import os\nos.environ.update(A='')", "os.environ.update"),
        ("import os\nos.environ |= {}", "os.environ"),
        ("import sys\nsys.stdout = f", "sys.stdout"),
        ("import sys\nsetattr(sys, name, f)", "setattr sys"),
        ("import sys\nsys.modules['a'] = None", "sys.modules[...]"),
        ("import tempfile\ntempfile.tempdir = 'x'", "tempfile.tempdir"),
        ("import warnings\nwith warnings.catch_warnings(): ...", "warnings.catch_warnings"),
        ("import locale\nlocale.setlocale(locale.LC_ALL, '')", "locale.setlocale"),
        ("N = 0\ndef f():\n    global N\n    N = 1", "global N"),
        ("SEEN: set[str] = set()\ndef f(a): SEEN.add(a)", "SEEN.add"),
        ("KEPT = {}\ndef f(a):\n    KEPT[a], b = 1, 2", "KEPT[...]"),
    ],
)
def test_a_change_is_found(source, expected):
    """However the module that holds the state was imported."""
    assert list(changes(source)) == [expected]


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ.get('A')",
        "import os\nhome = {**os.environ, 'A': ''}",
        "def f():\n    seen = set()\n    seen.add(1)",
        "class A:\n    def f(self): self.stdout = 1",
        "import signal\nsignal.getsignal(2)",
        "from functools import cache\n@cache\ndef f(): ...",
    ],
)
def test_what_changes_nothing_of_the_process_is_left_alone(source):
    """Reading, what is a function's or an object's own, and the cache of a pure function."""
    assert list(changes(source)) == []
