"""What is said of declared checks, causes and remedies: the sentences that a person reads."""

from __future__ import annotations

from typing import Any

import pytest

from declared_texts import declarations, fence
from runbooklab.authoring.declarations import declared_in, with_values
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.generic.records import Seen
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.report.words import status_word

AT = "2026-01-01T00:00:00Z"
HEALTH = """http: http://db/h
pass: status == 200 and json.database == ok
warn: ms > 800ms
fail: status >= 500 or refused"""
REFUSED = "Connection refused by db:80."
OK = {"status": 200, "ms": 12.0, "json": {"database": "ok"}, "refused": False}


def diagnosis(body: str, seen: dict[str, Seen | Missing], **values: Any) -> Diagnosis:
    """What is concluded if the checks of a body saw this, in a run with these parameters."""
    declared = declarations(body, **values)
    observations = {}
    for id_, what in seen.items():
        key = f"declared:{id_}"
        missing = what if isinstance(what, Missing) else None
        observations[key] = Observation(key, value=None if missing else what, missing=missing)
    evidence = Evidence(declared=declared, target=Target(values=values), observations=observations)
    header = Header(run_id="r", runbook="x", started_at=AT, finished_at=AT)
    return conclude(Rules.of([], declared), evidence, header)


@pytest.mark.parametrize(
    ("seen", "status", "sentence"),
    [
        (Seen(OK), "ok", "Health: status is 200 and json.database is ok."),
        (Seen({**OK, "ms": 900.0}), "warning", "Health: time taken is 900 ms."),
        (Seen({"status": 503, "ms": 9.0, "refused": False}), "critical", "Health: status is 503."),
        (Seen({"refused": True}, note=REFUSED), "critical", f"Health: {REFUSED}"),
        (Seen({**OK, "json": {"database": "down"}}), "unknown",
         "Health: the expectation says nothing about this: status is 200, time taken is 12 ms, "
         "json.database is down."),
        (Seen({"status": 200, "refused": False}), "unknown",
         "Health: the expectation says nothing about this: status is 200, and the "
         "answer has no ms and json.database."),
        (Seen({}), "unknown", "Health: the answer has no status, refused, ms and json.database."),
        (Seen({"refused": False, "timed_out": True}, note="No answer in 3 s."), "unknown",
         "Health: No answer in 3 s, and the expectation says nothing about that."),
        (Seen({**OK}, unobserved={"ms": "the clock stopped"}), "unknown",
         "Health: time taken could not be observed: the clock stopped."),
        (Seen({**OK}, unobserved={"refused": "no socket"}), "unknown",
         "Health: refused could not be observed: no socket."),
        (Seen({"status": "weird", "json": [1]}), "unknown",
         "Health: status is weird, which cannot be compared with 500."),
        (Missing("deadline"), "unknown", "Health: not observed (it took longer than 3 seconds)."),
        (Missing("error", "boom"), "unknown", "Health: not observed (boom)."),
        (Missing("unsupported", "nothing was sent: it acts."), "unknown",
         "Health: not observed (nothing was sent: it acts)."),
        (Missing("not-applicable", "api: not open"), "skipped", "Health: not checked (api: not open)."),
    ],
)  # fmt: skip
def test_the_sentence_of_a_check(seen: Seen | Missing, status: str, sentence: str) -> None:
    """The first true one of fail, warn, pass decides; what none speaks of is unknown, and said."""
    found = diagnosis(fence("check", HEALTH, "health"), {"health": seen})
    assert [(each.status, each.summary) for each in found.findings] == [(status, sentence)]
    assert found.verdict == ("unknown" if status == "skipped" else status)


def test_a_check_without_expectations_is_shown_and_never_ok() -> None:
    """Its output is information: a runbook with nothing else knows nothing of what is well."""
    found = diagnosis(fence("check", "tcp: db:1", "port"), {"port": Seen({"open": True})})
    assert [(each.status, each.summary) for each in found.findings] == [
        ("skipped", "Port: shown for information.")
    ]
    assert (found.verdict, found.summary) == (
        "unknown",
        "It is not known whether all is well: no check of this runbook says what it expects.",
    )


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Seen({"refused": True}, note=REFUSED), REFUSED),
        (Seen({"exit": 128, "lines": 1}), "ended with status 128."),
        (Seen({"exit": 0}, "up"), "shown for information."),
        (Seen({"exit": 0}), "no output."),
        (
            Seen({"lines": 1}, unobserved={"exit": "kubectl ended with status 1"}),
            "kubectl ended with status 1.",
        ),
    ],
)
def test_what_is_shown_says_that_it_failed(seen: Seen, said: str) -> None:
    """Without an expectation nothing is judged, but a reader learns that what is shown is no answer."""
    found = diagnosis(fence("check", "tcp: db:1", "port"), {"port": seen})
    assert [(each.status, each.summary) for each in found.findings] == [("skipped", f"Port: {said}")]


def test_an_empty_parameter_is_asked_for() -> None:
    """A check whose parameter nobody has filled in says so, and its sentences name it."""
    body = fence("check", "title: Port of ${host}\ntcp: ${host}:1\npass: open", "port")
    found = diagnosis(body, {"port": Missing("error", "fill in host")}, host="")
    assert [(each.status, each.summary) for each in found.findings] == [
        ("unknown", "Port of <host>: fill in host.")
    ]


def test_a_sentence_of_its_own() -> None:
    """`says` has the parameters and the fields; a value in it is never read as a name again."""
    body = fence(
        "check", "tcp: ${host}:1\npass: {when: open, says: '${host} took ${ms}, ${banner}.'}", "port"
    )
    found = diagnosis(body, {"port": Seen({"open": True, "ms": 3.0})}, host="${ms}")
    assert [each.summary for each in found.findings] == ["${ms} took 3.0 ms, unknown."]


def test_a_full_stop_of_a_value_ends_the_sentence() -> None:
    """A value that ends with a full stop is followed by no second one, in a check and in a cause."""
    body = fence("check", "tcp: db:1\nfail: {when: not open, says: 'It says: ${banner}.'}", "port")
    cause = fence("cause", "when: port fails\nproof: 'It says: ${port.banner}. No more.'", "gone")
    found = diagnosis(body + cause, {"port": Seen({"open": False, "banner": "Go away."})})
    assert [each.summary for each in found.findings] == ["It says: Go away."]
    assert [each.proof for each in found.causes] == ["It says: Go away. No more."]


def test_a_status_with_output_is_shown_and_no_failure() -> None:
    """A check for information says the status of a command; with output alone it may be an answer."""
    body = fence("check", "command: diff /a /b", "change")
    for values, said in (
        ({"exit": 1, "out": "< a", "err": ""}, "shown for information, status 1"),
        ({"exit": 2, "out": "", "err": "diff: /b: No such file"}, "ended with status 2"),
        ({"exit": 0, "out": "< a", "err": ""}, "shown for information"),
    ):
        found = diagnosis(body, {"change": Seen(values, shown="x")})
        assert [each.summary for each in found.findings] == [f"Change: {said}."]


def test_a_check_for_information_that_saw_nothing_was_carried_out() -> None:
    """A command without output has its status among the facts: it is information, and not skipped."""
    found = diagnosis(
        fence("check", "command: diff /a /b", "change"), {"change": Seen({"exit": 0, "out": ""})}
    )
    (finding,) = found.findings
    assert (finding.summary, finding.facts) == ("Change: no output.", {"exit": "0"})
    assert status_word(finding) == "Information"


@pytest.mark.parametrize(
    ("when", "values", "reason"),
    [
        ("port.open or port.refused", {"open": False, "refused": False}, "Port: not open and not refused."),
        ("port.banner contains 'no answer'", {"banner": ""}, "Port: banner is empty."),
        ("port.banner contains 'no answer'", {"banner": "SSH"},
         "Port: banner is SSH, without \u201cno answer\u201d."),
        ("port.banner matches /(?i)http|html/", {"banner": "SSH"},
         "Port: banner is SSH, not like \u201chttp|html\u201d."),
    ],
)  # fmt: skip
def test_a_reason_can_be_read_aloud(when: str, values: dict[str, Any], reason: str) -> None:
    """It names its check once, quotes the text that was looked for, and leaves that out of an empty value."""
    body = fence("check", "tcp: db:1\npass: open", "port") + fence("cause", f"when: {when}", "gone")
    assert [each.reason for each in diagnosis(body, {"port": Seen(values)}).causes] == [reason]


SERVER = {"host": "::1", "port": "5432", "database": "shop"}


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        (Seen({**SERVER, "rows": 1}), "[::1]:5432/shop"),
        (Seen({**SERVER, "host": "db", "refused": True}, note="Connection refused by db:5432."),
         "db:5432/shop"),
        (Seen({"host": "/run/redis.sock"}), "/run/redis.sock"),
        (Missing("deadline"), "replica"),
    ],
)  # fmt: skip
def test_a_secret_address_is_named_by_what_was_found_in_it(seen: Seen | Missing, name: str) -> None:
    """The target is the server of a secret URL, and the next parameter if no check got as far."""
    body = fence("check", "sql: SELECT 1\nserver: ${url}\npass: rows == 1", "login")
    body += fence("check", "tcp: ${other}:1\npass: open", "port")
    values = {"url": "env:PG_URL", "other": "replica"}
    declared = with_values(declared_in(body), values, ("url",))
    missing = seen if isinstance(seen, Missing) else None
    key = "declared:login"
    looked = Observation(key, value=None if missing else seen, missing=missing)
    evidence = Evidence(declared=declared, target=Target(values=values), observations={key: looked})
    assert Rules.of([], declared).target_name(values, evidence) == name
    assert Rules.of([], declared).target_name(values) == "replica"


def test_a_check_that_cannot_be_read_is_unknown_and_says_where() -> None:
    """The line is that of its cell or fence, in which the first line is the head."""
    found = diagnosis(fence("check", "tcp: db:1\npas: open", "port"), {})
    assert [(each.status, each.summary) for each in found.findings] == [
        (
            "unknown",
            "The check port cannot be read: line 3 of its cell: there is no key 'pas' here; did you mean "
            "'pass'? Example: tcp: ${host}:5432.",
        )
    ]
    assert found.verdict == "unknown"


BODY = (
    fence("check", "tcp: ${host}:1\npass: open\nfail: refused", "port")
    + fence("cause", "title: ${host} is down\nwhen: port.refused\nfix: start\nexplains: [slow]", "down")
    + fence("cause", "when: port fails or port.ms > 5s\nproof: It took ${port.ms} at ${host}.", "slow")
    + fence("cause", "when: port.ms > 5s\nunless: port.open", "stuck")
    + fence("remedy", "title: Start ${host}\nrun: |\n  systemctl start ${host}\n  echo done\nverify: port\n"
            "undo: systemctl stop ${host}\nloses: the cache of ${host}\nchanges: starts ${host}\nrisk: low",
            "start")
)  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "states", "reasons"),
    [
        (Seen({"open": False, "refused": True, "ms": 3.0}, note="Connection refused by db:1."),
         ["supported", "supported", "ruled-out"],
         ["Port: Connection refused by db:1.", "It took 3.0 ms at db.",
          "Port: time taken is 3.0 ms, not above 5s."]),
        (Seen({"open": True, "refused": False, "ms": 6000.0}), ["supported", "ruled-out", "ruled-out"],
         ["It took 6.0 s at db.", "Port: not refused.", "Port: open."]),
        (Seen({"open": False, "refused": False, "ms": 6000.0}), ["supported", "supported", "ruled-out"],
         ["Port: time taken is 6.0 s.", "It took 6.0 s at db.", "Port: not refused."]),
        (Missing("deadline"), ["untested", "untested", "untested"], [
            "Port: refused could not be observed: it took longer than 3 seconds.",
            "\u201cPort\u201d is unknown.",
            "Port: time taken could not be observed: it took longer than 3 seconds."]),
        (Seen({"refused": True}, unobserved={"ms": "no clock"}), ["supported", "supported", "untested"],
         ["Port: refused.", "It took unknown at db.", "Port: time taken could not be observed: no clock."]),
        (Seen({"open": True, "refused": False}), ["ruled-out", "untested", "untested"],
         ["Port: not refused.", "The answer has no ms.", "The answer has no ms."]),
    ],
)  # fmt: skip
def test_the_reasons_of_causes(seen: Seen | Missing, states: list[str], reasons: list[str]) -> None:
    """Supported with its proof, ruled out or untested with the reason; nothing unobserved rules out."""
    found = diagnosis(BODY, {"port": seen}, host="db")
    assert sorted(cause.state for cause in found.causes) == sorted(states)
    said = [cause.proof if cause.state == "supported" else cause.reason for cause in found.causes]
    assert sorted(said) == sorted(reasons)


def test_a_remedy_is_a_plan_with_this_targets_names() -> None:
    """The primary cause's remedy has the values as words, what it changes, and how to see that it worked."""
    seen = Seen({"open": False, "refused": True, "ms": 3.0})
    found = diagnosis(BODY, {"port": seen}, host="d b")
    primary = found.primary
    assert primary is not None
    assert primary.title == "d b is down"
    plan = primary.remedy
    assert plan is not None
    assert (plan.commands, plan.undo) == (("systemctl start 'd b'", "echo done"), ("systemctl stop 'd b'",))
    assert (plan.loses, plan.changes, plan.risk) == (("the cache of d b",), "starts d b", "low")
    assert not plan.appliable
    assert [cause.consequence_of for cause in found.causes if cause.id == "slow"] == ["down"]


def test_a_value_that_would_be_an_option_makes_no_plan() -> None:
    """The cause stands, without commands that would do something else."""
    found = diagnosis(BODY, {"port": Seen({"open": False, "refused": True})}, host="-rf")
    assert found.primary is not None
    assert found.primary.remedy is None


@pytest.mark.parametrize("id_", ["__proto__", "constructor", "x" * 200, "a.b", "ü"])
def test_odd_ids_are_ids(id_: str) -> None:
    """An id is a key like another, whatever it means elsewhere."""
    body = fence("check", "tcp: db:1\npass: open\nfail: refused", id_)
    found = diagnosis(body, {id_: Seen({"open": False, "refused": True})})
    assert [(each.id, each.status) for each in found.findings] == [(id_, "critical")]


def test_a_finding_has_the_title_of_its_check() -> None:
    """The title with the parameters in it: reports and reasons name a check by it, not by its id."""
    body = fence(
        "check", "title: Port of ${host}\ntcp: ${host}:1\npass: open\nfail: refused", "port"
    ) + fence("cause", "title: Down\nwhen: port fails", "down")
    found = diagnosis(body, {"port": Seen({"open": True, "refused": False})}, host="db")
    assert [each.title for each in found.findings] == ["Port of db"]
    assert [cause.reason for cause in found.causes] == ["\u201cPort of db\u201d passes."]


def test_a_healthy_target_counts_what_passed() -> None:
    """A check that was skipped has not passed, and is not left out either."""
    body = fence("check", "tcp: db:1\npass: open", "one") + fence(
        "check", "tcp: db:2\nonly if: one fails\npass: open", "two"
    )
    seen = {"one": Seen({"open": True}), "two": Missing("not-applicable", "one passes")}
    assert diagnosis(body, seen).summary == "All is as expected: 1 check passed; 1 did not apply."


@pytest.mark.parametrize(
    ("values", "shown", "facts"),
    [
        ({"exit": 0, "out": "ready", "lines": 1, "number": 5113.0, "ms": 9.0}, "ready", {}),
        ({"exit": 3, "out": "", "err": "no"}, "no", {"exit": "3"}),
    ],
)
def test_facts_leave_out_what_says_nothing(values: dict[str, Any], shown: str, facts: dict[str, str]) -> None:
    """Zero, what the output says and what is beside the point stand there only if an expectation asks."""
    found = diagnosis(
        fence("check", 'command: uptime\npass: out contains "ready"', "up"), {"up": Seen(values, shown)}
    )
    assert found.findings[0].facts == facts
    asked = diagnosis(
        fence("check", "command: uptime\npass: exit == 0 and lines == 1", "up"), {"up": Seen(values, shown)}
    )
    assert "exit" in asked.findings[0].facts


def test_a_limit_is_said_in_the_unit_of_its_field() -> None:
    """A parameter that is a plain number counts in the field's unit, and the reason says so."""
    body = fence("check", "disk: /\npass: used_percent <= 80%", "room") + fence(
        "cause", "title: Full\nwhen: room.used_percent > ${most}", "full"
    )
    found = diagnosis(body, {"room": Seen({"used_percent": 42.0})}, most=95)
    assert [cause.reason for cause in found.causes] == ["Room: used percent is 42 %, not above 95 %."]
