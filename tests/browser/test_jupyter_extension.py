"""What the package adds to a real JupyterLab: looking at once, saving without secrets, exports."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from lab_server import Server, jupyter_server
from playwright.sync_api import Browser, Page, expect
from triage import serious

from runbooklab.domains.redis.lab.testbed import RedisTestbed

SECRET = "Zq7wV-bT9xKm2"
NOTEBOOK = "notebooks/redis-connection.ipynb"
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is slow, not wrong


@contextmanager
def page_of(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what its console complained of."""
    page = chromium.new_page(viewport={"width": 1300, "height": 1000})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page, complaints
    finally:
        page.close()


def asked(server: Server, path: str, method: str = "GET", body: Any = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(
        f"{server.url}/api/{path}", data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def verdict_of(page: Page) -> Any:
    return (
        page.locator(".jp-NotebookPanel:visible .jp-CodeCell", has_text="diagnose()")
        .locator(".jp-OutputArea-output")
        .first
    )


def test_the_named_notebook_looks_at_once_and_no_other(
    chromium: Browser, tmp_path: Path, testbed: RedisTestbed
) -> None:
    """Its verdict is there without a click, by the kernel started ahead; another one waits for Look."""
    redis = testbed.redis()
    with jupyter_server(tmp_path, environment={"RUNBOOKLAB_OPEN": NOTEBOOK}) as server:
        set_parameters(server, redis_url=redis.url, redis_container=redis.name, docker_network="")
        with page_of(chromium) as (page, complaints):
            page.goto(f"{server.url}/lab/tree/{NOTEBOOK}")
            expect(verdict_of(page)).to_contain_text("OK", ignore_case=True)
            assert page.locator("h1", has_text="Redis connection failures").first.is_visible()
            assert len(asked(server, "kernels")) == 1

            page.goto(f"{server.url}/lab/workspaces/other/tree/notebooks/docker-setup.ipynb")
            look = page.locator(".jp-NotebookPanel:visible").get_by_role("button", name="Look")
            expect(look).to_be_visible()
            expect(page.get_by_text("| Idle")).to_be_visible()
            expect(page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output")).to_have_count(0)
            look.click()
            expect(page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output").first).to_be_visible()

            plain = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": ""}})
            nbformat.write(plain, server.root / "plain.ipynb")
            page.goto(f"{server.url}/lab/workspaces/third/tree/plain.ipynb")
            expect(page.get_by_text("| Idle")).to_be_visible()
            expect(
                page.locator(".jp-NotebookPanel:visible").get_by_role("button", name="Look")
            ).to_have_count(0)
            assert serious(complaints) == []


def set_parameters(server: Server, **values: str) -> None:
    """Edit the parameters cell in the file, as another program would."""
    path = server.root / NOTEBOOK
    notebook = json.loads(path.read_text())
    cell = next(cell for cell in notebook["cells"] if "parameters" in cell["metadata"].get("tags", ()))
    source = "".join(cell["source"])
    for name, value in values.items():
        source = re.sub(rf'^({name}: str = )"[^"]*"', rf'\g<1>"{value}"', source, flags=re.MULTILINE)
    cell["source"] = source
    path.write_text(json.dumps(notebook))


def is_save(request: Any) -> bool:
    return bool(request.method == "PUT" and "/api/contents/" in request.url)


def type_parameters(page: Page, source: str) -> None:
    """Replace the parameters cell's text as a person would."""
    page.locator(".jp-CodeCell").first.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def files_with(secret: str, *folders: Path) -> list[str]:
    """The files below ``folders`` that hold ``secret``."""
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert found
    return [str(path) for path in found if secret.encode() in path.read_bytes()]


@pytest.mark.parametrize("kernel", ["runbook", pytest.param("python3", marks=pytest.mark.exhaustive)])
def test_a_typed_password_is_in_no_file(
    chromium: Browser, tmp_path: Path, testbed: RedisTestbed, kernel: str
) -> None:
    """Typed, run, saved, duplicated, saved as, exported in each format: the token is there in its place."""
    redis = testbed.redis("--requirepass", SECRET)
    url = redis.url.replace("redis://", f"redis://:{SECRET}@")
    source = (
        f'redis_url: str = "{url}"\nredis_container: str = "{redis.name}"\ndocker_network: str = ""\n'
        'orchestrator_config: str = ""\nredis_url_key: str = ""\norchestrator_container: str = ""\n'
        'worker_key_pattern: str = "worker:*"\nexpected_workers: int = 0\nneeds_write: bool = True\n'
        'log_lines: int = 50\nprobe_timeout_s: float = 3.0\nerror_text: str = ""\nincident: str = ""\n'
        'environment: str = ""\napply: str = ""'
    )
    with jupyter_server(tmp_path) as server:
        path = server.root / NOTEBOOK
        notebook = json.loads(path.read_text())
        notebook["metadata"]["kernelspec"]["name"] = kernel
        path.write_text(json.dumps(notebook))
        with page_of(chromium) as (page, complaints):
            page.goto(f"{server.url}/lab/tree/{NOTEBOOK}")
            expect(page.get_by_text("| Idle")).to_be_visible()
            type_parameters(page, source)
            page.locator(".jp-NotebookPanel:visible").get_by_role("button", name="Look").click()
            expect(verdict_of(page)).to_contain_text("OK", ignore_case=True)
            with page.expect_response(lambda answer: is_save(answer.request)) as answer:
                page.keyboard.press("Control+s")
            assert answer.value.ok
            expect(page.locator(".jp-CodeCell").first).to_contain_text(SECRET)  # the page works on with it
            assert serious(complaints) == []
        copied = asked(server, "contents/notebooks", "POST", {"copy_from": NOTEBOOK})["path"]
        asked(server, f"contents/{NOTEBOOK}/checkpoints", "POST")
        exports = all_exports(server, NOTEBOOK)
        assert "***secret-" in path.read_text()
        assert "***secret-" in (server.root / copied).read_text()
        assert {"html", "markdown", "script", "slides", "incident_report"} <= set(exports)
        for format_, content in exports.items():
            for unwanted in (SECRET, "VBox(children=", "Error displaying widget"):
                assert (format_, unwanted in content) == (format_, False)
    assert files_with(SECRET, tmp_path) == []


#: JupyterLab's menu has no entry for the first three; the others are made by TeX or by a browser.
NOT_ASKED = {"custom", "notebook", "python", "pdf", "qtpdf", "qtpng", "webpdf"}


def all_exports(server: Server, path: str) -> dict[str, str]:
    """What each format of the export menu gives; those that need Pandoc are left out if it is missing."""
    exports = {}
    for format_ in asked(server, "nbconvert").keys() - NOT_ASKED:
        address = f"{server.url}/nbconvert/{format_}/{urllib.parse.quote(path)}"
        try:
            with urllib.request.urlopen(address, timeout=120) as answer:
                exports[format_] = answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            if "pandoc" not in error.read().decode().lower():
                raise
    return exports


def test_a_compiled_notebook_is_read_only_under_working_copies(tmp_path: Path) -> None:
    """It can be read, not saved, renamed or deleted, and one line says so; a copy beside it can be saved."""
    manager = "--ServerApp.contents_manager_class=runbooklab.jupyter.contents.WorkingCopies"
    with jupyter_server(tmp_path, options=(manager,)) as server:
        model = asked(server, f"contents/{NOTEBOOK}")
        assert model["writable"] is False
        for method, body in (("PUT", model), ("PATCH", {"path": "notebooks/y.ipynb"}), ("DELETE", None)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                asked(server, f"contents/{NOTEBOOK}", method, body)
            assert refused.value.code == 403
            assert (
                "is not saved here: use File > Save Notebook As."
                in json.loads(refused.value.read())["message"]
            )
        assert asked(server, "contents/notebooks/copy.ipynb", "PUT", model)["writable"] is True
        assert (server.root / NOTEBOOK).is_file()
