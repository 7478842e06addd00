"""A cause that is another runbook's subject leads there, with what is known of the target."""

from __future__ import annotations

from html import unescape

from msgspec.structs import replace

from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain import (
    Cause,
    Check,
    Contributions,
    Domain,
    Layer,
    RuledOut,
    Ruling,
    Standing,
    Supported,
)
from runbooklab.domain.judgement import critical, ok
from runbooklab.domain.rules import Rules
from runbooklab.domain.verdict import Ground
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.drawing import PLAIN
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import Target
from runbooklab.report.cells import diagnosis_html, diagnosis_text
from runbooklab.report.contributed import drawings
from runbooklab.report.page import render
from runbooklab.report.short_text import short_text
from situations import SITUATIONS

HEADER = Header(run_id="r1", runbook="pumps", started_at="", finished_at="")


def valve(e: Evidence) -> Ruling:
    return Supported("The valve is shut.", ("valve",), 0.9, parameters={"container": "valve 1"})


CAUSE = Cause(
    id="valve-shut", title="The valve is shut", layer="valve", judge=valve, distinguishing="-", remedies=(),
    source="-", runbook="redis-connection",
)  # fmt: skip
CHECK = Check("valve", "The valve is open", lambda e: critical("The valve is shut."), needs=())
PUMPS = Domain(
    "pumps", "Pumps", Evidence, checks=(CHECK,), causes=(CAUSE,), runbook="pumps",
    layers=(Layer("valve", "Valve", "Valve", "Nothing flows."),),
    standing=Standing("the pumps work", (Ground("valve", "it is open"),), lambda e: "They work."),
)  # fmt: skip


def diagnosed(domain: Domain[Evidence], **given: str) -> Diagnosis:
    target = Target(given, dict.fromkeys(given, "given"))
    return conclude(Rules((domain,), (domain,)), Evidence(target=target), HEADER)


def test_the_other_runbook_is_given_what_is_known() -> None:
    """What this run was given and that runbook understands, and what the cause's judge saw."""
    (cause,) = diagnosed(PUMPS, redis_container="redis tts", depth="3").causes
    assert cause.hand_over is not None
    assert cause.hand_over.runbook == "redis-connection"
    assert cause.hand_over.parameters == {"redis_container": "redis tts", "container": "valve 1"}
    assert cause.hand_over.command == (
        "runbook run redis-connection -p redis_container 'redis tts' -p container 'valve 1'"
    )


def test_no_password_is_in_the_command() -> None:
    """A URL with a secret is named by the variable that holds it."""
    (cause,) = diagnosed(PUMPS, redis_url="redis://:***secret-1a2b3c4d***@db:6379").causes
    assert cause.hand_over is not None
    assert cause.hand_over.parameters["redis_url"] == "env:REDIS_URL"


def test_a_default_is_not_handed_over() -> None:
    """What nobody gave is that runbook's own default too."""
    target = Target({"redis_container": "redis-tts"})
    (cause,) = conclude(Rules((PUMPS,), (PUMPS,)), Evidence(target=target), HEADER).causes
    assert cause.hand_over is not None
    assert "redis_container" not in cause.hand_over.parameters


def test_a_cause_of_the_runs_own_subject_leads_nowhere() -> None:
    """Its own runbook is the one that runs."""
    own = replace(PUMPS, causes=(replace(CAUSE, runbook=""),))
    assert diagnosed(own).causes[0].hand_over is None


def test_what_the_subject_depends_on_is_judged_by_its_own_rules() -> None:
    """Its cause comes first, rests on findings that are there, and leads to its runbook."""
    pumps = replace(PUMPS, contributions=Contributions(also_judged=lambda e: ("redis",)))
    seen = conclude(Rules((pumps,), (pumps,)), SITUATIONS["container-stopped"](), HEADER)
    supported = [cause for cause in seen.causes if cause.state == "supported"]
    assert [cause.id for cause in supported if cause.primary] == ["container-stopped"]
    assert supported[-1].id == "valve-shut"
    assert supported[0].hand_over is not None
    assert supported[0].hand_over.runbook == "redis-connection"
    assert set(supported[0].because) <= {finding.id for finding in seen.findings}
    assert (seen.verdict, seen.summary) == ("critical", supported[0].summary)


def test_a_cause_that_both_name_is_told_once() -> None:
    """The row of what the subject depends on counts."""
    also = Contributions(also_judged=lambda e: ("redis",))
    pumps = replace(PUMPS, causes=(replace(CAUSE, id="container-stopped"),), contributions=also)
    seen = conclude(Rules((pumps,), (pumps,)), SITUATIONS["container-stopped"](), HEADER)
    named = [cause for cause in seen.causes if cause.id == "container-stopped"]
    assert [cause.primary for cause in named] == [True]
    assert "valve" not in named[0].summary


def test_rules_that_support_nothing_change_nothing() -> None:
    """The own causes stay as they are."""
    shut = replace(CAUSE, judge=lambda e: RuledOut("It is open."))
    pumps = replace(PUMPS, causes=(shut,), contributions=Contributions(also_judged=lambda e: ("container",)))
    assert [cause.id for cause in diagnosed(pumps).causes] == ["valve-shut"]


def test_what_no_cause_explains_leads_to_all_runbooks() -> None:
    """With what this run was given; a healthy target leads nowhere."""
    pumps = replace(PUMPS, causes=())
    seen = diagnosed(pumps, error_text="It drips.")
    assert seen.hand_over is not None
    assert (seen.hand_over.runbook, seen.hand_over.command) == ("", "runbook triage")
    assert "runbook triage" in diagnosis_text(seen, PLAIN)
    assert diagnosed(replace(pumps, runbook="")).hand_over is None
    well = replace(pumps, checks=(replace(CHECK, judge=lambda e: ok("The valve is open.")),))
    assert (diagnosed(well).verdict, diagnosed(well).hand_over) == ("ok", None)
    elsewhere = diagnosed(well, error_text="It drips.")
    assert elsewhere.verdict == "ok"
    assert elsewhere.hand_over is not None  # the error is somebody's, and not this subject's


def test_every_form_of_the_answer_names_the_other_runbook() -> None:
    """The report, the notebook as HTML and as text, and the short text: with the command."""
    seen = diagnosed(PUMPS, redis_container="redis-tts")
    assert seen.primary is not None
    assert seen.primary.hand_over is not None
    run = seen.primary.hand_over.command
    opened = run.replace("runbook run", "runbook open")
    assert run in unescape(render(seen, Evidence(), None))
    assert opened in unescape(diagnosis_html(seen, PLAIN))
    assert opened in diagnosis_text(seen, PLAIN)
    assert run in short_text(seen, drawings(seen, Evidence()), "report.html")


def test_an_error_text_of_another_subject_leads_to_its_runbook() -> None:
    """Also if all is well here: who pasted it into the wrong runbook is told the right one, and why."""
    well = replace(PUMPS, causes=(), checks=(replace(CHECK, judge=lambda e: ok("The valve is open.")),))
    text = "Bind for 0.0.0.0:50051 failed: port is already allocated"
    seen = diagnosed(well, error_text=text)
    assert (seen.verdict, seen.primary) == ("ok", None)
    assert seen.hand_over is not None
    assert seen.hand_over.runbook == "port-conflicts"
    assert "The error text says" in diagnosis_text(seen, PLAIN)


def test_an_error_text_of_the_own_subject_leads_nowhere() -> None:
    """The runbook that is open is the right one."""
    well = replace(
        PUMPS, runbook="port-conflicts", causes=(),
        checks=(replace(CHECK, judge=lambda e: ok("The valve is open.")),),
    )  # fmt: skip
    assert diagnosed(well, error_text="port is already allocated").hand_over is None
