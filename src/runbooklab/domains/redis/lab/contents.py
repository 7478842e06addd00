"""What a Redis in a container of the lab holds and lets in, as redis-cli inside it says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from runbooklab.lab.lab import Contents, Trait

#: It took commands or refused them: what it lets in can be compared.
ANSWERS = "Redis answers"


def contents(inspected: Mapping[str, Any]) -> Contents:
    """Its number of keys, and whether it takes commands from anybody, by what ``docker inspect`` says."""
    name = inspected["Name"].lstrip("/")
    return Contents(tuple(_held(name, _password(inspected["Config"]))), tuple(_open(name)))


def _password(config: Mapping[str, Any]) -> str:
    """The password that the command gives Redis."""
    words = config.get("Cmd") or []
    return next((value for name, value in pairwise(words) if name == "--requirepass"), "")


def _held(name: str, password: str) -> Iterator[Trait]:
    count = _redis(name, "DBSIZE", password=password)
    if count.isdigit() or "NOAUTH" in count:
        yield Trait(ANSWERS, name)
    if count.isdigit() and int(count):
        yield Trait(f"{count} keys", f"{int(count):,} key")


def _open(name: str) -> Iterator[Trait]:
    if _redis(name, "PING") == "PONG":
        yield Trait("Redis takes commands without a password", "ithout a password", ANSWERS)
        if "no" in _redis(name, "CONFIG", "GET", "protected-mode").split():
            yield Trait("protected mode is off", "protected", ANSWERS)


def _redis(container: str, *words: str, password: str = "") -> str:
    argv = ["docker", "exec", "-e", "REDISCLI_AUTH", container, "redis-cli", *words]
    environment = os.environ | {"REDISCLI_AUTH": password}
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:  # it is frozen, paused or busy: that says nothing of what it has
        return ""
    return done.stdout.strip()
