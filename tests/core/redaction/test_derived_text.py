"""Texts made of others know where each of their characters stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooklab.redaction.derived_text import (
    Derived,
    without_doubled,
    without_entities,
    without_escapes,
    without_unseen,
)

CASES = [
    (without_unseen("\x1b[36mpass\x1b[0m=\x1b[1;35mhunter2\x1b[m"), "pass=hunter2"),
    (without_unseen("a\u200bb\u00adc\u034fd\u202ee\ufe0f"), "abcde"),
    (without_unseen("\\u001b[31mred\\x1b[0m \\033[1mx ^[[0my"), "red x y"),
    (without_unseen("\x1b]8;;https://x\x07link\x1b]8;;\x07"), "link"),
    (without_unseen("p\x08pw"), "pw"),
    (without_escapes('a\\"b\\u0026\\n\\ud83d\\ude00\\x41'), 'a"b&\n\U0001f600A'),
    (without_doubled("it''s", "'"), "it's"),
    (without_entities("a&amp;b&#x26;c&lt;"), "a&b&c<"),
]


@pytest.mark.parametrize(("made", "text"), CASES)
def test_a_reader_sees_this(made: Derived, text: str) -> None:
    """Colours, invisible characters, escapes and entities are undone."""
    assert made.text == text


@given(st.lists(st.sampled_from(["a", "bc", "\x1b[1m", "\u200b", "é", "\x08"])))
def test_each_character_knows_where_it_stood(pieces: list[str]) -> None:
    """The span of any character of the text is that character in the original."""
    raw = "".join(pieces)
    made = without_unseen(raw)
    spans = [made.span(at, at + 1) for at in range(len(made.text))]
    assert "".join(raw[start:end] for start, end in spans) == made.text
    assert spans == sorted(spans)
