"""What was wrong once, in other forms: interference between a card and its press, odd values, odd moments."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docker import DockerClient
from triage_cells import START, WORDS, Stopped, parameters

from notebook_client import WIDGET_MIME, Person, card, diagnosis, verdict
from runbooklab.apply.apply import understood
from runbooklab.domain.verb import Given
from runbooklab.domains.container.contributions.pinned import comes_and_goes, network_pin
from runbooklab.domains.container.verbs import VERBS
from runbooklab.domains.redis.lab.testbed import OPEN_SERVER, LabRedis, RedisTestbed, published
from runbooklab.observe.docker.records import Container

ROOT = Path(__file__).resolve().parents[2]


def test_a_press_without_the_word_does_nothing(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Also for a fix that destroys nothing: the page may send a press as a new look empties the field."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    fix = card((person := open_for(server)).run("diagnose()"))
    person.press(fix, force=True)
    server.container.reload()
    assert server.container.status == "exited"
    assert "type start-container" in person.shown_in(fix)


def test_a_press_of_a_second_card_does_nothing_twice(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Two cards show one plan: after the first is pressed, the second has nothing to offer."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server)
    one, other = card(person.run("diagnose()")), card(person.run("resolve()"))
    for each in (one, other):
        person.type(each, "start-container")
    person.press(one)
    server.container.reload()
    started = server.container.attrs["State"]["StartedAt"]
    person.press(other, force=True)
    server.container.reload()
    assert server.container.attrs["State"]["StartedAt"] == started
    assert "Nothing was done" in person.shown_in(other)


def test_frame_without_a_notebook_says_what_to_run(person: Person) -> None:
    """As the other words do: one line, no traceback."""
    shown = person.run(f"{WORDS}\nframe('redis-ping')")
    assert "run the parameters cell and the set-up cell first" in "\n".join(each.plain for each in shown)
    assert not any(each.is_error for each in shown)


@pytest.mark.parametrize("apply", ["no-such-remedy", ["start-container"], 3, {"a": 1}], ids=str)
def test_an_apply_that_names_no_remedy_hides_no_fix(
    testbed: RedisTestbed, open_for: Callable[..., Person], apply: Any
) -> None:
    """One line says so; the fix of what was found is offered below it, and the verdict stays what it is."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    person = open_for(server, apply=apply)
    shown = person.run("resolve()")
    assert "There is no remedy" in shown[0].plain
    assert "docker start" in card(shown).plain
    assert not [said for said in diagnosis(person.run("diagnose()"))["not_observed"] if "resolve" in said]


@pytest.mark.parametrize("environment", [" Production ", ["production"], ("staging", "PRODUCTION")], ids=str)
def test_production_in_any_form_asks_for_the_word(stopped: Callable[..., Stopped], environment: Any) -> None:
    """However it is written, the fix's own word alone does not arm the button."""
    _, person, shown = stopped(environment=environment)
    fix = card(shown)
    person.type(fix, "start-container")
    assert not person.is_armed(fix)


def test_values_that_cannot_be_compared_are_a_change_like_any_other(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """A DataFrame's column where a text belongs, a list changed in place: the next word starts anew."""
    server = testbed.redis()
    person = open_for(server)
    assert verdict(person.run("diagnose()")) == "ok"
    person.run("import pandas as pd\nredis_url = pd.Series([1, 2])")
    for _ in range(2):
        assert verdict(person.run("diagnose()")) == "unknown"
    person.run(f"redis_url = {server.url!r}")
    assert verdict(person.run("diagnose()")) == "ok"
    person.run("environment = []\ndiagnose()")
    server.container.stop(timeout=2)
    fix = card(person.run("diagnose()"))
    person.type(fix, "start-container")
    person.run("environment.append('production')", "another cell")
    person.press(fix)
    server.container.reload()
    assert server.container.status == "exited"


def test_a_network_that_was_made_again_is_another_one(
    testbed: RedisTestbed, docker_engine: DockerClient
) -> None:
    """A container is put on the network that was seen, not on one that has its name by now."""
    server = testbed.redis()
    network = docker_engine.networks.create(testbed.name("net"))
    seen, name = str(network.id), str(network.name)
    action = understood(f"docker network connect {name} {server.name}", VERBS)
    network.remove()
    again = docker_engine.networks.create(name)
    try:
        with pytest.raises(Exception, match=r"not found"):
            action(Given(pinned={network_pin(name): seen}))
        server.container.reload()
        assert name not in server.container.attrs["NetworkSettings"]["Networks"]
    finally:
        again.remove()


def test_a_fix_is_refused_if_the_network_of_a_container_was_made_again(
    testbed: RedisTestbed, open_for: Callable[..., Person], docker_engine: DockerClient
) -> None:
    """Also a network that no parameter names: the card was for the one that the orchestrator was on."""
    server, orchestrator = testbed.redis(), testbed.container("orchestrator", ["sleep", "600"])
    networks = [docker_engine.networks.create(testbed.name("shared"))]
    name = str(networks[0].name)
    try:
        networks[0].connect(orchestrator)
        docker_engine.networks.get("bridge").disconnect(orchestrator)
        url = f"redis://{server.name}:6379/0"
        person = open_for(server, redis_url=url, orchestrator_container=str(orchestrator.name))
        fix = card(person.run("diagnose()"))
        person.type(fix, "connect-network")
        networks[0].disconnect(orchestrator)
        networks.pop().remove()
        networks.append(docker_engine.networks.create(name))
        networks[0].connect(orchestrator)
        person.press(fix)
        server.container.reload()
        assert name not in server.container.attrs["NetworkSettings"]["Networks"]
        assert f"Network {name} was" in person.shown_in(fix)
    finally:
        for network in networks:
            orchestrator.remove(force=True)
            network.remove()


@pytest.mark.parametrize("state", ["running", "paused"])
def test_a_container_in_the_way_that_was_replaced_is_not_stopped(
    testbed: RedisTestbed, open_for: Callable[..., Person], docker_engine: DockerClient, state: str
) -> None:
    """The card was for the container that had the port then; another of that name is left alone."""
    other = testbed.redis(suffix="other")
    if state == "paused":
        other.container.pause()
    refused = testbed.refused_container("redis", OPEN_SERVER, ports=published(other.port))
    apply = "stop-conflicting-container"
    person = open_for(LabRedis(str(refused.name), other.port, refused), apply=apply)
    fix = card(person.run("resolve()"))
    assert f"docker stop {other.name}" in fix.plain
    assert person.is_armed(fix)
    image = other.container.image
    other.container.remove(force=True)
    replaced = docker_engine.containers.run(
        image, OPEN_SERVER, name=other.name, ports=published(other.port), detach=True
    )
    try:
        if state == "paused":
            replaced.pause()
        person.press(fix)
        replaced.reload()
        assert replaced.status == state
        assert f"Container {other.name} was" in person.shown_in(fix)
    finally:
        replaced.remove(force=True)


def test_a_container_that_was_restarted_long_ago_stays() -> None:
    """One restart by the engine makes no crash loop: what was restarted since then is another start."""
    at, late, before = "2026-01-01T10:00:00Z", "2026-01-01T09:59:40Z", "2026-01-01T08:00:00Z"
    found = Container("redis", "1", "redis", "running", started_at=before, restart_count=1)
    assert not comes_and_goes(found, at)
    assert comes_and_goes(Container("redis", "1", "redis", "running", started_at=late, restart_count=1), at)


def test_an_interrupt_before_the_fix_changes_nothing_and_says_so(stopped: Callable[..., Stopped]) -> None:
    """The look before the act hangs and is interrupted: the act is refused, the kernel goes on."""
    server, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    person.run(
        "import runbooklab.notebook.kernel_session as module\n"
        "def interrupted(*_):\n    raise KeyboardInterrupt\n"
        "look_again = module.KernelSession.look_again\nmodule.KernelSession.look_again = interrupted"
    )
    person.press(fix)
    server.container.reload()
    assert server.container.status == "exited"
    assert "interrupted before anything was changed" in person.shown_in(fix)
    person.run("module.KernelSession.look_again = look_again")
    person.type(fix, "start-container")
    person.press(fix)
    server.container.reload()
    assert server.container.status == "running"


def test_what_a_fix_did_stays_true_after_later_looks(stopped: Callable[..., Stopped]) -> None:
    """A card that was pressed keeps the verdicts before and after its act, whatever is looked at later."""
    _, person, shown = stopped()
    fix = card(shown)
    person.type(fix, "start-container")
    person.press(fix)
    (said,) = [line for line in fix.plain.splitlines() if line.startswith("Verdict:")]
    assert said.startswith("Verdict: Critical before, OK at")
    person.run("check('redis-ping')")
    assert said in fix.plain


def test_an_interrupt_ends_run_all(testbed: RedisTestbed, person: Person) -> None:
    """The cells that wait behind the interrupted one don't run, and the next look does not wait for it."""
    server = testbed.redis()
    server.container.pause()
    person.run_all([("parameters", parameters(server, probe_timeout_s=30.0)), ("setup", START)])
    first, waiting = person.interrupted([("diagnose()", "diagnose()"), ("print", "print('it ran')")])
    assert [each.is_error for each in first] == [True]
    assert waiting == []
    server.container.unpause()
    (shown,) = person.run("diagnose()")
    assert verdict([shown]) == "ok"
    assert "since" not in shown.plain


def test_the_parameter_apply_arms_until_it_was_done(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """Once its fix was carried out, another "Run All" does not arm it again, and still tells of the act."""
    server = testbed.redis()
    client = testbed.client(server.url)
    client.set("somebody's", "1")
    person = open_for(server, apply=f"flush-all={server.name}")
    fix = card(person.run("resolve()"))
    assert person.is_armed(fix)
    person.press(fix)
    assert client.dbsize() == 0
    cells = [("setup", START), ("diagnose()", "diagnose()"), ("resolve()", "resolve()")]
    _, shown, offered = person.run_all(cells)
    assert "Verdict as at" in shown[0].plain
    assert not any(person.widget(each, "ButtonModel") for each in offered if WIDGET_MIME in each.data)
    (entry,) = diagnosis(shown)["audit"]
    assert entry["outcome"] == "done"


def test_data_that_was_written_since_is_not_flushed(
    testbed: RedisTestbed, open_for: Callable[..., Person]
) -> None:
    """The card said that there is nothing to lose; now there is, so the press is refused and says so."""
    server = testbed.redis()
    client = testbed.client(server.url)
    person = open_for(server, apply=f"flush-all={server.name}")
    fix = card(person.run("resolve()"))
    client.set("mine", "1")
    person.press(fix)
    assert client.dbsize() == 1
    assert "What Redis holds was nothing, now it is keys." in person.shown_in(fix)
    assert not person.is_armed(fix)


def test_a_runbook_without_a_ladder_says_so(person: Person) -> None:
    """A runbook of one's own, about containers only: no word is empty, none fails."""
    words = ("diagnose()", "ladder()", "resolve()", "validate()", "frame()", "watch(1)", "conclude()")
    begun = f"{WORDS}\nstart('own', uses=['container'])"
    _, *shown = person.run_all([("setup", begun), *((word, word) for word in words)])
    assert "no connection ladder" in shown[1][0].plain
    assert not [each.plain for cell in shown for each in cell if each.is_error or "failed" in each.plain]


def test_a_renamed_notebook_is_found_and_its_fixes_are_in_the_incident(
    testbed: RedisTestbed, tmp_path: Path
) -> None:
    """The server still says the old name: VS Code says the new one, and the audit file is in the folder."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    new = tmp_path / "renamed.ipynb"
    book = json.loads((ROOT / "notebooks" / "redis-connection.ipynb").read_text())
    for cell in book["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = parameters(server)
    new.write_text(json.dumps(book))
    (tmp_path / "incident.json").write_text('{"id": "INC-7"}')
    there = Person(tmp_path, tmp_path / "gone.ipynb")
    try:
        there.run(f"__vsc_ipynb_file__ = {str(new)!r}\n{WORDS}")
        assert verdict(there.run("diagnose()")) == "critical"
        there.run(f"del __vsc_ipynb_file__\n{parameters(server)}")
        there.run(START, "setup")
        fix = card(there.run("diagnose()"))
        there.type(fix, "start-container")
        there.press(fix)
    finally:
        there.close()
    (line,) = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert json.loads(line)["outcome"] == "done"


def test_two_kernels_do_a_fix_once(testbed: RedisTestbed, tmp_path: Path) -> None:
    """Two people press the same fix: the second learns what is different, and the container is left alone."""
    server = testbed.redis()
    server.container.stop(timeout=2)
    people = [Person(tmp_path), Person(tmp_path)]
    try:
        fixes = []
        for each in people:
            each.run_all([("parameters", parameters(server)), ("setup", START)])
            fixes.append(card(each.run("diagnose()")))
            each.type(fixes[-1], "start-container")
        for each, fix in zip(people, fixes, strict=True):
            each.press(fix)
        assert [fix.plain.count("[refused]") for fix in fixes] == [0, 1]
        assert verdict(people[1].cells["diagnose()"]) == "ok"
    finally:
        for each in people:
            each.close()


def test_an_old_card_writes_no_copy(
    testbed: RedisTestbed, open_for: Callable[..., Person], tmp_path: Path
) -> None:
    """The parameters were changed since: the correction of the file before is not written any more."""
    server = testbed.redis()
    config = tmp_path / "orchestrator.yaml"
    config.write_text("redis:\n  url: redis://127.0.0.1:1/0\n")
    person = open_for(server, redis_url="", orchestrator_config=str(config))
    fix = card(person.run("diagnose()"))
    person.run(parameters(server), "parameters")
    person.press(fix)
    assert "Not written" in person.shown_in(fix)
    assert [each.name for each in tmp_path.glob("*.corrected*")] == []
