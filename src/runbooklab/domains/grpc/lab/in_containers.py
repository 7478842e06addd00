"""Faults of workers in containers, and of the way there."""

from __future__ import annotations

import time
from typing import Any

from runbooklab.domains.grpc.lab.testbed import ContainerWorker, GrpcTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

FIREWALL = ("iptables",)


def _at(testbed: GrpcTestbed, worker: ContainerWorker, **parameters: Any) -> Situation:
    return testbed.at(worker.port, worker_container=worker.name, **parameters)


def stopped(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.stop(timeout=1)
    return _at(testbed, worker)


def stopped_unnamed(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.stop(timeout=1)
    return testbed.at(worker.port)


def killed(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.kill()
    testbed.exited(worker.container)
    return _at(testbed, worker)


def missing(testbed: GrpcTestbed) -> Situation:
    from runbooklab.lab.ports import free_port

    return testbed.at(free_port(), worker_container=testbed.name("worker"))


def never_started(testbed: GrpcTestbed) -> Situation:
    from runbooklab.lab.ports import free_port

    port = free_port()
    made = testbed.created(
        "worker", testbed.command(), ports={"50051/tcp": ("127.0.0.1", port)}, **testbed.files()
    )
    return testbed.at(port, worker_container=str(made.name))


def out_of_memory(testbed: GrpcTestbed) -> Situation:
    command = testbed.command(eats_mib=200)
    worker = testbed.worker(command=command, ready=False, mem_limit="96m", memswap_limit="96m")
    testbed.exited(worker.container)
    return _at(testbed, worker)


def looping(testbed: GrpcTestbed) -> Situation:
    command = testbed.command(
        dies_after_s=0, log="ImportError: libcudart.so.12: cannot open shared object file"
    )
    worker = testbed.worker(command=command, ready=False, restart_policy={"Name": "always"})

    def loops() -> bool:
        worker.container.reload()
        return int(worker.container.attrs["RestartCount"]) > 1

    testbed.until(loops, lambda: "the worker does not restart")
    return _at(testbed, worker)


def failed(testbed: GrpcTestbed) -> Situation:
    command = testbed.command(dies_after_s=0, log="ModuleNotFoundError: No module named 'tts'")
    worker = testbed.worker(command=command, ready=False)
    testbed.exited(worker.container)
    return _at(testbed, worker)


def paused(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.pause()
    return _at(testbed, worker)


def frozen(testbed: GrpcTestbed) -> Situation:
    import os
    import signal

    worker = testbed.worker()
    os.kill(int(worker.container.attrs["State"]["Pid"]), signal.SIGSTOP)
    return _at(testbed, worker)


def unpublished(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker(publish=False)
    return testbed.situation("localhost:50051", worker_container=worker.name)


def other_port_inside(testbed: GrpcTestbed) -> Situation:
    return _at(testbed, testbed.worker(server={"port": 50052}))


def published_elsewhere(testbed: GrpcTestbed) -> Situation:
    from runbooklab.lab.ports import free_port

    worker = testbed.worker()
    return testbed.at(free_port(), worker_container=worker.name)


def loopback(testbed: GrpcTestbed) -> Situation:
    return _at(testbed, testbed.worker(server={"bind": "127.0.0.1"}))


def nothing_inside(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker(command=["sleep", "600"], ready=False)
    return _at(testbed, worker)


def name_from_host(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker(network=testbed.network().name)
    return testbed.situation(f"{worker.name}:50051")


def no_common_network(testbed: GrpcTestbed) -> Situation:
    network, other = testbed.network(), testbed.network("other")
    worker = testbed.worker(network=network.name, publish=False)
    client = testbed.orchestrator(network=other.name)
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=str(client.name))


def isolated_address(testbed: GrpcTestbed) -> Situation:
    network, other = testbed.network(), testbed.network("other")
    worker = testbed.worker(network=network.name, publish=False)
    client = testbed.orchestrator(network=other.name)
    worker.container.reload()
    address = testbed.address(worker.container)
    return testbed.situation(f"{address}:50051", orchestrator_container=str(client.name))


def _both(testbed: GrpcTestbed, **server: Any) -> tuple[ContainerWorker, str]:
    network = testbed.network().name
    worker = testbed.worker(network=network, publish=False, server=server)
    return worker, str(testbed.orchestrator(network=network).name)


def advertised_loopback(testbed: GrpcTestbed) -> Situation:
    _, client = _both(testbed)
    return testbed.situation("127.0.0.1:50051", orchestrator_container=client)


def advertised_any(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed)
    return testbed.situation("0.0.0.0:50051", orchestrator_container=client, worker_container=worker.name)


def loopback_from_container(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed, bind="127.0.0.1")
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=client)


def other_port_from_container(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed, port=50052)
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=client)


def unknown_from_container(testbed: GrpcTestbed) -> Situation:
    _, client = _both(testbed)
    return testbed.situation("tts-worker-of-nobody:50051", orchestrator_container=client)


def stale(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    return testbed.situation(f"{testbed.unused_address()}:50051", worker_container=worker.name)


def stopped_from_container(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed)
    worker.container.stop(timeout=1)
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=client)


def dropped(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    address = testbed.address(worker.container)
    testbed.firewall("OUTPUT", "-p", "tcp", "-d", address, "--dport", "50051", "-j", "DROP")
    return testbed.situation(f"{address}:50051", worker_container=worker.name)


def _stopping(testbed: GrpcTestbed, target: str) -> ContainerWorker:
    """A worker whose container drops or rejects what others send to it."""
    worker = testbed.worker()
    rule = ["INPUT", "-p", "tcp", "--dport", "50051", "!", "-i", "lo", "-j", target]
    testbed.firewall(*rule, namespace=worker.container)
    return worker


def dropped_behind_proxy(testbed: GrpcTestbed) -> Situation:
    return _at(testbed, _stopping(testbed, "DROP"))


def rejected_behind_proxy(testbed: GrpcTestbed) -> Situation:
    return _at(testbed, _stopping(testbed, "REJECT"))


def rejected_seldom(testbed: GrpcTestbed) -> Situation:
    worker = _stopping(testbed, "REJECT")
    testbed.until_rejections_are_silent(worker.container, 50051)
    return _at(testbed, worker)


def dropped_between(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed)
    worker.container.reload()
    address = testbed.address(worker.container)
    testbed.firewall("INPUT", "-p", "tcp", "--dport", "50051", "-j", "DROP", namespace=worker.container)
    return testbed.situation(f"{address}:50051", orchestrator_container=client)


def slow_idle(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.update(cpu_period=100_000, cpu_quota=1_000)
    time.sleep(0.5)
    return _at(testbed, worker)


def orchestrator_paused(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed)
    testbed.docker.containers.get(client).pause()
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=client)


def orchestrator_stopped(testbed: GrpcTestbed) -> Situation:
    worker, client = _both(testbed)
    testbed.docker.containers.get(client).stop(timeout=1)
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=client)


def orchestrator_missing(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    return testbed.at(worker.port, orchestrator_container=testbed.name("orchestrator"))


def dropped_on_host(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    testbed.firewall("INPUT", "-p", "tcp", "--dport", str(worker.port), "-j", "DROP")
    return testbed.at(worker.port)


def rejected(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    rule = ("INPUT", "-p", "tcp", "--dport", str(worker.port), "-j", "REJECT")
    testbed.firewall(*rule, "--reject-with", "icmp-host-unreachable")
    return testbed.at(worker.port)


def rejected_as_usual(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    testbed.firewall("INPUT", "-p", "tcp", "--dport", str(worker.port), "-j", "REJECT")
    return testbed.at(worker.port)


def other_container(testbed: GrpcTestbed) -> Situation:
    other, worker = testbed.worker("other"), testbed.worker(publish=False)
    return testbed.at(other.port, worker_container=worker.name)


def throttled(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    spin = (
        "import threading\nfor _ in range(3): threading.Thread(target=lambda: [0 for _ in iter(int,"
        " 1)]).start()"
    )
    from runbooklab.domains.grpc.lab import image

    worker.container.exec_run([*image.python(), "-c", spin], detach=True)
    worker.container.update(cpu_period=100_000, cpu_quota=4_000)
    time.sleep(1)
    return _at(testbed, worker)


def proxy_of_orchestrator(testbed: GrpcTestbed) -> Situation:
    network = testbed.network().name
    worker = testbed.worker(network=network, publish=False)
    client = testbed.orchestrator(network=network, environment={"https_proxy": "http://127.0.0.1:9"})
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=str(client.name))


FAULTS = (
    Fault("container-stopped", "The worker's container is stopped.", stopped),
    Fault(
        "container-stopped/unnamed", "It is stopped, and only its published port is given.", stopped_unnamed
    ),
    Fault("container-stopped/from-container", "It is stopped, and called by name.", stopped_from_container),
    Fault("container-killed", "The worker's container is killed.", killed),
    Fault("container-missing", "There is no container of the name that is given.", missing),
    Fault("container-never-started", "The container was created only.", never_started),
    Fault("container-oom-killed", "The worker goes over its memory limit.", out_of_memory),
    Fault("container-crash-looping", "The worker fails at every start.", looping),
    Fault("worker-start-failed", "The worker fails at its start.", failed),
    Fault("container-paused", "The worker's container is paused.", paused),
    Fault("worker-frozen/container", "The process in the container is stopped by SIGSTOP.", frozen),
    Fault("port-not-published", "The container publishes no port.", unpublished),
    Fault(
        "worker-port-mismatch",
        "The worker listens on another port than the published one.",
        other_port_inside,
    ),
    Fault("worker-port-mismatch/published", "Another port of this host is published.", published_elsewhere),
    Fault(
        "worker-port-mismatch/from-container",
        "The orchestrator calls another port.",
        other_port_from_container,
    ),
    Fault("bind-loopback-only", "The worker listens on 127.0.0.1 in its container.", loopback),
    Fault("bind-loopback-only/from-container", "So it does, called by name.", loopback_from_container),
    Fault("worker-not-listening/container", "The container runs, and nothing listens in it.", nothing_inside),
    Fault("container-name-from-host", "The container's name is called from this host.", name_from_host),
    Fault("network-not-shared", "Worker and orchestrator are on two networks.", no_common_network),
    Fault("network-not-shared/address", "So they are, and the address is called.", isolated_address),
    Fault("advertised-address-unroutable", "127.0.0.1 is called in the orchestrator.", advertised_loopback),
    Fault("advertised-address-unroutable/any", "0.0.0.0 is called in the orchestrator.", advertised_any),
    Fault("hostname-unresolvable/from-container", "Nobody has the name.", unknown_from_container),
    Fault("address-stale", "The address is no container's.", stale),
    Fault("firewall-drop", "Packets to the container are dropped.", dropped, FIREWALL),
    Fault(
        "firewall-drop/behind-proxy",
        "The container drops packets.",
        dropped_behind_proxy,
        (*FIREWALL, "nsenter"),
    ),
    Fault(
        "firewall-reject/behind-proxy",
        "The container rejects connections.",
        rejected_behind_proxy,
        (*FIREWALL, "nsenter"),
    ),
    Fault(
        "firewall-reject/silenced",
        "The container rejects connections, and its kernel seldom says so.",
        rejected_seldom,
        (*FIREWALL, "nsenter"),
    ),
    Fault(
        "firewall-drop/from-container",
        "The worker drops what is sent.",
        dropped_between,
        (*FIREWALL, "nsenter"),
    ),
    Fault("cpu-throttled/idle", "The container may use one hundredth of a processor.", slow_idle),
    Fault("orchestrator-paused", "The orchestrator's container is paused.", orchestrator_paused),
    Fault("orchestrator-stopped", "The orchestrator's container is stopped.", orchestrator_stopped),
    Fault("orchestrator-missing", "There is no such container.", orchestrator_missing),
    Fault("firewall-drop/host", "Packets to the worker's port are dropped.", dropped_on_host, FIREWALL),
    Fault("firewall-reject", "Connections are rejected as unreachable.", rejected, FIREWALL),
    Fault("firewall-reject/refused", "Connections are rejected as refused.", rejected_as_usual, FIREWALL),
    Fault("wrong-worker-answering/container", "The port is another container's.", other_container),
    Fault("cpu-throttled", "The container has hardly any processor time.", throttled),
    Fault("proxy-captures-grpc/orchestrator", "The orchestrator has https_proxy.", proxy_of_orchestrator),
)
