"""Targets that are unusual and work: a run must raise no alarm."""

from __future__ import annotations

import dataclasses

from runbooklab.domains.redis.lab.certificates import Authority
from runbooklab.domains.redis.lab.from_container import from_container
from runbooklab.domains.redis.lab.tls import OPENSSL, tls_redis, tls_situation
from runbooklab.domains.redis.lab.workers import listening, payload
from runbooklab.lab.fault import Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Bench, LabRedis, Situation

_PASSWORD = "s3cret-Passw0rd"


def plain(bench: Bench) -> Situation:
    network = bench.network()
    return bench.situation(bench.redis(network=network.name), docker_network=network.name)


def password(bench: Bench) -> Situation:
    redis = bench.redis("--requirepass", _PASSWORD)
    return bench.situation(redis, redis_url=f"redis://:{_PASSWORD}@127.0.0.1:{redis.port}/0")


def least_privilege(bench: Bench) -> Situation:
    redis = bench.redis("--requirepass", _PASSWORD)
    client = bench.client(f"redis://:{_PASSWORD}@127.0.0.1:{redis.port}/0")
    client.execute_command(
        "ACL",
        "SETUSER",
        "orchestrator",
        "on",
        f">{_PASSWORD}",
        "~worker:*",
        "+ping",
        "+get",
        "+set",
        "+expire",
        "+scan",
        "+select",
        "+hello",
        "+auth",
        "+client|setname",
    )
    return bench.situation(redis, redis_url=f"redis://orchestrator:{_PASSWORD}@127.0.0.1:{redis.port}/0")


def other_port(bench: Bench) -> Situation:
    port = free_port()
    redis = bench.redis("--port", "7000", ports={"7000/tcp": ("127.0.0.1", port)})
    return bench.situation(LabRedis(redis.name, port))


def host_network(bench: Bench) -> Situation:
    port = free_port()
    redis = bench.redis("--port", str(port), network_mode="host")
    return bench.situation(LabRedis(redis.name, port))


def through_relay(bench: Bench) -> Situation:
    redis = bench.redis()
    port = free_port()
    bench.squatter("relay", str(port), "127.0.0.1", str(redis.port))
    return bench.situation(LabRedis(redis.name, port))


def compose_name(bench: Bench) -> Situation:
    labels = {"com.docker.compose.project": "tts", "com.docker.compose.service": "redis"}
    return bench.situation(bench.redis(suffix="redis-1", labels=labels))


def compose_name_not_told(bench: Bench) -> Situation:
    labels = {"com.docker.compose.project": "tts", "com.docker.compose.service": "redis"}
    redis = bench.redis(suffix="tts-redis-1", labels=labels)
    return bench.situation(LabRedis(bench.name("redis"), redis.port))


def from_a_container(bench: Bench) -> Situation:
    network = bench.network()
    redis = bench.redis(network=network.name, ports={})
    orchestrator = bench.container("orchestrator", ["sleep", "600"], network=network.name)
    return from_container(bench, redis, orchestrator, network)


def on_the_host(bench: Bench) -> Situation:
    return bench.situation(bench.host_redis())


def without_docker(bench: Bench) -> Situation:
    situation = bench.situation(bench.host_redis())
    return dataclasses.replace(
        situation, environment={"DOCKER_HOST": f"unix://{bench.folder / 'docker.sock'}"}
    )


def unix_socket(bench: Bench) -> Situation:
    path = bench.folder / "redis.sock"
    bench.host_redis("--unixsocket", str(path))
    return bench.situation(None, redis_url=f"unix://{path}?db=0")


def tls(bench: Bench) -> Situation:
    redis, authority = tls_redis(bench)
    return tls_situation(bench, redis, f"?ssl_ca_certs={authority.certificate}")


def mutual_tls(bench: Bench) -> Situation:
    redis, authority = tls_redis(bench, "--tls-auth-clients", "yes")
    return tls_situation(bench, redis, _with_client_certificate(authority))


def _with_client_certificate(authority: Authority) -> str:
    certificate = authority.sign("client")
    key = certificate.with_suffix(".key")
    return f"?ssl_ca_certs={authority.certificate}&ssl_certfile={certificate}&ssl_keyfile={key}"


def replica_by_design(bench: Bench) -> Situation:
    network = bench.network()
    master = bench.redis("--repl-diskless-sync-delay", "0", suffix="master", network=network.name)
    replica = bench.redis("--replicaof", master.name, "6379", network=network.name)
    client = bench.client(replica.url)
    bench.until(lambda: client.info("replication")["master_link_status"] == "up")
    return bench.situation(replica, needs_write=False)


def memory_at_83_percent(bench: Bench) -> Situation:
    redis = bench.redis("--maxmemory", "24mb", "--maxmemory-policy", "noeviction")
    client = bench.client(redis.url)
    number = 0
    while client.info("memory")["used_memory"] < 0.82 * 24 * 2**20:
        client.set(f"data:{number}", "x" * 40_000)
        number += 1
    return bench.situation(redis)


def no_memory_limit(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--maxmemory", "0"))


def evicting_cache(bench: Bench) -> Situation:
    redis = bench.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    client = bench.client(redis.url)
    for number in range(600):
        client.set(f"cache:{number}", "x" * 10_000)
    return bench.situation(redis)


def workers_well(bench: Bench) -> Situation:
    redis = bench.redis()
    client = bench.client(redis.url)
    port = listening(bench)
    for number in range(2):
        client.set(f"worker:tts-worker-{number}", payload(number, port=port), ex=60)
    return bench.situation(redis, expected_workers=2)


def ping_renamed(bench: Bench) -> Situation:
    return bench.situation(bench.redis("--rename-command", "PING", "PING-7f3a"))


def restarted_once(bench: Bench) -> Situation:
    redis = bench.redis("--appendonly", "yes", restart_policy={"Name": "always"})
    container = redis.container
    bench.client(redis.url).shutdown(nosave=True)
    bench.until(lambda: container.logs().count(b"Ready to accept") == 2, lambda: container.logs().decode())
    container.reload()
    return bench.situation(redis)


def logs_to_a_file(bench: Bench) -> Situation:
    redis = bench.redis("--logfile", "/data/redis.log", wait="")
    bench.until(lambda: bench.reply(redis.url, "PING") == "PONG")
    return bench.situation(redis)


def cluster_node_well(bench: Bench) -> Situation:
    redis = bench.redis("--cluster-enabled", "yes")
    client = bench.client(redis.url)
    client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    bench.until(lambda: "ok" in str(client.execute_command("CLUSTER", "INFO")).split("slots")[0])
    return bench.situation(redis)


def network_not_told(bench: Bench) -> Situation:
    return bench.situation(bench.redis(network=bench.network().name))


_ROWS = (
    Healthy("healthy/plain", "A published Redis container on its network.", plain),
    Healthy("healthy/password", "A password, and the URL has it.", password),
    Healthy(
        "healthy/least-privilege",
        "An ACL user that may do what an orchestrator needs, and no INFO.",
        least_privilege,
    ),
    Healthy(
        "healthy/other-port", "Redis listens on 7000 inside and is published on some other port.", other_port
    ),
    Healthy("healthy/host-network", "--network host.", host_network),
    Healthy("healthy/through-relay", "A TCP proxy stands in between.", through_relay),
    Healthy("healthy/compose-name", "A container with a name that Compose made.", compose_name),
    Healthy(
        "healthy/compose-name-not-told",
        "The same, and the parameter names another container.",
        compose_name_not_told,
    ),
    Healthy(
        "healthy/from-a-container",
        "Nothing is published; the orchestrator is in the same network.",
        from_a_container,
    ),
    Healthy("healthy/on-the-host", "Redis runs on this host without Docker.", on_the_host),
    Healthy("healthy/without-docker", "The same, and there is no Docker engine.", without_docker),
    Healthy("healthy/unix-socket", "Redis behind a unix socket.", unix_socket),
    Healthy("healthy/tls", "TLS with a CA the client knows.", tls, OPENSSL),
    Healthy("healthy/mutual-tls", "TLS with a client certificate.", mutual_tls, OPENSSL),
    Healthy("healthy/replica-by-design", "A replica whose client only reads.", replica_by_design),
    Healthy("healthy/memory-83-percent", "Memory at 83 % of maxmemory.", memory_at_83_percent),
    Healthy("healthy/no-memory-limit", "maxmemory 0.", no_memory_limit),
    Healthy("healthy/evicting-cache", "A cache that evicts, and no workers expected.", evicting_cache),
    Healthy("healthy/workers-well", "Two workers expected and registered.", workers_well),
    Healthy("healthy/ping-renamed", "PING is renamed.", ping_renamed),
    Healthy("healthy/restarted-once", "Restarted once by its policy.", restarted_once),
    Healthy("healthy/logs-to-a-file", "Redis writes its log to a file.", logs_to_a_file),
    Healthy("healthy/cluster-node", "A Redis Cluster of one node with all slots.", cluster_node_well),
    Healthy(
        "healthy/network-not-told", "On a network of its own, and the parameter is empty.", network_not_told
    ),
)

HEALTHY: dict[str, Healthy] = {row.id: row for row in _ROWS}
