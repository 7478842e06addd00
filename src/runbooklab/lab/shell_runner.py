"""Carrying out a remedy's commands in a shell, if they touch nothing but what the testbed made."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from runbooklab.domains.redis.lab.server_program import NotHere
from runbooklab.domains.redis.remedies.run_options import FLAGS
from runbooklab.model.conclusions import RemedyPlan

if TYPE_CHECKING:
    from runbooklab.lab.testbed import Testbed

#: Longest a pasted command may take, in seconds.
TIMEOUT_S = 40

#: What in a command is a person's part, and why the drill leaves it; the first that is found tells.
BY_HAND: tuple[tuple[str, str], ...] = (
    ("FOLDER=", "a person edits the file"),
    ("MASTER_IS_GONE", "a person says whether the master is gone"),
    ("CORRECTED", "a person corrects the command"),
    ("tar -cf", "a person has the file"),
    ("docker pull", "an image comes from a registry"),
    ("docker compose", "the Compose project is changed"),
    ("systemctl", "a service of this machine is restarted"),
    ("timedatectl", "this machine's clock is set"),
    ("usermod", "this machine's users are changed"),
    ("docker context", "the user's Docker settings are changed"),
    ("ssh ", "another machine is signed in to"),
    ("export DOCKER_", "the person's own shell is changed"),
    ("read -rs", "a person types the password"),
    ('"${CRT:?', "a person has the certificate"),
    ("EDITOR", "a person edits the file"),
    ("--cluster fix", "a person answers what redis-cli asks"),
    ("df -h", "a person frees space, or lets Redis write there"),
    ('"$NAME', "a person reads a value off the first command"),
    ('"$OTHER', "a person reads a value off the first command"),
    ('"$PID', "a person reads a value off the first command"),
    ('"$CHAIN', "a person reads a value off the first command"),
)


class ManualStep(Exception):
    """The plan is not carried out here; the message says why."""


class NotDone(Exception):
    """A command failed; the message has it with what it printed."""


def run_commands(plan: RemedyPlan, testbed: Testbed, variables: Mapping[str, str]) -> None:
    """Carry out the plan's commands in order, in a shell with these environment variables.

    Every command is checked before the first is done. Raises :class:`ManualStep` or :class:`NotDone`.
    """
    text = "\n".join(plan.commands)
    for sign, reason in BY_HAND:
        if sign in text:
            raise ManualStep(reason)
    if plan.risk == "none":
        raise ManualStep("it only looks")
    for command in plan.commands:
        _check(command, testbed)
    for command in plan.commands:
        _run(command, testbed, variables)


def _run(command: str, testbed: Testbed, variables: Mapping[str, str]) -> None:
    line = re.sub(r"\bsudo ", "", command) if os.geteuid() == 0 else command
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=testbed.folder,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode and not _only_looks(command):
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NotDone(f"{command}: exit status {done.returncode}, {said[-1] if said else 'no output'}")


# --- what a command may be ---------------------------------------------------------------------

Rule = Callable[[list[str], "Testbed"], bool]

_BETWEEN = {"|", "&&", "||", ";"}
_LOOKS = frozenset({"ls", "ps", "lsof", "grep", "df", "printf", "openssl", "nc", "findmnt"})
_DOCKER_LOOKS = frozenset({"ps", "inspect", "logs", "port", "stats"})
#: Options of ``docker`` without a value, in the commands of plans.
_FLAGS = FLAGS | {"-d", "-f", "--privileged", "--tty", "--interactive", "--oom-kill-disable"}
_FLAGS |= {"--no-healthcheck", "--publish-all"}


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


def _only_looks(command: str) -> bool:
    return all(
        words[0] in _LOOKS or (words[0] == "docker" and words[1] in _DOCKER_LOOKS)
        for words in _simple_commands(command)
    )


def _check(line: str, testbed: Testbed) -> None:
    """Raise :class:`ManualStep` unless every command of the line is known to touch the testbed alone."""
    for words in _simple_commands(line):
        targets = [word for arrow, word in pairwise(words) if arrow in (">", ">>")]
        rule = _RULES.get(words[0])
        if rule is None or not rule(words, testbed) or not _are_in(targets, testbed):
            raise ManualStep(f"{' '.join(words[:2])} would touch more than the drill's own")


def _any(words: list[str], testbed: Testbed) -> bool:
    return True


def _are_in(paths: Sequence[str], testbed: Testbed) -> bool:
    return all(testbed.folder in Path(path).parents for path in paths)


def _paths(first: int) -> Rule:
    """Words from ``first`` on are paths, options aside."""
    return lambda words, testbed: _are_in([word for word in words[first:] if word[0] != "-"], testbed)


def _kill(words: list[str], testbed: Testbed) -> bool:
    pids = [int(word) for word in words[1:] if word.isdigit()]
    return bool(pids) and set(pids) <= _pids(testbed)


def _pids(testbed: Testbed) -> set[int]:
    """Processes that the testbed started: on this host, and as its containers' first one."""
    from docker.errors import NotFound
    from psutil import Process

    pids = {child.pid for child in Process().children(recursive=True)}
    with suppress(NotFound, NotHere):  # a container may end meanwhile; there may be no engine
        for container in testbed.docker.containers.list(filters={"name": f"^/?{testbed.prefix}-"}):
            pids.add(int(container.attrs["State"]["Pid"]))
    return pids


def _docker(words: list[str], testbed: Testbed) -> bool:
    verb, rest = words[1], words[2:]
    if verb in _DOCKER_LOOKS:
        return True
    if verb == "cp":
        return _are_of([word.partition(":")[0] for word in rest if word != "-"], testbed)
    if verb == "network":
        verb, rest = f"network {rest[0]}", rest[1:]
    options, names = _taken_apart(rest)
    if verb in ("run", "create"):
        own = [value for name, value in options if name in ("--name", "--network", "--volumes-from")]
        mounts = [value.partition(":")[0] for name, value in options if name == "-v"]
        folders = [one for one in mounts if one.startswith("/")]
        volumes = [one for one in mounts if not one.startswith("/") and not _is_anonymous(one)]
        own = [one for one in (*own, *volumes) if one not in ("none", "bridge")]
        return names[0] == testbed.image and _are_in(folders, testbed) and _are_of(own, testbed)
    if verb == "exec":
        names = names[:1]
    if verb == "network disconnect":
        names = [one for one in names if one != "none"]
    if verb == "network connect":
        names = [one for one in names if one != "bridge"]
    return bool(names) and _are_of(names, testbed)


def _is_anonymous(volume: str) -> bool:
    """Whether a volume has a name that Docker gave it: it is a container's of the testbed."""
    return re.fullmatch(r"[0-9a-f]{64}", volume) is not None


def _are_of(names: Sequence[str], testbed: Testbed) -> bool:
    return all(name.startswith(f"{testbed.prefix}-") for name in names)


def _taken_apart(words: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Leading options with their values, and the rest."""
    options: list[tuple[str, str]] = []
    while words and words[0].startswith("-"):
        has_value = words[0] not in _FLAGS
        options.append((words[0], words[1] if has_value else ""))
        words = words[1 + has_value :]
    return options, words


def _redis_cli(words: list[str], testbed: Testbed) -> bool:
    """To a server of this host at a port of the lab's range, or at a socket of the testbed."""
    given = dict(pairwise(words))
    if "-s" in given:
        return _are_in([given["-s"]], testbed)
    return given.get("-h") in ("localhost", "127.0.0.1") and given.get("-p", "").startswith(("1", "2"))


_RULES: dict[str, Rule] = {
    **dict.fromkeys(_LOOKS, _any),
    "timeout": lambda words, testbed: words[2:4] == ["sh", "-c"] and words[4].startswith("while ss "),
    "sed": lambda words, testbed: _are_in(words[-1:], testbed),
    "mv": _paths(1),
    "mkdir": lambda words, testbed: Path(words[-1]) == testbed.folder or _are_in(words[-1:], testbed),
    "rmdir": _paths(1),
    "chmod": _paths(2),
    "chown": lambda words, testbed: _are_in(words[-1:], testbed),
    "kill": _kill,
    "docker": _docker,
    "redis-cli": _redis_cli,
}
