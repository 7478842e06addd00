"""The configuration file and the URL in it, names and database numbers."""

from __future__ import annotations

import os

from runbooklab.domains.redis.lab.from_container import from_container, orchestrator
from runbooklab.domains.redis.lab.testbed import Recipe, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

_CONFIG = """\
# The orchestrator's configuration.
redis:
  url: "{url}"
  db: 0
  connection_pool_size: 10
"""


def _config_is(text: str | bytes) -> Recipe:
    def recipe(testbed: RedisTestbed) -> Situation:
        path = testbed.file("orchestrator.yaml", text)
        return testbed.situation(testbed.redis(), redis_url="", orchestrator_config=str(path))

    return recipe


def config_missing(testbed: RedisTestbed) -> Situation:
    return testbed.situation(
        testbed.redis(), redis_url="", orchestrator_config=str(testbed.folder / "orchestrator.yaml")
    )


def config_unreadable(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    path = testbed.file("orchestrator.yaml", _CONFIG.format(url=redis.url), mode=0)
    return Situation(
        testbed.parameters(redis, {"redis_url": "", "orchestrator_config": str(path)}), unprivileged=True
    )


def config_is_folder(testbed: RedisTestbed) -> Situation:
    folder = testbed.folder / "orchestrator.yaml"
    folder.mkdir()
    return testbed.situation(testbed.redis(), redis_url="", orchestrator_config=str(folder))


def config_huge(testbed: RedisTestbed) -> Situation:
    path = testbed.file("orchestrator.yaml", "redis:\n")
    os.truncate(path, 100 * 2**20)
    return testbed.situation(testbed.redis(), redis_url="", orchestrator_config=str(path))


def _url_is(pattern: str, *arguments: str) -> Recipe:
    """The configuration holds the URL that ``pattern`` makes of the real host, port and container name."""

    def recipe(testbed: RedisTestbed) -> Situation:
        redis = testbed.redis(*arguments)
        url = pattern.format(port=redis.port, name=redis.name, host="127.0.0.1")
        path = testbed.file("orchestrator.yaml", _CONFIG.format(url=url))
        return testbed.situation(redis, redis_url="", orchestrator_config=str(path))

    return recipe


def container_name_from_host(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    return testbed.situation(redis, redis_url=f"redis://{redis.name}:6379/0")


def service_name_from_host(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    endpoint = testbed.docker.api.create_endpoint_config(aliases=["redis"])
    redis = testbed.redis(network=network.name, networking_config={network.name: endpoint})
    return testbed.situation(redis, redis_url="redis://redis:6379/0", docker_network=network.name)


def localhost_in_container(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    client = orchestrator(testbed, network=network.name)
    return from_container(testbed, redis, client, network, url="redis://localhost:6379/0")


def address_stale(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    former = testbed.address(redis.container).rpartition(".")[0] + ".99"
    return testbed.situation(redis, redis_url=f"redis://{former}:6379/0", docker_network=network.name)


def unresolvable_without_tools(testbed: RedisTestbed) -> Situation:
    network = testbed.network()
    redis = testbed.redis(network=network.name)
    sleep = ["/usr/bin/sleep", "600"]
    client = testbed.container("orchestrator", sleep, network=network.name, environment={"PATH": "/nowhere"})
    return from_container(testbed, redis, client, network, url="redis://redis-primary:6379/0")


def unix_socket_missing(testbed: RedisTestbed) -> Situation:
    return testbed.situation(None, redis_url=f"unix://{testbed.folder / 'redis.sock'}?db=0")


def unix_socket_permission(testbed: RedisTestbed) -> Situation:
    path = testbed.folder / "redis.sock"
    testbed.host_redis("--unixsocket", str(path), "--unixsocketperm", "700")
    path.chmod(0)
    return Situation(testbed.parameters(None, {"redis_url": f"unix://{path}?db=0"}), unprivileged=True)


def database_mismatch(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis()
    client = testbed.client(redis.url.replace("/0", "/3"))
    for number in range(2):
        client.set(f"worker:tts-worker-{number}", '{"host": "127.0.0.1", "port": 50051}', ex=600)
    return testbed.situation(redis, expected_workers=2)


def cluster_needs_db0(testbed: RedisTestbed) -> Situation:
    redis = testbed.redis("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no")
    testbed.client(redis.url).execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    return testbed.situation(redis, redis_url=f"redis://127.0.0.1:{redis.port}/2")


FAULTS = (
    Fault("config-missing", "The configuration's path leads nowhere.", config_missing),
    Fault("config-unreadable", "The configuration has mode 000.", config_unreadable),
    Fault("config-unreadable/folder", "The configuration's path is a folder.", config_is_folder),
    Fault("config-unreadable/huge", "The configuration is 100 MiB of NUL bytes.", config_huge),
    Fault(
        "config-unreadable/not-text",
        "The configuration is no UTF-8.",
        _config_is(b"redis:\n  url: \xff\xfe\x80\n"),
    ),
    Fault(
        "config-invalid-yaml",
        "A quote is not closed.",
        _config_is('redis:\n  url: "redis://localhost:6379\n  db: 0\n'),
    ),
    Fault(
        "config-invalid-yaml/tab",
        "Indented with a tab.",
        _config_is("redis:\n\turl: redis://localhost:6379\n"),
    ),
    Fault(
        "config-redis-section-missing",
        "The file has no redis section.",
        _config_is("server:\n  port: 8080\n"),
    ),
    Fault("config-redis-section-missing/empty", "The file is empty.", _config_is("")),
    Fault(
        "config-redis-section-missing/no-url",
        "The redis section has no url.",
        _config_is("redis:\n  db: 0\n"),
    ),
    Fault(
        "config-value-invalid",
        "The database's number is a word.",
        _config_is("redis:\n  url: redis://localhost:6379\n  db: workers\n"),
    ),
    Fault("url-scheme-invalid", "The URL lacks redis://.", _url_is("{host}:{port}")),
    Fault("url-scheme-invalid/http", "The URL begins with http://.", _url_is("http://{host}:{port}/0")),
    Fault("url-scheme-invalid/quoted", "The URL has quotes inside.", _url_is("'redis://{host}:{port}/0'")),
    Fault("url-scheme-invalid/typo", "The URL begins with reds://.", _url_is("reds://{host}:{port}/0")),
    Fault("url-malformed", "The port is a word.", _url_is("redis://{host}:sixthousand/0")),
    Fault("url-malformed/range", "The port is 637900.", _url_is("redis://{host}:637900/0")),
    Fault(
        "url-malformed/hash",
        "The password has a raw #.",
        _url_is("redis://:s3cret#Hash-9@{host}:{port}/0", "--requirepass", "s3cret#Hash-9"),
    ),
    Fault(
        "url-malformed/slash",
        "The password has a raw /.",
        _url_is("redis://:s3cret/Slash-9@{host}:{port}/0", "--requirepass", "s3cret/Slash-9"),
    ),
    Fault(
        "url-malformed/space", "There is a space in the host's name.", _url_is("redis://local host:{port}/0")
    ),
    Fault(
        "url-password-as-username",
        "The password is where the user's name belongs.",
        _url_is("redis://s3cret-Passw0rd@{host}:{port}/0", "--requirepass", "s3cret-Passw0rd"),
    ),
    Fault(
        "url-option-unknown",
        "The URL has an option the client doesn't know.",
        _url_is("redis://{host}:{port}/0?retries_on_timeout=3"),
    ),
    Fault(
        "container-name-from-host",
        "The URL names the container, the client is this host.",
        container_name_from_host,
    ),
    Fault(
        "container-name-from-host/service",
        "The URL names a network alias, the client is this host.",
        service_name_from_host,
    ),
    Fault(
        "localhost-in-container", "The URL says localhost, the client is a container.", localhost_in_container
    ),
    Fault(
        "hostname-unresolvable",
        "The URL's host doesn't exist.",
        _url_is("redis://redis-primary.invalid:6379/0"),
    ),
    Fault("hostname-unresolvable/none", "The URL's host is None.", _url_is("redis://None:6379/0")),
    Fault(
        "hostname-unresolvable/docker-internal",
        "The URL says host.docker.internal.",
        _url_is("redis://host.docker.internal:{port}/0"),
    ),
    Fault(
        "hostname-unresolvable/no-tools",
        "The URL's host doesn't exist, and the orchestrator's image holds no tool to ask with.",
        unresolvable_without_tools,
    ),
    Fault("address-stale", "The URL has an address no container has any more.", address_stale),
    Fault("unix-socket-missing", "The URL names a socket that isn't there.", unix_socket_missing),
    Fault("unix-socket-permission", "The URL names a socket that may not be opened.", unix_socket_permission),
    Fault("db-out-of-range", "The URL asks for database 99.", _url_is("redis://{host}:{port}/99")),
    Fault("db-mismatch", "Workers register in database 3, the URL says 0.", database_mismatch),
    Fault("cluster-needs-db0", "The URL asks a Redis Cluster node for database 2.", cluster_needs_db0),
)
