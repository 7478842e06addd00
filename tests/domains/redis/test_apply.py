"""Carrying a remedy out, as far as it goes without an engine."""

from __future__ import annotations

import pytest

from evidence_samples import healthy, redis_container, retarget
from judging import REDIS
from runbooklab.apply.apply import Consent, Required, apply, understood
from runbooklab.domain.remedy import word_to_confirm, words_to_type
from runbooklab.domain.verb import Action, Given, NotDone, Verb
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.redaction import Vault

#: What has to be typed for a plan that asks for nothing.
NOTHING = Required("")


def _plan(*commands: str, destructive: bool = False, appliable: bool = True) -> RemedyPlan:
    return RemedyPlan(
        "some-remedy", "Do it", commands, "something", "low", destructive=destructive, appliable=appliable
    )


@pytest.fixture
def done() -> list[str]:
    """What the verb ``docker note NAME`` has noted."""
    return []


def noting(names: list[str]) -> tuple[Verb, ...]:
    """The verb ``docker note NAME`` notes the name; a name that starts with ``bad`` fails."""

    def read(words: list[str]) -> Action:
        def do(given: Given) -> str:
            if words[0].startswith("bad"):
                raise RuntimeError("no such container, and hunter2 is the password")
            names.append(words[0])
            return words[0]

        return do

    return (Verb(("docker", "note"), read),)


def test_a_plan_with_one_unknown_command_is_refused_before_anything_is_done(done: list[str]) -> None:
    """A plan half done is worse than none."""
    (act,) = apply(_plan("docker note one", "rm -rf /"), NOTHING, Consent(), noting(done), Vault(b"key"))
    assert (act.outcome, act.command) == ("refused", "rm -rf /")
    assert done == []


def test_a_verb_that_breaks_while_it_reads_refuses_the_plan(done: list[str]) -> None:
    """Nothing is done, and the trail says why."""

    def broken(words: list[str]) -> Action:
        raise KeyError(words[0])

    verbs = (*noting(done), Verb(("docker", "break"), broken))
    (act,) = apply(_plan("docker note one", "docker break it"), NOTHING, Consent(), verbs, Vault(b"key"))
    assert (act.outcome, act.output, done) == ("refused", "KeyError: 'it'", [])


def test_the_first_failure_ends_the_plan(done: list[str]) -> None:
    """What comes after may rest on it; the trail shows what was done and what failed."""
    acts = apply(
        _plan("docker note one", "docker note bad", "docker note two"),
        NOTHING,
        Consent(),
        noting(done),
        Vault(b"key"),
    )
    assert [act.outcome for act in acts] == ["done", "failed"]
    assert done == ["one"]


def test_secrets_are_revealed_to_the_command_and_hidden_in_the_trail(done: list[str]) -> None:
    """A token in a command becomes its value when it is used; no act holds the value."""
    vault = Vault(b"key")
    token = vault.learn("hunter2")
    acts = apply(_plan(f"docker note {token}", "docker note bad"), NOTHING, Consent(), noting(done), vault)
    assert done == ["hunter2"]
    assert "hunter2" not in repr(acts)


def test_the_trail_names_the_user_and_the_way_it_was_asked(done: list[str]) -> None:
    """An audit needs to know who."""
    asked = Consent(asked_by="--apply")
    (act,) = apply(_plan("docker note one"), NOTHING, asked, noting(done), Vault(b"key"))
    assert act.asked_by.endswith(", --apply")
    assert len(act.asked_by) > len(", --apply")


def test_a_destructive_plan_is_done_once_its_target_is_named(done: list[str]) -> None:
    """The typed name is what separates a slip from an intention."""
    plan = _plan("docker note one", destructive=True)
    word = word_to_confirm(plan, "redis-tts")
    (refused,) = apply(plan, Required(word), Consent("redis"), noting(done), Vault(b"key"))
    assert (refused.outcome, done) == ("refused", [])
    (act,) = apply(plan, Required(word), Consent("redis-tts"), noting(done), Vault(b"key"))
    assert (act.outcome, done) == ("done", ["one"])


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("redis-tts", "confirm it with the target's name, redis-tts"),
        ("", "confirm it with its own name, some-remedy"),
    ],
)
def test_a_refusal_says_what_to_type(target: str, said: str) -> None:
    """A target without a name of its own is confirmed by the remedy's, which is said."""
    plan = _plan("docker note one", destructive=True)
    (refused,) = apply(plan, Required(word_to_confirm(plan, target)), Consent(), (), Vault(b"key"))
    assert refused.output.endswith(said)


def test_the_word_to_type_is_the_name_of_the_container_that_was_found() -> None:
    """Also if it was asked for by another name: button and command line ask for the same word."""
    look = ContainerLook(
        "redis", redis_container(name="shop-redis-1"), meant_because="it is the service redis"
    )
    evidence = retarget(healthy(container=look), redis_container="redis")
    plan = _plan("docker note one", destructive=True)
    name = REDIS.name_to_confirm(evidence)
    assert (word_to_confirm(plan, name), words_to_type(plan, name)) == ("shop-redis-1", "some shop-redis-1")


def test_a_target_in_production_asks_for_that_word_too(done: list[str]) -> None:
    """A slip of the mind about where one is must not reach it, however harmless the fix."""
    plan, required = _plan("docker note one"), Required("", "production")
    (refused,) = apply(plan, required, Consent(), noting(done), Vault(b"key"))
    assert (refused.outcome, done) == ("refused", [])
    (act,) = apply(plan, required, Consent(environment="production"), noting(done), Vault(b"key"))
    assert (act.outcome, done) == ("done", ["one"])


def test_each_command_is_told_as_it_starts_and_as_it_ends(done: list[str]) -> None:
    """Whoever watches sees what runs at the moment, and how it ended."""
    told: list[tuple[str, str]] = []
    apply(
        _plan("docker note one", "docker note bad"),
        NOTHING,
        Consent(),
        noting(done),
        Vault(b"key"),
        on_step=lambda command, entry: told.append((command, entry.outcome if entry else "running")),
    )
    assert told == [
        ("docker note one", "running"), ("docker note one", "done"),
        ("docker note bad", "running"), ("docker note bad", "failed"),
    ]  # fmt: skip


def test_an_interrupted_command_is_in_the_trail() -> None:
    """Whether it was carried out is not known, and that is what the trail says."""

    def interrupted(given: Given) -> str:
        raise KeyboardInterrupt

    verbs = (Verb(("docker", "note"), lambda words: interrupted),)
    (act,) = apply(_plan("docker note one", "docker note two"), NOTHING, Consent(), verbs, Vault(b"key"))
    assert (act.outcome, act.output.partition(":")[0]) == ("failed", "interrupted while it ran")


@pytest.mark.parametrize(
    "command",
    [
        "docker start redis-tts",
        "docker network connect --alias redis tts-network redis-tts",
        "docker update --memory 1073741824 --memory-swap 1073741824 redis-tts",
        "docker exec -e REDISCLI_AUTH redis-tts redis-cli --user app -p 6380 CONFIG SET maxmemory 100mb",
        "docker run -d --name r --network n -p 127.0.0.1:6379:6379 -p 53:53/udp --restart on-failure:5 img x",
        "redis-cli -h 10.0.0.1 -p 6380 FLUSHALL",
        "redis-cli -s /run/redis.sock CONFIG SET maxclients 10000",
    ],
)
def test_the_commands_of_plans_are_understood(command: str) -> None:
    """Nothing is done by understanding."""
    assert callable(understood(command, REDIS.verbs))


@pytest.mark.parametrize(
    "command",
    [
        "docker start a b",
        "docker run -d --privileged img",
        "docker run -d -p 6379:x img",
        "docker run --rm img",
        "docker exec -e LD_PRELOAD=/x redis-tts redis-cli FLUSHALL",
        "docker exec redis-tts redis-cli",
        "redis-cli -h",
        "redis-cli --eval script.lua",
        'docker start "unfinished',
        "docker network connect only-one",
    ],
)
def test_words_that_do_not_fit_are_refused(command: str) -> None:
    """An option or a form that is not known here could mean anything."""
    with pytest.raises(NotDone):
        understood(command, REDIS.verbs)
