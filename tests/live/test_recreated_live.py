"""A container is made again with all that it had: pasted into a shell on a real engine, and compared."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

import pytest
from docker.types import IPAMConfig, IPAMPool

from judging import plan_for
from runbooklab.domains.redis.lab.contents import contents
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.inspection import inspect
from runbooklab.lab.kept import lost, opened, seen
from runbooklab.lab.ports import free_port
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.notebook.live_run import LiveRun
from runbooklab.redaction import Vault

PASSWORD = "Zebra77;x"
OPTIONS = (
    "--user", "999:999", "--read-only", "--tmpfs", "/run:size=1m", "--cap-drop", "ALL",
    "--cap-add", "NET_BIND_SERVICE", "--ulimit", "nofile=20000:20000",
    "--health-cmd", f"redis-cli -a '{PASSWORD}' ping", "--health-interval", "5s", "--health-retries", "3",
    "--health-timeout", "1500ms", "--label", "team=a b", "--label", "password=hidden77zebra",
    "--restart", "on-failure:5", "--memory", "200m", "--cpus", "0.5", "--pids-limit", "200",
    "--log-driver", "json-file", "--log-opt", "max-size=10m", "--hostname", "cachehost",
    "--dns", "10.1.1.1", "--dns-search", "corp.example", "--add-host", "db.example:10.2.2.2",
    "--sysctl", "net.core.somaxconn=1024", "--init", "--stop-signal", "SIGTERM", "--stop-timeout", "5",
    "--security-opt", "no-new-privileges", "--shm-size", "32m", "--workdir", "/data",
    "--oom-score-adj", "100", "--cpu-shares", "512", "-e", "TZ=Europe/Berlin",
    "-e", "REDIS_PASSWORD=Se cret$'x", "-e", "NOTE=two\nlines",
)  # fmt: skip
REDIS = ("redis-server", "--maxmemory", "50mb", "--save", "3600 1")


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout.strip()


def started(testbed: RedisTestbed, options: Sequence[str], command: Sequence[str] = REDIS) -> str:
    name = testbed.name("redis")
    for made in (name, f"{name}-before", f"{name}-new"):
        testbed.later(lambda made=made: testbed.gone(made))
    docker("run", "-d", "--name", name, *options, testbed.image, *command)
    testbed.says(testbed.docker.containers.get(name), "Ready to accept connections")
    return name


def plan(testbed: RedisTestbed, name: str, port: int) -> RemedyPlan:
    situation = testbed.situation(redis_url=f"redis://localhost:{port}/0", redis_container=name)
    return plan_for("publish-port", inspect(situation, LAB.rules, Vault()))


def pasted(made: RemedyPlan, shell: str, password: str = "") -> None:
    for line in made.commands:
        environment = os.environ | {"REDISCLI_AUTH": password}
        done = subprocess.run(
            [shell, "-c", line], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_nothing_is_lost_and_nothing_opened(testbed: RedisTestbed, shell: str) -> None:
    """Options, environment, labels, networks with aliases and a fixed address, ports and mounts."""
    part = 1 + os.getpid() % 250
    pool = IPAMConfig(pool_configs=[IPAMPool(subnet=f"172.31.{part}.0/24")])
    first, second = testbed.network("net", ipam=pool), testbed.network("net2")
    volume = testbed.name("vol")
    testbed.later(lambda: docker("volume", "rm", "-f", volume))
    other, port = free_port(), free_port()
    options = (
        *OPTIONS, "--network", str(first.name), "--network-alias", "cache",
        "--ip", f"172.31.{part}.9", "-v", f"{volume}:/data",
        "-p", f"127.0.0.1:{other}:7000",
    )  # fmt: skip
    name = started(testbed, options, (*REDIS, "--requirepass", PASSWORD, "--dir", "/run"))
    docker("network", "connect", "--alias", "second", str(second.name), name)
    before = seen(testbed, contents)
    made = plan(testbed, name, port)
    assert not any(secret in str(made) for secret in (PASSWORD, "hidden77zebra", "Se cret", "***"))
    pasted(made, shell, PASSWORD)
    after = seen(testbed, contents)
    assert lost(before, after, made.changes) == ()
    assert opened(before, after, made.changes) == ()
    assert f"127.0.0.1:{port}" in docker("port", name)
    assert PASSWORD in docker("inspect", "-f", "{{.Config.Cmd}}", name)
    assert "NOTE=two\nlines" in docker("inspect", "-f", "{{range .Config.Env}}{{println .}}{{end}}", name)


def test_a_runbook_on_ports_loses_nothing_either(testbed: RedisTestbed) -> None:
    """It knows nothing of the program in the container, and moves the port without asking for an option."""
    port, volume = free_port(), testbed.name("vol")
    testbed.later(lambda: docker("volume", "rm", "-f", volume))
    name = started(testbed, (*OPTIONS, "-v", f"{volume}:/data", "-p", f"127.0.0.1:{port}:6379"))
    before = seen(testbed, contents)
    target = {
        "redis_url": f"redis://localhost:{port}", "redis_container": name, "docker_network": "",
    }  # fmt: skip
    run = LiveRun("of-ports", target, uses=("endpoint",))
    made = run.rules.plan("use-other-port", run.evidence())
    assert not any(secret in str(made) for secret in (PASSWORD, "hidden77zebra", "Se cret", "***"))
    pasted(made, "sh")
    after = seen(testbed, contents)
    assert lost(before, after, made.changes) == ()
    assert opened(before, after, made.changes) == ()
    assert f"127.0.0.1:{port + 1}" in docker("port", name)
    assert "TZ=Europe/Berlin" in docker("inspect", "-f", "{{.Config.Env}}", name)


def test_data_that_is_in_no_volume_comes_along(testbed: RedisTestbed) -> None:
    """A key that Redis had not saved yet is there afterwards, and the old container too."""
    name, port = started(testbed, ()), free_port()
    docker("exec", name, "redis-cli", "SET", "worker:1", "x")
    pasted(plan(testbed, name, port), "bash")
    testbed.says(testbed.docker.containers.get(name), "Ready to accept connections")
    assert docker("exec", name, "redis-cli", "GET", "worker:1") == "x"
    assert docker("inspect", "-f", "{{.State.Status}}", f"{name}-before") == "exited"


def test_a_container_that_removes_itself_is_there_again(testbed: RedisTestbed) -> None:
    """With --rm nothing is left to rename, and its settings were read before it went."""
    name, port = started(testbed, ("--rm", "-e", "TZ=Europe/Berlin")), free_port()
    made = plan(testbed, name, port)
    assert "removes itself" in made.changes
    pasted(made, "bash")
    assert "TZ=Europe/Berlin" in docker("inspect", "-f", "{{.Config.Env}}", name)
    assert docker("inspect", "-f", "{{.HostConfig.AutoRemove}}", name) == "true"


def test_a_container_between_two_starts_is_replaced(testbed: RedisTestbed) -> None:
    """The engine renames none that its restart policy keeps starting; it is stopped first."""
    name = testbed.name("redis")
    for made in (name, f"{name}-before", f"{name}-new"):
        testbed.later(lambda made=made: testbed.gone(made))
    docker(
        "run", "-d", "--name", name, "--restart", "always", testbed.image, "redis-server", "--maxmemroy", "1"
    )
    testbed.until(lambda: docker("inspect", "-f", "{{.State.Status}}", name) == "restarting")
    situation = testbed.situation(redis_url=f"redis://localhost:{free_port()}/0", redis_container=name)
    pasted(plan_for("publish-port", inspect(situation, LAB.rules, Vault())), "sh")
    assert docker("inspect", "-f", "{{.State.Status}}", f"{name}-before") == "exited"
    assert "6379/tcp" in docker("inspect", "-f", "{{.HostConfig.PortBindings}}", name)


def test_a_health_check_without_a_shell_keeps_its_words(testbed: RedisTestbed) -> None:
    """docker run knows the shell's form only: each word is quoted, one with a secret too."""
    check = {"test": ["CMD", "redis-cli", "-a", PASSWORD, "ping"], "interval": 10**9}
    redis = testbed.redis("--requirepass", PASSWORD, healthcheck=check)
    for made in (f"{redis.name}-before", f"{redis.name}-new"):
        testbed.later(lambda made=made: testbed.gone(made))
    pasted(plan(testbed, redis.name, free_port()), "sh", PASSWORD)
    test = docker("inspect", "-f", "{{index .Config.Healthcheck.Test 1}}", redis.name)
    assert test.split() == ["'redis-cli'", "'-a'", f"'{PASSWORD}'", "'ping'"]


def test_the_image_stays_the_same_though_its_name_has_moved(testbed: RedisTestbed) -> None:
    """A tag that leads to another image by now would bring another Redis."""
    tag = f"{testbed.prefix}:1"
    docker("tag", testbed.image, tag)
    testbed.later(lambda: subprocess.run(["docker", "rmi", tag], capture_output=True, check=False))
    name = testbed.name("redis")
    for made in (name, f"{name}-before", f"{name}-new"):
        testbed.later(lambda made=made: testbed.gone(made))
    docker("run", "-d", "--name", name, tag, *REDIS)
    testbed.says(testbed.docker.containers.get(name), "Ready to accept connections")
    was = docker("inspect", "-f", "{{.Image}}", name)
    docker("rmi", tag)
    made = plan(testbed, name, free_port())
    assert was in made.commands[0]
    assert "another one by now" in made.changes
    pasted(made, "bash")
    assert docker("inspect", "-f", "{{.Image}}", name) == was
