"""Faults: the port's own service is not there, or not where the port leads."""

from __future__ import annotations

from runbooklab.domains.ports.lab.testbed import LOOPBACK, PortsTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def never_started(testbed: PortsTestbed) -> Situation:
    port = free_port()
    holder = testbed.program("metrics", "listen", LOOPBACK, str(port))
    worker = testbed.refused_container(
        "tts-worker", testbed.serving(7000), ports={"7000/tcp": (LOOPBACK, port)}
    )
    holder.kill()
    holder.wait(timeout=10)
    return testbed.situation(f"{port}:{worker.name}")


def only_created(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.created("tts-worker", testbed.serving(7000), ports={"7000/tcp": (LOOPBACK, port)})
    return testbed.situation(f"{port}:{worker.name}")


def stopped(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, port)})
    worker.stop(timeout=5)
    return testbed.situation(f"{port}:{worker.name}")


def paused(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, port)})
    worker.pause()
    return testbed.situation(f"{port}:{worker.name}")


def nobody(testbed: PortsTestbed) -> Situation:
    return testbed.situation(f"{free_port()}:{testbed.worker}")


def container_without_listener(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.container("tts-worker", ["sleep", "600"], ports={"7000/tcp": (LOOPBACK, port)})
    return testbed.situation(f"{port}:{worker.name}")


def _published(testbed: PortsTestbed, wanted: int, **more: object) -> Situation:
    return testbed.situation(f"{wanted}:{testbed.worker}", **more)


def elsewhere(testbed: PortsTestbed) -> Situation:
    testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, free_port())})
    return _published(testbed, free_port())


def other_address(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("tts-worker", ports={"7000/tcp": ("127.0.0.2", port)})
    return _published(testbed, port, bind_address=LOOPBACK)


def loopback_for_all(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("tts-worker", ports={"7000/tcp": (LOOPBACK, port)})
    return _published(testbed, port, bind_address="0.0.0.0")


def udp(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("tts-worker", ports={"7000/udp": (LOOPBACK, port)})
    return _published(testbed, port)


def not_published(testbed: PortsTestbed) -> Situation:
    testbed.service("tts-worker")
    return _published(testbed, free_port())


def mismatch(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.service("tts-worker", ports={"7001/tcp": (LOOPBACK, port)})
    return _published(testbed, port)


def own_loopback(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.container(
        "tts-worker", testbed.serving(7000, "--bind", LOOPBACK), ports={"7000/tcp": (LOOPBACK, port)}
    )
    testbed.says(worker, "Ready to accept connections")
    return _published(testbed, port)


def discarded(testbed: PortsTestbed) -> Situation:
    port = free_port()
    testbed.on_host("tts-worker", free_port(), {"7000/tcp": [{"HostIp": LOOPBACK, "HostPort": str(port)}]})
    return _published(testbed, port)


def no_such_address(testbed: PortsTestbed) -> Situation:
    return testbed.situation(f"{free_port()}:{testbed.worker}", bind_address="203.0.113.7")


def container_without_address(testbed: PortsTestbed) -> Situation:
    port = free_port()
    worker = testbed.refused_container(
        "tts-worker", testbed.serving(7000), ports={"7000/tcp": ("203.0.113.7", port)}
    )
    return testbed.situation(f"{port}:{worker.name}")


def privileged(testbed: PortsTestbed) -> Situation:
    return testbed.situation(f"81:{testbed.worker}", service_user="nobody")


def ephemeral(testbed: PortsTestbed) -> Situation:
    port = next(each for each in range(50051, 50151) if f":{each} " not in testbed.run(["ss", "-Htan"]))
    testbed.listener(testbed.worker, port=port)
    return testbed.situation(f"{port}:{testbed.worker}")


FAULTS = (
    Fault("container-never-started", "The port was taken, and is free now.", never_started),
    Fault("container-never-started/created", "Created, never started.", only_created),
    Fault("container-stopped", "The port's container is stopped.", stopped),
    Fault("container-paused", "The port's container is paused.", paused),
    Fault("service-not-listening", "Nobody listens on the port.", nobody),
    Fault(
        "service-not-listening/container",
        "The container runs, and nothing in it listens.",
        container_without_listener,
    ),
    Fault("port-published-elsewhere", "Published on another port.", elsewhere),
    Fault("port-published-other-address", "Published on 127.0.0.2, wanted on 127.0.0.1.", other_address),
    Fault(
        "port-published-other-address/all",
        "Published on 127.0.0.1, wanted on all addresses.",
        loopback_for_all,
    ),
    Fault("port-published-udp", "Published for UDP.", udp),
    Fault("port-not-published", "Not published.", not_published),
    Fault("container-port-mismatch", "Published to a port where nothing listens.", mismatch),
    Fault("bind-loopback-only", "The program listens on its container's loopback.", own_loopback),
    Fault("compose-ports-discarded/container", "On the host's network with a published port.", discarded),
    Fault("bind-address-unavailable", "An address of no interface.", no_such_address),
    Fault(
        "bind-address-unavailable/container",
        "A container is published on such an address.",
        container_without_address,
    ),
    Fault("port-privileged", "A low port, and a user who is not root.", privileged),
    Fault("port-in-ephemeral-range", "A port among those of outgoing connections.", ephemeral),
)
