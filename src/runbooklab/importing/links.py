"""Links that lead nowhere from the imported runbook become text; links between imported files lead on."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from urllib.parse import unquote, urlsplit

from markdown_it.token import Token

from runbooklab.authoring import blocks as markdown

#: What becomes of a link's target: itself, another one, or None for text.
Resolve = Callable[[str], str | None]

_CODE = r"`+[^`\n]{0,500}`+"
_TEXT = rf"(?:{_CODE}|[^\[\]\\`]|\\.|\[(?:[^\[\]\\]|\\.){{0,500}}\](?:\([^()\n]{{0,500}}\))?){{0,2000}}?"
_INLINE = re.compile(
    rf"(?P<code>{_CODE})|"
    rf"(?P<image>!?)\[(?P<text>{_TEXT})\]\(\s{{0,20}}(?P<target><[^<>\n]*>|[^\s()<>]*(?:\([^\s()]*\)[^\s()]*)?)"
    r"(?P<title>\s{1,20}(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?\s{0,20}\)"
)
_DEFINITION = re.compile(
    r"^(?P<indent> {0,3})\[(?P<label>[^\]\n]{1,200})\]:[ \t]*(?P<target><[^<>\n]*>|\S+)", re.M
)
#: How often a paragraph is looked at again: an image in a link is two.
_ROUNDS = 4


def resolver(
    source: str,
    anchors: Collection[str],
    slugs: Mapping[str, str],
    anchors_of: Mapping[str, Collection[str]],
) -> Resolve:
    """What becomes of the links in the file ``source``.

    ``anchors`` are its own. ``slugs`` maps the paths of all files that are imported together to their
    runbooks, ``anchors_of`` their slugs to the anchors in them.
    """

    leading_on: set[str] = set()  # what links were changed to: looked at again, it is no target of the source

    def resolve(target: str) -> str | None:
        try:
            parts = urlsplit(target)
        except ValueError:
            return None
        if parts.scheme or parts.netloc:
            return None if parts.scheme == "attachment" else target
        fragment = unquote(parts.fragment)
        if not parts.path:
            return target if fragment in anchors else None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(parts.path)))
        slug = slugs.get(path)
        if slug is None:
            return target if target in leading_on else None
        there = f"#{parts.fragment}" if fragment and fragment in anchors_of.get(slug, ()) else ""
        leading_on.add(f"../runbooks/{slug}.md{there}")
        return f"../runbooks/{slug}.md{there}"

    return resolve


def settle(body: str, resolve: Resolve) -> str:
    """The body with each link or image as ``resolve`` says; its lines stay where they are.

    A link to nowhere becomes its text with the target in brackets.
    """
    lines = body.split("\n")
    for block in markdown.parse(body).blocks:
        if block.kind == "markdown":
            _settle_block(lines, block.line - 1, block.source, resolve)
    return "\n".join(lines)


def leads_to(body: str) -> list[str]:
    """The slugs of the runbooks that the body links to, sorted."""
    return sorted(set(re.findall(r"\(\.\./runbooks/([a-z0-9-]+)\.md", body)))


def _settle_block(lines: list[str], first: int, source: str, resolve: Resolve) -> None:
    begin, end = 0, 0
    for token in markdown.markdown().parse(source):
        if token.map:
            begin, end = token.map
        if token.type != "inline" or all(resolve(target) == target for target in _targets(token)):
            continue
        here = slice(first + begin, first + end)
        lines[here] = _changed("\n".join(lines[here]), resolve).split("\n")
        for target in dict.fromkeys(_targets(token)):
            if resolve(target) != target:
                _drop_definitions(lines, first, source.count("\n") + 1, target)


def _targets(token: Token) -> list[str]:
    rows = (child.attrGet("href") or child.attrGet("src") for child in token.children or ())
    return [str(target) for target in rows if target]


def _changed(text: str, resolve: Resolve) -> str:
    for _ in range(_ROUNDS):
        changed = _INLINE.sub(lambda found: _replaced(found, resolve), text)
        if changed == text:
            break
        text = changed
    bad = [each for token in markdown.markdown().parseInline(text) for each in _targets(token)]
    if any(resolve(each) != each for each in bad):
        text = re.sub(r"(?<!\\)\](?=\()", r"\\]", text)
    return text


def _replaced(found: re.Match[str], resolve: Resolve) -> str:
    if found["code"]:
        return found[0]
    raw = found["target"]
    written = raw[1:-1] if raw.startswith("<") else raw
    target = markdown.markdown().normalizeLink(written)
    now = resolve(target)
    if now == target:
        return found[0]
    if now is not None:
        return f"{found['image']}[{found['text']}]({now}{found['title'] or ''})"
    title = f", {found['title'].strip()}" if found["title"] else ""
    return f"{found['text']} ({written}{title})" if found["text"] else f"({written}{title})"


def _drop_definitions(lines: list[str], first: int, count: int, target: str) -> None:
    """A reference to nowhere is text, so its definition is too."""
    for number in range(first, min(first + count, len(lines))):
        found = _DEFINITION.match(lines[number])
        if found and markdown.markdown().normalizeLink(found["target"].strip("<>")) == target:
            lines[number] = f"{found['indent']}\\{lines[number].lstrip(' ')}"
