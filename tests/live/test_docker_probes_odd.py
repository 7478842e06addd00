"""Containers, logs and engines that are out of the ordinary: an answer all the same, never a guess."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from docker_looking import missing, observed, seen

from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.ports import free_port

#: Where programs are looked for in an image that is to have none of them.
NOWHERE = {"PATH": "/nowhere"}
SERVER = ("/usr/bin/redis-server", "--protected-mode", "no", "--save", "")


def test_a_paused_container_says_so(testbed: RedisTestbed) -> None:
    """The engine refuses an exec; that is an outcome of its own and no silence of Redis."""
    redis = testbed.redis()
    redis.container.pause()
    evidence = observed(redis_container=redis.name, redis_url=redis.url)
    talk = seen(evidence.inside)
    assert (seen(evidence.container).found.state, talk.ping.outcome) == ("paused", "container-paused")
    assert talk.answers is None


def test_a_frozen_redis_answers_nothing_and_is_seen_stopped(testbed: RedisTestbed) -> None:
    """The ping inside runs out of time, and the kernel says that the process is stopped."""
    redis = testbed.redis()
    redis.container.reload()
    pid = int(redis.container.attrs["State"]["Pid"])
    os.kill(pid, signal.SIGSTOP)
    try:
        evidence = observed(redis_container=redis.name, redis_url=redis.url, probe_timeout_s=2.0)
    finally:
        os.kill(pid, signal.SIGCONT)
    talk = seen(evidence.inside)
    assert (talk.ping.outcome, talk.answers) == ("timeout", False)
    assert seen(evidence.process).state == "T"


def test_an_exec_that_hangs_without_a_timeout_tool_is_left_in_time(testbed: RedisTestbed) -> None:
    """docker-py waits for an exec's output without an end; the probe doesn't."""
    redis = _with_tools(testbed, "redis-cli")
    testbed.docker.api.inspect_container(redis)
    pid = int(testbed.docker.api.inspect_container(redis)["State"]["Pid"])
    os.kill(pid, signal.SIGSTOP)
    try:
        evidence = observed(redis_container=redis, redis_url="redis://127.0.0.1:1", probe_timeout_s=1.5)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert seen(evidence.inside).ping.outcome == "timeout"


def test_an_image_without_redis_cli_is_asked_from_its_network_namespace(testbed: RedisTestbed) -> None:
    """A conversation in there shows what redis-cli would have: the answer and who answers."""
    redis = testbed.container("redis", SERVER, environment=NOWHERE)
    testbed.says(redis, "Ready to accept connections")
    talk = seen(observed(redis_container=str(redis.name), redis_url="redis://127.0.0.1:1").inside)
    assert (talk.ping.outcome, talk.answers, talk.code) == ("no-tool", True, "PONG")
    assert talk.run_id == talk.info["run_id"] != ""


@pytest.mark.parametrize("tools", [(), ("getent",)])
def test_an_orchestrator_without_redis_cli_is_looked_at_from_its_namespace(
    testbed: RedisTestbed, tools: tuple[str, ...]
) -> None:
    """With getent for the name if it is there, and with the container's own resolver if not."""
    network = str(testbed.network().name)
    redis = testbed.redis("--requirepass", "correcthorse42", network=network)
    client = _with_tools(testbed, *tools, suffix="orchestrator", network=network)
    evidence = observed(
        redis_container=redis.name, orchestrator_container=client, redis_url=f"redis://{redis.name}:6379"
    )
    view = seen(evidence.orchestrator_view)
    assert (view.name.outcome, view.code) == ("resolved", "NOAUTH")
    assert [attempt.outcome for attempt in view.tcp] == ["connected"]
    assert view.method == f"{'exec getent' if tools else '/etc/hosts and name server'}, network namespace"


@pytest.mark.parametrize(
    ("password", "code"), [("correcthorse42", "PONG"), ("another-Passw0rd", "WRONGPASS")]
)
def test_credentials_are_tried_without_any_tools(testbed: RedisTestbed, password: str, code: str) -> None:
    """The client's sign-in is held from its namespace: a wrong password is never taken for a right one."""
    network = str(testbed.network().name)
    redis = testbed.redis("--requirepass", "correcthorse42", network=network)
    client = _with_tools(testbed, suffix="orchestrator", network=network)
    url = f"redis://:{password}@{redis.name}:6379"
    evidence = observed(redis_container=redis.name, orchestrator_container=client, redis_url=url)
    assert seen(evidence.orchestrator_view).code == code


@pytest.mark.parametrize(("host", "outcome"), [("cache", "resolved"), ("no-such-cache", "not-found")])
def test_a_name_is_looked_up_without_any_tools(testbed: RedisTestbed, host: str, outcome: str) -> None:
    """An alias on the client's network resolves, and a name that nobody has does not."""
    network = testbed.network()
    endpoint = testbed.docker.api.create_endpoint_config(aliases=["cache"])
    redis = testbed.redis(network=network.name, networking_config={network.name: endpoint})
    client = _with_tools(testbed, suffix="orchestrator", network=network.name)
    evidence = observed(
        redis_container=redis.name, orchestrator_container=client, redis_url=f"redis://{host}:6379"
    )
    assert seen(evidence.orchestrator_view).name.outcome == outcome


def test_processes_that_are_not_this_hosts_are_asked_of_the_engine(
    testbed: RedisTestbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a remote engine a process id means nothing here: another process must not be described."""
    redis = testbed.redis()
    for module in ("process", "inside"):
        monkeypatch.setattr(
            f"runbooklab.domains.redis.probes.{module}.is_here", lambda pid, container_id: False
        )
    evidence = observed(redis_container=redis.name, redis_url=redis.url)
    found = seen(evidence.process)
    assert (found.name, found.listeners_known) == ("redis-server", True)
    assert found.state in ("S", "R")  # it sleeps, except in the moment in which it answers
    assert 6379 in {listener.port for listener in found.listeners}
    assert seen(evidence.inside).code == "PONG"


def test_a_redis_on_one_address_and_another_port_is_found_inside(testbed: RedisTestbed) -> None:
    """The namespace says where it listens; loopback and 6379 would meet nobody."""
    redis = testbed.redis("--port", "6380", "--bind", "0.0.0.0", wait="Ready to accept")
    talk = seen(observed(redis_container=redis.name, redis_url=redis.url).inside)
    assert (talk.code, talk.port) == ("PONG", 6380)


def test_a_crash_loop_shows_between_two_looks(testbed: RedisTestbed) -> None:
    """One sample may meet it running; the restart count of the second gives it away."""
    looping = testbed.container(
        "loop", ["redis-server", "--port", "wrong"], restart_policy={"Name": "always"}
    )

    def restarts() -> int:
        looping.reload()
        return int(looping.attrs["RestartCount"])

    testbed.until(lambda: restarts() > 0)
    evidence = observed(redis_container=str(looping.name), redis_url="redis://127.0.0.1:1")
    found = seen(evidence.container)
    assert found.restart_count_later is not None
    assert found.restart_count_later >= found.found.restart_count
    assert "wrong" in repr(seen(evidence.logs).lines)


def test_a_log_of_one_endless_line_is_cut(testbed: RedisTestbed) -> None:
    """Neither memory nor the report grows with the log; that something was cut is said."""
    big = testbed.file("big", b"x" * (20 * 2**20))
    noisy = testbed.container("noisy", ["cat", "/big"], volumes={str(big): {"bind": "/big", "mode": "ro"}})
    testbed.exited(noisy)
    tail = seen(observed(redis_container=str(noisy.name), redis_url="redis://127.0.0.1:1").logs)
    assert tail.cut
    assert max(len(line.text) for line in tail.lines) <= 1000


@pytest.mark.parametrize("tty", [True, False])
def test_a_log_with_bytes_of_any_kind_is_text(testbed: RedisTestbed, tty: bool) -> None:
    """With and without a terminal: no control character survives, nothing raises."""
    odd = testbed.file("odd", b"\xff\xfe \x1b[31mred\x1b[0m <script>alert(1)</script>\n")
    speaker = testbed.container(
        "odd", ["cat", "/odd"], tty=tty, volumes={str(odd): {"bind": "/odd", "mode": "ro"}}
    )
    testbed.exited(speaker)
    (line,) = seen(observed(redis_container=str(speaker.name), redis_url="redis://127.0.0.1:1").logs).lines
    assert "\x1b" not in line.text
    assert "<script>" in line.text


def test_a_log_driver_that_cannot_be_read_is_missing_evidence(testbed: RedisTestbed) -> None:
    """That says nothing of Redis."""
    silent = testbed.redis(wait="", log_config={"Type": "none"})
    evidence = observed(redis_container=silent.name, redis_url=silent.url)
    assert missing(evidence.logs) == "unsupported"


def test_a_directory_in_place_of_a_file_is_seen_on_the_mount(testbed: RedisTestbed) -> None:
    """Docker makes a directory of a bind mount's source that isn't there."""
    source = testbed.folder / "redis.conf"
    redis = testbed.redis(volumes={str(source): {"bind": "/etc/redis.conf", "mode": "ro"}})
    (mount,) = seen(observed(redis_container=redis.name, redis_url=redis.url).container).found.mounts
    assert (mount.source, mount.source_is_directory) == (str(source), True)


# --- engines that are not well -----------------------------------------------------------------


def _silent(connection: socket.socket) -> None:
    connection.recv(1)


def _dripping(connection: socket.socket) -> None:
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
    while True:
        connection.sendall(b" ")
        threading.Event().wait(0.05)


@contextmanager
def _engine(path: Path, serve: Callable[[socket.socket], None]) -> Iterator[None]:
    """Something that listens where an engine would."""
    kept: list[socket.socket] = []

    def serve_one(connection: socket.socket) -> None:
        try:
            serve(connection)
        except OSError:
            return

    def accept(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            kept.append(connection)
            threading.Thread(target=serve_one, args=(connection,), daemon=True).start()

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen(16)
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield
        listening.shutdown(socket.SHUT_RDWR)
    for connection in kept:
        connection.close()


@pytest.mark.parametrize("serve", [_silent, _dripping])
def test_an_engine_that_never_answers_is_an_outcome_and_not_a_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, serve: Callable[[socket.socket], None]
) -> None:
    """Even if bytes keep coming; what rests on the engine is missing, and says why."""
    path = tmp_path / "docker.sock"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with _engine(path, serve):
        evidence = observed(redis_container="redis-tts", redis_url="redis://127.0.0.1:1", probe_timeout_s=0.8)
    assert seen(evidence.docker).outcome == "unresponsive"
    assert missing(evidence.container) == "unreachable"


@pytest.mark.parametrize("kind", ["socket", "port", "name"])
def test_no_engine_is_an_outcome_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A socket that isn't there, a port nobody listens on, a name nobody knows."""
    hosts = {
        "socket": f"unix://{tmp_path}/docker.sock",
        "port": f"tcp://127.0.0.1:{free_port()}",
        "name": "tcp://docker.invalid:2375",
    }
    monkeypatch.setenv("DOCKER_HOST", hosts[kind])
    evidence = observed(redis_container="redis-tts", redis_url="redis://127.0.0.1:1")
    assert seen(evidence.docker).outcome == "unreachable"
    assert hosts[kind] in seen(evidence.docker).message


def test_a_version_the_engine_refuses_is_an_outcome(
    testbed: RedisTestbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DOCKER_API_VERSION binds the docker command too; the engine says what it would take."""
    monkeypatch.setenv("DOCKER_API_VERSION", "1.99")
    found = seen(observed(redis_container="redis-tts", redis_url="redis://127.0.0.1:1").docker)
    assert found.outcome == "api-version"
    assert found.api_version == testbed.docker.version()["ApiVersion"]


def _with_tools(testbed: RedisTestbed, *tools: str, suffix: str = "redis", **options: str) -> str:
    """The name of a container with Redis in which only these programs are found."""
    mounts = {f"/usr/bin/{tool}": {"bind": f"/tools/{tool}", "mode": "ro"} for tool in tools}
    made = testbed.container(suffix, SERVER, environment={"PATH": "/tools"}, volumes=mounts, **options)
    testbed.says(made, "Ready to accept connections")
    return str(made.name)
