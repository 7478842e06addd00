"""Docker networks, firewalls, name servers and the addresses Redis binds to."""

from __future__ import annotations

from runbooklab.domains.redis.lab.from_container import from_container, orchestrator
from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

FIREWALL = ("iptables", "nsenter")


def network_missing(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    return testbed.situation(
        redis,
        redis_url=f"redis://{redis.name}:6379/0",
        docker_network=testbed.name("net"),
        orchestrator_container=orchestrator(testbed).name,
    )


def network_missing_host(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis(), docker_network=testbed.name("net"))


def network_not_shared(testbed: RedisTestbed) -> Situation:
    network, other = testbed.network(), testbed.network("other")
    redis = testbed.redis(network=other.name)
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, redis, client, network)


def default_bridge_only(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis()
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, redis, client, network)


def network_detached(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    network.disconnect(redis.container)
    return testbed.situation(redis, docker_network=network.name)


def network_internal(testbed: RedisTestbed) -> Situation:
    network = testbed.network(internal=True)
    return testbed.situation(testbed.redis(network=network.name), docker_network=network.name)


def network_isolated(testbed: RedisTestbed) -> Situation:
    network, other = testbed.network(), testbed.network("other")
    redis = testbed.redis(network=network.name)
    url = f"redis://{testbed.address(redis.container)}:6379/0"
    return from_container(testbed, redis, orchestrator(testbed, network=other.name), network, url=url)


def drop_on_host_port(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.firewall("INPUT", "-p", "tcp", "--dport", str(redis.port), "-j", "DROP")
    return testbed.situation(redis)


def drop_towards_container(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.firewall("OUTPUT", "-p", "tcp", "-d", testbed.address(redis.container), "-j", "DROP")
    return testbed.situation(redis, redis_url=f"redis://{testbed.address(redis.container)}:6379/0")


def drop_inside_container(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    rule = ["INPUT", "-p", "tcp", "--dport", "6379", "!", "-i", "lo", "-j", "DROP"]
    testbed.firewall(*rule, namespace=redis.container)
    return testbed.situation(redis)


def drop_between_containers(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    client = orchestrator(testbed, network=network.name)
    testbed.firewall(
        "DOCKER-USER", "-p", "tcp", "-d", testbed.address(redis.container), "--dport", "6379", "-j", "DROP"
    )
    return from_container(testbed, redis, client, network)


def reject_on_host_port(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.firewall(
        "INPUT", "-p", "tcp", "--dport", str(redis.port), "-j", "REJECT", "--reject-with", "tcp-reset"
    )
    return testbed.situation(redis)


def reject_unreachable(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    testbed.firewall(
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
    return testbed.situation(redis)


def _rejecting(testbed: RedisTestbed, *how: str) -> LabRedis:
    """A Redis whose container rejects what others send to it."""
    redis = testbed.redis()
    rule = ["INPUT", "-p", "tcp", "--dport", "6379", "!", "-i", "lo", "-j", "REJECT", *how]
    testbed.firewall(*rule, namespace=redis.container)
    return redis


def reject_inside_container(testbed: RedisTestbed) -> Situation:
    return testbed.situation(_rejecting(testbed, "--reject-with", "tcp-reset"))


def reject_seldom_said(testbed: RedisTestbed) -> Situation:
    redis = _rejecting(testbed)
    testbed.until_rejections_are_silent(redis.container, 6379)
    return testbed.situation(redis)


def _name_server_is(testbed: RedisTestbed, address: str) -> Situation:
    client = orchestrator(testbed, dns=[address])
    return testbed.situation(
        testbed.redis(),
        redis_url="redis://redis.internal.example:6379/0",
        orchestrator_container=client.name,
    )


def dns_broken(testbed: RedisTestbed) -> Situation:
    return _name_server_is(testbed, "127.0.0.9")


def dns_silent(testbed: RedisTestbed) -> Situation:
    return _name_server_is(testbed, testbed.unused_address())


def dns_duplicate_alias(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    endpoint = testbed.docker.api.create_endpoint_config(aliases=["redis"])
    first = testbed.redis(network=network.name, networking_config={network.name: endpoint})
    testbed.redis(suffix="other", network=network.name, networking_config={network.name: endpoint})
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, first, client, network, url="redis://redis:6379/0")


def bind_loopback_only(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--bind", "127.0.0.1"))


def protected_mode(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--protected-mode", "yes"))


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
    Fault(
        "firewall-reject/silenced",
        "The same by ICMP, of which a kernel soon tells only once a second.",
        reject_seldom_said,
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
