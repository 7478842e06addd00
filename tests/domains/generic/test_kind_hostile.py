"""Whatever a runbook or a value holds, a kind answers in one sentence or takes it; nothing raises."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asking import module
from runbooklab.domains.generic.kinds import KINDS
from runbooklab.domains.generic.records import Asked, Text

#: Kinds that are made elsewhere, on the runner of commands.
ELSEWHERE = {"command", "plugin"}
NAMES = sorted(set(KINDS) - ELSEWHERE)

#: What breaks out of something: quotes, line breaks, options, schemes, markup, terminal codes, secrets.
HOSTILE = st.sampled_from(
    [
        "'", '"', "`", "$(id)", "\n", "\r\nX: y", "\0", "-", "--", "-o x", "../..", "/", "@", "%2e", "#",
        "?", ";", "--\n", "/*", "$$", "\\", "http://", "postgresql://", "redis://u:p@h", "[::1]", "::", ":0",
        ":99999", "x" * 5000, "***secret-1a2b3c4d***", "\x1b[31m", "\ud800", "\udc80", "\ue000", "\u202e",
        "𝒜", "", " ", "0", "1", "SELECT 1", "LLEN a", "up", "/tmp", "db:1", "journal:", "container:",
        "reload", "(?i)", "(a+)+", "15min", "{", "}",
    ]
)  # fmt: skip
TEXTS = st.lists(st.one_of(HOSTILE, st.text(max_size=12)), min_size=1, max_size=7).map(
    lambda parts: Text(tuple(parts if len(parts) % 2 else parts[:-1]))
)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_text_makes_a_kind_raise(name: str, data: st.DataObject) -> None:
    """A refusal is one line; what is taken has a plan and a command line that a shell can read."""
    row = KINDS[name]
    options = {
        (f"{option.name}.X-Y" if option.has_names else option.name): data.draw(TEXTS)
        for option in row.options
        if data.draw(st.booleans())
    }
    container = data.draw(st.one_of(st.just(""), HOSTILE)) if row.from_container else ""
    question = Asked(name, data.draw(TEXTS), options, container)
    kind = module(name)
    why = kind.refused(question)
    assert "\n" not in why
    if not why:
        assert kind.plan(question)
        line = kind.command(question)
        assert "\n" not in line
        assert shlex.split(line.replace("$SECRET", "x"))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(HOSTILE, min_size=1, max_size=3))
def test_no_value_in_an_example_makes_a_kind_raise(name: str, values: list[str]) -> None:
    """The example of the table, with values between its words."""
    row = KINDS[name]
    pieces = [
        row.example.replace("${mount}", "/").replace("${host}", "db").replace("${base_url}", "http://a")
    ]
    parts = [part for value in values for part in (pieces[0], value)] + [""]
    kind = module(name)
    server = {"sql": "postgresql://db", "redis": "redis://db", "promql": "http://db"}.get(name)
    question = Asked(name, Text(tuple(parts)), {"server": Text((server,))} if server else {})
    why = kind.refused(question)
    assert "\n" not in why
    if not why:
        assert "\n" not in kind.command(question)
