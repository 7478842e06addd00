"""Containers that exit, or misbehave, because of how Redis was started."""

from __future__ import annotations

from typing import Any

from runbooklab.domains.redis.lab.lifecycle import looping
from runbooklab.domains.redis.lab.testbed import LabRedis, RedisTestbed, published
from runbooklab.lab.fault import Fault
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

_CONFIG = "/usr/local/etc/redis/redis.conf"

#: What starts a server that anybody may talk to, so that a drill's remedy leaves nothing else to fix.
_OPEN = ("redis-server", "--protected-mode", "no")


def _exits(testbed: RedisTestbed, *command: str, **options: Any) -> Situation:
    port = free_port()
    container = testbed.container("redis", command, ports=published(port), **options)
    testbed.exited(container)
    return testbed.situation(LabRedis(str(container.name), port))


def start_command_not_found(testbed: RedisTestbed) -> Situation:
    port = free_port()
    refused = testbed.refused_container("redis", ["redis-serverd"], ports=published(port))
    return testbed.situation(LabRedis(str(refused.name), port))


def unknown_directive(testbed: RedisTestbed) -> Situation:
    mounted = testbed.file("redis.conf", "appendonly no\nmaxmemory-polcy allkeys-lru\n")
    return _exits(testbed, "redis-server", _CONFIG, volumes=[f"{mounted}:{_CONFIG}:ro"])


def bad_value(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "--maxmemory", "256megs")


def publish_flag_after_image(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "-p", "6379:6379")


def empty_requirepass(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "--requirepass")


def invalid_and_restarting(testbed: RedisTestbed) -> Situation:
    return looping(testbed, ["redis-server", "--maxmemory-polcy", "noeviction"])


def config_not_mounted(testbed: RedisTestbed) -> Situation:
    folder = testbed.folder / "redis.conf"
    folder.mkdir()
    port = free_port()
    container = testbed.container(
        "redis",
        ["redis-server", _CONFIG, "--protected-mode", "no"],
        ports=published(port),
        volumes=[f"{folder}:{_CONFIG}:ro"],
    )
    testbed.says(container, "Ready to accept connections")
    return testbed.situation(LabRedis(str(container.name), port))


def redis_daemonized(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "--daemonize", "yes")


def daemonized_by_file(testbed: RedisTestbed) -> Situation:
    mounted = testbed.file("redis.conf", "daemonize yes\n")
    return _exits(testbed, "redis-server", _CONFIG, volumes=[f"{mounted}:{_CONFIG}:ro"])


def interpreter_missing(testbed: RedisTestbed) -> Situation:
    script = testbed.file("start.sh", "#!/bin/nosuchshell\nexec redis-server\n", mode=0o755)
    return _exits(testbed, "/start.sh", volumes=[f"{script}:/start.sh:ro"])


def manifest_corrupt(testbed: RedisTestbed) -> Situation:
    testbed.file("data/appendonlydir/appendonly.aof.manifest", "no manifest\n")
    return _exits(testbed, *_OPEN, "--appendonly", "yes", volumes=[f"{testbed.folder / 'data'}:/data"])


def rdb_corrupt(testbed: RedisTestbed) -> Situation:
    testbed.file("data/dump.rdb", b"REDIS0010\xfe\x00\x00\x05hello")
    return _exits(testbed, *_OPEN, volumes=[f"{testbed.folder / 'data'}:/data"])


def aof_corrupt(testbed: RedisTestbed) -> Situation:
    testbed.file(
        "data/appendonlydir/appendonly.aof.manifest", "file appendonly.aof.1.incr.aof seq 1 type i\n"
    )
    testbed.file(
        "data/appendonlydir/appendonly.aof.1.incr.aof", "*2\r\n$6\r\nSELECT\r\nnonsense\r\n$1\r\n0\r\n"
    )
    return _exits(testbed, *_OPEN, "--appendonly", "yes", volumes=[f"{testbed.folder / 'data'}:/data"])


def rdb_newer(testbed: RedisTestbed) -> Situation:
    testbed.file("data/dump.rdb", b"REDIS0099\xfe\x00\xff" + bytes(8))
    return _exits(testbed, *_OPEN, volumes=[f"{testbed.folder / 'data'}:/data"])


def module_missing(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "--loadmodule", "/usr/lib/redis/search.so")


def in_its_own_way(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, *_OPEN, "--port", "6379", "--tls-port", "6379")


def certificate_missing(testbed: RedisTestbed) -> Situation:
    return _exits(
        testbed,
        "redis-server",
        "--port",
        "0",
        "--tls-port",
        "6379",
        "--tls-cert-file",
        "/tls/redis.crt",
        "--tls-key-file",
        "/tls/redis.key",
        "--tls-ca-cert-file",
        "/tls/ca.crt",
    )


def bind_address_unavailable(testbed: RedisTestbed) -> Situation:
    return _exits(testbed, "redis-server", "--bind", "10.99.99.99")


def folder_of_another(testbed: RedisTestbed) -> Situation:
    """The data folder belongs to root, and Redis runs as another user."""
    folder = testbed.folder / "data"
    folder.mkdir(mode=0o755)
    testbed.folder.chmod(0o755)
    command = (*_OPEN, "--appendonly", "yes")
    return _exits(testbed, *command, user="999:999", volumes=[f"{folder}:/data"])


FAULTS = (
    Fault(
        "redis-data-permission",
        "The data folder belongs to root, and Redis runs as user 999.",
        folder_of_another,
    ),
    Fault("start-command-not-found", "The command is redis-serverd.", start_command_not_found),
    Fault("redis-config-invalid", "The mounted redis.conf has a misspelt directive.", unknown_directive),
    Fault("redis-config-invalid/bad-value", "--maxmemory 256megs.", bad_value),
    Fault(
        "redis-config-invalid/publish-flag",
        "-p 6379:6379 comes after the image's name.",
        publish_flag_after_image,
    ),
    Fault("redis-config-invalid/empty-password", "--requirepass without a value.", empty_requirepass),
    Fault(
        "redis-config-invalid/restarting",
        "A misspelt directive, restart policy always.",
        invalid_and_restarting,
    ),
    Fault("redis-config-not-mounted", "A folder is mounted where redis.conf should be.", config_not_mounted),
    Fault("redis-daemonized", "--daemonize yes.", redis_daemonized),
    Fault("redis-daemonized/by-its-file", "daemonize yes in the mounted redis.conf.", daemonized_by_file),
    Fault(
        "start-command-not-found/interpreter",
        "The script that starts Redis names a shell that the image lacks.",
        interpreter_missing,
    ),
    Fault("redis-data-corrupt/manifest", "The append-only manifest holds nonsense.", manifest_corrupt),
    Fault("redis-data-corrupt", "dump.rdb is cut short.", rdb_corrupt),
    Fault("redis-data-corrupt/append-only", "The append-only file holds nonsense.", aof_corrupt),
    Fault("redis-data-newer", "dump.rdb has the format version 99.", rdb_newer),
    Fault("redis-start-failed", "--loadmodule of a file that isn't there.", module_missing),
    Fault(
        "redis-start-failed/certificate", "--tls-cert-file of a file that isn't there.", certificate_missing
    ),
    Fault("redis-start-failed/own-port", "--port and --tls-port are the same.", in_its_own_way),
    Fault(
        "bind-address-unavailable",
        "--bind with an address the container doesn't have.",
        bind_address_unavailable,
    ),
)
