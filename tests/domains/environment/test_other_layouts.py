"""Projects laid out in other ways than ours: what is broken shows, and what is only unusual does not."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from runbooklab.domains.environment.access_lists import Entry, permits
from runbooklab.domains.environment.files import Content
from runbooklab.domains.environment.installed import Installed
from runbooklab.domains.environment.placeholders import is_placeholder
from runbooklab.domains.environment.probes.shadows import shadows
from runbooklab.domains.environment.pyproject import requires_python
from runbooklab.domains.environment.requirement_lines import lines_of
from runbooklab.domains.environment.schema import misfit
from runbooklab.domains.environment.target import PARAMETERS
from runbooklab.domains.environment.yaml_values import values_of
from runbooklab.model.conclusions import Diagnosis
from runbooklab.notebook.live_run import LiveRun
from runbooklab.observe.env_file import values_as


def _diagnosis(folder: Path, **parameters: Any) -> Diagnosis:
    presets = {row.name: row.preset for row in PARAMETERS if row.preset}
    given = {
        **presets,
        "project_dir": str(folder),
        "required_commands": "",
        "probe_timeout_s": 30.0,
        **parameters,
    }
    return LiveRun("environment-setup", given, uses=("environment",)).diagnosis()


def _supported(folder: Path, **parameters: Any) -> list[str]:
    return [cause.id for cause in _diagnosis(folder, **parameters).causes if cause.state == "supported"]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """The smallest virtual environment: a configuration, a link to this machine's Python, a folder."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "lib/python3.11/site-packages").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.2\n")
    (folder / "bin/python").symlink_to("/bin/sh")
    return folder


# --- the .env file -----------------------------------------------------------------------------


def test_a_semicolon_inside_a_value_cuts_it_in_a_shell() -> None:
    """``Server=db;Port=5`` is one value for people and two variables for a shell; commands stay commands."""
    assert [each.line for each in values_as("shell", b"A=1\nDSN=Server=db;Port=5\n", {}).mistakes] == [2]
    assert not values_as("shell", b"export A=1; export B=2\nA=1; B=2\n", {}).mistakes


def test_docker_run_takes_no_value_of_several_lines() -> None:
    """It keeps the first line with its quote; an apostrophe in a value of one line is nothing."""
    pem = b'PEM="-----BEGIN\nabc\n-----END"\nA=1\n'
    assert [each.line for each in values_as("docker-run", pem, {}).mistakes] == [1]
    assert not values_as("docker-run", b"A='tis\nB=it's\nC=\"x\"\n", {}).mistakes


def test_a_line_that_builds_on_the_value_is_no_second_one(tmp_path: Path) -> None:
    """``OPTS="$OPTS -b"`` is meant; another value for the same name is not."""
    env = tmp_path / ".env"
    env.touch(0o600)
    env.write_text('OPTS="-a"\nOPTS="$OPTS -b"\n')
    assert _supported(tmp_path) == []
    env.write_text("OPTS=-a\nOPTS=-b\n")
    assert _supported(tmp_path) == ["env-variable-duplicate"]


def test_an_empty_value_is_missing_if_the_example_asks_for_one(tmp_path: Path) -> None:
    """A placeholder in the example says that a value must be put in; an emptied default may be meant."""
    (tmp_path / ".env.example").write_text("API_KEY=your-api-key-here\nREDIS_PASSWORD=s3cretly\n")
    env = tmp_path / ".env"
    env.touch(0o600)
    env.write_text("API_KEY=\nREDIS_PASSWORD=\n")
    diagnosis = _diagnosis(tmp_path)
    assert diagnosis.primary is not None
    assert diagnosis.primary.id == "env-variable-missing"
    assert "API_KEY" in diagnosis.summary
    assert "REDIS_PASSWORD" not in diagnosis.summary


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HF_TOKEN", "hf_your_token", True),
        ("NAME", "your domain name", True),
        ("API_SECRET", "your very own phrase", True),
        ("DESCRIPTION", "your friendly service", False),
        ("TEMPLATE", "<b>hi</b>", False),
        ("VOICE", "<speak>hi<break/></speak>", False),
    ],
)
def test_prose_and_markup_are_no_placeholders(name: str, value: str, expected: bool) -> None:
    """A text that begins with "your" may be meant; one for a secret, or one that asks for a name, is not."""
    assert is_placeholder(value, name) is expected


# --- Python ------------------------------------------------------------------------------------


def test_a_service_that_cannot_reach_the_interpreter_has_a_broken_venv(venv: Path, tmp_path: Path) -> None:
    """A Python below a closed folder, such as /root, starts for root and not for the service."""
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "python").write_bytes(Path("/bin/sh").read_bytes())
    (closed / "python").chmod(0o755)
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to(closed / "python")
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(folder.stat().st_mode | 0o111)
    assert _supported(tmp_path, service_user="65534:65534") == []
    closed.chmod(0o700)
    assert _supported(tmp_path, service_user="65534:65534") == ["venv-broken"]


def test_an_empty_interpreter_and_one_for_another_machine(venv: Path, tmp_path: Path) -> None:
    """Neither starts: the one says nothing, the other names another machine in its header."""
    python = venv / "bin/python"
    python.unlink()
    python.touch(0o755)
    assert _supported(tmp_path) == ["venv-broken"]
    program = bytearray(Path("/bin/sh").read_bytes())
    struct.pack_into("<H", program, 18, 22)  # s390x
    python.write_bytes(program)
    assert _supported(tmp_path) == ["architecture-mismatch"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"requirements.txt": "redis\n", "compose.yaml": "services:\n  r:\n    image: redis:7\n"}, True),
        ({"requirements.txt": "redis\n", "compose.yaml": "services:\n  w:\n    build: .\n"}, False),
        ({"requirements.txt": "redis\n", "Dockerfile": "FROM python\n"}, False),
        ({"Dockerfile": "FROM python\n", "start.sh": 'exec ".venv/bin/python" main.py\n'}, True),
        ({"start.sh": "# .venv/bin/python main.py\npython3 main.py\n"}, False),
        ({"pyproject.toml": '[project]\nname = "x"\ndependencies = ["redis"]\n'}, True),
    ],
)
def test_when_a_missing_venv_is_missed(files: dict[str, str], expected: bool, tmp_path: Path) -> None:
    """If the project's Python runs on the host: no image holds it, or a script starts it from there."""
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert ("venv-missing" in _supported(tmp_path)) is expected


def test_the_python_that_poetry_requires(tmp_path: Path) -> None:
    """Its caret and tilde are specifiers of their own."""
    (tmp_path / "pyproject.toml").write_text('[tool.poetry.dependencies]\npython = "^3.12"\n')
    assert requires_python(tmp_path) == ">=3.12,<4"


def test_requirements_that_name_a_folder_or_a_repository(tmp_path: Path) -> None:
    """An editable folder has its name in pyproject.toml, a repository behind ``#egg=``."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/pyproject.toml").write_text('[project]\nname = "tts-lib"\nversion = "1"\n')
    file = tmp_path / "requirements.txt"
    file.write_text("-e ./lib\ngit+https://host.test/core.git@v1#egg=tts_core\nredis\n")
    assert [line.text for line in lines_of(file, tmp_path).found] == ["tts-lib", "tts_core", "redis"]


def test_dependencies_of_pyproject_count_if_there_is_no_other_list(venv: Path, tmp_path: Path) -> None:
    """The remedy installs them by name: the project may be no package."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["redis"]\n'
    )
    diagnosis = _diagnosis(tmp_path)
    assert diagnosis.primary is not None
    assert diagnosis.primary.id == "package-missing"
    assert diagnosis.primary.remedy is not None
    assert diagnosis.primary.remedy.commands[-1].endswith("-m pip install redis")


def test_a_package_named_as_a_module_of_python_hides_it(tmp_path: Path) -> None:
    """``logging/__init__.py`` as much as ``logging.py``; a project installed from here hides nothing."""
    for name in ("logging", "tts", "time"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    own = Installed("tts", "tts", "1", path=str(tmp_path / "tts.egg-info"), provides=["tts"])
    assert [name for _, name in shadows(tmp_path, [own], [])] == ["logging"]


# --- configuration -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis_url: http://localhost:6379\n", "a URL such as redis://host:6379"),
        ("redis:\n  url: redis://h:99999/0\n", "a URL with a port from 1 to 65535"),
        ("timeout: -5\n", "a number of zero or more"),
        ("just text\n", "keys with values"),
        ("redis:\n  url: rediss://u:p@[::1]:6379/0\n", ""),
        ("api_url: https://h/v1\nmirror_url: http://h:8080\n", ""),
        ("timeout: -1\nttl: 10m\n", ""),
        ("redis_url: redis+sentinel://a:26379,b:26379/0\n", ""),
    ],
)
def test_what_a_configuration_may_not_say(text: str, expected: str) -> None:
    """A URL, a time or a whole file that its reader cannot use; what may be meant is left alone."""
    assert next(filter(None, map(misfit, values_of(text))), "") == expected


# --- permissions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "uid", "groups", "expected"),
    [
        ([(1, 6, 0), (2, 4, 7), (4, 0, 0), (16, 4, 0), (32, 0, 0)], 7, {7}, True),
        ([(1, 6, 0), (2, 4, 7), (4, 0, 0), (16, 0, 0), (32, 4, 0)], 7, {7}, False),  # the mask
        ([(1, 6, 0), (2, 0, 7), (4, 4, 0), (16, 4, 0), (32, 4, 0)], 7, {7}, False),  # named: no more counts
        ([(1, 6, 0), (4, 0, 0), (8, 4, 9), (16, 4, 0), (32, 0, 0)], 7, {9}, True),
        ([(1, 6, 0), (4, 0, 0), (8, 0, 9), (16, 4, 0), (32, 4, 0)], 7, {9}, False),
        ([(1, 6, 0), (4, 0, 0), (16, 4, 0), (32, 4, 0)], 7, {9}, True),
    ],
)
def test_an_access_control_list_decides(
    entries: list[tuple[int, int, int]], uid: int, groups: set[int], expected: bool
) -> None:
    """By acl(5): the owner, then the named user, then the groups, then others; the mask limits the middle."""
    status: Any = SimpleNamespace(st_uid=0, st_gid=0)
    assert permits([Entry(*each) for each in entries], status, uid, frozenset(groups), os.R_OK) is expected


def test_a_manifest_that_may_not_be_read_is_not_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a closed folder nobody knows whether it is there: not observed, and no fault of the models."""
    kept_out = Content("unreadable", message="Permission denied")
    monkeypatch.setattr("runbooklab.domains.environment.probes.models.content", lambda path: kept_out)
    diagnosis = _diagnosis(tmp_path, model_manifest="/closed/SHA256SUMS")
    assert diagnosis.verdict == "unknown"
    assert "/closed/SHA256SUMS cannot be read: Permission denied" in diagnosis.summary


def test_what_a_person_reads_of_a_closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission denied and the path, and no name of an exception."""

    def closed(path: Path) -> None:
        raise PermissionError(13, "Permission denied", "/closed/a")

    monkeypatch.setattr("runbooklab.domains.environment.probes.models.content", closed)
    assert "permission denied for /closed/a" in _diagnosis(tmp_path).summary


# --- parameters and error texts ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("gpu", "maybe"), ("env_file_readers", "compose,excel"), ("python_requires", "newest")],
)
def test_a_value_that_a_parameter_does_not_know_is_said(name: str, value: str, tmp_path: Path) -> None:
    """A typing mistake is never taken for a default: the verdict is unknown and names the value."""
    diagnosis = _diagnosis(tmp_path, **{name: value})
    assert diagnosis.verdict == "unknown"
    assert name in diagnosis.summary
    assert value.rpartition(",")[2] in diagnosis.summary


def test_readers_have_the_names_that_people_type(tmp_path: Path) -> None:
    """bash is a shell, and python-dotenv is dotenv."""
    env = tmp_path / ".env"
    env.touch(0o600)
    env.write_bytes(b"A=1\r\n")
    assert _supported(tmp_path, env_file_readers="bash,python-dotenv") == ["env-file-crlf"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("IsADirectoryError: [Errno 21] Is a directory: '.env'", "env-file-unreadable"),
        ("bash: .venv/bin/python: No such file or directory", "venv-broken"),
        ("bash: ffmpeg: command not found", "executable-missing"),
        ("PermissionError: [Errno 13] Permission denied: '/var/lib/tts/out.wav'", "path-not-writable"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'models/voice.onnx'", "model-file-missing"),
        ("yaml.scanner.ScannerError: mapping values are not allowed here", "config-invalid-yaml"),
        ("ImportError: libsndfile.so.1: cannot open shared object file", "shared-library-missing"),
        (
            "ImportError: /v/cygrpc.cpython-311-x86_64-linux-gnu.so: cannot open shared object file",
            "architecture-mismatch",
        ),
        ("RuntimeError: CUDA unavailable", "gpu-not-available"),
    ],
)
def test_an_error_text_alone_names_its_cause_as_a_warning(text: str, cause: str, tmp_path: Path) -> None:
    """Nothing was named that could be looked at, so the text is all there is: worth a warning, not more."""
    diagnosis = _diagnosis(tmp_path, error_text=text)
    assert diagnosis.primary is not None
    assert (diagnosis.primary.id, diagnosis.verdict) == (cause, "warning")


def test_what_was_looked_at_outweighs_the_error_text(tmp_path: Path) -> None:
    """A disk that has room again is not full, whatever a text from before says."""
    assert _supported(tmp_path, error_text="OSError: [Errno 28] No space left on device") == []


def test_what_may_not_be_looked_at_is_not_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virtual environment or a program behind a closed folder may be there: nobody knows."""
    lstat = Path.lstat

    def closed(path: Path) -> os.stat_result:
        if str(path).startswith("/closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", closed)
    diagnosis = _diagnosis(tmp_path, venv="/closed/venv", required_commands="/closed/piper")
    assert diagnosis.verdict == "unknown"
    assert not [cause.id for cause in diagnosis.causes if cause.state == "supported"]
