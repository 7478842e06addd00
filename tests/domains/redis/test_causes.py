"""The catalogue of causes: each is named on its own variants, and nothing else is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cause_samples import VARIANTS, orchestrated, said, slow_command
from evidence_samples import (
    NOW,
    TWO_HOURS_AGO,
    address,
    alter,
    alter_container,
    attempt,
    change,
    down,
    event,
    healthy,
    redis_container,
    refused,
    retarget,
    talk,
    without_docker,
)
from judging import CATALOGUE, judge_causes
from odd_situations import NO_ALARM
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import JudgedCause
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.observe.host.records import HostListeners, Listener
from situations import SITUATIONS, container_missing, hostname_unresolvable

#: What is supported beside the cause itself: what has to be fixed next, or what follows from it.
BESIDE: dict[str, set[str]] = {
    "redis-config-not-mounted/and-so-without-its-password": {"protected-mode"},
    "network-not-shared/orchestrator-stopped": {"orchestrator-stopped"},
    "network-none": {"port-not-published"},
    "network-none/orchestrator": {"network-not-shared"},
    "redis-on-host-network/mapping-ignored": {"redis-port-mismatch"},
    "redis-config-invalid": {"container-crash-looping"},
    "redis-data-corrupt/part-missing": {"container-crash-looping"},
    "container-oom-killed/wrapper-lives-on": {"redis-not-running-in-container"},
    "container-oom-killed/again-and-again": {"container-crash-looping"},
    "container-crash-looping/config": {"redis-start-failed"},
    "container-stopped/wrong-port-too": {"port-published-elsewhere"},
    "port-conflict-process": {"silent-listener-on-port"},
    "port-conflict-container": {"wrong-redis-answering"},
    "not-redis-on-port": {"container-stopped"},
    "stale-docker-proxy": {"container-stopped"},
    "container-name-from-host/docker-unseen": {"docker-unreachable"},
    "db-mismatch/after-a-flush": {"registrations-flushed"},
    "worker-key-prefix/after-a-flush-and-an-expiry": {"registrations-flushed", "worker-registration-expired"},
    "keys-evicted/after-a-restart": {"workers-none-registered", "registrations-lost-on-restart"},
    "keys-evicted": {"workers-none-registered"},
    "replica-read-only/without-its-master": {"replica-link-down"},
    "replica-link-down/of-redis-6": {"replica-read-only"},
    "worker-registration-expired": {"workers-none-registered"},
    "registrations-flushed": {"workers-none-registered"},
    "registrations-lost-on-restart": {"workers-none-registered"},
}


def supported(e: Evidence) -> list[JudgedCause]:
    return [cause for cause in judge_causes(e) if cause.state == "supported"]


def ids(e: Evidence) -> list[str]:
    return [cause.id for cause in supported(e)]


def state(e: Evidence, cause_id: str) -> str:
    return next(cause.state for cause in judge_causes(e) if cause.id == cause_id)


def test_every_cause_has_a_face() -> None:
    """The samples show every row of the catalogue."""
    assert {name.partition("/")[0] for name in VARIANTS} == {cause.id for cause in CATALOGUE}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_cause_is_named_on_its_face(name: str) -> None:
    """The cause is primary, proven by words, and nothing is supported that does not belong to it."""
    cause_id = name.partition("/")[0]
    first, *rest = supported(VARIANTS[name]())
    assert first.id == cause_id
    assert first.primary
    assert first.proof.endswith((".", '."'))
    assert first.summary.endswith(".")
    assert 0 < first.confidence < 1
    assert first.because
    assert {cause.id for cause in rest} == BESIDE.get(name, set())
    assert not any(cause.primary for cause in rest)


@pytest.mark.parametrize("name", VARIANTS)
def test_no_judge_fails(name: str) -> None:
    """Every cause is judged on every variant: no judge meets evidence that it cannot read."""
    assert [
        cause.reason for cause in judge_causes(VARIANTS[name]()) if "could not be judged" in cause.reason
    ] == []


@pytest.mark.parametrize("name", NO_ALARM)
def test_what_is_odd_but_healthy_raises_no_alarm(name: str) -> None:
    """Unusual targets that work support no cause."""
    assert ids(NO_ALARM[name]()) == []


@pytest.mark.parametrize(
    ("name", "not_this"),
    [
        ("container-killed", "container-oom-killed"),
        ("container-oom-killed", "container-killed"),
        ("container-stopped", "redis-daemonized"),
        ("redis-daemonized", "container-stopped"),
        ("container-never-started", "port-conflict-process"),
        ("port-conflict-process", "port-conflict-container"),
        ("port-conflict-container", "port-conflict-process"),
        ("redis-port-mismatch", "bind-loopback-only"),
        ("bind-loopback-only", "redis-port-mismatch"),
        ("bind-loopback-only", "firewall-reject"),
        ("plain-to-tls-port", "redis-not-running-in-container"),
        ("container-paused", "redis-frozen"),
        ("redis-frozen", "clients-paused"),
        ("clients-paused", "firewall-drop"),
        ("firewall-drop/behind-the-proxy", "clients-paused"),
        ("port-not-published", "network-internal"),
        ("network-detached", "port-not-published"),
        ("network-internal", "port-not-published"),
        ("firewall-reject", "port-not-published"),
        ("container-name-from-host", "hostname-unresolvable"),
        ("network-not-shared", "hostname-unresolvable"),
        ("dns-broken", "hostname-unresolvable"),
        ("network-isolated", "firewall-drop"),
        ("auth-required", "auth-wrong-credentials"),
        ("url-password-as-username", "auth-required"),
        ("url-password-as-username", "auth-wrong-credentials"),
        ("tls-to-plain-port/hangs", "container-paused"),
        ("redis-data-newer", "redis-data-corrupt"),
        ("cluster-needs-db0", "db-out-of-range"),
        ("worker-ttl-too-short", "worker-registration-expired"),
        ("worker-clock-skew", "worker-heartbeat-stale"),
        ("path-latency", "slow-commands"),
    ],
)
def test_look_alikes_are_ruled_out(name: str, not_this: str) -> None:
    """The nearest look-alike is ruled out with a reason, and does not merely rank lower."""
    judged = next(cause for cause in judge_causes(VARIANTS[name]()) if cause.id == not_this)
    assert judged.state == "ruled-out"
    assert judged.reason


# --- which one comes first -----------------------------------------------------------------------


def test_a_wrong_name_comes_before_a_stopped_container() -> None:
    """Two causes at once: both are supported, the one on the lower rung first."""
    wrong = hostname_unresolvable("redis.invalid")
    both = change(
        down(exit_code=0),
        **{f: getattr(wrong, f) for f in ("address", "name", "tcp", "first_bytes", "redis")},
    )
    assert ids(both) == ["hostname-unresolvable", "container-stopped"]


def test_a_stopped_container_comes_before_full_memory() -> None:
    """What cannot be seen behind a failure is not supported."""
    assert state(down(exit_code=0), "memory-exhausted") == "untested"


def test_a_wrong_password_comes_before_a_full_memory() -> None:
    """INFO from inside the container shows the second cause all the same."""
    wrong = SITUATIONS["auth-wrong-credentials"]()
    assert wrong.inside.value is not None
    full = {"used_memory": "100", "maxmemory": "100", "maxmemory_policy": "noeviction"}
    both = change(wrong, inside=replace(wrong.inside.value, info=full))
    assert ids(both) == ["auth-wrong-credentials", "memory-exhausted"]


def test_a_consequence_names_its_cause() -> None:
    """A restart loop is the consequence of the mistake that ends Redis each time."""
    root, loop = supported(VARIANTS["redis-config-invalid"]())
    assert (root.consequence_of, loop.consequence_of) == ("", "redis-config-invalid")


def test_access_to_docker_is_never_the_first_cause_beside_another() -> None:
    """It explains missing evidence, so it comes last however sure it is."""
    assert ids(without_docker(redis=SITUATIONS["auth-required"]().redis))[-1] == "docker-unreachable"


def test_redis_refused_and_docker_unseen() -> None:
    """The sentence on top says both: Redis cannot be reached, and Docker could not say why."""
    dark = without_docker("unresponsive")
    blind = refused(
        **{f: getattr(dark, f) for f in ("docker", "container", "network", "process", "inside", "logs")}
    )
    (only,) = supported(blind)
    assert only.id == "docker-unresponsive"
    assert only.severity == "warning"
    assert "is refused" in only.summary
    assert "does not answer" in only.summary


# --- a loop is seen at different moments ------------------------------------------------------------

ENDS = tuple(event("die", f"2026-03-01T11:59:{second}.000Z", exitCode="1") for second in (41, 47, 55))


def test_a_loop_shows_in_the_events_where_the_engine_says_no_more() -> None:
    """While the engine starts a container it does not answer for it: its events do."""
    unseen = change(refused(), container=Missing("deadline"), process=Missing("deadline"), events=ENDS)
    assert ids(unseen) == ["container-crash-looping"]


def test_a_loop_is_a_loop_though_redis_answers_for_a_moment() -> None:
    """PONG and a restart between two samples: it is up for moments only."""
    assert ids(alter(healthy(), "container", restart_count_later=1)) == ["container-crash-looping"]


def test_what_comes_and_goes_in_a_loop_is_no_firewall() -> None:
    """A listener that was there a moment after the refusal proves nothing."""
    caught = change(VARIANTS["redis-config-invalid"](), listeners=healthy().listeners)
    assert ids(caught) == ["redis-config-invalid", "container-crash-looping"]
    assert state(caught, "firewall-reject") == state(caught, "stale-docker-proxy") == "untested"


# --- what is no proof ------------------------------------------------------------------------------


def test_a_container_has_no_part_in_another_machine() -> None:
    """The named container is missing, and the URL leads elsewhere: that is not why it is refused."""
    far = change(
        container_missing(), address=address("redis://10.9.8.7:6379", host="10.9.8.7"),
        tcp=(attempt("refused", ip="10.9.8.7"),),
    )  # fmt: skip
    assert state(far, "container-missing") == "ruled-out"


def test_a_missing_container_does_not_matter_where_redis_answers() -> None:
    """Redis on the host without a container, or under a name that Compose made up."""
    look = ContainerLook(
        "redis-tts", None, others=(redis_container(name="shop-redis-1"),), names=("shop-redis-1",)
    )
    assert ids(healthy(container=look)) == []


def test_a_leftover_kill_is_no_alarm_while_redis_answers() -> None:
    """One old restart after a kill is history."""
    assert (
        ids(change(alter_container(healthy(), restart_count=1), events=(event("oom", TWO_HOURS_AGO),))) == []
    )


def test_unreadable_registrations_are_no_missing_workers() -> None:
    """Where registrations may not be looked for, that is the cause, and nothing is said of workers."""
    unread = retarget(healthy(registrations=Missing("permission", "NOPERM")), expected_workers=2)
    assert ids(unread) == ["acl-permission-denied"]
    assert state(unread, "workers-none-registered") == "untested"


def test_no_workers_where_none_are_expected() -> None:
    """Keys that look like registrations are no alarm then."""
    assert ids(retarget(VARIANTS["worker-key-prefix"](), expected_workers=0)) == []


def test_an_old_slow_command_is_history() -> None:
    """The slow log keeps entries for weeks."""
    assert ids(slow_command(TWO_HOURS_AGO)) == []


def test_an_old_server_without_hello_is_healthy() -> None:
    """Redis 5 has no HELLO and answers with protocol 2."""
    assert ids(healthy(redis=talk({"redis_version": "5.0.14"}, hello="ERR", denied={"ACL": "ERR"}))) == []


def test_a_client_in_a_container_judges_from_there() -> None:
    """What this host cannot resolve or reach does not matter to the orchestrator's container."""
    wrong = hostname_unresolvable("redis-tts")
    fine = orchestrated(change(healthy(), name=wrong.name, tcp=wrong.tcp, redis=wrong.redis), code="PONG")
    assert ids(fine) == []


def test_a_relay_in_between_is_not_another_redis() -> None:
    """A TCP proxy has the port, and the server behind it could not be compared: no alarm."""
    relay = Listener("0.0.0.0", 6379, pid=5, process="haproxy")
    e = healthy(listeners=HostListeners(6379, (relay,)), redis=talk({"run_id": ""}))
    assert ids(e) == []
    assert state(e, "wrong-redis-answering") == "untested"


# --- the error text --------------------------------------------------------------------------------


def test_an_error_text_raises_and_lowers_confidence() -> None:
    """A text that speaks for the cause raises it, one that speaks for others lowers it."""
    (plain,) = supported(down(exit_code=137))
    (agreeing,) = supported(said("Error 111 connecting", "errno 111", evidence=down(exit_code=137)))
    (other,) = supported(said("NOAUTH Authentication required", "NOAUTH", evidence=down(exit_code=137)))
    assert other.confidence < plain.confidence < agreeing.confidence


def test_the_clients_own_limits_give_way_to_redis() -> None:
    """A pool is not named as used up if Redis itself rejects connections or does not answer."""
    rejecting = healthy(redis=talk({"rejected_connections": "3"}))
    assert (
        state(said("Too many connections", "client pool exhausted", evidence=rejecting), "pool-exhausted")
        == "ruled-out"
    )
    stopped = said("Too many connections", "client pool exhausted", evidence=down(exit_code=0))
    assert state(stopped, "pool-exhausted") == "ruled-out"


def test_events_of_an_earlier_container_of_the_name_count_for_nothing() -> None:
    """A container made again under an old name has not restarted."""
    lost = VARIANTS["registrations-lost-on-restart"]()
    assert ids(alter_container(lost, created_at=NOW, started_at=NOW)) == ["workers-none-registered"]
