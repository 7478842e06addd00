"""What a verdict of ``ok`` rests on: take any of it away, and the verdict is ``ok`` no longer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from evidence_samples import (
    INFO,
    address,
    alter,
    attempt,
    change,
    healthy,
    inside,
    redis_container,
    retarget,
    stages,
)
from judging import CHECKS, conclude
from runbooklab.domain.rules import Rules
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import RedisTalk, Stage
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.domains.redis.standing import GROUNDS
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import Attachment, ContainerLook, ExecResult

ROOT = Path(__file__).resolve().parents[3]
#: Why something was not seen; a thing that does not apply is another matter.
REASONS = ("deadline", "permission", "unreachable", "unsupported", "error")


def diagnose(evidence: Evidence) -> Diagnosis:
    return conclude(
        evidence, run_id="r1", runbook="redis-connection",
        started_at="2026-03-01T11:59:59Z", finished_at="2026-03-01T12:00:00Z",
    )  # fmt: skip


def expecting() -> Evidence:
    """The healthy target, of which three workers are expected."""
    return retarget(healthy(), expected_workers=3)


def from_a_container() -> Evidence:
    """The orchestrator is in a container and reaches Redis under a name that this host does not know."""
    ping = ExecResult(("redis-cli", "ping"), "ok", 0, "PONG", 80.0)
    name = NameResolution("redis-tts", "resolved", ("172.18.0.2",))
    network = Attachment("tts-network", "172.18.0.9", ("orchestrator",), "172.18.0.1")
    client = redis_container(name="orchestrator", id="facade" * 10, ports=(), networks=(network,))
    talk = RedisTalk(
        stages=stages("connect", "error", message="redis-tts: not known"), ping_ms=(0.4,), can_write="yes",
        reads=(Stage("read", "ok"),), write=Stage("write", "ok"),
    )  # fmt: skip
    seen = healthy(
        address=address("redis://redis-tts:6379", host="redis-tts"),
        name=NameResolution("redis-tts", "not-found"), tcp=Missing("not-applicable", "no address"),
        first_bytes=FirstBytes("not-connected"), redis=talk,
        inside=replace(inside(), info=INFO),
        orchestrator=ContainerLook("orchestrator", client),
        orchestrator_view=OrchestratorView(
            "redis-tts", 6379, name, (attempt(ip="172.18.0.2"),), ping, "PONG", "exec redis-cli"
        ),
    )  # fmt: skip
    return retarget(seen, orchestrator_container="orchestrator")


# --- the table -------------------------------------------------------------------------------


def test_the_table_names_checks_and_the_page_shows_it() -> None:
    """docs/verdict.md has a row for each ground of every subject, word for word."""
    assert {ground.check for ground in GROUNDS} <= CHECKS.keys()
    standings = Rules.of(("redis", "docker", "container", "ports", "environment", "grpc")).standings
    grounds = [ground for standing in standings for ground in standing.grounds]
    page = (ROOT / "docs" / "verdict.md").read_text()
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert shown == [
        f"| `{ground.check}` | {ground.claims} | {ground.when} | {ground.skipped_when} |"
        for ground in grounds
    ]


# --- probes ----------------------------------------------------------------------------------

#: What the verdict on a Redis seen from this host rests on; without any other probe it stays ``ok``
#: or is a warning about Docker.
MATTER = {"config", "address", "tcp", "redis", "registrations", "container"}
_PLAIN = {"target", "gathered_at", "hostname", "host_addresses", "ledger"}
REST = set(Evidence.__struct_fields__) - _PLAIN - MATTER


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("probe", sorted(MATTER))
def test_without_a_probe_that_matters_nothing_is_called_well(probe: str, reason: Any) -> None:
    """Whatever the reason is for which it is missing."""
    assert diagnose(expecting()).verdict == "ok"
    assert diagnose(change(expecting(), **{probe: Missing(reason)})).verdict == "unknown"


@pytest.mark.parametrize("probe", sorted(REST))
def test_without_any_other_probe_it_is_well_all_the_same(probe: str) -> None:
    """Nobody is alarmed about what the verdict does not rest on."""
    assert diagnose(change(expecting(), **{probe: Missing("deadline")})).verdict == "ok"


@pytest.mark.parametrize("probe", ["orchestrator_view", "redis", "inside", "container"])
def test_the_orchestrators_own_way_must_be_seen(probe: str) -> None:
    """Its PING and the server's own words, if this host's way says nothing."""
    assert diagnose(from_a_container()).verdict == "ok", diagnose(from_a_container()).not_observed
    seen = diagnose(change(from_a_container(), **{probe: Missing("deadline")}))
    assert seen.verdict in ("unknown", "critical"), seen.summary


# --- answers within the conversation ---------------------------------------------------------


def _stage_out(name: str, outcome: Any = "not-reached") -> dict[str, Any]:
    return {
        "stages": tuple(Stage(name, outcome) if stage.name == name else stage for stage in stages())  # type: ignore[arg-type] # a name out of the stages
    }


NOTHING_READ = Stage("read", "timeout", "TimeoutError", "", "Timeout reading from socket", 900.0)
NO_WRITE = Stage("write", "timeout", "TimeoutError", "", "Timeout reading from socket", 900.0)
CLOSED = Stage("write", "closed", "ConnectionError", "", "Connection closed by server.", 1.0)

#: An answer taken away from the conversation: the fields that then hold something else.
ANSWERS: dict[str, dict[str, Any]] = {
    "PING": _stage_out("ping"),
    "PING, too late": _stage_out("ping", "timeout"),
    "PING, not timed": {"ping_ms": ()},
    "PING, of 2 s": {"ping_ms": (2000.0,)},
    "PING, slow each time": {"ping_ms": (150.0, 160.0, 170.0)},
    "INFO, no answer": {"info": {}, "denied": {"INFO": "TimeoutError"}},
    "INFO, connection lost": {"info": {}, "denied": {"INFO": "closed"}},
    "INFO, never asked": {"info": {}},
    "CONFIG, no answer": {"settings": {}, "denied": {"CONFIG": "TimeoutError", "SLOWLOG": "closed"}},
    "SLOWLOG, connection lost": {"denied": {"SLOWLOG": "ConnectionError"}},
    "GET": {"reads": ()},
    "GET, no answer": {"reads": (NOTHING_READ,)},
    "GET, an error of a proxy": {
        "reads": (Stage("read", "error", "ResponseError", "ERR", "no upstream host"),)
    },
    "SET": {"write": None, "can_write": "unknown"},
    "SET, by INFO only": {"write": None},
    "SET, no answer, nor to PING": {
        "write": NO_WRITE, "ping_meanwhile": replace(NO_WRITE, name="ping"), "can_write": "unknown",
    },
    "SET, no answer, but to PING": {
        "write": NO_WRITE, "ping_meanwhile": Stage("ping", "ok", ms=1.0), "can_write": "no",
    },
    "SET, connection lost": {"write": CLOSED, "can_write": "unknown"},
    "SET, an error of a proxy": {
        "write": Stage("write", "error", "ResponseError", "ERR", "upstream failure"), "can_write": "no",
        "why_not_write": "ERR",
    },
    **{
        f"SET, {code}": {
            "write": Stage("write", "error", "ResponseError", code, "no"), "can_write": "no",
            "why_not_write": code,
        }
        for code in (
            "OOM", "MISCONF", "READONLY", "NOREPLICAS", "NOPERM", "CLUSTERDOWN", "MASTERDOWN", "LOADING",
            "BUSY",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_without_an_answer_that_matters_nothing_is_called_well(answer: str) -> None:
    """Redis was reached, and one of its answers is missing, late or an error."""
    seen = diagnose(alter(change(expecting(), inside=Missing("deadline")), "redis", **ANSWERS[answer]))
    assert seen.verdict != "ok", seen.summary


def test_a_slow_ping_is_not_well_though_all_else_is() -> None:
    """2 s for a PING is a warning with a cause, even if it is the only one that was answered."""
    slow = diagnose(alter(expecting(), "redis", ping_ms=(2000.0,)))
    assert (slow.verdict, slow.primary and slow.primary.id) == ("warning", "path-latency")


@pytest.mark.parametrize("command", ["CONFIG", "SLOWLOG", "CLIENT", "ACL", "TIME", "INFO"])
def test_what_a_user_may_not_ask_is_not_checked_and_no_fault(command: str) -> None:
    """NOPERM is an answer: the verdict stays, and what could not be read is neither ok nor failed."""
    taken = {"CONFIG": {"settings": {}}, "INFO": {"info": {}}, "CLIENT": {"client_count": None}}
    denied = {"denied": {command: "NOPERM"}} | taken.get(command, {})
    seen = diagnose(alter(change(expecting(), inside=Missing("permission")), "redis", **denied))
    assert seen.verdict == "ok", seen.summary
    assert not [finding for finding in seen.findings if finding.status == "critical"]


def test_who_only_reads_is_sent_no_write_and_needs_none() -> None:
    """needs_write off: the verdict does not rest on a write."""
    reader = retarget(alter(expecting(), "redis", write=None, can_write="unknown"), needs_write=False)
    assert diagnose(reader).verdict == "ok"


def test_a_cluster_is_well_for_a_client_that_follows_it() -> None:
    """What the configuration says of the client decides what MOVED means."""
    moved = (Stage("read", "ok"), Stage("read", "error", "MovedError", "MOVED", "1 10.0.0.9:6379"))
    e = alter(healthy(), "redis", reads=moved)
    assert diagnose(e).verdict == "critical"
    config = e.config.value
    assert config is not None
    for line in ("cluster: true", "mode: cluster", "cluster.nodes=a:1,b:2", '"startup_nodes": ["a:1"]'):
        reported = change(
            e, config=replace(config, excerpt=f"redis:\n  url: redis://localhost:6379\n  {line}")
        )
        assert diagnose(reported).verdict == "ok", line
    for line in ("cluster: false", "mode: standalone", "cluster_enabled: 0", "# cluster: true"):
        reported = change(
            e, config=replace(config, excerpt=f"redis:\n  url: redis://localhost:6379\n  {line}")
        )
        assert diagnose(reported).verdict == "critical", line
