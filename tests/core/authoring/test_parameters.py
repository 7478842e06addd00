"""Values for parameters: what a person writes, read as the declared type says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runbooklab.authoring.frontmatter import read
from runbooklab.authoring.parameter_files import read_target, read_values
from runbooklab.authoring.parameters import Parameter, coerce, coerce_all
from runbooklab.authoring.project import Suite
from runbooklab.commands.target_options import from_here
from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.files import is_reference, resolve_reference

PARAMETERS = (
    Parameter("redis_url", "str", ""),
    Parameter("log_lines", "int", 50),
    Parameter("probe_timeout_s", "float", 3.0),
    Parameter("needs_write", "bool", True),
)
OF = {parameter.type: parameter for parameter in PARAMETERS}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("str", "1_000", "1_000"),
        ("str", "nan", "nan"),
        ("str", "yes", "yes"),
        ("str", " padded ", " padded "),
        ("str", "", ""),
        ("int", "200", 200),
        ("int", " -3 ", -3),
        ("float", "2", 2.0),
        ("float", "2.5e-1", 0.25),
        ("float", ".5", 0.5),
        ("bool", "yes", True),
        ("bool", "FALSE", False),
        ("bool", "0", False),
    ],
)
def test_text_becomes_a_value_of_the_declared_type(kind: str, text: str, value: object) -> None:
    """The declared type alone decides what a text means."""
    read = coerce(OF[kind], text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("int", "1_000"), ("int", "50.0"), ("int", ""), ("int", "0x10"), ("int", "yes"), ("int", "٣"),
        ("float", "nan"), ("float", "inf"), ("float", "1e999"), ("float", "1_0.5"), ("float", "three"),
        ("bool", "2"), ("bool", "maybe"), ("bool", ""), ("bool", "None"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(kind: str, text: str) -> None:
    """The message names the parameter and what it takes."""
    with pytest.raises(UserError, match=f"parameter {OF[kind].name} must be "):
        coerce(OF[kind], text)


def test_a_refused_value_with_a_password_is_not_repeated() -> None:
    """An error message is printed and logged: a URL in the wrong place must not take its password there."""
    with pytest.raises(UserError) as caught:
        coerce(OF["int"], "redis://:hunter2@db:6379")
    assert "hunter2" not in str(caught.value)


def test_a_long_refused_value_is_not_repeated() -> None:
    """One clear line stays one line that can be read."""
    with pytest.raises(UserError, match="not the text given"):
        coerce(OF["int"], "9" * 41 + "x")


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    """``-p`` with a misspelt name never runs with the default instead."""
    with pytest.raises(UserError, match="no parameter 'redis_ulr'; did you mean 'redis_url'"):
        coerce_all(PARAMETERS, [("redis_ulr", "x")])
    with pytest.raises(UserError, match="the parameters are redis_url, log_lines"):
        coerce_all(PARAMETERS, [("zzz", "x")])
    with pytest.raises(UserError, match="log_lines VALUE") as refused:
        coerce_all(PARAMETERS, [("log_lines=s3cret", "x")])
    assert "s3cret" not in str(refused.value)


def test_the_last_of_a_name_counts() -> None:
    """As in every command line, a later option overrides an earlier one."""
    assert coerce_all(PARAMETERS, [("log_lines", "1"), ("log_lines", "2")]) == {"log_lines": 2}


# --- files


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    return path


def test_a_file_is_read_like_the_command_line(tmp_path: Path) -> None:
    """YAML's own guesses play no part: a text parameter keeps ``007`` and ``no`` as written."""
    path = write(tmp_path, "redis_url: 007\nlog_lines: 20\nprobe_timeout_s: 2\nneeds_write: no\n")
    values = read_values(path, PARAMETERS)
    assert values == {"redis_url": "007", "log_lines": 20, "probe_timeout_s": 2.0, "needs_write": False}


def test_an_empty_file_gives_no_values(tmp_path: Path) -> None:
    """A file of comments is a file that sets nothing."""
    assert read_values(write(tmp_path, "# nothing yet\n"), PARAMETERS) == {}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("redis_url: x\nlog_lines: many\n", 2, "must be a whole number"),
        ("\nredis_ulr: x\n", 2, "did you mean 'redis_url'"),
        ("log_lines: 1\nlog_lines: 2\n", 2, "given twice"),
        ("redis_url: [a, b]\n", 1, "one value"),
        ("- redis_url\n", 1, "not a mapping"),
        ("redis_url: x\n\tlog_lines: 1\n", 2, "not valid YAML"),
        ("redis_url: 'x\n", 2, "not valid YAML"),
        ("? [a]\n: b\n", 1, "plain text"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    """One line that says which file, which line and what."""
    path = write(tmp_path, text)
    with pytest.raises(UserError, match=message) as caught:
        read_values(path, PARAMETERS)
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"redis_url: \x00"])
def test_a_file_that_is_no_text_is_a_user_error(tmp_path: Path, content: bytes) -> None:
    """Bytes that are no YAML text end in a message, not in a traceback."""
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError):
        read_values(path, PARAMETERS)


def test_a_missing_file_is_a_user_error(tmp_path: Path) -> None:
    """The message says why the file cannot be read."""
    with pytest.raises(UserError, match="cannot be read: No such file"):
        read_values(tmp_path / "none.yaml", PARAMETERS)


# --- targets


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite with two runbooks that have different parameters, and a file of targets."""
    for folder in ("runbooks", "configs"):
        (tmp_path / folder).mkdir()
    for slug, name in (("a", "redis_url"), ("b", "docker_network")):
        declared = f"parameters:\n  - {{name: {name}, type: str, default: ''}}\n"
        text = f"---\ntitle: {slug}\n{declared}---\n# {slug}\n"
        (tmp_path / "runbooks" / f"{slug}.md").write_text(text)
    (tmp_path / "configs" / "targets.yaml").write_text(
        "staging:\n  redis_url: env:URL\n  docker_network: net\nbroken:\n  redis_ulr: x\nempty:\n"
    )
    return Suite(tmp_path)


def test_a_target_gives_the_values_this_runbook_knows(suite: Suite) -> None:
    """What only another runbook of the suite has is passed over: targets are shared."""
    parameters = read(suite.runbook("a")).parameters
    assert read_target(suite, "staging", parameters) == {"redis_url": "env:URL"}
    assert read_target(suite, "empty", parameters) == {}


def test_a_misspelt_parameter_of_a_target_is_refused(suite: Suite) -> None:
    """What no runbook has is a mistake, with its line."""
    with pytest.raises(UserError, match="redis_ulr") as caught:
        read_target(suite, "broken", read(suite.runbook("a")).parameters)
    assert caught.value.line == 5


def test_an_unknown_target_is_answered_with_the_nearest(suite: Suite) -> None:
    """The message names a target that exists."""
    with pytest.raises(UserError, match="no target 'stagin'; did you mean 'staging'"):
        read_target(suite, "stagin", ())


def test_the_shipped_targets_fit_the_shipped_runbooks() -> None:
    """Every target of configs/targets.yaml can be used with every runbook."""
    shipped = Suite(Path(__file__).resolve().parents[3])
    for runbook in shipped.runbooks():
        for name in ("staging", "production"):
            assert isinstance(read_target(shipped, name, read(runbook).parameters), dict)


# --- references


def test_a_reference_is_read_when_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``env:`` and ``file:`` name a place; a file's last line break is no part of the secret."""
    monkeypatch.setenv("LAB_SECRET", "s3cret\n")
    (tmp_path / "secret").write_text("pass word\n")
    assert resolve_reference("env:LAB_SECRET") == "s3cret\n"
    assert resolve_reference(f"file:{tmp_path}/secret") == "pass word"


@pytest.mark.parametrize(
    "text", ["redis://localhost", "env:", "env:A B", "env:a\n", "file:relative", "", "see env:X"]
)
def test_any_other_text_is_itself(text: str) -> None:
    """Only a whole reference is one; an error text that mentions ``env:`` is just text."""
    assert not is_reference(text)
    assert resolve_reference(text) == text


@pytest.mark.parametrize("reference", ["env:LAB_NOT_SET", "file:/nonexistent/secret"])
def test_a_reference_to_nothing_is_a_user_error(reference: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret that is not there is said, rather than an empty one used."""
    monkeypatch.delenv("LAB_NOT_SET", raising=False)
    with pytest.raises(UserError):
        resolve_reference(reference)


def test_the_redis_runbook_has_its_fixed_parameters() -> None:
    """Names and defaults that users and schedules rely on."""
    runbook = Suite(Path(__file__).resolve().parents[3]).runbook("redis-connection")
    defaults: dict[str, Any] = {parameter.name: parameter.default for parameter in read(runbook).parameters}
    assert defaults == {
        "orchestrator_config": "configs/orchestrator.yaml", "redis_url_key": "", "redis_url": "",
        "redis_container": "redis-tts",
        "orchestrator_container": "", "docker_network": "tts-network", "worker_key_pattern": "worker:*",
        "expected_workers": 0, "needs_write": True, "log_lines": 50, "probe_timeout_s": 3.0,
        "error_text": "", "incident": "", "environment": "", "apply": "",
    }  # fmt: skip


def test_a_path_that_a_person_types_starts_at_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it is not there and the project has such a file, the project's is meant."""
    project, mine = tmp_path / "project", tmp_path / "mine"
    for folder in (project, mine):
        (folder / "conf").mkdir(parents=True)
    (project / "conf" / "theirs.yaml").touch()
    (mine / "conf" / "mine.yaml").touch()
    monkeypatch.chdir(mine)
    suite, rules = Suite(project), Rules.of(("address",))
    for typed, expected in {
        "conf/mine.yaml": str(mine / "conf" / "mine.yaml"),
        "conf/theirs.yaml": "conf/theirs.yaml",
        "conf/nowhere.yaml": str(mine / "conf" / "nowhere.yaml"),
        "~/x.yaml": str(Path("~/x.yaml").expanduser()),
        "": "",
    }.items():
        assert from_here({"orchestrator_config": typed}, suite, rules) == {"orchestrator_config": expected}
    monkeypatch.chdir(project)
    assert from_here({"orchestrator_config": "conf/x.yaml"}, suite, rules) == {
        "orchestrator_config": "conf/x.yaml"
    }
