"""No password of a triage is in any file that it leaves."""

from __future__ import annotations

import base64
import json
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Response, expect
from triage import WORKS, Sheet, opened, runbook_open

from runbooklab.domains.redis.lab.testbed import RedisTestbed

#: Every format of JupyterLab's export menu that needs no pandoc.
FORMATS = ("html", "incident_report", "markdown", "notebook", "python", "script", "slides")


def _password(place: str) -> str:
    """A password of this test alone, with a character that a URL encodes."""
    return f"pw-{place}-{uuid.uuid4().hex[:12]}+/x"


def _forms(secret: str) -> Iterator[bytes]:
    """What the secret may look like in a file."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    yield json.dumps(secret)[1:-1].encode()
    for shift in range(3):  # in base64 it looks different by where it begins
        encoded = base64.b64encode(b"\0" * shift + secret.encode())
        yield encoded[4 : len(encoded) // 4 * 4 - 4]


def _leaks(folder: Path, secrets: dict[str, str]) -> list[str]:
    """Which secret is in which file below ``folder``."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (Path(place, name) for name in names):
            content = path.read_bytes() if path.is_file() else b""
            found += [f"{path}: {name}" for name, secret in secrets.items() if _is_in(secret, content)]
    return found


def _is_in(secret: str, content: bytes) -> bool:
    return any(form in content for form in _forms(secret))


@pytest.fixture
def secrets() -> dict[str, str]:
    return {name: _password(name) for name in ("given", "typed", "environment", "logged", "printed")}


def _type_into_parameters(sheet: Sheet, url: str) -> None:
    """Unfold the parameters cell and put another URL at its end."""
    cell = sheet.page.locator(".jp-NotebookPanel .jp-CodeCell").first
    cell.locator(".jp-Placeholder-content, .jp-Placeholder").first.click()
    cell.locator(".cm-content").click()
    sheet.page.keyboard.press("Control+End")
    sheet.page.keyboard.insert_text(f'\nredis_url = "{url}"')
    sheet.page.keyboard.press("Shift+Enter")


def _print(sheet: Sheet, code: str) -> None:
    """Put a cell of one's own below the verdict, and run it."""
    sheet.cell("diagnose()").locator(".cm-content").click()
    sheet.page.keyboard.press("Escape")
    sheet.page.keyboard.press("b")
    sheet.page.keyboard.press("Enter")
    sheet.page.keyboard.insert_text(code)
    sheet.page.keyboard.press("Control+Enter")
    sheet.page.keyboard.press("Escape")


def test_no_file_of_a_session_holds_a_password(
    tmp_path: Path, window: BrowserContext, testbed: RedisTestbed, secrets: dict[str, str]
) -> None:
    """Given, typed, printed, in a container's environment and log; saved, copied, exported, restarted."""
    given, typed = secrets["given"], secrets["typed"]
    server = testbed.redis(
        "--requirepass", given, "--enable-debug-command", "yes",
        environment={"APP_PASSWORD": secrets["environment"]},
    )  # fmt: skip
    redis = testbed.client(server.url, password=given)
    redis.execute_command("ACL", "SETUSER", "typist", "on", f">{typed}", "~*", "&*", "+@all")
    redis.execute_command("DEBUG", "LOG", f"password={secrets['logged']}")
    url = f"redis://{{}}:{{}}@127.0.0.1:{server.port}/0"
    parameters = {"redis_container": server.name, "docker_network": "", "probe_timeout_s": 4.0}
    first = url.format("", quote(given, safe=""))
    with runbook_open(tmp_path, parameters, "-p", "redis_url", first) as desk, opened(window, desk) as sheet:
        sheet.until_verdict(WORKS)
        _type_into_parameters(sheet, url.format("typist", quote(typed, safe="")))
        sheet.look()
        expect(sheet.page.get_by_text("typist:***secret-").first).to_be_visible()
        sheet.until_verdict(WORKS)
        _print(sheet, f"REDIS_PASSWORD = {secrets['printed']!r}; print('password=' + REDIS_PASSWORD)")
        sheet.idle()
        assert "secret-" in json.dumps(sheet.save())
        path = desk.notebook.relative_to(desk.suite).as_posix()
        desk.request(f"api/contents/{path}/checkpoints", "POST")
        desk.request(f"api/contents/{Path(path).parent.as_posix()}", "POST", {"copy_from": path})
        for form in FORMATS:
            (tmp_path / f"exported.{form}").write_bytes(desk.request(f"nbconvert/{form}/{path}"))
        sheet.restart_kernel()
        sheet.look()
        sheet.until_verdict(WORKS)
        sheet.save()
        assert _leaks(tmp_path, secrets) == []
    assert _leaks(tmp_path, secrets) == []


AUTOSAVE_S = 2
#: What the console says as JupyterLab asks whether a name is taken, before it saves under it.
NAME_IS_FREE = "Failed to load resource: the server responded with a status of 404 (Not Found)"


@pytest.mark.exhaustive
def test_saved_by_itself_renamed_and_saved_under_another_name(
    tmp_path: Path, window: BrowserContext, testbed: RedisTestbed
) -> None:
    """Whichever way JupyterLab writes the notebook, a typed password stays out, and the run goes on."""
    typed = _password("typed")
    server = testbed.redis("--requirepass", typed)
    _autosave_in(tmp_path / "home")
    url = f"redis://:{quote(typed, safe='')}@127.0.0.1:{server.port}/0"
    parameters = {"redis_container": server.name, "docker_network": "", "probe_timeout_s": 4.0}
    parameters["redis_url"] = f"redis://127.0.0.1:{server.port}/0"
    with runbook_open(tmp_path, parameters) as desk, opened(window, desk) as sheet:
        sheet.until_verdict("password")
        with sheet.page.expect_response(_saves):
            _type_into_parameters(sheet, url)
        sheet.look()
        expect(sheet.page.get_by_text(":***secret-").first).to_be_visible()
        sheet.until_verdict(WORKS)
        _written(desk.notebook, "***secret-")
        renamed = desk.notebook.parent / "renamed.ipynb"
        _named(sheet, "Rename Notebook", "renamed.ipynb")
        sheet.look()
        sheet.until_verdict(WORKS)
        sheet.idle()
        sheet.save()
        _named(sheet, "Save Notebook As", f"{renamed.parent.relative_to(desk.suite)}/other.ipynb")
        _written(renamed.parent / "other.ipynb", "***secret-")
        sheet.look()
        sheet.idle()
        sheet.until_verdict(WORKS)
        sheet.complaints.remove(NAME_IS_FREE)  # it comes some time after the file was written
        assert _leaks(tmp_path, {"typed": typed}) == []
    assert _leaks(tmp_path, {"typed": typed}) == []


def _autosave_in(home: Path) -> None:
    """A user's setting: JupyterLab saves by itself after so many seconds instead of two minutes."""
    plugin = home / ".jupyter/lab/user-settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(json.dumps({"autosaveInterval": AUTOSAVE_S}))


def _saves(answer: Response) -> bool:
    return "/api/contents/" in answer.url and answer.request.method == "PUT"


def _named(sheet: Sheet, entry: str, name: str) -> None:
    """Choose an entry of the menu File, and give the name that it asks for."""
    sheet.menu("File", entry)
    dialog = sheet.page.locator(".jp-Dialog")
    dialog.get_by_role("textbox").fill(name)
    dialog.locator("button.jp-mod-accept").click()
    expect(dialog).to_have_count(0)


def _written(path: Path, text: str) -> None:
    """Wait until the file at ``path`` holds ``text``."""
    for _ in range(300):
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.1)
    pytest.fail(f"{path.name} has not been written with {text}")
