"""Secrets planted wherever a run reads: none of them is in anything that the run leaves or says."""

from __future__ import annotations

import html
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from docker.models.containers import Container

from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.files import unpack_payload
from runbooklab.lab.ports import free_port
from runbooklab.redaction import Vault

ROOT = Path(__file__).resolve().parents[2]

PASSWORD = "Pl4nt-ed@pass/w#rd"
IN_URL = "Pl4nt-ed%40pass%2Fw%23rd"
BODY = [f"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcw{number:02d}QyKwXvBnMaLsPdRfTgHj" for number in range(6)]

#: Where -> what is planted there.
PLANTED = {
    "masterauth in the arguments": "mstr-Qx81vv",
    "second ACL password": "acl>Uu72kd",
    "environment": "env w1th spaces, Kk9",
    "environment, URL": "envurl-83hGf",
    "environment, odd name": "odd-Nm5-hmac",
    "label": "label-Rt64-x",
    "health check": "hlth-Vb31-q",
    "log, AUTH": "log-auth-99Zz",
    "log, MONITOR": "log-mon-17Yy",
    "log, requirepass": "log-req-28Xx",
    "log, SETUSER": "log-acl-35Ww",
    "log, sentence": "log-sent-46Vv",
    "log, cookie": "logcookie57Uu",
    "log, JSON in JSON": "log-json-68Tt",
    "log, AWS": "AKIAIOSFODNN7EXAMPLE",
    "log, GitHub": "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
    "log, JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXRleHQ",
    "value of a key, JSON": "val-json-79Ss",
    "value of a key, URL": "val-url-80Rr",
    "field of a hash": "val-hash-91Qq",
    "name of a client": "cli-name-02Pp",
    "slow log": "slow-13Oo-pw",
    "error text, port": "err-port-24Nn",
    "error text, repr": "err-repr-35Mm",
    "configuration, beside the URL": "conf-46Ll-side",
    "configuration, comment": "conf-57Kk-cmt",
    "configuration, block": "conf-68Jj-block",
}  # fmt: skip

#: What a run looks at and keeps nothing of, or only as a part of a longer secret (a whole cookie).
NEVER_KEPT = {
    "environment, odd name", "name of a client", "slow log", "log, cookie",
}  # fmt: skip

LOG = """
sending "AUTH" "{log, AUTH}"
1700000000.1 [0 127.0.0.1:5000] "HELLO" "3" "AUTH" "default" "{log, MONITOR}"
CONFIG SET requirepass {log, requirepass}
"ACL" "SETUSER" "app" "on" ">{log, SETUSER}" "~*"
Using password {log, sentence} for redis
Set-Cookie: sid={log, cookie}; Path=/
{{"message": "{{\\"password\\": \\"{log, JSON in JSON}\\"}}"}}
key {log, AWS} in use
token={log, GitHub}
Authorization: Bearer {log, JWT}
-----BEGIN PRIVATE KEY-----
{BODY}
-----END PRIVATE KEY-----
"""

ERROR_TEXT = """
redis.exceptions.ConnectionError: Error 111 connecting to localhost:6379. Connection refused.
ValueError: Port could not be cast to integer value as '{error text, port}'
ConnectionPool(Connection(host='localhost', port=6379, password='{error text, repr}'))
"""

CONFIG = """
redis:
  # password: {configuration, comment}
  url: "redis://:{IN_URL}@127.0.0.1:{PORT}/0"
  sentinel_password: {configuration, beside the URL}
  signing_key: |
    {configuration, block}
"""


def _filled(text: str, **more: object) -> str:
    for name, value in {**PLANTED, "BODY": "\n".join(BODY), "IN_URL": IN_URL, **more}.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text.replace("{{", "{").replace("}}", "}")


@pytest.fixture
def planted(testbed: RedisTestbed, tmp_path: Path) -> tuple[Container, int]:
    """A Redis that asks for a password, with a secret at every place that a run looks at."""
    port = free_port()
    log = testbed.file("lines", _filled(LOG))
    health = f"redis-cli -a '{PLANTED['health check']}' ping"
    container = testbed.container(
        "planted",
        [
            "sh", "-c", 'cat /lines; exec redis-server "$@"', "redis", "--save", "", "--protected-mode", "no",
            "--requirepass", PASSWORD, "--masterauth", PLANTED["masterauth in the arguments"],
            "--slowlog-log-slower-than", "0",
            "--user", "app", "on", f">{PLANTED['second ACL password']}", "~*", "+@all",
        ],
        ports={"6379/tcp": ("127.0.0.1", port)},
        volumes=[f"{log}:/lines:ro"],
        environment={
            "REDIS_PASSWORD": PLANTED["environment"],
            "BROKER": f"amqp://me:{PLANTED['environment, URL']}@mq",
            "COOKIE_HMAC_KEY": PLANTED["environment, odd name"],
        },
        labels={"org.example.api-token": PLANTED["label"]},
        healthcheck={"test": ["CMD-SHELL", health], "interval": 500_000_000},
    )  # fmt: skip
    testbed.says(container, "Ready to accept connections")
    client = testbed.client(f"redis://:{IN_URL}@127.0.0.1:{port}")
    client.set("worker:1", json.dumps({"host": "w1", "password": PLANTED["value of a key, JSON"]}))
    client.set("worker:2", f"redis://u:{PLANTED['value of a key, URL']}@w2")
    client.hset("worker:3", "api_key", PLANTED["field of a hash"])
    client.set("x", f"password={PLANTED['slow log']}")
    client.client_setname(f"token={PLANTED['name of a client']}")
    config = tmp_path / "orchestrator.yaml"
    config.write_text(_filled(CONFIG, PORT=port))
    return container, port


@pytest.mark.parametrize("given", ["configuration", "parameter"])
def test_no_artefact_holds_a_planted_secret(
    planted: tuple[Container, int], tmp_path: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every file of the run, its list of runs, stdout and stderr: in no form, the packed run included."""
    container, port = planted
    reports = tmp_path / "reports"
    values = {
        "orchestrator_config": str(tmp_path / "orchestrator.yaml"),
        "redis_url": f"redis://:{IN_URL}@127.0.0.1:{port}" if given == "parameter" else "",
        "redis_container": container.name,
        "docker_network": "",
        "error_text": _filled(ERROR_TEXT),
    }
    words = [word for name, value in values.items() for word in ("-p", name, value)]
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", "run", "redis-connection", *words,
         "--reports", str(reports), "--json", "--format", "md", "--postmortem"],
        cwd=ROOT, capture_output=True, timeout=100, check=False,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")},
    )  # fmt: skip
    diagnosis = json.loads(done.stdout)
    assert {finding["id"]: finding["status"] for finding in diagnosis["findings"]}[
        "redis-authentication"
    ] == "ok"
    left = {path.name: path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    assert {"report.html", "report.ipynb", "evidence.json", "diagnosis.json", "index.html"} <= left.keys()
    page = left["report.html"].decode()
    left |= {
        "stdout": done.stdout,
        "stderr": done.stderr,
        "what the report carries": unpack_payload(left["report.html"]),
        "text of the report": html.unescape(page).encode(),
    }
    vault = Vault(b"only looks for what was planted")
    tokens = {vault.learn(value): where for where, value in PLANTED.items()}
    tokens |= {vault.learn(PASSWORD): "password", vault.learn(IN_URL, in_url=True): "password in a URL"}
    tokens |= {vault.learn(line): "line of the key" for line in BODY}
    leaks = {name: [tokens[token] for token in vault.leaks(data)] for name, data in left.items()}
    assert {name: where for name, where in leaks.items() if where} == {}
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    own = Vault()
    seen = {where for where, value in PLANTED.items() if own.learn(value).encode() in left["evidence.json"]}
    assert set(PLANTED) - seen == NEVER_KEPT  # else the search above proves nothing
    assert "Secrets left out" in page
    assert "REDIS_PASSWORD" in page
