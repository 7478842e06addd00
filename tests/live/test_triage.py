"""A person at the notebook of a broken Redis: an answer is of one look, a fix does what its card shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from docker import DockerClient
from triage_cells import START, Stopped, parameters

from notebook_client import Person, card, diagnosis, verdict
from runbooklab.apply.apply import understood
from runbooklab.domain.verb import Given
from runbooklab.domains.container.contributions.pinned import container_pin
from runbooklab.domains.container.verbs import VERBS
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.ports import free_port
from runbooklab.model.mime import VIEW_MIME

ROOT = Path(__file__).resolve().parents[2]


# --- a fix does exactly what its card shows, or nothing


def test_a_fix_is_applied_validated_and_part_of_the_notebook(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The button says what it does; what was done is on the page, in every answer, and in the diagnosis."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    shown = person.run("diagnose()")
    ladder = person.run("ladder()", later_s=0)[0]
    assert verdict(shown) == "critical"
    assert "Critical" in ladder.html
    fix = card(shown)
    assert not person.is_armed(fix)
    person.type(fix, "start-container")
    person.press(fix)
    server.container.reload()
    assert server.container.status == "running"
    assert verdict(shown) == "ok"
    assert "Critical" not in ladder.html
    assert fix.data[VIEW_MIME]["kind"] == "acts"
    assert "Verdict: Critical before, OK at" in fix.plain
    assert f"docker stop {server.name}" in fix.plain  # the undo
    (entry,) = diagnosis(shown)["audit"]
    assert (entry["outcome"], entry["command"]) == ("done", f"docker start {server.name}")
    assert verdict(person.run("validate()")) == "ok"


def test_a_fix_is_refused_if_the_container_is_another_one(
    stopped: Callable[..., Stopped], docker_engine: DockerClient
) -> None:
    """A colleague replaced it after the card was drawn: it is left alone, and the card says what differs."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    image, name = server.container.image, server.name
    server.container.remove(force=True)
    other = docker_engine.containers.create(image, ["redis-server", "--maxmemory", "64mb"], name=name)
    try:
        person.press(fix)
        other.reload()
        assert other.status == "created"
        said = person.shown_in(fix)
        assert f"Container {name} was" in said
        assert other.id[:12] in said
        (entry,) = diagnosis(shown)["audit"]
        assert entry["outcome"] == "refused"
    finally:
        other.remove(force=True)


def test_a_container_that_is_replaced_while_a_fix_begins_is_not_touched(
    testbed: RedisTestbed,
) -> None:
    """Between the last look and the command is no gap: a container is called by the id that was seen."""

    server = testbed.redis()
    gone = testbed.redis(suffix="gone")
    seen = gone.container.id
    gone.container.remove(force=True)
    action = understood(f"docker rm -f {server.name}", VERBS)
    with pytest.raises(Exception, match="No such container"):
        action(Given(pinned={container_pin(server.name): seen}))
    server.container.reload()
    assert server.container.status == "running"


def test_a_fix_that_a_colleague_was_quicker_with_is_not_done_twice(stopped: Callable[..., Stopped]) -> None:
    """Whoever presses second learns that it is no longer needed."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    server.container.start()
    server.container.reload()
    started = server.container.attrs["State"]["StartedAt"]
    person.press(fix)
    server.container.reload()
    assert server.container.attrs["State"]["StartedAt"] == started
    assert "refused" in person.shown_in(fix)


def test_the_last_conclusion_still_says_why_it_was_changed_and_how_to_undo_it(
    stopped: Callable[..., Stopped],
) -> None:
    """Run All after the fix shows a healthy target: the file alone tells what was wrong, too."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    person.press(fix)
    concluded = diagnosis(person.run("conclude()"))
    assert concluded["verdict"] == "ok"
    (act,) = concluded["audit"]
    assert act["because"].startswith("Critical: ")
    assert act["undo"] == [f"docker stop {server.name}"]


def test_a_second_press_does_nothing_and_says_so(stopped: Callable[..., Stopped]) -> None:
    """Also if the page sends it although the button is gone."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    person.press(fix)
    server.container.stop(timeout=2)
    person.press(fix, force=True)
    server.container.reload()
    assert server.container.status == "exited"
    assert "nothing was done again" in person.shown_in(fix)


def test_a_new_start_disarms_the_cards_before_it(
    testbed: RedisTestbed, stopped: Callable[..., Stopped]
) -> None:
    """An old card never acts on the old target, whatever the page sends, and says that its run is over."""
    server, person, shown = stopped()
    fix = card(shown)
    button = fix.data
    person.type(fix, "start-container")
    other = testbed.redis(suffix="other")
    person.run_all([("parameters", parameters(other)), ("setup", START)])
    assert "Of an earlier run" in fix.plain
    fix.data = button
    person.press(fix, force=True)
    server.container.reload()
    assert server.container.status == "exited"


def test_changed_parameters_disarm_a_card_before_the_set_up_cell_runs(
    testbed: RedisTestbed, stopped: Callable[..., Stopped]
) -> None:
    """The parameters cell alone was run: a card of the old target does nothing."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    other = testbed.redis(suffix="other")
    person.run(parameters(other))
    person.press(fix, force=True)
    server.container.reload()
    assert server.container.status == "exited"
    assert "parameters were changed" in person.shown_in(fix)


def test_the_parameter_apply_only_arms_if_a_person_is_there(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Run All with it changes nothing, however often; the button is ready to be pressed."""
    server = testbed.redis()
    server.container.exec_run(["redis-cli", "set", "kept", "1"])
    name = f"flush-all={server.name}"
    person = open_for(server, apply=name)
    for _ in range(2):
        shown = person.run_all(
            [("parameters", parameters(server, apply=name)), ("setup", START), ("resolve", "resolve()")]
        )[-1]
    assert redis.Redis.from_url(server.url).get("kept") == b"1"
    fix = card(shown)
    assert person.is_armed(fix)
    person.press(fix)
    assert redis.Redis.from_url(server.url).get("kept") is None


def test_the_parameter_apply_arms_nothing_that_destroys_without_its_name(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """One click must not be enough for it."""
    person = open_for(testbed.redis(), apply="flush-all")
    assert not person.is_armed(card(person.run("resolve()")))


def test_production_asks_for_that_word_too(testbed: RedisTestbed, open_for: Callable[..., Person]) -> None:
    """The fix's own word alone does not arm the button of a target in production."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    fix = card((person := open_for(server, environment="production")).run("diagnose()"))
    person.type(fix, "start-container")
    assert not person.is_armed(fix)
    person.type(fix, "production", field=1)
    assert person.is_armed(fix)
    person.press(fix)
    server.container.reload()
    assert server.container.status == "running"


def test_a_change_of_a_file_is_shown_and_written_into_a_copy(
    testbed: RedisTestbed, open_for: Callable[..., Person], tmp_path: Path
) -> None:
    """A wrong port in the configuration: the exact line, and a copy with which all is well."""
    server = testbed.redis()
    config = tmp_path / "orchestrator.yaml"
    config.write_text(f"redis:\n  url: redis://127.0.0.1:{free_port()}/0\n")
    person = open_for(server, redis_url="", orchestrator_config=str(config))
    fix = card(person.run("diagnose()"))
    assert f"+  url: redis://127.0.0.1:{server.port}/0" in fix.plain
    person.press(fix)
    copy = tmp_path / "orchestrator.yaml.corrected"
    assert str(copy) in person.shown_in(fix)
    person.run(parameters(server, redis_url="", orchestrator_config=str(copy)), "parameters")
    assert verdict(person.run("diagnose()")) == "ok"


def test_the_verdict_shows_the_fix_of_a_cause_that_a_later_look_finds(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The card below it is still that of the cause before: the page must not be without the fix."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    shown = person.run("diagnose()")
    assert "docker start" not in shown[0].html
    server.container.start()
    server.container.pause()
    try:
        person.run("check('redis-container')")
        assert f"docker unpause {server.name}" in shown[0].html
    finally:
        server.container.unpause()
