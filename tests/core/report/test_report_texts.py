"""``report.md`` and ``postmortem.md``: what they say of a run."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt

from evidence_samples import down, healthy, without_docker
from report_samples import CAUSES, HOSTILE, code, concluded, diagnosis, hostile, notebook, text, view
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import AuditEntry, Diagnosis, JudgedCause
from runbooklab.model.observation import LogLine
from runbooklab.observe.docker.records import LogTail
from runbooklab.report.contributed import drawings
from runbooklab.report.first_diagnosis import first_diagnosis
from runbooklab.report.postmortem import TO_FILL_IN, postmortem
from runbooklab.report.short_text import short_text
from runbooklab.report.texts import text_files
from runbooklab.report.wanted_texts import NO_TEXTS, WantedTexts

BOTH = WantedTexts(("report.md", "postmortem.md"))
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def short(run: Diagnosis, evidence: Evidence | None, link: str) -> str:
    return short_text(run, drawings(run, evidence), link)


def draft(run: Diagnosis, evidence: Evidence | None, link: str) -> str:
    return postmortem(run, drawings(run, evidence), link)


def part(text: str, heading: str) -> str:
    """What stands below a heading of the postmortem."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip()


def test_the_short_text_says_what_a_chat_needs() -> None:
    """Verdict, sentence, cause with proof, fix, acts, what was not observed and the link, in this order."""
    said = short(diagnosis(), down(), "report.html")
    wanted = (
        "**CRITICAL: Redis is stopped: container redis-tts exited 4 minutes ago.**",
        "`redis://localhost:6379`, 2026-03-01 12:00:00 UTC, incident INC-42",
        "**Root cause:** The Redis container is stopped (`container-stopped`, 97% certain)",
        "**Proof:** Docker says exited, code 0, at 11:56.",
        "**Fix** (low risk): Start the Redis container",
        "```\ndocker start redis-tts\n```",
        "- No worker is registered",
        "- done: `docker start redis-tts`",
        "**Not observed:**\n\n- Its log, as Docker did not answer.\n- The network.",
        "**Report:** [report.html](report.html)\n",
    )
    places = [said.index(text) for text in wanted]
    assert places == sorted(places)


def test_a_healthy_run_is_said_in_three_lines() -> None:
    """Nothing is said of causes and fixes if nothing is wrong."""
    said = short(concluded(healthy()), healthy(), "report.html")
    assert said.startswith("**OK: ")
    assert "Root cause" not in said
    assert "Fix" not in said


def test_a_run_without_a_cause_says_so() -> None:
    """An unknown verdict without a cause is not left to be guessed."""
    said = short(diagnosis(verdict="unknown", causes=()), None, "report.html")
    assert "**Root cause:** none is named by this run" in said
    assert "**Noted:**\n\n- Redis is stopped: container redis-tts exited 4 minutes ago with code 0." in said


def test_a_long_list_says_how_much_is_left_out() -> None:
    """Five things are named, the rest is counted."""
    said = short(diagnosis(not_observed=tuple(f"thing {n}" for n in range(9))), None, "report.html")
    assert "- Thing 4\n- and 4 more, in the report" in said


def test_the_report_elsewhere_is_named_by_its_path() -> None:
    """A path is no link: it leads nowhere from a chat."""
    assert "**Report:** `/srv/reports/x/report.html`" in short(
        diagnosis(), None, "/srv/reports/x/report.html"
    )


def test_a_postmortem_has_all_its_parts() -> None:
    """The headings stand in their order, and what only people know is marked."""
    said = draft(diagnosis(), down(), "report.html")
    assert said.startswith("# Postmortem: INC-42, Redis connection failures\n")
    assert re.findall("^## (.*)", said, re.MULTILINE) == [
        "Summary", "Impact", "Timeline", "Root cause", "Remedy", "Follow-ups", "Not observed", "Report",
    ]  # fmt: skip
    assert part(said, "Impact").count(TO_FILL_IN) == 3
    assert "Redis is stopped: container redis-tts exited 4 minutes ago." in part(said, "Summary")
    assert "[report.html](report.html)" in part(said, "Report")


def test_the_timeline_is_the_report_s() -> None:
    """Container, log and run stand in one table, in the order in which things happened."""
    rows = part(draft(concluded(down()), down(), "report.html"), "Timeline")
    times = re.findall(r"^\| (2026-\S+ \S+) \|", rows, re.MULTILINE)
    assert times == sorted(times)
    assert "| 2026-03-01 11:56:00 | Container | redis-tts: exited, code 0 |" in rows
    assert "| This run | run started |" in rows


def test_a_long_timeline_keeps_what_went_wrong() -> None:
    """Of very many moments the bad ones stay, and how many are left out is said."""
    noise = tuple(
        LogLine(f"2026-03-01T11:58:{n:02}Z", f"Ready {'x' * n}", "notice", "ready") for n in range(59)
    )
    tail = LogTail((LogLine("2026-03-01T11:57:00Z", "Fatal error", "error"), *noise))
    before = down()
    evidence = before.having(msgspec.structs.replace(before.logs, value=tail))
    reported = part(draft(concluded(evidence), evidence, "report.html"), "Timeline")
    assert "| `Fatal error` |" in reported
    assert reported.count("\n| 2026") == 40
    assert re.search(r"^\d+ moments left out; the report has more\.$", reported, re.MULTILINE)


def test_without_evidence_the_timeline_says_what_it_has() -> None:
    """A diagnosis alone gives the time of the run."""
    assert "began at 2026-03-01 12:00:00 UTC" in part(draft(diagnosis(), None, "report.html"), "Timeline")


def test_the_root_cause_comes_with_its_evidence() -> None:
    """Its findings, the proof, what follows from it, and the look-alikes that it is not."""
    run = concluded(down())
    said = part(draft(run, down(), "report.html"), "Root cause")
    assert "**The Redis container was stopped** (`container-stopped`," in said
    assert "| Redis container | Critical | Redis is stopped: " in said
    assert "- The Redis container does not exist: Container redis-tts exists." in said
    said = part(draft(diagnosis(), None, "report.html"), "Root cause")
    assert "- No worker is registered, which follows from `container-stopped`: There are no keys." in said


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        (
            {},
            "| 2026-03-01 12:00:00 | This run | done | start-container | `docker start redis-tts` |",
        ),
        (
            {"audit": ()},
            "None applied by this run. Recommended (low risk): Start the Redis container\n\n```\ndocker",
        ),
        ({"audit": (), "causes": ()}, "None applied by this run, and none recommended."),
    ],
)
def test_the_remedy_is_what_was_done_or_what_would_be(changes: dict[str, Any], wanted: str) -> None:
    """The audit trail counts; without one the recommended remedy is named as not applied."""
    assert wanted in part(draft(diagnosis(**changes), down(), "report.html"), "Remedy")


def test_follow_ups_come_from_the_prevention_checks() -> None:
    """What they found lacking and what they could not see is a task; what fails now is not."""
    tasks = part(draft(concluded(down()), down(), "report.html"), "Follow-ups").splitlines()
    assert (
        "- [ ] Health check: Container redis-tts has no health check: Docker calls it up when Redis hangs."
        in tasks
    )
    assert any(task.startswith("- [ ] Persistence, not observed: ") for task in tasks)
    assert not any("Pre-flight" in task for task in tasks)
    assert tasks[-1].startswith(f"- [ ] {TO_FILL_IN}")


@pytest.mark.parametrize("run", [diagnosis(), concluded(healthy()), concluded(without_docker())])
def test_hostile_text_stays_text(run: Diagnosis) -> None:
    """Whatever a run saw, neither file holds HTML, an image, or a link but the one to the report."""
    for name, data in text_files(BOTH, hostile(run), None).items():
        parsed = [
            inner for token in READER.parse(data.decode()) for inner in (token, *(token.children or ()))
        ]
        assert {"html_block", "html_inline", "image"}.isdisjoint(token.type for token in parsed), name
        links = [token.attrs["href"] for token in parsed if token.type == "link_open"]
        assert links == ["report.html"], name
        assert "\x1b" not in data.decode()
        assert HOSTILE not in data.decode()


def fixed(verdict: str = "critical", cause: JudgedCause = CAUSES[0]) -> dict[str, bytes]:
    """The texts of a run that found ``cause``, changed something, and then found all well."""
    shown = {"verdict": verdict, "summary": "Redis is stopped.", "primary": msgspec.to_builtins(cause)}
    cells = notebook(text("# A"), code(view("ladder", ())), code(view("diagnosis", shown)))
    run = diagnosis(verdict="ok", summary="Redis answers.", causes=CAUSES[2:])
    return text_files(BOTH, run, None, cells)


def test_what_was_found_before_the_run_changed_it_is_told() -> None:
    """A run that fixed what it found reports both: the cause, and that all is well."""
    short, long = (data.decode() for data in fixed().values())
    wanted = (
        "**OK: Redis answers.**",
        "**Before the change:** CRITICAL: Redis is stopped.",
        "**Root cause:** The Redis container is stopped",
        "- done: `docker start redis-tts`",
    )
    places = [short.index(said) for said in wanted]
    assert places == sorted(places)
    assert "**Critical**. Redis is stopped." in part(long, "Summary")
    assert "after its change: **OK**. Redis answers." in part(long, "Summary")
    assert part(long, "Root cause").startswith("**The Redis container is stopped** (`container-stopped`")
    assert "| Check |" not in part(long, "Root cause")  # the findings are those of the time after


def test_a_run_that_changed_nothing_has_one_story() -> None:
    """Without a change, and if the cause is still there, there is one diagnosis."""
    shown = {"verdict": "critical", "summary": "First.", "primary": msgspec.to_builtins(CAUSES[0])}
    cells = notebook(code(view("diagnosis", shown)))
    assert first_diagnosis(diagnosis(), cells) is None
    assert first_diagnosis(diagnosis(causes=(), audit=()), cells) is None
    assert first_diagnosis(diagnosis(causes=(), audit=(AuditEntry("", "x", "y", "refused"),)), cells) is None
    assert first_diagnosis(diagnosis(causes=()), cells) is not None
    assert (
        first_diagnosis(diagnosis(causes=()), notebook(code(view("diagnosis", {"verdict": "fine"})))) is None
    )
    assert first_diagnosis(diagnosis(causes=()), None) is None


def test_only_what_is_asked_for_is_made() -> None:
    """A file that is not asked for is not there."""
    assert set(text_files(NO_TEXTS, diagnosis(), None)) == set()
    assert set(text_files(WantedTexts(("postmortem.md",)), diagnosis(), None)) == {"postmortem.md"}


# --- what was done from the incident's notebooks -------------------------------------------------

BEFORE, DURING, AFTER = "2026-03-01T11:30:00.000Z", "2026-03-01T12:00:00.000Z", "2026-03-01T13:00:00.000Z"


def from_notebook(at: str, command: str = "docker restart redis-tts", **fields: Any) -> AuditEntry:
    """An act that somebody did in a notebook of the incident."""
    given = {"remedy": "restart-container", "outcome": "done", "asked_by": "button", **fields}
    return AuditEntry(at=at, command=command, **given)


def with_acts(run: Diagnosis, *acts: AuditEntry, evidence: Evidence | None = None) -> str:
    """The draft of a run whose incident has ``acts`` of its notebooks."""
    return postmortem(run, drawings(run, evidence), "report.html", acts=acts)


def rows_of(said: str) -> list[list[str]]:
    """The cells of the lines that begin with a time."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in said.splitlines()
        if line.startswith("| 2026-")
    ]


@pytest.mark.parametrize("audit", [diagnosis().audit, ()])
@pytest.mark.parametrize("evidence", [down(), None])
def test_acts_from_notebooks_are_told_in_order_and_say_when(
    audit: tuple[AuditEntry, ...], evidence: Evidence | None
) -> None:
    """Timeline and remedy tell them with the run's own, in the order of time; the later ones say so."""
    said = with_acts(diagnosis(audit=audit), from_notebook(AFTER), from_notebook(BEFORE), evidence=evidence)
    for heading, place in (("Timeline", 1), ("Remedy", 1)):
        told = [row for row in rows_of(part(said, heading)) if "docker restart" in " ".join(row)]
        assert [(row[0], row[place]) for row in told] == [
            ("2026-03-01 11:30:00", "Notebook before this run"),
            ("2026-03-01 13:00:00", "Notebook after this run"),
        ], heading
    times = [row[0] for row in rows_of(part(said, "Remedy"))]
    assert times == sorted(times)
    assert len(times) == len(audit) + 2


def test_an_act_from_a_notebook_is_told_whole() -> None:
    """Time, outcome, remedy, command, output, who asked, the verdict that it was made for, and its undo."""
    act = from_notebook(
        AFTER, outcome="failed", output="no such thing", because="critical: It is stopped.", undo=("undo it",)
    )
    (row,) = rows_of(part(with_acts(diagnosis(audit=()), act), "Remedy"))
    assert row == [
        "2026-03-01 13:00:00", "Notebook after this run", "failed", "restart-container",
        "`docker restart redis-tts`", "no such thing", "button", "critical: It is stopped.", "`undo it`",
    ]  # fmt: skip


def test_an_act_that_the_run_has_itself_is_told_once() -> None:
    """The same act in both audit trails is one line, and the run's; twice in the file is one line, too."""
    (own,) = diagnosis().audit
    other = from_notebook(AFTER)
    (first, second) = rows_of(part(with_acts(diagnosis(), own, other, other), "Remedy"))
    assert (first[1], second[1]) == ("This run", "Notebook after this run")


def test_a_run_that_did_nothing_itself_still_recommends() -> None:
    """What a notebook did is not the run's: what the run recommends stands below it."""
    said = part(with_acts(diagnosis(audit=()), from_notebook(BEFORE)), "Remedy")
    assert "None applied by this run. Recommended (low risk): Start the Redis container" in said
    assert f"{TO_FILL_IN} what was done" not in said


def test_acts_are_never_pushed_out_of_the_timeline_by_a_log() -> None:
    """Of very many moments the acts stay, those of the run and those of notebooks."""
    noise = tuple(
        LogLine(f"2026-03-01T11:{n:02}:00Z", f"Fatal {'x' * n}", "error", "died") for n in range(59)
    )
    before = down()
    evidence = before.having(msgspec.structs.replace(before.logs, value=LogTail(noise)))
    said = part(with_acts(diagnosis(), from_notebook(BEFORE), evidence=evidence), "Timeline")
    assert "docker restart redis-tts" in said
    assert "docker start redis-tts" in said


def test_very_many_acts_are_cut_and_counted() -> None:
    """The newest stay, and how many are left out is said."""
    acts = [from_notebook(f"2026-03-01T13:{n // 60:02}:{n % 60:02}.000Z", f"act {n}") for n in range(130)]
    said = part(with_acts(diagnosis(audit=()), *acts), "Remedy")
    assert "`act 129`" in said
    assert "`act 0`" not in said
    assert re.search("^30 older acts left out", said, re.MULTILINE)


def test_an_act_without_a_readable_time_is_told() -> None:
    """It has no place in the timeline, and stands in the remedy with what it has for a time."""
    said = with_acts(diagnosis(audit=()), from_notebook("yesterday"))
    assert "| yesterday | Notebook | done | restart-container |" in part(said, "Remedy")


def test_hostile_acts_stay_text() -> None:
    """Whatever stands in an audit file, it is neither HTML nor a link."""
    act = from_notebook(AFTER, HOSTILE, remedy=HOSTILE, output=HOSTILE, because=HOSTILE, undo=(HOSTILE,))
    said = with_acts(diagnosis(), msgspec.structs.replace(act, asked_by=HOSTILE))
    tokens = [inner for token in READER.parse(said) for inner in (token, *(token.children or ()))]
    assert {"html_block", "html_inline", "image"}.isdisjoint(token.type for token in tokens)
    assert [token.attrs["href"] for token in tokens if token.type == "link_open"] == ["report.html"]
