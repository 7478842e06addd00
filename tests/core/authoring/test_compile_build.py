"""Building a suite's notebooks, carrying edits back, and never losing one side's work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runbooklab.authoring.build import build, from_notebook
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError

SAMPLE = (Path(__file__).parents[2] / "golden" / "sample.md").read_text()


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite with the sample, built."""
    for folder in ("runbooks", "configs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "runbooks" / "sample.md").write_text(SAMPLE)
    suite = Suite(tmp_path)
    assert build(suite) == [suite.notebook("sample")]
    return suite


def edit(path: Path, added: str = "Edited.") -> None:
    content_ = json.loads(path.read_text())
    content_["cells"][0]["source"] = [*content_["cells"][0]["source"], f"\n\n{added}"]
    path.write_text(json.dumps(content_))


def test_building_twice_writes_once(suite: Suite) -> None:
    """What is up to date is left alone; drift is found and fixed."""
    assert build(suite) == []
    suite.notebook("sample").write_bytes(suite.notebook("sample").read_bytes() + b"\n")
    assert build(suite, check=True) == [suite.notebook("sample")]
    assert build(suite) == [suite.notebook("sample")]
    assert build(suite, check=True) == []


def test_a_notebook_without_runbook_is_drift(suite: Suite) -> None:
    """A runbook that was removed leaves no notebook behind unnoticed."""
    suite.runbook("sample").rename(suite.runbook("other"))
    assert set(build(suite, check=True)) == {suite.notebook("sample"), suite.notebook("other")}


def test_an_edit_is_carried_back_and_built(suite: Suite) -> None:
    """Afterwards runbook and notebook agree, and the notebook has no outputs."""
    edit(suite.notebook("sample"))
    runbook, notes = from_notebook(suite, suite.notebook("sample"))
    assert (runbook, notes) == (suite.runbook("sample"), ())
    assert "Edited." in runbook.read_text()
    assert build(suite, check=True) == []


@pytest.mark.parametrize(
    ("mark", "end"), [(b"", b"\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\n"), (b"\xef\xbb\xbf", b"\r\n")]
)
def test_an_edit_leaves_the_line_ends_of_the_file(suite: Suite, mark: bytes, end: bytes) -> None:
    """A runbook of an editor that writes CRLF or a byte order mark differs by the edit alone."""
    suite.runbook("sample").write_bytes(mark + SAMPLE.encode().replace(b"\n", end))
    build(suite)
    edit(suite.notebook("sample"))
    from_notebook(suite, suite.notebook("sample"))
    data = suite.runbook("sample").read_bytes()
    assert data.startswith(mark + b"---" + end)
    assert data.count(b"\n") == data.count(end) > SAMPLE.count("\n")
    assert b"Edited." in data
    assert build(suite) == []


def test_what_a_check_expects_is_no_password(suite: Suite) -> None:
    """The key `pass` of a check holds an expectation; elsewhere it is the name of a password."""
    check = "```{check} port\ntcp: db:1\npass: open\n```"
    below = "  text\twith\ttabs  \n\n\n```{code-cell}\nx = 1\n```\n"
    suite.runbook("sample").write_text(f"---\ntitle: T\nuses: []\n---\n\n# T\n\n{check}\n\n\n{below}")
    build(suite)
    edit(suite.notebook("sample"))
    from_notebook(suite, suite.notebook("sample"))
    assert check in suite.runbook("sample").read_text()
    edit(suite.notebook("sample"), "pass: Zk9qXw7Lt3mVb5")
    with pytest.raises(UserError, match="would put a secret into line"):
        from_notebook(suite, suite.notebook("sample"))


def test_building_never_overwrites_an_edit(suite: Suite) -> None:
    """Edits that are not in the runbook are refused, not lost, unless it is forced."""
    edit(suite.notebook("sample"))
    suite.runbook("sample").write_text(SAMPLE.replace("Two sentences", "Three sentences"))
    with pytest.raises(UserError, match=r"has edits that are not in its runbook.*--from-notebook"):
        build(suite)
    assert "Edited." in suite.notebook("sample").read_text()
    assert build(suite, force=True) == [suite.notebook("sample")]


def test_carrying_back_never_overwrites_a_changed_runbook(suite: Suite) -> None:
    """Where both sides were changed a person must choose."""
    edit(suite.notebook("sample"))
    changed = SAMPLE.replace("Two sentences", "Three sentences")
    suite.runbook("sample").write_text(changed)
    with pytest.raises(UserError, match="was changed since the notebook was built"):
        from_notebook(suite, suite.notebook("sample"))
    assert suite.runbook("sample").read_text() == changed
    from_notebook(suite, suite.notebook("sample"), force=True)
    assert "Edited." in suite.runbook("sample").read_text()


def test_a_copy_never_overwrites_edits_in_the_suites_notebook(suite: Suite, tmp_path: Path) -> None:
    """An executed copy can be carried back only if the suite's own notebook has no edits."""
    copy_ = tmp_path / "out.ipynb"
    copy_.write_bytes(suite.notebook("sample").read_bytes())
    edit(copy_, "In the copy.")
    edit(suite.notebook("sample"), "In the suite.")
    with pytest.raises(UserError, match="has edits"):
        from_notebook(suite, copy_)
    assert suite.runbook("sample").read_text() == SAMPLE


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"cells": []}', '{"cells": 1, "nbformat": 4, "metadata": {}}',
        '{"cells": [{}], "nbformat": 4, "metadata": {}}',
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_a_user_error(suite: Suite, text: str) -> None:
    """One clear line, and the runbook stays as it is."""
    suite.notebook("sample").write_text(text)
    with pytest.raises(UserError, match="is not a notebook: "):
        from_notebook(suite, suite.notebook("sample"))
    assert suite.runbook("sample").read_text() == SAMPLE


def test_a_slug_in_a_notebook_never_leads_out_of_the_suite(suite: Suite) -> None:
    """A notebook comes from anywhere; the file it names must be a runbook of this suite."""
    content_ = json.loads(suite.notebook("sample").read_text())
    content_["metadata"]["runbooklab"]["slug"] = "../../escaped"
    suite.notebook("sample").write_text(json.dumps(content_))
    with pytest.raises(UserError, match="was not compiled from a runbook"):
        from_notebook(suite, suite.notebook("sample"))
