"""The command of each check: what a person types on this very target to see the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from cause_samples import VARIANTS
from evidence_samples import address, alter_container, change, healthy, published, retarget, talk, worker
from odd_situations import NO_ALARM, redis_on_host
from runbooklab.diagnosis.findings import find, find_all
from runbooklab.domain.rules import Rules
from runbooklab.domains.address.records import ConfigFile
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations
from runbooklab.observe.host.records import ContainerProcess, HostListeners, Listener
from situations import SITUATIONS

#: Those of Redis, and those that it sees more closely.
RULES = Rules.of(("container", "address", "endpoint", "redis"))
SAMPLES: dict[str, Callable[[], Evidence]] = VARIANTS | SITUATIONS | NO_ALARM
#: Checks without a command: there is nothing to look at but what was pasted.
NONE = {"error-text"}
#: Checks that leave nothing to type on some targets: one that speaks no TLS, one whose URL was a parameter.
SOMETIMES_NONE = {"tls", "orchestrator-config", "redis-url", "config-common-mistakes", "name-resolution"}
URL = "redis://:***secret-1a2b3c4d***@localhost:17400/2"
#: What a printed command may do: none of it changes anything.
READS = re.compile(
    r"""(:\ "\$\{\w+:\?[^}"]*\}"\ &&\ )?          # a guard that asks for a secret
    ( docker\ (info|ps|port|logs|top|events|inspect|network\ (ls|inspect)|exec|context\ ls)
    | redis-cli | nc | getent | grep | ls | printf | openssl | python3\ -c | runbook\ (preflight|run)
    | sudo\ (lsof|--preserve-env=REDISCLI_AUTH\ nsenter) )\b.*""",
    re.VERBOSE,
)
WRITES = {"SET", "DEL", "FLUSHALL", "CONFIG", "KEYS", "MONITOR", "SHUTDOWN", "restart", "rm", "stop", "start"}


def commands(e: Evidence) -> dict[str, str]:
    return {finding.id: finding.command for finding in find_all(RULES, e, {})}


def on_port(e: Evidence, port: int = 17400, **url: object) -> Evidence:
    """``e`` with its URL at another port of this host."""
    return change(
        e,
        address=address(f"redis://localhost:{port}", port=port, **url),
        listeners=HostListeners(port, (Listener("127.0.0.1", port, pid=999, process="redis-server"),)),
    )


def on_other_ports() -> Evidence:
    """A container with Redis on port 7000, published on port 17400."""
    ports = (published(7000, 17400),)
    inside = Listener("0.0.0.0", 7000, pid=4242, process="redis-server")
    e = alter_container(on_port(healthy()), ports=ports, ports_asked=ports)
    return change(e, process=ContainerProcess(4242, "redis-server", "S", 100, 101, (inside,)))


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_command_is_one_line_that_only_reads(sample: str) -> None:
    """On every target, each check's command is one line for a shell, holds no secret and changes nothing."""
    for check, line in commands(SAMPLES[sample]()).items():
        if line or check not in NONE | SOMETIMES_NONE:
            assert READS.fullmatch(line), f"{check}: {line!r}"
            assert not WRITES & set(shlex.split(line)), line
            assert "***" not in line
            assert "\n" not in line


def test_each_check_has_a_command() -> None:
    """Every check of every domain says how to see the same by hand, except the one of a pasted text."""
    assert {check.id for check in RULES.checks.values() if check.command is None} == NONE


@pytest.mark.parametrize("e", [on_other_ports(), on_port(redis_on_host())], ids=["container", "host"])
def test_a_command_names_the_ports_of_the_target(e: Evidence) -> None:
    """Nothing says 6379 to a person whose Redis is at another port."""
    said = commands(e)
    assert not any("6379" in line for line in said.values()), said
    assert said["redis-ping"] == "redis-cli -h localhost -p 17400 ping"
    assert said["port-reachable"] == "nc -zv -w 3 localhost 17400"


def test_in_the_container_its_own_port_is_named() -> None:
    """The port inside may be another one than that of the URL."""
    said = commands(on_other_ports())
    assert said["redis-ping-inside"] == "docker exec redis-tts redis-cli -p 7000 ping"
    assert said["redis-memory"] == "docker exec redis-tts redis-cli -p 7000 INFO memory"


def test_a_password_is_asked_for_and_never_printed() -> None:
    """It comes from a variable, and a shell without it says so instead of asking Redis without one."""
    e = change(on_port(healthy()), address=address(URL, port=17400, has_password=True, db=2, db_in_url=2))
    said = commands(e)
    guard = ': "${REDISCLI_AUTH:?export the password first}" && '
    assert said["redis-ping"] == f"{guard}redis-cli -h localhost -p 17400 ping"
    assert said["redis-role"] == f"{guard}docker exec -e REDISCLI_AUTH redis-tts redis-cli ROLE"
    assert 'os.environ["REDIS_URL"]' in said["python-client"]


def test_the_database_is_that_of_the_url() -> None:
    """Keys are looked for in the database in which the service has them."""
    said = commands(change(healthy(), address=address("redis://localhost:6379/2", db=2, db_in_url=2)))
    assert said["worker-registrations"] == "docker exec redis-tts redis-cli -n 2 --scan --pattern 'worker:*'"
    assert said["redis-database"] == "redis-cli -h localhost -p 6379 -n 2 DBSIZE"


def test_without_a_container_the_list_of_all_is_shown() -> None:
    """There is no name to fill in: the person sees which containers there are."""
    said = commands(redis_on_host())
    assert {said[check] for check in ("redis-logs", "redis-process", "redis-ping-inside")} == {
        "docker ps --all"
    }
    assert said["docker-network"] == "docker network ls"
    assert said["redis-memory"] == "redis-cli -h localhost -p 6379 INFO memory"


def test_a_server_is_asked_by_url_if_the_container_is_another() -> None:
    """INFO of the container's Redis would say nothing of the one that answers at the URL."""
    said = commands(healthy(redis=talk({"run_id": "b" * 40})))
    assert said["redis-memory"] == "redis-cli -h localhost -p 6379 INFO memory"


def test_a_registration_is_read_by_its_type() -> None:
    """A hash by HGETALL, a text by GET; one with a problem comes before the others."""
    odd = worker(1, key="worker:my box", type="hash", problem="payload-invalid")
    said = commands(healthy(registrations=Registrations("worker:*", 0, (worker(0), odd), scanned=2)))
    assert said["worker-details"] == "docker exec redis-tts redis-cli HGETALL 'worker:my box'"
    assert commands(healthy())["worker-details"].endswith("GET worker:tts-worker-0")


def test_what_decides_on_writes_is_shown_instead_of_a_write() -> None:
    """A pasted SET might change something; INFO says why Redis refuses one."""
    full = healthy(redis=talk(can_write="no", why_not_write="OOM"))
    assert commands(full)["redis-write"].endswith("INFO memory")
    assert commands(healthy())["redis-write"].endswith("INFO replication")


def test_a_configuration_that_is_not_there_is_looked_for() -> None:
    """grep would only say that there is no such file."""
    missing = ConfigFile("my configs/app.yaml", problem="missing")
    assert commands(healthy(config=missing))["orchestrator-config"] == "ls -l 'my configs/app.yaml'"


def test_a_url_that_was_a_parameter_is_in_no_file() -> None:
    """Then the file shows nothing of it, and the name is looked up instead."""
    said = commands(retarget(healthy(), redis_url="redis://localhost:6379"))
    assert said["redis-url"] == ""
    assert said["config-common-mistakes"] == "getent ahosts localhost"


def test_a_finding_stands_without_its_command() -> None:
    """A function that raises costs the command, and not the finding."""

    def broken(e: Evidence) -> str:
        raise KeyError("gone")

    check = replace(RULES.checks["redis-role"], command=broken)
    finding = find(RULES, check, healthy(), "s")
    assert (finding.status, finding.command) == ("ok", "")
