"""The judge and the runner against a PATH of stubs: they write down every start, and they are the judge here.

A stub knows by itself, and not from the table of programs, whether its words change something.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runbooklab.observe.command.runner import run_script
from runbooklab.shell.programs import built_in_programs

#: Programs of the stubs. What each is given decides whether it would change something: see ``CHANGING``.
PROGRAMS = (
    "kubectl",
    "find",
    "sed",
    "sort",
    "curl",
    "docker",
    "rm",
    "kill",
    "tee",
    "ls",
    "grep",
    "cat",
    "echo",
)
PROGRAMS += (
    "awk",
    "xargs",
    "systemctl",
    "ip",
    "redis-cli",
    "journalctl",
    "env",
    "sh",
    "git",
    "touch",
    "date",
)
#: A start that must never be seen: the program's name and a test of its words, written without the table.
CHANGING = """
def changes(name, words):
    text = " ".join(words)
    verb = {w.lower() for w in words[:1]}
    if name in ("rm", "kill", "tee", "touch", "sh", "xargs", "env"):
        return True  # the last three: the runner starts what is within them, and never them
    if name == "find":
        return any(w.startswith(("-delete", "-exec", "-ok", "-fprint", "-fls")) for w in words)
    if name == "kubectl":
        return bool(verb & {"delete", "apply", "scale", "edit", "drain", "exec"})
    if name == "sed":
        return any(w.startswith(("-i", "--in")) for w in words) or "w out" in text
    if name == "sort":
        return any(w.startswith(("-o", "--o")) for w in words)
    if name == "curl":
        return any(w.startswith(("-X", "-d", "-o", "-O", "--data", "-T", "-K")) for w in words)
    if name == "docker":
        return bool(verb & {"rm", "restart", "run", "kill", "stop", "exec"})
    if name == "systemctl":
        return bool(verb & {"restart", "stop", "start"})
    if name == "ip":
        return bool(set(words[1:2]) & {"add", "del", "set", "flush"})
    if name == "redis-cli":
        return bool(verb & {"flushall", "set", "del", "shutdown"})
    if name == "journalctl":
        return any(w.startswith("--v") or w in ("--rotate", "--flush", "-f") for w in words)
    if name == "git":
        return bool(verb & {"push", "checkout", "commit"})
    if name == "awk":
        return "system" in text or ">" in text
    if name == "date":
        return bool(words) and not words[0].startswith("+")
    return False
"""
STUB = """#!{python} -IS
import json, os, sys
{changing}
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
line = json.dumps([name, words, changes(name, words)])
sys.stderr.write("STUB " + line + chr(10))
print(" ".join(words) if name in ("echo", "cat") else "-delete out; rm x")
"""

READING = [
    *("ls -l", "kubectl get pods", "find . -name x", "sed -n 1p f", "sort f", "curl http://x/", "docker ps"),
    *(
        "grep a f",
        "cat f",
        "echo a b",
        "awk '{print $1}'",
        "systemctl status x",
        "ip addr show",
        "git status",
    ),
    *(
        "redis-cli info",
        "journalctl -n 5",
        "date +%F",
        "kubectl get $X",
        "ls $X",
        "find $X",
        "sort $X",
        "echo $X",
    ),
    *(
        "ls $(echo $X)",
        "grep $X f",
        'kubectl get "$X"',
        "xargs ls",
        "xargs -n1 kubectl get",
        "xargs find",
        "sudo ls",
    ),
    *(
        "env TZ=UTC date +%F",
        "timeout 5 ls",
        "sh -c 'ls -l'",
        "sort -k $X f",
        "sed -n $X f",
        "curl $X",
        "docker $X",
    ),
    *(
        "kubectl get -o $X pods",
        "xargs -I{} sort {}",
        "redis-cli $X",
        "ip $X",
        "$X ls",
        "systemctl $X x",
        "date $X",
    ),
]
HARMFUL = [
    *(
        "rm x",
        "kill 1",
        "kubectl delete pod x",
        "find . -delete",
        "find . -exec rm {} +",
        "sed -i s/a/b/ f",
        "tee x",
    ),
    *(
        "sort -o out f",
        "curl -X POST http://x",
        "curl -o out http://x",
        "docker rm x",
        "systemctl restart x",
        "touch x",
    ),
    *(
        "ip link set x down",
        "redis-cli flushall",
        "journalctl --vac=1s",
        "git push",
        "date 0101",
        "xargs rm",
        "sudo rm x",
    ),
    *(
        "env rm x",
        "timeout 5 rm x",
        "sh -c 'rm x'",
        "ls $(rm x)",
        "ls `rm x`",
        "echo x > f",
        "xargs -I{} sh -c '{}'",
    ),
    *("awk 'BEGIN{system(1)}'", "awk '{print > 1}'", "find . -fprint x", "X=-delete; find . $X", "nice rm x"),
]
JOINTS = st.sampled_from(
    [" | ", " && ", " || ", "; ", "\n", " 2>/dev/null | ", " \\\n | ", " # c\n", "&", "\r\n", ";;", " "]
)
#: What somebody who fills in a parameter could try.
VALUES = st.sampled_from(
    [
        *(
            "x",
            "",
            "; rm x",
            "$(rm x)",
            "`rm x`",
            "-delete",
            "--vacuum-size=1",
            "a\nrm x",
            "| rm x",
            "&& rm x",
            "-o out",
        ),
        *(
            "-exec",
            "delete pod x",
            "delete",
            "a b",
            "'; rm x; '",
            '"; rm x; "',
            "\\",
            "-X",
            "rm",
            "*",
            "~",
            "> f",
            "{}",
        ),
        *(
            "w out",
            "restart",
            "flushall",
            "0101",
            "s/a/b/w out",
            "-i",
            "http://x/restart",
            "\uffff",
            "\ue000-delete",
            " -delete",
        ),
    ]
)


@pytest.fixture(scope="module")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of programs that say what they were started with."""
    folder = tmp_path_factory.mktemp("stubs")
    for name in PROGRAMS:
        file = folder / name
        file.write_text(STUB.format(python=sys.executable, changing=CHANGING))
        file.chmod(0o755)
    return folder


def started(err: str) -> Iterator[tuple[str, list[str], bool]]:
    """What the stubs say."""
    for line in err.splitlines():
        if line.startswith("STUB "):
            name, words, changes = json.loads(line.removeprefix("STUB "))
            yield name, words, changes


def joined(pieces: list[tuple[str, str]]) -> str:
    """One script of commands and what stands between them."""
    return "".join(command + joint for command, joint in pieces).rstrip(" |&;\n\\")


def reading_with_harm() -> st.SearchStrategy[list[tuple[str, str]]]:
    """Mostly reading commands, and now and then one that changes something."""
    commands = st.sampled_from(READING * 2 + HARMFUL)
    return st.lists(st.tuples(commands, JOINTS), min_size=1, max_size=3)


@given(reading_with_harm(), VALUES)
@settings(
    max_examples=int(os.environ.get("RUNBOOKLAB_FUZZ", "120")),
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
def test_no_changing_program_is_ever_started(stubs: Path, pieces: list[tuple[str, str]], value: str) -> None:
    """Whatever is mixed and filled in: each stub that was started says that its words change nothing."""
    log: list[str] = []
    result = run_script(
        joined(pieces),
        values={"X": value},
        timeout_s=20,
        cwd=stubs,
        programs=built_in_programs(),
        note=lambda to, what, ms: log.append(what),
        path=(str(stubs),),
        as_root=True,
    )
    seen = [*started(result.err)]
    assert [each for each in seen if each[2]] == []
    assert len(seen) <= len(result.stages)
    by_stage = [(stage.argv[0], [*stage.argv[1:]]) for stage in result.stages]
    assert all((name, words) in by_stage for name, words, _ in seen)


@pytest.mark.parametrize("command", HARMFUL)
def test_a_changing_command_starts_nothing_at_all(stubs: Path, command: str) -> None:
    """A script with one changing command does not start the reading ones before it either."""
    result = run_script(
        f"ls -l; {command}",
        values={},
        timeout_s=20,
        cwd=stubs,
        programs=built_in_programs(),
        note=lambda to, what, ms: None,
        path=(str(stubs),),
        as_root=True,
    )
    assert result.refused
    assert result.stages == ()


def test_the_stubs_are_started_and_see_what_changes(stubs: Path) -> None:
    """The fuzzer would notice: a stub that is started says so, and its own judgement finds a change."""
    result = run_script(
        "ls -l; kubectl get pods",
        values={},
        timeout_s=20,
        cwd=stubs,
        programs=built_in_programs().having([("rm TEXT", "test")]),
        note=lambda to, what, ms: None,
        path=(str(stubs),),
    )
    assert [*started(result.err)] == [("ls", ["-l"], False), ("kubectl", ["get", "pods"], False)]
    widened = run_script(
        "rm x",
        values={},
        timeout_s=20,
        cwd=stubs,
        programs=built_in_programs().having([("rm TEXT", "test")]),
        note=lambda to, what, ms: None,
        path=(str(stubs),),
    )
    assert [*started(widened.err)] == [("rm", ["x"], True)]
