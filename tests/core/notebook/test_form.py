"""The parameters as a form: prefilled, filled from a target, used, and without a password in any of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from runbooklab.authoring.project import Suite
from runbooklab.domain import registry
from runbooklab.domain.domain import Domain
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Parameter
from runbooklab.notebook import session
from runbooklab.notebook.form import NOTHING_CHANGED, Form
from runbooklab.notebook.live_run import LiveRun
from runbooklab.redaction import TOKEN

PASSWORD = "planted-Passw0rd-7"

RUNBOOK = """\
---
title: Valves
parameters:
  - {name: url, type: str, default: "", help: "Where it is <b>"}
  - {name: valves, type: int, default: 2, help: How many}
  - {name: wait_s, type: float, default: 1.5}
  - {name: strict, type: bool, default: true}
  - {name: key, type: str, default: "env:KEY", secret: true}
---

# Valves
"""
TARGETS = """\
here: {url: "redis://here:1/0"}
there: {valves: 8, wait_s: 3}
broken: {valves: many}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveRun:
    """A run of a runbook with a parameter of each type, in a project with targets."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "configs").mkdir()
    (tmp_path / "runbooks" / "valves.md").write_text(RUNBOOK)
    (tmp_path / "configs" / "targets.yaml").write_text(TARGETS)
    domain = Domain("sluice", "Sluice", Evidence, parameters=(Parameter("url", "", is_url=True),))
    monkeypatch.setattr(registry, "domain", lambda name: domain)
    return LiveRun("valves", {}, uses=["sluice"], suite=Suite(tmp_path))


def form_of(run: LiveRun, **namespace: Any) -> tuple[Form, dict[str, Any]]:
    """The form as a person sees it, and the notebook's names."""
    form = Form(run, namespace)
    form.show(interactive=True)
    return form, namespace


def in_widgets(form: Form) -> str:
    """All that JupyterLab holds of the form."""
    return repr([form.message.value, *(field.get_state() for field in form.fields.values())])


def test_fields_hold_the_notebook_s_values(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that the notebook lacks, or has as another type, has its default."""
    form, _ = form_of(run, url="redis://a:1", valves="three", wait_s=2, strict=False)
    assert {name: field.value for name, field in form.fields.items()} == {
        "url": "redis://a:1", "valves": 2, "wait_s": 2.0, "strict": False, "key": "env:KEY",
    }  # fmt: skip


def test_the_button_sets_the_values_and_shows_the_lines(
    run: LiveRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of what is new, as the parameters cell has them."""
    form, namespace = form_of(run)
    form.fields["valves"].value = 5
    form.fields["url"].value = 'redis://"b":1'
    form._press()
    assert namespace["valves"] == 5
    assert namespace["url"] == 'redis://"b":1'
    lines = BeautifulSoup(form.message.value, "html.parser").find("pre")
    assert lines is not None
    assert lines.text == 'url: str = "redis://\\"b\\":1"  # Where it is <b>\nvalves: int = 5  # How many'


def test_a_press_without_a_change_says_so(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """No line is asked to be copied for nothing."""
    form, _ = form_of(run)
    form._press()
    assert NOTHING_CHANGED in form.message.value


def test_a_target_fills_in_its_values_and_takes_back_those_of_others(
    run: LiveRun, capsys: pytest.CaptureFixture[str]
) -> None:
    """What no target names stays as it is; nothing is set before the button is pressed."""
    form, namespace = form_of(run, strict=False)
    form.picker.value = "there"
    assert (form.fields["valves"].value, form.fields["wait_s"].value) == (8, 3.0)
    form.picker.value = "here"
    assert {name: field.value for name, field in form.fields.items()} == {
        "url": "redis://here:1/0", "valves": 2, "wait_s": 1.5, "strict": False, "key": "env:KEY",
    }  # fmt: skip
    assert namespace == {"strict": False}


def test_a_target_that_cannot_be_used_says_why(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """With the line of the file; the fields stay as they are."""
    form, _ = form_of(run)
    form.picker.value = "broken"
    assert "targets.yaml:3: parameter valves must be a whole number" in form.message.value
    assert form.fields["valves"].value == 2


def test_a_password_is_set_and_shown_as_its_token(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether it was there, was typed into the URL, or is the whole value of a secret."""
    form, namespace = form_of(run, url=f"redis://:{PASSWORD}@a:1")
    assert TOKEN.search(form.fields["url"].value)
    assert PASSWORD not in in_widgets(form)
    form.fields["url"].value = f"redis://:other-{PASSWORD}@a:1"
    form.fields["key"].value = f"key-{PASSWORD}"
    form._press()
    assert namespace["url"] == f"redis://:other-{PASSWORD}@a:1"
    assert namespace["key"] == f"key-{PASSWORD}"
    assert PASSWORD not in in_widgets(form)
    assert PASSWORD not in capsys.readouterr().out
    form.fields["url"].value = form.fields["url"].value.replace("@a:1", "@b:1")
    form._press()
    assert namespace["url"] == f"redis://:other-{PASSWORD}@b:1"


def test_a_value_that_is_shown_cut_is_kept_whole(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """A field that nobody touched changes nothing."""
    text = "x" * 50_000
    form, namespace = form_of(run, url=text)
    assert len(form.fields["url"].value) < len(text)
    form._press()
    assert namespace["url"] == text


def test_without_a_person_the_values_are_a_table(
    run: LiveRun, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No widget, in which a reader without a kernel would see an error."""
    monkeypatch.setattr(session._session, "_run", run)
    session.parameters()
    shown = capsys.readouterr().out
    assert "widget-view" not in shown
    assert "<td>valves</td>" in shown
    assert "How many" in shown
    assert "<b>" not in shown.replace("&lt;b&gt;", "").partition("<tbody>")[2]


def test_a_project_without_targets_has_no_picker(run: LiveRun, capsys: pytest.CaptureFixture[str]) -> None:
    """The rest of the form is there."""
    (run.suite.root / "configs" / "targets.yaml").unlink()
    form, _ = form_of(run)
    assert not hasattr(form, "picker")
    assert set(form.fields) == {"url", "valves", "wait_s", "strict", "key"}
