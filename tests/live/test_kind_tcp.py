"""What a tcp check sees of real listeners, and where nobody listens."""

from __future__ import annotations

import queue

import pytest

import fake_servers
from asking import asked, command, context, looked, refused
from runbooklab.lab.testbed import Testbed


def test_a_listener_is_open_and_its_banner_is_seen() -> None:
    """The first line that a server says stands in the banner; nothing is sent to it."""
    heard: queue.Queue[bytes] = queue.Queue()

    def greet(sock: fake_servers.socket.socket) -> None:
        sock.sendall(b"SSH-2.0-OpenSSH_9.2\r\nmore")
        heard.put(sock.recv(100))

    ctx = context()
    with fake_servers.serving(greet) as port:
        seen = looked(asked("tcp", "127.0.0.1:${port}", port=str(port)), ctx)
    assert seen.values["open"] is True
    assert seen.values["refused"] is False
    assert seen.values["banner"] == "SSH-2.0-OpenSSH_9.2"
    assert heard.get(timeout=10) == b""
    assert [entry.what for entry in ctx.ledger] == [f"connect 127.0.0.1:{port}"]


def test_a_server_that_waits_for_its_client_says_nothing_of_a_banner() -> None:
    """It is open; whether it would say something later is not known."""
    with fake_servers.serving(fake_servers.silent) as port:
        seen = looked(asked("tcp", f"127.0.0.1:{port}"))
    assert seen.values["open"] is True
    assert "banner" in seen.unobserved


def test_what_a_server_says_first_is_bounded() -> None:
    """One that never stops is open, and its beginning is seen."""
    with fake_servers.serving(fake_servers.endless(b"", b"\xff\x00" * 9999)) as port:
        seen = looked(asked("tcp", f"127.0.0.1:{port}"))
    assert seen.values["open"] is True
    assert 0 < len(seen.values["banner"]) < 5000


def test_a_closed_port_is_refused() -> None:
    """Nobody listens: that is data, with a sentence."""
    port = fake_servers.closed_port()
    seen = looked(asked("tcp", f"127.0.0.1:{port}"))
    assert (seen.values["open"], seen.values["refused"]) == (False, True)
    assert (seen.values["host"], seen.values["port"]) == ("127.0.0.1", str(port))
    assert "ms" not in seen.values
    assert seen.note == f"Connection refused by 127.0.0.1:{port}."


def test_dropped_packets_time_out() -> None:
    """A firewall that drops: no answer in time, and no refusal."""
    port = fake_servers.closed_port()
    with Testbed() as bed:
        bed.firewall("INPUT", "-i", "lo", "-p", "tcp", "--dport", str(port), "-j", "DROP")
        seen = looked(asked("tcp", f"127.0.0.1:{port}", timeout_s=0.6))
    assert (seen.values["open"], seen.values["refused"], seen.values["timed_out"]) == (False, False, True)


def test_a_name_that_does_not_exist_has_no_address() -> None:
    """Either the resolver says so, or it says nothing, and then that is unknown."""
    seen = looked(asked("tcp", "db.invalid:5432", timeout_s=2.0))
    assert seen.values["open"] is False
    assert seen.values.get("unresolved") is True or "unresolved" in seen.unobserved


@pytest.mark.parametrize(
    ("subject", "values"),
    [
        ("${h}:22", {"h": "-oProxyCommand=x"}),
        ("${h}:22", {"h": "a b"}),
        ("${h}:22", {"h": "a@b"}),
        ("${h}:22", {"h": "a/b"}),
        ("${h}:22", {"h": "a:1"}),
        ("${h}:22", {"h": "::1"}),
        ("${h}:22", {"h": "a\nb"}),
        ("${h}:22", {"h": ""}),
        ("db:${p}", {"p": "70000"}),
        ("db:${p}", {"p": "0"}),
        ("db", {}),
    ],
)
def test_hosts_that_are_none_are_refused(subject: str, values: dict[str, str]) -> None:
    """A value that would be an option, another host or two words is refused in one sentence."""
    why = refused(asked("tcp", subject, **values))
    assert why.endswith(".")
    assert "\n" not in why


def test_the_command_is_for_a_shell() -> None:
    """An IPv6 address loses its brackets, as nc takes it."""
    assert command(asked("tcp", "[::1]:443")) == "nc -vz ::1 443"
