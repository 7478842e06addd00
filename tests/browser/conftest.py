"""A real Chromium without a network, and pages opened from disk as a reader opens them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from local_chromium import ARGUMENTS, program
from opened import Opened
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from triage import Desk, browser_window, runbook_open

from machine import lacking
from runbooklab.lab.ports import free_port


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium."""
    path = program()
    if path is None:
        lacking("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One JupyterLab for many incidents; the one it was opened for is of no interest."""
    nobody = {"redis_url": f"redis://127.0.0.1:{free_port()}"}
    with runbook_open(tmp_path_factory.mktemp("desk"), nobody) as opened_desk:
        yield opened_desk


@pytest.fixture(scope="session")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """One window of a browser for many pages."""
    with browser_window(chromium) as opened_window:
        yield opened_window


@pytest.fixture
def incident() -> str:
    """The id of an incident of this test's own."""
    return f"INC-{uuid.uuid4().hex[:6]}"


@pytest.fixture
def open_page(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """``open_page(html, width=1200, dark=False, script=True)``: the HTML opened from a file, offline."""
    contexts = []

    def opened(
        html: str,
        *,
        width: int = 1200,
        height: int = 900,
        dark: bool = False,
        script: bool = True,
        anchor: str = "",
    ) -> Opened:
        path = tmp_path / "report.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            offline=True,
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        seen = Opened(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("requestfailed", lambda request: seen.failures.update({request.url: request.failure}))
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("dialog", lambda dialog: (seen.complaints.append(dialog.message), dialog.dismiss()))
        seen.page.goto(path.as_uri() + anchor)
        return seen

    yield opened
    for context in contexts:
        context.close()
