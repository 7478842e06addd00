"""The variables of a Compose file: Compose's own reading of .env, with the environment before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.observe.compose.variables import compose_variables


def test_the_file_is_read_as_compose_reads_it(tmp_path: Path) -> None:
    """Quotes and comments go, Windows' line ends and a byte order mark too; one value refers to another."""
    path = tmp_path / ".env"
    path.write_bytes(b'\xef\xbb\xbfPORT=6380 # inside\r\nURL="redis://cache:${PORT}"\r\nNAME: web\r\n')
    assert compose_variables(path, {}) == {"PORT": "6380", "URL": "redis://cache:6380", "NAME": "web"}


def test_the_environment_comes_first(tmp_path: Path) -> None:
    """Compose takes a variable of its environment before the file's, and what refers to it as well."""
    path = tmp_path / ".env"
    path.write_text("PORT=6380\nURL=redis://cache:${PORT}\n")
    found = compose_variables(path, {"PORT": "7000", "HOME": "/root"})
    assert found == {"PORT": "7000", "URL": "redis://cache:7000", "HOME": "/root"}


def test_without_a_file_the_environment_is_left(tmp_path: Path) -> None:
    """No file is there, or it is a folder: nothing raises."""
    for path in (tmp_path / ".env", tmp_path):
        assert compose_variables(path, {"HOME": "/root"}) == {"HOME": "/root"}


def test_this_process_environment_is_the_usual_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody named an environment: Compose, started from here, would have this one."""
    monkeypatch.setenv("COMPOSE_VARIABLES_TEST", "here")
    assert compose_variables(tmp_path / ".env")["COMPOSE_VARIABLES_TEST"] == "here"
