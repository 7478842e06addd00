"""What is taken for awk and sed that only print does only print: the real programs are the judge."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from machine import lacking
from runbooklab.shell.awk_text import awk_writes
from runbooklab.shell.sed_text import sed_writes

AWK = st.lists(
    st.sampled_from(
        [
            *(
                "{",
                "}",
                "(",
                ")",
                "print",
                "printf",
                " ",
                ";",
                "\n",
                ">",
                ">>",
                "|",
                "||",
                "/",
                "/x/",
                "/[/]/",
                '/"/',
            ),
            *(
                '"made"',
                '"touch made"',
                '"%s"',
                "$1",
                "1",
                "a",
                "a=1",
                ",",
                "system",
                "getline",
                "if",
                "while",
                "#",
            ),
            *(
                "BEGIN",
                "~",
                "!",
                "\\\n",
                "?",
                ":",
                "in",
                "else",
                "-",
                "++",
                "[",
                "]",
                "<",
                "&&",
                "/#/",
                ")/",
                "close",
            ),
            *('BEGIN{print 1 > "made"}', 'BEGIN{print "touch made" | "sh"}', 'BEGIN{system("touch made")}'),
            *(
                '{print 1,\n2 > "made"}',
                'if(1)/"/;print 1 > "made" #"',
                'BEGIN{print(1)>"made"}',
                "{print $1}",
            ),
        ]
    ),
    max_size=8,
).map("".join)
SED = st.lists(
    st.sampled_from(
        [
            *(
                "s",
                "/",
                "|",
                "a",
                "b",
                "p",
                "d",
                "w made",
                "w",
                "e",
                "g",
                ";",
                "\n",
                "{",
                "}",
                "1",
                "$",
                ",",
                "!",
                " ",
            ),
            *(
                "s/a/b/",
                "s/a/b/w made",
                "s|a|b|g",
                "/a/",
                "/[/]/",
                "y/a/b/",
                "\\",
                "[",
                "]",
                "W made",
                "1e touch made",
            ),
            *(
                "s/x/touch made/e",
                "\\%a%",
                "i",
                "a\\",
                "r f",
                "n",
                "=",
                "q",
                "l",
                "#",
                "s/[/]/b/w made/",
                "b",
                ":a",
            ),
        ]
    ),
    max_size=8,
).map("".join)


def leaves_nothing(argv: list[str], folder: Path) -> bool:
    """Whether a program made no file in its folder."""
    subprocess.run(argv, cwd=folder, input=b"x 1\na touch\n", capture_output=True, timeout=10)
    return not [*folder.iterdir()]


@pytest.mark.parametrize(
    ("program", "texts", "judged"),
    [("awk", AWK, awk_writes), ("sed", SED, sed_writes)],
)
def test_what_is_accepted_writes_nothing(
    tmp_path: Path, program: str, texts: st.SearchStrategy[str], judged: Callable[[str], str]
) -> None:
    """Of many programs each that is accepted leaves its folder empty when it really runs."""
    if not shutil.which(program):
        lacking(f"{program} is not installed")
    accepted: set[str] = set()

    @given(texts)
    @settings(max_examples=1500, deadline=None, database=None, derandomize=True)
    def collect(text: str) -> None:
        if not judged(text):
            accepted.add(text)

    collect()
    assert len(accepted) > 20
    for text in sorted(accepted)[:200]:
        assert leaves_nothing([program, *(["-n"] if program == "sed" else []), text], tmp_path), text


@pytest.mark.parametrize("text", ['BEGIN{print 1 > "made"}', 'BEGIN{system("touch made")}'])
def test_the_real_program_would_have_written(tmp_path: Path, text: str) -> None:
    """What is refused does write: the test above would see it."""
    assert awk_writes(text)
    assert not leaves_nothing(["awk", text], tmp_path)


@pytest.mark.parametrize("text", ["w made", "1e touch made", "s/x/touch made/e"])
def test_the_real_sed_would_have_written(tmp_path: Path, text: str) -> None:
    """The same for sed."""
    assert sed_writes(text)
    assert not leaves_nothing(["sed", text], tmp_path)
