"""``runbook redact``: files made elsewhere lose their secrets and nothing else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from evidence_samples import healthy
from report_samples import diagnosis
from runbooklab.redaction import TOKEN, NotRedactable, Vault, redact_file
from runbooklab.report.embedded_run import run_in
from runbooklab.report.page import render

SECRET = "Zq7wV&T9xKm2"


@pytest.fixture
def vault() -> Vault:
    return Vault(b"a key for tests")


def redact(*words: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """The command itself, with a key of its own."""
    environment = {**os.environ, "RUNBOOKLAB_KEY": "ab" * 32}
    command = [sys.executable, "-m", "runbooklab", "redact", *words]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, timeout=60, check=False)


def test_a_text_keeps_every_other_byte(vault: Vault) -> None:
    """Broken UTF-8, escapes and line ends stay; the secret is replaced also before it was known."""
    data = f"{SECRET} \x1b[1m\r\nredis://:{SECRET}@db ".encode() + b"caf\xe9"
    found = redact_file(data, "redis.log", vault)
    token = vault.learn(SECRET).encode()
    assert found.data == data.replace(SECRET.encode(), token)
    assert found.kinds == {"password in a URL": 2}


def test_utf_16_stays_utf_16(vault: Vault) -> None:
    """A file with a byte order mark keeps its encoding."""
    found = redact_file(f"requirepass {SECRET} é".encode("utf-16"), "redis.conf", vault)
    assert found.data.decode("utf-16") == f"requirepass {vault.learn(SECRET)} é"


def test_json_changes_in_its_strings_only(vault: Vault) -> None:
    """Spaces, the order of names, numbers and escapes are those of the input."""
    shape = '{ "b": 1.50,\n "password":"two words", "a": ["caf\\u00e9 two words", {"url": "redis://:PW@h"}] }'
    text = shape.replace("PW", SECRET)
    found = redact_file(text.encode(), "x.json", vault)
    expected = text.replace("two words", vault.learn("two words")).replace(SECRET, vault.learn(SECRET))
    assert found.data.decode() == expected
    assert sum(found.kinds.values()) == 3


def test_a_notebook_stays_one(vault: Vault) -> None:
    """Source, outputs and metadata lose the secret; nbformat finds the notebook valid."""
    output = new_output("stream", text=f"connecting with password {SECRET}\n")
    cell = new_code_cell(f"url = 'redis://:{SECRET}@db'", outputs=[output], metadata={"note": SECRET})
    data = nbformat.writes(new_notebook(cells=[cell])).encode()
    result = redact_file(data, "x.ipynb", vault).data
    assert SECRET.encode() not in result
    nbformat.validate(nbformat.reads(result.decode(), as_version=4))


def test_a_page_is_drawn_as_before(vault: Vault) -> None:
    """Only texts, attributes' values and scripts change; a secret that markup cuts apart is found."""
    page = (
        '<!doctype html><html><body class="x"><p>redis://:<b>Zq7wV&amp;T9xKm2</b>@h</p>'
        "<i title='requirepass \"Zq7wV&#38;T9xKm2\"'>x &lt;</i><!-- Zq7wV&T9xKm2 -->"
        '<script>var a="Zq7wV&T9xKm2" < 1</script></body></html>'
    )
    result = redact_file(page.encode(), "x.html", vault).data.decode()
    token = vault.learn(SECRET)
    assert result == (
        f'<!doctype html><html><body class="x"><p>redis://:<b>{token}</b>@h</p>'
        f"<i title='requirepass &quot;{token}&quot;'>x &lt;</i><!-- {token} -->"
        f'<script>var a="{token}" < 1</script></body></html>'
    )


def test_a_report_of_ours_still_carries_its_run(vault: Vault) -> None:
    """What is packed inside the page is redacted as well, and its script stays the one that may run."""
    page = render(diagnosis(summary=f"redis://:{SECRET}@db is refused"), healthy(), None).encode()
    result = redact_file(page, "report.html", vault).data
    token = vault.learn(SECRET)
    assert run_in(result).diagnosis.summary == f"redis://:{token}@db is refused"
    assert token in result.decode()
    scripts = re.compile(rb"<(script|style)>.*?</\1>|Content-Security-Policy[^>]*>", re.DOTALL)
    assert [m[0] for m in scripts.finditer(result)] == [m[0] for m in scripts.finditer(page)] != []


def test_a_second_time_changes_nothing(vault: Vault) -> None:
    """Tokens are no secrets, and the same file redacted twice is the same."""
    once = redact_file(f"redis://:{SECRET}@db AUTH {SECRET}".encode(), "x.log", vault)
    again = redact_file(once.data, "x.log", Vault(b"another key"))
    assert again.data == once.data
    assert again.kinds == {}


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"a\0b", "x.log"), (b"PK\x03\x04\0", "x.zip"), (b"\x1f\x8b\x08", "x.gz"), (b"<", "x.ipynb")],
)
def test_what_cannot_be_read_is_refused(data: bytes, name: str, vault: Vault) -> None:
    """A binary file and a notebook that is none are not passed on as if they were safe."""
    with pytest.raises(NotRedactable):
        redact_file(data, name, vault)


@pytest.mark.parametrize(
    "text",
    [
        '{"password": "§"}\n\n{"n": {"token": "§"}}\n',
        '{\n  // a comment\n  "password": "§", /* and */ "port": 6379,\n}\n',
        '{"password": "§",}',
        "{'password': '§'}",
        '{"password": "§", "log": "cut of',
        '{"n": NaN, "redis": {"password": "§"}}',
    ],
)
def test_nearly_json_is_searched(text: str, vault: Vault) -> None:
    """JSON lines, comments, a comma too many, other quotes, an end cut off: only the secrets change."""
    changed = redact_file(text.replace("§", SECRET).encode(), "x.json", vault).data.decode()
    assert TOKEN.sub("§", changed) == text


def test_the_input_is_never_overwritten_unasked(tmp_path: Path) -> None:
    """-o on the input, also by another name, is refused; --in-place replaces it and keeps its mode."""
    file, link = tmp_path / "a.log", tmp_path / "link"
    file.write_text(f"requirepass {SECRET}")
    file.chmod(0o600)
    link.symlink_to(file)
    for other in ("a.log", "link"):
        done = redact("a.log", "-o", other, cwd=tmp_path)
        assert (done.returncode, file.read_text()) == (3, f"requirepass {SECRET}")
        assert done.stderr.count(b"\n") == 1
    done = redact("a.log", "--in-place", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == b""
    assert done.stderr.decode() == "a.log: 1 place replaced: 1 × password in Redis' configuration\n"
    assert TOKEN.fullmatch(file.read_text().removeprefix("requirepass "))
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_result_goes_to_stdout_and_what_was_done_to_stderr(tmp_path: Path) -> None:
    """Without -o nothing is written, and the value stands in neither stream."""
    (tmp_path / "a.json").write_text(json.dumps({"token": SECRET}))
    done = redact("a.json", cwd=tmp_path)
    assert done.returncode == 0
    assert TOKEN.fullmatch(json.loads(done.stdout)["token"])
    assert SECRET.encode() not in done.stdout + done.stderr
    assert b"1 place replaced" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("words", [("nothing-here.log",), (".",), ("a", "-o", "b", "--in-place")])
def test_bad_input_is_one_line_and_status_3(words: tuple[str, ...], tmp_path: Path) -> None:
    """A missing file, a folder, and options that exclude one another."""
    done = redact(*words, cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""
