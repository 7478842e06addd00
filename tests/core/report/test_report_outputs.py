"""Outputs that are not ours: harmless, bounded, and honest about what was cut."""

from __future__ import annotations

import pytest

from report_samples import STOPPED, code, display, notebook, shown, stream, text, view
from runbooklab.model.drawing import PLAIN
from runbooklab.model.mime import FINDING_MIME
from runbooklab.report.outputs import OUTPUT_LIMIT, Block, blocks
from runbooklab.report.plain import excerpt, plain
from runbooklab.report.sections import Section, notebook_sections

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def drawn(*outputs: dict[str, object]) -> list[Block]:
    return list(blocks(outputs))


@pytest.mark.parametrize(
    ("raw", "seen"),
    {
        "\x1b[1;31mred\x1b[0m": "red",
        "\x1b]8;;http://x\x07link\x1b]8;;\x07": "link",
        "\x1b]0;title\x1b\\text": "text",
        "\x1b(Bascii": "ascii",
        "\x1b[2K\x1b[1Gline": "line",
        "10%\r50%\r100%\ndone": "100%\ndone",
        "dos\r\nline\r\n": "dos\nline\n",
        "last\r": "last",
        "plain [31m text": "plain [31m text",
    }.items(),
)
def test_terminal_codes_are_taken_out(raw: str, seen: str) -> None:
    """Text reads as a terminal would have left it."""
    assert plain(raw) == seen


def test_a_short_text_is_whole() -> None:
    """Nothing is cut below the bound, and one line over it is not worth a cut."""
    assert excerpt("\n".join("abc"), head=1, tail=1) == ("a\nb\nc", "", "")


def test_a_long_text_keeps_its_ends_and_says_what_is_missing() -> None:
    """Beginning and end stay, the number of lines between is said."""
    cut = excerpt("\n".join(map(str, range(100_000))), head=2, tail=3)
    assert cut == ("0\n1", "99997\n99998\n99999", "99,995 lines left out")


def test_a_long_line_says_what_is_missing() -> None:
    """A line of a megabyte does not become a page of a megabyte."""
    assert excerpt("x" * 1_000_000, width=10).head == "xxxxxxxxxx … 999,990 characters left out"


def test_pieces_of_one_stream_are_one_text() -> None:
    """The kernel sends a stream in pieces; standard error stays apart."""
    found = drawn(stream("a"), stream("b\n"), stream("oops", "stderr"), stream("c"))
    assert [(block.kind, block.content.head) for block in found] == [
        ("stream", "ab"), ("error_stream", "oops"), ("stream", "c"),
    ]  # fmt: skip


def test_a_progress_bar_in_pieces_ends_as_it_ended() -> None:
    """A rewritten line is joined before it is read."""
    assert drawn(stream("10%\r"), stream("100%"))[0].content.head == "100%"


def test_a_traceback_is_text_without_colours() -> None:
    """What Python coloured is readable."""
    block = drawn(
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m: <v>"]}
    )[0]
    assert (block.kind, block.content.head) == ("error", "E: <v>")


def test_an_error_without_a_traceback_still_says_what_it_was() -> None:
    """A stripped traceback leaves name and value."""
    assert (
        drawn({"output_type": "error", "ename": "E", "evalue": "v", "traceback": []})[0].content.head
        == "E: v"
    )


def test_a_data_frame_keeps_its_table_and_nothing_else() -> None:
    """Tags of tables pass; scripts, styles, handlers, links and classes don't."""
    html = (
        "<style>td{}</style><table class='dataframe' onclick='x()'><tr><th scope='row' style='x'>a</th>"
        "<td colspan='2'>1<script>alert(1)</script></td></tr></table><a href='javascript:x'>l</a><img src='http://x'>"
    )
    content = str(drawn(display(text_html=html))[0].content)
    assert "".join(content.split()) == (
        '<table><tbody><tr><thscope="row">a</th><tdcolspan="2">1</td></tr></tbody></table>l'
    )


def test_html_that_leaves_nothing_falls_back_to_text() -> None:
    """A JavaScript-only output is shown as its text."""
    block = drawn(display(text_html="<script>draw()</script>", text_plain="<Figure>"))[0]
    assert (block.kind, block.content.head) == ("stream", "<Figure>")


def test_a_picture_stands_in_the_page() -> None:
    """PNG is carried along as data."""
    block = drawn(display(image_png=PIXEL + "\n", text_plain="<Figure>"))[0]
    assert (block.kind, block.content) == ("image", f"data:image/png;base64,{PIXEL}")


@pytest.mark.parametrize("bad", ["not base64!", '"><script>', "A" * 4_000_000])
def test_what_is_no_picture_is_not_drawn_as_one(bad: str) -> None:
    """A broken or huge picture makes no image."""
    assert [block.kind for block in drawn(display(image_png=bad, text_plain="x"))] != ["image"]


def test_a_picture_format_that_can_hold_scripts_is_not_drawn() -> None:
    """SVG and HTML-like formats are shown as text."""
    block = drawn({"output_type": "display_data", "data": {"image/svg+xml": "<svg/>", "text/plain": "svg"}})[
        0
    ]
    assert block.content.head == "svg"


def test_a_widget_leaves_nothing() -> None:
    """A button is for the person who sat there."""
    assert drawn(display(**{"application_vnd.jupyter.widget-view+json": {}}, text_plain="Button()")) == []


@pytest.mark.parametrize("content", [{"id": 1}, None, [], {"kind": "unheard-of"}])
def test_ours_that_cannot_be_read_is_shown_as_its_text(content: object) -> None:
    """A finding of another version never falls back to its HTML."""
    block = drawn(shown(FINDING_MIME, content))[0]
    assert (block.kind, block.content.head) == ("stream", "FROM THE TEXT")


def test_an_unknown_view_is_shown_as_its_text() -> None:
    """A view of a later version degrades."""
    assert drawn(view("hologram", {}))[0].content.head == "FROM THE TEXT"


def test_too_many_outputs_are_counted() -> None:
    """A cell that displays without end does not make a page without end."""
    found = drawn(*[display(text_plain=str(number)) for number in range(OUTPUT_LIMIT + 5)])
    assert found[-1] == Block("note", "5 more outputs left out.")
    assert len(found) == OUTPUT_LIMIT + 1


def test_lists_of_lines_read_as_text() -> None:
    """A file holds long text as a list of lines."""
    assert drawn({"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]})[0].content.head == "a\nb"


# --- cells to sections -----------------------------------------------------------------------


def sections_of(*cells: dict[str, object]) -> list[Section]:
    return notebook_sections(notebook(*cells), PLAIN)


def kinds(section: Section) -> list[str]:
    return [block.kind for block in section.blocks]


def test_cells_of_one_tag_are_one_section() -> None:
    """The heading names it, in the order of the notebook."""
    found = sections_of(
        text("# Top", "top"),
        text("## 1. Look *here*\n\nText.", "look"),
        code(section="look"),
        text("### Deeper", "deep"),
    )
    assert [(part.slug, part.title, part.level, kinds(part)) for part in found] == [
        ("top", "Top", 1, []), ("look", "1. Look here", 2, ["text", "code"]), ("deep", "Deeper", 3, []),
    ]  # fmt: skip


def test_a_cell_without_a_tag_belongs_to_the_section_above() -> None:
    """papermill's injected parameters carry no tag of ours."""
    found = sections_of(
        text("# Top", "top"), code(section="top"), code(source="injected"), code(section="top")
    )
    assert [kinds(part) for part in found] == [["code", "code", "code"]]


def test_anyones_notebook_has_sections_by_its_headings() -> None:
    """No tags are needed; the same heading twice is two sections."""
    found = sections_of(code(), text("# A\n\ntext"), text("## B"), text("## B"))
    assert [part.slug for part in found] == ["introduction", "a", "b", "b-2"]


def test_a_cell_never_executed_says_so() -> None:
    """Not run is not the same as no output."""
    assert kinds(sections_of(code(run=False))[0]) == ["not_run", "code"]
    assert kinds(sections_of(code(source=" ", run=False))[0]) == []


@pytest.mark.parametrize(
    ("tag", "left"),
    [("remove-cell", []), ("remove-input", ["stream"]), ("remove-output", ["code"])],
)
def test_tags_that_remove_are_honoured(tag: str, left: list[str]) -> None:
    """An author's MyST tags mean here what they mean there."""
    cell = code(stream("x"))
    cell["metadata"]["tags"] = [tag]
    assert kinds(sections_of(cell)[0]) == left


def test_a_section_is_as_bad_as_its_worst_finding() -> None:
    """Its status and its line come from that finding."""
    found = sections_of(code(shown(FINDING_MIME, STOPPED)))[0]
    assert (found.status, found.headline) == ("critical", STOPPED)
