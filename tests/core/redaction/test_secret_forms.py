"""Every form of the table is found: by redaction if its place shows it, by the last gate once it is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.redaction.command_patterns import COMMANDS
from runbooklab.redaction.default_patterns import DEFAULTS
from runbooklab.redaction.files import redact_file
from runbooklab.redaction.forms import FORMS, Form
from runbooklab.redaction.name_patterns import NAMES
from runbooklab.redaction.shell_patterns import SHELL
from runbooklab.redaction.text import clean
from runbooklab.redaction.vault import Vault

PLACED = [form for form in FORMS if form.by == "place"]


#: What is no secret, a text a line (``\\n`` is a line break).
READABLE = (Path(__file__).parents[2] / "golden" / "readable.txt").read_text("utf-8").splitlines()


def names(form: Form) -> str:
    return f"{form.group}: {form.name}"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


@pytest.mark.parametrize("form", PLACED, ids=names)
def test_a_secret_is_found_by_its_place(form: Form, vault: Vault) -> None:
    """The secret was not known before: ``runbook redact`` (or a run) replaces it and knows it."""
    if form.group == "Registrations":  # no files
        result = clean(form.text, vault).encode()
    else:
        result = redact_file(form.data, form.file, vault).data
    reported = Vault(b"another key")
    reported.learn(form.secret)
    assert result != form.data
    assert not reported.leaks(result)
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
    script = Path(__file__).parents[3] / "scripts" / "generate_secrets_doc.py"
    done = subprocess.run([sys.executable, script, "--check"], timeout=60, check=False)
    assert done.returncode == 0, "run scripts/generate_secrets_doc.py"


def test_every_shape_says_what_of_it_is_secret() -> None:
    """Each row of the tables of patterns compiles and has a group for the value."""
    for pattern in (*COMMANDS, *SHELL, *NAMES, *DEFAULTS):
        assert any(name in pattern.regex.compiled.groupindex for name in ("v1", "v2", "v3")), pattern


@pytest.mark.parametrize("line", READABLE)
def test_what_is_no_secret_stays_readable(line: str, vault: Vault) -> None:
    """Hosts, ports, users, counts, names of files and of secrets, references and prose are shown."""
    text = line.replace("\\n", "\n")
    assert clean(text, vault) == text


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("x.html", "<!--"), ("x.html", "<script>"), ("x.html", "<![CDATA["), ("x.html", "<a '\"<a' '"),
        ("x.yaml", "password: >\n "), ("x.yaml", "- "), ("x.csv", 'password,"'), ("x.log", "{password:["),
        ("x.log", "\x1b]"), ("x.log", "password=\'\'\'"), ("x.log", "| password\n"), ("x.log", "AUTH \""),
        ("x.log", "--askpass <<< "), ("x.log", "echo x | "), ("x.log", "redis.call('a',"),
        ("x.log", "redis a@b:11 "), ("x.log", "password=a\\ "), ("x.log", "auth [buffer=a "),
        ("x.log", "process.env.PASSWORD || "), ("x.log", "basicauth.users=a:b,"), ("x.log", "pass&shy;word="),
        ("x.json", "[1]\n"),
    ],
)  # fmt: skip
def test_a_hostile_file_takes_time_in_proportion_to_its_length(name: str, piece: str, vault: Vault) -> None:
    """Whatever is repeated, 100 KB are read (pytest's own timeout catches a blow-up)."""
    assert redact_file((piece * (100_000 // len(piece))).encode(), name, vault).data
