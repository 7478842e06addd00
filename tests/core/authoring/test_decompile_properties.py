"""Whatever stands in a notebook's cells survives the way through Markdown."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooklab.authoring.compile import Notebook, compile_text, content, to_bytes
from runbooklab.authoring.decompile import decompile
from runbooklab.errors import UserError

FRONT = "title: T\nparameters:\n  - {name: a, type: int, default: 1, help: a number}\n"
GENERATED = (["setup"], ["parameters"])

#: Lines that mean something to Markdown, to MyST or to YAML.
LINES = (
    "", " ", "text", "# Heading", "## 1. Heading", "    indented", "- item", "  more", "> quote", "***",
    "---", "===", "+++", '+++ {"tags": ["x"]}', "```", "````", "```bash", "~~~", "```{code-cell}",
    "```{raw-cell}", ":tags: [a]", ":tags: [a", "<!--", "-->", "<div>", "<script>", "[a]: b", "| a | b |",
    "|---|---|", "% comment", "(target)=", "\ttab", "trailing  ",
    "\\", "&amp;", "💥 ünïcode", "1. one",
    "$$", ":when: 2020-99-99", '+++ {"runbooklab": {"source": 5}}', '+++ {"runbooklab": {"source": "x"}}',
    '+++ {"runbooklab": {"attachments": 1}}', "x = 1", "\u2028", "\x0c",
)  # fmt: skip

free_text = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=20)
text = st.one_of(st.lists(st.sampled_from(LINES), max_size=6).map("\n".join), free_text)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | free_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(free_text, inner, max_size=3),
    max_leaves=4,
)
tag = st.one_of(
    st.sampled_from(["x", "hide-input", "on", "null", "1", "[a]", "#b", "é: z"]), free_text.filter(bool)
).filter(lambda tag: "," not in tag and not tag.startswith("section:") and tag not in ("setup", "parameters"))
metadata = st.one_of(
    st.just({}),
    st.lists(tag, min_size=1, max_size=3, unique=True).map(lambda tags: {"tags": tags}),
    st.dictionaries(st.sampled_from(["editable", "a b", "jupyter", "1"]), values, max_size=2).map(
        lambda found: {**found, **({"jupyter": {}} if "jupyter" in found else {})}
    ),
)
attachments = st.just({}) | st.just({"a.png": {"image/png": "QUJD"}})
cells = st.lists(
    st.one_of(
        st.tuples(st.just("code"), text, metadata, st.just({})),
        st.tuples(st.sampled_from(["markdown", "raw"]), text, metadata, attachments),
    ),
    max_size=6,
)


def notebook_of(rows: list[tuple[str, str, dict[str, Any], dict[str, Any]]]) -> Notebook:
    """A notebook as a person leaves it: the generated cells first, then cells without our tags and ids."""
    notebook = compile_text(f"---\n{FRONT}---\n", "t")
    for number, (kind, source, found, files) in enumerate(rows):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"x{number}", "metadata": found, "source": source}
        cell |= {"execution_count": None, "outputs": []} if kind == "code" else {}
        notebook["cells"].append(cell | ({"attachments": files} if files else {}))
    return notebook


def by_hand(notebook: Notebook) -> list[Any]:
    """What a person wrote, Markdown cells cut at headings and without the empty lines around them."""
    rows: list[Any] = []
    for kind, source, found, files in content(notebook["cells"]):
        if found.get("tags") in GENERATED:
            continue
        if kind != "markdown":
            rows.append((kind, source, found, files))
            continue
        lines = [line for line in source.split("\n") if line.strip(" \t")]
        rows.append((kind, lines, found, files))
    return rows


def joined(rows: list[Any]) -> list[Any]:
    """The same with runs of plain Markdown as one: a cell with two headings may have become two cells."""
    result: list[Any] = []
    for row in rows:
        plain = row[0] == "markdown" and not row[2] and not row[3]
        if plain and result and result[-1][0] == "markdown":
            kind, lines, found, files = result[-1]
            result[-1] = (kind, lines + row[1], found, files)
        else:
            result.append(row)
    return result


@settings(max_examples=300, deadline=None)
@given(cells)
def test_nothing_is_lost_on_the_way(rows: list[tuple[str, str, dict[str, Any], dict[str, Any]]]) -> None:
    """Every line, tag, piece of metadata and attachment comes back, in order and in the same kind of cell."""
    notebook = notebook_of(rows)
    back = compile_text(decompile(notebook).text, "t")
    assert joined(by_hand(back)) == joined(by_hand(notebook))


@settings(max_examples=150, deadline=None)
@given(cells)
def test_the_way_through_markdown_settles_at_once(
    rows: list[tuple[str, str, dict[str, Any], dict[str, Any]]],
) -> None:
    """What came from Markdown goes back to the same Markdown, and from there to the same notebook."""
    markdown = decompile(notebook_of(rows)).text
    compiled = compile_text(markdown, "t")
    assert decompile(compiled).text == markdown
    assert compile_text(decompile(compiled).text, "t") == compiled


@settings(max_examples=60, deadline=None)
@given(cells)
def test_what_is_compiled_is_a_valid_notebook(
    rows: list[tuple[str, str, dict[str, Any], dict[str, Any]]],
) -> None:
    """Any Markdown that decompiling writes compiles to valid nbformat 4.5 with ids of its own."""
    data = to_bytes(compile_text(decompile(notebook_of(rows)).text, "t"))
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))
    ids = [cell["id"] for cell in json.loads(data)["cells"]]
    assert len(set(ids)) == len(ids)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=14).map("\n".join))
def test_any_markdown_compiles_or_is_refused_with_a_line(body: str) -> None:
    """The compiler fails with a user error or not at all, and what compiles comes back."""
    text_ = f"---\n{FRONT}---\n{body}\n"
    compiled: Notebook | None
    try:
        compiled = compile_text(text_, "t")
    except UserError as error:
        place = error.line
        compiled = None
    if compiled is None:
        assert place
        return
    assert decompile(compiled, text_).text == text_
    again = compile_text(decompile(compiled).text, "t")
    assert content(again["cells"]) == content(compiled["cells"])
