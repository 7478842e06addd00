"""Regular expressions of a runbook's author: what they find, and what is refused."""

from __future__ import annotations

import pytest

from runbooklab.domains.generic.language.patterns import MOST_CHARACTERS, NotAPattern, compiled


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(?i)error|fatal", "2026 FATAL: no room", True),
        (r"^\d+ms$", "12ms", True),
        (r"^\d+ms$", "12ms ", False),
        ("über", "Überlauf, über", True),
        (r"\bup\b", "startup", False),
        ("", "anything", True),
        ("a", "\udc80a", True),
    ],
)
def test_a_pattern_is_found_anywhere_in_a_text(pattern: str, text: str, found: bool) -> None:
    """It searches as RE2 does; anchors mean the text's ends, and bytes that are no UTF-8 do no harm."""
    assert compiled(pattern).matches(text) is found


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a", "a ) is missing"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("(?=a)", "invalid perl operator: (?="),
        ("*a", "no argument for repetition operator: *"),
        ("[z-a]", "invalid character class range: z-a"),
        ("x{1,5000}", "invalid repetition size"),
        ("a" * (MOST_CHARACTERS + 1), "501 characters, more than 500"),
        (r"\pL{1,300}\d", "too large"),
    ],
)
def test_what_cannot_be_used_is_refused_in_plain_words(pattern: str, said: str) -> None:
    """A pattern that does not parse, or costs too much, says what is wrong with it."""
    with pytest.raises(NotAPattern) as refused:
        compiled(pattern)
    assert said in str(refused.value)


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.{0,30}){30}x", "(a?){500}b"])
def test_a_search_never_explodes(pattern: str) -> None:
    """Patterns that take other engines years on this text end: the test's own timeout is the bound."""
    assert not compiled(pattern).matches("a" * 100_000 + "!")
