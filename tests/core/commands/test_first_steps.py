"""What a person meets who has a project of their own and has not read the documentation."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from archive_samples import add
from runbooklab.archive.index import entries
from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.project import find_suite
from runbooklab.model.evidence import Evidence
from stored_runs import call

COULD_NOT = 3
ROOT = Path(__file__).parents[3]
PAGE = """---
title: Page
symptoms:
  - "`504 Gateway Time-out`, or `ls`"
parameters:
  - {name: url, type: str, default: "http://127.0.0.1:1"}
uses: []
---

# Page

```{code-cell}
diagnose()
```

```{check} page
http: ${url}
pass: status == 200
```

```{code-cell}
conclude()
```
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is the current folder."""
    for name in ("runbooks", "configs"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def page(project: Path) -> Path:
    """The Markdown of its only runbook, which declares a check."""
    path = project / "runbooks" / "page.md"
    path.write_text(PAGE)
    return path


@pytest.mark.parametrize("arguments", [(), ("lab",)])
def test_without_arguments_the_help_keeps_its_lines(monkeypatch, capsys, arguments):
    """Each command stands on a line of its own, on stderr; nothing was done."""
    assert call(monkeypatch, *arguments) == COULD_NOT
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Usage: runbook")
    assert len(said.err.splitlines()) > 10


def test_no_command_is_cut_off_in_the_list(monkeypatch, capsys):
    """What a command does is said in a line as wide as a terminal."""
    assert call(monkeypatch, "--help") == 0
    assert "..." not in capsys.readouterr().out.partition("Commands:")[2]


def test_an_empty_project_says_what_to_do(project, monkeypatch, capsys):
    """No runbooks and no runs are not errors, and not silence."""
    assert call(monkeypatch, "list") == 0
    assert "`runbook new SLUG` writes one" in capsys.readouterr().err
    assert call(monkeypatch, "runs") == 0
    assert f"no runs in {project / 'reports'}" in capsys.readouterr().err
    assert call(monkeypatch, "prune", "--keep", "1") == 0
    assert not (project / "reports").exists()


def test_a_runbook_of_ours_is_found_from_another_project(project, monkeypatch, capsys):
    """A project has its own runbooks alone: where ours are is said."""
    assert call(monkeypatch, "run", "disk-space") == COULD_NOT
    assert f"copy {ROOT / 'runbooks' / 'disk-space.md'}" in capsys.readouterr().err


def test_a_runbook_to_start_from_says_what_it_looks_at(project, monkeypatch, capsys):
    """Without --from it is Redis, which an author for another system has to know."""
    assert call(monkeypatch, "new", "queue") == 0
    assert "It looks at Redis. For another system: runbook new SLUG --from" in capsys.readouterr().err
    assert call(monkeypatch, "new", "broker", "--from", "command") == 0
    assert "Redis" not in capsys.readouterr().err


def test_a_runbook_changed_after_its_notebook_was_compiled_is_said(page, monkeypatch, capsys):
    """What runs is the notebook: whoever edits the Markdown learns that nothing of it counts yet."""
    assert call(monkeypatch, "build") == 0
    assert call(monkeypatch, "run", "page", "--plan") == 0
    assert capsys.readouterr().err == ""
    page.write_text(PAGE.replace("200", "204"))
    assert call(monkeypatch, "run", "page", "--plan") == 0
    assert f"{page} was changed after its notebook was compiled" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("upstream: 504 Gateway\n  time-out", "The text is a symptom of page: 504 Gateway Time-out"),
        ("tools failed", "not asked page: nobody named its target; add -p url"),
        ("", "not asked page: nobody named its target; add -p url"),
    ],
)
def test_triage_leads_to_runbooks_that_declare_their_checks(page, monkeypatch, capsys, said, hint):
    """By a text that its symptoms quote one is asked; otherwise it is said how to name its target."""
    assert call(monkeypatch, "triage", said) == COULD_NOT
    assert hint in capsys.readouterr().out


def test_a_text_that_no_rule_knows_is_looked_up_among_the_symptoms(page, monkeypatch, capsys):
    """`explain` names the project's runbook that quotes it, also beside causes that a rule knows."""
    assert call(monkeypatch, "explain", "504 gateway time-out") == COULD_NOT
    assert "it is a symptom of Page (runbook run page)" in capsys.readouterr().err
    assert call(monkeypatch, "explain", "504 gateway time-out: No space left on device") == 0
    assert "It is also a symptom of Page (runbook run page)." in capsys.readouterr().out
    assert call(monkeypatch, "explain", "nothing of the kind") == COULD_NOT
    assert "runbook triage" in capsys.readouterr().err


def test_a_second_target_is_refused(page, monkeypatch, capsys):
    """None of several targets is dropped in silence."""
    assert call(monkeypatch, "run", "page", "--target", "a", "--target", "b") == COULD_NOT
    assert "2 targets are named" in capsys.readouterr().err


def test_the_targets_of_a_project_are_listed_for_other_programs(page, project, monkeypatch, capsys):
    """A name a line, as xargs takes them; a project without targets has none."""
    assert call(monkeypatch, "list", "--targets") == 0
    assert capsys.readouterr().out == ""
    (project / "configs" / "targets.yaml").write_text("b:\n  url: http://b\na:\n  url: http://a\n")
    assert call(monkeypatch, "list", "--targets") == 0
    assert capsys.readouterr().out == "b\na\n"
    assert call(monkeypatch, "list", "page", "--targets") == COULD_NOT


def test_the_list_of_runs_tells_the_targets_of_a_declared_runbook_apart(page, project, monkeypatch, capsys):
    """A target's name is what its checks send, which only the declarations in the evidence know."""
    declared = Invocation.of(find_suite(project), "page").declarations
    for day in (1, 2):
        folder = add(project / "reports", day, "page", parameters={"url": f"http://web{day}"})
        (folder / "evidence.json").write_bytes(msgspec.json.encode(Evidence(declared=declared)))
    assert [entry.target for entry in entries(project / "reports")] == ["http://web2", "http://web1"]
    assert call(monkeypatch, "runs") == 0
    assert "  http://web1  " in capsys.readouterr().out


def test_runs_without_readable_evidence_are_listed(project):
    """A run whose evidence is damaged keeps its row."""
    folder = add(project / "reports", 1)
    (folder / "evidence.json").write_text('{"domains": 7')
    assert [entry.verdict for entry in entries(project / "reports")] == ["critical"]


@pytest.mark.parametrize(
    ("text", "is_said"),
    [("1. Run `kubectl get pods`.", True), ("1. Wait.", False), ("```sh\nkubectl get pods\n```", False)],
)
def test_an_import_without_a_check_says_what_inline_would_take(project, monkeypatch, capsys, text, is_said):
    """Commands in running text are taken on request, which whoever gets an empty runbook has to know."""
    (project / "old.md").write_text(f"# Old\n\n{text}\n")
    assert call(monkeypatch, "import", "old.md") == 0
    said = capsys.readouterr().err
    assert ("With --inline, 1 command in its running text would become live checks." in said) == is_said
