"""Runs a remedy's commands in a shell, if they touch nothing but what the testbed made."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.errors import RunbookError
from runbooklab.lab.testbed import Testbed, Unavailable
from runbooklab.model.conclusions import RemedyPlan

if TYPE_CHECKING:
    from runbooklab.lab.lab import CommandRule, Lab

#: Longest a command may take, in seconds.
TIMEOUT_S = 40

#: Text in a command that makes it a manual step, and why; the first match counts.
MANUAL_SIGNS: tuple[tuple[str, str], ...] = (
    ("docker pull", "an image comes from a registry"),
    ("docker compose", "the Compose project is changed"),
    ("systemctl", "a service of this machine is restarted"),
    ("timedatectl", "this machine's clock is set"),
    ("usermod", "this machine's users are changed"),
    ("docker context", "the user's Docker settings are changed"),
    ("ssh ", "another machine is signed in to"),
    ("export DOCKER_", "the person's own shell is changed"),
    ("read -rs", "a person types the password"),
    ("EDITOR", "a person edits the file"),
    ('"$NAME', "a person reads a value off the first command"),
    ('"$OTHER', "a person reads a value off the first command"),
    ('"$PID', "a person reads a value off the first command"),
    ('"$CHAIN', "a person reads a value off the first command"),
)


class ManualStep(RunbookError):
    """The plan is left to a person; the message says why."""


class CommandFailed(RunbookError):
    """A command failed; the message has it with what it printed."""


def run_commands(
    plan: RemedyPlan,
    testbed: Testbed,
    lab: Lab[Any],
    variables: Mapping[str, str],
    within: Sequence[str] = (),
) -> None:
    """Run the plan's commands in order, in a shell with these environment variables.

    ``within`` are the words before the shell. Every command is checked before the first is run. Raises
    :class:`ManualStep` or :class:`CommandFailed`, and :class:`subprocess.TimeoutExpired` if a command takes
    too long.
    """
    text = "\n".join(plan.commands)
    for sign, reason in (*lab.manual_signs, *MANUAL_SIGNS):
        if sign in text and sign not in lab.commands:  # a lab with such a system of its own
            raise ManualStep(reason)
    if plan.risk == "none":
        raise ManualStep("it changes nothing")
    rules = _RULES | dict(lab.commands)
    for command in plan.commands:
        _check(command, testbed, rules)
    for command in plan.commands:
        _run(command, testbed, variables, within)


def _run(command: str, testbed: Testbed, variables: Mapping[str, str], within: Sequence[str]) -> None:
    line = re.sub(r"\bsudo ", "", command) if os.geteuid() == 0 else command
    done = subprocess.run(
        [*within, "bash", "-c", line],
        cwd=testbed.folder,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode and not _only_reads(command):
        said = (done.stderr or done.stdout).strip().splitlines()
        raise CommandFailed(f"{command}: exit status {done.returncode}, {said[-1] if said else 'no output'}")


# --- what a command may be ---------------------------------------------------------------------

_BETWEEN = {"|", "&&", "||", ";"}
#: Programs that change nothing.
_READERS = frozenset({"ls", "ps", "lsof", "grep", "df", "printf", "openssl", "nc", "findmnt"})
_DOCKER_READERS = frozenset({"ps", "inspect", "logs", "port", "stats"})
#: Options of ``docker`` without a value, in the commands of plans.
_FLAGS = frozenset({"-d", "-f", "--rm", "--read-only", "--init", "--privileged", "--tty", "--interactive"})
_FLAGS |= {"--oom-kill-disable", "--no-healthcheck", "--publish-all"}
#: Options of ``docker run`` whose value must be the testbed's own, and values that anybody may use.
_NAMING, _EVERYBODYS = ("--name", "--network", "--volumes-from"), ("none", "bridge")


def _simple_commands(line: str) -> Iterator[list[str]]:
    """The words of each command in a line; a redirection stays among them."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word in _BETWEEN:
            yield words
            words = []
        elif word != "sudo":
            words.append(word)
    yield words


def _only_reads(command: str) -> bool:
    return all(
        words[0] in _READERS or (words[0] == "docker" and words[1] in _DOCKER_READERS)
        for words in _simple_commands(command)
    )


def _check(line: str, testbed: Testbed, rules: Mapping[str, CommandRule]) -> None:
    """Raise :class:`ManualStep` unless every command of the line is known to touch the testbed alone."""
    for words in _simple_commands(line):
        written = [word for arrow, word in pairwise(words) if arrow in (">", ">>")]
        rule = rules.get(words[0])
        if rule is None or not rule(words, testbed) or not testbed.owns_files(written):
            raise ManualStep(f"{' '.join(words[:2])} would touch more than the drill's own objects")


def _any(words: list[str], testbed: Testbed) -> bool:
    return True


def _files(first: int) -> CommandRule:
    """Words from ``first`` on are paths, options aside."""
    return lambda words, testbed: testbed.owns_files([word for word in words[first:] if word[0] != "-"])


def _last_file(words: list[str], testbed: Testbed) -> bool:
    return testbed.owns_files(words[-1:])


def _mkdir(words: list[str], testbed: Testbed) -> bool:
    return Path(words[-1]) == testbed.folder or _last_file(words, testbed)


def _wait(words: list[str], testbed: Testbed) -> bool:
    """``timeout SECONDS sh -c 'while ss …'`` waits until a port is free."""
    return words[2:4] == ["sh", "-c"] and words[4].startswith("while ss ")


def _kill(words: list[str], testbed: Testbed) -> bool:
    pids = [int(word) for word in words[1:] if word.isdigit()]
    return bool(pids) and set(pids) <= _pids(testbed)


def _pids(testbed: Testbed) -> set[int]:
    """Processes that the testbed started: on this host, and as the main processes of its containers."""
    from docker.errors import NotFound
    from psutil import Process

    pids = {child.pid for child in Process().children(recursive=True)}
    with suppress(NotFound, Unavailable):  # a container may end meanwhile; there may be no engine
        pids |= {int(container.attrs["State"]["Pid"]) for container in testbed.containers(running=True)}
    return pids


def _docker(words: list[str], testbed: Testbed) -> bool:
    verb, rest = words[1], words[2:]
    if verb in _DOCKER_READERS:
        return True
    if verb == "cp":
        return testbed.owns_names([word.partition(":")[0] for word in rest if word != "-"])
    if verb == "network":
        verb, rest = f"network {rest[0]}", rest[1:]
    options, operands = _taken_apart(rest)
    if verb in ("run", "create"):
        return operands[0] == testbed.image and _makes_own(options, testbed)
    if verb == "exec":
        operands = operands[:1]
    if verb in ("network connect", "network disconnect"):
        everybodys = "bridge" if verb == "network connect" else "none"
        operands = [operand for operand in operands if operand != everybodys]
    return bool(operands) and testbed.owns_names(operands)


def _makes_own(options: Sequence[tuple[str, str]], testbed: Testbed) -> bool:
    """Whether a container with these options is the testbed's, and uses nothing of others."""
    names = [value for name, value in options if name in _NAMING and value not in _EVERYBODYS]
    mounted = [value.partition(":")[0] for name, value in options if name == "-v"]
    folders = [source for source in mounted if source.startswith("/")]
    volumes = [source for source in mounted if not source.startswith("/") and not _is_anonymous(source)]
    return testbed.owns_files(folders) and testbed.owns_names([*names, *volumes])


def _is_anonymous(volume: str) -> bool:
    """Whether a volume has a name that Docker gave it: it belongs to a container of the testbed."""
    return re.fullmatch(r"[0-9a-f]{64}", volume) is not None


def _taken_apart(words: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Leading options with their values, and the rest."""
    options: list[tuple[str, str]] = []
    while words and words[0].startswith("-"):
        has_value = words[0] not in _FLAGS
        options.append((words[0], words[1] if has_value else ""))
        words = words[1 + has_value :]
    return options, words


_RULES: dict[str, CommandRule] = {
    **dict.fromkeys(_READERS, _any),
    "timeout": _wait,
    "sed": _last_file,
    "mv": _files(1),
    "mkdir": _mkdir,
    "rmdir": _files(1),
    "chmod": _files(2),
    "chown": _last_file,
    "kill": _kill,
    "docker": _docker,
}
