"""Words of our own cannot be made secrets by a log; no password is harmless for its letters."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.authoring.build import build
from runbooklab.authoring.project import Suite
from runbooklab.redaction.report_vocabulary import is_our_word
from runbooklab.redaction.text import clean
from runbooklab.redaction.vault import TOKEN, Vault

OURS = (
    "Timeline", "critical", "nothing listens", "utf-8", "python3", "width=device-width", "container-stopped",
    "2026-03-01", "2026-03-01T12:00:00.000Z", "12:00:00", "3.11.2", "10.0.0.5", "10.0.0.5:6379", "fe80::1",
)  # fmt: skip
SECRETS = (
    "hunter22pw", "letmein", "Tr0ub4dor&3", "12345678", "correct horse battery", "p@ss", "redis123", "dragon",
    "imeline", "edis-connectio",
)  # fmt: skip
#: Words that stand somewhere in our source: in a sentence of a cause, a check or a remedy, or in code.
IN_SENTENCES = (
    "matrix", "gateway", "whatever", "unavailable", "listens", "refuses", "firewall", "mistyped", "resolves",
    "container-stopped", "nothing listens",
)  # fmt: skip


@pytest.mark.parametrize("value", OURS)
def test_a_word_of_ours_that_a_log_calls_a_password_stays(value: str) -> None:
    """It goes after ``password=`` and stays elsewhere; the gate does not refuse a report for it."""
    vault = Vault(b"a key for tests")
    cleaned = clean(f'{value} password="{value}" {value}', vault)
    assert cleaned.startswith(f"{value} password=")
    assert TOKEN.search(cleaned)
    assert not vault.leaks(value.encode())


@pytest.mark.parametrize("value", [*SECRETS, *IN_SENTENCES])
def test_a_password_is_none_of_our_words(value: str) -> None:
    """What people take for passwords is no word of a report, though it may stand in a sentence of a cause."""
    assert not is_our_word(value)


@pytest.mark.parametrize("value", IN_SENTENCES)
def test_a_password_that_only_some_sentence_of_ours_holds_is_a_leak(value: str) -> None:
    """Those sentences stand in a report only if they apply, so the last gate trusts none of their words."""
    vault = Vault(b"a key for tests")
    token = vault.learn(value)
    assert vault.leaks(f"login with {value} failed", found=False, ours="nowhere") == (token,)


def test_words_that_every_report_of_a_run_holds_are_ours_once_they_are_handed_over() -> None:
    """The titles and ids of the rules in use stand in each report of theirs; what holds them is no leak."""
    vault = Vault(b"a key for tests")
    vault.learn("flange")
    text = "broken-flange: The flange is loose"
    assert vault.leaks(text, ours="nowhere")
    vault.reserve_texts(["broken-flange", "The flange is loose"])
    assert not vault.leaks(text, ours="nowhere")
    assert vault.redact("login with flange failed") != "login with flange failed"


@pytest.mark.parametrize("value", [*IN_SENTENCES, "critical", "title"])
def test_a_password_that_somebody_named_is_seen_where_it_comes_from_outside(value: str) -> None:
    """Whatever our source holds: it is replaced as a whole word, and the gate sees it there."""
    vault = Vault(b"a key for tests")
    token = vault.learn(value)
    assert vault.redact(f"login with {value} failed") == f"login with {token} failed"
    assert vault.leaks(f"login with {value} failed".encode()) == (token,)


def test_a_part_of_a_word_of_ours_is_no_secret() -> None:
    """A password ``contain`` takes nothing out of ``container``, also if a line begins with it."""
    vault = Vault(b"a key for tests")
    token = vault.learn("contain")
    assert vault.redact("the\ncontainer says contain") == f"the\ncontainer says {token}"


NAMES = ("cache-01", "shop_default", "6379", "cache.example.com", "a1b2c3d4e5f6")


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_a_log_makes_no_secret_of_a_name(name: str, own: bool) -> None:
    """Neither of the name nor of a part of it, and whichever was met first."""
    vault = Vault(b"a key for tests")
    clean(f"password={name} token={name[:5]} secret='docker start {name}'", vault)
    vault.reserve([name], own=own)
    assert vault.redact(f"docker start {name}") == f"docker start {name}"
    assert TOKEN.search(vault.redact(f"password={name}"))
    assert not vault.leaks(f"docker start {name}".encode())


def test_a_name_that_only_the_engine_told_does_not_unmask_a_password() -> None:
    """A container that is named after the password that somebody named is shown by its token."""
    vault = Vault(b"a key for tests")
    token = vault.learn("hunter22pw")
    vault.reserve(["hunter22pw", "app-hunter22pw"])
    assert vault.redact("docker start app-hunter22pw") == f"docker start app-{token}"


RUNBOOK = """\
---
title: Stub
parameters:
- {name: redis_url, type: str, default: "", help: A URL}
---
# Stub

```{code-cell}
:tags: [setup]

for word in WORDS:
    print(f"password={word}")
```
"""


def test_a_log_cannot_deny_a_report(tmp_path: Path) -> None:
    """A run that meets our own words as passwords leaves its report, with those words in it."""
    root = tmp_path / "suite"
    for name in ("runbooks", "configs"):
        (root / name).mkdir(parents=True)
    words = (*OURS, *SECRETS, "stub", "Provenance", "PGRpdiBjbGFzcz0i", "secret-", "***", "diagnosis.json")
    (root / "runbooks" / "stub.md").write_text(RUNBOOK.replace("WORDS", repr(words)))
    build(Suite(root))
    command = [sys.executable, "-m", "runbooklab", "run", "stub", "--json"]
    done = subprocess.run(command, cwd=root, capture_output=True, timeout=100, check=False)
    assert b"would have held a secret" not in done.stderr
    (page,) = (root / "reports" / "stub").glob("*/report.html")
    assert "Provenance" in page.read_text()
    assert json.loads((page.parent / "report.ipynb").read_text())["nbformat"] == 4
