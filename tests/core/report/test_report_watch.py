"""A watch as cells and pages show it: words, tables, and a picture of nothing but shapes and escaped text."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from msgspec import to_builtins
from msgspec.structs import replace

from report_samples import HOSTILE
from runbooklab.model.mime import VIEW_MIME
from runbooklab.model.watched import Coming, Curve, Presence, Silence, Watched
from runbooklab.report.cells import watch_html, watch_text
from runbooklab.report.from_notebook import render_notebook
from runbooklab.report.watch_picture import picture

WATCHED = Watched(
    target="redis-tts",
    state="done",
    started_at="2026-03-01T12:00:00.000Z",
    asked_s=30.0,
    lasted_s=30.0,
    moments=(0.0, 10.0, 20.0, 29.0),
    curves=(
        Curve("Registrations", "count", (2.0, 1.0, None, 2.0)),
        Curve("PING", "ms", (0.2, 1400.0, None, 0.3)),
        Curve("Memory used", "bytes", (2_097_152.0, 2_097_152.0, None, 2_100_000.0)),
    ),
    thing="registration",
    presences=(
        Presence("worker:1", ((0.0, 0.0), (29.0, 29.0))),
        Presence("worker:2", ((0.0, 10.0), (29.0, 29.0))),
    ),
    comings=(
        Coming("2026-03-01T12:00:10.000Z", 10.0, "went", "worker:1"),
        Coming("2026-03-01T12:00:29.000Z", 29.0, "came", "worker:1"),
    ),
    silences=(Silence(20.0, 29.0, "ping timed out"),),
)
NOT_RUN = Watched("redis-tts", "not-run", note="Not watched: nobody was there.")

TEXT = """\
Watched redis-tts for 30 seconds: registrations: 1 came, 1 went; no answer for 9 seconds (ping timed out).
  Time (UTC)  What  Registration
  12:00:10    went  worker:1
  12:00:29    came  worker:1
  Measure        Least    Median   Most     Last
  Registrations  1        2        2        2
  PING           0.2 ms   0.3 ms   1.4 s    0.3 ms
  Memory used    2.0 MiB  2.0 MiB  2.0 MiB  2.0 MiB"""


def page(watched: Watched) -> BeautifulSoup:
    """The report of a notebook in which a cell watched."""
    data = {VIEW_MIME: {"kind": "watch", "watch": to_builtins(watched)}, "text/plain": "its text"}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    cell = {
        "cell_type": "code", "source": "watch()", "metadata": {}, "outputs": [output], "execution_count": 1,
    }  # fmt: skip
    notebook = {"cells": [cell], "metadata": {"runbooklab": {"slug": "x"}}}
    return BeautifulSoup(render_notebook(notebook, "x"), "html.parser")


def test_a_watch_in_words() -> None:
    """How long, what came and went, when there was no answer, and each number's range."""
    assert watch_text(WATCHED) == TEXT


def test_a_watch_under_way_says_how_far_it_is() -> None:
    """A notebook that is saved meanwhile does not pretend to hold all of it."""
    running = replace(WATCHED, state="running", lasted_s=12.3, comings=(), silences=())
    assert watch_text(running).startswith(
        "Watching redis-tts for 12 seconds of 30 seconds: 2 registrations, none came or went."
    )
    begun = Watched("redis-tts", "running", asked_s=30.0)
    assert watch_text(begun) == "Watching redis-tts for 30 seconds."
    stopped = replace(WATCHED, state="stopped", lasted_s=12.3, comings=(), silences=())
    assert watch_text(stopped).startswith("Watched redis-tts for 12 seconds, then stopped: 2 registrations")


def test_the_picture_has_a_plot_for_each_number_and_a_line_for_each_thing() -> None:
    """A number that was not seen leaves a gap, and a silence is a band in every plot."""
    drawn = BeautifulSoup(picture(WATCHED), "html.parser")
    assert len(drawn.find_all("polyline")) == 3  # the two looks before the silence
    assert len(drawn.find_all("circle")) == 3  # the one after it
    assert len(drawn.find_all("rect")) == 3 + 1
    assert len(drawn.find_all("line", attrs={"stroke-width": "4"})) == 4
    assert not drawn.find_all(["style", "script", "image", "a"])


@pytest.mark.parametrize(
    ("values", "share"), [((100.0, 100.1), 0.01), ((100.0, 110.0), 0.8), ((10.0, 100.0), 0.9)]
)
def test_a_change_is_drawn_as_large_as_it_is_worth(values: tuple[float, float], share: float) -> None:
    """Less than two percent is no jump; a moderate one is drawn close up, a great one from zero."""
    watched = Watched("x", "done", lasted_s=10.0, moments=(0.0, 10.0), curves=(Curve("A", "ms", values),))
    (line,) = BeautifulSoup(picture(watched), "html.parser").find_all("polyline")
    heights = [float(point.partition(",")[2]) for point in str(line["points"]).split()]
    drawn = (max(heights) - min(heights)) / 40  # of the plot's height, without its margin
    assert drawn == pytest.approx(share, abs=0.06)


def test_hostile_names_stay_text() -> None:
    """Names and reasons come from others: none of them makes an element, in a cell or on the page."""
    coming = Coming("2026-03-01T12:00:10.000Z", 10.0, "came", HOSTILE)
    hostile = replace(
        WATCHED,
        target=HOSTILE,
        presences=(Presence(HOSTILE, ((0.0, 29.0),)),),
        comings=(coming,),
        silences=(Silence(1.0, 2.0, HOSTILE),),
        note=HOSTILE,
    )
    assert not BeautifulSoup(watch_html(hostile), "html.parser").find_all(["script", "img", "a", "iframe"])
    watched = page(hostile).find(class_="watched")
    assert watched is not None
    assert not watched.find_all(["script", "img", "a", "iframe"])


def test_the_page_shows_the_picture_and_the_tables() -> None:
    """Drawn from the cell's JSON, as all of ours."""
    report = page(WATCHED)
    watched = report.find(class_="watched")
    assert watched is not None
    assert len(watched.find_all("polyline")) == 3
    assert "no answer for 9 seconds" in report.get_text()
    assert "worker:1" in report.get_text()
    assert "its text" not in report.get_text()


def test_a_cell_that_did_not_watch_says_so_in_a_line() -> None:
    """No empty picture; in the cell, as text and on the page the same sentence."""
    assert watch_text(NOT_RUN) == "Not watched: nobody was there."
    assert "<svg" not in watch_html(NOT_RUN)
    assert "Not watched: nobody was there." in page(NOT_RUN).get_text()
    assert page(NOT_RUN).find(class_="watched") is None


def test_a_target_that_never_answered_has_a_picture_of_that() -> None:
    """One band, and no plot."""
    silent = replace(WATCHED, curves=(), presences=(), comings=(), silences=(Silence(0.0, 30.0, "refused"),))
    assert len(BeautifulSoup(picture(silent), "html.parser").find_all("rect")) == 1
    assert watch_text(silent) == "Watched redis-tts for 30 seconds: no answer for 30 seconds (refused)."
