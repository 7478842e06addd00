"""The key `pass` of a declared check beside passwords of that name."""

from __future__ import annotations

import json

import pytest

from runbooklab.redaction import Vault, clean


@pytest.mark.parametrize(
    "line",
    [
        "pass: status == 200 and json.database == ok",
        'pass: json.database == "ok"',
        "pass: used_percent <= 80%",
        "pass: open",
        "pass: open and ms < 5s",
        "pass: not refused and (open or exists)",
        "pass: exists",
        "pass: listening and owner == postgres",
        "pass: days_left > 14d and trusted",
        "pass: out contains ready",
        "pass: err is empty",
        "pass: header.X-Up matches /^a/",
        "pass: state in [running, restarting]",
        "pass: ${env} == production",
        "pass: 'count > 0'",
        "pass: {when: rows == 0, says: none}",
        "pass: {when: open, says: Yes}",
        "pass: used_percent &lt;= 80%",
    ],
)
def test_what_a_check_expects_is_no_password(line: str) -> None:
    """It is in notebooks, evidence and pages as it is written, also within JSON."""
    text = f"tcp: db:1\n{line}\nfail: refused"
    for whole in (text, json.dumps({"source": text}), line):
        assert clean(whole, Vault(b"key")) == whole


@pytest.mark.parametrize(
    "line",
    [
        "pass: hunter2-horses", "pass: openSesame99", "pass: open-sesame", "pass=opensesame1",
        "user: a, pass: s3cretive", "PASS: hunter2horses", "db_pass: hunter2-horses", "pass: correct horse=1",
        "pass: 'two words99'",
    ],
)  # fmt: skip
def test_a_password_of_that_name_is_found(line: str) -> None:
    """What is no expression stays a secret."""
    assert "***secret-" in clean(line, Vault(b"key"))


BELOW = [
    "pass:\n  open",
    "pass:  # as it should be\n  open and ms < 5s",
    "pass: |\n  exists and\n  size < 5GiB",
    "pass:\n- when: exists\n  says: Is there\n- when: size > 1GiB\n  says: Large",
    "pass:\n  - open\n  - not refused",
    "pass: open\n  and ms < 5s",
]


@pytest.mark.parametrize("yaml", BELOW)
def test_an_expectation_on_the_next_line_is_none_within_a_check(yaml: str) -> None:
    """In the fence of a check in Markdown and in its cell, in a notebook's JSON too."""
    cell = f"%%check api\ntcp: db:1\n{yaml}\nfail: refused"
    fence = f"# Title\n\n```{{check}} api\ntcp: db:1\n{yaml}\n```\n\nText\n"
    for whole in (cell, fence, json.dumps({"cells": [{"source": cell}]})):
        assert clean(whole, Vault(b"key")) == whole


@pytest.mark.parametrize(
    "text",
    [
        "user: a\npass:\n  open\n",
        "%%check api\ntcp: db:1\npass:\n  hunter2-horses\n",
        "%%check api\nuser: a\n  pass:\n    open\n",
        "```{check} api\ntcp: db:1\npass:\n  open\n```\n\n```yaml\npass:\n  hunter2-horses\n```\n",
        "%%check api\nhttp: http://x\nbearer: hunter2-horses\npass:\n  status == 200\n",
        "```yaml\npass:\n  hunter2-horses\n```\n",
    ],
)
def test_a_password_on_the_next_line_is_found(text: str) -> None:
    """Outside of a check, deeper in it, beside its expectation, and if it reads as no expression."""
    assert "***secret-" in clean(text, Vault(b"key"))
