"""Workers that look odd and are well: no alarm may be raised."""

from __future__ import annotations

from runbooklab.domains.grpc.lab.testbed import GrpcTestbed
from runbooklab.lab.certificates import authority
from runbooklab.lab.fault import Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def plain(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker().port)


def no_reflection(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(reflection=False).port)


def bare(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(reflection=False, health=False).port)


def health_of_whole(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(health_knows_services=False, reflection=False).port)


def busy(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(threads=4, busy=3).port)


def prefork(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker()
    testbed.host_worker(port=worker.port)
    return testbed.at(worker.port)


def draining(testbed: GrpcTestbed) -> Situation:
    ports = [testbed.host_worker().port, testbed.host_worker(serving="NOT_SERVING").port]
    return testbed.situation(",".join(f"127.0.0.1:{port}" for port in ports))


def excepted(testbed: GrpcTestbed) -> Situation:
    situation = testbed.at(testbed.host_worker().port)
    proxy = f"http://127.0.0.1:{free_port()}"
    return Situation(situation.parameters, {"http_proxy": proxy, "no_proxy": "localhost,127.0.0.0/8"})


def capitals(testbed: GrpcTestbed) -> Situation:
    situation = testbed.at(testbed.host_worker().port)
    return Situation(situation.parameters, {"HTTP_PROXY": f"http://127.0.0.1:{free_port()}"})


def private_ca(testbed: GrpcTestbed) -> Situation:
    ca = authority(testbed)
    certificate, key = ca.issue("server", "127.0.0.1")
    worker = testbed.host_worker(certificate=certificate, key=key)
    return testbed.at(worker.port, worker_tls="on", worker_ca=ca.file)


def mutual(testbed: GrpcTestbed) -> Situation:
    ca = authority(testbed)
    certificate, key = ca.issue("server", "tts-worker")
    own, own_key = ca.issue("client", "orchestrator")
    worker = testbed.host_worker(certificate=certificate, key=key, client_ca=ca.file)
    return testbed.at(
        worker.port,
        worker_ca=ca.file,
        worker_client_cert=own,
        worker_client_key=own_key,
        worker_server_name="tts-worker",
    )


def with_token(testbed: GrpcTestbed) -> Situation:
    worker = testbed.host_worker(token="s3cret-w0rker")  # of the lab
    return testbed.at(worker.port, worker_token="s3cret-w0rker")  # of the lab


def on_ipv6(testbed: GrpcTestbed) -> Situation:
    return testbed.situation(f"[::1]:{testbed.host_worker(bind='::1').port}")


def published(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    return testbed.at(worker.port, worker_container=worker.name)


def small_share(testbed: GrpcTestbed) -> Situation:
    worker = testbed.worker()
    worker.container.update(cpu_period=100_000, cpu_quota=20_000)
    return testbed.at(worker.port, worker_container=worker.name)


def between_containers(testbed: GrpcTestbed) -> Situation:
    network = testbed.network().name
    worker = testbed.worker(network=network, publish=False)
    client = testbed.orchestrator(network=network)
    return testbed.situation(f"{worker.name}:50051", orchestrator_container=str(client.name))


def any_address(testbed: GrpcTestbed) -> Situation:
    return testbed.situation(f"0.0.0.0:{testbed.host_worker(bind='0.0.0.0').port}")


def patient_pings(testbed: GrpcTestbed) -> Situation:
    return testbed.at(testbed.host_worker(min_ping_ms=50).port, keepalive_s=10)


def host_network(testbed: GrpcTestbed) -> Situation:
    port = free_port()
    worker = testbed.worker(publish=False, server={"port": port, "bind": "127.0.0.1"}, network_mode="host")
    return testbed.at(port, worker_container=worker.name)


HEALTHY = (
    Healthy("plain-worker", "A worker of this host.", plain),
    Healthy("no-reflection", "Reflection is off.", no_reflection),
    Healthy("no-health-no-reflection", "The server has neither Health nor reflection.", bare),
    Healthy("health-of-the-whole", "Health knows the whole server only.", health_of_whole),
    Healthy("nearly-all-threads-busy", "Three of four threads are taken.", busy),
    Healthy("prefork", "Two processes of one program share the port.", prefork),
    Healthy("one-draining", "One of two workers says NOT_SERVING.", draining),
    Healthy("proxy-excepted", "A proxy is set, and a network of no_proxy matches.", excepted),
    Healthy("proxy-in-capitals", "HTTP_PROXY is set in capitals, which gRPC does not read.", capitals),
    Healthy("private-ca", "A private authority is given.", private_ca),
    Healthy("mutual-tls", "A client certificate and a server name are given.", mutual),
    Healthy("token", "The right token is given.", with_token),
    Healthy("ipv6", "The worker listens on ::1, which is called.", on_ipv6),
    Healthy("published", "A container with a published port.", published),
    Healthy("small-share-of-a-processor", "The container may use a fifth of a processor.", small_share),
    Healthy("between-containers", "Worker and orchestrator share a network.", between_containers),
    Healthy("any-address", "0.0.0.0 is called on the worker's own host.", any_address),
    Healthy("frequent-pings-allowed", "The server allows frequent pings.", patient_pings),
    Healthy("host-network", "The worker's container has this host's network.", host_network),
)
