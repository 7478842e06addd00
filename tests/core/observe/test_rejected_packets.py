"""How many packets a network has rejected, as the kernel counts them."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.namespace import parse_rejected
from runbooklab.observe.net import into_container
from runbooklab.observe.net.records import TcpAttempt

TABLE = """Icmp: InMsgs OutMsgs OutRateLimitGlobal OutRateLimitHost OutDestUnreachs
Icmp: 40 12 1 7 12
Udp: InDatagrams NoPorts InErrors
Udp: 500 5 0
"""


def test_what_was_kept_back_counts_and_closed_ports_of_udp_do_not() -> None:
    """A late answer of a name server is no rule of a firewall."""
    assert parse_rejected(TABLE) == 12 + 7 + 1 - 5


def test_an_older_kernel_counts_what_it_said() -> None:
    """It has no columns for what it kept back."""
    assert parse_rejected("Icmp: OutDestUnreachs\nIcmp: 3\nUdp: NoPorts\nUdp: 0\n") == 3


@pytest.mark.parametrize("table", ["", "Icmp: OutDestUnreachs\n", "Udp: NoPorts\nUdp: many\n", "\n\n"])
def test_what_is_no_such_table_is_not_known(table: str) -> None:
    """Not known is not zero."""
    assert parse_rejected(table) is None


@pytest.mark.parametrize(
    ("counted", "outcome"),
    [((3, 4), "refused"), ((3, 3), "timeout"), ((None, 4), "timeout"), ((4, None), "timeout")],
)
def test_a_timeout_is_a_rejection_only_if_the_count_rises(
    counted: tuple[int | None, int | None], outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts and the connections are given; the drills have real ones."""
    counts = iter(counted)
    attempts = (TcpAttempt("172.18.0.5", 6379, "timeout", errno.ETIMEDOUT), TcpAttempt("::1", 1, "connected"))
    monkeypatch.setattr(into_container, "is_here", lambda *_: True)
    monkeypatch.setattr(into_container, "rejected_packets", lambda _: next(counts))
    monkeypatch.setattr(into_container, "connect_all", lambda *_: attempts)
    found = Container(name="redis", id="r", image="redis", state="running")
    seen = into_container.connect_into(found, ["172.18.0.5"], 6379, 0.1)
    assert [each.outcome for each in seen] == [outcome, "connected"]


def test_this_machine_says_how_many() -> None:
    """The kernel that the tests run on has the table."""
    assert parse_rejected(Path("/proc/self/net/snmp").read_text()) is not None
