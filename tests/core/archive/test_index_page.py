"""The list of runs: complete, newest first, whole or not at all, and harmless."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import msgspec
import pytest
from bs4 import BeautifulSoup

from report_samples import HOSTILE, diagnosis
from runbooklab.archive.entry import Entry
from runbooklab.archive.index import Listing
from runbooklab.archive.index_page import ROWS_IN_PAGE, STANDINGS, rebuild
from runbooklab.model.conclusions import Diagnosis


def add(reports: Path, name: str, run: Diagnosis | bytes, slug: str = "redis-connection") -> None:
    folder = reports / slug / name
    folder.mkdir(parents=True)
    (folder / "diagnosis.json").write_bytes(run if isinstance(run, bytes) else msgspec.json.encode(run))


def listed(reports: Path) -> BeautifulSoup:
    return BeautifulSoup(rebuild(reports).read_text(), "html.parser")


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.select("#runs tbody tr")
    ]


def test_a_run_is_listed_with_all_that_tells_it_apart(tmp_path: Path) -> None:
    """Verdict, time, duration, summary, cause, runbook, incident, and a link that leads to the report."""
    add(tmp_path, "2026-03-01T12-00-00Z-3f2a", diagnosis())
    page = listed(tmp_path)
    assert rows(page) == [[
        "Critical", "2026-03-01 12:00:00", "1.2 s",
        "Redis is stopped: container redis-tts exited 4 minutes ago.",
        "The Redis container is stopped", "Redis connection failures", "redis://localhost:6379", "INC-42",
    ]]  # fmt: skip
    link = page.select_one("#runs tbody a")
    assert link is not None
    assert link["href"] == "redis-connection/2026-03-01T12-00-00Z-3f2a/report.html"


def test_the_newest_run_comes_first_whatever_its_runbook(tmp_path: Path) -> None:
    """Folders' names sort by time."""
    for name, slug in (("20260301T1", "b"), ("20260303T1", "a"), ("20260302T1", "b")):
        add(tmp_path, name, diagnosis(summary=name), slug)
    assert [row[3] for row in rows(listed(tmp_path))] == ["20260303T1", "20260302T1", "20260301T1"]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xff", b'{"runbook": 1}', b"[" * 100_000])
def test_a_broken_run_is_counted_and_passed_over(tmp_path: Path, broken: bytes) -> None:
    """The others are listed all the same."""
    add(tmp_path, "1", diagnosis())
    add(tmp_path, "2", broken)
    page = listed(tmp_path)
    assert len(rows(page)) == 1
    assert "1 run could not be read" in page.get_text()
    assert "redis-connection/2" in page.get_text()


def test_a_run_that_is_being_written_is_not_listed(tmp_path: Path) -> None:
    """Hidden folders are nobody's business."""
    add(tmp_path, ".half-written", diagnosis())
    assert rows(listed(tmp_path)) == []


def test_no_runs_is_said(tmp_path: Path) -> None:
    """An empty folder has an index too, without a filter."""
    page = listed(tmp_path)
    assert "There are no runs here yet." in page.get_text()
    assert page.select("form") == []


def test_the_page_carries_every_run_and_shows_the_newest(tmp_path: Path) -> None:
    """The newest are in the page, the others in its data; without scripts their number is shown."""
    data = msgspec.json.encode(diagnosis(findings=(), causes=()))
    for number in range(ROWS_IN_PAGE + 7):
        add(tmp_path, f"{number:06}", data)
    page = listed(tmp_path)
    assert len(rows(page)) == ROWS_IN_PAGE
    assert "7 older runs not listed without scripts." in page.get_text()
    carried = page.select_one("#data")
    assert carried is not None
    assert len(json.loads(carried.get_text())["runs"]) == ROWS_IN_PAGE + 7


def test_each_target_shows_how_it_stands(tmp_path: Path) -> None:
    """The worst comes first, with the start of what it is in now and its runs as a strip in words."""
    verdicts = ("ok", "critical", "critical")
    for day, verdict in enumerate(verdicts, start=1):
        started = f"2026-03-0{day}T12:00:00.000Z"
        add(tmp_path, f"2026030{day}T120000Z-00000000", diagnosis(verdict=verdict, started_at=started))
    well = diagnosis(verdict="ok", parameters={"redis_url": "redis://other:6379"})
    add(tmp_path, "20260304T120000Z-00000000", well)
    page = listed(tmp_path)
    reported = [
        [" ".join(cell.get_text(" ").split()) for cell in row.select("td")]
        for row in page.select(".standing tbody tr")
    ]
    assert [row[:2] for row in reported] == [
        ["Critical", "redis://localhost:6379"],
        ["OK", "redis://other:6379"],
    ]
    assert reported[0][3] == "2026-03-02 12:00:00"
    strip = page.select_one(".strip")
    assert strip is not None
    assert strip["aria-label"] == "The last 3 runs, the newest at the right: 2 Critical, 1 OK"
    assert reported[0][5] == "2 Critical, 1 OK"
    assert "2 targets: 1 Critical, 1 OK." in page.get_text()
    assert len(strip.select("rect")) == 3


def test_of_many_targets_the_worst_are_shown(tmp_path: Path) -> None:
    """The others are counted, so that the page stays small; their runs are in the list."""
    for number in range(STANDINGS + 3):
        run = diagnosis(
            verdict="ok" if number > 3 else "critical",
            parameters={"redis_url": f"redis://cache-{number}:6379"},
        )
        add(tmp_path, f"{number:06}", run)
    page = listed(tmp_path)
    standing = page.select(".standing tbody tr")
    assert len(standing) == STANDINGS
    assert [row.get_text(" ").split()[0] for row in standing[:5]] == ["Critical"] * 4 + ["OK"]
    assert "3 more targets not shown here." in page.get_text()
    assert f"{STANDINGS + 3} targets: 4 Critical, {STANDINGS - 1} OK." in page.get_text()


def test_the_page_stays_small_with_ten_thousand_runs(tmp_path: Path) -> None:
    """Under two megabytes if no two summaries are the same; each run is still there."""
    runs = [
        Entry(
            f"redis-connection/20260301T120000Z-{number:08x}",
            "",
            "redis-connection",
            "Redis connection failures",
            f"redis://cache-{number % 30}:6379",
            "",
            "critical",
            f"Redis is stopped: container redis-tts-{number} exited 4 minutes ago. " * 4,
            "The Redis container is stopped",
            "2026-03-01T12:00:00.000Z",
            float(number),
        )
        for number in range(10_000)
    ]
    with mock.patch("runbooklab.archive.index_page.read_index", return_value=Listing(runs)):
        page = rebuild(tmp_path).read_text()
    assert len(page.encode()) < 2_000_000
    assert page.count("20260301T120000Z-0000270f") == 1


def test_a_list_made_without_the_index_says_so(tmp_path: Path) -> None:
    """With the reason; it lists the runs all the same."""
    add(tmp_path, "1", diagnosis())
    (tmp_path / "index.sqlite").mkdir()
    page = listed(tmp_path)
    assert "Made without the index of runs, from every run's folder: it is no file." in page.get_text()
    assert len(rows(page)) == 1


def test_hostile_text_is_only_ever_text(tmp_path: Path) -> None:
    """In a summary, an incident and a folder's name."""
    text = HOSTILE.replace("\udc80", "")  # JSON in UTF-8 cannot hold it
    add(tmp_path, "a\"'<b>&x", diagnosis(summary=text, incident=text, title=text))
    page = listed(tmp_path)
    assert [script.get("type") for script in page.select("script")] == ["application/json", None]
    assert page.select("img, iframe, [onmouseover], [onerror]") == []
    assert rows(page)[0][3].startswith("<script>window.hit=1</script>")
    link = page.select_one("#runs tbody a")
    assert link is not None
    assert link["href"] == "redis-connection/a%22%27%3Cb%3E%26x/report.html"


def test_a_page_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk costs the new list and nothing else."""
    add(tmp_path, "1", diagnosis())
    before = rebuild(tmp_path).read_text()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    add(tmp_path, "2", diagnosis())
    with pytest.raises(OSError, match="No space left"):
        rebuild(tmp_path)
    assert (tmp_path / "index.html").read_text() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "index.html",
        "index.sqlite",
        "redis-connection",
    ]
