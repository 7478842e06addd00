"""A long log and a log's prefixes, read with what a domain says of its subject."""

from __future__ import annotations

import re

from runbooklab.domain.sign import NO_SIGNS, SignTable, joined
from runbooklab.observe.error_reading import excerpt, lines_of

VALVE = SignTable(title="Valve", words=("flange",), log_prefixes=((re.compile(r"\[valve \d+\] "), "valve"),))
TANK = SignTable(title="Tank", words=("sump",), log_prefixes=((re.compile(r"tank> "), "tank"),))


def test_a_long_log_keeps_the_lines_that_hold_a_domains_words() -> None:
    """What a subject is called and what it speaks of count beside the words that mark any error."""
    log = ["all is well\n"] * 1000 + ["the Flange is loose\n", "connection refused\n"]
    assert excerpt(log).text == "connection refused"
    assert excerpt(log, table=VALVE).text == "the Flange is loose\nconnection refused"


def test_a_prefix_of_a_domains_program_says_who_speaks() -> None:
    """It is taken off, also behind a date of Docker's, and begins a message of that program."""
    text = "2026-03-12T08:15:30.123Z [valve 7] stuck\nas before\ntank> full"
    lines = lines_of(text, joined([VALVE, TANK]))
    assert [(line.text, line.service) for line in lines] == [
        ("stuck", "valve"), ("as before", ""), ("full", "tank"),
    ]  # fmt: skip
    assert [line.block for line in lines] == [1, 1, 2]
    assert [line.service for line in lines_of(text)] == ["", "", ""]


def test_the_tables_of_several_domains_are_one() -> None:
    """All their rows count, the first one's first; its subject is the one that a text is about."""
    table = joined([VALVE, TANK])
    assert (table.title, table.words) == ("Valve", ("flange", "sump"))
    assert joined([VALVE]) is VALVE
    assert joined([]) is NO_SIGNS
