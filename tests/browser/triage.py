"""A person who triages: ``runbook open`` with a home of their own, and its page in a browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from lab_server import copy_suite
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from runbooklab.authoring.project import find_suite
from runbooklab.incident.working_copy import open_copy
from runbooklab.lab.ports import free_port

RUNBOOK = "redis-connection"
INCIDENT = "INC-open"
TOKEN = "of-this-test"
WIDTH, HEIGHT = 1300, 1000
#: The verdict of a target that works. On a busy machine it may answer slowly, and the verdict then says that.
WORKS = re.compile("OK|The way to Redis is slow")
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is slow, not wrong
#: What stands on a page for a control without a kernel.
DEAD = ("Error displaying widget", "VBox(children", "HBox(children", "Loading widget")
#: What a browser says of a request that ends with its page.
_HARMLESS = ("net::ERR_ABORTED",)
_NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"


@dataclass
class Desk:
    """A JupyterLab that ``runbook open`` became. ``base`` holds every file that it leaves."""

    base: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def suite(self) -> Path:
        return self.base / "suite"

    @property
    def incidents(self) -> Path:
        return self.suite / "reports" / "incidents"

    @property
    def log(self) -> Path:
        return self.base / "jupyterlab.log"

    @property
    def notebook(self) -> Path:
        """The working copy that it was opened for."""
        (found,) = self.incidents.glob(f"{INCIDENT}/{RUNBOOK}.ipynb")
        return found

    def another(self, incident: str, parameters: Mapping[str, Any], *, fresh: bool = False) -> Path:
        """A working copy for another incident, as ``runbook open`` makes it.

        A password among the parameters stands in it as if somebody had typed it into the cell.
        """
        compiled = find_suite(self.suite).notebook(RUNBOOK)
        return open_copy(compiled, RUNBOOK, dict(parameters), self.incidents, incident, fresh=fresh).path

    def end_kernel_of(self, notebook: Path) -> None:
        """Shut a notebook's kernel down, as from JupyterLab's list of kernels."""
        path = notebook.relative_to(self.suite).as_posix()
        for session in json.loads(self.request("api/sessions")):
            if session["path"] == path:
                self.request(f"api/sessions/{session['id']}", "DELETE")

    def request(self, path: str, method: str = "GET", body: Any = None) -> bytes:
        """What Jupyter's server answers somebody who is logged in."""
        request = urllib.request.Request(f"{self.url}/{path}", method=method)
        request.add_header("Authorization", f"token {TOKEN}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            content: bytes = answer.read()
        return content


@contextmanager
def runbook_open(
    base: Path, parameters: Mapping[str, Any], *arguments: str, suite: Path | None = None
) -> Iterator[Desk]:
    """``runbook open redis-connection`` by a new user, in a copy of the suite in ``base``.

    ``parameters`` are given in a file, ``arguments`` are more of the command line.
    """
    desk = Desk(base, free_port())
    for folder in (base / "home", base / "tmp"):
        folder.mkdir(exist_ok=True)
    if not desk.suite.exists():
        copy_suite(desk.suite)
    given = base / "given.yaml"
    given.write_text(json.dumps(dict(parameters)))
    command = [
        sys.executable, "-m", "runbooklab", "open", RUNBOOK, "--incident", INCIDENT, "-f", str(given),
        "--no-browser", f"--port={desk.port}", *arguments,
    ]  # fmt: skip
    with desk.log.open("ab") as log:
        server = subprocess.Popen(
            command, cwd=desk.suite, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            env=environment(base),
        )  # fmt: skip
    try:
        _wait_for(desk, server)
        given.unlink()  # it is the test's, not the person's
        yield desk
    finally:
        server.terminate()
        server.wait(30)


def environment(base: Path) -> dict[str, str]:
    """That of a user who has just come: nothing of this one's Jupyter and runbooklab."""
    ours = re.compile("RUNBOOKLAB_|JUPYTER|IPYTHON|XDG_")
    known = {name: value for name, value in os.environ.items() if not ours.match(name)}
    return {**known, "HOME": str(base / "home"), "TMPDIR": str(base / "tmp"), "JUPYTER_TOKEN": TOKEN}


def _wait_for(desk: Desk, server: subprocess.Popen[bytes]) -> None:
    for _ in range(480):
        try:
            desk.request("api/status")
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.125)
        else:
            return
    pytest.fail(f"JupyterLab did not start: {desk.log.read_text()[-2000:]}")


@dataclass
class Sheet:
    """A notebook that is open in a browser's page, as a person sees it."""

    page: Page
    desk: Desk
    complaints: list[str] = field(default_factory=list)  # of the console

    # --- what is on it

    def cell(self, word: str) -> Locator:
        """The first code cell that holds ``word``."""
        code = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell")
        return code.filter(has=self.page.locator(".jp-InputArea", has_text=word)).first

    def outputs(self, word: str) -> Locator:
        return self.cell(word).locator(".jp-OutputArea-child")

    @property
    def verdict(self) -> Locator:
        """What the first cell that diagnoses says."""
        return self.outputs("diagnose()").first

    @property
    def card(self) -> Locator:
        """The fix below the verdict."""
        return self.outputs("diagnose()").nth(1)

    @property
    def button(self) -> Locator:
        return self.card.get_by_role("button")

    def box(self, what: Locator) -> dict[str, float]:
        """Where it is in the page; it fails if it is not there."""
        found = what.bounding_box()
        assert found is not None, "it is not on the page"
        return dict(found)

    # --- what a person does

    def until_verdict(self, text: str | re.Pattern[str] = "") -> None:
        """Wait until the verdict is there, and says ``text``."""
        expect(self.verdict).to_contain_text("Looked at")
        if text:
            expect(self.verdict).to_contain_text(text)

    def fix(self) -> None:
        """Type what the card's fields ask for, and press its button."""
        expect(self.card.get_by_role("textbox").first).to_be_visible()
        for each in self.card.get_by_role("textbox").all():
            asked = re.fullmatch("type (.+?)(?: to confirm)?", each.get_attribute("placeholder") or "")
            if each.is_visible() and asked:
                each.fill(asked[1])
        self.button.click()

    def until_fixed(self) -> None:
        """Wait until the card says that the fix was done and that the target works."""
        expect(self.card).to_contain_text(re.compile("before, (OK at|Warning at .*The way to Redis is slow)"))

    def look(self) -> None:
        """Press "Look" in the toolbar."""
        self.page.get_by_role("button", name="Look", exact=True).click()

    def interrupt(self) -> None:
        """Press the toolbar's square."""
        self.page.get_by_role("button", name="Interrupt the kernel").click()

    def restart_kernel(self) -> None:
        """Choose Kernel > Restart Kernel and wait for the new one."""
        with self.page.expect_response(lambda answer: "/restart" in answer.url):
            self.menu("Kernel", "Restart Kernel\u2026")
            self.page.locator(".jp-Dialog").get_by_role("button", name="Confirm Kernel Restart").click()
        self.idle()

    def menu(self, *path: str) -> None:
        """Choose an entry of JupyterLab's menu."""
        bar, *entries = path
        self.page.locator(".lm-MenuBar-itemLabel", has_text=re.compile(f"^{bar}$")).click()
        for entry in entries:
            label = re.compile(f"^{re.escape(entry)}")
            self.page.locator(".lm-Menu-itemLabel", has_text=label).last.click()

    def save(self) -> dict[str, Any]:
        """Save, and give what is in the file then."""
        with self.page.expect_response(lambda a: "/api/contents/" in a.url and a.request.method == "PUT"):
            self.page.keyboard.press("Control+s")
        saved: dict[str, Any] = json.loads(self.file.read_text())
        return saved

    @property
    def file(self) -> Path:
        """The notebook's file."""
        return self.desk.suite / self.page.url.partition("/tree/")[2].partition("?")[0]

    def idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        expect(self.page.get_by_text("| Idle")).to_be_visible()


@contextmanager
def browser_window(
    chromium: Browser, *, width: int = WIDTH, height: int = HEIGHT, dark: bool = False
) -> Iterator[BrowserContext]:
    """A window of somebody's browser: what its pages load is cached."""
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
    )
    try:
        yield context
    finally:
        context.close()


@contextmanager
def opened(
    window: BrowserContext, desk: Desk, notebook: Path | None = None, *, looks: bool = True
) -> Iterator[Sheet]:
    """The page that ``runbook open`` shows for a notebook. On leaving it, its console must be empty.

    A JupyterLab runs the top of the one notebook that it was opened for. Here it stands for several: if
    ``looks``, the page is told that it was opened for ``notebook``.
    """
    notebook = notebook or desk.notebook
    path = notebook.relative_to(desk.suite).as_posix()
    sheet = Sheet(window.new_page(), desk)
    sheet.page.on("console", lambda message: _note(sheet.complaints, message))
    sheet.page.on("pageerror", lambda error: sheet.complaints.append(str(error)))
    if not looks or notebook != desk.notebook:
        sheet.page.add_init_script(_TOLD % json.dumps(path if looks else ""))
    try:
        sheet.page.goto(f"{desk.url}/lab/workspaces/{uuid.uuid4().hex}/tree/{path}?token={TOKEN}")
        yield sheet
        complaints = serious(sheet.complaints)
        assert complaints == [], complaints
    except BaseException:
        sheet.page.screenshot(path=desk.base / f"failed-{notebook.parent.name}.png")
        raise
    finally:
        sheet.page.close()


def _note(complaints: list[str], message: ConsoleMessage) -> None:
    if message.type == "error" and not any(known in message.text for known in _HARMLESS):
        complaints.append(message.text)


def serious(complaints: list[str]) -> list[str]:
    """Complaints without those of a network that has changed: containers come and go while a test runs."""
    was_changed = any(_NETWORK_CHANGED in each for each in complaints)
    known = (_NETWORK_CHANGED, "Failed to fetch") if was_changed else ()
    return [each for each in complaints if not any(text in each for text in known)]


#: Changes what the page is told, before JupyterLab reads it.
_TOLD = """
new MutationObserver((_, observer) => {
  const config = document.getElementById("jupyter-config-data");
  if (config) {
    observer.disconnect();
    config.textContent = JSON.stringify({...JSON.parse(config.textContent), runbooklabOpen: %s});
  }
}).observe(document, {childList: true, subtree: true});
"""
