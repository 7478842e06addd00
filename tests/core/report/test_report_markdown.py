"""The runbook's own text: no raw HTML, safe links, no picture from elsewhere, no style."""

from __future__ import annotations

import pytest

from runbooklab.report.markdown import to_html


def html(source: str, **kwargs: dict[str, str]) -> str:
    return str(to_html(source, **kwargs)).strip()


def test_raw_html_is_text() -> None:
    """An author's tags are shown, not obeyed."""
    assert html("a <script>x</script> b") == "<p>a &lt;script&gt;x&lt;/script&gt; b</p>"
    assert html("<div onclick=x>") == "<p>&lt;div onclick=x&gt;</p>"


@pytest.mark.parametrize(
    "target",
    ["javascript:x", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "attachment:x",
     "//evil.example/x", "\\\\evil", "java&#10;script:x", "java%0ascript:x", "mailto:a@b",
     "&#106;avascript:x"],
)  # fmt: skip
def test_a_link_elsewhere_than_http_is_no_link(target: str) -> None:
    """Only http, https and relative targets are links at all."""
    assert "href" not in html(f"[a]({target})")


def test_a_web_link_is_a_link_that_tells_nothing() -> None:
    """No referrer and no handle on the opener."""
    assert html("[a](https://redis.io/?a=1&b=2)") == (
        '<p><a href="https://redis.io/?a=1&amp;b=2" rel="noreferrer noopener">a</a></p>'
    )


def test_a_relative_link_is_text_with_its_path() -> None:
    """The page travels alone; the file is named."""
    assert html("[Ports](../runbooks/ports.md), *x*") == (
        "<p>Ports (<code>../runbooks/ports.md</code>), <em>x</em></p>"
    )


def test_a_link_to_a_heading_leads_to_its_section() -> None:
    """GitHub's anchor becomes the page's; an unknown one is plain text."""
    assert html("[a](#1-check) [b](#no)", anchors={"1-check": "section-check"}) == (
        '<p><a href="#section-check">a</a> b</p>'
    )


def test_two_links_in_one_line_close_in_order() -> None:
    """Each end belongs to its own beginning."""
    assert html("[a](x.md) [b](https://c.d)").endswith(
        '(<code>x.md</code>) <a href="https://c.d" rel="noreferrer noopener">b</a></p>'
    )


def test_a_picture_from_elsewhere_is_its_description() -> None:
    """Nothing is fetched; an attachment is shown."""
    assert html("![a <b>](https://x/y.png)") == "<p><em>[image: a &lt;b&gt;]</em></p>"
    assert html("![a](attachment:y.png)", images={"y.png": "data:image/png;base64,AA"}) == (
        '<p><img src="data:image/png;base64,AA" alt="a"></p>'
    )


def test_headings_stand_below_those_of_the_page() -> None:
    """A cell's own headings continue the outline."""
    assert html("## Deep") == "<h4>Deep</h4>"
    assert html("###### Deepest") == "<h6>Deepest</h6>"


def test_commands_can_be_copied_and_are_escaped() -> None:
    """A fence is a box that the copy button knows."""
    assert html('```bash\necho "<x>"\n```') == (
        '<div class="cmd"><pre><code>echo &#34;&lt;x&gt;&#34;\n</code></pre></div>'
    )


def test_tables_scroll_on_their_own_and_have_no_style() -> None:
    """The page's policy lets no style attribute through."""
    table = html("| a | b |\n|--|--:|\n| 1 | 2 |")
    assert 'class="scroll"' in table
    assert '<td class="num">2</td>' in table
    assert "style" not in table


def test_what_cannot_be_seen_is_written_out() -> None:
    """A direction mark in a runbook is as visible as one in a log."""
    assert html("a\u202eb") == "<p>a\\u202eb</p>"
