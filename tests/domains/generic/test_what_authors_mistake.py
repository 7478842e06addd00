"""What an author writes who has only read the documentation, and what would have been wrong in silence."""

from __future__ import annotations

import pytest

from asking import asked, refused
from declared_texts import fence, mistakes
from runbooklab.authoring.blocks import parse


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ('http: http://x\npass: body contains "${host}"', "a parameter stands without quotes: write ${host}"),
        ("http: http://x\npass: body contains '${host}'", "a parameter stands without quotes: write ${host}"),
        ('http: http://x\npass: body == "on ${host}"', "${host} is not filled in within a quoted text"),
        ("http: http://x\npass: body matches /^${host}$/", "${host} is not filled in within a /pattern/"),
        ("http: http://x\npass: json.a == json.b", "json.b is a field, and a field is compared with a value"),
        ("http: http://x\npass: body == error", "error is a field, and a field is compared with a value"),
        (
            "sql: SELECT 1 AS oldest\nserver: postgresql://h/d\npass: oldest < 5",
            "did you mean column.oldest?",
        ),
        ("disk: /\npass: free / size > 5", "an expectation does not calculate"),
        ("disk: /\npass: free * 2 > 5GiB", "an expectation does not calculate"),
    ],
)
def test_a_check_that_would_never_do_what_it_says_is_refused(yaml: str, said: str) -> None:
    """A text that looks as if it were filled in or compared, and is not, is a mistake with its remedy."""
    found = [message for _, message in mistakes(fence("check", yaml))]
    assert [said in message for message in found] == [True]


@pytest.mark.parametrize("place", ["container api", "journal nginx.service"])
def test_a_log_that_is_no_file_is_written_with_a_colon(place: str) -> None:
    """`container api` would be a file of that name, which does not exist."""
    assert refused(asked("log", place)).startswith(f"Write {place.replace(' ', ':')}: ")
    assert refused(asked("log", f"/srv/{place}")) == ""


@pytest.mark.parametrize(
    "yaml",
    [
        'http: http://x\npass: json.a == "json.b"',
        'http: http://x\npass: body == "error"',
        "http: http://x\npass: header.host == example.org",
        "service: nginx\npass: enabled == enabled and active == active",
        "http: http://x\npass: body matches ${host}",
        "log: ./container logs/app.log\npass: count == 0",
    ],
)
def test_what_only_looks_like_it_is_taken(yaml: str) -> None:
    """A quoted text, a word that is no field, and a path with a blank are what they are."""
    assert mistakes(fence("check", yaml)) == []


@pytest.mark.parametrize(
    ("written", "meant"), [("failed", "fails"), ("fail", "fails"), ("ok", "passes"), ("warned", "warns")]
)
def test_how_a_check_ended_has_three_words(written: str, meant: str) -> None:
    """A word of another form is told with the right one."""
    text = fence("check", "tcp: db:1\npass: open") + fence("cause", f"when: x {written}", "y")
    assert [f"write {meant!r} for {written!r}: x {meant}" in said for _, said in mistakes(text)] == [True]


def test_a_field_of_another_check_is_no_value_either() -> None:
    """A cause compares what a check saw with a value, not with what another one saw."""
    checks = fence("check", "http: http://x\npass: status == 200", "a") + fence(
        "check", "http: http://y\npass: status == 200", "b"
    )
    found = mistakes(checks + fence("cause", "when: a.json.version != b.json.version", "c"))
    assert ["b.json.version is a field" in said for _, said in found] == [True]


@pytest.mark.parametrize(
    ("info", "meant"),
    [
        ("{checks} page", "{check} page"),
        ("{check page}", "{check} page"),
        ("{Check} page", "{check} page"),
        ("check page", "{check} page"),
        ("{remedies} page", "{remedy} page"),
    ],
)
def test_a_fence_that_nearly_declares_something_is_a_mistake(info: str, meant: str) -> None:
    """It would stand there as text, and its author would take it for a check."""
    found = parse(f"# T\n\n```{info}\ntcp: db:1\npass: open\n```\n").mistakes
    assert [(each.line, each.message.endswith(f"write {meant}")) for each in found] == [(3, True)]


@pytest.mark.parametrize("info", ["", "bash", "check", "{note} check", "yaml check", "check.py x"])
def test_other_fences_stay_text(info: str) -> None:
    """A language, and another directive of MyST, means what it always did."""
    assert parse(f"# T\n\n```{info}\ntcp: db:1\n```\n").mistakes == ()


def test_a_field_in_a_title_is_told_from_an_unknown_parameter() -> None:
    """A title has parameters only, and lint says so, rather than that the field were a parameter."""
    text = fence("check", "tcp: db:1\npass: open") + fence("remedy", "title: Free ${x.ms}\nrun: a", "r")
    assert ["${x.ms} is a field of a check: here only" in said for _, said in mistakes(text)] == [True]
