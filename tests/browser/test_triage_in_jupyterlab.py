"""``runbook open`` as a new user has it: verdict and fix on the first screen, and the file that is left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import BrowserContext, expect
from triage import DEAD, HEIGHT, WIDTH, WORKS, Desk, Sheet, opened

from runbooklab.domains.redis.lab.faults import FAULTS
from runbooklab.domains.redis.lab.testbed import PASSWORD, RedisTestbed

STATUS_BAR = 25  # px that JupyterLab has for it at the bottom
BY_ID = {fault.id: fault for fault in FAULTS}
#: Breakages whose fix has a button; those of a person have none. Of one of each the exports are read, too.
FIXABLE = ("container-stopped",)
FIXABLE_TOO = (
    "memory-exhausted",
    "network-detached",
    "container-paused",
    "clients-paused",
    "maxclients-reached",
    "container-killed",
)
PERSONS = ("auth-wrong-credentials",)
PERSONS_TOO = ("port-published-elsewhere", "redis-config-invalid", "redis-frozen", "container-missing")


def is_on_the_first_screen(sheet: Sheet, text: str, *, inside: str = "") -> bool:
    """Whether something with this text can be read whole without scrolling."""
    box = sheet.box(sheet.page.locator(inside or ".jp-OutputArea").get_by_text(text).first)
    status_bar = 25
    return (
        box["y"] >= 0 and box["y"] + box["height"] <= HEIGHT - status_bar and box["x"] + box["width"] <= WIDTH
    )


def is_fit_to_be_read(text: str) -> None:
    """No dead control and no password in it."""
    for dead in DEAD:
        assert dead not in text
    assert PASSWORD not in text
    assert "other-Passw0rd" not in text


def exported(desk: Desk, notebook: Path, how: str) -> str:
    """The notebook as JupyterLab's export menu gives it."""
    return desk.request(f"nbconvert/{how}/{notebook.relative_to(desk.suite).as_posix()}").decode()


def text_of(page: str) -> str:
    """What a person reads on a page."""
    document = BeautifulSoup(page, "html.parser")
    for hidden in document(["script", "style"]):
        hidden.decompose()
    return document.get_text()


def parameters_of(fault: str, testbed: RedisTestbed) -> dict[str, object]:
    return dict(BY_ID[fault].recipe(testbed).parameters)


def test_a_healthy_target_is_said_to_be_so_and_offers_nothing(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed
) -> None:
    """The verdict is on the first screen without a click, and there is no button."""
    notebook = desk.another(incident, testbed.situation(testbed.redis()).parameters)
    with opened(window, desk, notebook) as sheet:
        sheet.until_verdict("OK")
        assert is_on_the_first_screen(sheet, "OK")
        assert sheet.outputs("diagnose()").count() == 1


@pytest.mark.parametrize(
    "fault", [*FIXABLE, *(pytest.param(each, marks=pytest.mark.exhaustive) for each in FIXABLE_TOO)]
)
def test_from_the_page_to_fixed_and_to_a_file(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed, fault: str
) -> None:
    """Verdict, proof and button are on the first screen; the fix is validated in place, and in every file."""
    parameters = parameters_of(fault, testbed)
    notebook = desk.another(incident, parameters)
    with opened(window, desk, notebook) as sheet:
        sheet.until_verdict("Root cause")
        assert is_on_the_first_screen(sheet, "Root cause")
        assert is_on_the_first_screen(sheet, "Proof")
        expect(sheet.button).to_be_disabled()
        title = sheet.button.inner_text()
        assert is_on_the_first_screen(sheet, title, inside="button")
        sheet.fix()
        expect(sheet.card).to_contain_text(f"{title}: done")
        expect(sheet.verdict).to_contain_text(WORKS)
        sheet.until_fixed()
        is_fit_to_be_read(str(sheet.save()))
    desk.end_kernel_of(notebook)
    acts = [json.loads(line) for line in (notebook.parent / "audit.jsonl").read_text().splitlines()]
    assert acts[-1]["outcome"] == "done"
    if fault in FIXABLE:
        reads_as_well_later(desk, notebook, acts[-1]["command"], "done", window=window)


@pytest.mark.parametrize(
    "fault", [*PERSONS, *(pytest.param(each, marks=pytest.mark.exhaustive) for each in PERSONS_TOO)]
)
def test_what_only_a_person_can_do_shows_the_exact_change(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed, fault: str
) -> None:
    """Verdict, proof and what to change are on the first screen; nothing is there to confirm it with."""
    parameters = parameters_of(fault, testbed)
    notebook = desk.another(incident, parameters)
    with opened(window, desk, notebook) as sheet:
        sheet.until_verdict("Root cause")
        assert is_on_the_first_screen(sheet, "Proof")
        assert is_on_the_first_screen(sheet, "Commands")
        expect(sheet.card.get_by_role("textbox")).to_have_count(0)
        cause = sheet.verdict.get_by_role("row").filter(has_text="Root cause").inner_text().partition("\t")[2]
        is_fit_to_be_read(str(sheet.save()))
    desk.end_kernel_of(notebook)
    if fault in PERSONS:
        reads_as_well_later(desk, notebook, cause.strip())


def reads_as_well_later(
    desk: Desk, notebook: Path, *texts: str, window: BrowserContext | None = None
) -> None:
    """Exported as a page and as the incident report; with a ``window`` also reopened without a run."""
    shown = [text_of(exported(desk, notebook, how)) for how in ("html", "incident_report")]
    if window:
        with opened(window, desk, notebook, looks=False) as sheet:
            expect(sheet.verdict).to_contain_text("Looked at")
            shown.append(sheet.page.locator(".jp-NotebookPanel").inner_text())
    for text in shown:
        is_fit_to_be_read(text)
        assert [each for each in texts if each not in text] == []
