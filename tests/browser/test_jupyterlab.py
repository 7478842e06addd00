"""The notebook in a real JupyterLab: Run All names the cause, the button fixes it, and that is validated."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from runbooklab.authoring.project import find_suite
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.ports import free_port

ROOT = Path(__file__).parents[2]
SETTINGS = {
    # All cells are in the page at once, so that they can be looked at; no questions are asked.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is slow, not wrong


@dataclass
class Lab:
    """A JupyterLab that serves a copy of the suite."""

    url: str
    root: Path

    def set_parameters(self, **values: str) -> None:
        """Edit the parameters cell as a person would."""
        path = self.root / "notebooks" / "redis-connection.ipynb"
        notebook = json.loads(path.read_text())
        cell = next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ()))
        source = "".join(cell["source"])
        for name, value in values.items():
            source = re.sub(rf'^({name}: str = )"[^"]*"', rf'\g<1>"{value}"', source, flags=re.MULTILINE)
        cell["source"] = source
        path.write_text(json.dumps(notebook))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """JupyterLab on a free port, with settings and runtime folders of its own."""
    suite = find_suite(ROOT)
    for folder in ("runbooks", "notebooks", "configs"):
        (tmp_path / folder).mkdir()
        for source in (suite.root / folder).iterdir():
            if source.is_file():
                (tmp_path / folder / source.name).write_bytes(source.read_bytes())
    for name, content in SETTINGS.items():
        plugin, _, schema = name.partition("/")
        path = tmp_path / "settings" / "@jupyterlab" / plugin / f"{schema}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    port = free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--ServerApp.password=",
        f"--LabApp.user_settings_dir={tmp_path / 'settings'}", f"--ServerApp.root_dir={tmp_path}",
    ]  # fmt: skip
    with (tmp_path / "jupyterlab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status", tmp_path / "jupyterlab.log")
        yield Lab(f"http://127.0.0.1:{port}", tmp_path)
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


def _run_all(page: Page, lab: Lab) -> None:
    page.goto(f"{lab.url}/lab/tree/notebooks/redis-connection.ipynb")
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible()
    expect(page.get_by_text("| Idle")).to_be_visible()
    page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()


@pytest.mark.exhaustive
def test_run_all_names_the_cause_and_the_button_fixes_it(
    chromium: Browser, lab: Lab, testbed: RedisTestbed
) -> None:
    """A stopped container: the verdict says so, the typed word arms the button, the fix turns it green."""
    redis = testbed.redis()
    redis.container.stop(timeout=5)
    lab.set_parameters(redis_url=redis.url, redis_container=redis.name, docker_network="")
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    try:
        _run_all(page, lab)
        verdict = page.locator(".jp-CodeCell", has_text="diagnose()").locator(".jp-OutputArea-output").first
        expect(verdict).to_contain_text("Critical", ignore_case=True)
        expect(page.locator(".jp-CodeCell", has_text="diagnose()")).to_contain_text(
            f"docker start {redis.name}"
        )

        resolve = page.locator(".jp-CodeCell", has_text="resolve()").first
        button = resolve.get_by_role("button", name=f"Start {redis.name}")
        expect(button).to_be_disabled()
        resolve.locator("input[type=text]").first.fill("start-containe")
        expect(button).to_be_disabled()
        resolve.locator("input[type=text]").first.fill("start-container")
        button.click()
        expect(resolve).to_contain_text("done")
        expect(resolve).to_contain_text(re.compile("answers in|The way to Redis is slow"))
        expect(verdict).to_contain_text(re.compile("OK|The way to Redis is slow"))
        redis.container.reload()
        assert redis.container.status == "running"
    finally:
        page.close()


def test_what_a_container_logs_is_text_in_jupyterlab(
    chromium: Browser, lab: Lab, testbed: RedisTestbed
) -> None:
    """Markup and mathematics in a log line or a key never become part of the page."""
    hostile = "<img src=x onerror=document.title='owned'> costs $x^2$ and $y$"
    redis = testbed.redis()
    testbed.client(redis.url).set(f"worker:{hostile}", hostile)
    lab.set_parameters(redis_url=redis.url, redis_container=redis.name, docker_network="")
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    try:
        _run_all(page, lab)
        cell = page.locator(".jp-CodeCell", has_text="worker-details").first
        expect(cell).to_contain_text("<img src=x")
        expect(cell).to_contain_text("costs $x^2$ and $y$")
        assert page.title() != "owned"
        assert page.locator(".jp-OutputArea img[src=x]").count() == 0
    finally:
        page.close()
