"""A person at the notebook of a Redis: each answer is of one look; interrupts and secrets; Run All."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from triage_cells import START, WORDS, parameters

from notebook_client import Output, Person, cells_of, findings, verdict
from runbooklab.domains.redis.lab.testbed import PASSWORD, LabRedis, RedisTestbed
from runbooklab.model.mime import FINDING_MIME, VIEW_MIME

ROOT = Path(__file__).resolve().parents[2]


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
    person = Person(tmp_path, saved_notebook(tmp_path, server, server.url))
    try:
        shown = person.run(f"{WORDS}\ncheck('redis-container')")
        assert findings(shown) == {"redis-container": "critical"}
        assert server.name in shown[0].plain
    finally:
        person.close()


def test_one_section_in_a_fresh_kernel_asks_for_the_password(testbed: RedisTestbed, tmp_path: Path) -> None:
    """The file holds the token of the password: it is asked for, as it is by the set-up cell."""
    server = testbed.redis("--requirepass", PASSWORD)
    url = server.url.replace("://", "://:***secret-0123abcd***@")
    person = Person(tmp_path, saved_notebook(tmp_path, server, url))
    person.answers = [PASSWORD]
    try:
        assert findings(person.run(f"{WORDS}\ncheck('redis-authentication')")) == {
            "redis-authentication": "ok"
        }
        assert len(person.asked) == 1
    finally:
        person.close()


def saved_notebook(folder: Path, server: LabRedis, url: str) -> Path:
    """The Redis runbook's notebook for ``server``, as it was saved."""
    notebook = folder / "redis-connection.ipynb"
    book = json.loads((ROOT / "notebooks" / "redis-connection.ipynb").read_text())
    for cell in book["cells"]:
        if "parameters" in cell["metadata"]["tags"]:
            source = "".join(cell["source"])
            source = re.sub(r'(redis_container: str = )"[^"]*"', rf'\1"{server.name}"', source)
            cell["source"] = re.sub(r'(redis_url: str = )"[^"]*"', rf'\1"{url}"', source)
    notebook.write_text(json.dumps(book))
    return notebook


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
    """The token works in the kernel that knows the secret; in the next one it is asked for, and used."""
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
