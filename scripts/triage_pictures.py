"""Take the README's two pictures of a triage: broken, and the same page after the fix.

    python scripts/triage_pictures.py

A Redis container is stopped, ``runbook open`` shows it in a real JupyterLab, and the fix is applied.
Writes ``docs/images/triage-broken.png`` and ``docs/images/triage-fixed.png``; needs Docker and Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from docker import DockerClient
from playwright.sync_api import expect, sync_playwright

from runbooklab.domains.redis.lab.image import provide
from runbooklab.domains.redis.lab.testbed import RedisTestbed

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
# The person on the pictures is the one of the browser tests.
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from local_chromium import ARGUMENTS, program  # noqa: E402 # found by the line above
from triage import browser_window, opened, runbook_open  # noqa: E402 # as above


def main() -> None:
    chromium = program()
    if chromium is None:
        raise SystemExit("this machine has no Chromium")
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        engine = DockerClient.from_env()
        stack.callback(engine.close)
        testbed = stack.enter_context(RedisTestbed(engine, provide(engine.api)))
        server = testbed.redis()
        server.container.stop(timeout=2)
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pictures-")))
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        window = stack.enter_context(browser_window(browser, height=860))
        desk = stack.enter_context(runbook_open(base, testbed.situation(server).parameters))
        sheet = stack.enter_context(opened(window, desk))
        sheet.until_verdict("Root cause")
        sheet.idle()
        sheet.page.screenshot(path=IMAGES / "triage-broken.png")
        sheet.fix()
        expect(sheet.card).to_contain_text("before, OK at")
        sheet.idle()
        sheet.page.screenshot(path=IMAGES / "triage-fixed.png")


if __name__ == "__main__":
    main()
