"""Which commands of a declared remedy may be carried out: those that mean the same without a shell."""

from __future__ import annotations

import shlex

import pytest

from runbooklab.domains.generic.remedies import is_simple


@pytest.mark.parametrize(
    "command",
    ["docker start web", "docker start 'my web'", 'sudo cp -p -- "/etc/a b" /etc/a.replaced', "true",
     "env A=1 systemctl restart web"],
)  # fmt: skip
def test_plain_words_can_be_carried_out(command: str) -> None:
    """Quoted or not."""
    assert is_simple(command)


@pytest.mark.parametrize(
    "command",
    ["docker start web # the new one", "docker start web #; rm x", "A=1 docker start web", "cd /srv",
     "export A=1", "! docker start web", "ulimit -n 64", ". /etc/env",
     "docker start web \\\n  other", "a | b", "a && b",
     "a > b", "echo $HOME", "ls ~", "ls *.log", "a; b", "a 'b", ""],
)  # fmt: skip
def test_what_only_a_shell_understands_is_for_a_person_to_paste(command: str) -> None:
    """A comment would become words of the program; an assignment or a built-in would start nothing."""
    assert not is_simple(command)


def test_the_words_that_are_judged_are_those_that_run() -> None:
    """No way of writing hides a word from the judge."""
    for command in ("rm a\\#b c", "rm a'#'b c", 'rm "#" c', "rm a#b"):
        assert "#" in "".join(shlex.split(command))
        assert not is_simple(command)
