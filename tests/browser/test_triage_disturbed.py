"""What disturbs a triage: a colleague, a hung target, an interrupt, a restart, a second page."""

from __future__ import annotations

import re

import pytest
from docker import DockerClient
from playwright.sync_api import BrowserContext, expect
from triage import WORKS, Desk, opened

from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.notebook.interrupted import IN_OUR_WORD

LOOKED_AT = re.compile(r"Looked at (\d\d:\d\d:\d\d)")


def test_a_colleague_who_replaced_the_container(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed, docker_engine: DockerClient
) -> None:
    """Between card and press it became another one: nothing is done, and the card says what differs."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    with opened(window, desk, desk.another(incident, testbed.situation(server).parameters)) as sheet:
        sheet.until_verdict("Root cause")
        image = server.container.image
        server.container.remove(force=True)
        other = docker_engine.containers.create(image, ["redis-server"], name=server.name)
        try:
            sheet.fix()
            expect(sheet.card).to_contain_text("refused")
            expect(sheet.card).to_contain_text(f"now it is {other.id[:12]}")
            other.reload()
            assert other.status == "created"
        finally:
            other.remove(force=True)


@pytest.mark.exhaustive
def test_run_all_on_a_hung_target(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed
) -> None:
    """The whole notebook is of one look, however many cells it has."""
    server = testbed.redis()
    server.container.pause()
    notebook = desk.another(incident, testbed.situation(server).parameters)
    with opened(window, desk, notebook, looks=False) as sheet:
        sheet.idle()
        sheet.menu("Run", "Run All Cells")
        expect(sheet.outputs("conclude()").first).to_contain_text("Looked at")
        sheet.idle()
        looks = set(LOOKED_AT.findall(str(sheet.save())))
        assert len(looks) == 1


def test_an_interrupt_while_the_target_hangs(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed
) -> None:
    """One line and no screen of internals; then the notebook works on."""
    server = testbed.redis()
    server.container.pause()
    parameters = testbed.situation(server, probe_timeout_s=60.0).parameters
    with opened(window, desk, desk.another(incident, parameters)) as sheet:
        expect(sheet.page.get_by_text("Looking at redis:")).to_be_visible()
        sheet.interrupt()
        expect(sheet.verdict).to_have_text(IN_OUR_WORD)
        assert sheet.outputs("diagnose()").count() == 1
        server.container.unpause()
        sheet.look()
        sheet.until_verdict(WORKS)


@pytest.mark.exhaustive
def test_a_restarted_kernel(window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed) -> None:
    """The card of the kernel before does nothing and has no button; by one click there is a new one."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    with opened(window, desk, desk.another(incident, testbed.situation(server).parameters)) as sheet:
        sheet.until_verdict("Root cause")
        sheet.restart_kernel()
        expect(sheet.button).to_be_hidden()
        expect(sheet.card.get_by_role("textbox").first).to_be_hidden()
        said = sheet.card.locator(".runbooklab-act").evaluate(
            "each => getComputedStyle(each, '::before').content"
        )
        assert "kernel was restarted" in said
        sheet.look()
        sheet.fix()
        sheet.until_fixed()


@pytest.mark.exhaustive
def test_two_notebooks_on_one_incident(
    window: BrowserContext, desk: Desk, incident: str, testbed: RedisTestbed
) -> None:
    """Two people, one fix: whoever presses second is told that it is no longer needed."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    parameters = testbed.situation(server).parameters
    first, second = desk.another(incident, parameters), desk.another(incident, parameters, fresh=True)
    assert first.parent == second.parent
    with opened(window, desk, first) as one, opened(window, desk, second) as other:
        one.until_verdict("Root cause")
        other.until_verdict("Root cause")
        one.fix()
        expect(one.card).to_contain_text("done")
        server.container.reload()
        started = server.container.attrs["State"]["StartedAt"]
        other.fix()
        expect(other.card).to_contain_text("What it fixes is no longer there")
        expect(other.verdict).to_contain_text(WORKS)
        server.container.reload()
        assert server.container.attrs["State"]["StartedAt"] == started
    acts = (first.parent / "audit.jsonl").read_text()
    assert "done" in acts
    assert "refused" in acts
