"""What a plan says beside its commands: what its button says, what is lost, and how it is undone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from evidence_samples import alter, alter_container, change, down, healthy, inside, retarget, talk
from judging import REMEDIES, plan_for
from odd_situations import NO_ALARM
from runbooklab.domains.container.remedies.table import REMEDIES as OF_DOCKER
from runbooklab.domains.endpoint.remedies.table import REMEDIES as OF_PORTS
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.key_prefixes import key_prefixes
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.model.observation import Missing
from runbooklab.observe.docker.records import Mount, RunOption
from situations import SITUATIONS

EVERY = SITUATIONS | {f"odd-{name}": build for name, build in NO_ALARM.items()}


def plans(evidence: Evidence) -> list[RemedyPlan]:
    """All plans of Redis' domain and of those that it uses."""
    others = [row.plan(evidence) for row in (*OF_DOCKER, *OF_PORTS)]  # type: ignore[arg-type] # Redis' view has all that theirs have
    return [plan_for(remedy_id, evidence) for remedy_id in REMEDIES] + others


@pytest.mark.parametrize("situation", EVERY)
def test_each_plan_says_what_a_button_needs_to_say(situation: str) -> None:
    """What can be applied has an imperative and an undo, or says that it has none; losses are figures."""
    for made in plans(EVERY[situation]()):
        if made.appliable:
            assert re.fullmatch(r"[A-Z].{3,100}[^.]", made.act), made
            assert made.undo or "cannot be undone" in made.changes, made
        if made.destructive:
            assert made.loses, made
        assert all(line.endswith(".") for line in made.loses), made


def test_an_act_has_the_targets_own_name() -> None:
    """Nobody presses "Start the container" of a container that has another name."""
    evidence = retarget(alter_container(healthy(), name="cache-7"), redis_container="cache-7")
    for made in plans(evidence):
        assert not made.appliable or "cache-7" in made.act or "network" in made.act, made


@pytest.mark.parametrize(
    ("situation", "remedy_id", "act"),
    [
        ("container-stopped", "start-container", "Start redis-tts"),
        ("memory-exhausted", "raise-maxmemory", "Raise maxmemory of redis-tts to 256 MiB"),
        ("healthy", "flush-all", "Flush redis-tts"),
        ("port-conflict-container", "stop-conflicting-container", "Stop redis-old and start redis-tts"),
        ("port-conflict-process", "free-port", "End nc, pid 777"),
        ("port-not-published", "publish-port", "Make redis-tts again, published as 127.0.0.1:6379:6379"),
    ],
)
def test_a_button_says_what_it_does(situation: str, remedy_id: str, act: str) -> None:
    """An imperative, with the name and the figure."""
    assert plan_for(remedy_id, SITUATIONS[situation]()).act == act


def full() -> Evidence:
    """Two databases, a sample of the keys' names, a volume, a save."""
    evidence = alter_container(
        healthy(redis=talk({"db0": "keys=1200,expires=3", "db1": "keys=34,expires=0"})),
        mounts=(Mount("volume", "redis-data", "/data"),),
    )
    return alter(evidence, "registrations", sampled=1000, prefixes={"worker:*": 900, "other keys": 100})


def test_a_flush_says_how_much_goes() -> None:
    """Keys by database, by prefix as far as they were sampled, the last save, and who is connected."""
    assert plan_for("flush-all", full()).loses == (
        "All its keys. It had 1,234 keys (db0 1,200 and db1 34), counted at 12:00:00 UTC.",
        "Of 1,000 keys sampled in db0: worker:* 900 and other keys 100.",
        "Its last save was on 2026-03-01 at 11:53:20 UTC, 3 changes since.",
        "The files in redis-data at /data are emptied by the next save.",
        "Connected then: 5 clients.",
    )


def test_a_restart_says_what_is_not_saved_and_what_stays() -> None:
    """Figures of INFO, and the volume that outlives the container."""
    lost = " ".join(plan_for("restart-redis", full()).loses)
    assert "3 changes since" in lost
    assert "1,234 keys" in lost
    assert "The connections of 5 clients." in lost
    assert "What is in redis-data at /data stays." in lost


def test_what_was_not_observed_is_said() -> None:
    """No figure is no reason to keep silent."""
    dark = Missing("unreachable", "no connection")
    evidence = healthy(redis=dark, registrations=dark, inside=inside("NOAUTH"))
    lost = plan_for("flush-all", evidence).loses
    assert lost == (
        "All its keys. How many keys it has: not observed.",
        "What its keys are called: not observed.",
        "Its last save: not observed.",
        "How many clients are connected: not observed.",
    )
    assert "not observed" in " ".join(plan_for("restart-redis", evidence).loses)


@pytest.mark.parametrize(
    ("container", "words"),
    [
        ({"options": (RunOption("--rm"),)}, "What is at /data in the container: it is in no volume."),
        (
            {"options": (RunOption("--rm"),), "mounts": (Mount("volume", "kept", "/data"),)},
            "kept at /data stays",
        ),
    ],
)
def test_making_a_container_again_says_what_is_in_no_volume(container: dict[str, Any], words: str) -> None:
    """One that removes itself takes its data along, unless a volume has it."""
    made = plan_for("recreate-container", alter_container(healthy(), **container))
    assert words in " ".join(made.loses)


def test_a_setting_is_undone_by_the_value_that_it_had() -> None:
    """As CONFIG GET or INFO said it; if nothing said it, the plan says that there is no way back."""
    assert plan_for("raise-maxmemory", healthy()).undo == (
        "docker exec redis-tts redis-cli CONFIG SET maxmemory 0",
    )
    info = {"maxmemory": "77", "maxmemory_policy": "noeviction"}
    seen_inside = change(down(state="running"), inside=inside(info=info))
    assert plan_for("raise-maxmemory", seen_inside).undo == (
        "docker exec redis-tts redis-cli CONFIG SET maxmemory 77",
    )
    unseen = plan_for("raise-idle-timeout", down())
    assert not unseen.undo
    assert "cannot be undone" in unseen.changes


def test_memory_is_limited_to_no_less_than_redis_has() -> None:
    """A Redis without a limit that uses more than the least one would refuse writes at once."""
    made = plan_for("raise-maxmemory", healthy(redis=talk({"used_memory": str(600 * 2**20)})))
    assert made.commands[0].endswith(f"maxmemory {1200 * 2**20}")
    assert made.act == "Limit redis-tts to 1.2 GiB"


def test_prefixes_name_no_single_key() -> None:
    """A key of its own may be named after a person or hold a token."""
    names = [f"worker:{number}" for number in range(3)] + ["session:ada@example.org", "lonely"]
    assert key_prefixes(names) == {"worker:*": 3, "other keys": 2}
    assert len(key_prefixes(f"p{number % 20}:x{number}" for number in range(60))) == 9
