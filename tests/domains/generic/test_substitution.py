"""Parameters in what is declared: one substitution for every field of every kind, after all parsing."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from asking import module
from declared_texts import declarations, fence
from runbooklab.domains.generic import asking
from runbooklab.domains.generic.declared import DeclaredCheck
from runbooklab.domains.generic.kinds import KINDS, Kind
from runbooklab.domains.generic.reading import read_all
from runbooklab.domains.generic.records import Asked

HOSTILE = [
    "a b", "it's", 'a "b"', "${other}", "$(touch pwned)", "`touch pwned`", "a;touch pwned", "a\nb", "~", "*",
    "%%check x\ntcp: y", "# Title\n```{check} z\n```", "<script>alert(1)</script>", "../../etc/passwd", "-rf",
    "--help", "{a,b}", "&x", "http://evil/", "a' OR 1=1 --", "[::1]", "x" * 5000, "\x1b[2J", "ü\u202e", "%00",
    "@", ":", "a: b", "\\", ">pwned", "a|touch pwned",
]  # fmt: skip


def check_of(kind: Kind, value: str, **more: str) -> DeclaredCheck:
    """A check of a kind that has ``${v}`` in its subject and in every option that takes any text."""
    rows: dict[str, object] = {kind.name: "pre ${v} post ${v}"}
    for option in kind.options:
        if option.has_names:
            rows[option.name] = {"X-A": "one ${v}"}
        elif not option.words:
            rows[option.name] = "one ${v}"
    text = yaml.safe_dump({**rows, **more}, sort_keys=False)
    (found,) = read_all(declarations(fence("check", text.rstrip()), v=value, other="never"))
    assert isinstance(found, DeclaredCheck), found
    return found


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_value_is_put_in_after_parsing_and_never_parsed(kind: Kind, value: str) -> None:
    """In every field the pieces stay as they are written, and the value is one part between them."""
    where = {"from": "container ${v}"} if kind.from_container else {}
    asked = asking.asked_of(check_of(kind, value, **where), {"v": value, "other": "never"}, 1.0)
    assert asked.subject.parts == ("pre ", value, " post ", value, "")
    assert {option.parts for option in asked.options.values()} <= {("one ", value, "")}
    assert len(asked.options) == sum(not option.words for option in kind.options)
    assert asked.container == (value if where else "")


VALUES = {"pg_url": "postgres://db/x", "redis_url": "redis://db"}
MADE = [kind for kind in KINDS.values() if find_spec(kind.module)]


def asked_with(kind: Kind, value: str, subject: str) -> Asked:
    """What a check of a kind asks with this subject, in which ``${v}`` is ``value``."""
    required = {row.name: row.example for row in kind.options if row.required}
    text = yaml.safe_dump({kind.name: subject, **required}, sort_keys=False)
    values = {**VALUES, "v": value}
    (check,) = read_all(declarations(fence("check", text.rstrip()), **values))
    assert isinstance(check, DeclaredCheck), check
    return asking.asked_of(check, values, 1.0, Path.cwd())


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("kind", MADE, ids=[kind.name for kind in MADE])
def test_what_a_kind_says_of_any_value_is_a_sentence(kind: Kind, value: str) -> None:
    """Whatever a value holds, a kind refuses it in one line, or plans something with it, a line each."""
    for subject in ("${v}", kind.example.split("${")[0] + "${v}"):
        asked = asked_with(kind, value, subject)
        said = [asking.refused(asked)]
        if said == [""]:
            said = [plan.what for plan in asking.plan(asked)]
        assert all(line.isprintable() and len(line) < 1000 for line in said), said


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("kind", MADE, ids=[kind.name for kind in MADE])
def test_the_line_for_a_person_does_nothing_else(kind: Kind, value: str, tmp_path: Path) -> None:
    """What a real shell makes of the line is words: no value starts a program or writes a file."""
    asked = asked_with(kind, value, kind.example.split("${")[0] + "${v}")
    if asking.refused(asked) or not (line := module(kind.name).command(asked)):
        return
    line = line.partition(" </dev/null | openssl x509")[0]  # what tls pipes its answer into holds no value
    done = subprocess.run(["sh", "-c", f"set -f; : {line}"], cwd=tmp_path, capture_output=True, timeout=20)
    assert done.returncode == 0, (line, done.stderr)
    assert not list(tmp_path.iterdir())
