"""Faults: somebody else has the port, or several do."""

from __future__ import annotations

import os
import signal

from runbooklab.domains.ports.lab.testbed import LOOPBACK, PortsTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def _refused(testbed: PortsTestbed, port: int, suffix: str = "tts-worker", **options: object) -> str:
    """A container that was refused the port."""
    ports = {"7000/tcp": (LOOPBACK, port)}
    return str(testbed.refused_container(suffix, testbed.serving(7000), ports=ports, **options).name)


def process(testbed: PortsTestbed) -> Situation:
    port = testbed.listener("metrics")
    return testbed.situation(f"{port}:{_refused(testbed, port)}")


def process_of_no_container(testbed: PortsTestbed) -> Situation:
    return testbed.situation(f"{testbed.listener('metrics')}:{testbed.worker}")


def process_on_ipv6(testbed: PortsTestbed) -> Situation:
    port = testbed.listener("metrics", "::", "dual")
    return testbed.situation(f"{port}:{testbed.worker}")


def process_on_udp(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.program("metrics", "udp", LOOPBACK, str(port))
    return testbed.situation(f"{port}/udp:{testbed.worker}")


def second_port_taken(testbed: PortsTestbed) -> Situation:
    taken, port = testbed.listener("metrics"), free_port()
    ports = {"7000/tcp": (LOOPBACK, port), "7001/tcp": (LOOPBACK, taken)}
    refused = testbed.refused_container("tts-worker", testbed.serving(7000), ports=ports)
    return testbed.situation(f"{port}:{refused.name}")


def already_running(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.process(["redis-server", "--port", str(port), "--bind", LOOPBACK, "--save", ""])
    testbed.until(lambda: f":{port} " in testbed.run(["ss", "-Hltn"]))
    return testbed.situation(f"{port}:{_refused(testbed, port, 'cache')}")


def frozen(testbed: PortsTestbed) -> Situation:
    port = free_port()
    os.kill(testbed.program(testbed.worker, "listen", LOOPBACK, str(port)).pid, signal.SIGSTOP)
    return testbed.situation(f"{port}:{testbed.worker}")


def frozen_stranger(testbed: PortsTestbed) -> Situation:
    port = free_port()
    os.kill(testbed.program("metrics", "listen", LOOPBACK, str(port)).pid, signal.SIGSTOP)
    return testbed.situation(f"{port}:{_refused(testbed, port)}")


def orphan(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.orphan("old-worker", port)
    return testbed.situation(f"{port}:{_refused(testbed, port)}")


def orphan_of_owner(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.orphan(testbed.worker, port)
    return testbed.situation(f"{port}:{testbed.worker}")


def container(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("other", ports={"7000/tcp": (LOOPBACK, port)})
    return testbed.situation(f"{port}:{_refused(testbed, port)}")


def compose_project(testbed: PortsTestbed) -> Situation:
    port = free_port()
    labels = {"com.docker.compose.service": "worker"}
    name = "com.docker.compose.project"
    testbed.service(
        "old-worker-1", ports={"7000/tcp": (LOOPBACK, port)}, labels=labels | {name: f"{testbed.prefix}-old"}
    )
    refused = _refused(testbed, port, "new-worker-1", labels=labels | {name: f"{testbed.prefix}-new"})
    return testbed.situation(f"{port}:{refused}")


def host_network(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("agent", inside=port, network_mode="host")
    return testbed.situation(f"{port}:{_refused(testbed, port)}")


def stale_docker_proxy(testbed: PortsTestbed) -> Situation:
    port = free_port()
    # docker-proxy reports on file descriptor 3 that it listens; a shell gives it one.
    testbed.process(
        [
            "sh",
            "-c",
            f"exec docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port {port} "
            f"-container-ip {testbed.unused_address()} -container-port 7000 3>/dev/null",
        ]
    )
    testbed.until(lambda: f":{port} " in testbed.run(["ss", "-Hltn"]))
    return testbed.situation(f"{port}:{testbed.worker}")


def wrong_service(testbed: PortsTestbed) -> Situation:
    port = testbed.listener("metrics")
    worker = testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, free_port())})
    return testbed.situation(f"{port}:{worker.name}")


def wrong_program(testbed: PortsTestbed) -> Situation:
    port = testbed.listener("metrics")
    testbed.listener(testbed.worker)
    return testbed.situation(f"{port}:{testbed.worker}")


def split_by_family(testbed: PortsTestbed) -> Situation:
    port = testbed.listener(testbed.worker)
    testbed.listener("metrics", "::1", port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


def shared(testbed: PortsTestbed) -> Situation:
    port = testbed.listener("old-worker", LOOPBACK, "reuse")
    testbed.listener(testbed.worker, LOOPBACK, "reuse", port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


def shadowed(testbed: PortsTestbed) -> Situation:
    port = testbed.listener(testbed.worker, "0.0.0.0", "reuse")
    testbed.listener("metrics", LOOPBACK, "reuse", port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


def outgoing(testbed: PortsTestbed) -> Situation:
    port, peer = free_port(), testbed.listener("peer")
    testbed.program("client", "outgoing", LOOPBACK, str(port), str(peer))
    return testbed.situation(f"{port}:{testbed.worker}")


def time_wait(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.program(testbed.worker, "time-wait", LOOPBACK, str(port)).wait(timeout=10)
    return testbed.situation(f"{port}:{testbed.worker}")


def redirected(testbed: PortsTestbed) -> Situation:
    port, other = testbed.listener(testbed.worker), testbed.listener("metrics")
    testbed.redirect(port, other)
    return testbed.situation(f"{port}:{testbed.worker}")


FAULTS = (
    Fault("port-conflict-process", "A program has a container's port.", process),
    Fault(
        "port-conflict-process/program",
        "A program has the port of one that does not run.",
        process_of_no_container,
    ),
    Fault("port-conflict-process/ipv6", "A program has the port by [::].", process_on_ipv6),
    Fault("port-conflict-process/udp", "A program has the UDP port.", process_on_udp),
    Fault(
        "port-conflict-process/second",
        "A program has the second port of a container.",
        second_port_taken,
        also=("container-never-started",),
    ),
    Fault(
        "service-already-running",
        "The container's program runs on this host already.",
        already_running,
        tools=("redis-server",),
    ),
    Fault("listener-frozen", "The port's program is stopped with SIGSTOP.", frozen),
    Fault("listener-frozen/stranger", "Another program has the port and is suspended.", frozen_stranger),
    Fault("port-held-by-orphan", "A worker outlived its parent and has a container's port.", orphan),
    Fault("port-held-by-orphan/owner", "The owner's worker outlived its parent.", orphan_of_owner),
    Fault("port-conflict-container", "Another container has the port.", container),
    Fault(
        "port-conflict-compose-project",
        "The same service of another project has the port.",
        compose_project,
    ),
    Fault(
        "port-conflict-host-network",
        "A container on the host's network has the port.",
        host_network,
    ),
    Fault(
        "stale-docker-proxy",
        "A docker-proxy forwards to an address that no container has.",
        stale_docker_proxy,
        tools=("docker-proxy",),
    ),
    Fault("wrong-service-on-port", "The container runs, and a program has its port.", wrong_service),
    Fault(
        "wrong-service-on-port/program",
        "The owner's program listens elsewhere, and another has its port.",
        wrong_program,
    ),
    Fault("port-split-by-family", "Two programs, one on IPv4 and one on IPv6.", split_by_family),
    Fault("port-shared-reuseport", "Two programs share a port by SO_REUSEPORT.", shared),
    Fault(
        "port-shadowed-by-specific-address",
        "One program on all addresses, another on loopback.",
        shadowed,
    ),
    Fault("port-taken-by-outgoing-connection", "A connection has the port as its local one.", outgoing),
    Fault("port-time-wait", "The port's last connection is in TIME_WAIT.", time_wait),
    Fault("port-redirected", "A rule sends the port to another program.", redirected, tools=("iptables",)),
)
