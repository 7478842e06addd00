"""Where the engine is looked for, without one."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from runbooklab.observe.docker.endpoint import DEFAULT_ENDPOINT, endpoint


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable is set, and the client's configuration is an empty folder."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


def _context(folder: Path, name: str, host: str) -> Path:
    meta = folder / "contexts" / "meta" / sha256(name.encode()).hexdigest() / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(json.dumps({"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host}}}))
    return meta


def test_without_any_hint_it_is_the_default_socket() -> None:
    """As for the docker command."""
    assert endpoint().url == DEFAULT_ENDPOINT


def test_docker_host_goes_before_every_context(monkeypatch: pytest.MonkeyPatch, bare: Path) -> None:
    """The docker command asks DOCKER_HOST first."""
    _context(bare, "lab", "unix:///lab.sock")
    monkeypatch.setenv("DOCKER_CONTEXT", "lab")
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2375")
    assert endpoint().url == "tcp://10.0.0.1:2375"


@pytest.mark.parametrize("by", ["variable", "configuration"])
def test_a_context_names_the_endpoint(monkeypatch: pytest.MonkeyPatch, bare: Path, by: str) -> None:
    """By DOCKER_CONTEXT (also without a config.json, where docker-py finds none) or by the current one."""
    _context(bare, "lab", "unix:///lab.sock")
    if by == "variable":
        monkeypatch.setenv("DOCKER_CONTEXT", "lab")
    else:
        (bare / "config.json").write_text('{"currentContext": "lab"}')
    assert endpoint().options == {"base_url": "unix:///lab.sock"}


def test_a_context_that_is_not_there_is_a_problem_and_no_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe makes an outcome of it."""
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    assert endpoint().problem == "the Docker context 'nowhere' does not exist"


@pytest.mark.parametrize("content", ["{", "[]", '{"Endpoints": {}}', '{"Endpoints": {"docker": {}}}'])
def test_a_broken_context_is_a_problem_and_no_exception(
    monkeypatch: pytest.MonkeyPatch, bare: Path, content: str
) -> None:
    """A file of another form says nothing of where the engine is, and must not end a run."""
    _context(bare, "lab", "unix:///lab.sock").write_text(content)
    monkeypatch.setenv("DOCKER_CONTEXT", "lab")
    assert "cannot be read" in endpoint().problem


def test_a_broken_configuration_means_the_default_socket(bare: Path) -> None:
    """The docker command warns and goes on."""
    (bare / "config.json").write_text("not json")
    assert endpoint().url == DEFAULT_ENDPOINT


def test_tls_without_its_certificates_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """docker-py raises there; the probe needs a reason."""
    monkeypatch.setenv("DOCKER_HOST", "tcp://10.0.0.1:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    assert endpoint().problem
