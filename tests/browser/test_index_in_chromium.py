"""The list of runs in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from opened import Opened

from report_samples import diagnosis
from runbooklab.archive.index_page import ROWS_IN_PAGE, rebuild

pytestmark = pytest.mark.browser


@pytest.fixture
def listing(tmp_path: Path) -> str:
    """Three runs, each with another verdict."""
    for number, verdict in enumerate(("ok", "critical", "unknown")):
        folder = tmp_path / "redis-connection" / f"2026030{number}"
        folder.mkdir(parents=True)
        url = "redis://localhost:6379" if number else "redis://other:6379"
        run = diagnosis(verdict=verdict, incident=f"INC-{number}", parameters={"redis_url": url})
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
    for incident, left in (("INC-1", 1), ("*", 3), ("", 3)):
        seen.page.locator("[name=incident]").select_option(incident)
        assert rows.count() == left
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


def test_a_target_leads_to_its_runs(open_page: Callable[..., Opened], listing: str) -> None:
    """By keyboard: the number of its runs is a button that sets the filters, and the search has the focus."""
    seen = open_page(listing)
    seen.page.get_by_role("button", name="Show its 2 runs").focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.locator("#runs tbody tr").count() == 2
    assert seen.page.locator("[name=target]").input_value() == "redis://localhost:6379"
    assert seen.evaluate("document.activeElement.name") == "text"
    assert seen.complaints == []


def test_a_run_that_the_script_draws_leads_to_its_report(
    open_page: Callable[..., Opened], tmp_path: Path
) -> None:
    """Its folder's name is a path and nothing else, whatever it is."""
    folder = tmp_path / "redis-connection" / "javascript:alert(1)?#&<b>%20"
    folder.mkdir(parents=True)
    (folder / "diagnosis.json").write_bytes(msgspec.json.encode(diagnosis()))
    seen = open_page(rebuild(tmp_path).read_text())
    link = "document.querySelector('#runs tbody a').href"
    drawn_in_page = seen.evaluate(link)
    seen.page.locator("[name=text]").fill("redis")
    assert unquote(seen.evaluate(link)) == unquote(drawn_in_page)
    assert unquote(drawn_in_page).endswith(f"/redis-connection/{folder.name}/report.html")


@pytest.mark.parametrize(
    ("width", "dark"), [(1200, False), (1200, True), (380, False)], ids=["light", "dark", "narrow"]
)
def test_axe_finds_nothing(open_page: Callable[..., Opened], listing: str, width: int, dark: bool) -> None:
    """The accessibility audit of axe-core, contrast among it: no violation."""
    found = Axe().run(open_page(listing, width=width, dark=dark).page)
    assert found.violations_count == 0, found.generate_report()


def test_without_script_there_is_no_dead_filter(open_page: Callable[..., Opened], listing: str) -> None:
    """The list itself needs none."""
    seen = open_page(listing, script=False)
    assert not seen.page.locator("#filter").is_visible()
    assert seen.page.locator("#runs tbody tr:visible").count() == 3


@pytest.mark.parametrize("width", [380, 1200])
def test_it_never_scrolls_sideways(open_page: Callable[..., Opened], listing: str, width: int) -> None:
    """A long list is no wide list."""
    assert open_page(listing, width=width).evaluate("document.documentElement.scrollWidth") <= width
