"""``runbook open report.html`` as a person meets it: JupyterLab with the replay, which changes nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from evidence_samples import down
from report_samples import concluded
from runbooklab.lab.ports import free_port
from stored_runs import stored

PATIENCE_MS = 60_000


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where ``runbook open report.html`` shows the replay of a run that saw a stopped container."""
    report = stored(tmp_path / "run", down()) / "report.html"
    settings = tmp_path / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"windowingMode": "none"}')  # all cells are in the page at once
    port = free_port()
    environment = {
        **os.environ, "JUPYTER_TOKEN": "t", "TMPDIR": str(tmp_path),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
    }  # fmt: skip
    command = [sys.executable, "-m", "runbooklab", "open", str(report), "--no-browser", f"--port={port}"]
    log = tmp_path / "jupyterlab.log"
    with log.open("wb") as file:
        server = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        else:
            pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")
        yield f"http://127.0.0.1:{port}/lab/tree/redis-connection-replay.ipynb?token=t"
    finally:
        server.terminate()
        server.wait(30)


def test_the_replay_says_what_it_is_and_offers_no_button(chromium: Browser, address: str) -> None:
    """Before anything is run the outputs are there; after Run All the verdict is the stored one, marked."""
    expect.set_options(timeout=PATIENCE_MS)
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    try:
        page.goto(address)
        verdict = page.locator(".jp-CodeCell", has_text="diagnose()").locator(".jp-OutputArea").first
        expect(verdict).to_contain_text("docker start redis-tts")
        expect(page.locator("strong", has_text="This is a replay")).to_be_visible()
        expect(page.get_by_text("| Idle")).to_be_visible()
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        last = page.locator(".jp-CodeCell", has_text="conclude()").locator(".jp-OutputArea").first
        expect(last).to_contain_text("Replay of run 3f2a9c1b77d0")
        expect(last).to_contain_text(concluded(down()).summary)
        expect(verdict).to_contain_text("Nothing is observed now, and nothing can be changed from here.")
        expect(page.locator(".jp-CodeCell", has_text="resolve()").first).to_contain_text("docker start")
        assert page.get_by_role("button", name="Apply").count() == 0
    finally:
        page.close()
