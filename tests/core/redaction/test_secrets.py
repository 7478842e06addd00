"""The vault: stable tokens, every form of a secret, and the last gate."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import stat
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooklab.redaction.key import KEY_VARIABLE, user_key
from runbooklab.redaction.text import clean, find_secrets
from runbooklab.redaction.vault import TOKEN, Vault, is_weak

ODD = "p@ss w#rd/é\"<&>'\\"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


def test_a_token_is_stable_and_depends_on_the_key(vault: Vault) -> None:
    """The same secret and key give the same token; another key gives another."""
    token = vault.learn("hunter2")
    assert TOKEN.fullmatch(token)
    assert Vault(b"a key for tests").learn("hunter2") == token
    assert Vault(b"another key").learn("hunter2") != token
    assert vault.learn("hunter3") != token


FORMS = {
    "raw": lambda text: text,
    "percent": lambda text: quote(text, safe=""),
    "percent, slash kept": quote,
    "percent, lower case": lambda text: re.sub("%..", lambda hit: hit[0].lower(), quote(text, safe="")),
    "form": quote_plus,
    "json": json.dumps,
    "html": html.escape,
    "repr": repr,
    "json in html in json": lambda text: json.dumps(html.escape(json.dumps(text))),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64, one byte before": lambda text: base64.b64encode(f":{text}".encode()).decode(),
    "base64, inside": lambda text: base64.b64encode(f"u:{text} and more".encode()).decode(),
    "every byte in percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL in pairs": lambda text: text.encode().hex(" ").upper(),
    "escaped bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "escaped characters": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
    "references": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "references in hexadecimal": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "urlsafe base64": lambda text: base64.urlsafe_b64encode(f"user:{text}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", ["hunter2-and-more", ODD])
def test_every_form_is_redacted_and_caught_by_the_gate(form: str, secret: str, vault: Vault) -> None:
    """What is written in any form is replaced; were it not, the gate would name its token."""
    token = vault.learn(secret)
    written = f"before {FORMS[form](secret)} after"
    assert vault.leaks(written.encode()) == (token,)
    redacted = vault.redact(written)
    assert token in redacted
    assert not vault.leaks(redacted.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("secret", ["hunter2-and-more", "p/w:1&"])
def test_the_gate_reads_utf_16(encoding: str, secret: str, vault: Vault) -> None:
    """A file in two bytes a character hides nothing."""
    token = vault.learn(secret)
    assert vault.leaks(f"before {secret} after".encode(encoding)) == (token,)
    assert vault.leaks(f"before {token} after".encode(encoding)) == ()


@given(st.text(min_size=8, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives_redaction(secret: str, before: str, after: str) -> None:
    """Whatever the secret and its surroundings: redacted text passes the gate, and reveals again."""
    vault = Vault(b"a key for tests")
    token = vault.learn(secret)
    if is_weak(secret) or secret.isdigit() or TOKEN.search(before + secret + after):
        return
    for form in (secret, quote(secret, safe=""), json.dumps(secret)):
        redacted = vault.redact(before + form + after)
        assert token in redacted
        assert not vault.leaks(redacted.encode())


def test_weak_secrets_are_replaced_as_credentials_only(vault: Vault) -> None:
    """A password that is an ordinary word or a port must not turn names and ports into tokens."""
    token = vault.learn("redis")
    port = vault.learn("6379")
    assert vault.redact("redis-tts runs redis:7 on redis://redis:6379") == (
        "redis-tts runs redis:7 on redis://redis:6379"
    )
    assert vault.redact("redis://default:redis@redis:6379") == f"redis://default:{token}@redis:6379"
    assert vault.redact("password=6379, port=6379") == f"password={port}, port=6379"
    assert vault.redact("requirepass redis") == f"requirepass {token}"
    assert vault.leaks(b"redis 6379") == ()
    assert vault.reveal(f"redis://:{token}@redis") == "redis://:redis@redis"


def test_a_number_is_replaced_only_where_it_stands_alone(vault: Vault) -> None:
    """A numeric password is no part of a longer number such as a byte count."""
    token = vault.learn("123456")
    assert vault.redact("used 91234567 pw 123456.") == f"used 91234567 pw {token}."
    assert vault.leaks(b"91234567") == ()
    assert vault.leaks(b"x123456y") == (token,)


def test_a_url_gets_its_own_spelling_back(vault: Vault) -> None:
    """One token for one secret, yet a URL is revealed exactly as it was written."""
    token = vault.learn("p%40ss%23word", in_url=True)
    assert vault.learn("p@ss#word") == token
    assert vault.reveal(f"redis://:{token}@db/0") == "redis://:p%40ss%23word@db/0"
    assert vault.reveal(f"requirepass {token}") == "requirepass p@ss#word"
    assert vault.redact("p@ss#word p%40ss%23word") == f"{token} {token}"


def test_the_first_spelling_in_a_url_counts(vault: Vault) -> None:
    """A suggestion that spells the password otherwise doesn't change what the URL reveals."""
    vault.learn("p#ss", in_url=False)
    token = vault.learn("p#ss", in_url=True)
    assert vault.learn("p%23ss", in_url=True) == token
    assert vault.learn("%70%23ss", in_url=True) == token
    assert vault.reveal(f"redis://:{token}@db") == "redis://:p#ss@db"
    assert vault.leaks(b"%70%23ss") == (token,)


def test_another_process_takes_over_everything(vault: Vault) -> None:
    """An imported secret keeps its token under another key, its spelling, and its weakness."""
    token, weak = vault.learn("p%40ss%23word", in_url=True), vault.learn("redis")
    other = Vault(b"another key")
    other.import_(vault.export())
    assert other.export() == vault.export()
    assert other.redact("p@ss#word redis") == f"{token} redis"
    assert other.learn("p@ss#word") == token
    assert other.reveal(f"redis://:{token}@db") == "redis://:p%40ss%23word@db"
    assert other.reveal(f"redis://:{weak}@db") == "redis://:redis@db"


def test_tokens_are_never_shredded(vault: Vault) -> None:
    """A secret that is a part of every token (``secret-``) leaves tokens whole; redacting is idempotent."""
    token = vault.learn("hunter2")
    vault.learn("secret-")
    once = vault.redact("hunter2 secret-ish")
    assert once.startswith(token)
    assert vault.redact(once) == once
    assert vault.learn(token) == token
    assert vault.learn("") == ""


def test_a_log_may_be_full_of_secrets(vault: Vault) -> None:
    """Ten thousand passwords are learned, replaced and looked for (pytest's timeout catches a blow-up)."""
    lines = [f"login {number} password=Zq7wVb{number}x ok" for number in range(10_000)]
    cleaned = [clean(line, vault) for line in lines]
    assert len(set(TOKEN.findall("".join(cleaned)))) == len(lines)
    assert vault.redact("a Zq7wVb77x b") == f"a {vault.learn('Zq7wVb77x')} b"
    assert vault.leaks("\n".join(cleaned).encode()) == ()
    assert vault.leaks(b"a Zq7wVb9876x b") == (vault.learn("Zq7wVb9876x"),)


def test_what_a_cut_leaves_of_a_token_is_no_secret(vault: Vault) -> None:
    """A text may end in the middle of a token; redacted again, it stays, and the gate lets it pass."""
    whole = f"password={vault.learn('hunter2-and-more')}"
    for end in range(len("password="), len(whole)):
        assert clean(whole[:end], vault) == whole[:end]
        assert vault.leaks(whole[:end].encode()) == ()


def test_a_vault_does_not_show_its_secrets(vault: Vault) -> None:
    """A vault in a traceback or a debugger's display names no secret."""
    vault.learn("hunter2")
    assert "hunter2" not in repr(vault)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv(KEY_VARIABLE, "")
    return tmp_path / "runbooklab" / "key"


def test_the_key_is_kept_private_for_the_next_run(state: Path) -> None:
    """The first run makes the key file, readable by its owner only; the next uses it."""
    key = user_key()
    assert user_key() == key
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert [path.name for path in state.parent.iterdir()] == ["key"]
    assert not os.environ[KEY_VARIABLE]


@pytest.mark.parametrize("broken", ["garbage", "folder", "fifo"])
def test_without_a_usable_key_file_a_run_and_its_kernel_agree(state: Path, broken: str) -> None:
    """If the key can't be kept, a vault hands its own on with its secrets, and sets no variable."""
    state.parent.mkdir()
    if broken == "garbage":
        state.write_text("not a key")
    elif broken == "folder":
        state.mkdir()
    else:
        os.mkfifo(state)
    before = dict(os.environ)
    of_the_run, of_the_kernel = Vault(), Vault()
    of_the_kernel.import_(json.loads(json.dumps(of_the_run.export())))
    assert of_the_kernel.learn("met by the kernel") == of_the_run.learn("met by the kernel")
    assert dict(os.environ) == before


def test_a_parameter_in_the_place_of_a_secret_is_none() -> None:
    """``${name}`` is where a secret will be filled in, in a URL and in a header too; a default is one."""
    assert find_secrets("redis://:${password}@db, Authorization: Bearer ${token}") == ()
    assert [found.value for found in find_secrets("redis://:${PASSWORD:-hunter2}@db")] != []
