"""Commands about what a runbook declares: what may be written, what would be sent, what is trusted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import find_suite
from runbooklab.authoring.trust import digest_of, trusted
from runbooklab.authoring.trust import trust as write
from runbooklab.domains.generic.catalogue import starters
from stored_runs import call

COULD_NOT = 3
#: Runs a command under an audit hook, and prints what reached beyond this process.
WATCHED = """
import sys
from runbooklab.commands.group import runbook

seen = []
WATCHED = ("subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "socket.connect",
           "socket.getaddrinfo", "socket.sendto")
sys.addaudithook(lambda event, arguments: seen.append(event) if event.startswith(WATCHED) else None)
status = runbook.main(sys.argv[1:], standalone_mode=False)
print(seen, file=sys.stderr)
sys.exit(status or 0)
"""

MAINTENANCE = """---
title: Maintenance
parameters:
  - {name: folder, type: str, default: "files"}
  - {name: apply, type: str, default: ""}
uses: []
---

# Maintenance

```{code-cell}
diagnose()
```

```{check} flag
title: Maintenance file
file: ${folder}/maintenance
fail: exists
pass: not exists
```

```{cause} left
title: Left in maintenance
when: flag.exists
fix: [end]
```

```{remedy} end
title: End the maintenance
run: rm ${folder}/maintenance
changes: The file is gone.
risk: low
```

```{code-cell}
resolve()
```

```{code-cell}
conclude()
```
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in maintenance, which is the current folder; the folder's name has a space."""
    for name in ("runbooks", "configs", "my files"):
        (tmp_path / name).mkdir()
    (tmp_path / "my files" / "maintenance").write_text("back on Monday")
    (tmp_path / "runbooks" / "maintenance.md").write_text(MAINTENANCE)
    monkeypatch.chdir(tmp_path)
    assert call(monkeypatch, "build") == 0
    return tmp_path


def test_a_remedy_is_carried_out_if_its_runbook_is_trusted_and_never_before(project, monkeypatch, capsys):
    """`--apply` is refused until a person trusts what the runbook declares; then the fault is gone."""
    flag = project / "my files" / "maintenance"
    assert call(monkeypatch, "build") == 0
    arguments = ("run", "maintenance", "-p", "folder", "my files", "--apply", "end")
    assert call(monkeypatch, *arguments) == COULD_NOT
    assert "refused: rm 'my files'/maintenance" in capsys.readouterr().err
    assert flag.exists()
    assert call(monkeypatch, "trust", "maintenance", "--yes") == 0
    assert "rm files/maintenance" in capsys.readouterr().err
    assert call(monkeypatch, *arguments) == 0
    assert "done: rm 'my files'/maintenance" in capsys.readouterr().err
    assert not flag.exists()


@pytest.mark.parametrize(("cell", "folder"), [("diagnose()", "my files"), ("resolve()", "-f")])
def test_a_remedy_that_was_asked_for_is_never_passed_over(project, monkeypatch, capsys, cell, folder):
    """Without a cell that carries it out, or with a value that makes no plan: that is said."""
    path = project / "runbooks" / "maintenance.md"
    path.write_text(MAINTENANCE.replace("resolve()", cell))
    (project / "-f").mkdir()
    (project / "-f" / "maintenance").touch()
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "trust", "maintenance", "--yes") == 0
    assert call(monkeypatch, "run", "maintenance", "-p", "folder", folder, "--apply", "end") == COULD_NOT
    assert "not applied: end" in capsys.readouterr().err
    assert (project / folder / "maintenance").exists()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("rm ${folder}/maintenance", "rm -r ${folder}"), ('default: "files"', "default: x")],
)
def test_a_change_takes_the_trust_away(project, monkeypatch, capsys, was, becomes):
    """Whatever the runbook declares otherwise, or has for a default, it has to be trusted again."""
    assert call(monkeypatch, "trust", "maintenance", "--yes") == 0
    path = project / "runbooks" / "maintenance.md"
    path.write_text(MAINTENANCE.replace(was, becomes))
    assert path.read_text() != MAINTENANCE
    assert call(monkeypatch, "trust", "maintenance", "--yes") == COULD_NOT  # of the notebook as it is
    assert "was not compiled as it is now" in capsys.readouterr().err
    assert call(monkeypatch, "build") == 0
    arguments = ("run", "maintenance", "-p", "folder", "my files", "--apply", "end")
    assert call(monkeypatch, *arguments) == COULD_NOT
    assert "refused" in capsys.readouterr().err
    assert (project / "my files" / "maintenance").exists()


def test_trust_can_be_taken_back_and_is_asked_for(project, monkeypatch, capsys):
    """Without a yes nothing is trusted, and `--remove` takes the line out."""
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115, PTH123 # nobody answers
    assert call(monkeypatch, "trust", "maintenance") != 0
    assert not (project / "configs" / "trusted.yaml").exists()
    assert call(monkeypatch, "trust", "maintenance", "--yes") == 0
    assert "maintenance: " in (project / "configs" / "trusted.yaml").read_text()
    assert call(monkeypatch, "trust", "maintenance", "--remove") == 0
    assert "maintenance: " not in (project / "configs" / "trusted.yaml").read_text()


def test_people_who_trust_at_once_lose_no_line(project):
    """What each of several processes trusts is trusted in the end, and what one took back is not."""
    suite = find_suite(project)
    names = [f"r-{number}" for number in range(8)]
    write(suite, "gone", "0")
    program = (
        "import sys; from pathlib import Path\n"
        "from runbooklab.authoring.project import find_suite\n"
        "from runbooklab.authoring.trust import trust\n"
        "suite = find_suite(Path.cwd()); sys.stdin.read()\n"
        "trust(suite, sys.argv[1], sys.argv[2])"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, name, digest], cwd=project, stdin=subprocess.PIPE)
        for name, digest in [*((name, "1") for name in names), ("gone", "")]
    ]
    for each in started:
        each.stdin.close()
    assert [each.wait(60) for each in started] == [0] * len(started)
    assert trusted(suite) == dict.fromkeys(names, "1")


@pytest.mark.parametrize("text", ["a: b: c", "- x", "Maintenance!: 1", "maintenance: {x: 1}"])
def test_a_file_of_trust_that_cannot_be_read_trusts_nobody(project, monkeypatch, capsys, text):
    """`trust` says what is wrong with it, in one line with its place; a run goes on and refuses."""
    (project / "configs" / "trusted.yaml").write_text(text)
    assert call(monkeypatch, "trust", "maintenance", "--yes") == COULD_NOT
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith(f"runbook: {project / 'configs' / 'trusted.yaml'}")


def test_a_plan_sends_nothing(project):
    """`run --plan` lists what each cell would send; nothing is connected to, asked or started."""
    runbook = project / "runbooks" / "shop.md"
    runbook.write_text(
        MAINTENANCE.replace(
            "```{cause} left",
            "```{check} page\nhttp: http://shop.example.com/health\npass: status == 200\n```\n\n"
            "```{check} room\ncommand: df -h ${folder}\npass: exit == 0\n```\n\n```{cause} left",
        )
    )
    run = [sys.executable, "-c", WATCHED]
    subprocess.run([*run, "build"], check=True, capture_output=True, timeout=60)
    done = subprocess.run(
        [*run, "run", "shop", "--plan", "-p", "folder", "/srv"],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "  page: http: GET http://shop.example.com/health" in done.stdout.splitlines()
    assert "  room: process: df -h /srv" in done.stdout.splitlines()
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_plan_says_what_must_be_filled_in(project, monkeypatch, capsys):
    """An empty parameter sends nothing."""
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "run", "maintenance", "--plan", "-p", "folder", "") == 0
    assert "  flag: nothing: fill in folder" in capsys.readouterr().out.splitlines()


def test_a_plan_says_what_it_depends_on(project, monkeypatch, capsys):
    """A condition on a parameter is decided now; one on a check is named, as the check may forbid it."""
    (project / "runbooks" / "shop.md").write_text(
        MAINTENANCE.replace(
            "```{cause} left",
            "```{check} page\nonly if: flag passes\nhttp: http://shop.example/\npass: status == 200\n```\n"
            "```{check} port\nonly if: ${apply} exists and flag passes\ntcp: db:1\npass: open\n```\n\n"
            "```{cause} left",
        )
    )
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "run", "shop", "--plan") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "  page: http: GET http://shop.example/ (only if flag allows it)" in lines
    assert "  port: nothing: apply is empty" in lines


def test_a_remedy_that_fails_is_told_in_the_words_of_its_program(project, monkeypatch, capsys):
    """One line with the status and what was printed, and no name of a class of ours."""
    (project / "runbooks" / "maintenance.md").write_text(
        MAINTENANCE.replace("run: rm ${folder}/maintenance", "run: rm ${folder}/nothing ${folder}/none")
    )
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "trust", "maintenance", "--yes") == 0
    arguments = ("run", "maintenance", "-p", "folder", "my files", "--apply", "end")
    assert call(monkeypatch, *arguments) == COULD_NOT
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "failed: " in line]
    assert "(status 1: /" in said
    assert said.count("No such file or directory") == 2


def test_kinds_lists_all_and_shows_one(monkeypatch, capsys):
    """A line for each kind; a kind's fields with their types, and an example of each."""
    assert call(monkeypatch, "kinds") == 0
    assert "http       The answer of an HTTP server" in capsys.readouterr().out
    assert call(monkeypatch, "kinds", "disk") == 0
    out = capsys.readouterr().out
    assert "used_percent" in out
    assert "used_percent > 95%" in out
    assert call(monkeypatch, "kinds", "dsk") == COULD_NOT
    assert "did you mean 'disk'?" in capsys.readouterr().err


def test_kinds_prints_the_schema(monkeypatch, capsys):
    """What an editor is given is JSON."""
    assert call(monkeypatch, "kinds", "--schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "A check that a runbook declares"


@pytest.mark.parametrize("subject", starters())
def test_each_runbook_to_start_from_lints_clean_and_builds(project, monkeypatch, capsys, subject):
    """Nothing need be changed first."""
    assert call(monkeypatch, "new", f"my-{subject}", "--from", subject) == 0
    assert call(monkeypatch, "lint") == 0
    assert call(monkeypatch, "build") == 0
    assert (project / "notebooks" / f"my-{subject}.ipynb").is_file()


def test_an_unknown_start_is_told_the_nearest(project, monkeypatch, capsys):
    """A misspelt subject leads to the right one, and nothing is written."""
    assert call(monkeypatch, "new", "x", "--from", "postgress") == COULD_NOT
    assert "did you mean 'postgres'?" in capsys.readouterr().err
    assert not (project / "runbooks" / "x.md").exists()


def test_our_own_runbooks_are_trusted_as_they_are():
    """configs/trusted.yaml has the digest of what each runbook of the suite declares now."""
    suite = find_suite(Path(__file__))
    own = {slug: Invocation.of(suite, slug).declarations for slug in suite.slugs()}
    known = {slug: digest_of(suite, slug, declared) for slug, declared in own.items() if declared}
    assert trusted(suite) == known


ADDRESS = """---
title: Address
uses: []
parameters:
  - {name: url, type: str, default: "http://127.0.0.1:1/health"}
  - {name: log, type: str, default: "/var/log/app.log"}
---

# Address

```{code-cell}
diagnose()
```

```{check} page
http: ${url}
pass: status == 200
fail: refused
```

```{check} errors
log: ${log}
match: error
pass: count == 0
```

```{code-cell}
conclude()
```
"""


def test_an_address_that_nobody_named_is_said_to_be_the_default(project, monkeypatch, capsys):
    """A failure of the default address may be nobody's: one line says so, and how to name another."""
    (project / "runbooks" / "address.md").write_text(ADDRESS)
    assert call(monkeypatch, "build") == 0
    said = "Nobody named url, so this is about the default, http://127.0.0.1:1/health."
    assert call(monkeypatch, "run", "address") == 2
    assert f"{said} Name another: -p url VALUE" in capsys.readouterr().err.splitlines()
    assert call(monkeypatch, "run", "address", "-p", "url", "http://127.0.0.1:1/") == 2
    assert "Nobody named" not in capsys.readouterr().err


def test_docker_is_planned_only_if_a_value_says_so(project, monkeypatch, capsys):
    """A log's place may be a parameter: a file needs no engine, container:NAME does."""
    (project / "runbooks" / "address.md").write_text(ADDRESS)
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "run", "address", "--plan") == 0
    assert "the Docker engine" not in capsys.readouterr().out
    assert call(monkeypatch, "run", "address", "--plan", "-p", "log", "container:api") == 0
    assert "  docker: looks at the Docker engine" in capsys.readouterr().out.splitlines()
