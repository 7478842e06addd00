"""The runs that version 0.1.0 stored, what each says, and how a test gets at them.

How ``schema-1/`` was made: real runs of ``runbook run`` by version 0.1.0 (evidence.json without a schema
number) on 2026-11-29, from a copy of the suite in /srv/runbooklab-golden, with the host name "opshost". The
Redis of the first three was the container redis-cache (port 16379, two workers registered):

    stopped-container  docker stop redis-cache; incident INC-7001
    remedy-applied     the same, then --apply start-container; incident INC-7001
    healthy            the same container, running
    wrong-password     a redis-server of that host with a requirepass; URL and error text had another one
    port-conflict      the port-conflicts runbook; redis-queue could not start: its port was python3's

They are bytes as they were written: never format, renew or repair them. Of healthy and wrong-password
report.ipynb was left out to keep this small; report.html carries the notebook.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORED = Path(__file__).with_name("schema-1")
STATUS = {"ok": 0, "warning": 1, "critical": 2, "unknown": 3}
INCIDENT = "INC-7001"
#: The passwords of wrong-password: the one in the URL, and the server's own.
SECRETS = (b"walnut-kestrel-93", b"plum-harbour-41-quartz")


@dataclass(frozen=True)
class Golden:
    """What a stored run says; ``primary`` is the id of its primary cause, "" if it names none."""

    name: str
    runbook: str
    stamp: str
    verdict: str
    primary: str = ""

    @property
    def stored_as(self) -> str:
        """Its folder in a reports folder."""
        return f"{self.runbook}/{self.stamp}"

    @property
    def files(self) -> list[Path]:
        return sorted((STORED / self.name).iterdir())


_REDIS, _PORTS = "redis-connection", "port-conflicts"
RUNS = (
    Golden("healthy", _REDIS, "20261129T132611Z-bf729486", "ok"),
    Golden("stopped-container", _REDIS, "20261129T132606Z-fbaf31c9", "critical", "container-stopped"),
    Golden("remedy-applied", _REDIS, "20261129T132607Z-467e9019", "ok"),
    Golden("wrong-password", _REDIS, "20261129T132614Z-ccfe1cf5", "critical", "auth-wrong-credentials"),
    Golden("port-conflict", _PORTS, "20261129T132617Z-8519ae98", "critical", "port-conflict-process"),
)
BY_NAME = {run.name: run for run in RUNS}
WHOLE = ("stopped-container", "remedy-applied", "port-conflict")
FILES = [(run.name, path.name) for run in RUNS for path in run.files]

every_run = pytest.mark.parametrize("name", BY_NAME)
every_whole_run = pytest.mark.parametrize("name", WHOLE)
every_file = pytest.mark.parametrize(("name", "file"), FILES)


def of(reports: Path, name: str) -> Path:
    """The folder of a run in a reports folder."""
    return reports / BY_NAME[name].stored_as


def runbook(
    *arguments: str | Path, cwd: Path, status: int = 0, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """``runbook ARGUMENTS``, which must end with that exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "runbooklab", *map(str, arguments)],
        cwd=cwd, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == status, (done.stdout + done.stderr).decode()[-3000:]
    return done


def read(path: Path) -> Any:
    return json.loads(path.read_bytes())


def primary(diagnosis: dict[str, Any]) -> str:
    return next((cause["id"] for cause in diagnosis["causes"] if cause["primary"]), "")


def ids(things: list[dict[str, Any]]) -> set[str]:
    return {thing["id"] for thing in things}


def statuses(diagnosis: dict[str, Any]) -> dict[str, str]:
    return {finding["id"]: finding["status"] for finding in diagnosis["findings"]}


def free_of_secrets(folder: Path) -> bool:
    """Whether no file below has a planted password; names the file if one has."""
    for path in folder.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in SECRETS), path
    return True
