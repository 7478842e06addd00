"""The runbook's own text as HTML: no raw HTML, links to http, https and this page, no remote image."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from runbooklab.redaction import visible

_REMOTE_OR_ODD = re.compile(r"^(?:[a-z][a-z0-9+.\-]*:|//|\\)", re.IGNORECASE)

#: A longer text than this is shown as it is written: nobody wrote it to be read as Markdown.
MOST_CHARACTERS = 200_000


def to_html(
    source: str, anchors: Mapping[str, str] | None = None, images: Mapping[str, str] | None = None
) -> Markup:
    """Render ``source``.

    ``anchors`` maps a heading's anchor as GitHub makes it to the anchor it has on this page; ``images``
    maps an attachment's name to a data URI. A relative link to a file is written as text with its path:
    the page travels, and the file does not travel with it.
    """
    env = {"anchors": anchors or {}, "images": images or {}}
    if len(source) > MOST_CHARACTERS:
        return Markup("<pre>{}</pre>").format(visible(source))
    return Markup(_renderer().render(visible(source), env))  # noqa: S704 # html is off in the renderer below


def is_allowed(url: str) -> bool:
    """Whether a target may be used: http, https, an attachment, or relative."""
    return _scheme(url) in ("http", "https", "attachment") or not _REMOTE_OR_ODD.match(url.strip())


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return "invalid"


def github_anchor(heading: str) -> str:
    """The anchor that GitHub and JupyterLab give a heading, without the number that tells namesakes apart."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class _Renderer(RendererHTML):
    """Markdown-it's renderer with headings two lower, and its own way with links, images and code."""

    def heading_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f"<h{_lower(tokens[at])}>"

    def heading_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f"</h{_lower(tokens[at])}>\n"

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return _link(tokens[at], env["anchors"])[0]

    def link_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        opened = next(
            token for token in reversed(tokens[:at]) if token.type == "link_open"
        )  # links don't nest
        return _link(opened, env["anchors"])[1]

    def image(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        token = tokens[at]
        alt = escape(self.renderInlineAsText(token.children or [], options, env))
        source = str(token.attrGet("src") or "")
        data = env["images"].get(unquote(source.removeprefix("attachment:")))
        return f'<img src="{escape(data)}" alt="{alt}">' if data else f"<em>[image: {alt}]</em>"

    def fence(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f'<div class="cmd"><pre><code>{escape(tokens[at].content)}</code></pre></div>\n'

    def code_block(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return self.fence(tokens, at, options, env)

    def th_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f"<{tokens[at].tag}{_alignment(tokens[at])}>"

    def td_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return f"<{tokens[at].tag}{_alignment(tokens[at])}>"

    def table_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return '<div class="scroll"><table>\n'

    def table_close(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        return "</table></div>\n"


def _link(opened: Token, anchors: Mapping[str, str]) -> tuple[str, str]:
    """What stands before and after a link's text."""
    target = str(opened.attrGet("href") or "")
    if _scheme(target) in ("http", "https"):
        return f'<a href="{escape(target)}" rel="noreferrer noopener">', "</a>"
    if target.startswith("#"):
        anchor = anchors.get(unquote(target[1:]).lower())
        return (f'<a href="#{escape(anchor)}">', "</a>") if anchor else ("", "")
    return "", f" (<code>{escape(unquote(target))}</code>)"


def _alignment(token: Token) -> str:
    """A class instead of Markdown-it's style attribute, which the page's policy forbids."""
    return ' class="num"' if "right" in str(token.attrGet("style")) else ""


def _lower(token: Token) -> int:
    return min(int(token.tag[1:]) + 2, 6)


@cache
def _renderer() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(
        ["table", "strikethrough"]
    )
    markdown.validateLink = is_allowed  # type: ignore[method-assign] # how markdown-it-py documents it
    markdown.parse("a")  # its first use orders its rules, which two threads must not do at once
    return markdown
