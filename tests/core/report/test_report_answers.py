"""What the page says to a hurried reader: plain words, look-alikes distinguished, readable times."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from msgspec.structs import replace

from evidence_samples import healthy, log
from judging import CATALOGUE, REDIS
from report_samples import CAUSES, code, diagnosis, notebook, stream
from runbooklab.model.conclusions import Diagnosis, Rung
from runbooklab.model.evidence import Evidence
from runbooklab.report.page import render


def page(run: Diagnosis) -> BeautifulSoup:
    return BeautifulSoup(render(run, None, None), "html.parser")


def said(tag: Tag | None) -> str:
    assert tag is not None
    return " ".join(tag.get_text(" ").split())


def test_the_look_alikes_are_told_apart() -> None:
    """Beside the primary cause: what looks like it, and the observation that rules it out."""
    primary = replace(CAUSES[0], look_alikes=("firewall-drop", "loading"))
    answer = said(page(diagnosis(causes=(primary, *CAUSES[1:]))).select_one(".answer"))
    assert "Why not “A firewall drops packets”? The port refuses at once." in answer
    assert "Redis is loading" not in answer


def test_what_fails_is_said_in_plain_words() -> None:
    """A reader who has never seen Redis learns what it is and what its failing means."""
    answer = said(page(diagnosis(causes=(replace(CAUSES[0], layer="tcp"),))).select_one(".answer"))
    assert "Redis is a small database in memory" in answer
    assert "In plain words" not in said(page(diagnosis(causes=CAUSES[:1])).select_one(".answer"))


def test_rungs_that_stand_alone_are_said_to() -> None:
    """A failing rung of a project's surroundings says nothing of those after it, unlike one of a way."""
    captions = {}
    for name in ("environment", "ports"):
        evidence = Evidence(domains=(name,))
        rung = Rung(name, "host", "critical", "It fails.")
        shown = BeautifulSoup(render(diagnosis(ladder=(rung,)), evidence, None), "html.parser")
        captions[name] = said(shown.select_one("section[aria-labelledby=ladder] .fine"))
    assert "Each stands by itself" in captions["environment"]
    assert "The first that fails is where to look" in captions["ports"]


def test_every_layer_of_the_catalogue_has_plain_words() -> None:
    """No cause is without them."""
    assert {cause.layer for cause in CATALOGUE} <= set(REDIS.vocabulary.plainly)


def test_times_in_sentences_are_utc() -> None:
    """A machine's time reads as a person's, in proof and findings alike."""
    primary = replace(CAUSES[0], proof="It exited at 2026-03-01T13:56:00.5+02:00.")
    parsed = page(diagnosis(causes=(primary, *CAUSES[1:])))
    assert "It exited at 2026-03-01 11:56:00 UTC." in said(parsed.select_one(".answer"))
    assert "T13:56:00" not in said(parsed.main)


def test_causes_with_one_reason_share_a_row() -> None:
    """A reason is read once, with all the causes that it rules out."""
    causes = (*CAUSES, replace(CAUSES[3], id="other", title="Another thing drops packets"))
    rows = [said(row) for row in page(diagnosis(causes=causes)).select(".judgements tbody tr")]
    assert "The port refuses at once. A firewall drops packets Another thing drops packets" in rows


def test_ten_thousand_log_lines_stay_readable() -> None:
    """The page is bounded, and says how much it leaves out."""
    lines = log(*((f"{n} it burns {'x' * 60} {n}", "", "error") for n in range(10_000)))
    printed = code(stream("burning\n" * 10_000))
    html = render(diagnosis(), healthy(logs=lines), notebook(printed))
    assert len(html.encode()) < 2_000_000
    assert "9,800 lines left out" in html
    assert "10,000 times since" in html
