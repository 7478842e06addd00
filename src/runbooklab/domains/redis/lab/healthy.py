"""Targets that are unusual and work: a run must raise no alarm."""

from __future__ import annotations

from msgspec import structs

from runbooklab.domains.redis.lab.certificates import Authority
from runbooklab.domains.redis.lab.from_container import from_container, orchestrator
from runbooklab.domains.redis.lab.server import replica
from runbooklab.domains.redis.lab.testbed import PASSWORD, LabRedis, RedisTestbed, published
from runbooklab.domains.redis.lab.tls import OPENSSL, tls_redis, tls_situation
from runbooklab.domains.redis.lab.workers import payload
from runbooklab.lab.fault import Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation


def plain(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    return testbed.situation(testbed.redis(network=network.name), docker_network=network.name)


def password(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--requirepass", PASSWORD)
    return testbed.situation(redis, redis_url=redis.url_of())


def least_privilege(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--requirepass", PASSWORD)
    client = testbed.client(redis.url_of())
    commands = ("ping", "get", "set", "expire", "scan", "select", "hello", "auth", "client|setname")
    allowed = [f"+{command}" for command in commands]
    client.execute_command("ACL", "SETUSER", "orchestrator", "on", f">{PASSWORD}", "~worker:*", *allowed)
    return testbed.situation(redis, redis_url=redis.url_of(user="orchestrator"))


def other_port(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.redis("--port", "7000", ports=published(port, inside=7000))
    return testbed.situation(LabRedis(redis.name, port))


def host_network(testbed: RedisTestbed) -> Situation:
    port = free_port()
    redis = testbed.redis("--port", str(port), network_mode="host")
    return testbed.situation(LabRedis(redis.name, port))


def through_relay(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    port = testbed.listening("relay", "127.0.0.1", str(redis.port))
    return testbed.situation(LabRedis(redis.name, port))


def compose_name(testbed: RedisTestbed) -> Situation:
    labels = {"com.docker.compose.project": "tts", "com.docker.compose.service": "redis"}
    return testbed.situation(testbed.redis(suffix="redis-1", labels=labels))


def compose_name_not_told(testbed: RedisTestbed) -> Situation:
    labels = {"com.docker.compose.project": "tts", "com.docker.compose.service": "redis"}
    redis = testbed.redis(suffix="tts-redis-1", labels=labels)
    return testbed.situation(LabRedis(testbed.name("redis"), redis.port))


def from_a_container(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name, ports={})
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, redis, client, network)


def on_the_host(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.host_redis())


def without_docker(testbed: RedisTestbed) -> Situation:
    situation = testbed.situation(testbed.host_redis())
    return structs.replace(situation, environment={"DOCKER_HOST": f"unix://{testbed.folder / 'docker.sock'}"})


def unix_socket(testbed: RedisTestbed) -> Situation:
    path = testbed.folder / "redis.sock"
    testbed.host_redis("--unixsocket", str(path))
    return testbed.situation(None, redis_url=f"unix://{path}?db=0")


def tls(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed)
    return tls_situation(testbed, redis, f"?ssl_ca_certs={authority.certificate}")


def mutual_tls(testbed: RedisTestbed) -> Situation:
    redis, authority = tls_redis(testbed, "--tls-auth-clients", "yes")
    return tls_situation(testbed, redis, _with_client_certificate(authority))


def _with_client_certificate(authority: Authority) -> str:
    certificate = authority.sign("client")
    key = certificate.with_suffix(".key")
    return f"?ssl_ca_certs={authority.certificate}&ssl_certfile={certificate}&ssl_keyfile={key}"


def replica_by_design(testbed: RedisTestbed) -> Situation:
    return testbed.situation(replica(testbed), needs_write=False)


def memory_at_83_percent(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "24mb", "--maxmemory-policy", "noeviction")
    client = testbed.client(redis.url)
    number = 0
    while client.info("memory")["used_memory"] < 0.82 * 24 * 2**20:
        client.set(f"data:{number}", "x" * 40_000)
        number += 1
    return testbed.situation(redis)


def no_memory_limit(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--maxmemory", "0"))


def evicting_cache(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru")
    client = testbed.client(redis.url)
    for number in range(600):
        client.set(f"cache:{number}", "x" * 10_000)
    return testbed.situation(redis)


def workers_well(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url)
    port = testbed.listening("silent")
    for number in range(2):
        client.set(f"worker:tts-worker-{number}", payload(number, port=port), ex=60)
    return testbed.situation(redis, expected_workers=2)


def ping_renamed(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis("--rename-command", "PING", "PING-7f3a"))


def restarted_once(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--appendonly", "yes", restart_policy={"Name": "always"})
    container = redis.container
    testbed.client(redis.url).shutdown(nosave=True)
    testbed.until(lambda: container.logs().count(b"Ready to accept") == 2, lambda: container.logs().decode())
    container.reload()
    return testbed.situation(redis)


def logs_to_a_file(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--logfile", "/data/redis.log", wait="")
    testbed.until(lambda: testbed.reply(redis.url, "PING") == "PONG")
    return testbed.situation(redis)


def cluster_node_well(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--cluster-enabled", "yes")
    client = testbed.client(redis.url)
    client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    testbed.until(lambda: "ok" in str(client.execute_command("CLUSTER", "INFO")).split("slots")[0])
    return testbed.situation(redis)


def network_not_told(testbed: RedisTestbed) -> Situation:
    return testbed.situation(testbed.redis(network=testbed.network().name))


HEALTHY: tuple[Healthy[RedisTestbed], ...] = (
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
    Healthy("healthy/through-relay", "There is a TCP proxy in between.", through_relay),
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
