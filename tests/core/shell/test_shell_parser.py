"""The parser of the small shell language: total, linear, and of one mind with bash about what it accepts."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runbooklab.shell.parser import parse, parse_error
from runbooklab.shell.printing import script_text
from runbooklab.shell.reader import MOST_TEXT
from runbooklab.shell.tree import Output, ShellError, Text, Variable

#: Pieces of which scripts are made: what the language has, what it refuses, and what lies between.
PIECES = st.sampled_from(
    [
        *(
            "ls",
            "-l",
            "a.b",
            "X=1",
            "X=",
            "'a b'",
            '"a b"',
            '"$X"',
            "${X}",
            "${X}",
            "${X:-d}",
            '"${X:-d e}"',
            "\\ ",
        ),
        *(
            "\\\n",
            "$(",
            ")",
            "`",
            "|",
            "||",
            "&&",
            ";",
            "\n",
            " ",
            "  ",
            "\t",
            "#",
            "# c\n",
            "*",
            "?",
            "[a]",
            "~/x",
            "~",
        ),
        *(
            "2>/dev/null",
            "2>&1",
            ">/dev/null",
            "&>/dev/null",
            "</dev/null",
            ">",
            "<",
            "<<E",
            ">>f",
            "&",
            "(",
            "{",
            "}",
        ),
        *(
            "{a,b}",
            "{}",
            "{1..2}",
            "if",
            "for",
            "!",
            "!x",
            "[[",
            "$((",
            "$1",
            "$?",
            "$",
            '"',
            "'",
            "\\",
            "=",
            "time",
        ),
        *("\u00a0", "\u201c", "\x1b", "\0", "\r\n", "\ud800", "é"),
    ]
)
SCRIPTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


def accepted(text: str) -> bool:
    """Whether the parser takes it."""
    return parse_error(text) is None


@given(SCRIPTS)
@settings(max_examples=500, deadline=None)
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    """Whatever is given, there is a tree, or one error that says where and why."""
    error = parse_error(text)
    if error is not None:
        assert error.reason
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.column >= 1


@given(SCRIPTS)
@example("a='b'\"$X\"")
@example("echo ''\"\"x")
@settings(max_examples=500, deadline=None)
def test_a_tree_printed_and_parsed_again_is_the_same(text: str) -> None:
    """What the printer writes means what was judged, to this parser."""
    if not accepted(text):
        return
    printed = script_text(parse(text))
    assert script_text(parse(printed)) == printed


def test_what_is_accepted_is_a_script_for_bash_as_well() -> None:
    """Of many texts each that this parser takes passes ``bash -n``, as written and as printed."""
    found: list[str] = []

    @given(SCRIPTS)
    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    def collect(text: str) -> None:
        if accepted(text):
            found.append(text)
            found.append(script_text(parse(text)))

    collect()
    assert len(found) > 100
    # one bash for all: each text is one argument, read by a bash of its own only if the loop says so
    check = 'for text in "$@"; do bash -n -c -- "$text" 2>/dev/null || printf "%s\\0" "$text"; done'
    texts = [text for text in dict.fromkeys(found) if text]
    refused = subprocess.run(
        ["bash", "-c", check, "bash", *texts[:200]], capture_output=True, text=True, timeout=120
    )
    assert refused.stdout == ""


WORDS = st.lists(
    st.sampled_from(
        ["a", "b c", "'", '"', "${X}", "${X:-d}", "\\", "\\$", "*", " ", "'x y'", '"${X} z"', "-n", "="]
    ),
    min_size=1,
    max_size=8,
).map("".join)


def test_words_are_those_that_bash_makes(tmp_path) -> None:
    """Words with quotes, backslashes and variables are, one by one, what bash passes to a program."""
    texts: list[str] = []

    @given(WORDS)
    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    def collect(text: str) -> None:
        if accepted(f"p {text}") and "$b" not in text and "$a" not in text:
            texts.append(f"p {text}")

    collect()
    texts = [text for text in dict.fromkeys(texts) if len(parse(text).statements) == 1]
    assert len(texts) > 100
    lines = "\n".join(f"{text}\nprintf '\\1'" for text in texts)
    program = f"X=val\np() {{ printf '%s\\0' \"$@\"; }}\n{lines}\n"
    said = subprocess.run(["bash", "-f", "-c", program], capture_output=True, timeout=60, cwd=tmp_path).stdout
    by_bash = [block.split(b"\0")[:-1] for block in said.split(b"\1")[:-1]]
    assert [ours(text) for text in texts] == by_bash


def ours(text: str) -> list[bytes]:
    """The arguments of a command of which all variables are X=val; printf prints one empty text for none."""
    command = parse(text).statements[0].steps[0].pipeline.commands[0]
    words = []
    for word in command.words[1:]:
        parts = []
        for part in word.parts:
            assert not isinstance(part, Output)
            parts.append(part.value if isinstance(part, Text) else "val")
            assert isinstance(part, Text) or part.name == "X"
        words.append("".join(parts).encode())
    return words or [b""]


@pytest.mark.parametrize(
    "piece", ["$(", "a ", "'", "${X:-", "`", "\\\n", "a|", "{", "a;", '"$(', "~", "${X}", "[", "a\n"]
)
def test_the_longest_text_is_read_in_linear_time(piece: str) -> None:
    """Eight times the text takes about eight times the calls; deep nesting ends in an error."""

    def calls(size: int) -> int:
        made = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal made
            made += 1

        text = piece * (size // len(piece))
        sys.setprofile(count)
        try:
            parse_error(text)
        finally:
            sys.setprofile(None)
        return made

    assert calls(MOST_TEXT // 2) < 12 * calls(MOST_TEXT // 16) + 1000


def test_a_longer_text_is_refused() -> None:
    """A text beyond the bound is not read."""
    assert "longer than" in str(parse_error("a " * MOST_TEXT))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("for x in a; do", "a loop"),
        ("cat <<E", "a here-document"),
        ("cat <<<x", "a here-string"),
        ("a > f", "would be written"),
        ("a 2>err", "would be written"),
        ("a &", "background"),
        ("a |& b", "2>&1"),
        ("(a)", "round bracket"),
        ("f() { a; }", "round bracket"),
        ("{ a; }", "a group in braces"),
        ("echo $((1))", "arithmetic"),
        ("[[ a ]]", r"a test in \[\[ \]\]"),
        ("diff <(a)", "process substitution"),
        ("echo {a,b}", "several words"),
        ("echo !!", "history"),
        ("echo ${X%y}", r"\$\{NAME"),
        ("echo $'a'", "only bash"),
        ("X=(a)", "round bracket"),
        ("X+=a", r"\+="),
        ("echo \u201cx\u201d", "typographic quote"),
        ("echo\u00a0x", "no-break space"),
        ("echo \x1b[1m", r"U\+001B"),
        ("a;;", "decision"),
        ("a &&", "missing at the end"),
        ("| a", "here"),
    ],
)
def test_what_the_language_has_not_is_refused_by_name(text: str, reason: str) -> None:
    """Each construct that is not part of the language is an error that names it."""
    with pytest.raises(ShellError, match=reason):
        parse(text)


def test_an_error_has_the_line_and_column_of_its_construct() -> None:
    """The place is that of the construct, 1-based, also after continued lines and windows line ends."""
    with pytest.raises(ShellError) as caught:
        parse("ls -l \\\n  /etc\r\ncat a > b")
    assert (caught.value.line, caught.value.column) == (3, 7)


def test_what_is_said_of_the_examples_holds() -> None:
    """A comment is no word, a quoted word is one, and ~ is the home folder."""
    command = parse("ls ~/x 'a b' # c").statements[0].steps[0].pipeline.commands[0]
    assert [word.parts for word in command.words] == [
        (Text("ls"),),
        (Variable("HOME", quoted=True), Text("/x")),
        (Text("a b", quoted=True),),
    ]
