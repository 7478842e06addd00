"""Machine text in Markdown: it is shown, and never becomes markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from report_samples import HOSTILE
from runbooklab.execution.last_gate import leaks_in
from runbooklab.redaction import Vault, visible
from runbooklab.report.markdown_text import block, code, table, unescaped, words

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
TRICKY = st.text(alphabet="ab1 *_`[]()<>&|~#+-=.!\\:/\n\t\u202e", max_size=40) | st.text(max_size=20)


def tokens(markdown: str) -> list[str]:
    """Types of all tokens that a reader makes of ``markdown``."""
    parsed = READER.parse(markdown)
    return [inner.type for token in parsed for inner in (token, *(token.children or ()))]


def seen(markdown: str) -> str:
    """The text that a reader shows."""
    parsed = READER.parse(markdown)
    return "".join(inner.content for token in parsed for inner in token.children or ())


def one_line(text: str) -> str:
    return " ".join(visible(text).split())


@given(TRICKY)
def test_words_are_shown_and_are_nothing_else(text: str) -> None:
    """In a paragraph of its own any text is a paragraph of text, and reads as it was."""
    if shown := one_line(text):
        assert set(tokens(words(text))) <= {
            "paragraph_open",
            "inline",
            "text",
            "text_special",
            "paragraph_close",
        }
        assert seen(words(text)) == shown


@given(TRICKY)
def test_code_is_shown_as_it_is(text: str) -> None:
    """Any text in a code span is that code span and nothing else."""
    if shown := one_line(text):
        assert [kind for kind in tokens(f"x {code(text)} y") if kind not in ("inline", "text")] == [
            "paragraph_open", "code_inline", "paragraph_close",
        ]  # fmt: skip
        assert seen(f"x {code(text)} y") == f"x {shown} y"


@given(st.lists(TRICKY, max_size=4))
def test_a_block_cannot_be_left(lines: list[str]) -> None:
    """Commands stand in one code block, whatever fences they hold."""
    (token,) = READER.parse(block(lines))
    assert token.type == "fence"
    assert token.content.rstrip("\n") == visible("\n".join(lines)).rstrip("\n").replace("\x00", "\ufffd")


@given(TRICKY, TRICKY)
def test_a_cell_stays_one_cell(first: str, second: str) -> None:
    """A row has as many cells as it was given, whatever stands in them."""
    parsed = READER.parse(table(("a", "b"), [(words(first), code(second))]))
    assert [token.type for token in parsed].count("td_open") == 2
    assert [token.type for token in parsed].count("tr_open") == 2


def test_hostile_text_opens_nothing() -> None:
    """No link, no HTML and no control character comes through."""
    for kind in ("html_inline", "html_block", "link_open", "image"):
        assert kind not in tokens(words(HOSTILE))
    assert "\x1b" not in words(HOSTILE)
    assert "\u202e" not in words(HOSTILE)


def test_addresses_are_no_links_on_github() -> None:
    """What GitHub and chats would turn into a link by itself is written so that they don't."""
    assert "http://" not in words("see http://evil.example or https://evil.example")
    assert "www." not in words("www.evil.example")
    assert words("redis://localhost:6379") == "redis://localhost:6379"


def test_a_token_keeps_its_spelling() -> None:
    """A secret's token can be searched for."""
    assert words("redis://:***secret-1a2b3c4d***@db *") == "redis://:***secret-1a2b3c4d***@db \\*"


@pytest.mark.parametrize("secret", ["hunter*two*<pw>", "a_b_[c]&d", "back\\slash|pipe"])
def test_the_last_gate_sees_through_the_escaping(secret: str) -> None:
    """A secret that is escaped as Markdown is a leak all the same."""
    vault = Vault(b"key")
    vault.learn(secret)
    assert unescaped(words(secret).encode()).decode() == secret
    assert leaks_in({"report.md": f"it is {words(secret)}.".encode()}, vault)
