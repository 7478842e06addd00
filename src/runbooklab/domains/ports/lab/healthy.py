"""Targets that look odd and are healthy."""

from __future__ import annotations

from runbooklab.domains.ports.lab import compose
from runbooklab.domains.ports.lab.testbed import LOOPBACK, PortsTestbed
from runbooklab.lab.fault import Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def published(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.service("tts-worker", ports={"7000/tcp": port})
    return testbed.situation(f"{port}:{worker.name}")


def same_number_for_udp(testbed: PortsTestbed) -> Situation:
    port = testbed.listener(testbed.worker)
    testbed.program("metrics", "udp", LOOPBACK, str(port))
    return testbed.situation(f"{port}:{testbed.worker}")


def time_wait_on_served(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.program(testbed.worker, "time-wait", LOOPBACK, str(port)).wait(timeout=10)
    testbed.listener(testbed.worker, port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


def prefork(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.program(testbed.worker, "prefork", LOOPBACK, str(port))
    return testbed.situation(f"{port}:{testbed.worker}")


def prefork_reuseport(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.program(testbed.worker, "prefork", LOOPBACK, str(port), "reuse")
    return testbed.situation(f"{port}:{testbed.worker}")


def other_loopback_address(testbed: PortsTestbed) -> Situation:
    port = testbed.listener(testbed.worker)
    testbed.listener("metrics", "127.0.0.2", port=port)
    return testbed.situation(f"{port}:{testbed.worker}", bind_address=LOOPBACK)


def other_loopback_without_bind(testbed: PortsTestbed) -> Situation:
    port = testbed.listener(testbed.worker)
    testbed.listener("metrics", "127.0.0.2", port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


def host_network(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.service("tts-worker", inside=port, network_mode="host")
    return testbed.situation(f"{port}:{worker.name}")


def old_refusal(testbed: PortsTestbed) -> Situation:
    """An old container was once refused the port that its successor has."""
    port = free_port()
    worker = testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, port)})
    testbed.refused_container("old", testbed.serving(7000), ports={"7000/tcp": (LOOPBACK, port)})
    return testbed.situation(f"{port}:{worker.name}")


def without_owner(testbed: PortsTestbed) -> Situation:
    return testbed.situation(str(testbed.listener("metrics")))


HEALTHY: tuple[Healthy[PortsTestbed], ...] = (
    Healthy("published-port", "A container with its port, on IPv4 and IPv6.", published),
    Healthy("same-number-for-udp", "Another program has the same number for UDP.", same_number_for_udp),
    Healthy("time-wait-on-served-port", "TIME_WAIT on a port that is served.", time_wait_on_served),
    Healthy("prefork-workers", "Three workers with one inherited socket.", prefork),
    Healthy("prefork-by-reuseport", "Three workers, each with a socket on the port.", prefork_reuseport),
    Healthy("other-loopback-address", "Another program on 127.0.0.2.", other_loopback_address),
    Healthy("other-loopback-unbound", "The same, and no address is named.", other_loopback_without_bind),
    Healthy("service-on-host-network", "The service itself is on the host's network.", host_network),
    Healthy("old-refusal", "Another container was once refused the port.", old_refusal),
    Healthy("port-of-anybody", "A port without an owner that a program has.", without_owner),
    *compose.HEALTHY,
)
