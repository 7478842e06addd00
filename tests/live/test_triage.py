"""A person at the notebook of a broken Redis: an answer is of one look, a fix does what its card shows."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from docker import DockerClient

from notebook_client import Output, Person, card, cells_of, diagnosis, findings, verdict
from runbooklab.apply.apply import understood
from runbooklab.domain.verb import Given
from runbooklab.domains.docker.contributions.pinned import container_pin
from runbooklab.domains.docker.verbs import VERBS
from runbooklab.domains.redis.lab.testbed import PASSWORD, LabRedis, RedisTestbed
from runbooklab.lab.ports import free_port
from runbooklab.model.mime import FINDING_MIME, VIEW_MIME

ROOT = Path(__file__).resolve().parents[2]
WORDS = "from runbooklab.session import *"


@pytest.fixture
def person(tmp_path: Path) -> Iterator[Person]:
    """Somebody with a fresh kernel."""
    there = Person(tmp_path)
    yield there
    there.close()


def parameters(server: LabRedis, **more: Any) -> str:
    """The parameters cell of a notebook for ``server``, as a person would edit it."""
    given = {
        "redis_url": server.url, "redis_container": server.name if server.made else "", "docker_network": "",
        "orchestrator_config": "", "probe_timeout_s": 3.0, "apply": "", **more,
    }  # fmt: skip
    return "\n".join(f"{name} = {value!r}" for name, value in given.items())


START = (
    f"{WORDS}\nstart('redis-connection', uses=['redis'], redis_url=redis_url, apply=apply, "
    "redis_container=redis_container, docker_network=docker_network, probe_timeout_s=probe_timeout_s, "
    "orchestrator_config=orchestrator_config)"
)


@pytest.fixture
def open_for(person: Person) -> Callable[..., Person]:
    """``open_for(server, **parameters)``: the parameters and set-up cells have been run for it."""

    def opened(server: LabRedis, **more: Any) -> Person:
        person.run_all([("parameters", parameters(server, **more)), ("setup", START)])
        return person

    return opened


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
    testbed: RedisTestbed, open_for: Callable[..., Person], docker_engine: DockerClient
) -> None:
    """A colleague replaced it after the card was drawn: it is left alone, and the card says what differs."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    shown = person.run("diagnose()")
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


def test_a_fix_that_a_colleague_was_quicker_with_is_not_done_twice(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Whoever presses second learns that it is no longer needed."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    fix = card(person.run("diagnose()"))
    person.type(fix, "start-container")
    server.container.start()
    server.container.reload()
    started = server.container.attrs["State"]["StartedAt"]
    person.press(fix)
    server.container.reload()
    assert server.container.attrs["State"]["StartedAt"] == started
    assert "refused" in person.shown_in(fix)


def test_a_second_press_does_nothing_and_says_so(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Also if the page sends it although the button is gone."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    shown = person.run("diagnose()")
    fix = card(shown)
    person.type(fix, "start-container")
    person.press(fix)
    server.container.stop(timeout=2)
    person.press(fix, force=True)
    server.container.reload()
    assert server.container.status == "exited"
    assert "nothing was done again" in person.shown_in(fix)


def test_a_new_start_disarms_the_cards_before_it(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """An old card never acts on the old target, whatever the page sends, and says that its run is over."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    fix = card(person.run("diagnose()"))
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
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The parameters cell alone was run: a card of the old target does nothing."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    fix = card(person.run("diagnose()"))
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
    person = open_for(server)
    start = START.replace("apply=apply", "apply=apply, environment='production'")
    shown = person.run_all([("setup", start), ("d", "diagnose()")])[-1]
    fix = card(shown)
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


# --- an answer is of one look


@pytest.mark.parametrize(
    "word", ["diagnose()", "ladder()", "resolve()", "remedy('start-container')", "validate()"]
)
def test_every_word_looks_again_if_a_person_runs_it(
    testbed: RedisTestbed, open_for: Callable[..., Person], word: str
) -> None:
    """What it says is true when it says it, and it names what was different before."""
    server = testbed.redis()
    person = open_for(server)
    before = "".join(output.html for output in person.run(word))
    elsewhere = person.run("diagnose()", "another cell")
    server.container.stop(timeout=2)
    after = person.run(word)
    now = "".join(output.html for output in after)
    assert now != before
    assert "exited" in now or "stopped" in now or "docker start" in now or "Critical" in now
    assert verdict(elsewhere) == "critical", "what the page shows elsewhere is of the same look"


def test_an_answer_says_when_it_looked_and_what_is_different(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The target, the time, and the last look's status if it was another one."""
    server = testbed.redis()
    person = open_for(server)
    first = person.run("check('redis-container')")[0]
    assert f"127.0.0.1:{server.port}" in first.plain
    assert re.search(r"Looked at \d\d:\d\d:\d\d UTC, in \d", first.plain)
    server.container.stop(timeout=2)
    second = person.run("check('redis-container')")[0]
    assert re.search(r"At \d\d:\d\d:\d\d UTC it was OK", second.plain)
    assert re.search(r"Verdict since \S+ UTC: OK → Critical", person.run("diagnose()", later_s=0)[0].plain)


def test_a_cell_of_many_checks_looks_once(testbed: RedisTestbed, open_for: Callable[..., Person]) -> None:
    """At Run All nothing is looked at twice; run again, the cell looks once for all of its checks."""
    server = testbed.redis()
    person = open_for(server)
    five = "\n".join(
        f"check({name!r})"
        for name in ("redis-container", "redis-ping", "redis-memory", "redis-clients", "port-owner")
    )
    count = (
        "print(len({entry.ms for entry in current().evidence().ledger}), current().evidence().gathered_at)"
    )
    at = [
        person.run_all([("parameters", parameters(server)), ("setup", START), ("five", five), ("at", count)])[
            -1
        ],
        person.run_all([("at", count)], later_s=0)[-1],
        person.run_all([("five", five), ("at", count)])[-1],
    ]
    times = [output[0].text for output in at]
    assert times[0] == times[1]
    assert times[1] != times[2]
    looks = re.findall(r"Looked at (\d\d:\d\d:\d\d)", "".join(o.plain for o in person.run(five, "five")))
    assert len(looks) == 5
    assert len(set(looks)) == 1


def test_changed_parameters_are_looked_at_without_the_set_up_cell(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The answer is about the target that the parameters cell names now, and says so."""
    server, other = testbed.redis(), testbed.redis(suffix="other")
    person = open_for(server)
    assert verdict(person.run("diagnose()")) == "ok"
    other.container.stop(timeout=2)
    person.run(parameters(other), "parameters")
    shown = person.run("diagnose()")
    assert verdict(shown) == "critical"
    assert other.name in shown[0].plain


def test_one_section_in_a_fresh_kernel_starts_the_run_by_itself(
    testbed: RedisTestbed, tmp_path: Path
) -> None:
    """The notebook's file says which runbook it is and what its parameters are."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    notebook = tmp_path / "redis-connection.ipynb"
    book = json.loads((ROOT / "notebooks" / "redis-connection.ipynb").read_text())
    for cell in book["cells"]:
        if "parameters" in cell["metadata"]["tags"]:
            source = "".join(cell["source"])
            source = re.sub(r'(redis_container: str = )"[^"]*"', rf'\1"{server.name}"', source)
            cell["source"] = re.sub(r'(redis_url: str = )"[^"]*"', rf'\1"{server.url}"', source)
    notebook.write_text(json.dumps(book))
    person = Person(tmp_path, notebook)
    try:
        shown = person.run(f"{WORDS}\ncheck('redis-container')")
        assert findings(shown) == {"redis-container": "critical"}
        assert server.name in shown[0].plain
    finally:
        person.close()


def test_a_word_without_a_notebook_says_what_to_run(person: Person) -> None:
    """Nobody said which runbook it is: one line, no traceback."""
    (shown,) = person.run(f"{WORDS}\ncheck('redis-ping')")
    assert "run the parameters cell and the set-up cell first" in shown.plain
    assert not shown.is_error


# --- what else a person does


def test_an_interrupt_ends_with_one_line(open_for: Callable[..., Person], testbed: RedisTestbed) -> None:
    """The target hangs, the person has enough: no screen of internals, and the next cell works."""
    server = testbed.redis()
    server.container.pause()
    person = open_for(server, probe_timeout_s=30.0)
    began = time.monotonic()
    shown = person.interrupt_when(lambda: time.monotonic() - began > 1.5, "diagnose()")
    assert [output.text for output in shown] == ["Interrupted. Run the cell again to look again."]
    server.container.unpause()
    assert verdict(person.run("diagnose()")) == "ok"


def test_a_secret_in_a_saved_notebook_is_asked_for_again(testbed: RedisTestbed, tmp_path: Path) -> None:
    """The token works in the session that knows the secret; in the next it is asked for, and used."""
    server = testbed.redis("--requirepass", PASSWORD)
    first = Person(tmp_path)
    try:
        first.run_all([("p", parameters(server, redis_url=server.url_of())), ("s", START)])
        assert verdict(first.run("diagnose()")) == "ok"
        token = first.run("print(current().about.parameters['redis_url'])")[0].text.strip()
        assert PASSWORD not in token
        first.run_all([("p", parameters(server, redis_url=token)), ("s", START)])
        assert verdict(first.run("diagnose()")) == "ok"
        assert first.asked == []
    finally:
        first.close()
    second = Person(tmp_path)
    second.answers = [PASSWORD]
    try:
        second.run_all([("p", parameters(server, redis_url=token)), ("s", START)])
        assert verdict(second.run("diagnose()")) == "ok"
        assert len(second.asked) == 1
    finally:
        second.close()


def test_a_secret_that_nobody_gives_is_no_wrong_password(testbed: RedisTestbed, tmp_path: Path) -> None:
    """Without it nothing is observed, and the cells say why, once each, without asking again."""
    server = testbed.redis("--requirepass", PASSWORD)
    there = Person(tmp_path)
    url = f"redis://:***secret-0123abcd***@127.0.0.1:{server.port}/0"
    try:
        shown = there.run_all(
            [("p", parameters(server, redis_url=url)), ("s", START), ("d", "diagnose()"), ("l", "ladder()")]
        )
        for outputs in shown[1:]:
            (output,) = outputs
            assert output.data[FINDING_MIME]["status"] == "unknown"
            assert "the secret in redis_url is not known here" in output.plain
        assert len(there.asked) == 1
    finally:
        there.close()


def test_run_all_of_the_whole_notebook(testbed: RedisTestbed, person: Person) -> None:
    """All cells of the compiled notebook, as Run All sends them: one look, one verdict, no error."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    cells = [
        (name, f"{code}\n{parameters(server)}" if name == "parameters" else code)
        for name, code in cells_of(ROOT / "notebooks" / "redis-connection.ipynb")
    ]
    shown = person.run_all(cells)
    outputs: list[Output] = [output for cell in shown for output in cell]
    assert not [output.text for output in outputs if output.is_error]
    looks = {match for output in outputs for match in re.findall(r"Looked at (\d\d:\d\d:\d\d)", output.plain)}
    assert len(looks) == 1
    assert sum("diagnosis" in str(output.data.get(VIEW_MIME, {}).get("kind")) for output in outputs) >= 2
