"""Secrets that declared checks send: each is sent, and is in nothing that a run leaves."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fake_servers import request_of, serving

KEY = "Tr0ub4dor-and-3-horses"
PASSWORD = "hunter2-but-longer"
RUNBOOK = """---
title: Keys
uses: []
parameters:
  - {name: web, type: int, default: 80}
  - {name: api_key, type: str, default: "", secret: true}
  - {name: base, type: str, default: "", secret: true}
---

# Keys

```{code-cell}
diagnose()
```

## Checks

```{check} web-one
title: Web
http: http://127.0.0.1:${web}/one
bearer: ${api_key}
pass: {when: status == 200, says: "Seen with ${api_key} at ${base}: ${body}"}
fail: status >= 400
```

```{check} web-two
http: ${base}/two?key=${api_key}
headers:
  X-Key: ${api_key}
pass: status == 500
fail: status == 200
```

```{check} nothing-there
tcp: 127.0.0.1:${api_key}
pass: open
```

```{cause} leaky
title: The key is refused
when: web-two fails
proof: ${api_key} and ${base} gave ${web-two.body}, ${web-one.json.key}
fix: rotate
```

```{remedy} rotate
title: Rotate the key
run: |
  rotate ${api_key} "${base}" --key=${api_key}
undo: unrotate ${api_key}
changes: the key ${api_key}
loses: what ${base} has
verify: [web-one, web-two]
```

```{code-cell}
conclude()
```
"""


@pytest.mark.parametrize("given", ["env", "file", "plain"])
def test_no_artefact_holds_a_secret(given: str, tmp_path: Path) -> None:
    """The server echoes what it gets; report, notebook, evidence, ledger and output have tokens instead."""
    for name in ("configs", "runbooks"):
        (tmp_path / name).mkdir()
    (tmp_path / "runbooks" / "keys.md").write_text(RUNBOOK)
    (folder := tmp_path / "secrets").mkdir()
    (folder / "key").write_text(f"{KEY}\n")
    requests: list[bytes] = []

    def echo(sock: socket.socket) -> None:
        requests.append(request_of(sock))
        body = b"echo " + requests[-1].replace(b"\r\n", b" | ")
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    with serving(echo) as port:
        base = f"http://user:{PASSWORD}@127.0.0.1:{port}"
        key = {"env": "env:MY_KEY", "file": f"file:{folder}/key", "plain": KEY}[given]
        url = "env:MY_BASE" if given == "env" else base
        values = ["-p", "web", str(port), "-p", "api_key", key, "-p", "base", url]
        environment = {**os.environ, "MY_KEY": KEY, "MY_BASE": base}
        said = b""
        for words in (["build"], ["run", "keys", *values], ["run", "keys", *values, "--plan"]):
            done = subprocess.run(
                [sys.executable, "-m", "runbooklab", *words], cwd=tmp_path, env=environment,
                capture_output=True, timeout=100, check=False,
            )  # fmt: skip
            said += done.stdout + done.stderr
    assert b"fix: rotate " in said
    assert {request[:8] for request in requests} == {b"GET /one", b"GET /two"}
    assert all(KEY.encode() in request for request in requests)
    left = [path for path in (tmp_path / "reports").rglob("*") if path.is_file()]
    assert {path.name for path in left} >= {"report.html", "report.ipynb", "evidence.json", "diagnosis.json"}
    for secret in (KEY, PASSWORD):
        assert secret.encode() not in said
        assert [path.name for path in left if secret.encode() in path.read_bytes()] == []
