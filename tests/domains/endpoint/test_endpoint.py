"""Whose port it is, judged from samples by the rules of one port alone."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cause_samples import VARIANTS
from evidence_samples import (
    address,
    alter_container,
    attempt,
    change,
    healthy,
    proxy,
    published,
    refused,
    retarget,
    without_docker,
)
from odd_situations import NO_ALARM
from runbooklab.domain.rules import Rules
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import PortBinding
from runbooklab.observe.host.records import HostListeners, Listener
from situations import SITUATIONS, closed
from subjects import contradictions, diagnose, primary, statuses

PORTS = Rules.of(("endpoint",))
OF_REDIS = re.compile(r"Redis (can|cannot|answers|is healthy)")
SAMPLES: dict[str, Callable[[], Evidence]] = VARIANTS | NO_ALARM | SITUATIONS
PROBES = tuple(sorted(name.replace("-", "_") for name in PORTS.probes))
NC = Listener("0.0.0.0", 6379, pid=4711, process="nc", command="nc -lk 6379")


def _published_at(*ports: object) -> Evidence:
    return alter_container(refused(), ports=ports, ports_asked=ports)


CAUSES: dict[str, Callable[[], Evidence]] = {
    "port-conflict-process": SITUATIONS["port-conflict-process"],
    "port-conflict-container": SITUATIONS["port-conflict-container"],
    "stale-docker-proxy": VARIANTS["stale-docker-proxy"],
    "port-not-published": SITUATIONS["port-not-published"],
    "port-published-elsewhere": SITUATIONS["port-published-elsewhere"],
    "port-published-other-address": lambda: _published_at(published(host_ip="127.0.0.2")),
    "port-published-udp": lambda: _published_at(published(protocol="udp")),
    "service-not-listening": closed,
}


@pytest.mark.parametrize("cause", CAUSES)
def test_what_is_wrong_with_a_port_is_named(cause: str) -> None:
    """The primary cause is the one that the sample was made for, and the verdict is critical."""
    seen = diagnose(CAUSES[cause](), "endpoint")
    assert (primary(seen), seen.verdict) == (cause, "critical")
    assert seen.primary is not None
    assert seen.primary.remedy is not None


def test_a_healthy_port_is_its_containers() -> None:
    """The sentence names the owner and the time of a connection."""
    seen = diagnose(healthy(), "endpoint")
    assert seen.verdict == "ok"
    assert seen.summary == (
        "Port 6379 of this host belongs to container redis-tts and takes connections in 0.2 ms."
    )
    assert "through docker-proxy (pid 4100)" in _summary(seen, "port-owner")


def test_a_conflict_is_said_of_the_port() -> None:
    """Port, owner and container stand in one sentence, and nothing is said of what runs in the container."""
    seen = diagnose(
        change(SITUATIONS["port-conflict-process"](), listeners=HostListeners(6379, (NC,))), "endpoint"
    )
    assert seen.summary.startswith(
        "Port 6379 of this host belongs to process nc (pid 4711), so container redis-tts cannot start."
    )


def test_a_port_that_is_free_again_is_said_to_be() -> None:
    """The container was refused its port; the one that had it is gone."""
    seen = diagnose(
        change(
            SITUATIONS["port-conflict-process"](),
            listeners=HostListeners(6379),
            tcp=(attempt("refused"),),
            first_bytes=FirstBytes("not-connected"),
        ),
        "endpoint",
    )
    assert primary(seen) == "port-conflict-process"
    assert "it is free now" in seen.summary
    assert seen.primary is not None
    assert seen.primary.remedy is not None
    assert seen.primary.remedy.id in ("free-port", "start-container")


def test_a_container_without_its_port_beside_a_stranger_is_critical() -> None:
    """Something answers on the port, and it is not the container's: that is no healthy port."""
    seen = diagnose(
        change(alter_container(healthy(), ports=(), ports_asked=()), listeners=HostListeners(6379, (NC,))),
        "endpoint",
    )
    assert seen.verdict == "critical"
    assert statuses(seen)["port-owner"] == "critical"


def _summary(seen: object, check: str) -> str:
    return next(finding.summary for finding in seen.findings if finding.id == check)  # type: ignore[attr-defined] # a diagnosis


# --- what is not there, or not seen, is never ok -----------------------------------------------


def test_without_a_container_nobody_knows_whose_port_it_should_be() -> None:
    """An empty name: the owner is shown, and the verdict is unknown."""
    e = retarget(
        change(healthy(), container=Missing("not-applicable", "no container is named")), redis_container=""
    )
    seen = diagnose(e, "endpoint")
    assert seen.verdict == "unknown"
    assert statuses(seen)["port-published"] == "skipped"
    assert statuses(seen)["port-owner"] == "unknown"
    assert _summary(seen, "port-owner").startswith("Port 6379 belongs to container redis-tts;")


def test_a_default_container_that_is_not_there_is_no_alarm_and_no_ok() -> None:
    """A server of this host has the port, and nobody has said that a container should."""
    look = replace(healthy().container.value, found=None)  # type: ignore[type-var] # it is there
    e = change(
        healthy(), container=look, listeners=HostListeners(6379, (replace(NC, process="redis-server"),))
    )
    e = replace(e, target=replace(e.target, sources={"redis_container": "default"}))
    assert diagnose(e, "endpoint").verdict != "ok"


def test_without_docker_the_port_is_not_called_healthy() -> None:
    """The container could not be looked at."""
    assert diagnose(without_docker(), "endpoint").verdict != "ok"


@pytest.mark.parametrize("lost", ["container", "listeners", "tcp", "address"])
def test_what_was_not_seen_is_no_healthy_port(lost: str) -> None:
    """Each probe that the verdict rests on."""
    seen = diagnose(change(healthy(), **{lost: Missing("deadline")}), "endpoint")
    assert seen.verdict != "ok"


def test_a_url_for_clients_in_docker_is_tried_at_the_containers_own_address() -> None:
    """This host does not resolve the name, and need not: the port is the container's."""
    e = change(
        retarget(healthy(), orchestrator_container="orchestrator"),
        address=address("redis://redis-tts:6379", host="redis-tts"),
        name=NameResolution("redis-tts", "not-found", (), "Name or service not known"),
        tcp=Missing("not-applicable", "redis-tts has no address"),
        first_bytes=Missing("not-applicable", "no connection"),
        listeners=HostListeners(6379),
    )
    seen = diagnose(e, "endpoint")
    assert statuses(seen)["port-reachable"] == "ok"
    assert {statuses(seen)[check] for check in ("port-owner", "port-published")} == {"skipped"}
    shut = diagnose(change(e, bridge_tcp=(attempt("refused", ip="172.18.0.2"),)), "endpoint")
    assert primary(shut) == "service-not-listening"


# --- agreement, subject and plans ----------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_verdict_causes_and_findings_agree(name: str) -> None:
    """Whatever is wrong with the target, the parts of the diagnosis show what its verdict says."""
    assert not list(contradictions(diagnose(SAMPLES[name](), "endpoint")))


@given(st.sampled_from(sorted(SAMPLES)), st.sets(st.sampled_from(PROBES)))
@settings(max_examples=150, deadline=None)
def test_they_agree_whatever_is_missing(name: str, fields: set[str]) -> None:
    """The same if any of the probes saw nothing."""
    e = change(SAMPLES[name](), **dict.fromkeys(fields, Missing("deadline", "not seen")))
    assert not list(contradictions(diagnose(e, "endpoint")))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_nothing_is_said_of_whether_redis_can_be_used(name: str) -> None:
    """No sentence of the diagnosis speaks of the service behind the port."""
    said = msgspec.json.encode(diagnose(SAMPLES[name](), "endpoint")).decode()
    assert not OF_REDIS.search(said)


def test_only_probes_of_ports_and_what_they_use_are_run() -> None:
    """No conversation with Redis is among them."""
    redis = {"redis", "tls", "registrations", "inside", "server-config", "orchestrator-view", "process"}
    assert not redis & PORTS.probes.keys()


def test_rows_refer_to_what_there_is() -> None:
    """Layers, checks and remedies of the causes exist among the rules of ports."""
    for cause in PORTS.causes.values():
        assert cause.layer in PORTS.layers
        assert set(cause.remedies) <= PORTS.remedies.keys()
        assert cause.shown_by in ("", *PORTS.checks)
    assert {
        ground.check for standing in PORTS.standings for ground in standing.grounds
    } <= PORTS.checks.keys()


def test_redis_sees_these_rows_more_closely() -> None:
    """A runbook on Redis has its own checks instead; one on both has both."""
    covered = {"port-published", "what-answers"}
    assert not covered & Rules.of(("redis",)).checks.keys()
    assert covered <= Rules.of(("endpoint", "redis")).checks.keys()


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_every_plan_can_be_made_of_any_evidence(name: str) -> None:
    """Each has a command, says what it changes, and holds no name that would be an option."""
    e = VARIANTS[name]()
    for remedy in PORTS.remedies:
        plan = PORTS.plan(remedy, e)
        assert plan.commands
        assert plan.changes


def test_a_plan_of_a_port_knows_its_owner() -> None:
    """The process that has the port is ended by its pid, and the container started after that."""
    e = change(SITUATIONS["port-conflict-process"](), listeners=HostListeners(6379, (NC,)))
    plan = PORTS.plan("free-port", e)
    assert plan.commands[0] == "kill 4711"
    assert plan.commands[-1] == "docker start redis-tts"
    other = PORTS.plan("stop-conflicting-container", SITUATIONS["port-conflict-container"]())
    assert other.commands[0] == "docker stop redis-old"
    assert PORTS.plan("use-other-port", e).commands[0].count("6380:6379") == 1
    assert (
        "4100"
        in PORTS.plan("end-docker-proxy", change(e, listeners=HostListeners(6379, (proxy(),)))).commands[1]
    )


@pytest.mark.parametrize(
    ("at", "url"),
    [
        (published(host_port=7000), "redis://localhost:7000"),
        (published(host_port=7000, host_ip="127.0.0.1"), "redis://localhost:7000"),
        (published(host_ip="127.0.0.2"), "redis://127.0.0.2:6379"),
    ],
)
def test_the_url_is_corrected_to_where_the_container_is_published(at: PortBinding, url: str) -> None:
    """The same runbook runs again with that URL and the other parameters of this run."""
    e = retarget(_published_at(at), redis_url="redis://localhost:6379", redis_container="cache")
    e = change(e, address=address("redis://localhost:6379", source="parameter"))
    plan = PORTS.plan("fix-redis-url", e)
    assert plan.commands == (f"runbook run port-conflicts -p redis_url {url} -p redis_container cache",)


@pytest.mark.parametrize("remedy", ["use-other-port", "publish-port"])
def test_a_plan_asks_for_no_option_that_was_observed(remedy: str) -> None:
    """A container is made again with all that it had; what was on loopback stays there."""
    at = published(host_ip="127.0.0.1")
    e = alter_container(healthy(), ports=(at,), ports_asked=(at,), memory_limit_bytes=2**28)
    plan = PORTS.plan(remedy, e)
    assert not any("$" in line for line in plan.commands)
    assert "--memory 268435456" in plan.commands[0]
    assert " -p 127.0.0.1:63" in plan.commands[0]
    assert "Stops container redis-tts" in plan.changes


@pytest.mark.parametrize("rules", [PORTS, Rules.of(("redis",))])
@pytest.mark.parametrize("remedy", ["use-other-port", "publish-port"])
def test_a_container_is_not_made_again_with_an_address_the_host_lacks(rules: Rules, remedy: str) -> None:
    """With it, the engine refuses to start the container; that it goes is said."""
    at = published(host_ip="192.0.2.77")
    e = alter_container(healthy(), state="exited", ports=(), ports_asked=(at,))
    plan = rules.plan(remedy, replace(e, host_addresses=("127.0.0.1", "10.0.0.5")))
    assert "192.0.2.77" not in plan.commands[0]
    assert "no longer publishes 192.0.2.77:6379:6379: this host does not have that address." in plan.changes
    assert "no longer" not in rules.plan(remedy, replace(e, host_addresses=("192.0.2.77",))).changes


def test_a_container_without_a_network_of_its_own_publishes_nothing() -> None:
    """The plan shows why, and makes nothing."""
    plan = PORTS.plan("publish-port", alter_container(healthy(), network_mode="host"))
    assert plan.risk == "none"
    assert "with host nothing is published" in plan.changes
