"""The Docker side without an engine: what may be sent, and how answers become records."""

from __future__ import annotations

import json
import re

import pytest

from judging import REDIS
from runbooklab.apply.apply import Consent, Required, apply
from runbooklab.domains.container.probes.logs import log_lines, severity
from runbooklab.domains.redis.probes.inside import reply_code
from runbooklab.domains.redis.probes.logs import READER
from runbooklab.domains.redis.probes.redis_cli import REDIS_CLI
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.guard import allowed
from runbooklab.observe.docker.record import brief_record, container_record
from runbooklab.observe.host.namespace import parse_listeners
from runbooklab.redaction import Vault


def _exec(*words: str, **more: object) -> bytes:
    return json.dumps({"Cmd": list(words), **more}).encode()


@pytest.mark.parametrize(
    "words",
    [
        ("redis-cli", "ping"),
        ("timeout", "2", "redis-cli", "-p", "6379", "--no-auth-warning", "ping"),
        (
            "timeout",
            "2",
            "redis-cli",
            "-h",
            "redis",
            "-p",
            "6379",
            "--user",
            "app",
            "--no-auth-warning",
            "ping",
        ),
        ("redis-cli", "-p", "6380", "--tls", "--insecure", "--no-auth-warning", "info"),
        ("getent", "hosts", "redis"),
        ("cat", "/proc/net/tcp6"),
    ],
)
def test_an_exec_that_only_reads_may_be_created(words: tuple[str, ...]) -> None:
    """The closed list holds exactly what probes need."""
    assert allowed("POST", "/containers/redis-tts/exec", _exec(*words), tool=REDIS_CLI)


@pytest.mark.parametrize(
    "words",
    [
        ("sh", "-c", "redis-cli ping"),
        ("redis-cli", "flushall"),
        ("redis-cli", "config", "set", "maxmemory", "1"),
        ("redis-cli", "config", "get", "requirepass"),
        ("redis-cli", "-a", "secret", "ping"),
        ("redis-cli", "-h", "a b", "ping"),
        ("redis-cli", "-h", "$(reboot)", "ping"),
        ("redis-cli", "ping", "ping"),
        ("cat", "/etc/shadow"),
        ("cat", "/proc/net/tcp", "/etc/shadow"),
        ("getent", "hosts", "a;b"),
        (),
    ],
)
def test_any_other_exec_is_refused(words: tuple[str, ...]) -> None:
    """A shell, a write, a password on the command line or one word too many: not sent."""
    assert not allowed("POST", "/containers/redis-tts/exec", _exec(*words), tool=REDIS_CLI)


def test_a_privileged_exec_is_refused_whatever_it_runs() -> None:
    """The command line alone does not make an exec harmless."""
    assert not allowed(
        "POST", "/containers/redis-tts/exec", _exec("redis-cli", "ping", Privileged=True), tool=REDIS_CLI
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/containers/redis-tts/start"),
        ("POST", "/containers/create"),
        ("DELETE", "/containers/redis-tts"),
        ("PUT", "/containers/redis-tts/archive"),
        ("POST", "/networks/create"),
        ("POST", "/containers/x/exec/start"),
        ("HEAD", "/containers/redis-tts/archive"),
    ],
)
def test_requests_that_change_something_are_refused(method: str, path: str) -> None:
    """Only GET, and creating and starting an allowed exec, leave the client."""
    assert not allowed(method, path, b"{}")


def test_a_containers_record_holds_names_of_variables_and_no_secret() -> None:
    """Passwords in variables, command lines and health tests go to the vault, not into the record."""
    vault = Vault()
    record = container_record(
        {
            "Name": "/redis-tts",
            "Id": "0123456789abcdef",
            "Path": "redis-server",
            "Args": ["--requirepass", "correcthorse42"],
            "State": {
                "Status": "exited",
                "ExitCode": 137,
                "OOMKilled": True,
                "FinishedAt": "0001-01-01T00:00:00Z",
            },
            "Config": {
                "Env": ["REDIS_PASSWORD=batterystaple7", "PATH=/usr/bin"],
                "Healthcheck": {"Test": ["CMD", "redis-cli", "-a", "correcthorse42", "ping"]},
            },
            "HostConfig": {"PortBindings": {"6379/tcp": [{"HostIp": "", "HostPort": "6380"}]}},
            "NetworkSettings": {"Ports": {"6379/tcp": None}},
        },
        vault,
        lambda _: None,
        re.compile("REDIS"),
    )
    assert "correcthorse42" not in repr(record)
    assert record.environment.keys() == {"REDIS_PASSWORD"}
    assert "batterystaple7" not in repr(record)
    assert record.environment_names == ("REDIS_PASSWORD", "PATH")
    assert vault.reveal(record.command[2]) == "correcthorse42"
    assert (record.state, record.exit_code, record.oom_killed, record.finished_at) == (
        "exited",
        137,
        True,
        "",
    )
    assert [(port.host_ip, port.host_port) for port in record.ports_asked] == [("0.0.0.0", 6380)]
    assert [(port.container_port, port.host_port) for port in record.ports] == [(6379, None)]


def test_log_lines_keep_their_level_and_known_lines_get_a_name() -> None:
    """Redis marks levels by a character; a warning that speaks of a failure is an error."""
    data = (
        b"2026-11-22T21:38:09.036123456Z 1:M 22 Nov 2026 21:38:09.040 * Ready to accept connections\n"
        b"2026-11-22T21:38:10.000000001Z 1:M 22 Nov 2026 21:38:10.000 # Failed opening the RDB file\n"
        b"\n"
        b"2026-11-22T21:38:11Z \x1b[31mred\x1b[0m \xff\n"
    )
    ready, failed, odd = log_lines(data, Vault(), reader=READER)
    assert (ready.at, ready.severity, ready.known) == ("2026-11-22T21:38:09.036Z", "notice", "ready")
    assert failed.severity == "error"
    assert "\x1b" not in odd.text


def test_a_line_of_any_length_is_shown_up_to_its_bound() -> None:
    """A secret in the part that is shown is found first, and what is cut stays cut."""
    (line,) = log_lines(b"redis://:correcthorse42@db " + b"x" * 10_000, Vault())
    assert len(line.text) == 1000
    assert "correcthorse42" not in line.text


def test_lines_of_other_programs_are_judged_by_their_words() -> None:
    """A shell's or the kernel's complaint in the log is an error, plain chatter is not."""
    assert severity("sh: cannot open /etc/redis.conf: Permission denied") == "error"
    assert severity("hello") == "info"


def test_listeners_are_read_from_the_kernels_table() -> None:
    """Addresses stand in machine byte order; only listening rows count; the receive queue is the backlog."""
    table = (
        "  sl  local_address rem_address   st tx_queue rx_queue\n"
        "   0: 0100007F:18EB 00000000:0000 0A 00000000:00000003 00:00000000 00000000\n"
        "   1: 020011AC:18EB 010011AC:D431 01 00000000:00000000 00:00000000 00000000\n"
        "   2: 00000000000000000000000000000000:18EB 0:0 0A 00000000:00000000 00\n"
        "   3: broken\n"
    )
    found = list(parse_listeners(table))
    assert [(listener.address, listener.port, listener.backlog) for listener in found] == [
        ("127.0.0.1", 6379, 3),
        ("::", 6379, 0),
    ]


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("PONG\n", "PONG"),
        ("(error) NOAUTH Authentication required.\n", "NOAUTH"),
        ("LOADING Redis is loading the dataset in memory\n", "LOADING"),
        ("Could not connect to Redis at 127.0.0.1:6379: Connection refused\n", ""),
        ("Could not connect to Redis at redis:6379: Name or service not known\n", ""),
        ("AUTH failed: WRONGPASS invalid username-password pair\nPONG\n", "PONG"),
        ("", ""),
    ],
)
def test_what_redis_cli_prints_is_reduced_to_the_servers_code(output: str, code: str) -> None:
    """redis-cli exits 0 on server errors, so its output is what counts."""
    assert reply_code(output) == code


def _plan(*commands: str, **more: bool) -> RemedyPlan:
    return RemedyPlan(
        "some-remedy", "Do it", commands, "something", "low", appliable=more.pop("appliable", True), **more
    )


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "docker rm redis-tts",
        "docker start --attach redis-tts",
        "docker exec redis-tts sh -c reboot",
        "docker exec redis-tts redis-cli DEBUG SEGFAULT",
        "redis-cli -h localhost SET a b",
        "redis-cli -h localhost CONFIG SETX a b",
        "",
    ],
)
def test_a_command_outside_the_table_is_refused_and_says_so(command: str) -> None:
    """Applying never runs what it does not know; the act stands in the audit trail as refused."""
    (act,) = apply(_plan(command), Required(""), Consent(), REDIS.verbs, Vault())
    assert act.outcome == "refused"


def test_a_destructive_remedy_needs_the_targets_name() -> None:
    """Without the name typed nothing is tried."""
    plan = _plan("docker rm -f redis-tts", destructive=True)
    (act,) = apply(plan, Required("redis-tts"), Consent("redis"), REDIS.verbs, Vault())
    assert act.outcome == "refused"
    assert "redis-tts" in act.output


def test_an_entry_of_the_list_makes_a_record_without_an_inspection() -> None:
    """Name, state, ports and addresses are in it; what is not in it stays empty."""
    record = brief_record(
        {
            "Id": "0123456789abcdef",
            "Names": ["/other-service"],
            "Image": "redis:7",
            "State": "running",
            "Ports": [{"IP": "0.0.0.0", "PrivatePort": 6379, "PublicPort": 6380, "Type": "tcp"}],
            "NetworkSettings": {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}},
        }
    )
    assert (record.name, record.id, record.state) == ("other-service", "0123456789ab", "running")
    assert [(mapping.host_port, mapping.container_port) for mapping in record.ports] == [(6380, 6379)]
    assert [network.ip for network in record.networks] == ["172.17.0.2"]
    assert brief_record({}).name == ""
