"""Values of parameters in a remedy's commands: each is one word of a real shell, or refused."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooklab.domains.generic.shell_words import as_pasted, safe
from runbooklab.errors import UserError
from runbooklab.shell.value_places import places

HOSTILE = [
    "a b", "a'b", 'a"b', "a;touch pwned", "$(touch pwned)", "`touch pwned`", "${HOME}", "$HOME", "*", "~",
    "a\\", "\\", "'", '"', "''", "a|b", "a&b", ">pwned", "<x", "#a", "!x", "{a,b}", "a=b", "%%check x",
    "<b>x</b>", "ü\u00a0x", "(", "a\nb",
]  # fmt: skip


def words_of(line: str, folder: Path) -> list[str]:
    """The words that a real shell passes to a program for this line."""
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, timeout=20, check=True, text=True
    )
    assert not list(folder.iterdir())
    return done.stdout.split("\0")[:-1]


def parts(line: str, *values: str) -> tuple[list[str], list[str]]:
    """A command line's pieces with the values between, and the values' names."""
    pieces = re.split(r"\$\{(\w+)\}", line)
    given_values = iter(values)
    return [next(given_values) if at % 2 else piece for at, piece in enumerate(pieces)], pieces[1::2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("printf '%s\\0' ${v}", ["{}"]),
        ("printf '%s\\0' pre${v}post end", ["pre{}post", "end"]),
        ("printf '%s\\0' --name=${v}", ["--name={}"]),
        ("printf '%s\\0' \"${v}\" end", ["{}", "end"]),
        ("printf '%s\\0' '${v}' end", ["{}", "end"]),
        ("printf '%s\\0' \"/data/${v}/log\"", ["/data/{}/log"]),
        ("true; printf '%s\\0' ${v} | cat", ["{}"]),
        ('A=${v} sh -c \'printf "%s\\0" "$A"\'', ["{}"]),
        ("printf '%s\\0' a\\ b ${v}", ["a b", "{}"]),
    ],
)
def test_every_value_is_one_word_of_a_real_shell(line: str, expected: list[str], tmp_path: Path) -> None:
    """Whatever a value holds, the shell passes it on unchanged, and does nothing else."""
    for value in HOSTILE:
        pieces, names = parts(line, value)
        assert [place.refused for place in places(pieces[::2])] == [""]
        assert words_of(as_pasted(pieces, names), tmp_path) == [word.format(value) for word in expected]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_text_is_one_word(value: str) -> None:
    """Also in both quotes, and beside another value; a reference to a secret becomes a variable."""
    if re.fullmatch(r"env:[A-Za-z_]\w*|file:/\S+", value):
        return
    line = "printf '%s\\0' ${a} \"${b}\"'${c}'"
    done = subprocess.run(
        ["sh", "-c", as_pasted(*parts(line, value, value, value))], capture_output=True, timeout=20
    )
    assert done.stdout.decode() == f"{value}\0{value}{value}\0"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sh -c 'rm ${v}'", "another program may read the quoted text around it"),
        ('ssh host "rm ${v}"', "another program may read the quoted text around it"),
        ("awk '{print ${v}}' x", "another program may read the quoted text around it"),
        ('psql -c "DELETE FROM t WHERE id = ${v}"', "another program may read the quoted text around it"),
        ("sh -c ${v}", "a second shell would read its value as a command"),
        ("sudo bash -ec ${v}", "a second shell would read its value as a command"),
        ("docker exec api /bin/sh -c ${v}", "a second shell would read its value as a command"),
        ("su app -c ${v}", "a second shell would read its value as a command"),
        ("eval ${v}", "a second shell would read its value as a command"),
        ("true && eval x ${v}", "a second shell would read its value as a command"),
        ("ssh -p 22 host systemctl restart ${v}", "a second shell would read its value as a command"),
        ("${v} restart", "a value cannot be the program"),
        ("sudo ${v}", "a value cannot be the program"),
        ("true | ${v}", "a value cannot be the program"),
        ("FOO=1 ${v}", "a value cannot be the program"),
        ("echo `ls ${v}`", "no value can be made safe behind `"),
        ('echo "$(ls ${v})"', "no value can be made safe behind $("),
        ("echo $((${v}))", "no value can be made safe behind $(("),
        ("echo ${A:-${v}}", "no value can be made safe behind ${"),
        ("echo $'a ${v}'", "no value can be made safe behind $'"),
        ("ls # ${v}", "no value can be made safe behind #"),
        ("cat <<EOF ${v}", "no value can be made safe behind <<"),
        ("echo \\${v}", "it stands behind a backslash"),
    ],
)  # fmt: skip
def test_where_no_value_is_safe_it_is_refused(line: str, said: str) -> None:
    """Where another program or a second shell reads the value as its language, the author is told so."""
    pieces = re.split(r"\$\{v\}", line)
    assert places(pieces)[-1].refused.startswith(said)


@pytest.mark.parametrize(
    "line",
    ["ssh ${v} uptime", "ssh -p 22 ${v} uptime", "ssh -v -i key ${v}", "kubectl -n ${v} get pods",
     "docker exec ${v} sh -c 'ls'", "cat x > ${v}", "sudo -u ${v} ls", "(cd x; ls ${v})", "echo $(ls ${v})",
     "echo \"$(date)\" ${v}", "A=${v} ls"],
)  # fmt: skip
def test_where_a_value_is_a_word_it_may_stand(line: str) -> None:
    """The usual places of values are not refused."""
    assert places(re.split(r"\$\{v\}", line))[0].refused == ""


@pytest.mark.parametrize(
    ("line", "value", "said"),
    [
        ("rm ${v}", "-rf", "v is '-rf', which the command would take for an option"),
        ("rm '${v}'", "--all", "v is '--all', which the command would take for an option"),
        ("kill ${v}", "-1", "v is '-1', which the command would take for an option"),
        ("rm -- ${v}", "-rf", ""),
        ("rm --name=${v}", "-rf", ""),
        ("rm x${v}", "-rf", ""),
        ("rm ${v}", "a\nb", "v has a control character, which no command is given"),
        ("rm ${v}", "a\x1b[2Jb", "v has a control character, which no command is given"),
    ],
)
def test_a_value_that_would_be_more_than_a_word_is_refused(line: str, value: str, said: str) -> None:
    """An option where the program takes options, and what a terminal acts on."""
    if not said:
        assert safe(*parts(line, value))
        return
    with pytest.raises(UserError) as caught:
        safe(*parts(line, value))
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("line", "value", "pasted"),
    [
        ("rm ${name}", "", "rm '<name>'"),
        ("psql ${name}", "env:PG_URL", 'psql "$PG_URL"'),
        ("psql '${name}'", "env:PG_URL", "psql ''\"$PG_URL\"''"),
        ("psql ${name}", "file:/run/secrets/pg", 'psql "$NAME"'),
        ("psql ${name}", "postgres://u:***secret-1a2b3c4d***@db/x", 'psql "$NAME"'),
        ("df ${name}", "/var/log", "df /var/log"),
    ],
)
def test_what_is_empty_or_secret_stays_out(line: str, value: str, pasted: str) -> None:
    """A name stands for a value that is not known, a variable for a secret one."""
    assert safe(*parts(line, value)) == pasted
