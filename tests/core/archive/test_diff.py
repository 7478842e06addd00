"""``runbook diff``: what is otherwise in the second run than it was in the first."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bs4 import BeautifulSoup

from evidence_samples import down, healthy
from report_samples import concluded, diagnosis, hostile
from runbooklab.archive.comparison import NOT_OBSERVED, compare
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.report.drawing import draw
from stored_runs import call, stored


def comparison_of(before: Evidence, after: Evidence, **fields: Any) -> Any:
    """The comparison of what our judges conclude from two situations."""
    return compare(concluded(before), before, concluded(after, run_id="000000000001", **fields), after)


def with_info(evidence: Evidence, **values: str) -> Evidence:
    """``evidence`` in which Redis says ``values`` of itself."""
    talk = evidence.redis.value
    assert talk is not None
    changed = msgspec.structs.replace(talk, info={**talk.info, **values})
    return evidence.having(msgspec.structs.replace(evidence.redis, value=changed))


def with_container(evidence: Evidence, **values: Any) -> Evidence:
    """``evidence`` in which the Redis container has ``values``."""
    look = evidence.container.value
    assert look is not None
    assert look.found is not None
    found = msgspec.structs.replace(look.found, **values)
    seen = msgspec.structs.replace(evidence.container, value=msgspec.structs.replace(look, found=found))
    return evidence.having(seen)


def test_a_run_is_the_same_as_itself() -> None:
    """No evidence differs from itself, in no row of any table."""
    for evidence in (healthy(), down(), Evidence()):
        same = comparison_of(evidence, evidence)
        assert same.same
        assert same.notes == ()


def test_before_and_after_a_fix() -> None:
    """The cause vanished with the reason, the findings turned, and nothing appeared."""
    fixed = comparison_of(down(), healthy())
    assert (fixed.before.verdict, fixed.after.verdict) == ("critical", "ok")
    assert [(cause.id, cause.now) for cause in fixed.vanished] == [("container-stopped", "ruled-out")]
    assert fixed.vanished[0].why
    assert fixed.appeared == fixed.remained == ()
    turned = {difference.id: (difference.was, difference.now) for difference in fixed.telling}
    assert turned["redis-container"] == ("critical", "ok")
    assert "redis-ping" in turned
    assert {(difference.was, difference.now) for difference in fixed.minor} == {("skipped", "ok")}
    assert not fixed.same


def test_a_new_fault_appears() -> None:
    """Read the other way round the cause appeared."""
    broken = comparison_of(healthy(), down())
    assert [cause.id for cause in broken.appeared] == ["container-stopped"]
    assert broken.vanished == ()


def test_numbers_that_changed_have_their_units() -> None:
    """Memory in bytes, clients counted; the values are there for machines."""
    changed = comparison_of(healthy(), with_info(healthy(), used_memory="104857600", connected_clients="900"))
    shown = {number.name: number for number in changed.numbers}
    assert (shown["Memory used by Redis"].was, shown["Memory used by Redis"].now) == ("2.0 MiB", "100.0 MiB")
    assert shown["Memory used by Redis"].now_value == 104857600
    assert (shown["Clients connected"].was, shown["Clients connected"].now) == ("6", "900")
    assert set(shown) == {"Memory used by Redis", "Clients connected"}


def test_noise_is_no_change() -> None:
    """Memory that moved by one per cent is the same memory; a client more is a client more."""
    was = with_info(healthy(), used_memory="1000000", connected_clients="6")
    now = with_info(healthy(), used_memory="1010000", connected_clients="7")
    assert [number.name for number in comparison_of(was, now).numbers] == ["Clients connected"]


def test_a_number_that_one_run_did_not_observe() -> None:
    """It is said so, and is no zero."""
    numbers = comparison_of(down(), healthy()).numbers
    (memory,) = [number for number in numbers if number.name == "Memory used by Redis"]
    assert (memory.was, memory.was_value, memory.seen_twice) == (NOT_OBSERVED, None, False)


def test_another_container_is_another_identity() -> None:
    """Image, start and limits of the container are compared."""
    now = with_container(
        healthy(), image="redis:8", started_at="2026-03-01T11:59:00Z", restart_policy="always"
    )
    changed = {fact.name: (fact.was, fact.now) for fact in comparison_of(healthy(), now).identity}
    assert changed["Container image"][1] == "redis:8"
    assert changed["Container started"][1] == "2026-03-01T11:59:00Z"
    assert changed["Restart policy"][1] == "always"
    assert len(changed) == 3


def test_settings_and_parameters_that_changed() -> None:
    """A parameter given otherwise is named; the incident is none."""
    after = diagnosis(parameters={"redis_url": "redis://db", "incident": "X"}, run_id="1")
    before = diagnosis(parameters={"redis_url": "redis://localhost", "incident": "Y"})
    assert [
        (difference.name, difference.was, difference.now)
        for difference in compare(before, None, after, None).identity
    ] == [("Parameter redis_url", "redis://localhost", "redis://db")]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"runbook": "redis-memory"},
            "The runs are of different runbooks: redis-connection and redis-memory.",
        ),
        ({"started_at": "2026-02-01T12:00:00.000Z"}, "The run named first is the later one."),
        ({"run_id": "3f2a9c1b77d0"}, "Both are the same run."),
    ],
)
def test_what_to_keep_in_mind(fields: dict[str, str], said: str) -> None:
    """A comparison of runs that are hardly comparable says why."""
    after = concluded(healthy(), **{"run_id": "000000000001"} | fields)
    assert said in compare(concluded(healthy()), healthy(), after, healthy()).notes


def test_evidence_that_is_not_there_is_said() -> None:
    """Two diagnoses alone are compared as far as they go."""
    (note,) = compare(diagnosis(), None, diagnosis(run_id="1"), None).notes
    assert note.startswith("The evidence of a run is missing")


# --- the command -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``two`` copies."""
    folder = tmp_path_factory.mktemp("made")
    after = concluded(healthy(), run_id="000000000001", started_at="2026-03-01T12:10:00.000Z")
    stored(folder / "one", down())
    stored(folder / "two", healthy(), after)
    return folder


@pytest.fixture
def two(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The folders of a run before and one after a fix."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "one", tmp_path / "two"


def test_text(two, monkeypatch, capsys):
    """Verdicts first, then causes, numbers, identity, findings; the status is 0."""
    assert call(monkeypatch, "diff", *two) == 0
    said = capsys.readouterr().out
    assert said.startswith("before  2026-03-01T12:00:00.000Z  CRITICAL: Redis is stopped: ")
    assert "\nafter   2026-03-01T12:10:00.000Z  OK: Redis at localhost:6379 answers" in said
    assert "\nno longer supported:\n  container-stopped: The Redis container was stopped\n" in said
    assert "  Container state: exited, code 0 -> running\n" in said
    assert "  observed only after: " in said
    assert "  redis-container: critical -> ok: Container redis-tts has been running for 2 hours.\n" in said


def test_a_run_compared_with_itself(two, monkeypatch, capsys):
    """It says that nothing has changed, and that both are one run."""
    assert call(monkeypatch, "diff", two[0], two[0] / "diagnosis.json") == 0
    said = capsys.readouterr().out
    assert "Both are the same run.\nnothing has changed\n" in said


def test_a_report_alone_is_a_run(two, tmp_path, monkeypatch, capsys):
    """A report.html that was attached somewhere carries its diagnosis and its evidence."""
    alone = tmp_path / "attached.html"
    alone.write_bytes((two[1] / "report.html").read_bytes())
    assert call(monkeypatch, "diff", *two) == 0
    wanted = capsys.readouterr().out
    assert call(monkeypatch, "diff", two[0], alone) == 0
    assert capsys.readouterr().out == wanted


def test_json(two, monkeypatch, capsys):
    """``--json`` prints the comparison and nothing else."""
    assert call(monkeypatch, "diff", *two, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["before"]["primary_id"] == "container-stopped"
    assert {"name": "Container state", "was": "exited, code 0", "now": "running"} in said["identity"]


def test_the_page_is_whole_and_alone(two, tmp_path, monkeypatch, capsys):
    """``--html`` writes a page that names both verdicts and asks nothing of any network."""
    page = tmp_path / "difference.html"
    assert call(monkeypatch, "diff", *two, "--html", page) == 0
    soup = BeautifulSoup(page.read_text(), "html.parser")
    assert [part.text for part in soup.select(".verdict .word")] == ["Critical", "OK"]
    assert soup.find(string="No longer supported")
    assert soup.select("[src], link") == []
    assert "default-src 'none'" in str(soup.find("meta", {"http-equiv": "Content-Security-Policy"}))


def test_hostile_text_is_shown_on_the_page() -> None:
    """Nothing a run saw becomes markup."""
    plain = compare(diagnosis(), None, diagnosis(verdict="ok", causes=(), findings=()), None)
    evil = compare(hostile(diagnosis()), None, hostile(diagnosis(verdict="ok", causes=(), findings=())), None)
    kinds = [
        {tag.name for tag in BeautifulSoup(draw("diff", comparison=comparison), "html.parser").find_all(True)}
        for comparison in (plain, evil)
    ]
    assert kinds[0] >= kinds[1] - {"li", "ul"}
    assert len(BeautifulSoup(draw("diff", comparison=evil), "html.parser").find_all("script")) == 1


def test_terminal_codes_are_written_out(two, tmp_path, monkeypatch, capsys):
    """A folder from elsewhere does not write to the terminal what it likes."""
    evil = stored(tmp_path / "three", down(), diagnosis(summary="\x1b[31mred"))
    assert call(monkeypatch, "diff", evil, two[1]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["one"], "Missing argument 'RUN2'"),
        (["one", "page.html"], "page.html: has no embedded run"),
        (["one", "nowhere"], "nowhere: cannot be read: No such file"),
        (["one", "one/evidence.json"], "holds evidence, and no diagnosis"),
        (["one", "two", "--html", "nowhere/x.html"], "cannot be written: No such file"),
    ],
)
def test_mistakes_are_one_line_and_status_3(two, tmp_path, monkeypatch, capsys, arguments, said):
    """What cannot be read or written is named in one line."""
    monkeypatch.chdir(tmp_path)
    Path("page.html").write_text("<p>x")
    assert call(monkeypatch, "diff", *arguments) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert said in captured.err


def test_evidence_that_is_broken_is_no_missing_evidence(two, monkeypatch, capsys):
    """A file that is cut short is a mistake to be named, not a run without evidence."""
    (two[1] / "evidence.json").write_text('{"target": {')
    assert call(monkeypatch, "diff", *two) == 3
    assert "evidence.json: is not whole JSON" in capsys.readouterr().err
