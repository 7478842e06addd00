"""Lists that cells interrupt, links of imported files, and what follows from one file for another."""

from __future__ import annotations

import pytest

from foreign_runbooks import JUDGE, cells, front, imported
from runbooklab.authoring import blocks
from runbooklab.importing.folder import import_all


def body(text: str) -> str:
    """The text between the verdict and the last cell, without cells: what a reader sees around them."""
    inner = text.split("diagnose()\n```\n", 1)[1].rsplit("\n```{code-cell}\nconclude()", 1)[0]
    lines: list[str] = []
    mark = ""
    for line in inner.split("\n"):
        if mark:
            mark = "" if line == mark else mark
        elif line.startswith("```{"):
            mark = line[: len(line) - len(line.lstrip("`"))]
            lines.append("CELL")
        else:
            lines.append(line)
    return "\n".join(lines).strip()


LS = "```bash\n{0}ls /\n{0}```"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            f"1. a\n\n   {LS.format('   ')}\n\n   after\n1. b\n1. c\n",
            "1. a\n\nCELL\n\nafter\n2. b\n3. c",
        ),
        (f"- a\n  {LS.format('  ')}\n- b\n", "- a\n\nCELL\n\n- b"),
        (
            f"1. a\n   - b\n     {LS.format('     ')}\n     after\n   - c\n     d\n2. e\n",
            "1. a\n   - b\n\nCELL\n\nafter\n- c\n  d\n2. e",
        ),
        (f"- {LS.format('  ')}\n- b\n", "-\n\nCELL\n\n- b"),
        (f"1. a\n\n    {LS.format('    ')}\n\n        code\n2. b\n", "1. a\n\nCELL\n\n     code\n2. b"),
        (f"9. a\n   {LS.format('   ')}\n9. b\n   c\n", "9. a\n\nCELL\n\n10. b\n    c"),
        (f"* a\n\n{LS.format('')}\n\n* b\n", "* a\n\nCELL\n\n* b"),
        (f"1. a\n   {LS.format('   ')}\n   {LS.format('   ')}\n   z\n", "1. a\n\nCELL\n\nCELL\n\nz"),
        (f"1.\ta\n\n\t{LS.format(chr(9))}\n\n\tafter\n", "1.\ta\n\nCELL\n\nafter"),
    ],
)
def test_a_cell_stands_at_the_margin_and_the_list_goes_on(source: str, expected: str) -> None:
    """What follows it in its item moves to the margin, the next items keep their numbers."""
    assert body(imported(f"# T\n\n## A\n\n{source}").text).removeprefix("## A\n\n") == expected


def test_a_fence_that_stays_text_stays_in_its_list() -> None:
    """Its reason stands below it in the same item, and nothing moves."""
    text = imported("# T\n\n1. a\n\n   ```bash\n   rm x\n   ```\n\n   b\n1. c\n").text
    assert "1. a\n\n   ```bash\n   rm x\n   ```\n\n   *Not live: " in text
    assert "\n   b\n1. c" in text


def test_a_block_in_a_quote_stays_there_and_says_why() -> None:
    """A quote cannot be interrupted by a cell."""
    text = imported("# T\n\n> a\n>\n> ```bash\n> ls\n> ```\n>\n> b\n").text
    assert "> ```bash\n> ls\n> ```\n>\n> *Not live: it stands in a quote.*\n>\n>\n> b" in text


def test_commands_in_running_text_of_lists_are_taken_on_request() -> None:
    """Each becomes a check below its paragraph; a lone word and what changes something do not."""
    source = "# T\n\n1. Run `kubectl get pods` and `df -h /var`, not `rm x` or `ls`.\n2. b\n"
    assert cells(imported(source).text) == {}
    found = imported(source, inline=True)
    assert [row.get("command") or row["disk"] for row in cells(found.text).values()] == [
        "kubectl get pods",
        "/var",
    ]
    assert body(found.text).startswith(
        "1. Run `kubectl get pods` and `df -h /var`, not `rm x` or `ls`.\n\nCELL"
    )
    assert [row.became for row in found.rows] == ["check", "check", "text"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a](b.md)", "a (b.md)"),
        ("[a](b.md 'c')", "a (b.md, 'c')"),
        ("![a](b.png)", "a (b.png)"),
        ("[![a](b.png)](c.html)", "a (b.png) (c.html)"),
        ("[a](<b c.md>)", "a (b c.md)"),
        ("[a](http://b)", "[a](http://b)"),
        ("[a](mailto:b@c)", "[a](mailto:b@c)"),
        ("[a](#here)", "[a](#here)"),
        ("[a](#nowhere)", "a (#nowhere)"),
        ("[a](/b/c.html)", "a (/b/c.html)"),
        ("[a](http://[b)", "[a](http://[b)"),
        ("[a][b]\n\n[b]: c.md", "[a][b]\n\n\\[b]: c.md"),
        ("[a][b]\n\n[b]: http://c", "[a][b]\n\n[b]: http://c"),
        ("[a [b] `c](d)` e](f.md)", "a [b] `c](d)` e (f.md)"),
        ("`[a](b.md)`", "`[a](b.md)`"),
    ],
)
def test_a_link_to_nowhere_is_text(source: str, expected: str) -> None:
    """The address stays readable; what leads somewhere stays a link."""
    assert body(imported(f"# T\n\n## Here\n\n{source}\n").text).removeprefix("## Here\n\n") == expected


def test_links_between_imported_files_lead_on() -> None:
    """To the runbook that the other file becomes, at its heading if there is one; both are related."""
    files = {
        "a/One.md": b"# One\n\n[x](../b/Two.md#fix-it) [y](../b/Two.md#gone) [z](Three.md)\n",
        "b/Two.md": b"# Two\n\n## Fix it\n\n[up](../a/One.md)\n",
    }
    one, two = import_all(files, JUDGE)
    assert one.imported is not None
    assert two.imported is not None
    links = "[x](../runbooks/two.md#fix-it) [y](../runbooks/two.md) z (Three.md)"
    assert links in one.imported.text
    assert front(one.imported.text)["related"] == ["two"]
    assert front(two.imported.text)["related"] == ["one"]


def test_a_file_that_cannot_be_read_stops_no_other() -> None:
    """It has one line, and links to it are text."""
    good, bad = import_all({"good.md": b"# G\n\n[b](bad.md)\n", "bad.md": b"\xff"}, JUDGE)[::-1]
    assert good.imported is not None
    assert "b (bad.md)" in good.imported.text
    assert bad.failure == "bad.md:1: is not UTF-8 text; save it as UTF-8"


def test_headings_within_fences_are_none() -> None:
    """And two headings of one name give different ids."""
    text = imported("# T\n\n## A\n\n```bash\n# A\nls /\n```\n\n## A\n\n```bash\nls /\n```\n").text
    assert list(cells(text)) == ["a-ls", "a-ls-2"]
    levels = [(row.level, row.heading) for row in blocks.parse(text.split("---\n", 2)[2]).blocks if row.level]
    assert levels == [(1, "T"), (2, "A"), (2, "A")]
