"""Docker networks, firewalls, name servers and the addresses Redis binds to."""

from __future__ import annotations

from typing import Any

from docker.models.containers import Container

from runbooklab.domains.redis.lab.from_container import from_container
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Bench, Situation

FIREWALL = ("iptables", "nsenter")


def _orchestrator(bench: Bench, **options: Any) -> Container:
    return bench.container("orchestrator", ["sleep", "600"], **options)


def network_missing(bench: Bench) -> Situation:
    redis = bench.redis()
    return bench.situation(
        redis,
        redis_url=f"redis://{redis.name}:6379/0",
        docker_network=bench.name("net"),
        orchestrator_container=_orchestrator(bench).name,
    )


def network_missing_host(bench: Bench) -> Situation:
    return bench.situation(bench.redis(), docker_network=bench.name("net"))


def network_not_shared(bench: Bench) -> Situation:
    network, other = bench.network(), bench.network("other")
    redis = bench.redis(network=other.name)
    orchestrator = _orchestrator(bench, network=network.name)
    return from_container(bench, redis, orchestrator, network)


def default_bridge_only(bench: Bench) -> Situation:
    network = bench.network()
    redis = bench.redis()
    orchestrator = _orchestrator(bench, network=network.name)
    return from_container(bench, redis, orchestrator, network)


def network_detached(bench: Bench) -> Situation:
    network = bench.network()
    redis = bench.redis(network=network.name)
    network.disconnect(redis.container)
    return bench.situation(redis, docker_network=network.name)


def network_internal(bench: Bench) -> Situation:
    network = bench.network(internal=True)
    return bench.situation(bench.redis(network=network.name), docker_network=network.name)


def network_isolated(bench: Bench) -> Situation:
    network, other = bench.network(), bench.network("other")
    redis = bench.redis(network=network.name)
    orchestrator = _orchestrator(bench, network=other.name)
    return bench.situation(
        redis,
        redis_url=f"redis://{bench.address(redis.container)}:6379/0",
        docker_network=network.name,
        orchestrator_container=orchestrator.name,
    )


def drop_on_host_port(bench: Bench) -> Situation:
    redis = bench.redis()
    bench.firewall("INPUT", "-p", "tcp", "--dport", str(redis.port), "-j", "DROP")
    return bench.situation(redis)


def drop_towards_container(bench: Bench) -> Situation:
    redis = bench.redis()
    bench.firewall("OUTPUT", "-p", "tcp", "-d", bench.address(redis.container), "-j", "DROP")
    return bench.situation(redis, redis_url=f"redis://{bench.address(redis.container)}:6379/0")


def drop_inside_container(bench: Bench) -> Situation:
    redis = bench.redis()
    rule = ["INPUT", "-p", "tcp", "--dport", "6379", "!", "-i", "lo", "-j", "DROP"]
    bench.firewall(*rule, namespace=redis.container)
    return bench.situation(redis)


def drop_between_containers(bench: Bench) -> Situation:
    network = bench.network()
    redis = bench.redis(network=network.name)
    orchestrator = _orchestrator(bench, network=network.name)
    bench.firewall(
        "DOCKER-USER", "-p", "tcp", "-d", bench.address(redis.container), "--dport", "6379", "-j", "DROP"
    )
    return from_container(bench, redis, orchestrator, network)


def reject_on_host_port(bench: Bench) -> Situation:
    redis = bench.redis()
    bench.firewall(
        "INPUT", "-p", "tcp", "--dport", str(redis.port), "-j", "REJECT", "--reject-with", "tcp-reset"
    )
    return bench.situation(redis)


def reject_unreachable(bench: Bench) -> Situation:
    redis = bench.redis()
    bench.firewall(
        "INPUT",
        "-p",
        "tcp",
        "--dport",
        str(redis.port),
        "-j",
        "REJECT",
        "--reject-with",
        "icmp-host-prohibited",
    )
    return bench.situation(redis)


def reject_inside_container(bench: Bench) -> Situation:
    redis = bench.redis()
    rule = ["INPUT", "-p", "tcp", "--dport", "6379", "!", "-i", "lo", "-j", "REJECT"]
    bench.firewall(*rule, "--reject-with", "tcp-reset", namespace=redis.container)
    return bench.situation(redis)


def _name_server_is(bench: Bench, address: str) -> Situation:
    orchestrator = _orchestrator(bench, dns=[address])
    return bench.situation(
        bench.redis(),
        redis_url="redis://redis.internal.example:6379/0",
        orchestrator_container=orchestrator.name,
    )


def dns_broken(bench: Bench) -> Situation:
    return _name_server_is(bench, "127.0.0.9")


def dns_silent(bench: Bench) -> Situation:
    return _name_server_is(bench, bench.unused_address())


def dns_duplicate_alias(bench: Bench) -> Situation:
    network = bench.network()
    endpoint = bench.docker.api.create_endpoint_config(aliases=["redis"])
    first = bench.redis(network=network.name, networking_config={network.name: endpoint})
    bench.redis(suffix="other", network=network.name, networking_config={network.name: endpoint})
    orchestrator = _orchestrator(bench, network=network.name)
    return bench.situation(
        first,
        redis_url="redis://redis:6379/0",
        docker_network=network.name,
        orchestrator_container=orchestrator.name,
    )


def bind_loopback_only(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--bind", "127.0.0.1"))


def protected_mode(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--protected-mode", "yes"))


FAULTS = (
    Fault(
        "network-missing",
        "The network isn't there; the orchestrator is on the default bridge.",
        network_missing,
    ),
    Fault(
        "network-missing/host",
        "The network isn't there; the orchestrator runs on this host.",
        network_missing_host,
    ),
    Fault("network-not-shared", "Redis and the orchestrator are on two networks.", network_not_shared),
    Fault("network-not-shared/default-bridge", "Redis is on the default bridge only.", default_bridge_only),
    Fault("network-detached", "docker network disconnect.", network_detached),
    Fault("network-internal", "The network is internal, so that nothing is published.", network_internal),
    Fault("network-isolated", "The orchestrator uses Redis' address in another network.", network_isolated),
    Fault("firewall-drop", "iptables drops packets to the published port.", drop_on_host_port, FIREWALL),
    Fault(
        "firewall-drop/outgoing",
        "iptables drops packets to the container's address.",
        drop_towards_container,
        FIREWALL,
    ),
    Fault(
        "firewall-drop/inside",
        "iptables drops packets inside the container's network namespace.",
        drop_inside_container,
        FIREWALL,
    ),
    Fault(
        "firewall-drop/between-containers",
        "DOCKER-USER drops packets from the orchestrator's container.",
        drop_between_containers,
        FIREWALL,
    ),
    Fault(
        "firewall-reject", "iptables resets connections to the published port.", reject_on_host_port, FIREWALL
    ),
    Fault(
        "firewall-reject/prohibited",
        "iptables answers that the host is prohibited.",
        reject_unreachable,
        FIREWALL,
    ),
    Fault(
        "firewall-reject/inside-container",
        "A rule in the container's own network rejects.",
        reject_inside_container,
        FIREWALL,
    ),
    Fault("dns-broken", "The orchestrator's name server refuses.", dns_broken),
    Fault(
        "dns-broken/silent", "The orchestrator's name server is at an address that nobody has.", dns_silent
    ),
    Fault(
        "dns-duplicate-alias", "Two Redis containers have the same name in the network.", dns_duplicate_alias
    ),
    Fault("bind-loopback-only", "--bind 127.0.0.1 inside the container.", bind_loopback_only),
    Fault("protected-mode", "--protected-mode yes and no password.", protected_mode),
)
