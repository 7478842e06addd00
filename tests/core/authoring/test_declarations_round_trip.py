"""Declaring fences and cells: byte for byte from Markdown to the notebook and back."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooklab.authoring.compile import Notebook, compile_text, to_bytes
from runbooklab.authoring.decompile import decompile
from runbooklab.authoring.outline import Declared, outline

HEAD = "---\ntitle: T\nuses: []\nparameters:\n  - {name: a, type: int, default: 1}\n---\n\n# T\n\n"
CHECK = "tcp: db:1\npass: open"

#: What may stand behind the # of a comment: marks of Markdown, MyST, YAML and IPython.
ODD = (
    "", " ", "`", "```", "````", "~~~", "```{check} y", "---", "+++", ":tags: [a]", "%%check z",
    "%matplotlib", "!ls", "# Heading", "<!--", "<script>", "{{ x }}", "${a}", "\\", "💥 ünïcode",
    "trailing  ", "'", '"',
)  # fmt: skip
comments = st.lists(st.sampled_from(ODD).map(lambda text: f"# {text}"), max_size=4)
blanks = st.lists(st.sampled_from(["", "# c"]), max_size=2)
bodies = st.tuples(blanks, comments, blanks).map(
    lambda parts: "\n".join([*parts[0], "tcp: db:1", *parts[1], "pass: open", *parts[2]])
)
tags = st.lists(st.sampled_from(["x", "hide-input", "on", "[a]", "#b", "é: z"]), max_size=2, unique=True)
cells = st.lists(st.tuples(bodies, tags), min_size=1, max_size=4)


def notebook_of(rows: list[tuple[str, list[str]]]) -> Notebook:
    """A notebook in which a person has written declaring cells."""
    notebook = compile_text(HEAD, "t")
    for number, (body, found) in enumerate(rows):
        notebook["cells"].append({
            "cell_type": "code", "id": f"x{number}", "metadata": {"tags": found} if found else {},
            "source": f"%%check c{number}\n{body}", "execution_count": None, "outputs": [],
        })  # fmt: skip
    return notebook


def sources(notebook: Notebook) -> list[tuple[str, list[str]]]:
    """The declaring cells with their tags."""
    return [
        (cell["source"], [tag for tag in cell["metadata"].get("tags", ()) if not tag.startswith("section:")])
        for cell in notebook["cells"]
        if cell["source"].startswith("%%")
    ]


@settings(max_examples=150, deadline=None)
@given(cells)
def test_a_declaring_cell_comes_back_as_it_was(rows: list[tuple[str, list[str]]]) -> None:
    """Source and tags survive the way through a fence, whatever the YAML's comments hold."""
    notebook = notebook_of(rows)
    text = decompile(notebook).text
    back = compile_text(text, "t")
    assert sources(back) == sources(notebook)
    assert decompile(back).text == text
    declared = [row.text for row in outline(back).declared]
    assert declared == [body for body, _ in rows]
    (generated,) = (cell["source"] for cell in back["cells"] if "declarations" in cell["metadata"]["tags"])
    said: list[tuple[str, str, str]] = []
    call = generated.partition("import declare")[2]
    exec(call, {"declare": lambda *rows, **more: said.extend(rows)})
    assert said == [("check", f"c{number}", body) for number, (body, _) in enumerate(rows)]


FENCES = [
    f"```{{check}} x\n{CHECK}\n```",
    f"````{{check}}   x  \n{CHECK}\n````",
    f"~~~{{check}} x\n{CHECK}\n~~~",
    f"```{{check}} x\n:tags: [a]\n\n{CHECK}\n```",
    f"```{{check}} x\n:tags: [a]\n{CHECK}\n```",
    f"```{{check}} x\n---\ntags: [a]\n---\n{CHECK}\n```",
    f"```{{check}} x\n---\n---\n---\n{CHECK}\n```",
    f"```{{check}} x\n\n{CHECK}\n\n\n```",
    f"```{{check}} x\n{CHECK}\n\n```",
    f"```{{check}} x\n# ü 💥\n{CHECK}   # trailing  \n```",
    f"`````{{check}} x\n{CHECK}\n# ````\n`````",
    f"```{{code-cell}}\n%%check x\n{CHECK}\n```",
]


@pytest.mark.parametrize("fence", FENCES)
def test_markdown_comes_back_byte_for_byte(fence: str) -> None:
    """A fence is kept as it is written; an edit elsewhere leaves it alone, too."""
    text = f"{HEAD}{fence}\n\ntext\n"
    notebook = compile_text(text, "t")
    assert decompile(notebook, text).text == text
    edited = deepcopy(notebook)
    edited["cells"][-1]["source"] = "other text"
    assert decompile(edited, text).text == text.replace("\ntext\n", "\nother text\n")
    assert to_bytes(compile_text(text, "t")) == to_bytes(notebook)
    (row,) = outline(notebook).declared
    assert (row.what, row.id) == ("check", "x")
    assert CHECK.split("\n")[0] in row.text


def test_an_edited_cell_comes_back_into_its_fence() -> None:
    """Its text, its id and its tags; what was not edited stays as it is written."""
    text = f"{HEAD}~~~{{check}} x\n{CHECK}\n~~~\n\n```{{check}}  y\n{CHECK}\n```\n"
    notebook = compile_text(text, "t")
    cell = next(cell for cell in notebook["cells"] if cell["source"].startswith("%%check x"))
    cell["source"] = "%%check z\ntcp: db:2\npass: open"
    cell["metadata"]["tags"].append("hide-input")
    back = decompile(notebook, text).text
    assert back == text.replace(
        f"~~~{{check}} x\n{CHECK}\n~~~", "```{check} z\n:tags: [hide-input]\n\ntcp: db:2\npass: open\n```"
    )
    assert outline(compile_text(back, "t")).declared[0] == Declared("check", "z", "tcp: db:2\npass: open")


@pytest.mark.parametrize(
    "source",
    ["%%check x", "%%check x\n", "%%check", "%%check \n", "%%check  x\ntcp: db:1", "%%check Foo\ntcp: db:1",
     "%%check x y\ntcp: db:1", "%%check x\t\ntcp: db:1", "%%check x\r\ntcp: db:1\r\n", "%%checkx\n",
     " %%check x\n", "%%check x\n:tags: [a]\ntcp: db:1", "%%check x\n---\na: b\n---\ntcp: db:1",
     "%%check x\ntcp: [", "%%cause x\n", "%%remedy x\nrun: ls\u2028x"],
)  # fmt: skip
def test_any_edit_comes_back(source: str) -> None:
    """However odd or wrong an edited cell is, it comes back as a fence with the same source, or as a cell."""
    from runbooklab.authoring import blocks
    from runbooklab.authoring.frontmatter import split

    notebook = notebook_of([(CHECK, [])])
    notebook["cells"][-1]["source"] = source
    document = split(decompile(notebook).text)
    found = [block for block in blocks.parse(document.body).blocks if block.kind == "code"]
    assert [block.source for block in found] == [source.replace("\r\n", "\n")]


def test_a_cell_with_other_line_ends_declares_the_same() -> None:
    """A notebook saved with CRLF has the same declarations."""
    notebook = notebook_of([(CHECK, [])])
    notebook["cells"][-1]["source"] = f"%%check x\n{CHECK}".replace("\n", "\r\n")
    assert outline(notebook).declared == (Declared("check", "x", CHECK),)
