"""Which service of a Compose file a container that is not there belongs to."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from runbooklab.domains.container.probes.compose_file import defined_in
from runbooklab.domains.container.target import Target
from runbooklab.observe.context import Context
from runbooklab.redaction import Vault


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The current folder, which is asked first, has no Compose file."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))


FILES = {
    "its name": ("services:\n  redis:\n    container_name: redis-tts\n", ""),
    "its name with a default": ("services:\n  redis:\n    container_name: ${NAME:-redis-tts}\n", ""),
    "its name by a variable": ("services:\n  redis:\n    container_name: ${NAME}\n", "NAME=redis-tts\n"),
    "the service's name": ("services:\n  redis-tts: {}\n", ""),
}


def asked(folder: Path, wanted: str) -> tuple[str, str]:
    context = Context(Target(), folder, Vault(), time.monotonic() + 3, wait=lambda key: pytest.fail(key.name))
    return defined_in(context, wanted)


@pytest.mark.parametrize("how", FILES)
def test_the_service_is_found(how: str, tmp_path: Path) -> None:
    """By the name that Compose would give its container, its variables filled in."""
    text, variables = FILES[how]
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    (tmp_path / ".env").write_text(variables)
    service = "redis-tts" if how == "the service's name" else "redis"
    assert asked(tmp_path, "redis-tts") == (str(path), service)


@pytest.mark.parametrize("text", ["", "services: [", "services:\n  other: {}\n", "services:\n  '; x': {}\n"])
def test_a_file_that_does_not_define_it_names_nothing(text: str, tmp_path: Path) -> None:
    """Also one that cannot be read, and a service with a name that no command may hold."""
    (tmp_path / "compose.yaml").write_text(text)
    assert asked(tmp_path, "redis-tts") == ("", "")
    assert asked(tmp_path, "; x") == ("", "")
