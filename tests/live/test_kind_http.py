"""What an http check sees of a real nginx, and of servers that hang, never end or speak nonsense."""

from __future__ import annotations

import gzip
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import fake_servers
from asking import asked, context, looked
from machine import lacking
from runbooklab.domains.generic.lab.web_server import Nginx, nginx
from runbooklab.domains.generic.probes.http import HEADERS, command
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Testbed, Unavailable
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import Vault

OTHER = "@OTHER@"
CONFIG = """
server {
    listen 127.0.0.1:@PORT@;
    default_type application/json;
    location = /health { return 200 '{"database": "ok", "password": "hunter2-of-the-body", "n": [1, 2]}'; }
    location = /broken { return 503 'no'; }
    location = /here { return 302 /health; }
    location = /round { return 302 /round; }
    location = /away { return 302 http://127.0.0.1:@OTHER@/health; }
    location = /act { return 302 /-/reload; }
    location = /cookie { add_header Set-Cookie 'sid=4f9c1e7ab2d8aa01; Path=/'; return 200 'set'; }
    location = /echo { return 200 '$request_method $http_authorization $http_accept $request_uri'; }
    location = /gone { return 444; }
}
server { listen 127.0.0.1:@OTHER@; location / { return 200 'another server'; } }
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Nginx]:
    """A real nginx with a second server on another port."""
    with Testbed() as bed:
        try:
            yield nginx(bed, CONFIG.replace(OTHER, str(free_port())))
        except Unavailable as error:
            lacking(str(error))


def test_an_answer_is_seen_with_its_json_and_without_its_secrets(server: Nginx) -> None:
    """Status, time, headers and JSON are there; a password in the body is a token everywhere."""
    ctx = context()
    seen = looked(asked("http", "${base}/health", base=server.url), ctx)
    assert seen.values["status"] == 200
    assert seen.values["ms"] > 0
    assert seen.values["json"]["database"] == "ok"
    assert seen.values["json"]["n"] == [1, 2]
    assert seen.values["header"]["server"].startswith("nginx")
    assert seen.values["address"] == "127.0.0.1"
    assert (seen.values["redirects"], seen.values["refused"], seen.values["error"]) == (0, False, "")
    assert f"http://{seen.values['place']}{seen.values['path']}" == f"{server.url}/health"
    assert "hunter2" not in repr(seen)
    assert "HTTP 200 OK" in seen.shown
    assert [entry.to for entry in ctx.ledger] == ["tcp", "http"]
    assert ctx.ledger[1].what == f"GET {server.url}/health"


def test_the_command_shows_the_same(server: Nginx) -> None:
    """Pasted into a shell, it prints what the check saw."""
    said = subprocess.run(
        ["sh", "-c", command(asked("http", f"{server.url}/health"))],
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert "200 OK" in said.stdout
    assert '"database": "ok"' in said.stdout


def test_an_error_status_is_data(server: Nginx) -> None:
    """A 503 is a status like any other, and a body that is no JSON has none."""
    seen = looked(asked("http", f"{server.url}/broken"))
    assert seen.values["status"] == 503
    assert seen.values["body"] == "no"
    assert "json" not in seen.values
    assert seen.note == ""


@pytest.mark.parametrize(
    ("path", "status", "redirects", "location"),
    [
        ("/here", 200, 1, None),
        ("/round", 302, 5, "/round"),
        ("/away", 302, 0, "/health"),
        ("/act", 302, 0, "/-/reload"),
    ],
)
def test_a_redirect_is_followed_on_the_same_server_alone(
    server: Nginx, path: str, status: int, redirects: int, location: str | None
) -> None:
    """Not to another port, not to an address that acts, and not for ever; where it leads is told."""
    seen = looked(asked("http", server.url + path))
    assert (seen.values["status"], seen.values["redirects"]) == (status, redirects)
    assert (seen.values.get("location") or "").endswith(location or "")
    assert ("location" in seen.values) is (location is not None)
    assert "another server" not in repr(seen)


def test_a_cookie_is_a_secret(server: Nginx) -> None:
    """What a server sets for a login is learned, and shown as a token."""
    seen = looked(asked("http", f"{server.url}/cookie"))
    assert "4f9c1e7ab2d8aa01" not in repr(seen)
    assert "sid=***secret-" in seen.values["header"]["set-cookie"]


def test_secrets_are_sent_and_not_written(server: Nginx) -> None:
    """The server gets the token's value in its header and query; nothing that is kept has it."""
    vault = Vault(b"a key for tests")
    token = vault.learn("s3cret/of+mine")
    options = {"bearer": "${t}", HEADERS + "Accept": "text/plain"}
    ctx = context(vault)
    seen = looked(asked("http", "${base}/echo?key=${t}", options, base=server.url, t=token), ctx)
    assert f"GET Bearer {token} text/plain /echo?key={token}" == seen.values["body"]
    log = (server.folder / "access.log").read_text()
    assert "/echo?key=s3cret%2Fof%2Bmine" in log
    assert "s3cret" not in repr(seen) + repr(ctx.ledger)


def test_a_url_with_a_password_and_a_secret_url_are_used(server: Nginx) -> None:
    """Basic credentials go into their header; a URL that is a secret as a whole is opened when it is used."""
    vault = Vault(b"a key for tests")
    with_user = asked("http", "http://me:${p}@${at}/echo", p=vault.learn("pass word"), at=server.url[7:])
    whole = asked("http", "${hook}/echo", hook=vault.learn(f"http://me:pass%20word@{server.url[7:]}"))
    for question in (with_user, whole):
        seen = looked(question, context(vault))
        assert seen.values["status"] == 200
        assert "pass word" not in repr(seen)
    assert b"bWU6cGFzcyB3b3Jk" not in repr(seen).encode()  # of Basic me:pass word


def test_head_asks_for_no_body(server: Nginx) -> None:
    """With `method: HEAD` the status comes without a body."""
    seen = looked(asked("http", f"{server.url}/echo", {"method": "HEAD"}))
    assert (seen.values["status"], seen.values["body"]) == (200, "")


def test_another_address_can_be_connected_to(server: Nginx) -> None:
    """With `connect to` the name in the URL is asked for at an address that it does not resolve to."""
    to = {"connect to": f"127.0.0.1:{server.port}"}
    seen = looked(asked("http", f"http://www.example.invalid:{server.port}/health", to))
    assert seen.values["status"] == 200


def test_nobody_there_is_data() -> None:
    """A refused connection and a name without an address are values with a sentence, not failures."""
    port = fake_servers.closed_port()
    seen = looked(asked("http", f"http://127.0.0.1:{port}/"))
    assert seen.values["refused"] is True
    assert "status" not in seen.values
    assert seen.note == f"Connection refused by 127.0.0.1:{port}."


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (fake_servers.http_answer(b"HTTP/1.1 200 OK\r\nContent-Length: 900", b"short"), 200, "broke off"),
        (fake_servers.http_answer(b"\x00\x01\x02 garbage"), None, "no HTTP"),
        (fake_servers.http_answer(b"SSH-2.0-OpenSSH_9.2\r\n"), None, "no HTTP"),
        (lambda sock: sock.close(), None, "no HTTP answer"),
        (fake_servers.http_answer(b"HTTP/1.1 200 OK\r\nContent-Encoding: br", b"\x0b"), 200, "packed as br"),
        (fake_servers.http_answer(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip", b"{}"), 200, "no gzip"),
        (fake_servers.endless(b"HTTP/1.1 200 OK\r\n\r\n", b"y" * 65536), 200, "first MiB"),
        (fake_servers.endless(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65536), None, "no HTTP answer"),
        (
            fake_servers.http_answer(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip", gzip.compress(bytes(200 << 20), 9)
            ),
            200,
            "first MiB of the body was unpacked",
        ),
        (fake_servers.http_answer(b"HTTP/1.1 200 OK\r\nContent-Length: -5", b"{}"), 200, ""),
    ],
)  # fmt: skip
def test_answers_that_no_server_should_give_are_bounded(
    answer: fake_servers.Answer, status: int | None, said: str
) -> None:
    """Endless, packed, broken or no HTTP at all: what can be said is said, and memory stays small."""
    with fake_servers.serving(answer) as port:
        seen = looked(asked("http", f"http://127.0.0.1:{port}/", timeout_s=10.0))
    assert seen.values.get("status") == status
    assert len(seen.values.get("body", "")) <= 16384
    assert said in f"{seen.note} {seen.unobserved.get('json', '')} {seen.values['error']}"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (fake_servers.dripping(b"HTTP/1.1 200 OK\r\n\r\n"), 200),
        (fake_servers.dripping(b"HTTP/1.1 20"), None),
        (fake_servers.silent, None),
    ],
)
def test_a_server_that_hangs_or_drips_is_left_in_time(
    answer: fake_servers.Answer, status: int | None
) -> None:
    """The check's own time is for the whole answer, however slowly its bytes come."""
    with fake_servers.serving(answer) as port:
        seen = looked(asked("http", f"http://127.0.0.1:{port}/", timeout_s=1.0))
    assert seen.values["timed_out"] is True
    assert seen.values.get("status") == status
    assert "in time" in seen.note


def test_markup_and_terminal_codes_are_text() -> None:
    """What a body holds is shown with its control characters written out."""
    body = b"<script>alert(1)</script>\x1b[31mred\x07"
    with fake_servers.serving(fake_servers.http_answer(b"HTTP/1.1 200 OK", body)) as port:
        seen = looked(asked("http", f"http://127.0.0.1:{port}/"))
    assert seen.values["body"] == "<script>alert(1)</script>\\x1b[31mred\\x07"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_an_authority_that_cannot_be_used_says_nothing_of_the_server(
    content: str | None, server: Nginx, tmp_path: Path
) -> None:
    """The check is not observed, and never fails: the server was not asked."""
    authority = tmp_path / "ca.pem"
    if content is not None:
        authority.write_text(content, encoding="utf-8")
    with pytest.raises(NotObserved, match="the file of the authority cannot be used"):
        looked(asked("http", f"https://127.0.0.1:{server.port}/", {"ca": str(authority)}))


def test_a_server_without_tls_is_told_in_words(server: Nginx) -> None:
    """OpenSSL's own constants mean nothing to most readers."""
    seen = looked(asked("http", f"https://127.0.0.1:{server.port}/health"))
    assert "what answers does not speak TLS" in seen.values["error"]
