"""A working copy in Notebook 7: the same verdict, fix and file as in JupyterLab."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from lab_server import Server, jupyter_server
from playwright.sync_api import Browser, expect
from triage import DEAD, WORKS, Desk, Sheet, serious

from runbooklab.authoring.project import find_suite
from runbooklab.domains.redis.lab.testbed import PASSWORD, RedisTestbed
from runbooklab.incident.working_copy import open_copy

RUNBOOK = "redis-connection"
#: What the page of Notebook 7.6 complains of with any notebook, and without our extension.
OF_NOTEBOOK_7 = "Cannot read properties of undefined (reading 'schema')"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Notebook 7 over a copy of the suite, without jupyter-scheduler, which is made for JupyterLab."""
    base = tmp_path_factory.mktemp("notebook7")
    config = base / "config" / "labconfig" / "page_config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/scheduler": True}}))
    with jupyter_server(
        base,
        module="notebook",
        options=(f"--JupyterNotebookApp.user_settings_dir={base / 'settings'}",),
        environment={"JUPYTER_CONFIG_PATH": str(base / "config")},
    ) as started:
        yield started


def test_from_look_to_fixed_and_to_a_file(chromium: Browser, server: Server, testbed: RedisTestbed) -> None:
    """By "Look" the verdict and its button are there; after the fix the saved file reads without a kernel."""
    redis = testbed.redis()
    redis.container.stop(timeout=2)
    suite = find_suite(server.root)
    parameters = dict(testbed.situation(redis).parameters)
    path = open_copy(suite.notebook(RUNBOOK), RUNBOOK, parameters, suite.reports / "incidents", "I").path
    address = f"{server.url}/notebooks/{path.relative_to(server.root).as_posix()}"
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    sheet = Sheet(page, Desk(server.root.parent, 0))
    sheet.look()
    sheet.until_verdict("Root cause")
    sheet.fix()
    sheet.until_fixed()
    sheet.until_verdict(WORKS)
    with page.expect_response(lambda a: "/api/contents/" in a.url and a.request.method == "PUT"):
        page.keyboard.press("Control+s")
    assert [each for each in serious(complaints) if each != OF_NOTEBOOK_7] == []
    is_fit_to_be_read(path.read_text())
    assert "widget-view" not in path.read_text()
    for session in json.loads(page.request.get(f"{server.url}/api/sessions").text()):
        page.request.delete(f"{server.url}/api/sessions/{session['id']}")
    page.goto(address)
    sheet.until_verdict()
    expect(sheet.card).to_contain_text("before, ")
    is_fit_to_be_read(page.locator(".jp-Notebook").inner_text())
    page.close()


def is_fit_to_be_read(text: str) -> None:
    """No dead control and no password in it."""
    for dead in (*DEAD, PASSWORD):
        assert dead not in text
