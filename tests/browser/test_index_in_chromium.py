"""The list of runs in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from opened import Opened
from report_samples import diagnosis

from runbooklab.report.index import rebuild

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


def test_the_filter_works_without_a_network(open_page: Callable[..., Opened], listing: str) -> None:
    """All its words must be in a row; how many rows are left is said."""
    seen = open_page(listing)
    box = seen.page.locator("#filter")
    for wanted, left in (("critical", 1), ("INC", 3), ("inc-2 unknown", 1), ("inc-2 critical", 0), ("", 3)):
        box.fill(wanted)
        assert seen.page.locator("tbody tr:visible").count() == left
    box.fill("critical")
    assert seen.page.locator("#shown").text_content() == "1 of 3 runs"
    assert seen.complaints == []
    assert len(seen.requests) == 1


def test_without_script_there_is_no_dead_box(open_page: Callable[..., Opened], listing: str) -> None:
    """The list itself needs none."""
    seen = open_page(listing, script=False)
    assert not seen.page.locator("#filter").is_visible()
    assert seen.page.locator("tbody tr:visible").count() == 3


@pytest.mark.parametrize("width", [380, 1200])
def test_it_never_scrolls_sideways(open_page: Callable[..., Opened], listing: str, width: int) -> None:
    """A long list is no wide list."""
    assert open_page(listing, width=width).evaluate("document.documentElement.scrollWidth") <= width
