"""Collection: all probes at once, one deadline, nothing lost whatever a probe does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import Struct

from judging import REDIS, target_with
from runbooklab.domain.probe import Probe, import_once
from runbooklab.domains.address.records import ConfigFile, NameResolution
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.collect import Collection, redact_all
from runbooklab.observe.context import Context, NotObserved
from runbooklab.observe.docker.records import DockerAccess
from runbooklab.redaction import Vault

Run = Callable[[Context], Any]


def collection(
    timeout_s: float = 5.0, vault: Vault | None = None, on_done: Any = None, **runs: Run
) -> Collection:
    probes = [Probe(name.replace("_", "-"), object, run=run) for name, run in runs.items()]
    target = Target({"probe_timeout_s": timeout_s})
    return Collection(target, Path.cwd(), vault or Vault(b"key"), on_done=on_done, probes=probes)


@pytest.fixture
def never() -> Any:
    """An event for probes to hang on, set when the test ends."""
    event = threading.Event()
    yield event
    event.set()


def test_a_probe_that_was_not_run_has_an_observation_that_says_so() -> None:
    """A probe that asks for it gets a reason, with the probe's name and vantage."""
    evidence = Collection(target_with(), Path.cwd(), Vault(b"key"), probes=()).so_far()
    for probe in REDIS.probes.values():
        seen = evidence[probe]
        assert (seen.probe, seen.vantage) == (probe.name, probe.vantage)
        assert seen.missing == Missing("not-applicable", "not looked at")


class _Counted(Struct, frozen=True):
    many: float


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"many": "a few"}, "the probe gave dict, not _Counted"),
        (
            _Counted("a few"),
            "the probe gave a _Counted that cannot be read: Expected `float`, got `str` - at `$.many`",
        ),  # type: ignore[arg-type] # the mistake
        (
            _Counted(threading),
            "the probe gave a _Counted that cannot be read: Encoding objects of type module is unsupported",
        ),  # type: ignore[arg-type] # the mistake
    ],
    ids=["another type", "a field of another type", "a field that JSON cannot hold"],
)
def test_what_is_no_record_of_its_probe_is_not_observed(given: Any, said: str) -> None:
    """One probe with a mistake costs its own observation; all other evidence can be stored and read."""
    key = Probe("counted", _Counted, run=lambda ctx: given)
    collection = Collection(Target({}), Path.cwd(), Vault(b"key"), probes=(key,))
    collection.start()
    observation = collection.evidence()[key]
    assert (observation.value, observation.missing) == (None, Missing("error", said))


def test_every_row_of_the_table_can_be_loaded() -> None:
    """The functions that the rows name exist."""
    assert all(callable(probe.load()) for probe in REDIS.probes.values())


def test_loading_all_probes_at_once_does_not_deadlock() -> None:
    """The client libraries import themselves in circles; one thread at a time may begin."""
    threads = [threading.Thread(target=import_once, args=("redis.connection",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_values_reasons_and_failures_all_become_observations() -> None:
    """A value, a reason not to have one, and an exception, whose message is redacted."""
    vault = Vault(b"key")
    token = vault.learn("hunter2-secret")

    def refuse(ctx: Context) -> None:
        raise NotObserved(Missing("permission", "not allowed"))

    def fail(ctx: Context) -> None:
        raise ZeroDivisionError("with hunter2-secret inside")

    def leave(ctx: Context) -> None:
        raise SystemExit(1)

    run = collection(
        vault=vault, config=lambda ctx: ConfigFile("here"), address=refuse, redis=fail, tcp=leave
    )
    run.start()
    evidence = run.evidence()
    assert evidence.observations["config"].value == ConfigFile("here")
    assert evidence.observations["config"].started_at.endswith("Z")
    assert evidence.observations["address"].missing == Missing("permission", "not allowed")
    assert evidence.observations["redis"].missing == Missing(
        "error", f"ZeroDivisionError: with {token} inside"
    )
    assert evidence.observations["tcp"].missing is not None
    assert evidence.observations["tcp"].missing.reason == "error"


def test_all_probes_run_at_once() -> None:
    """Probes that wait for one another by other means all get there."""
    barrier = threading.Barrier(3, timeout=10)

    def after_all_came(value: object) -> Run:
        return lambda ctx: (barrier.wait(), value)[1]

    run = collection(
        config=after_all_came(ConfigFile("x")),
        docker=after_all_came(DockerAccess("x", "ok")),
        name=after_all_came(NameResolution("x", "literal")),
    )
    run.start()
    evidence = run.evidence()
    assert all(
        seen.value
        for seen in (
            evidence.observations["config"],
            evidence.observations["docker"],
            evidence.observations["name"],
        )
    )


def test_a_probe_that_hangs_is_missing_at_the_deadline(never: threading.Event) -> None:
    """The others are kept, those that waited for it are missing too, and the process could end."""

    def dependent(ctx: Context) -> None:
        ctx.need(Key("redis", object))

    run = collection(0.2, redis=lambda ctx: never.wait(), tcp=dependent, config=lambda ctx: ConfigFile("x"))
    run.start()
    evidence = run.evidence()
    assert evidence.observations["redis"].missing is not None
    assert evidence.observations["redis"].missing.reason == "deadline"
    assert evidence.observations["tcp"].missing is not None
    assert evidence.observations["tcp"].missing.reason == "deadline"
    assert evidence.observations["config"].value is not None
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("probe "))


def test_a_late_result_does_not_change_what_was_reported(never: threading.Event) -> None:
    """Once a probe counts as missing it stays so, however late its value comes."""

    def late(ctx: Context) -> ConfigFile:
        never.wait()
        return ConfigFile("late")

    run = collection(0.1, config=late)
    run.start()
    before = run.evidence()
    never.set()
    for thread in threading.enumerate():
        if thread.name == "probe config":
            thread.join()
    assert run.evidence().observations["config"] == before.observations["config"]


def test_a_probe_waits_for_another_and_gets_its_value() -> None:
    """need() gives the value; of a probe without one, its reason."""

    def refuse(ctx: Context) -> None:
        raise NotObserved(Missing("unreachable", "gone"))

    run = collection(
        config=lambda ctx: ConfigFile("the path"),
        error_text=lambda ctx: ErrorText(ctx.need(Key("config", object)).path),
        docker=refuse,
        container=lambda ctx: ctx.need(Key("docker", object)),
    )
    run.start()
    evidence = run.evidence()
    assert evidence.observations["error-text"].value == ErrorText("the path")
    assert evidence.observations["container"].missing == Missing("unreachable", "gone")


def test_a_second_start_observes_everything_again() -> None:
    """Nothing of the first round is in the second: what one look says was all seen together."""
    calls: list[str] = []

    def counted(name: str) -> Run:
        def run(ctx: Context) -> ConfigFile:
            calls.append(name)
            return ConfigFile(f"{name} {calls.count(name)}")

        return run

    run = collection(config=counted("config"), docker=counted("docker"))
    for number in (1, 2):
        run.start()
        seen = {name: each.value for name, each in run.evidence().observations.items()}
        assert seen == {name: ConfigFile(f"{name} {number}") for name in ("config", "docker")}


def test_a_second_observation_has_a_deadline_of_its_own(never: threading.Event) -> None:
    """After the first deadline has passed there is time again."""
    first = threading.Event()

    def slow_at_first(ctx: Context) -> ConfigFile:
        if not first.is_set():
            first.set()
            never.wait()
        return ConfigFile(f"{ctx.remaining_s() > 0.05}")

    run = collection(0.2, config=slow_at_first)
    run.start()
    assert run.evidence().observations["config"].missing is not None
    run.start()
    assert run.evidence().observations["config"].value == ConfigFile("True")


def test_each_end_is_told_once_and_one_at_a_time(never: threading.Event) -> None:
    """on_done hears of every probe, also of one that never returns, and is never called twice at once."""
    reported: list[tuple[str, bool]] = []
    inside = threading.Lock()

    def on_done(name: str, seen: Observation[Any]) -> None:
        assert inside.acquire(blocking=False)
        time.sleep(0.005)
        reported.append((name, seen.value is not None))
        inside.release()

    names = ("config", "address", "name", "tcp", "tls")
    runs: dict[str, Run] = {name: lambda ctx: ConfigFile("x") for name in names}
    run = collection(0.5, on_done=on_done, redis=lambda ctx: never.wait(), **runs)
    run.start()
    run.evidence()
    assert sorted(reported) == sorted([*((name, True) for name in names), ("redis", False)])


def test_a_secret_learned_late_is_gone_from_what_was_seen_early() -> None:
    """One probe writes a value down before another learns that it is a secret."""
    vault = Vault(b"key")
    written = threading.Event()

    def early(ctx: Context) -> ConfigFile:
        ctx.note("file", "read hunter2-secret")
        written.set()
        return ConfigFile("hunter2-secret")

    def late(ctx: Context) -> NameResolution:
        written.wait(5)
        return NameResolution(ctx.vault.learn("hunter2-secret"), "literal")

    run = collection(vault=vault, config=early, name=late)
    run.start()
    evidence = run.evidence()
    assert evidence.observations["config"].value == ConfigFile(vault.learn("hunter2-secret"))
    assert "hunter2" not in repr(evidence)


def test_redaction_reaches_every_text() -> None:
    """Records in tuples in mappings, and the names in mappings."""
    vault = Vault(b"key")
    token = vault.learn("hunter2-secret")
    item = {"hunter2-secret": (ConfigFile("hunter2-secret"), ["x hunter2-secret", 5, None])}
    assert redact_all(item, vault) == {token: (ConfigFile(token), [f"x {token}", 5, None])}


class Valve(Struct, frozen=True):
    """A record of a domain that this package doesn't know."""

    state: Literal["frobnicated", "shut"]
    said: str


def test_a_state_is_no_text() -> None:
    """A password that is the word for a state of anybody's record leaves the state, and no other text."""
    vault = Vault(b"key")
    token = vault.learn("frobnicated")
    seen = redact_all(Valve("frobnicated", "it is frobnicated"), vault)
    assert seen == Valve("frobnicated", f"it is {token}")


def test_what_is_not_done_yet_is_named(never: threading.Event) -> None:
    """so_far() says what is there and what is still under way."""
    run = collection(config=lambda ctx: ConfigFile("x"), redis=lambda ctx: never.wait())
    run.start()
    run.wait("config")
    evidence = run.so_far()
    assert evidence.observations["config"].value is not None
    assert evidence.observations["redis"].missing == Missing("deadline", "not done yet")
    assert evidence.hostname
    assert "127.0.0.1" in evidence.host_addresses


def test_a_password_that_is_a_probes_name_leaves_its_observation_in_place() -> None:
    """What a probe saw is found by its name, whatever a password may be."""
    vault = Vault(b"key")
    vault.learn("xk29vv7q")
    run = collection(vault=vault, xk29vv7q=lambda ctx: ConfigFile("at xk29vv7q"))
    run.start()
    seen = run.evidence().observations["xk29vv7q"]
    assert seen.probe == "xk29vv7q"
    assert "xk29vv7q" not in seen.value.path
