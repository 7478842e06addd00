"""What a cell displays: HTML for JupyterLab and plain text, complete and harmless."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from report_samples import ACTS, CAUSES, CHECKLIST, FLUSH, RUNGS, START, STOPPED, diagnosis, hostile
from runbooklab.model.conclusions import Diagnosis, Table
from runbooklab.model.drawing import Drawings
from runbooklab.report import cells
from runbooklab.report.contributed import vocabulary
from runbooklab.report.page import render
from runbooklab.report.short_text import short_text

VOCABULARY = vocabulary(None)
PARTS = ("finding", "diagnosis", "ladder", "remedy", "checklist", "acts")


def content(part: str, run: Diagnosis) -> tuple[Any, ...]:
    """The arguments of ``<part>_html`` and ``<part>_text``."""
    give: dict[str, Callable[[], tuple[Any, ...]]] = {
        "finding": lambda: (run.findings[0], VOCABULARY),
        "diagnosis": lambda: (run, VOCABULARY),
        "ladder": lambda: (run.ladder, VOCABULARY),
        "remedy": lambda: (run.causes[0].remedy, run.causes[:1]),
        "checklist": lambda: (run.checklist,),
        "acts": lambda: (run.audit,),
    }
    return give[part]()


def html(part: str, *arguments: Any) -> BeautifulSoup:
    return BeautifulSoup(getattr(cells, f"{part}_html")(*arguments), "html.parser")


def said(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())  # a style's content is no text


@pytest.mark.parametrize("part", PARTS)
def test_hostile_text_is_only_ever_text(part: str) -> None:
    """Planted markup makes no element, planted quotes make no attribute, planted codes are written out."""
    harmless, planted = (html(part, *content(part, run)) for run in (diagnosis(), hostile(diagnosis())))
    assert [tag.name for tag in planted.find_all()] == [tag.name for tag in harmless.find_all()]
    assert {name for tag in planted.find_all() for name in tag.attrs} <= {"class", "aria-hidden"}
    assert "\x1b" not in str(planted)
    assert "\u202e" not in str(planted)
    assert "<script>" in said(planted)


@pytest.mark.parametrize("part", PARTS)
def test_plain_text_hides_nothing(part: str) -> None:
    """A terminal is given no code of a stranger's."""
    text = getattr(cells, f"{part}_text")(*content(part, hostile(diagnosis())))
    assert "\x1b" not in text
    assert "\u202e" not in text


_RULE = re.compile(r"([^{}]+)\{([^}]*)\}")
_COLOUR = re.compile(r"(?:^|;)(?:color|background|border|border-bottom):([^;]+)")


@pytest.mark.parametrize("part", PARTS)
def test_styles_stay_within_the_output(part: str) -> None:
    """Every rule is about our own box; nothing is wider than the cell; colours are those of the theme."""
    soup = html(part, *content(part, diagnosis()))
    assert soup.find().get("class") == ["rbl", "mathjax_ignore", "tex2jax_ignore"]
    rules = _RULE.findall(str(soup.style.string))
    assert all(selector.startswith(".rbl") for selector, _ in rules)
    assert "max-width:100%;overflow-x:auto" in dict(rules)[".rbl"]
    colours = [colour for _, rule in rules for colour in _COLOUR.findall(rule) if colour != "inherit"]
    assert colours
    assert all("var(--jp-" in colour for colour in colours)


FULL: dict[str, tuple[tuple[Any, ...], tuple[str, ...]]] = {
    "finding": (
        (STOPPED, VOCABULARY),
        ("Critical", "exited 4 minutes ago", "Exit code", "12.5 MiB", "3 rows left out", "line two"),
    ),
    "diagnosis": (
        (diagnosis(), VOCABULARY),
        ("Critical", "The Redis container is stopped", "Docker says exited",
         "docker start redis-tts", "redis-cli -h localhost", "No worker is registered", "The network."),
    ),
    "ladder": (
        (RUNGS, VOCABULARY),
        ("TCP connection", "Port 6379 refuses.", "Redis listens in its container."),
    ),
    "remedy": (
        (START, CAUSES[:1]),
        ("Start the Redis container", "low risk", "docker start", "docker stop", "own data",
         "The Redis container is stopped"),
    ),
    "checklist": ((CHECKLIST,), ("Critical", "Redis container running?", "docker logs redis-tts")),
    "acts": ((ACTS,), ("done", "docker start redis-tts")),
}  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_both_forms_say_all_of_it(part: str) -> None:
    """HTML and plain text carry the same content."""
    arguments, expected = FULL[part]
    for form in (said(html(part, *arguments)), getattr(cells, f"{part}_text")(*arguments)):
        for words in expected:
            assert words.lower() in form.lower()


def test_the_verdict_is_explained_to_somebody_who_does_not_know_the_subject() -> None:
    """It says in plain words what fails, and times as people read them."""
    cause = replace(CAUSES[0], layer="tcp", proof="It exited at 2026-03-01T13:56:00.5+02:00.")
    for form in ("html", "text"):
        drawn = getattr(cells, f"diagnosis_{form}")(diagnosis(causes=(cause,)), VOCABULARY)
        assert "Redis is a small database in memory" in drawn
    assert "It exited at 2026-03-01 11:56:00 UTC." in said(
        html("diagnosis", diagnosis(causes=(cause,)), VOCABULARY)
    )


def test_a_proof_that_the_sentence_on_top_has_is_not_said_again() -> None:
    """A cell, its text, the short text and the top of a page say it once."""
    proof = "Nothing listens on port 80."
    cause = replace(CAUSES[0], proof=proof, summary=f"It is down. {proof}")
    found = diagnosis(causes=(cause,), summary=cause.summary)
    page = BeautifulSoup(render(found, None, None), "html.parser")
    top = page.select_one("#verdict"), page.select_one(".answer")
    texts = (
        said(html("diagnosis", found, VOCABULARY)),
        cells.diagnosis_text(found, VOCABULARY),
        short_text(found, Drawings(), "report.html"),
        " ".join(part.get_text() for part in top if part is not None),
    )
    assert [text.count(proof) for text in texts] == [1, 1, 1, 1]
    otherwise = replace(found, summary="It is down.")
    assert cells.diagnosis_text(otherwise, VOCABULARY).count(proof) == 1


def test_under_the_verdict_a_fix_does_not_name_its_cause_again() -> None:
    """The verdict above it does; what else it is recommended for is named."""
    both = (CAUSES[0], replace(CAUSES[1], remedy=START))
    under = said(BeautifulSoup(cells.remedy_html(START, both, under_verdict=True), "html.parser"))
    assert CAUSES[0].title not in under
    assert f"Recommended here: {CAUSES[1].title}" in under
    alone = said(BeautifulSoup(cells.remedy_html(START, both[:1], under_verdict=True), "html.parser"))
    assert "Recommended here" not in alone
    assert "not needed here" not in alone


def test_ragged_tables_are_drawn() -> None:
    """A row longer or shorter than its head costs nothing but looks."""
    ragged = replace(STOPPED, tables=(Table(("a",), (("1", "2", "3"), ())),))
    assert "1 2 3" in said(html("finding", ragged, VOCABULARY))
    assert "1  2  3" in cells.finding_text(ragged, VOCABULARY)


def test_details_of_a_finding_are_folded() -> None:
    """One line and its facts are in sight; tables and quoted text wait."""
    folded = html("finding", STOPPED, VOCABULARY).details
    assert folded is not None
    assert "line one" in folded.get_text()
    assert "Exit code" not in folded.get_text()


def test_the_command_of_a_finding_is_folded() -> None:
    """It waits below the finding, escaped; a finding without one shows no fold for it."""
    line = "grep -A 3 'redis:' <b>.yaml && ls"
    parsed = html("finding", replace(STOPPED, command=line), VOCABULARY)
    assert [fold.summary.get_text() for fold in parsed.select("details")] == ["Details", "Command"]
    assert parsed.select("details pre")[-1].get_text() == line
    assert "Command" not in html("finding", STOPPED, VOCABULARY).get_text()
    assert line not in cells.finding_text(replace(STOPPED, command=line), VOCABULARY)


def test_the_first_failing_rung_is_marked() -> None:
    """The eye lands on one row, in both forms."""
    assert said(html("ladder", RUNGS, VOCABULARY)).count("fails here") == 1
    assert [line for line in cells.ladder_text(RUNGS, VOCABULARY).splitlines() if line.startswith(">")] == [
        line for line in cells.ladder_text(RUNGS, VOCABULARY).splitlines() if "TCP" in line
    ]


def test_a_remedy_that_is_not_needed_is_folded_and_says_so() -> None:
    """Nobody pastes a fix for what is not broken by accident."""
    soup = html("remedy", START, ())
    assert "not needed here" in said(soup)
    assert "docker start" in soup.details.get_text()
    assert "Not needed here." in cells.remedy_text(START, ())


def test_a_destructive_remedy_says_so() -> None:
    """Before its command."""
    for form in (said(html("remedy", FLUSH, CAUSES)), cells.remedy_text(FLUSH, CAUSES)):
        assert form.index("estr") < form.index("FLUSHALL")


def test_no_acts_is_said() -> None:
    """An empty audit trail is a statement."""
    assert said(html("acts", ())) == cells.acts_text(()) == "Nothing was changed."


def test_what_a_check_shows_for_information_is_not_skipped() -> None:
    """A check that judges nothing was carried out: its word is another one, and its output stands open."""
    shown = replace(STOPPED, status="skipped", facts={}, tables=(), text="up 3 days")
    assert said(html("finding", shown, VOCABULARY)).startswith("○ Information")
    assert cells.finding_text(shown, VOCABULARY).startswith("[INFORMATION]")
    details = html("finding", shown, VOCABULARY).details
    assert details is not None
    assert details.has_attr("open")
    assert said(html("finding", replace(shown, text=""), VOCABULARY)).startswith("○ Skipped")


def test_the_map_calls_ok_what_is_ok() -> None:
    """A section in which nothing was judged is not counted as well."""
    sections = [("One", "ok", "One"), ("Two", "skipped", "Two")]
    assert "Sections: 1 of 2 OK" in said(html("map", sections))
    assert "Sections: all 1 OK" in said(html("map", sections[:1]))
