"""What a remedy lost and what it opened: everything of a testbed compared before and after it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from runbooklab.domains.redis.lab.server_program import NotHere
from runbooklab.domains.redis.remedies.running import groups
from runbooklab.observe.docker.records import RunOption
from runbooklab.words import size

if TYPE_CHECKING:
    from runbooklab.lab.testbed import Testbed

#: Of ``docker inspect``, what follows from something else that is compared, or names the container itself.
_FOLLOWS = frozenset(
    {"PortBindings", "ContainerIDFile", "NetworkMode", "Binds", "Mounts", "ConsoleSize", "MaskedPaths"}
    | {"ReadonlyPaths", "VolumesFrom", "PublishAllPorts", "CgroupnsMode", "IpcMode"}
)
#: How a remedy's text calls a setting of the engine's.
_SAID = {
    "Healthcheck": "health check",
    "CpuQuota": "processor",
    "NanoCpus": "processor",
    "Ulimits": "nofile",
    "Dns": "name server",
}
_LOCAL = ("127.", "::1")
#: Redis took commands or refused them: what it lets in can be compared.
ANSWERS = "Redis answers"
_NO_PASSWORD, _UNPROTECTED = "Redis takes commands without a password", "protected mode is off"
_REDIS_OPEN = (_NO_PASSWORD, _UNPROTECTED)


class Fact(Struct, frozen=True):
    """One thing that a target had. ``said`` is what a remedy's text names if it takes it away."""

    of: str  # the container
    what: str
    said: str


class Seen(Struct, frozen=True):
    """What there is at one moment."""

    had: frozenset[Fact] = frozenset()
    open: frozenset[Fact] = frozenset()


def seen(testbed: Testbed) -> Seen:
    """What the testbed's containers are made with and hold, whether they run, and who may enter."""
    had: set[Fact] = set()
    is_open: set[Fact] = set()
    with suppress(NotHere):
        for one in testbed.docker.containers.list(all=True, filters={"name": f"^/?{testbed.prefix}-"}):
            name = str(one.name)
            if name.endswith(("-before", "-new")):
                continue
            had |= {Fact(name, what, said) for what, said in _had(name, one.attrs)}
            is_open |= {Fact(name, what, said) for what, said in _open(one.attrs)}
    return Seen(frozenset(had), frozenset(is_open))


class Harm(Struct, frozen=True):
    """What a remedy lost and opened and did not announce."""

    lost: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    @classmethod
    def of(cls, before: Seen, after: Seen, text: str) -> Harm:
        """What ``text``, the remedy's own, does not say of the difference."""
        return cls(lost(before, after, text), opened(before, after, text))

    def __add__(self, other: Harm) -> Harm:
        return Harm(self.lost + other.lost, self.opened + other.opened)


def lost(before: Seen, after: Seen, text: str) -> tuple[str, ...]:
    """What was there before, is not there after, and is not announced in the remedy's ``text``."""
    gone = before.had - after.had
    return tuple(sorted(f"{one.of}: {one.what}" for one in gone if one.said not in text))


def opened(before: Seen, after: Seen, text: str) -> tuple[str, ...]:
    """What is open after, was not before, and is not announced."""
    answered = {one.of for one in before.had if one.what == ANSWERS}
    new = (one for one in after.open - before.open if one.of in answered or one.what not in _REDIS_OPEN)
    return tuple(sorted(f"{one.of}: {one.what}" for one in new if one.said not in text))


def _had(name: str, said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    config, host = said["Config"], said["HostConfig"]
    for key, value in host.items():
        if key == "RestartPolicy" and value.get("Name") in ("", "no"):
            continue
        if value and key not in _FOLLOWS:
            is_memory = key.startswith("Memory") and isinstance(value, int)
            said_as = size(value) if is_memory else _SAID.get(key, key)
            yield f"{key} {json.dumps(value, sort_keys=True)}", said_as
    for key in ("User", "WorkingDir", "StopSignal", "StopTimeout", "Entrypoint", "Healthcheck", "Domainname"):
        if config.get(key):
            yield f"{key} {json.dumps(config[key], sort_keys=True)}", _SAID.get(key, key)
    if not said["Id"].startswith(config.get("Hostname") or "-"):
        yield f"hostname {config['Hostname']}", "hostname"
    yield from ((f"variable {line}", line.partition("=")[0]) for line in config.get("Env") or ())
    yield from ((f"label {key}={value}", key) for key, value in (config.get("Labels") or {}).items())
    for group in groups([RunOption("", word) for word in config.get("Cmd") or ()]):
        words = " ".join(word.value for word in group)
        yield f"command {words}", words
    for mount in said["Mounts"]:
        source = mount.get("Name") or mount.get("Source")
        yield f"mount {source} at {mount['Destination']} {mount['RW']}", mount["Destination"]
    for network, joined in said["NetworkSettings"]["Networks"].items():
        yield f"network {network}", network
        by_itself = {name, said["Id"][:12]}
        yield from ((f"alias {one}", one) for one in joined.get("Aliases") or () if one not in by_itself)
        fixed = (joined.get("IPAMConfig") or {}).get("IPv4Address")
        if fixed:
            yield f"address {fixed}", fixed
    if said["State"]["Running"]:
        yield "runs", name
        yield from _redis_had(name, _password(config))


def _open(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for inside, bound in (said["HostConfig"].get("PortBindings") or {}).items():
        for one in bound or ():
            address = one.get("HostIp") or "every address"
            where = "loopback" if address.startswith(_LOCAL) else address
            yield f"port {inside} published on {where}", f"{address}:{one.get('HostPort')}:{inside[:-4]}"
    if said["HostConfig"].get("Privileged"):
        yield "privileged", "privileged"
    if said["State"]["Running"] and _redis(said["Name"].lstrip("/"), "PING") == "PONG":
        yield _NO_PASSWORD, "ithout a password"
        if "no" in _redis(said["Name"].lstrip("/"), "CONFIG", "GET", "protected-mode").split():
            yield _UNPROTECTED, "protected"


def _password(config: dict[str, Any]) -> str:
    """The password that the command gives Redis."""
    words = config.get("Cmd") or []
    return next((value for name, value in pairwise(words) if name == "--requirepass"), "")


def _redis_had(name: str, password: str) -> Iterator[tuple[str, str]]:
    count = _redis(name, "DBSIZE", password=password)
    if count.isdigit() or "NOAUTH" in count:
        yield ANSWERS, name
    if count.isdigit() and int(count):
        yield f"{count} keys", f"{int(count):,} key"


def _redis(container: str, *words: str, password: str = "") -> str:
    argv = ["docker", "exec", "-e", "REDISCLI_AUTH", container, "redis-cli", *words]
    environment = os.environ | {"REDISCLI_AUTH": password}
    try:
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=10, check=False)
    except subprocess.TimeoutExpired:  # it is frozen, paused or busy: that says nothing of what it has
        return ""
    return done.stdout.strip()
