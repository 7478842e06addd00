"""The page: what stands where, that it asks for nothing, and that nothing in it is alive."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from msgspec.structs import replace

from evidence_samples import change, down, event, healthy, without_docker
from report_samples import (
    ACTS,
    CHECKLIST,
    FLUSH,
    RUNGS,
    STOPPED,
    code,
    concluded,
    diagnosis,
    executed,
    hostile,
    notebook,
    shown,
    text,
    view,
)
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import Diagnosis, Table
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.mime import FINDING_MIME
from runbooklab.report.page import render

SITUATIONS = {"healthy": healthy, "down": down, "without Docker": without_docker}


def page(
    run: Diagnosis | None = None, evidence: Evidence | None = None, *cells: dict[str, object]
) -> BeautifulSoup:
    """The rendered page, parsed."""
    html = render(run or diagnosis(), evidence, notebook(*cells) if cells else None)
    return BeautifulSoup(html, "html.parser")


def whole(situation: str) -> BeautifulSoup:
    """The page of a whole run of the Redis runbook."""
    evidence = SITUATIONS[situation]()
    run = concluded(evidence)
    return BeautifulSoup(render(run, evidence, executed(run, evidence)), "html.parser")


def said(part: Tag | None) -> str:
    assert part is not None
    return " ".join(part.get_text(" ").split())


def test_the_first_screen_answers_everything() -> None:
    """Verdict, sentence, cause, proof, fix, confirmation and what was not observed come before all else."""
    top = said(page().main).split("Connection ladder")[0]
    for answer in (
        "Redis connection failures", "INC-42", "2026-03-01 12:00:00 UTC", "1.2 s", "Critical",
        "Redis is stopped: container redis-tts exited 4 minutes ago.", "The Redis container is stopped",
        "97 % certain", "Docker says exited, code 0, at 11:56.", "Start the Redis container", "low risk",
        "docker start redis-tts", "redis-cli -h localhost -p 6379 ping", "No worker is registered",
        "Its log, as Docker did not answer.", "The network.",
    ):  # fmt: skip
        assert answer in top


def test_parts_come_in_the_order_of_the_design() -> None:
    """Verdict, ladder, timeline, checklist, sections, causes, acts, ledger, provenance."""
    anchors = [
        str(part.get("id") or part.get("aria-labelledby"))
        for part in page(None, healthy()).select("main > section")
    ]
    assert anchors == [
        "verdict", "ladder", "timeline", "checklist", "runbook", "causes", "acts", "ledger", "provenance",
    ]  # fmt: skip


def test_empty_parts_are_not_shown() -> None:
    """A diagnosis of nothing has a verdict and its provenance, and no empty headings."""
    bare = Diagnosis(
        run_id="1",
        runbook="x",
        started_at="",
        finished_at="",
        parameters={},
        verdict="unknown",
        summary="Nothing.",
    )
    assert [said(heading) for heading in page(bare).select("h1, h2, h3")] == ["X", "Provenance"]


def test_the_window_is_named_after_the_verdict() -> None:
    """Among many tabs the verdict distinguishes them."""
    assert said(page().title) == "Critical: Redis connection failures 2026-03-01 12:00:00"


def test_the_first_failing_rung_is_marked_and_no_other() -> None:
    """One row of the ladder stands out, and only cells that failed carry its tone."""
    ladder = page().select_one(".ladder")
    assert ladder is not None
    assert [said(row.th) for row in ladder.select("tr.failing")] == ["TCP connection breaks here"]
    assert len(ladder.select("td.at-critical")) == 1


def test_without_a_cause_the_findings_that_are_not_well_are_named() -> None:
    """A verdict without a cause still says where to look, worst first."""
    top = said(page(diagnosis(causes=())).select_one(".answer"))
    assert "Noted Redis container : Redis is stopped" in top
    assert top.index("Redis is stopped") < top.index("Port 6379 refuses.")


def test_a_finding_shows_its_facts_tables_and_text() -> None:
    """Nothing that a finding carries is lost, and what was cut is counted."""
    finding = said(page().select_one("#finding-redis-container"))
    for part in ("Exit code 0", "Containers", "12.5 MiB", "3 rows left out.", "line one line two"):
        assert part in finding


def test_numbers_are_right_aligned() -> None:
    """A column of numbers, with gaps, is set right; a column of names is not."""
    row = page().select("#finding-redis-container tbody tr")[0]
    assert [cell.get("class") for cell in row.select("td")] == [None, ["num"]]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_link_within_the_page_leads_somewhere(situation: str) -> None:
    """Each #fragment has its element, and no two elements share an id."""
    parsed = whole(situation)
    ids = [str(part["id"]) for part in parsed.select("[id]")]
    assert len(ids) == len(set(ids))
    fragments = {str(link["href"])[1:] for link in parsed.select("a[href^='#'], use[href]")}
    assert fragments <= set(ids)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_headings_go_down_one_level_at_a_time(situation: str) -> None:
    """A screen reader's outline has no holes."""
    levels = [int(heading.name[1]) for heading in whole(situation).select("h1, h2, h3, h4, h5, h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_is_fetched_from_anywhere(situation: str) -> None:
    """No attribute that loads something has a target, and the policy lets nothing through."""
    parsed = whole(situation)
    assert parsed.select("[src]:not([src^='data:']), link, iframe, object, embed, base, form[action]") == []
    assert "url(" not in str(parsed.style)
    assert "@import" not in str(parsed.style)


def test_the_policy_knows_exactly_our_style_and_script() -> None:
    """One style and one script, named by their hashes; no style or handler on any element."""
    parsed = whole("down")
    policy = str(parsed.select_one("meta[http-equiv='Content-Security-Policy']")["content"])
    assert policy.startswith("default-src 'none';")
    for part, rule in (
        (parsed.select("style"), "style-src"),
        (parsed.select("script:not([type])"), "script-src"),
    ):
        assert len(part) == 1
        digest = base64.b64encode(hashlib.sha256(str(part[0].string).encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}';" in policy
    assert parsed.select("[style]") == []


@pytest.mark.parametrize("cells", [False, True])
def test_hostile_text_is_only_ever_text(cells: bool) -> None:
    """Markup, templates, terminal codes and direction marks in every text make no element, no attribute."""
    run = hostile(diagnosis())
    shown_cells = (
        text("# <script>window.hit=1</script>\n\n<img src=x onerror=hit>\n\n[a](javascript:hit) \u202e", "x"),
        code(
            *(shown(FINDING_MIME, finding) for finding in run.findings), source="</pre><script>hit</script>"
        ),
        code(view("ladder", run.ladder), view("acts", run.audit), view("checklist", run.checklist)),
    )
    html = render(run, healthy(), notebook(*shown_cells) if cells else None)
    parsed = BeautifulSoup(html, "html.parser")
    expected = {
        tag.name for tag in page(diagnosis(), healthy(), text("# a\n\nb"), code(source="x")).find_all()
    } | {"a", "span"}
    assert {tag.name for tag in parsed.find_all()} <= expected
    assert len(parsed.select("script:not([type])")) == 1
    assert [name for tag in parsed.find_all() for name in tag.attrs if name.startswith("on")] == []
    assert re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]", html) is None
    assert "49" not in said(parsed.select_one(".verdict"))
    html.encode("utf-8")


def test_hostile_text_can_still_be_read() -> None:
    """What was planted is shown, its invisible parts written out."""
    summary = said(page(hostile(diagnosis())).select_one(".summary"))
    assert "<script>window.hit=1</script>" in summary
    assert r"\u202egnp.exe" in summary
    assert "{{ 7*7 }}" in summary


def test_sections_come_from_the_findings_where_there_is_no_notebook() -> None:
    """Each section that has findings is there; those without one stand under further checks, at the end."""
    titles = [said(heading) for heading in page().select("details.section > summary > :is(h3, h4)")]
    assert titles == [
        "Check Redis container status", "Test port availability", "Test Redis connectivity", "Further checks",
    ]  # fmt: skip


def test_the_section_with_the_proof_is_open() -> None:
    """The reader with doubts finds the proof unfolded, the rest folded."""
    opened = page().select("details.section[open] > .body")
    assert [part["id"] for part in opened] == ["section-check-redis-container-status"]


def test_findings_that_no_cell_shows_stand_in_their_section() -> None:
    """After a kernel's death the runner's findings fill the sections whose cells never ran."""
    parsed = page(
        diagnosis(findings=(STOPPED,)), None,
        text("## Check Redis container status", "check-redis-container-status"),
        code(section="check-redis-container-status", run=False),
    )  # fmt: skip
    section = said(parsed.select_one("#section-check-redis-container-status"))
    assert "This cell was not run." in section
    assert STOPPED.summary in section


def test_a_finding_shows_its_command_folded_and_ready_to_copy() -> None:
    """The reader can repeat on the target what was seen; a finding without a command has no fold."""
    asked = replace(STOPPED, command="docker ps --all --filter name='<b>'")
    fold = page(None, None, code(shown(FINDING_MIME, asked))).select_one(".finding details")
    assert fold is not None
    assert "open" not in fold.attrs
    assert said(fold.select_one(".cmd code")) == asked.command
    assert page(None, None, code(shown(FINDING_MIME, STOPPED))).select_one(".finding details") is None


def test_our_outputs_are_drawn_from_their_json() -> None:
    """Neither the HTML nor the text beside a finding or a view is used."""
    content = said(page(
        diagnosis(ladder=(), checklist=(), findings=()), None,
        code(
            shown(FINDING_MIME, STOPPED), view("ladder", RUNGS), view("checklist", CHECKLIST),
            view("acts", ACTS), view("remedy", {"plan": FLUSH, "causes": []}),
            view("diagnosis", {"verdict": "ok", "summary": "Was ok."}),
        ),
    ).select_one("#section-introduction"))  # fmt: skip
    for part in (
        "Redis is stopped",
        "breaks here",
        "Logs show no errors?",
        "apply=start-container",
        "FLUSHALL",
        "Was ok.",
    ):
        assert part in content
    assert "FROM THE" not in content


def test_a_finding_shown_twice_is_drawn_once() -> None:
    """The second time a line serves, with a link to the first."""
    twice = page(None, None, code(shown(FINDING_MIME, STOPPED), shown(FINDING_MIME, STOPPED)))
    assert len(twice.select("#finding-redis-container")) == 1
    assert said(twice.main).count("line one") == 1
    assert twice.select(".lead a[href='#finding-redis-container']")


def test_a_later_finding_that_differs_is_drawn_in_full() -> None:
    """After a fix the fresh finding stands beside the old one."""
    fresh = replace(STOPPED, status="ok", summary="It runs.", text="fresh text")
    content = said(page(None, None, code(shown(FINDING_MIME, STOPPED), shown(FINDING_MIME, fresh))).main)
    assert "line one" in content
    assert "fresh text" in content


def test_causes_say_why_and_why_not() -> None:
    """Supported with proof, untested with what is missing, ruled out with the reason."""
    causes = said(page().select_one("section[aria-labelledby=causes]"))
    assert "4 cause s" not in causes
    assert "2 supported, 1 untested, 1 ruled out" in causes
    assert "follows from The Redis container is stopped" in causes
    assert "Redis was not reached." in causes
    assert "The port refuses at once." in causes


def test_ragged_tables_are_drawn() -> None:
    """A row longer or shorter than its head costs nothing but looks."""
    ragged = replace(STOPPED, tables=(Table(("a",), (("1", "2", "3"), ())),))
    assert "1 2 3" in said(page(diagnosis(findings=(ragged,))).select_one("#finding-redis-container"))


def test_acts_are_in_the_audit_and_named_at_the_top() -> None:
    """A change is never only in the small print."""
    parsed = page()
    assert "Changed 1 act of this run : start-container" in said(parsed.select_one(".answer"))
    assert "Before Critical: Redis is stopped." in said(parsed.select_one(".answer"))
    acts = said(parsed.select_one("section[aria-labelledby=acts]"))
    assert "done apply=start-container start-container Before: Critical: Redis is stopped." in acts
    assert "docker start redis-tts Undo: docker stop redis-tts redis-tts" in acts
    sentence = parsed.select_one("section[aria-labelledby=acts] td .fine:-soup-contains('Before')")
    assert not sentence.find_parents(class_="seen")  # a sentence has the font of text


def test_a_long_ledger_says_how_much_is_left_out() -> None:
    """The page stays small; the number of missing ones is said."""
    ledger = said(
        page(diagnosis(ledger=(LedgerEntry("redis", "PING", 0.1),) * 1_234)).select_one(
            "section[aria-labelledby=ledger]"
        )
    )
    assert "1234 to redis" in ledger
    assert "234 entries left out" in ledger


def test_a_healthy_report_is_small() -> None:
    """The whole Redis runbook with a usual ledger, and all that the page carries: below 150,000 bytes."""
    evidence = healthy(ledger=(LedgerEntry("docker", "GET /containers/redis-tts/json?size=0", 1.2),) * 40)
    run = concluded(evidence)
    assert run.verdict == "ok"
    assert len(render(run, evidence, executed(run, evidence)).encode()) < 150_000


def test_local_time_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All times are UTC; the offset stands in the head."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        assert said(page().main).count("UTC+05:30 (IST)") == 1
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_timeline_has_the_event() -> None:
    """What the engine recorded is on the page with its time."""
    evidence = change(down(exit_code=137), events=(event("die", exitCode="137"),))
    timeline = said(page(None, evidence).select_one("section[aria-labelledby=timeline]"))
    assert "2026-03-01 11:56:00 Container" in timeline
    assert "redis-tts: die, exit code 137" in timeline


def test_a_check_is_named_by_the_title_that_its_runbook_gives_it() -> None:
    """Below the finding and wherever something links to it."""
    titled = replace(STOPPED, title="The container of the queue")
    run = diagnosis()
    named = page(replace(run, findings=(titled, *run.findings[1:])))
    links = named.select("a[href='#finding-redis-container']")
    assert {link.text for link in links} == {titled.title}
    assert titled.title in said(named.select_one("#finding-redis-container"))


def test_what_is_shown_for_information_is_open_if_nothing_is_judged() -> None:
    """Such a report has nothing else to show; what it shows is counted as information."""
    shown_only = replace(STOPPED, status="skipped")
    run = replace(diagnosis(), findings=(shown_only,), causes=(), verdict="unknown")
    read = page(run, None, code(shown(FINDING_MIME, shown_only)))
    assert read.select("details.section[open] .finding")
    assert "1 for information" in said(read.select_one(".tally"))


def test_parameters_without_values_have_no_heading() -> None:
    """Empty things are not shown."""
    assert not [
        each
        for each in page(replace(diagnosis(), parameters={"unit": ""})).select("h3")
        if each.text == "Parameters"
    ]
