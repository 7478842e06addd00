"""What a remedy lost and opened: everything that the testbed made, compared before and after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from msgspec import Struct

from runbooklab.lab.lab import Contents, Trait
from runbooklab.lab.testbed import Testbed, Unavailable
from runbooklab.observe.docker.options import groups
from runbooklab.observe.docker.records import RunOption
from runbooklab.words import size

#: From the output of ``docker inspect`` to what the running container holds and lets in.
Inside = Callable[[Mapping[str, Any]], Contents]

#: Of ``docker inspect``, what follows from something else that is compared, or names the container itself.
_FOLLOWS = frozenset(
    {"PortBindings", "ContainerIDFile", "NetworkMode", "Binds", "Mounts", "ConsoleSize", "MaskedPaths"}
    | {"ReadonlyPaths", "VolumesFrom", "PublishAllPorts", "CgroupnsMode", "IpcMode"}
)
#: How a remedy's text names a setting of the engine.
_SAID = {
    "Healthcheck": "health check",
    "CpuQuota": "processor",
    "NanoCpus": "processor",
    "Ulimits": "nofile",
    "Dns": "name server",
    "ShmSize": "shared memory",
}
#: Settings of the container itself that are compared; the image sets others.
_CONFIG = ("User", "WorkingDir", "StopSignal", "StopTimeout", "Entrypoint", "Healthcheck", "Domainname")
_LOCAL = ("127.", "::1")


#: Each with the name of its container.
Traits = frozenset[tuple[str, Trait]]


class Seen(Struct, frozen=True):
    """What there is at one moment."""

    had: Traits = frozenset()
    open: Traits = frozenset()


def seen(testbed: Testbed, inside: Inside) -> Seen:
    """The settings and contents of the testbed's containers, whether they run, and who may enter."""
    had: set[tuple[str, Trait]] = set()
    is_open: set[tuple[str, Trait]] = set()
    with suppress(Unavailable):
        for container in testbed.containers():
            name, inspected = str(container.name), container.attrs
            if name.endswith(("-before", "-new")):
                continue
            running = bool(inspected["State"]["Running"])
            contents = inside(inspected) if running else Contents()
            had |= {(name, trait) for trait in (*_made_with(name, inspected), *contents.held)}
            is_open |= {(name, trait) for trait in (*_open(inspected), *contents.open)}
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
    return _unsaid(before.had - after.had, text)


def opened(before: Seen, after: Seen, text: str) -> tuple[str, ...]:
    """What is open after, was not open before, and is not announced."""
    had = {(container, trait.what) for container, trait in before.had}
    new = (
        (container, trait)
        for container, trait in after.open - before.open
        if not trait.if_before or (container, trait.if_before) in had
    )
    return _unsaid(new, text)


def _unsaid(traits: Iterable[tuple[str, Trait]], text: str) -> tuple[str, ...]:
    return tuple(
        sorted(f"{container}: {trait.what}" for container, trait in traits if trait.said not in text)
    )


# --- from what the engine says of a container -------------------------------------------------------


def _made_with(name: str, inspected: Mapping[str, Any]) -> Iterator[Trait]:
    config, host = inspected["Config"], inspected["HostConfig"]
    yield from _limits(host)
    for key in _CONFIG:
        if config.get(key):
            yield Trait(f"{key} {json.dumps(config[key], sort_keys=True)}", _SAID.get(key, key))
    if not inspected["Id"].startswith(config.get("Hostname") or "-"):
        yield Trait(f"hostname {config['Hostname']}", "hostname")
    yield from (Trait(f"variable {line}", line.partition("=")[0]) for line in config.get("Env") or ())
    yield from (Trait(f"label {key}={value}", key) for key, value in (config.get("Labels") or {}).items())
    for group in groups([RunOption("", word) for word in config.get("Cmd") or ()]):
        words = " ".join(word.value for word in group)
        yield Trait(f"command {words}", words)
    for mount in inspected["Mounts"]:
        source = mount.get("Name") or mount.get("Source")
        yield Trait(f"mount {source} at {mount['Destination']} {mount['RW']}", mount["Destination"])
    yield from _networks(name, inspected)
    if inspected["State"]["Running"]:
        yield Trait("runs", name)


def _limits(host: Mapping[str, Any]) -> Iterator[Trait]:
    for key, value in host.items():
        if key == "RestartPolicy" and value.get("Name") in ("", "no"):
            continue
        if value and key not in _FOLLOWS:
            is_memory = key.startswith("Memory") and isinstance(value, int)
            said = size(value) if is_memory else _SAID.get(key, key)
            yield Trait(f"{key} {json.dumps(value, sort_keys=True)}", said)


def _networks(name: str, inspected: Mapping[str, Any]) -> Iterator[Trait]:
    given_by_engine = {name, inspected["Id"][:12]}
    for network, joined in inspected["NetworkSettings"]["Networks"].items():
        yield Trait(f"network {network}", network)
        aliases = (alias for alias in joined.get("Aliases") or () if alias not in given_by_engine)
        yield from (Trait(f"alias {alias}", alias) for alias in aliases)
        fixed = (joined.get("IPAMConfig") or {}).get("IPv4Address")
        if fixed:
            yield Trait(f"address {fixed}", fixed)


def _open(inspected: Mapping[str, Any]) -> Iterator[Trait]:
    for port, bindings in (inspected["HostConfig"].get("PortBindings") or {}).items():
        for binding in bindings or ():
            address = binding.get("HostIp") or "every address"
            reach = "loopback" if address.startswith(_LOCAL) else address
            yield Trait(
                f"port {port} published on {reach}", f"{address}:{binding.get('HostPort')}:{port[:-4]}"
            )
    if inspected["HostConfig"].get("Privileged"):
        yield Trait("privileged", "privileged")
