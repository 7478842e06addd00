"""What a tls check sees of certificates that are right, expired, for another name, or from nobody."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

import fake_servers
from asking import asked, command, context, looked, refused
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.grpc.lab.testbed import GrpcTestbed
from runbooklab.lab.certificates import Authority
from runbooklab.lab.certificates import authority as new_authority


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    """An authority of the lab's own."""
    with GrpcTestbed() as bed:
        yield new_authority(bed)


def shaking_hands(certificate: str, context: ssl.SSLContext | None = None) -> fake_servers.Answer:
    """Shake hands with this certificate, and keep what the client says afterwards: it must be nothing."""
    context = context or ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, Path(certificate).with_suffix(".key"))

    def answer(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True) as secured:
            if secured.recv(100):
                raise AssertionError("something was sent after the handshake")

    return answer


def look(authority: Authority, certificate: str, **options: str) -> Seen:
    """What a check sees of a server with this certificate, that trusts the authority."""
    given = {"ca": authority.file, **{k.replace("_", " "): v for k, v in options.items()}}
    with fake_servers.serving(shaking_hands(certificate)) as port:
        return looked(asked("tls", f"127.0.0.1:{port}", {k: v for k, v in given.items() if v}))


def test_a_good_certificate_is_trusted(authority: Authority) -> None:
    """Its days, names, issuer and version are seen, and nothing is wrong."""
    seen = look(authority, authority.issue("good", "127.0.0.1", "db.example")[0])
    assert 29 < seen.values["days_left"] <= 30
    assert seen.values["names"] == ["127.0.0.1", "db.example"]
    assert seen.values["issuer"] == "CN=Lab ca"
    assert seen.values["version"] == "TLSv1.3"
    assert (seen.values["trusted"], seen.values["error"]) == (True, "")


@pytest.mark.parametrize(
    ("host", "days", "options", "said"),
    [
        ("127.0.0.1", -3, {}, "expired"),
        ("other.example", 30, {}, "IP address mismatch"),
        ("other.example", 30, {"server_name": "db.example"}, "Hostname mismatch"),
        ("127.0.0.1", 30, {"ca": ""}, "unable to get local issuer"),
    ],
)
def test_a_certificate_that_a_client_refuses_is_seen_all_the_same(
    authority: Authority, host: str, days: int, options: dict[str, str], said: str
) -> None:
    """Why it is not trusted is told, with the days that it has left or is over."""
    seen = look(authority, authority.issue("bad", host, starts=-9, ends=days)[0], **options)
    assert seen.values["trusted"] is False
    assert said in seen.values["error"]
    assert (seen.values["days_left"] < 0) is (days < 0)


def test_a_self_signed_certificate_is_from_nobody(authority: Authority) -> None:
    """The authority's own certificate, which no client of this host knows."""
    seen = look(authority, authority.file, ca="")
    assert seen.values["trusted"] is False
    assert "self-signed" in seen.values["error"]


def test_another_name_may_be_asked_for(authority: Authority) -> None:
    """With `server name` the certificate is checked for that name."""
    seen = look(authority, authority.issue("named", "www.example")[0], server_name="www.example")
    assert seen.values["trusted"] is True


def test_an_authority_that_cannot_be_read_leaves_trust_unknown(authority: Authority) -> None:
    """The certificate is seen; whether it is trusted is not."""
    seen = look(authority, authority.issue("plain", "127.0.0.1")[0], ca="/nowhere/ca.pem")
    assert "trusted" in seen.unobserved
    assert "days_left" in seen.values


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fake_servers.saying(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not speak TLS"),
        (fake_servers.endless(b"", b"\x16\x03\x01\xff\xff" * 500), ""),
        (lambda sock: sock.close(), "closed the connection"),
        (fake_servers.silent, "not over in time"),
        (fake_servers.dripping(b"\x16\x03\x03\x00\x7a"), "not over in time"),
    ],
)
def test_what_does_not_speak_tls_is_told_in_time(answer: fake_servers.Answer, said: str) -> None:
    """No handshake: a sentence, and no certificate's fields."""
    with fake_servers.serving(answer) as port:
        seen = looked(asked("tls", f"127.0.0.1:{port}", timeout_s=0.8))
    assert said in seen.values["error"]
    assert not {"days_left", "trusted", "names"} & set(seen.values)


def test_an_old_version_is_seen(authority: Authority) -> None:
    """A server that speaks TLS 1.2 at most."""
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with fake_servers.serving(shaking_hands(authority.issue("old", "127.0.0.1")[0], old)) as port:
        ctx = context()
        seen = looked(asked("tls", f"127.0.0.1:{port}", {"ca": authority.file}), ctx)
    assert (seen.values["version"], seen.values["trusted"]) == ("TLSv1.2", True)
    assert [entry.to for entry in ctx.ledger] == ["tcp", "tls", "tcp", "tls"]


def test_nobody_there_is_data() -> None:
    """A closed port is refused."""
    assert looked(asked("tls", f"127.0.0.1:{fake_servers.closed_port()}")).values["refused"] is True


def test_the_command_prints_the_certificate() -> None:
    """An IPv6 address keeps its brackets for openssl; the name is asked for."""
    line = command(asked("tls", "[::1]:443", {"server name": "db.example"}))
    assert line.startswith("openssl s_client -connect '[::1]:443' -servername db.example </dev/null | ")
    assert "`server name`" in refused(asked("tls", "db:443", {"server name": "-x"}))
