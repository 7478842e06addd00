"""How long from ``runbook open`` to the verdict on the screen, and to a fix that is validated.

    python -m bench.triage [--rounds 5]

A real JupyterLab with a home of its own, a real Chromium without a cache, and a Redis container that was
stopped. The figures are medians; nothing is asserted.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from docker import DockerClient
from playwright.sync_api import Browser, expect, sync_playwright

from runbooklab.domains.redis.lab.image import provide
from runbooklab.domains.redis.lab.testbed import RedisTestbed

ROOT = Path(__file__).resolve().parent.parent
# The person who is timed is the one of the browser tests.
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from local_chromium import ARGUMENTS, program  # noqa: E402 # found by the line above
from triage import browser_window, opened, runbook_open  # noqa: E402 # as above

STEPS = ("server answers", "verdict on the screen", "fixed and validated")


def round_of(browser: Browser, testbed: RedisTestbed, number: int) -> tuple[float, ...]:
    """Seconds from the command to each of :data:`STEPS`."""
    server = testbed.redis(suffix=f"redis-{number}")
    server.container.stop(timeout=2)
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-triage-")))
        window = stack.enter_context(browser_window(browser))
        began = time.perf_counter()
        desk = stack.enter_context(runbook_open(base, testbed.situation(server).parameters))
        answers = time.perf_counter() - began
        sheet = stack.enter_context(opened(window, desk))
        sheet.until_verdict("Root cause")
        expect(sheet.button).to_be_in_viewport()
        seen = time.perf_counter() - began
        sheet.fix()
        expect(sheet.card).to_contain_text("before, OK at")
        return answers, seen, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    chromium = program()
    if chromium is None or shutil.which("docker") is None:
        raise SystemExit("bench: needs Chromium and Docker")
    engine = DockerClient.from_env()
    seconds = []
    with sync_playwright() as playwright, RedisTestbed(engine, provide(engine.api)) as testbed:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        round_of(browser, testbed, 0)  # warms up what a machine that was used before has warm
        for number in range(1, options.rounds + 1):
            print(f"round {number} of {options.rounds}", file=sys.stderr, flush=True)
            seconds.append(round_of(browser, testbed, number))
        browser.close()
    engine.close()
    _print(seconds)


def _print(seconds: list[tuple[float, ...]]) -> None:
    """Clicks: none to the verdict; one into the field and one on the button to the fix."""
    print(f"\nmedians of {len(seconds)} rounds, from the command\n")
    print(f"{'':<24}{'seconds':>9}{'clicks':>8}")
    for step, taken, clicks in zip(STEPS, zip(*seconds, strict=True), (0, 0, 2), strict=True):
        print(f"{step:<24}{statistics.median(taken):>9.1f}{clicks:>8}")


if __name__ == "__main__":
    main()
