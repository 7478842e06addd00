"""Markdown to notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from runbooklab.authoring.build import build
from runbooklab.authoring.cells import slug_of
from runbooklab.authoring.compile import compile_file, compile_text
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.words import unique

GOLDEN = Path(__file__).parents[2] / "golden"
SHIPPED = Suite(Path(__file__).resolve().parents[3])


def cells_of(body: str, front: str = "title: T\n") -> list[dict[str, Any]]:
    """The cells of a runbook with this body."""
    cells: list[dict[str, Any]] = compile_text(f"---\n{front}---\n\n{body}", "t")["cells"]
    return cells


def sources(body: str) -> list[tuple[str, str]]:
    """Kind and source of each cell but the generated ones."""
    kept = [cell for cell in cells_of(body) if cell["id"] not in ("setup", "parameters")]
    return [(cell["cell_type"], cell["source"]) for cell in kept]


def test_golden() -> None:
    """The sample compiles to exactly the stored notebook (UPDATE_GOLDEN=1 stores it again)."""
    compiled = compile_file(GOLDEN / "sample.md")
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / "sample.ipynb").write_bytes(compiled)
    assert compiled == (GOLDEN / "sample.ipynb").read_bytes()


def test_the_same_input_gives_the_same_bytes_in_another_process() -> None:
    """No hash seed, time or folder has a part in the result."""
    code = (
        "import sys, pathlib; from runbooklab.authoring.compile import compile_file; "
        "sys.stdout.buffer.write(compile_file(pathlib.Path(sys.argv[1])))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    command = [sys.executable, "-c", code, str(GOLDEN / "sample.md")]
    other = subprocess.run(command, capture_output=True, check=True, env=environment, cwd="/")
    assert other.stdout == compile_file(GOLDEN / "sample.md")


@pytest.mark.parametrize("path", SHIPPED.runbooks(), ids=lambda path: path.stem)
def test_shipped_notebooks_are_valid_and_without_outputs(path: Path) -> None:
    """Every compiled runbook is nbformat 4.5 with different ids, no output and no execution count."""
    data = compile_file(path)
    notebook = nbformat.reads(data.decode(), as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert data.endswith(b"\n")
    assert b"\r" not in data


def test_the_shipped_notebooks_are_built() -> None:
    """What stands in notebooks/ is what the runbooks compile to."""
    assert build(SHIPPED, check=True) == []


def test_a_comment_in_a_fence_is_no_heading() -> None:
    """Only headings of the document itself split cells."""
    body = "# T\n\n```bash\n# no\n```\n\n- item\n\n  # no\n\n> ## no\n"
    assert sources(body) == [("markdown", body.strip())]


def test_cells_of_a_section_share_its_tag() -> None:
    """Every cell carries the slug of its nearest heading; its own tags come after."""
    cells = cells_of("# T\n\n## A b\n\n```{code-cell}\n:tags: [x]\n\n1\n```\n\n### 2. C\n\ntext\n")
    tags = [cell["metadata"]["tags"] for cell in cells]
    assert tags[:2] == [["section:t"], ["section:t", "setup"]]
    assert tags[2:] == [["section:a-b"], ["section:a-b", "x"], ["section:c"]]
    assert [cell["id"] for cell in cells] == ["t-1", "setup", "a-b-1", "a-b-2", "c-1"]


def test_equal_headings_get_different_sections() -> None:
    """The second is -2, and a heading that is called so already keeps its name from the third."""
    cells = cells_of("# T\n\n## A\n\n## A\n\n## A 3\n\n## A\n")
    assert [cell["id"] for cell in cells] == ["t-1", "setup", "a-1", "a-2-1", "a-3-1", "a-4-1"]


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("1. Check Redis container status", "check-redis-container-status"),
        ("12) Two", "two"),
        ("6379 is taken", "6379-is-taken"),
        ("What's `redis-cli` *for*?", "whats-redis-cli-for"),
        ("[Link](x.md) text", "link-text"),
        ("Überblick", "uberblick"),
        ("障害", "section"),
        ("snake_case stays apart", "snake-case-stays-apart"),
    ],
)
def test_slugs(heading: str, slug: str) -> None:
    """A heading's words without number and marks, in ASCII, joined by hyphens."""
    assert slug_of(heading) == slug


def test_a_long_heading_leaves_room_for_the_ordinal() -> None:
    """A cell id has at most 64 characters, also with hundreds of equal headings and cells."""
    taken = {slug_of("word " * 40)}
    assert len(f"{unique(slug_of('word ' * 40), taken)}-9999") <= 64
    assert len(slug_of("x" * 200)) <= 54


def test_parameters_are_one_annotated_assignment_a_line() -> None:
    """Type, default as Python and the help in a comment on one line; a secret says where it may be."""
    notebook = json.loads(compile_file(GOLDEN / "sample.md"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "parameters")
    assert "".join(cell["source"]).splitlines() == [
        'redis_url: str = ""  # URL to diagnose # with a hash',
        "log_lines: int = 50",
        'token: str = "env:LAB_TOKEN"  # Where the token is (secret: env:NAME or file:/path)',
    ]


def test_papermill_documents_the_parameters() -> None:
    """``papermill --help-notebook`` shows every parameter with its type, default and help."""
    from papermill.inspection import inspect_notebook

    found = inspect_notebook(str(SHIPPED.notebook("redis-connection")))
    assert found["log_lines"]["inferred_type_name"] == "int"
    assert found["log_lines"]["default"] == "50"
    assert found["log_lines"]["help"] == "How many of the newest log lines to read"
    assert len(found) == 15


def test_a_setup_cell_of_ones_own_replaces_the_generated_one() -> None:
    """There is exactly one set-up cell, where the author put it."""
    cells = cells_of("# T\n\n## A\n\n```{code-cell}\n:tags: [setup]\n\nmine()\n```\n")
    setup = [cell["source"] for cell in cells if "setup" in cell["metadata"]["tags"]]
    assert setup == ["mine()"]
    assert cells[-1]["source"] == "mine()"


def test_without_parameters_there_is_no_parameters_cell() -> None:
    """The set-up cell then starts the runbook by its name alone."""
    cells = cells_of("# T\n")
    assert [cell["id"] for cell in cells] == ["t-1", "setup"]
    assert cells[1]["source"].endswith('start("t")')


def test_documentation_fences_never_become_code() -> None:
    """bash, yaml and python fences, and MyST directives other than cells, stay text."""
    for language in ("bash", "yaml", "python", "", "{note}", "{code-block} python"):
        body = f"# T\n\n```{language}\nrm -rf /\n```"
        assert sources(body) == [("markdown", body)]


@pytest.mark.parametrize(
    ("fence", "source", "metadata"),
    [
        ("```{code-cell}\n1\n```", "1", {}),
        ("```{code-cell} python\n1\n```", "1", {}),
        ("~~~{code-cell} ipython3\n1\n~~~", "1", {}),
        ("```{code-cell}\n```", "", {}),
        ("```{code-cell}\n\n\n1\n\n```", "\n\n1\n", {}),
        ("```{code-cell}\n:tags: [a, b]\n1\n```", "1", {"tags": ["a", "b"]}),
        ("```{code-cell}\n:tags: [a]\n:editable: false\n\n1\n```", "1", {"tags": ["a"], "editable": False}),
        ("```{code-cell}\n---\ntags: [a] # why\n---\n1\n```", "1", {"tags": ["a"]}),
        ("```{code-cell}\n---\n---\n:tags: [a]\n```", ":tags: [a]", {}),
        ("````{code-cell}\nx = '```'\n````", "x = '```'", {}),
    ],
)
def test_myst_ways_to_write_a_code_cell(fence: str, source: str, metadata: dict[str, Any]) -> None:
    """Options come as ``:key: value`` lines or as a YAML block; the rest is the code as written."""
    cell = cells_of(f"# T\n\n## A\n\n{fence}\n")[-1]
    tags = ["section:a", *metadata.get("tags", [])]
    assert (cell["cell_type"], cell["source"]) == ("code", source)
    assert cell["metadata"] == {**metadata, "tags": tags}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# no front matter\n", 1, "no front matter"),
        ("---\ntitle: x\n", 1, "never ends"),
        ("---\ntitle: x\n  y: z\n---\n# T\n", 3, "not valid YAML"),
        ("---\nseverity: x\n---\n# T\n", 1, "no title"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell} bash\nls\n```\n", 6, "must be Python, not 'bash'"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell}\n1\n", 6, "never closed"),
        ("---\ntitle: x\n---\n# T\n\n- a\n\n  ```{code-cell}\n  1\n  ```\n", 8, "never runs"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell}\n:tags: [a\n\n1\n```\n", 7, "not valid YAML"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell}\n:tags: [a, a]\n\n1\n```\n", 7, "tags a list"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell}\n:when: 2020-01-01\n\n1\n```\n", 7, "must be metadata"),
        ("---\ntitle: x\n---\n# T\n\n+++ {oops\n", 6, "JSON object"),
        ("---\ntitle: x\n---\n# T\n\n```{code-cell}\n:tags: [parameters]\n\nx = 1\n```\n", 9, "front matter"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, message: str) -> None:
    """What cannot be compiled ends in one message with the line of the Markdown file."""
    with pytest.raises(UserError, match=message) as caught:
        compile_text(text, "t")
    assert caught.value.line == line


def test_a_file_that_is_no_text_is_a_user_error(tmp_path: Path) -> None:
    """A runbook in another encoding is named as such."""
    (tmp_path / "t.md").write_bytes(b"---\ntitle: \xff\n---\n")
    with pytest.raises(UserError, match="not UTF-8"):
        compile_file(tmp_path / "t.md")


def test_windows_line_ends_compile_to_the_same_cells() -> None:
    """A checkout with CRLF gives the same notebook except for the hash of the file."""
    text = (GOLDEN / "sample.md").read_text()
    assert compile_text(text.replace("\n", "\r\n"), "s")["cells"] == compile_text(text, "s")["cells"]
