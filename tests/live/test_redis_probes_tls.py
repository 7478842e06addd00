"""The TLS probe against real servers with certificates made for the test."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from collecting import collect, stages_of, talk_of
from redis_servers import RedisServer, redis_server, require

from judging import judge_causes


@dataclass(frozen=True)
class Authority:
    """A certificate authority of our own, and certificates it has signed."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.crt"

    def sign(self, name: str, names: str, days: int = 2) -> None:
        """A certificate ``name.crt`` for ``names``, valid for ``days`` days from now."""
        self.run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                 "-subj", f"/CN={name}")  # fmt: skip
        (self.folder / "extensions").write_text(f"subjectAltName={names}\n")
        self.run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
                 "-out", f"{name}.crt", "-days", str(days), "-extfile", "extensions")  # fmt: skip

    def run(self, *arguments: str) -> None:
        """One openssl command in the authority's folder."""
        subprocess.run([require("openssl"), *arguments], cwd=self.folder, check=True, capture_output=True)

    def server(self, name: str) -> list[str]:
        """redis-server's arguments for a TLS port with that certificate."""
        return [
            "--tls-cert-file", str(self.folder / f"{name}.crt"),
            "--tls-key-file", str(self.folder / f"{name}.key"),
            "--tls-ca-cert-file", str(self.ca),
        ]  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("ca"))
    made.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
             "-days", "2", "-subj", "/CN=Lab CA")  # fmt: skip
    made.sign("good", "DNS:localhost,IP:127.0.0.1")
    made.sign("other", "DNS:other.example.org")
    made.sign("old", "IP:127.0.0.1", days=-1)
    return made


@pytest.fixture(scope="module")
def server(authority: Authority) -> Iterator[RedisServer]:
    """A TLS server that asks clients for no certificate."""
    with redis_server(*authority.server("good"), "--tls-auth-clients", "no", plain=False) as running:
        yield running


def tls_url(server: RedisServer, *options: object) -> str:
    return f"rediss://127.0.0.1:{server.port}?" + "&".join(map(str, options))


def test_tls_done_right(server: RedisServer, authority: Authority) -> None:
    """The handshake, the certificate and the whole conversation; nothing in plain is sent."""
    evidence = collect(tls_url(server, f"ssl_ca_certs={authority.ca}"))
    assert evidence.tls.value is not None
    assert (evidence.tls.value.outcome, evidence.tls.value.version) == ("ok", "TLSv1.3")
    assert evidence.tls.value.names == ("localhost", "127.0.0.1")
    assert stages_of(evidence)["tls"].outcome == "ok"
    assert stages_of(evidence)["ping"].outcome == "ok"
    assert talk_of(evidence).can_write == "yes"
    assert evidence.first_bytes.missing is not None
    assert evidence.first_bytes.missing.reason == "not-applicable"
    log = (server.folder / "log").read_text()
    assert "wrong version number" not in log


def test_an_unknown_authority(server: RedisServer) -> None:
    """The system's authorities don't know ours."""
    evidence = collect(tls_url(server))
    assert evidence.tls.value is not None
    assert evidence.tls.value.outcome == "untrusted"
    assert stages_of(evidence)["tls"].outcome == "error"
    assert stages_of(evidence)["ping"].outcome == "not-reached"


@pytest.mark.parametrize(("certificate", "outcome"), [("other", "hostname-mismatch"), ("old", "expired")])
def test_a_certificate_that_does_not_fit(authority: Authority, certificate: str, outcome: str) -> None:
    """A certificate for another name, and one that has expired."""
    arguments = (*authority.server(certificate), "--tls-auth-clients", "no")
    with redis_server(*arguments, plain=False) as running:
        evidence = collect(tls_url(running, f"ssl_ca_certs={authority.ca}"))
    assert evidence.tls.value is not None
    assert evidence.tls.value.outcome == outcome


@pytest.mark.parametrize("protocol", ["TLSv1.2", "TLSv1.3"])
def test_a_server_that_wants_a_client_certificate(authority: Authority, protocol: str) -> None:
    """TLS 1.3 refuses the client only after the handshake; with a certificate all is well."""
    with redis_server(*authority.server("good"), "--tls-protocols", protocol, plain=False) as running:
        trusted = f"ssl_ca_certs={authority.ca}"
        refused = collect(tls_url(running, trusted)).tls.value
        mine = (f"ssl_certfile={authority.folder}/good.crt", f"ssl_keyfile={authority.folder}/good.key")
        accepted = collect(tls_url(running, trusted, *mine)).tls.value
    assert refused is not None
    assert accepted is not None
    assert (refused.outcome, accepted.outcome) == ("client-certificate-required", "ok")


def test_a_missing_authority_file(server: RedisServer) -> None:
    """A path in the URL that isn't there is distinguished from a bad certificate."""
    evidence = collect(tls_url(server, "ssl_ca_certs=/nowhere/ca.crt"))
    assert evidence.tls.value is not None
    assert evidence.tls.value.outcome == "ca-file-missing"


def test_a_version_the_server_does_not_speak(authority: Authority) -> None:
    """A client that insists on TLS 1.3 and a server that has 1.2."""
    arguments = (*authority.server("good"), "--tls-auth-clients", "no", "--tls-protocols", "TLSv1.2")
    with redis_server(*arguments, plain=False) as running:
        url = tls_url(running, f"ssl_ca_certs={authority.ca}", "ssl_min_version=772")
        seen = collect(url).tls.value
    assert seen is not None
    assert seen.outcome == "version-mismatch"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated:DeprecationWarning")
def test_an_outdated_version_that_both_offer_and_neither_may_use(authority: Authority) -> None:
    """To a client that offers TLS 1.1, too, as some builds of Python do, the server does not say why."""
    arguments = (*authority.server("good"), "--tls-protocols", "TLSv1.1", "--tls-auth-clients", "no")
    with redis_server(*arguments, plain=False) as running:
        evidence = collect(tls_url(running, f"ssl_ca_certs={authority.ca}", "ssl_min_version=769"))
    seen = evidence.tls.value
    assert seen is not None
    assert seen.outcome == "version-mismatch"


def test_tls_to_a_plain_port() -> None:
    """A plain server answers a handshake with nothing, or with something that is no TLS."""
    with redis_server() as running:
        evidence = collect(tls_url(running), timeout_s=2.0)
    assert evidence.tls.value is not None
    assert evidence.tls.value.outcome in {"timeout", "not-tls", "closed"}
    assert evidence.first_bytes.missing is not None


def test_plain_to_a_tls_port(server: RedisServer) -> None:
    """A TLS server drops a plain client without a word, and answers a handshake."""
    evidence = collect(server.url(), timeout_s=1.0)
    assert evidence.first_bytes.value is not None
    assert evidence.first_bytes.value.outcome == "tls"
    assert stages_of(evidence)["ping"].outcome == "closed"
    causes = judge_causes(evidence)
    assert next(cause.id for cause in causes if cause.primary) == "plain-to-tls-port"


def test_a_handshake_that_fails_is_no_rejected_connection(server: RedisServer, authority: Authority) -> None:
    """Redis does not count it among ``rejected_connections``, so that our words need not name TLS."""
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
            connection.sendall(b"PING\r\n")
            connection.settimeout(5)
            with suppress(ConnectionResetError):
                connection.recv(20)
    evidence = collect(tls_url(server, f"ssl_ca_certs={authority.ca}"))
    assert talk_of(evidence).info["rejected_connections"] == "0"
