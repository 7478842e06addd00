"""Notebook to Markdown: edits made in JupyterLab, and what must not be lost."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.compile import compile_file, compile_text, content
from runbooklab.authoring.decompile import decompile
from runbooklab.authoring.frontmatter import examine, split
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError

SAMPLE = (Path(__file__).parents[2] / "golden" / "sample.md").read_text()
SHIPPED = Suite(Path(__file__).resolve().parents[3])

Cells = list[dict[str, Any]]


@pytest.fixture
def notebook() -> dict[str, Any]:
    """The sample's notebook."""
    return compile_text(SAMPLE, "sample")


def cell(notebook: dict[str, Any], cell_id: str) -> dict[str, Any]:
    found: dict[str, Any] = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
    return found


def new(kind: str, source: str, **metadata: Any) -> dict[str, Any]:
    """A cell as JupyterLab adds it, with a random id and without our tags."""
    made: dict[str, Any] = {"cell_type": kind, "id": "f00", "metadata": metadata, "source": source}
    return made | ({"execution_count": 3, "outputs": []} if kind == "code" else {})


def again(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook after a way through Markdown."""
    return compile_text(decompile(notebook).text, "sample")


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that only one of the two has."""
    old, new_ = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new_], [line for line in new_ if line not in old]


# --- nothing edited


def test_an_unedited_notebook_gives_the_same_bytes(notebook: dict[str, Any]) -> None:
    """Markdown as this project writes it comes back unchanged without a look at the original."""
    assert decompile(notebook).text == SAMPLE


@pytest.mark.parametrize("path", SHIPPED.runbooks(), ids=lambda path: path.stem)
def test_shipped_runbooks_come_back_unchanged(path: Path) -> None:
    """Every shipped runbook is written in the manner that decompiling writes."""
    assert decompile(json.loads(compile_file(path))).text == path.read_text()


def test_markdown_in_another_manner_comes_back_too() -> None:
    """With the original at hand even spacing, fence marks and option comments survive."""
    text = SAMPLE.replace("```{code-cell}\ncheck", "~~~{code-cell} python\n---\n# why\n---\ncheck")
    text = text.replace('ping")\n```', 'ping")\n~~~').replace("## Über", "\n\n\n## Über")
    assert decompile(compile_text(text, "sample"), text).text == text


def test_saving_a_run_in_jupyterlab_is_no_edit(notebook: dict[str, Any]) -> None:
    """Outputs, counts, timings, list sources and a fuller language_info change nothing; outputs are named."""
    for each in notebook["cells"]:
        each["source"] = each["source"].splitlines(keepends=True)
        if each["cell_type"] == "code":
            output = {"output_type": "stream", "name": "stdout", "text": "x"}
            each |= {"execution_count": 1, "outputs": [output]}
            each["metadata"]["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.7"}
    result = decompile(notebook)
    assert result.text == SAMPLE
    assert result.notes == ("The outputs of 5 cells stay behind: a runbook has none.",)


def test_an_executed_notebook_can_be_carried_back(notebook: dict[str, Any]) -> None:
    """The injected parameters of a papermill run belong to the run, not to the runbook."""
    injected = new("code", 'redis_url = "redis://:pw@db"', tags=["injected-parameters"])
    notebook["cells"].insert(2, injected)
    notebook["metadata"]["papermill"] = {"parameters": {"redis_url": "redis://:pw@db"}}
    result = decompile(notebook)
    assert result.text == SAMPLE
    assert "injected parameters" in result.notes[0]


# --- edits


def edit_text(cells: Cells) -> None:
    cells[0]["source"] = "# Sample *runbook*\n\nOther sentences."


def edit_code(cells: Cells) -> None:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    code[2]["source"] = 'check("redis-role")\n\n'


def add_cells(cells: Cells) -> None:
    added = [new("markdown", "New text"), new("markdown", ""), new("code", "1 + 1"), new("raw", "raw text")]
    cells[4:4] = added


def remove_cell(cells: Cells) -> None:
    del cells[5]


def move_cells(cells: Cells) -> None:
    cells[4:8] = cells[7:3:-1]


def edit_tags(cells: Cells) -> None:
    cells[4]["metadata"]["tags"].append("hide-input")
    cells[5]["metadata"]["jupyter"] = {"source_hidden": True}


def add_attachment(cells: Cells) -> None:
    cells[3]["attachments"] = {"a.png": {"image/png": "QUJD"}}


def delete_section(cells: Cells) -> None:
    del cells[-4:]


def first_cell_is_code(cells: Cells) -> None:
    cells.insert(0, new("code", "0"))


def text_that_swallows(cells: Cells) -> None:
    cells[3]["source"] = "## Step\n\n```bash\nnever closed"
    cells[6]["source"] = "<!-- open for ever"


def text_that_looks_like_a_cell(cells: Cells) -> None:
    cells[3]["source"] = "```{code-cell}\n1\n```"
    cells[6]["source"] = "a\n\n+++\n\nb"


def code_that_looks_like_options(cells: Cells) -> None:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    code[2]["source"] = ":tags: [a]\n\nx"
    code[3]["source"] = "---\nx\n---"
    code[4]["source"] = '"""\n```\n````\n"""'


def odd_tags(cells: Cells) -> None:
    cells[4]["metadata"]["tags"] += ["on", "1", "a b", "[x]", "#y", "é: z"]


def by_hand(notebook: dict[str, Any]) -> list[Any]:
    """What is compared: everything but the generated cells."""
    rows = content(notebook["cells"])
    return [row for row in rows if row[2].get("tags") not in (["setup"], ["parameters"])]


@pytest.mark.parametrize(
    "edit",
    [
        edit_text, edit_code, add_cells, remove_cell, move_cells, edit_tags, add_attachment,
        delete_section, first_cell_is_code, text_that_swallows, text_that_looks_like_a_cell,
        code_that_looks_like_options, odd_tags,
    ],
)  # fmt: skip
def test_an_edit_survives_the_way_through_markdown(
    notebook: dict[str, Any], edit: Callable[[Cells], None]
) -> None:
    """Kind, text, metadata and attachments of every cell are the same after the round trip."""
    edit(notebook["cells"])
    assert by_hand(again(notebook)) == by_hand(notebook)


def test_an_edit_touches_its_own_lines_only() -> None:
    """With the original at hand, a changed cell changes the lines of that cell and no others."""
    text = SAMPLE.replace("```{code-cell}\ncheck", "```{code-cell} python\ncheck")
    notebook = compile_text(text, "sample")
    cell(notebook, "uberblick-whats-new-in-redis-cli-1")["source"] += "\n\nMore."
    assert changed_lines(text, decompile(notebook, text).text) == ([], ["More."])


def test_a_cell_with_two_headings_becomes_two(notebook: dict[str, Any]) -> None:
    """Headings split cells: no text is lost by it."""
    cell(notebook, "sample-runbook-1")["source"] += "\n## Added\nwords"
    back = again(notebook)
    assert cell(back, "added-1")["source"] == "## Added\nwords"


def test_a_heading_after_text_that_markdown_would_misread(notebook: dict[str, Any]) -> None:
    """A cell whose text reads as a block break is carried apart from the heading that follows it."""
    notebook["cells"] += [new("markdown", "+++"), new("markdown", "# Heading")]
    assert [cell["source"] for cell in again(notebook)["cells"][-2:]] == ["+++", "# Heading"]


def test_a_setup_cell_that_was_edited_is_kept(notebook: dict[str, Any]) -> None:
    """It stands in the Markdown from then on, with its tag, and is not generated again."""
    cell(notebook, "setup")["source"] += "\nprint('ready')"
    text = decompile(notebook).text
    assert "```{code-cell}\n:tags: [setup]\n\nfrom runbooklab.session import" in text
    setup = [each for each in compile_text(text, "sample")["cells"] if "setup" in each["metadata"]["tags"]]
    assert [each["source"] for each in setup] == [cell(notebook, "setup")["source"]]


def test_text_above_the_setup_cell_leaves_it_generated(notebook: dict[str, Any]) -> None:
    """A note under the title must not freeze the set-up cell into the Markdown."""
    notebook["cells"].insert(1, new("markdown", "A note."))
    text = decompile(notebook).text
    assert "A note." in text
    assert ":tags: [setup]" not in text


def test_a_setup_cell_moved_below_other_code_stays_there(notebook: dict[str, Any]) -> None:
    """What runs before the probes start must run before them still: the order of code is kept."""
    setup = cell(notebook, "setup")
    notebook["cells"].remove(setup)
    notebook["cells"].append(setup)
    assert by_hand(again(notebook)) == by_hand(notebook)
    assert again(notebook)["cells"][-1]["source"] == setup["source"]


def test_a_removed_setup_cell_is_said(notebook: dict[str, Any]) -> None:
    """What is always generated comes back, and a message says so."""
    notebook["cells"].remove(cell(notebook, "setup"))
    assert "set-up cell was removed" in decompile(notebook).notes[0]


def test_a_removed_parameters_cell_is_said(notebook: dict[str, Any]) -> None:
    """The front matter is where parameters are removed; a message says that they stay."""
    notebook["cells"].remove(cell(notebook, "parameters"))
    result = decompile(notebook)
    assert result.text == SAMPLE
    assert "parameters cell was removed" in result.notes[0]


# --- parameters


def parameters_after(notebook: dict[str, Any], source: str) -> str:
    """The front matter after the parameters cell was edited to ``source``."""
    cell(notebook, "parameters")["source"] = source
    return split(decompile(notebook).text).front_matter


def test_an_edited_default_changes_its_line_only(notebook: dict[str, Any]) -> None:
    """Comments, order and manner of writing of the front matter stay."""
    source = cell(notebook, "parameters")["source"].replace('""', '"redis://db:6379"')
    after = parameters_after(notebook, source)
    assert changed_lines(split(SAMPLE).front_matter, after) == (
        ['    default: "" # from the configuration'],
        ['    default: "redis://db:6379" # from the configuration'],
    )


def test_parameters_can_be_added_removed_and_moved(notebook: dict[str, Any]) -> None:
    """The front matter follows the cell: names, types, defaults, help and order; a secret stays one."""
    after = parameters_after(
        notebook,
        'token: str = "env:LAB_TOKEN"  # Where the token is (secret: env:NAME or file:/path)\n'
        "ratio: float = 2  # new: a share\n"
        'mode = "yes"\n'
        'redis_url: str = ""  # Another help',
    )
    front, mistakes = examine(after)
    assert mistakes == []
    found = [(each.name, each.type, each.default, each.help, each.secret) for each in front.parameters]
    assert found == [
        ("token", "str", "env:LAB_TOKEN", "Where the token is", True),
        ("ratio", "float", 2.0, "new: a share", False),
        ("mode", "str", "yes", "", False),
        ("redis_url", "str", "", "Another help", False),
    ]
    assert "# A comment of the author's." in after
    assert "# from the configuration" in after


def test_an_added_parameter_reaches_the_setup_cell(notebook: dict[str, Any]) -> None:
    """The generated set-up cell passes what the parameters cell now declares."""
    cell(notebook, "parameters")["source"] += "\nadded: int = 1"
    assert "added=added" in cell(again(notebook), "setup")["source"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os", "line 1, must hold one"),
        ("x: int = 1\n# alone\ny: int = 2", "line 2, has a comment"),
        ("x: int = f()", "line 1, must assign plain values"),
        ("x: int = 'a'", "line 1, is refused: the default of x must be a whole number"),
        ("x: list = []", "plain values"),
        ("x: bytes = 1", "type of str, int, float, bool"),
        ("x: int = 1\nx: int = 2", "line 2, assigns x twice"),
        ("x: int = ", "line 1, does not parse"),
        ("check: int = 1", "would hide check"),
        ('token: str = "hunter2"', "token is a secret: its default must be empty"),
        ('u: str = "redis://:hunter2@db:6379"', "holds a password"),
    ],
)
def test_what_has_no_place_in_the_front_matter_is_refused(
    notebook: dict[str, Any], source: str, message: str
) -> None:
    """Nothing is dropped in silence, and a password never gets into the Markdown or the message."""
    cell(notebook, "parameters")["source"] = source
    with pytest.raises(UserError, match=message) as caught:
        decompile(notebook)
    assert "hunter2" not in str(caught.value)


def test_metadata_of_the_notebook_is_carried(notebook: dict[str, Any]) -> None:
    """What a person set for the whole notebook is kept in the front matter and compiled back."""
    notebook["metadata"]["toc"] = {"depth": 2}
    back = again(notebook)
    assert back["metadata"]["toc"] == {"depth": 2}
    del back["metadata"]["toc"]
    assert decompile(back).text == SAMPLE


def test_a_foreign_notebook_is_refused() -> None:
    """A notebook that no runbook was compiled to has nowhere to go back to."""
    with pytest.raises(UserError, match="was not compiled from a runbook"):
        decompile({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_decompiling_leaves_the_notebook_alone(notebook: dict[str, Any]) -> None:
    """The input is read only."""
    before = copy.deepcopy(notebook)
    decompile(notebook)
    assert notebook == before
