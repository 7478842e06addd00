"""What an incident left in a notebook never becomes part of the runbook by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.build import build, from_notebook
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.incident.kept_outputs import keep_outputs
from runbooklab.incident.working_copy import open_copy

RUNBOOK = """\
---
title: Stub
parameters:
  # where it is
  - {name: redis_url, type: str, default: "", help: A URL}
  - {name: count, type: int, default: 1, help: A number}
  - {name: password, type: str, default: "", secret: true}
  - {name: incident, type: str, default: "", help: Its id}
---

# Stub

Such as `redis-cli -a mypassword`, see [the other](../docs/other.md#a-b "Other").

```{code-cell}
conclude()
```
"""
PASSWORD = "hunter2" + "hunter2"


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A built suite with one runbook."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))  # what it trusts is noted there
    for name in ("runbooks", "configs", "docs"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "stub.md").write_text(RUNBOOK)
    (tmp_path / "docs" / "other.md").write_text("# Other\n")
    suite = Suite(tmp_path)
    build(suite)
    return suite


def change(path: Path, changed: Callable[[dict[str, Any]], object]) -> Path:
    """Change a notebook's file."""
    notebook = json.loads(path.read_text())
    changed(notebook)
    path.write_text(json.dumps(notebook))
    return path


def cell_of(notebook: dict[str, Any], id_: str) -> dict[str, Any]:
    """The cell with an id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == id_)


def set_source(id_: str, old: str, new: str) -> Callable[[dict[str, Any]], object]:
    """Replace a text in a cell's source."""

    def changed(notebook: dict[str, Any]) -> None:
        cell = cell_of(notebook, id_)
        source = "".join(cell["source"])
        assert old in source
        cell["source"] = source.replace(old, new)

    return changed


def put_output(notebook: dict[str, Any], text: str = "42\n") -> None:
    """The last cell was run."""
    notebook["cells"][-1] |= {
        "outputs": [{"output_type": "stream", "name": "stdout", "text": text}],
        "execution_count": 1,
    }


def working_copy(suite: Suite, **values: Any) -> Path:
    """A working copy for the incident I."""
    return open_copy(
        suite.notebook("stub"), "stub", {"incident": "I", **values}, suite.reports / "incidents", "I"
    ).path


def test_an_untouched_working_copy_gives_back_the_runbook_byte_for_byte(suite: Suite) -> None:
    """Its values, folded cells and metadata are no edits; one note names the values."""
    path = working_copy(suite, redis_url="redis://prod:6379", count=3)
    runbook, notes = from_notebook(suite, path)
    assert runbook.read_text() == RUNBOOK
    assert notes == (
        "The values of redis_url, count and incident stay behind: "
        "what a run was given is no default. With --defaults it becomes one.",
    )


def test_edits_of_a_working_copy_are_carried_back_without_its_values(suite: Suite) -> None:
    """A help text, a new parameter and a changed cell go into the runbook; an incident's URL doesn't."""
    path = working_copy(suite, redis_url="redis://prod:6379")
    change(path, set_source("parameters", "# A number", '# How many\nnew: str = "x"  # New'))
    change(path, set_source("stub-2", "conclude()", "conclude()  # the end"))
    runbook, _ = from_notebook(suite, path)
    text = runbook.read_text()
    assert "conclude()  # the end" in text
    assert "How many" in text
    assert 'default: "x"' in text
    assert "prod" not in text
    assert "# where it is" in text
    assert "source_hidden" not in text
    assert build(suite, check=True) == []


def test_defaults_takes_the_values_over(suite: Suite) -> None:
    """On request, and then without a note."""
    runbook, notes = from_notebook(suite, working_copy(suite, count=7), as_defaults=True)
    assert notes == ()
    assert "default: 7" in runbook.read_text()


@pytest.mark.parametrize(
    "changed",
    [
        put_output,
        set_source("parameters", 'incident: str = ""', 'incident: str = "INC-1"'),
        lambda notebook: notebook["cells"].insert(
            2,
            {
                "cell_type": "code",
                "id": "injected",
                "metadata": {"tags": ["injected-parameters"]},
                "source": "count = 9",
                "outputs": [],
                "execution_count": None,
            },
        ),
    ],
    ids=["outputs", "an incident", "papermill"],
)
def test_any_notebook_of_a_run_leaves_its_values_behind(
    suite: Suite, changed: Callable[[dict[str, Any]], object]
) -> None:
    """The compiled notebook too, if it was run, names an incident or had values injected."""
    path = change(suite.notebook("stub"), set_source("parameters", "count: int = 1", "count: int = 7"))
    runbook, notes = from_notebook(suite, change(path, changed))
    assert runbook.read_text() == RUNBOOK
    assert any("count" in note and "--defaults" in note for note in notes)


def test_a_notebook_that_was_not_run_is_an_authors(suite: Suite) -> None:
    """A value edited in the parameters cell, and nothing run: it becomes the default as before."""
    path = change(suite.notebook("stub"), set_source("parameters", "count: int = 1", "count: int = 7"))
    runbook, notes = from_notebook(suite, path)
    assert notes == ()
    assert "default: 7" in runbook.read_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('redis_url: str = ""', f'redis_url: str = "redis://:{PASSWORD}@db"'),
        ('redis_url: str = ""', 'redis_url: str = "redis://:***secret-1a2b3c4d***@db"'),
        ('password: str = ""', f'password: str = "{PASSWORD}"'),
        ('password: str = ""', 'password: str = "***secret-1a2b3c4d***"'),
        ('incident: str = ""', f'incident: str = "password={PASSWORD}"'),
        ('redis_url: str = ""', 'redis_url: str = "***secret-1a2b3c4d***"'),
    ],
)
@pytest.mark.parametrize("run", [False, True])
def test_a_secret_never_becomes_a_default(suite: Suite, old: str, new: str, run: bool) -> None:
    """Neither one in clear nor its token, also on request; a run's stays behind like any value."""
    path = change(suite.notebook("stub"), set_source("parameters", old, new))
    if run:
        change(path, put_output)
    with pytest.raises(UserError, match=r"password|secret"):
        from_notebook(suite, path, as_defaults=True)
    assert suite.runbook("stub").read_text() == RUNBOOK
    if run:
        from_notebook(suite, path)
        assert suite.runbook("stub").read_text() == RUNBOOK


def test_a_secret_in_another_cell_is_refused_with_its_line(suite: Suite) -> None:
    """A runbook is shared; its own examples, and what stands for a password, go through."""
    path = suite.notebook("stub")
    change(path, set_source("stub-2", "conclude()", 'url = f"redis://:{password}@h"\nconclude()'))
    change(path, set_source("stub-1", "Such as", "With `redis://:<password>@h` or"))
    from_notebook(suite, path)
    change(path, set_source("stub-2", "conclude()", f'print("redis://:{PASSWORD}@h")\nconclude()'))
    before = suite.runbook("stub").read_text()
    with pytest.raises(UserError, match=r"would put a secret into line 17 of its runbook"):
        from_notebook(suite, path, force=True)
    assert suite.runbook("stub").read_text() == before


def test_build_keeps_a_run_before_it_compiles_over_it(suite: Suite) -> None:
    """The saved outputs are in an incident's folder, without the password; the notebook is clean again."""
    path = change(suite.notebook("stub"), lambda notebook: put_output(notebook, f"redis://:{PASSWORD}@h\n"))
    assert build(suite, check=True) == [path]
    kept: list[Path] = []

    def keep(notebook: Path) -> None:
        kept.append(keep_outputs(suite, notebook, suite.reports / "incidents"))

    assert build(suite, keep=keep) == [path]
    assert build(suite, check=True) == []
    text = kept[0].read_text()
    assert kept[0].parent.parent == suite.reports / "incidents"
    assert "redis://:***secret-" in text
    assert PASSWORD not in text
    assert "redis-cli -a mypassword" in text  # the runbook's own example
    assert "working_copy" in text


def test_what_was_edited_and_run_is_kept_by_its_incident(suite: Suite) -> None:
    """Forced or carried back, the compiled notebook's evidence goes to the incident that it names."""
    kept: list[Path] = []

    def keep(notebook: Path) -> None:
        kept.append(keep_outputs(suite, notebook, suite.reports / "incidents"))

    for discard in (
        lambda: build(suite, force=True, keep=keep),
        lambda: from_notebook(suite, suite.notebook("stub"), keep=keep),
    ):
        change(
            suite.notebook("stub"),
            set_source(
                "parameters", 'incident: str = ""', f'incident: str = "I"; url = "redis://:{PASSWORD}@h"'
            )
            if not kept
            else set_source("parameters", 'incident: str = ""', 'incident: str = "I"'),
        )
        change(suite.notebook("stub"), put_output)
        discard()
    assert [path.name for path in kept] == ["stub.ipynb", "stub-2.ipynb"]
    assert {path.parent.name for path in kept} == {"I"}
    assert not [path for path in kept if PASSWORD in path.read_text()]


def test_links_lead_to_the_same_files_from_a_working_copy(suite: Suite) -> None:
    """A relative link is written for the compiled notebook's folder; the incident's folder is deeper."""
    path = working_copy(suite)
    link = "../../../docs/other.md"
    source = "".join(cell_of(json.loads(path.read_text()), "stub-1")["source"])
    assert f"[the other]({link}#a-b" in source
    assert (path.parent / link).is_file()
