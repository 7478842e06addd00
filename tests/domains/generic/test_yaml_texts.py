"""YAML as an author means it: each value is the text that stands there, and each trap is a mistake."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooklab.domains.generic.language.yaml_texts import MOST_TEXT, Items, Scalar, read

PIECES = [
    "a", ": ", ":", "\n", " ", "  ", "- ", "> ", "| ", "&x ", "*x", "!t ", "<<", "{", "}", "[", "]", ",", "'",
    '"', "\\", "#", "? ", "%", "@", "`", "\t", "---", "...", "\r\n", "~", "on", "012", "\u2028", "\x85",
]  # fmt: skip
TRUTHS = ("yes", "No", "on", "OFF", "y", "True")


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)))
def test_any_text_is_read(text: str) -> None:
    """Whatever is written ends in entries or in mistakes, each on one line of the text."""
    found = read(text)
    assert found.entries.values or found.mistakes or text.lstrip().startswith(("{", "---"))
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    assert all(1 <= each.line <= lines and "\n" not in each.message for each in found.mistakes)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("95%", "95%"), ("5", "5"), ("1.0", "1.0"), ("-1", "-1"), ("+1", "+1"), ("true", "true"),
        ("false", "false"), ("1e3", "1e3"), ("'012'", "012"), ('"on"', "on"), ("'~'", "~"),
        ("'it''s'", "it's"), ("it's", "it's"), ("${x} > 3", "${x} > 3"), ("a:b", "a:b"), ("x#y", "x#y"),
        ("x # a comment", "x"), ("'Room #1'", "Room #1"), ("''", ""), ("", ""),
         ('"a\\tb"', "a\tb"), ("9" * 50, "9" * 50),
    ],
)  # fmt: skip
def test_no_value_changes(written: str, text: str) -> None:
    """A value is the text that stands there, in every notation that all readers of YAML agree on."""
    found = read(f"a: {written}")
    assert found.mistakes == []
    value = found.entries.values["a"]
    assert isinstance(value, Scalar)
    assert value.text == text


TAKEN = "YAML reads {} as {}: quote it, as in '{}'"
FOLDED = "not valid YAML: `>` begins a folded text in YAML: write the field first, or quote it: {}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a: 012", TAKEN.format("012", "the number 10", "012")),
        ("a: 12:30", TAKEN.format("12:30", "the number 750", "12:30")),
        ("a: 1_000", TAKEN.format("1_000", "the number 1000", "1_000")),
        ("a: 0x1F", TAKEN.format("0x1F", "the number 31", "0x1F")),
        ("a: .inf", TAKEN.format(".inf", "the number inf", ".inf")),
        ("a: ~", TAKEN.format("~", "nothing", "~")),
        ("a: Null", TAKEN.format("Null", "nothing", "Null")),
        ("a: 2024-01-31", TAKEN.format("2024-01-31", "a date", "2024-01-31")),
        *((f"a: {word}", TAKEN.format(word, "true or false", word)) for word in TRUTHS),
        ("on: a", TAKEN.format("on", "true or false", "on")),
        ("12:30: a", TAKEN.format("12:30", "the number 750", "12:30")),
        ("fail: > 95", FOLDED.format("'> 95'")),
        ("fail: >= 95%", FOLDED.format("'>= 95%'")),
        ("only if: >5", "`>` begins a folded text, in which line breaks are lost"),
        ("fail: >", "`>` begins a folded text, in which line breaks are lost"),
        ("fail: >-\n  a\n  b", "`>` begins a folded text, in which line breaks are lost"),
        ("a: | x", "not valid YAML: a text that begins with > or | must be quoted"),
        ("a: Room #1", "what follows behind ` #` is a comment to YAML: quote the text"),
        ("a: #1", "what follows behind ` #` is a comment to YAML: quote the text"),
        ("a: b: c", "not valid YAML: a text with `: ` in it must be quoted"),
        ("a: - b", "not valid YAML: a text that begins with - must be quoted"),
        ("a: ? b", "not valid YAML: a text that begins with ? must be quoted"),
        ("a: %b", "not valid YAML: a text that begins with % must be quoted"),
        ("a: @b", "not valid YAML: a text that begins with @ must be quoted"),
        ("a: `b`", "not valid YAML: a text that begins with ` must be quoted"),
        ("a: * b", "not valid YAML: a text that begins with * or & must be quoted"),
        ("a: [b", "not valid YAML: a bracket is never closed"),
        ("a: [", "not valid YAML: a bracket is never closed"),
        ("a: {b: c", "not valid YAML: a bracket is never closed"),
        ("a: 'b", "not valid YAML: a quoted text is never closed"),
        ('a: "b', "not valid YAML: a quoted text is never closed"),
        ('a: "b" and "c"', "not valid YAML: its indentation differs from the lines above, or text follows"),
        ('a: "\\q"', "not valid YAML: write a backslash in double quotes twice"),
        ("\tb: c", "not valid YAML: indent with spaces, not with tabs"),
        ("a:\tb", "not valid YAML: indent with spaces, not with tabs"),
        ("b", "not valid YAML: a line of `key: value` has no colon with a space after it"),
        ("---\nb: c", "not valid YAML: `---` begins another document"),
        ("a: &b c", "& means an anchor to YAML"),
        ("a: *b", "* means an alias to YAML"),
        ("a: !!int 3", "! means a type to YAML"),
        ("a: !not b", "! means a type to YAML"),
        ("a: !!python/object/apply:os.system [x]", "! means a type to YAML"),
        ("<<: {a: b}", "merge keys are not taken here"),
        ("first: b", "first stands there twice, and YAML drops the first one: leave one out"),
        ("? [a]\n: b", "a key must be a word"),
        ("a: b\x07", "it has a character that cannot be seen: '\\x07'"),
        ("a: b\u2028c", "it has a character that cannot be seen: '\\u2028'"),
        ("a: b\u202ec", "it has a character that cannot be seen: '\\u202e'"),
        ('a: "\\x00"', "it has a character that cannot be seen: '\\x00'"),
        ("a: [[[[[[[[b]]]]]]]]", "it is nested too deep"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_trap_is_a_mistake_on_its_line(line: str, said: str, end: str) -> None:
    """What YAML reads as something else, and what it cannot read, says in which line and what to write."""
    found = read(f"first: a{end}second: b{end}{line.replace(chr(10), end)}{end}")
    assert [each.line for each in found.mistakes][:1] == [4 if "\n---" in line else 3]
    assert found.mistakes[0].message.startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("# a comment", "it is empty"),
        ("a", "it must be lines of `key: value`"),
        ("- a", "it must be lines of `key: value`"),
        ("a: " + "x" * (1 << 20), f"it has 1,048,579 characters; {MOST_TEXT:,} is the most"),
    ],
)
def test_what_is_no_mapping_is_a_mistake(text: str, said: str) -> None:
    """An empty text, one word, a list, and a text of a megabyte are said in one line."""
    assert read(text).mistakes == [(1, said)]


LAUGHS = "a: &a [x, x]\n" + "\n".join(
    f"{b}: &{b} [*{a}, *{a}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [LAUGHS, "a: &a [*a]", "a: " + "[" * 30_000, "a: " + "{b: " * 10_000, "- " * 30_000, "? " * 30_000,
     "\n".join(" " * depth + "a:" for depth in range(300)), "'" * 60_000],
)  # fmt: skip
def test_hostile_texts_cost_nothing(text: str) -> None:
    """Aliases that multiply, loops and nesting end in one mistake, before anything is built of them."""
    began = time.process_time()
    assert len(read(text).mistakes) == 1
    assert time.process_time() - began < 5


def test_texts_of_several_lines_are_known() -> None:
    """A text whose line breaks YAML has dropped is known as such; one behind | keeps them."""
    found = read("a: b\n  c\nd: |\n  e\n  f\ng: [h,\n  i]").entries.values
    assert found["a"] == Scalar("b c", 1, is_joined=True)
    assert found["d"] == Scalar("e\nf\n", 3)
    assert found["g"] == Items((Scalar("h", 6), Scalar("i", 7)), 6)
