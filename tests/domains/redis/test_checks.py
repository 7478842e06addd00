"""Checks: evidence in, one honest judgement out; nothing unseen is ever called well or broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evidence_samples import (
    alter,
    alter_container,
    change,
    down,
    healthy,
    log,
    observed,
    published,
    redis_container,
    retarget,
    talk,
    without_docker,
    worker,
)
from judging import CHECKS, REDIS, find, find_all
from odd_situations import NO_ALARM
from runbooklab.diagnosis import findings
from runbooklab.domain.check import Check
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes import table
from runbooklab.domains.redis.records.conversation import Registrations, SlowCommand, Stage
from runbooklab.domains.redis.standing import GROUNDS
from runbooklab.model.conclusions import Finding, Judgement
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import ContainerLook, Mount
from runbooklab.observe.host.records import Listener
from situations import SITUATIONS

RESTING = {ground.check for ground in GROUNDS}

NAMED = """
    orchestrator-config redis-url config-common-mistakes name-resolution error-text
    port-reachable port-owner wire-protocol tls
    redis-authentication redis-database redis-ping redis-ping-inside redis-ping-orchestrator redis-identity
    redis-role redis-memory redis-clients redis-persistence redis-stats redis-slowlog redis-latency
    redis-read redis-write
    docker-access redis-container redis-container-health redis-container-ports redis-logs container-events
    docker-network redis-process python-client
    worker-registrations worker-details worker-registration-watch
    prevention-preflight prevention-healthcheck prevention-monitoring prevention-pooling
    prevention-persistence
"""

EVERY = SITUATIONS | {f"odd-{name}": build for name, build in NO_ALARM.items()}


def judge(check_id: str, evidence: Evidence) -> Finding:
    return find(check_id, evidence)


def test_every_check_that_runbooks_name_is_in_the_table() -> None:
    """The ids are a contract: runbooks and reports refer to them."""
    assert set(NAMED.split()) == set(CHECKS)
    assert all(check.id == name for name, check in CHECKS.items())


def test_a_check_needs_only_probes_that_exist() -> None:
    """A second run of a cell probes again what its check names."""
    for check in CHECKS.values():
        assert check.needs
        assert {key.name for key in check.needs} <= REDIS.probes.keys(), check.id


@pytest.mark.parametrize("situation", EVERY)
def test_no_check_raises_and_each_says_one_sentence(situation: str) -> None:
    """Whatever the evidence, a finding has a sentence that ends, and no check breaks."""
    for finding in find_all(EVERY[situation](), {}):
        assert "raised" not in finding.summary, finding
        assert finding.summary.endswith((".", "…", "?")) or finding.id == "redis-logs", finding
        assert "\n" not in finding.summary


@pytest.mark.parametrize("reason", ["deadline", "permission", "unreachable", "unsupported", "error"])
@pytest.mark.parametrize("check_id", CHECKS)
def test_what_was_not_observed_is_neither_well_nor_broken(check_id: str, reason: Any) -> None:
    """Without its probes a check is ``unknown`` (or ``skipped`` if it does not apply anyway)."""
    for base in (healthy(), SITUATIONS["container-stopped"](), SITUATIONS["localhost-in-container"]()):
        fields = {key.name.replace("-", "_"): Missing(reason) for key in CHECKS[check_id].needs}
        finding = judge(check_id, change(base, **fields))
        assert finding.status in ("unknown", "skipped"), finding


def test_preflight_of_nothing_is_not_ok() -> None:
    """If no condition applies, none holds: nothing was looked at."""
    assert judge("prevention-preflight", Evidence()).status == "skipped"


def test_a_missing_observation_says_why() -> None:
    """The reason, with the time limit that was passed, stands in the summary."""
    late = judge("redis-ping", healthy(redis=Missing("deadline")))
    assert late.status == "unknown"
    assert "3 seconds" in late.summary
    refused = judge(
        "redis-container", healthy(container=Missing("permission", "the socket may not be opened"))
    )
    assert "the socket may not be opened" in refused.summary


def test_a_check_that_raises_is_unknown() -> None:
    """One broken check never hides what the others found."""

    def broken(evidence: Evidence) -> Judgement:
        raise ZeroDivisionError("oops")

    finding = findings.find(REDIS, Check("x", "X", broken, (table.REDIS,)), healthy(), "s")
    assert (finding.status, finding.section) == ("unknown", "s")
    assert "raised ZeroDivisionError: oops" in finding.summary


def test_a_check_without_a_judgement_is_unknown() -> None:
    """A judge that forgets to return costs its own check alone."""
    forgetful = Check("x", "X", lambda evidence: None, (table.REDIS,))  # type: ignore[arg-type,return-value] # that is the point
    finding = findings.find(REDIS, forgetful, healthy(), "s")
    assert (finding.status, "judge gave NoneType" in finding.summary) == ("unknown", True)


def test_a_finding_takes_the_time_of_its_slowest_probe_and_its_rows_vantage() -> None:
    """Probes run at once, so the slowest one is what a finding took."""
    evidence = healthy(docker=observed("docker", healthy().docker.value, ms=250.0))
    assert judge("docker-access", evidence).duration_ms == 250.0
    assert judge("redis-ping-inside", evidence).vantage == "redis-container"


SEEN: list[tuple[str, str, str, str]] = [
    ("healthy", "redis-ping", "ok", "localhost:6379 answers PING in 0.4 ms"),
    ("healthy", "worker-registrations", "ok", "3 workers registered under worker:*"),
    ("healthy", "port-owner", "ok", "container redis-tts"),
    ("healthy", "redis-identity", "ok", "the run_id is the same"),
    ("healthy", "redis-memory", "ok", "2.0 MiB and has no limit"),
    ("healthy", "redis-container", "ok", "running for 2 hours"),
    ("healthy", "python-client", "ok", "returns True"),
    ("healthy", "error-text", "skipped", "no error text"),
    ("container-stopped", "redis-container", "critical",
     "Redis is stopped: container redis-tts exited 4 minutes ago with code 0."),
    ("container-stopped", "port-reachable", "critical", "refuses the connection"),
    ("container-stopped", "redis-authentication", "skipped", "Not reached"),
    ("container-stopped", "redis-ping-inside", "skipped", "does not run"),
    ("container-stopped", "port-owner", "ok", "Nothing on this host listens on port 6379"),
    ("container-killed", "redis-container", "critical", "SIGKILL"),
    ("container-oom-killed", "redis-container", "critical", "over its limit of 32.0 MiB"),
    ("container-never-started", "redis-container", "critical", "never started"),
    ("container-paused", "redis-container", "critical", "paused"),
    ("container-paused", "redis-ping-inside", "unknown", "the container is paused"),
    ("container-crash-looping", "redis-container", "critical", "restarted 8 times"),
    ("container-missing", "redis-container", "critical", "no container named redis-tts (default)"),
    ("redis-config-invalid", "redis-logs", "critical", "FATAL CONFIG FILE ERROR"),
    ("port-not-published", "redis-container-ports", "critical", "does not publish port 6379"),
    ("port-published-elsewhere", "config-common-mistakes", "critical", "published on 6380"),
    ("port-conflict-process", "port-owner", "critical", "process nc (pid 777), not to container redis-tts"),
    ("port-conflict-container", "port-owner", "critical", "container redis-old"),
    ("wrong-redis-answering", "redis-identity", "critical", "the run_id differs"),
    ("not-redis-on-port", "wire-protocol", "critical", "HTTP/1.0 400"),
    ("bind-loopback-only", "wire-protocol", "critical", "closes it after 0.4 ms"),
    ("bind-loopback-only", "redis-ping-inside", "ok", "PONG"),
    ("config-missing", "orchestrator-config", "critical", "does not exist"),
    ("config-invalid-yaml", "orchestrator-config", "critical", "line 3, column 1"),
    ("config-invalid-yaml", "redis-ping", "skipped", "URL"),
    ("url-scheme-invalid", "redis-url", "critical", "Did you mean redis://localhost:6379?"),
    ("container-name-from-host", "config-common-mistakes", "critical", "only other containers can resolve"),
    ("hostname-unresolvable", "name-resolution", "critical", "redis.invalid is not known"),
    ("localhost-in-container", "redis-ping-orchestrator", "critical", "refuses the connection"),
    ("localhost-in-container", "redis-ping", "ok", "answers PING"),
    ("auth-required", "redis-authentication", "critical", "asks for a password, and the URL has none"),
    ("auth-required", "wire-protocol", "ok", "with the error NOAUTH"),
    ("auth-required", "redis-memory", "skipped", "not reached"),
    ("auth-wrong-credentials", "redis-authentication", "critical", "WRONGPASS"),
    ("loading", "redis-ping", "critical", "LOADING"),
    ("memory-exhausted", "redis-memory", "critical", "refuses writes"),
    ("maxclients-reached", "redis-clients", "critical", "accepts no more clients"),
    ("workers-none-registered", "worker-registrations", "critical", "and 3 should be"),
    ("firewall-drop", "port-reachable", "critical", "packets are dropped"),
    ("network-missing", "docker-network", "warning", "no Docker network named tts-network"),
    ("network-not-shared", "docker-network", "critical", "redis-tts is not on it"),
    ("network-not-shared", "redis-ping", "skipped", "the orchestrator runs in container orchestrator"),
    ("docker-permission-denied", "docker-access", "unknown", "does not let this user in"),
    ("docker-unreachable", "redis-container", "unknown", "Docker could not be asked"),
]  # fmt: skip


@pytest.mark.parametrize(("situation", "check_id", "status", "words"), SEEN)
def test_a_situation_shows_in_its_check(situation: str, check_id: str, status: str, words: str) -> None:
    """The status and the telling words of a check in a known situation."""
    finding = judge(check_id, SITUATIONS[situation]())
    assert finding.status == status, finding
    assert words in finding.summary


@pytest.mark.parametrize("situation", NO_ALARM)
def test_what_is_odd_but_healthy_raises_no_alarm(situation: str) -> None:
    """Nothing critical, and a warning at most where prevention is audited."""
    for finding in find_all(NO_ALARM[situation](), {}):
        assert finding.status != "critical", finding
        assert finding.status != "warning" or finding.id not in RESTING, finding


@pytest.mark.parametrize("situation", EVERY)
def test_prevention_is_never_more_than_a_warning(situation: str) -> None:
    """An audit says what could be better, not what is broken."""
    audits = [finding for finding in find_all(EVERY[situation](), {}) if finding.id.startswith("prevention-")]
    assert len(audits) == 5
    assert all(finding.status != "critical" for finding in audits)
    assert not any(finding.id in RESTING for finding in audits)


@pytest.mark.parametrize(
    ("test", "status"),
    [
        ((), "warning"),
        (("NONE",), "warning"),
        (("CMD", "redis-cli", "ping"), "warning"),
        (("CMD-SHELL", "/usr/local/bin/redis-cli ping || exit 1"), "warning"),
        (("CMD", "redis-cli", "-e", "ping"), "ok"),
        (("CMD-SHELL", "redis-cli ping | grep -q PONG"), "ok"),
        (("CMD", "/healthcheck.sh"), "ok"),
    ],
)
def test_a_health_check_must_be_able_to_fail(test: tuple[str, ...], status: str) -> None:
    """``redis-cli ping`` ends with status 0 on NOAUTH too, so on its own it proves nothing."""
    assert judge("prevention-healthcheck", alter_container(healthy(), health_test=test)).status == status


def test_monitoring_says_what_cannot_be_seen() -> None:
    """Whether a person or a service watches from outside is not visible to us, and we say so."""
    watched = alter_container(healthy(), health_test=("CMD", "x"), restart_policy="always")
    assert judge("prevention-monitoring", watched).status == "ok"
    alone = judge("prevention-monitoring", alter_container(healthy(), restart_policy="no"))
    assert alone.status == "warning"
    assert "cannot be seen here" in alone.summary


@pytest.mark.parametrize(
    ("pool", "maxclients", "status"),
    [(10, "10000", "ok"), (None, "10000", "warning"), (100, "50", "warning")],
)
def test_a_pool_must_fit_what_redis_allows(pool: int | None, maxclients: str, status: str) -> None:
    """The configured pool is held against maxclients and the clients there are."""
    evidence = alter(healthy(redis=talk({"maxclients": maxclients})), "config", connection_pool_size=pool)
    assert judge("prevention-pooling", evidence).status == status


@pytest.mark.parametrize(
    ("info", "settings", "volume", "status"),
    [
        ({}, {}, False, "warning"),
        ({}, {}, True, "ok"),
        ({"aof_enabled": "1"}, {"save": ""}, True, "ok"),
        ({"aof_enabled": "0"}, {"save": ""}, True, "warning"),
    ],
)
def test_persistence_needs_saving_and_a_volume(
    info: dict[str, str], settings: dict[str, str], volume: bool, status: str
) -> None:
    """Data outlives the container only if Redis saves it, and to a volume."""
    mounts = (Mount("volume", "redis-data", "/data"),) if volume else ()
    evidence = alter_container(healthy(redis=talk(info, settings)), mounts=mounts)
    assert judge("prevention-persistence", evidence).status == status


def test_a_password_that_nobody_asks_for_is_a_warning() -> None:
    """An open server with a password in the URL works, and is not what anyone meant."""
    with_password = alter(healthy(), "address", has_password=True)
    opened = alter(with_password, "redis", without_credentials=Stage("ping", "ok"))
    assert judge("redis-authentication", opened).status == "warning"
    closed = alter(with_password, "redis", without_credentials=Stage("ping", "error", code="NOAUTH"))
    assert judge("redis-authentication", closed).status == "ok"


@pytest.mark.parametrize(
    ("used", "limit", "policy", "status"),
    [
        (83, 100, "noeviction", "ok"),
        (96, 100, "noeviction", "warning"),
        (100, 100, "noeviction", "critical"),
        (100, 100, "allkeys-lru", "ok"),
        (100, 0, "noeviction", "ok"),
    ],
)
def test_memory_is_judged_by_what_redis_will_do_when_it_is_full(
    used: int, limit: int, policy: str, status: str
) -> None:
    """Full is only bad if the policy refuses writes."""
    info = {"used_memory": str(used), "maxmemory": str(limit), "maxmemory_policy": policy}
    assert judge("redis-memory", healthy(redis=talk(info, {"maxmemory": str(limit)}))).status == status


def test_a_reader_is_not_told_that_it_cannot_write() -> None:
    """A replica by design, or a full Redis, is well for an orchestrator that only reads."""
    replica = healthy(
        redis=talk({"role": "slave", "master_host": "db1", "master_port": "6379"}, role=("slave",))
    )
    assert judge("redis-role", replica).status == "critical"
    assert judge("redis-role", retarget(replica, needs_write=False)).status == "ok"
    assert judge("redis-memory", retarget(SITUATIONS["memory-exhausted"](), needs_write=False)).status == "ok"


def test_fewer_workers_than_expected_is_a_warning_and_an_unfinished_scan_unknown() -> None:
    """A count is only called wrong if the whole database was read."""
    assert judge("worker-registrations", retarget(healthy(), expected_workers=4)).status == "warning"
    part = retarget(alter(healthy(), "registrations", complete=False), expected_workers=4)
    assert judge("worker-registrations", part).status == "unknown"


def test_a_registration_that_leads_nowhere_shows_in_its_details() -> None:
    """The worker is named with the address at which nothing answers."""
    lost = worker(1, address_answers=False)
    finding = judge("worker-details", healthy(registrations=Registrations("worker:*", 0, (worker(), lost))))
    assert finding.status == "critical"
    assert "worker:tts-worker-1" in finding.summary
    assert "172.18.0.11:50051" in finding.summary


def test_registrations_that_come_and_go_are_seen() -> None:
    """A key that is gone in the second reading is named."""
    flapping = alter(healthy(), "registrations", gone=("worker:tts-worker-9",))
    assert judge("worker-registration-watch", flapping).status == "critical"
    renewed = alter(healthy(), "registrations", changed=("worker:tts-worker-0",))
    assert judge("worker-registration-watch", renewed).status == "ok"


def test_old_errors_do_not_count_once_redis_is_ready_again() -> None:
    """Only what the log says after the last "ready" is trouble now."""
    bad, ready = ("# Out of memory", "oom", "error"), ("* Ready to accept connections", "ready", "notice")
    assert judge("redis-logs", healthy(logs=log(bad, ready))).status == "ok"
    assert judge("redis-logs", healthy(logs=log(ready, bad))).status == "warning"
    assert judge("redis-logs", change(down(), logs=log(bad))).status == "critical"


def test_the_slowest_command_is_named() -> None:
    """A command of 100 ms or more holds up every client, and is a warning."""
    slow = SlowCommand(1, "2026-03-01T11:59:00.000Z", 250_000, "KEYS *")
    finding = judge("redis-slowlog", healthy(redis=talk(slow_commands=(slow,))))
    assert finding.status == "warning"
    assert "250 ms, 1 minute ago: KEYS *" in finding.summary


@pytest.mark.parametrize(
    ("build", "status"),
    [
        (lambda: without_docker(), "unknown"),
        (lambda: retarget(without_docker(), redis_container=""), "skipped"),
        (
            lambda: without_docker(
                listeners=alter(
                    healthy(),
                    "listeners",
                    listeners=(Listener("127.0.0.1", 6379, pid=9, process="redis-server"),),
                ).listeners
            ),
            "skipped",
        ),
    ],
)
def test_docker_matters_only_where_redis_is_in_it(build: Callable[[], Evidence], status: str) -> None:
    """Redis as a process of this host, or with no container named, needs no Docker."""
    assert judge("redis-container", build()).status == status


def test_a_compose_generated_name_that_serves_the_port_is_well() -> None:
    """The container is found by the port it serves if none has the name."""
    other = redis_container(name="proj-redis-1", ports=(published(),))
    evidence = healthy(container=ContainerLook("redis-tts", None, others=(other,)))
    finding = judge("redis-container", evidence)
    assert finding.status == "ok"
    assert "proj-redis-1" in finding.summary


@pytest.mark.parametrize("check", ["redis-clients", "redis-stats"])
@pytest.mark.parametrize(
    ("rejected", "up_s", "status"),
    [("9", "299", "warning"), ("9", "1036800", "ok"), ("9", "", "ok"), ("0", "299", "ok")],
)
def test_rejected_connections_are_a_warning_only_if_they_must_be_recent(
    check: str, rejected: str, up_s: str, status: str
) -> None:
    """A server of minutes has rejected them within minutes; of an old one's counter nobody knows when."""
    evidence = healthy(redis=talk({"rejected_connections": rejected, "uptime_in_seconds": up_s}))
    judged = CHECKS[check].judge(evidence)
    assert judged.status == status
    assert ("12 days" in judged.summary) == (up_s == "1036800")
