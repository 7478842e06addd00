"""``runbook import``: what it writes, what it prints, what it never does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from foreign_runbooks import SAMPLE
from stored_runs import call

COULD_NOT = 3


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder, beside a wiki with two pages."""
    wiki = tmp_path / "wiki"
    (wiki / "shop").mkdir(parents=True)
    (wiki / "shop" / "OrdersLate.md").write_text(SAMPLE.replace("other.md", "../Disk.md"))
    (wiki / "Disk.md").write_text("# Disk\n\n## More\n\n```bash\ndf -h /\n```\n")
    for name in ("runbooks", "configs", "notebooks"):
        (tmp_path / "project" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


WIKI = Path("../wiki")


def test_a_file_becomes_a_runbook_that_lints_and_builds(project, monkeypatch, capsys):
    """Its path is on stdout; each block, the counts and what to do next are on stderr."""
    assert call(monkeypatch, "import", WIKI / "Disk.md") == 0
    out, err = capsys.readouterr()
    assert out == f"{project / 'runbooks' / 'disk.md'}\n"
    assert err.splitlines() == [
        "Disk.md:6: check more-df: df -h / (disk)",
        "disk: 1 live check, 0 remedies, 0 texts",
        "Read it, then: runbook lint && runbook build && runbook open disk",
    ]
    assert call(monkeypatch, "build") == 0


def test_a_folder_becomes_runbooks_that_know_each_other(project, monkeypatch, capsys):
    """One for each file below it, a line for each on stderr, links between them rewritten."""
    assert call(monkeypatch, "import", WIKI) == 0
    err = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in err] == ["disk", "orders-late", "all"]
    assert err[-1].startswith("all: 6 live checks, 1 remedy, ")
    text = (project / "runbooks" / "orders-late.md").read_text()
    assert "[the other page](../runbooks/disk.md#more)" in text
    assert "related:\n  - disk\n" in text
    assert call(monkeypatch, "build") == 0


def test_a_plan_writes_nothing(project, monkeypatch, capsys):
    """It lists each block with its line, what it would become, and why."""
    assert call(monkeypatch, "import", WIKI, "--plan") == 0
    out = capsys.readouterr().out
    assert "Disk.md:6: check more-df: df -h / (disk)\n" in out
    assert "shop/OrdersLate.md:32: text: uptime (it is typed in the shell that line 31 opens)\n" in out
    assert list((project / "runbooks").iterdir()) == []


def test_a_second_import_shows_what_changed_and_keeps_edits(project, monkeypatch, capsys):
    """Nothing to do, then a difference, then a refusal that says what to do."""
    page, written = project.parent / "wiki" / "Disk.md", project / "runbooks" / "disk.md"
    assert call(monkeypatch, "import", page) == 0
    capsys.readouterr()
    assert call(monkeypatch, "import", page) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "disk.md: is as imported; nothing changed" in err
    page.write_text(page.read_text().replace("df -h /", "df -h /var"))
    assert call(monkeypatch, "import", page) == 0
    out = capsys.readouterr().out
    assert "-disk: /\n" in out
    assert "+disk: /var\n" in out
    assert out.endswith(f"{written}\n")
    edited = written.read_text() + "\nMy own words.\n"
    written.write_text(edited)
    assert call(monkeypatch, "import", page) == 0
    assert "was edited here, and its source is as it was: the edits stay" in capsys.readouterr().err
    page.write_text(page.read_text().replace("/var", "/srv"))
    assert call(monkeypatch, "import", page) == COULD_NOT
    out, err = capsys.readouterr()
    assert "+disk: /srv\n" in out
    assert re.search(r"^runbook: .*disk\.md: was edited since it was imported; carry over", err, re.MULTILINE)
    assert written.read_text() == edited


def test_a_difference_acts_on_no_terminal(project, monkeypatch, capsys):
    """Control characters of a source are shown as such, not sent to the terminal."""
    assert call(monkeypatch, "import", WIKI / "Disk.md") == 0
    (WIKI / "Disk.md").write_text("# Disk\n\nA \x1b]0;title\x07 \x1b[2J word.\n")
    assert call(monkeypatch, "import", WIKI / "Disk.md") == 0
    said = capsys.readouterr()
    assert "2J word." in said.out
    assert "\x1b" not in said.out + said.err


def test_imports_at_once_leave_whole_runbooks(project):
    """Two people import the same pages into a folder that is not there yet: both succeed, nothing is half."""
    words = [sys.executable, "-m", "runbooklab", "import", str(WIKI), "-o", "new/runbooks"]
    started = [subprocess.Popen(words, cwd=project, stderr=subprocess.PIPE) for _ in range(4)]
    said = [each.communicate(timeout=100)[1].decode() for each in started]
    assert [each.returncode for each in started] == [0] * 4, said
    left = sorted(path.name for path in (project / "new" / "runbooks").iterdir())
    assert left == ["disk.md", "orders-late.md"]


def test_a_runbook_of_another_origin_is_never_touched(project, monkeypatch, capsys):
    """Whatever is at that path."""
    there = project / "runbooks" / "disk.md"
    there.write_text("mine")
    assert call(monkeypatch, "import", WIKI / "Disk.md") == COULD_NOT
    assert "disk.md: exists and was not imported" in capsys.readouterr().err
    assert there.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("bad.md", b"# T\n\xff\n", "bad.md:2: is not UTF-8 text; save it as UTF-8"),
        ("large.md", b"a\n" * (1 << 20) + b"a", "cannot be read: it is larger than 2 MiB"),
    ],
)
def test_what_cannot_be_read_is_one_line(project, monkeypatch, capsys, name, data, said):
    """What, where, what to do."""
    (project / name).write_bytes(data)
    assert call(monkeypatch, "import", name) == COULD_NOT
    err = capsys.readouterr().err
    assert said in err
    assert list((project / "runbooks").iterdir()) == []


def test_a_bad_file_in_a_folder_stops_no_other(project, monkeypatch, capsys):
    """The others are written, and the exit status says that one was not."""
    (project.parent / "wiki" / "bad.md").write_bytes(b"\xff")
    assert call(monkeypatch, "import", WIKI) == COULD_NOT
    assert "runbook: bad.md:1: is not UTF-8 text; save it as UTF-8" in capsys.readouterr().err
    assert {path.stem for path in (project / "runbooks").iterdir()} == {"disk", "orders-late"}


def test_a_folder_without_markdown_and_a_missing_file(project, monkeypatch, capsys):
    """Each is one line."""
    assert call(monkeypatch, "import", "configs") == COULD_NOT
    assert "holds no Markdown file" in capsys.readouterr().err
    assert call(monkeypatch, "import", "nowhere.md") == COULD_NOT
    assert "nowhere.md: cannot be read: No such file or directory" in capsys.readouterr().err


def test_outside_of_a_project_a_folder_must_be_named(tmp_path, monkeypatch, capsys):
    """With -o any folder will do, and is made."""
    (tmp_path / "a.md").write_text("# A\n")
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "import", "a.md") == COULD_NOT
    assert "is in no project" in capsys.readouterr().err
    assert call(monkeypatch, "import", "a.md", "-o", "new/runbooks") == 0
    assert (tmp_path / "new" / "runbooks" / "a.md").is_file()


def test_what_the_project_adds_to_the_table_counts(project, monkeypatch, capsys):
    """A program of the house becomes live by configs/commands.yaml, and by no runbook."""
    page = project.parent / "wiki" / "Own.md"
    page.write_text("# Own\n\n```bash\nour-own-tool status\n```\n")
    assert call(monkeypatch, "import", page, "--plan") == 0
    assert "0 live checks" in capsys.readouterr().out
    (project / "configs" / "commands.yaml").write_text("reads:\n  - our-own-tool status\n")
    assert call(monkeypatch, "import", page, "--plan") == 0
    assert "1 live check" in capsys.readouterr().out


def test_two_processes_write_the_same_bytes(project):
    """There is no chance in the order of anything."""
    written = []
    for seed in ("1", "2"):
        command = [sys.executable, "-m", "runbooklab", "import", WIKI, "-o", f"out-{seed}"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60)
        written.append({path.name: path.read_bytes() for path in (project / f"out-{seed}").iterdir()})
    assert written[0] == written[1]
    assert set(written[0]) == {"disk.md", "orders-late.md"}


#: Imports under an audit hook and prints every event that reaches beyond this process.
WATCHED = """
import os, sys
from runbooklab.commands.group import runbook

seen = []
WATCHED = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "os.kill",
           "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "os.remove", "os.rmdir",
           "os.mkdir", "os.rename", "os.truncate", "os.chmod", "os.link", "os.symlink", "ctypes.dlopen")

def hook(event, arguments):
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    if event == "open" and isinstance(arguments[0], str) and (arguments[2] or 0) & writes:
        seen.append(f"open {arguments[0]}")
    elif event.startswith(WATCHED):
        seen.append(f"{event} {arguments[0] if arguments else ''}")

sys.dont_write_bytecode = True
sys.addaudithook(hook)
status = runbook.main(sys.argv[1:], standalone_mode=False)
print("\\n".join(seen), file=sys.stderr)
sys.exit(status or 0)
"""


def test_import_runs_nothing_and_reaches_nothing(project):
    """Of all that reaches beyond the process, only the writing of the runbook remains."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, "import", WIKI / "shop" / "OrdersLate.md"],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    written = str(project / "runbooks")
    events = done.stderr.split("runbook open orders-late\n", 1)[1].splitlines()
    assert {line.split()[0] for line in events if line} == {"open", "os.rename"}
    assert [line for line in events if written not in line and line] == []
