"""The list of runs in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from opened import Opened
from report_samples import diagnosis

from runbooklab.report.index import ROWS_IN_PAGE, rebuild

pytestmark = pytest.mark.browser


@pytest.fixture
def listing(tmp_path: Path) -> str:
    """Three runs, each with another verdict."""
    for number, verdict in enumerate(("ok", "critical", "unknown")):
        folder = tmp_path / "redis-connection" / f"2026030{number}"
        folder.mkdir(parents=True)
        run = diagnosis(verdict=verdict, incident=f"INC-{number}")
        (folder / "diagnosis.json").write_bytes(msgspec.json.encode(run))
    return rebuild(tmp_path).read_text()


def test_the_filters_work_without_a_network(open_page: Callable[..., Opened], listing: str) -> None:
    """All words must be in a run; verdict, target and dates narrow it; how many are left is said."""
    seen = open_page(listing)
    box, rows = seen.page.locator("[name=text]"), seen.page.locator("#runs tbody tr")
    for wanted, left in (("critical", 1), ("INC", 3), ("inc-2 unknown", 1), ("inc-2 critical", 0), ("", 3)):
        box.fill(wanted)
        assert rows.count() == left
    seen.page.locator("[name=verdict]").select_option("critical")
    assert rows.count() == 1
    assert seen.page.locator("#shown").text_content() == "1 of 3 runs"
    seen.page.locator("[name=verdict]").select_option("")
    seen.page.locator("[name=from]").fill("2026-03-02")
    assert rows.count() == 0
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_many_runs_are_drawn_when_they_are_asked_for(
    open_page: Callable[..., Opened], tmp_path: Path
) -> None:
    """What a script draws reads as what stands in the page, hostile text too."""
    text = "<img src=x onerror=alert(1)> & \u202e"
    for number in range(ROWS_IN_PAGE + 1):
        folder = tmp_path / "redis-connection" / f"{number:06}"
        folder.mkdir(parents=True)
        run = diagnosis(summary=text, findings=())
        (folder / "diagnosis.json").write_bytes(msgspec.json.encode(run))
    seen = open_page(rebuild(tmp_path).read_text())
    rows = seen.page.locator("#runs tbody tr")
    assert rows.count() == ROWS_IN_PAGE
    seen.page.locator("#more").click()
    assert rows.count() == ROWS_IN_PAGE + 1
    assert rows.last.inner_text().split() == rows.first.inner_text().split()
    assert not seen.page.locator("#more").is_visible()
    assert seen.page.locator("#runs img").count() == 0
    assert seen.complaints == []


def test_without_script_there_is_no_dead_filter(open_page: Callable[..., Opened], listing: str) -> None:
    """The list itself needs none."""
    seen = open_page(listing, script=False)
    assert not seen.page.locator("#filter").is_visible()
    assert seen.page.locator("#runs tbody tr:visible").count() == 3


@pytest.mark.parametrize("width", [380, 1200])
def test_it_never_scrolls_sideways(open_page: Callable[..., Opened], listing: str, width: int) -> None:
    """A long list is no wide list."""
    assert open_page(listing, width=width).evaluate("document.documentElement.scrollWidth") <= width
