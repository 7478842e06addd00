"""Declared checks beside built-in ones, hostile values, many checks, two runbooks with the same ids."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from fake_servers import closed_port

HEAD = """---
title: T
uses: [{uses}]
parameters:
  - {{name: note, type: str, default: ""}}
{parameters}---

# T

```{{code-cell}}
diagnose()
```

## Checks

{body}
```{{code-cell}}
conclude()
```
"""


def project(
    root: Path, body: str, uses: str = "", parameters: str = "", names: tuple[str, ...] = ("t",)
) -> None:
    """A project with one runbook, under one or more names, built."""
    for folder in ("configs", "runbooks"):
        (root / folder).mkdir()
    for name in names:
        text = HEAD.format(uses=uses, parameters=parameters, body=body)
        (root / "runbooks" / f"{name}.md").write_text(text)
    assert runbook(root, "lint").returncode == 0
    assert runbook(root, "build").returncode == 0


def runbook(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``runbook`` in a project."""
    return subprocess.run(
        [sys.executable, "-m", "runbooklab", *words], cwd=root, capture_output=True, text=True, timeout=100,
        env=os.environ, check=False,
    )  # fmt: skip


def diagnosed(root: Path, *words: str) -> dict[str, Any]:
    """The diagnosis of a run."""
    done = runbook(root, "run", *words, "--json")
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


CHECK = """```{{check}} {id}
title: Port with ${{note}}
tcp: 127.0.0.1:{port}
pass: open
fail: {{when: refused, says: 'No: ${{note}}'}}
```

"""
MARK = "pwned-by-a-value"
HOSTILE = [
    f"<script>{MARK}</script>\" onload=\"{MARK}' onload='{MARK}",
    f"'; touch {MARK} # $(touch {MARK}) `touch {MARK}`",
    "${note} ${web.ms} {{ 7*7 }} __proto__",
    f"%%check {MARK}\ntcp: 127.0.0.1:1",
    f"\n\n```{{check}} {MARK}\ntcp: 127.0.0.1:1\npass: open\n```\n",
    f"-rf [{MARK}](javascript:alert(1)) # {MARK}",
    '\u202eabc \\ """ a: b',
    "x" * 3000,
]


class Attributes(HTMLParser):
    """The attributes of a page that would do something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.acting: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.acting += [
            f"{name}={value}" for name, value in attrs if name.startswith("on") and MARK in f"{value}"
        ]
        self.acting += [f"{value}" for _, value in attrs if f"{value}".startswith("javascript:")]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose checks and remedies have a parameter in every text."""
    root = tmp_path_factory.mktemp("hostile")
    cause = "```{cause} down\ntitle: Down, ${note}\nwhen: web.refused\nproof: ${note}\nfix: start\n```\n\n"
    remedy = "```{remedy} start\ntitle: Start ${note}\nrun: echo ${note}\nchanges: ${note}\n```\n\n"
    project(root, CHECK.format(id="web", port=closed_port()) + cause + remedy)
    return root


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_text(hostile: Path, value: str) -> None:
    """In the finding, the cause, the plan and the page a value is text: it declares and runs nothing."""
    found = diagnosed(hostile, "t", "-p", "note", value)
    assert [each["id"] for each in found["findings"]] == ["web"]
    assert found["verdict"] == "critical"
    (cause,) = found["causes"]
    assert (cause["id"], cause["state"]) == ("down", "supported")
    newest = max((hostile / "reports" / "t").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
    page = (newest / "report.html").read_text()
    assert f"<script>{MARK}" not in page
    assert Attributes(page).acting == []
    assert not list(hostile.rglob(MARK))
    json.loads((newest / "report.ipynb").read_text())


def test_two_hundred_checks_are_one_run(tmp_path: Path) -> None:
    """All are looked at, and each cause rests on its own."""
    port = closed_port()
    body = "".join(CHECK.format(id=f"c-{number}", port=port) for number in range(200))
    causes = "".join(f"```{{cause}} k-{number}\nwhen: c-{number} fails\n```\n\n" for number in range(20))
    project(tmp_path, body + causes)
    found = diagnosed(tmp_path, "t")
    assert [each["status"] for each in found["findings"]] == ["critical"] * 200
    assert [each["state"] for each in found["causes"]] == ["supported"] * 20


def test_two_runbooks_may_have_the_same_ids(tmp_path: Path) -> None:
    """Each knows its own alone."""
    project(tmp_path, CHECK.format(id="web", port=closed_port()), names=("one", "two"))
    for name in ("one", "two"):
        found = diagnosed(tmp_path, name)
        assert (found["runbook"], [each["id"] for each in found["findings"]]) == (name, ["web"])
    assert runbook(tmp_path, "list").returncode == 0


@pytest.mark.usefixtures("docker_engine")
def test_built_in_and_declared_are_one_diagnosis(tmp_path: Path) -> None:
    """A declared cause rests on a built-in check, explains a built-in cause, and names a built-in remedy."""
    parameters = (
        '  - {name: redis_url, type: str, default: "redis://127.0.0.1:9/0"}\n'
        '  - {name: redis_container, type: str, default: "no-such-redis-of-a-test"}\n'
    )
    body = (
        '```{code-cell}\ncheck("redis-container")\n```\n\n'
        + CHECK.format(id="web", port=closed_port())
        + CHECK.format(id="after", port=closed_port()).replace(
            "pass:", "only if: redis-container fails\npass:"
        )
        + CHECK.format(id="never", port=closed_port()).replace(
            "pass:", "only if: redis-container passes\npass:"
        )
        + "```{cause} shop-down\ntitle: The shop has no Redis\nwhen: redis-container fails and web fails\n"
        "fix: start-container\n```\n\n```{cause} other\nwhen: redis-container passes\n```\n\n"
    )
    project(tmp_path, body, "redis", parameters)
    found = diagnosed(tmp_path, "t")
    status = {each["id"]: each["status"] for each in found["findings"]}
    assert {id_: status[id_] for id_ in ("redis-container", "web", "after", "never")} == {
        "redis-container": "critical", "web": "critical", "after": "critical", "never": "skipped",
    }  # fmt: skip
    causes = {each["id"]: each for each in found["causes"]}
    assert causes["shop-down"]["state"] == "supported"
    assert causes["shop-down"]["remedy"]["id"] == "start-container"
    assert causes["other"]["state"] == "ruled-out"
    assert len(causes) > 10
