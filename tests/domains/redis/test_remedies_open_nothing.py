"""No remedy opens a Redis: not to other addresses, and not to people without a password."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from evidence_samples import address, alter_container, change, log, published, retarget
from judging import REMEDIES, plan_for
from odd_situations import NO_ALARM
from runbooklab.domains.container.remedies.made_with import as_published
from runbooklab.domains.endpoint.remedies.table import REMEDIES as OF_PORTS
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.records import Attachment, RunOption
from situations import SITUATIONS

#: Each leads to other commands: made, made again, moved, joined, started with other words.
TYPICAL = (
    "healthy", "container-missing", "container-stopped",
    "container-crash-looping", "redis-config-invalid", "port-not-published",
    "port-published-elsewhere", "port-conflict-process", "port-conflict-container",
    "redis-port-mismatch", "bind-loopback-only", "localhost-in-container",
    "protected-mode", "network-missing", "network-not-shared",
    "maxclients-reached", "docker-unreachable",
)  # fmt: skip
EVERY = {name: SITUATIONS[name] for name in TYPICAL} | {"redis-on-host": NO_ALARM["redis-on-host"]}
COMPOSE = {"com.docker.compose.project": "shop", "com.docker.compose.service": "cache"}
#: A Redis that its own command keeps on loopback, as words after the image.
ON_LOOPBACK = ("redis-server", "--bind", "127.0.0.1")


def loopback_redis(evidence: Evidence, **container: Any) -> Evidence:
    """Its Redis listens on loopback alone, and nobody has a password."""
    if evidence.container.value is None or evidence.container.value.found is None:
        return evidence
    words = tuple(RunOption("", word) for word in ON_LOOPBACK)
    return change(
        alter_container(evidence, command=ON_LOOPBACK, options=words, **container),
        server_config=ServerConfig(settings={"bind": "127.0.0.1"}, origins={"bind": "command line"}),
    )


#: How the container was reachable before; each is tried in every situation.
BEFORE: dict[str, dict[str, Any]] = {
    "as it was": {},
    "published on loopback": {
        "ports": (published(6379, 6379, "127.0.0.1"),),
        "ports_asked": (published(6379, 6379, "127.0.0.1"),),
    },
    "published elsewhere on all addresses": {
        "ports": (published(6379, 7000),),
        "ports_asked": (published(6379, 7000),),
    },
    "the host's network, and ports that Docker ignores": {
        "network_mode": "host", "networks": (), "ports": (), "ports_asked": (published(),),
    },
    "another container's network": {
        "network_mode": "container:feed", "networks": (), "ports": (), "ports_asked": (published(),),
    },
    "no network": {
        "network_mode": "none", "networks": (Attachment("none"),), "ports": (), "ports_asked": (published(),),
    },
    "made by Compose": {"labels": COMPOSE},
}  # fmt: skip


def opened(plan: RemedyPlan, evidence: Evidence) -> Iterator[str]:
    """What of a plan opens Redis: to all addresses of this host, or to people without a password."""
    look = evidence.container.value
    found = look.found if look is not None else None
    had = as_published(found) if found is not None else ()
    on_host = found is None or found.network_mode == "host"
    for line in plan.commands:
        words = shlex.split(line)
        for option, value in pairwise(words):
            if option in ("-p", "--publish") and "redis-cli" not in words and value not in had:
                yield from [line] * re.fullmatch(r"(0\.0\.0\.0:|\[::\]:|\d*:)?\d+(/\w+)?", value).__bool__()
            if option == "protected-mode" or option == "--protected-mode":
                yield from [line] * (value == "no")
        binds = "bind" in words or "--bind" in words
        if binds and on_host and ("*" in words or "* -::*" in words or "0.0.0.0" in words):
            yield line
    compose = re.search(r'publish it on "([^"]+)"', plan.changes)
    if compose and compose[1].count(":") < 2 and compose[1] not in had:
        yield compose[0]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("situation", EVERY)
def test_no_plan_opens_redis_beyond_what_the_url_asks_for(situation: str, before: str) -> None:
    """The URL says localhost, or Redis was on loopback: no port and no protection is opened to others."""
    evidence = EVERY[situation]()
    if evidence.container.value is not None and evidence.container.value.found is not None:
        evidence = alter_container(evidence, **BEFORE[before])
    for shape in (evidence, loopback_redis(evidence)):
        for remedy_id in REMEDIES:
            made = plan_for(remedy_id, shape)
            assert not list(opened(made, shape)), (remedy_id, made.commands)
        for row in OF_PORTS:
            made = row.plan(shape)  # type: ignore[arg-type] # Redis' view has all that the ports' view has
            assert not list(opened(made, shape)), (row.id, made.commands)


def test_a_redis_that_is_published_to_all_gets_a_password_before_it_listens_there() -> None:
    """Its port was open and nothing behind it: listening there would let everybody in."""
    made = plan_for("bind-all-interfaces", loopback_redis(SITUATIONS["bind-loopback-only"]()))
    password = next(at for at, line in enumerate(made.commands) if "requirepass" in line)
    bind = next(at for at, line in enumerate(made.commands) if "SET bind" in line)
    assert password < bind
    assert made.commands[bind].startswith(': "${REDIS_PASSWORD:?')
    assert not made.appliable
    assert "published as 6379:6379" in made.changes


def test_a_redis_that_is_published_on_loopback_is_not_opened_beyond_it() -> None:
    """This host and the container's networks reach it, which the plan says; a button can do it."""
    here = loopback_redis(SITUATIONS["bind-loopback-only"](), **BEFORE["published on loopback"])
    made = plan_for("bind-all-interfaces", here)
    assert made.commands == ("docker exec redis-tts redis-cli CONFIG SET bind '* -::*'",)
    assert made.undo == ("docker exec redis-tts redis-cli CONFIG SET bind 127.0.0.1",)
    assert made.appliable
    assert "containers on tts-network" in made.changes
    assert "without a password" in made.changes


def test_protected_mode_is_answered_by_a_password() -> None:
    """It is never switched off, also if the port is on loopback."""
    here = loopback_redis(SITUATIONS["protected-mode"](), **BEFORE["published on loopback"])
    here = change(here, server_config=ServerConfig(settings={"protected-mode": "yes", "bind": "127.0.0.1"}))
    made = plan_for("bind-all-interfaces", here)
    assert "requirepass" in " ".join(made.commands)
    assert "protected-mode" not in " ".join(made.commands)


def test_a_redis_of_this_host_listens_at_the_clients_address_alone() -> None:
    """With the host's network, all addresses are the whole host's."""
    evidence = loopback_redis(SITUATIONS["bind-loopback-only"](), network_mode="host", networks=(), ports=())
    made = plan_for("bind-all-interfaces", evidence)
    assert made.commands == ("docker exec redis-tts redis-cli CONFIG SET bind '127.0.0.1 -::1'",)


def test_a_url_with_the_ipv6_loopback_gets_its_port_there() -> None:
    """``::1`` is published as ``[::1]``, by either domain."""
    evidence = change(SITUATIONS["port-not-published"](), address=address("redis://[::1]:6379", host="::1"))
    of_ports = next(row for row in OF_PORTS if row.id == "publish-port")
    for made in (plan_for("publish-port", evidence), of_ports.plan(evidence)):  # type: ignore[arg-type] # as above
        assert "-p '[::1]:6379:6379'" in made.commands[0]


def test_an_address_beyond_loopback_is_opened_with_a_word() -> None:
    """The URL names this host's own address: the plan says who reaches Redis there."""
    url = address("redis://192.168.1.10:6379", host="192.168.1.10")
    made = plan_for("publish-port", change(SITUATIONS["port-not-published"](), address=url))
    assert "-p 192.168.1.10:6379:6379" in made.commands[0]
    assert "Whoever reaches 192.168.1.10 may use Redis without a password" in made.changes


def test_a_command_that_keeps_others_out_is_not_dropped() -> None:
    """What the image starts by itself has no password: a person corrects the command instead."""
    words = ("sh", "-c", "redis-serv --requirepass first")
    evidence = alter_container(
        SITUATIONS["container-crash-looping"](), command=words, options=tuple(RunOption("", w) for w in words)
    )
    made = plan_for("recreate-container", evidence)
    assert "CORRECTED" in made.commands[1]
    assert not made.appliable


def test_a_wrong_address_in_the_hosts_network_is_replaced_by_loopback() -> None:
    """Without ``--bind`` Redis would listen on every address of the host."""
    words = ("redis-server", "--bind", "10.9.9.9")
    evidence = alter_container(
        SITUATIONS["redis-config-invalid"](), command=words, network_mode="host", networks=(),
        options=tuple(RunOption("", word) for word in words),
    )  # fmt: skip
    line = "1:M # Could not create server TCP listening socket 10.9.9.9:6379: Cannot assign requested address"
    made = plan_for("fix-redis-config", change(evidence, logs=log((line, "cannot-assign", "error"))))
    assert made.commands[0].endswith("redis-server --bind 127.0.0.1 -::1")


def test_a_redis_for_a_port_of_its_own_keeps_the_images_protection() -> None:
    """Nothing is switched off in a new container's command."""
    url = address("redis://cache:7000", host="cache", port=7000)
    evidence = retarget(change(SITUATIONS["container-missing"](), address=url), orchestrator_container="orch")
    assert "protected-mode" not in " ".join(plan_for("run-container", evidence).commands)
