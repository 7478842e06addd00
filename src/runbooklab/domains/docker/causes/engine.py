"""The engine's configuration, its storage, and what it needs of this host."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import DAEMON, ENGINE, NETWORKS
from runbooklab.domains.docker.readings.focus import found, unobserved
from runbooklab.domains.docker.sizes import MB
from runbooklab.domains.docker.thresholds import EMPTY_IS_FINE_RELEASE, LAST_INODES_SHARE
from runbooklab.words import listed, plural, size

NO_SPACE = re.compile(r"no space left on device|ENOSPC", re.IGNORECASE)


def _major(version: str) -> int:
    head = version.partition(".")[0]
    return int(head) if head.isdecimal() else 0


@needs(DAEMON)
def config_invalid(e: Evidence) -> Ruling:
    seen = e.daemon.value
    assert seen is not None
    if seen.state in ("none", "missing"):
        return RuledOut("There is no configuration file of the engine: it uses its own defaults.")
    if seen.state == "unreadable" and not seen.problems:
        return Untested(f"{seen.path} may not be read by this user.")
    if seen.empty:
        engine = e.engine.value
        if engine is not None and _major(engine.version) >= EMPTY_IS_FINE_RELEASE:
            return RuledOut(f"{seen.path} is empty, which this engine takes.")
        return Supported(
            f"{seen.path} is empty: an engine before {EMPTY_IS_FINE_RELEASE}.0 stops at it (EOF).",
            ("docker-daemon-config",),
            0.8,
            f"The engine's configuration {seen.path} is empty.",
        )
    if not seen.problems:
        return RuledOut(f"{seen.path} is valid.")
    first = seen.problems[0]
    at = f", line {first.line}" if first.line else ""
    more = (
        f" There {'is' if len(seen.problems) == 2 else 'are'} "
        f"{plural(len(seen.problems) - 1, 'more problem')}."
        if len(seen.problems) > 1
        else ""
    )
    return Supported(
        f"{seen.path}{at}: {first.message}. The engine does not start with it.{more}",
        ("docker-daemon-config",),
        0.96,
        f"The engine's configuration is invalid: {seen.path}{at}: {first.message}.",
    )


@needs(DAEMON)
def config_conflict(e: Evidence) -> Ruling:
    seen = e.daemon.value
    assert seen is not None
    if not seen.doubled:
        return RuledOut("No setting is both in the configuration file and on the engine's command line.")
    first = seen.doubled[0]
    keys = listed([each.key for each in seen.doubled])
    at = f", line {first.line}," if first.line else ""
    return Supported(
        f"{keys} is set in {seen.path}{at} and by the flag {first.flag} in {first.place}: the "
        "engine refuses to "
        "start with both.",
        ("docker-daemon-config",),
        0.95,
        f"{keys} is set twice: in {seen.path} and by {first.flag} in {first.place}.",
    )


@needs(ENGINE)
def disk_full(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    least = e.target.min_free_disk_mb * MB
    if engine.free_bytes is not None and engine.free_bytes < least:
        of = f" of {size(engine.total_bytes)}" if engine.total_bytes else ""
        return Supported(
            f"{size(engine.free_bytes)}{of} are free on the file system of {engine.root}; "
            f"{size(least)} are wanted.",
            ("docker-storage",),
            0.96,
            f"Docker's disk is full: {size(engine.free_bytes)} are free at {engine.root}, and "
            f"{size(least)} are wanted.",
        )
    if (
        engine.free_inodes is not None
        and engine.total_inodes
        and engine.free_inodes < LAST_INODES_SHARE * engine.total_inodes
    ):
        return Supported(
            f"{engine.free_inodes:,} of {engine.total_inodes:,} inodes are free on the file "
            f"system of {engine.root}.",
            ("docker-storage",),
            0.93,
            f"Docker's disk has no inodes left at {engine.root}.",
        )
    for _, known in found(e):
        if NO_SPACE.search(known.error):
            return Supported(
                f"Docker cannot start container {known.name}: {known.error}.",
                ("docker-storage",),
                0.85,
                f"Docker has no space left: {known.name} cannot start.",
            )
    if engine.free_bytes is None:
        return Untested("Not observed: the room on the engine's file system.")
    return RuledOut(f"{size(engine.free_bytes)} are free at {engine.root}.")


@needs(ENGINE)
def driver_vfs(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    if engine.driver != "vfs":
        return RuledOut(f"The storage driver is {engine.driver}.")
    return Supported(
        f"The storage driver of {engine.root} is vfs, which copies every layer as a whole.",
        ("docker-storage",),
        0.96,
        "Docker stores every layer as a whole copy (driver vfs): slow, and the disk fills.",
    )


def log_large(e: Evidence) -> Ruling:
    if why := unobserved(e):
        return Untested(why)
    most = e.target.max_log_mb * MB
    large = [
        (view.extras.log_bytes, known.name, known.log_path, view.extras.log_limited)
        for view, known in found(e)
        if view.extras.log_bytes is not None and view.extras.log_bytes > most
    ]
    if not large:
        return RuledOut(f"No log is larger than {size(most)}.")
    amount, name, path, limited = max(large)
    limit = "a max-size is set" if limited else "no max-size is set"
    others = [each[1] for each in large if each[1] != name]
    also = f" So it is with {listed(others)}." if others else ""
    return Supported(
        f"The log of container {name} has {size(amount)} ({path}), and {limit}.{also}",
        ("docker-container-logs",),
        0.93,
        f"The log of container {name} has grown to {size(amount)}.{also}",
    )


@needs(ENGINE)
def forwarding_disabled(e: Evidence) -> Ruling:
    engine = e.engine.value
    assert engine is not None
    warned = next((each for each in engine.warnings if "IPv4 forwarding is disabled" in each), "")
    if not warned and engine.forwarding is not False:
        return RuledOut("The engine's host forwards packets.")
    return Supported(
        f"The engine says: {warned or 'IPv4Forwarding is false'} (net.ipv4.ip_forward is 0).",
        ("docker-engine",),
        0.96,
        "This host does not forward packets: containers are cut off from other machines.",
    )


@needs(NETWORKS)
def rules_missing(e: Evidence) -> Ruling:
    """Ports that are published on a bridge, and no DNAT rule leads to them."""
    look = e.networks.value
    assert look is not None
    if look.nat is None:
        return Untested(f"Not observed: the rules that publish ports: {look.nat_missing}.")
    daemon = e.daemon.value
    if daemon is not None and (daemon.other_rules or not daemon.iptables):
        return RuledOut("The engine is configured to make no rules of iptables.")
    to_bridge = {network.name for network in look.networks if network.driver == "bridge"}
    gone = []
    for _, known in found(e):
        addresses = {net.ip for net in known.networks if net.network in to_bridge and net.ip}
        for port in known.ports if known.state == "running" and addresses else ():
            if (
                port.host_port is not None
                and ":" not in port.host_ip
                and not _has_rule(look.nat, port.host_port, addresses, port.container_port)
            ):
                gone.append(f"{port.host_port} of {known.name}")
    if not gone:
        return RuledOut("Every port that a container publishes on a bridge has its rule.")
    named = listed(list(dict.fromkeys(gone)))
    empty = " The chain DOCKER has no rule at all." if not look.nat else ""
    return Supported(
        f"No DNAT rule in the chain DOCKER leads to the published port {named}.{empty} Only "
        "docker-proxy on this "
        "host still serves it.",
        ("docker-engine",),
        0.93,
        f"Docker's rules are gone: the published port {named} is served on this host only.",
    )


def _has_rule(rules: tuple[str, ...], host_port: int, addresses: set[str], inside: int) -> bool:
    return any(f"{host_port} -> {address}:{inside}" in rules for address in addresses)
