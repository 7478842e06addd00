"""A runbook as a job of jupyter-scheduler, through the API of a real Jupyter server."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab_server import Server, jupyter_server

from machine import lacking
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.model.mime import DIAGNOSIS_MIME

SECRET = "Zq7wV-bT9xKm2"
NOTEBOOK = "notebooks/redis-connection.ipynb"
POLLS, POLL_S = 300, 0.5


def asked(server: Server, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{server.url}/scheduler/{path}", data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def job(**parameters: str) -> dict[str, Any]:
    return {
        "name": "look",
        "input_uri": NOTEBOOK,
        "runtime_environment_name": "runbook",
        "output_formats": ["ipynb", "html"],
        "parameters": parameters,
    }


def ended(server: Server, job_id: str) -> dict[str, Any]:
    """The job, once it has ended."""
    for _ in range(POLLS):
        described: dict[str, Any] = asked(server, f"jobs/{job_id}")
        if described["status"] in ("COMPLETED", "FAILED"):  # a new one is called STOPPED until it begins
            return described
        time.sleep(POLL_S)
    pytest.fail(f"the job did not end: {server.log.read_text()[-2000:]}")


@pytest.mark.exhaustive
def test_a_job_diagnoses_and_keeps_the_password(tmp_path: Path, testbed: RedisTestbed) -> None:
    """Given by a variable's name, the password is used and in no file; in clear, the job is refused."""
    if find_spec("jupyter_scheduler") is None:
        lacking("jupyter-scheduler is not installed")
    redis = testbed.redis("--requirepass", SECRET)
    url = redis.url.replace("redis://", f"redis://:{SECRET}@")
    variables = {"LOOKED_AT_URL": url, "JUPYTER_DATA_DIR": str(tmp_path / "home" / "data")}
    with jupyter_server(tmp_path, environment=variables) as server:
        for path in ("jobs", "job_definitions"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                asked(server, path, job(redis_url=f'"{url}"'))
            said = json.loads(refused.value.read())["message"]
            assert said.startswith("The parameter redis_url holds a password")

        given = job(redis_url='"env:LOOKED_AT_URL"', redis_container=f'"{redis.name}"', docker_network='""')
        job_id = asked(server, "jobs", given)["job_id"]
        described = ended(server, job_id)
        assert (described["status"], described["status_message"]) == ("COMPLETED", None)
        urllib.request.urlopen(f"{server.url}/scheduler/jobs/{job_id}/download_files", timeout=60).close()
        staged = tmp_path / "home" / "data" / "scheduler_staging_area" / job_id
        outputs = [
            output
            for path in staged.glob("*.ipynb")
            for cell in nbformat.read(path, as_version=4).cells
            for output in cell.get("outputs", ())
        ]
        diagnoses = [o["data"][DIAGNOSIS_MIME] for o in outputs if DIAGNOSIS_MIME in o.get("data", {})]
        assert [diagnosis["verdict"] for diagnosis in diagnoses] == ["ok"]
        assert len(list(staged.glob("*.html"))) >= 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [str(path) for path in files if SECRET.encode() in path.read_bytes()] == []
    assert any(path.name == "scheduler.sqlite" for path in files)
