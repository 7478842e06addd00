"""Every form of the table is found: by redaction where its place tells, by the last gate once it is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.file_redaction import redact_file
from runbooklab.redaction import clean
from runbooklab.secret_forms import FORMS, Form
from runbooklab.secrets import Vault

PLACED = [form for form in FORMS if form.by == "place"]


def names(form: Form) -> str:
    return f"{form.group}: {form.name}"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


@pytest.mark.parametrize("form", PLACED, ids=names)
def test_a_secret_is_found_by_its_place(form: Form, vault: Vault) -> None:
    """Nobody told us the secret: ``runbook redact`` (or a run) replaces it and knows it."""
    if form.group == "Registrations":  # no files
        result = clean(form.text, vault).encode()
    else:
        result = redact_file(form.data, form.file, vault).data
    told = Vault(b"another key")
    told.learn(form.secret)
    assert result != form.data
    assert not told.leaks(result)
    assert vault.leaks(form.data)


@pytest.mark.parametrize("form", FORMS, ids=names)
def test_the_last_gate_finds_a_known_secret(form: Form, vault: Vault) -> None:
    """The final bytes of an artefact in this form are refused."""
    token = vault.learn(form.secret)
    assert vault.leaks(form.data) == (token,)


@pytest.mark.parametrize("form", FORMS, ids=names)
def test_a_known_secret_is_replaced(form: Form, vault: Vault) -> None:
    """A text in this form is shown with the secret's token in its place."""
    token = vault.learn(form.secret)
    shown = vault.redact(form.text)
    assert token in shown
    assert not vault.leaks(shown.encode("utf-8", "surrogateescape"))


def test_the_page_shows_this_table() -> None:
    """docs/secrets.md is what ``scripts/generate_secrets_doc.py`` writes of the table."""
    script = Path(__file__).parents[2] / "scripts" / "generate_secrets_doc.py"
    done = subprocess.run([sys.executable, script, "--check"], timeout=60, check=False)
    assert done.returncode == 0, "run scripts/generate_secrets_doc.py"
