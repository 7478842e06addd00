"""What a dns check sees of a real dnsmasq; and of fakes that say nothing, or nonsense."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import pytest

import fake_servers
from asking import asked, command, context, looked, refused
from machine import lacking
from runbooklab.domains.generic.records import Seen
from runbooklab.lab.testbed import Testbed


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a real name server with a few records, that asks nobody else."""
    program = shutil.which("dnsmasq")
    if program is None:
        lacking("dnsmasq is not installed")
    port = fake_servers.closed_port()
    rows = [
        "--address=/db.example/10.1.2.3", "--address=/db.example/10.1.2.4", "--cname=www.example,db.example",
        "--mx-host=mail.example,mx.example,10", "--txt-record=txt.example,v=spf1 -all",
        "--srv-host=_redis._tcp.example,db.example,6379", "--ptr-record=3.2.1.10.in-addr.arpa,db.example",
        *(f"--txt-record=long.example,{'x' * 200}{number}" for number in range(40)),
    ]  # fmt: skip
    plain = [
        "--no-daemon",
        "--no-hosts",
        "--no-resolv",
        "--conf-file=/dev/null",
        "--user=root",
        "--local=/example/",
    ]
    where = ["--listen-address=127.0.0.1", "--bind-interfaces", f"--port={port}", "--pid-file="]
    with Testbed() as bed:
        log = bed.folder / "dnsmasq.log"
        bed.process([program, *plain, *where, *rows], log=log)
        bed.until(lambda: "started" in log.read_text(), log.read_text)
        yield port


@contextmanager
def answering(answer: Callable[[bytes], bytes]) -> Iterator[int]:
    """The port of a fake name server that answers each packet in one way; nothing for an empty answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                try:
                    data, peer = sock.recvfrom(4096)
                    if not data:
                        return
                    said = answer(data)
                except OSError:
                    return
                if said:
                    sock.sendto(said, peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = sock.getsockname()[1]
        yield port
        sock.sendto(b"", ("127.0.0.1", port))
        thread.join(5)


def look(port: int, name: str, kind: str = "A", timeout_s: float = 3.0) -> Seen:
    """What a check sees of this server."""
    return looked(asked("dns", name, {"type": kind, "server": f"127.0.0.1:{port}"}, timeout_s=timeout_s))


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("db.example", "A", ["10.1.2.3", "10.1.2.4"]),
        ("DB.example.", "A", ["10.1.2.3", "10.1.2.4"]),
        ("www.example", "CNAME", ["db.example"]),
        ("mail.example", "MX", ["10 mx.example"]),
        ("txt.example", "TXT", ['"v=spf1 -all"']),
        ("_redis._tcp.example", "SRV", ["0 0 6379 db.example"]),
        ("10.1.2.3", "PTR", ["db.example"]),
    ],
)
def test_records_of_every_type_are_seen(server: int, name: str, kind: str, found: list[str]) -> None:
    """The answers as texts, in order, with their number and the server's code."""
    seen = look(server, name, kind)
    assert seen.values["addresses"] == found
    assert (seen.values["count"], seen.values["rcode"]) == (len(found), "NOERROR")
    assert seen.values["timed_out"] is False


def test_a_name_that_does_not_exist_is_data(server: int) -> None:
    """NXDOMAIN is an answer without addresses."""
    seen = look(server, "nobody.example")
    assert (seen.values["rcode"], seen.values["count"], seen.values["addresses"]) == ("NXDOMAIN", 0, [])


def test_a_long_answer_comes_by_tcp(server: int) -> None:
    """What does not fit into a packet is asked for again by TCP, and is bounded."""
    seen = look(server, "long.example", "TXT")
    assert seen.values["count"] == 40
    assert len(seen.values["addresses"]) == 40


def test_nobody_answers_is_data() -> None:
    """A port without a server, and a server that says nothing: no code, and a sentence."""
    refused_one = look(fake_servers.closed_port(), "db.example")
    assert "rcode" not in refused_one.values
    assert "nothing listens" in refused_one.note
    with answering(lambda data: b"") as port:
        silent = look(port, "db.example", timeout_s=0.5)
    assert silent.values["timed_out"] is True
    assert "rcode" not in silent.values


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTIMP"])
def test_a_server_that_cannot_say_is_told_by_its_code(rcode: str) -> None:
    """The code stands in the values; there are no answers in it."""

    def answer(data: bytes) -> bytes:
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.set_rcode(dns.rcode.from_text(rcode))
        return reply.to_wire()

    with answering(answer) as port:
        assert look(port, "db.example").values["rcode"] == rcode


@pytest.mark.parametrize(
    "answer", [lambda data: b"garbage", lambda data: data[:2] + b"\xff" * 300, lambda data: data[:12]]
)
def test_garbage_is_no_answer(answer: Callable[[bytes], bytes]) -> None:
    """What does not parse says nothing of the name, and does not raise."""
    with answering(answer) as port:
        seen = look(port, "db.example", timeout_s=0.6)
    assert "addresses" not in seen.values
    assert seen.note


def test_an_answer_without_an_end_by_tcp_is_left(server: int) -> None:
    """A packet that sends the client to TCP, where nobody listens: an error in time."""

    def answer(data: bytes) -> bytes:
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.flags |= dns.flags.TC
        return reply.to_wire()

    with answering(answer) as port:
        seen = look(port, "db.example", timeout_s=0.6)
    assert "addresses" not in seen.values


def test_this_hosts_own_servers_are_asked_by_default() -> None:
    """Without `server` the question goes to those of resolv.conf; an answer or none, it is told."""
    ctx = context()
    seen = looked(asked("dns", "db.invalid", timeout_s=1.0), ctx)
    assert "rcode" in seen.values or seen.note
    assert ctx.ledger


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("${n}", {}), ("http://db", {}), ("10.0.0.1", {}), ("db", {"server": "-x"}),
        ("db", {"server": "a b"}), ("", {}),
    ],
)  # fmt: skip
def test_names_that_are_none_are_refused(name: str, options: dict[str, str]) -> None:
    """An option, a URL, an address without PTR: one sentence says what to write."""
    assert refused(asked("dns", name, options, n="+short"))


def test_the_command_asks_the_same() -> None:
    """dig with the server, the port and the type."""
    assert (
        command(asked("dns", "db.example", {"type": "AAAA", "server": "::1"})) == "dig @::1 db.example AAAA"
    )
    assert (
        command(asked("dns", "10.0.0.1", {"type": "PTR", "server": "a:5353"})) == "dig @a -p 5353 -x 10.0.0.1"
    )
