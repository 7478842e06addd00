"""The sentences that a person reads about a declared check: the target's own words, and no noise."""

from __future__ import annotations

import pytest
from test_judging_declared import diagnosis

from declared_texts import fence
from runbooklab.domains.generic.records import Seen
from runbooklab.model.observation import Missing

PAGE = "http: http://x\nfail: status >= 500 or refused\npass: status == 200 and json.state == ok"
LOG = "log: /x\nfail: count > 0\npass: count == 0"
RUN = "command: df\nfail: exit != 0\npass: exit == 0"


@pytest.mark.parametrize(
    ("yaml", "seen", "sentence"),
    [
        (LOG, {"count": 2, "last": "FATAL: no room"}, "X: count is 2, the last line: FATAL: no room."),
        (RUN, {"exit": 1, "err": "\ndf: no such file\nmore"}, "X: exit is 1, it says: df: no such file."),
        (RUN, {"exit": 1, "err": "", "out": ""}, "X: exit is 1."),
        (PAGE, {"status": 503, "body": "in maintenance"}, "X: status is 503, it says: in maintenance."),
        (PAGE, {"status": 502, "body": "<html>Bad Gateway</html>"}, "X: status is 502."),
        (PAGE, {"status": 200, "body": "", "refused": False},
         "X: the expectation says nothing about this: status is 200, and the answer is empty."),
        (PAGE, {"status": 200, "body": "<p>Hi</p>", "refused": False},
         "X: the expectation says nothing about this: status is 200, and the answer is not JSON, and begins "
         "with <p>Hi</p>."),
        (PAGE, {"status": 302, "body": "", "refused": False, "location": "/round", "redirects": 5},
         "X: the expectation says nothing about this: status is 302, location is /round, redirects is 5, and "
         "the answer is empty."),
        (PAGE, {"status": 200, "body": "{}", "json": {}, "refused": False},
         "X: the expectation says nothing about this: status is 200, and the answer has no json.state."),
        ("sql: SELECT 1 AS idle_s\nserver: postgresql://h/d\npass: column.idle_s < 5",
         {"column": {"idle_s": 1}},
         "X: idle_s is 1."),
    ],
)  # fmt: skip
def test_a_sentence_holds_what_helps(yaml: str, seen: dict[str, object], sentence: str) -> None:
    """A line of the log, of the error or of the answer; no field that says nothing; why there is no JSON."""
    found = diagnosis(fence("check", yaml, "x"), {"x": Seen(seen)})
    assert [each.summary for each in found.findings] == [sentence]


def test_only_what_passed_is_counted_as_passed() -> None:
    """A check that does not apply has not passed."""
    body = fence("check", "tcp: db:1\npass: open", "one") + fence(
        "check", "tcp: db:2\nonly if: ${host} exists\npass: open", "two"
    )
    seen = {"one": Seen({"open": True}), "two": Missing("not-applicable", "host is empty")}
    assert diagnosis(body, seen).summary == "All is as expected: 1 check passed; 1 did not apply."


def test_a_remedy_that_does_not_fit_is_never_recommended() -> None:
    """Not even if the cause has no other: its author has said where it must not be used."""
    body = fence("check", "container: api\nfail: not exists or state != running\npass: state == running")
    body += fence("cause", "when: x fails\nfix: [start]", "gone")
    body += fence("remedy", "only if: x.exists\nrun: docker start api", "start")
    missing = diagnosis(body, {"x": Seen({"exists": False})})
    stopped = diagnosis(body, {"x": Seen({"exists": True, "state": "exited"})})
    assert missing.primary is not None
    assert stopped.primary is not None
    assert missing.primary.remedy is None
    assert stopped.primary.remedy is not None
