"""What the small readings of a worker say, and what its remedies make of them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from grpc_samples import (
    ADDRESS,
    HOST,
    PORT,
    container,
    containers,
    cut_off,
    dead,
    in_container,
    inside,
    owner,
    seen,
    talk,
    walk,
)
from runbooklab.domain.rules import Rules
from runbooklab.domains.grpc.readings.rules import stopping
from runbooklab.domains.grpc.readings.same_program import strangers
from runbooklab.domains.grpc.readings.services import relation
from runbooklab.domains.grpc.readings.worker import workers
from runbooklab.domains.grpc.records import (
    Endpoint,
    FirewallRule,
    FirewallRules,
    Owner,
    Owners,
    Settings,
    Walks,
    WireSeen,
    Workers,
)
from runbooklab.domains.grpc.remedies.rebind import rebound
from runbooklab.model.observation import Observation
from runbooklab.observe.docker.records import PortBinding, RunOption

GRPC = Rules.of(("grpc",))


def _rules(*texts: str) -> FirewallRules:
    return FirewallRules(tuple(FirewallRule("", 0, "iptables", text) for text in texts))


@pytest.mark.parametrize(
    ("rule", "stops"),
    [
        ("-A INPUT -p tcp -m tcp --dport 50051 -j DROP", True),
        ("-A INPUT -p tcp -m multiport --dports 80,50000:50100 -j REJECT", True),
        (f"-A OUTPUT -d {HOST}/32 -p tcp -j DROP", True),
        ("-A INPUT -p tcp -m tcp --dport 6379 -j DROP", False),
        ("-A OUTPUT -d 10.0.0.0/8 -p tcp -m tcp --dport 50051 -j DROP", False),
        ("-A INPUT -m conntrack --ctstate INVALID -j DROP", False),
        ('-A INPUT --comment "open -j DROP', False),
    ],
)
def test_a_rule_counts_if_it_names_the_port_or_the_address(rule: str, stops: bool) -> None:
    """Another port, another network, and a rule for everybody are not the worker's."""
    evidence = seen(dead("timeout"), **{"grpc-firewall": _rules(rule)})
    assert bool(stopping(workers(evidence)[0])) is stops


def test_the_very_rule_is_removed_and_can_be_put_back() -> None:
    """The command is the rule's own text, quoted."""
    rule = '-A INPUT -p tcp -m tcp --dport 50051 -m comment --comment "a b" -j DROP'
    plan = GRPC.plan("remove-firewall-rule", seen(dead("timeout"), **{"grpc-firewall": _rules(rule)}))
    rest = "INPUT -p tcp -m tcp --dport 50051 -m comment --comment 'a b' -j DROP"
    assert plan.commands == (f"iptables -D {rest}",)
    assert plan.undo == (f"iptables -I {rest}",)


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("serve", "--host", "127.0.0.1"), ("serve", "--host", "0.0.0.0")),
        (("serve", "--bind=127.0.0.1:50051"), ("serve", "--bind=0.0.0.0:50051")),
        (("serve", "[::1]:50051"), ("serve", "0.0.0.0:50051")),
        (("serve", '{"bind": "127.0.0.1"}'), ("serve", '{"bind": "0.0.0.0"}')),
        (("serve", "--redis", "redis://localhost:6379"), None),
        (("serve", "--port", "50051"), None),
    ],
)
def test_only_the_address_to_listen_at_is_replaced(
    words: tuple[str, ...], changed: tuple[str, ...] | None
) -> None:
    """Where the worker calls somebody else stays as it is."""
    change = rebound(container(options=tuple(RunOption("", word) for word in words)), PORT)
    assert (None if change is None else tuple(each.value for each in change.words or ())) == changed


def test_several_processes_of_one_program_are_no_strangers() -> None:
    """A prefork server, with or without an index on its command line."""
    first, second = (
        owner(command="python -u worker.py --index 0"),
        owner(pid=950, command="python worker.py --index 1"),
    )
    assert strangers((first, second)) == ()
    assert strangers((first, owner(pid=951, command="python stt.py"))) != ()
    child = Owner(HOST, PORT, 952, 900, "other", "something else")
    assert strangers((first, child)) == ()


def test_one_address_is_not_shared_with_another() -> None:
    """IPv4 and IPv6 loopback are two places."""
    assert strangers((owner("127.0.0.1"), owner("::1", pid=950, command="python stt.py"))) == ()


@pytest.mark.parametrize(
    ("offered", "kind"),
    [
        (("tts.v1.TextToSpeech",), "same"),
        (("tts.v2.TextToSpeech",), "version"),
        (("tts.v1.Synthesizer",), "version"),
        (("speech.TextToSpeech",), "version"),
        (("stt.v1.SpeechToText",), "stranger"),
    ],
)
def test_kin_is_told_from_strangers(offered: tuple[str, ...], kind: str) -> None:
    """The same last name, or the same package but for its version."""
    assert relation("tts.v1.TextToSpeech", offered) == kind


@pytest.mark.parametrize(
    ("throttled", "periods", "settings_ms", "is_throttled"),
    [
        (7, 7, 400.0, True),
        (7, 7, 80.0, True),
        (7, 7, 20.0, False),
        (3, 7, 400.0, False),
        (0, 0, 400.0, False),
    ],
)
def test_held_back_counts_if_it_is_felt(
    throttled: int, periods: int, settings_ms: float, is_throttled: bool
) -> None:
    """Most periods, and an answer that comes late."""
    limited = inside(("0.0.0.0", PORT), throttled=throttled, periods=periods)
    evidence = in_container(walk(talk=talk(settings_ms=settings_ms)), insides=limited)
    assert workers(evidence)[0].is_throttled is is_throttled


def test_a_worker_that_was_not_called_leaves_it_open() -> None:
    """More are registered than are called in one run."""
    whole = seen()
    assert whole.workers.value is not None
    more = whole.having(Observation("grpc-workers", value=replace(whole.workers.value, left_out=3)))
    standing = GRPC.standings[0]
    assert standing.also_unseen(more, []) == ["3 more workers not called."]
    assert standing.also_unseen(whole, []) == []
    assert ADDRESS in standing.healthy(whole)


def test_the_remedy_is_about_the_worker_that_has_the_fault() -> None:
    """Not about the first one: each command names the other's address or container."""
    other = Endpoint("127.0.0.1:50052", HOST, 50052)
    both = Workers(
        "registry", (Endpoint(ADDRESS, HOST, PORT), other), Settings(service="tts.v1.TextToSpeech")
    )
    ways = Walks((walk(), replace(walk(talk=talk(most_streams=1)), address=other.address)))
    evidence = seen(workers=both, walks=ways, parameters={"worker_address": ""})
    assert "50052" in GRPC.plan("raise-stream-limit", evidence).commands[0]
    asleep = container("paused", name="second", ports=(PortBinding(50052, "tcp", HOST, 50052),))
    ways = Walks((dead(), replace(cut_off(WireSeen("silent")), address=other.address)))
    evidence = seen(
        workers=both,
        walks=ways,
        containers=containers(asleep),
        parameters={"worker_address": ""},
        owners=Owners((PORT, 50052)),
    )
    assert GRPC.plan("unpause-container", evidence).commands == ("docker unpause second",)
