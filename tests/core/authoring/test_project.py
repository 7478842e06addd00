"""Finding the suite and the runbooks in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from runbooklab.authoring import project
from runbooklab.authoring.project import Suite, find_suite, installed_suite
from runbooklab.errors import UserError


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """An empty suite with two runbooks."""
    for folder in ("runbooks", "notebooks", "configs"):
        (tmp_path / folder).mkdir()
    for name in ("redis-connection.md", "docker-setup.md", "README.md", "Not A Slug.md"):
        (tmp_path / "runbooks" / name).write_text("")
    return Suite(tmp_path)


def test_nearest_folder_upward_wins(suite: Suite) -> None:
    """A suite inside a suite is found from within it, and the outer one from beside it."""
    inner = suite.root / "teams" / "a"
    for folder in ("runbooks", "configs", "notebooks/deep"):
        (inner / folder).mkdir(parents=True)
    assert find_suite(inner / "notebooks" / "deep").root == inner
    assert find_suite(suite.root / "teams").root == suite.root


def test_a_folder_with_runbooks_alone_is_no_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runbooks/ and configs/ make a suite; else the installed one is used."""
    (tmp_path / "runbooks").mkdir()
    assert find_suite(tmp_path) == installed_suite()


def test_a_runbook_beside_no_configs_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person who wrote a runbook into a folder that is not a suite yet learns what it lacks."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "backups.md").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        find_suite(tmp_path).require("backups")
    assert raised.value.hint == f"{tmp_path} has it, and is no suite: make a folder configs/ there"


def test_an_installed_wheel_brings_its_own_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite inside the package comes before the folder the package stands in."""
    package = tmp_path / "site-packages" / "runbooklab"
    for folder in ("suite/runbooks", "suite/configs"):
        (package / folder).mkdir(parents=True)
    monkeypatch.setattr(project, "_PACKAGE", package)
    assert find_suite(tmp_path).root == package / "suite"


def test_no_suite_at_all_is_a_user_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any suite the message says what was looked for and what to do."""
    monkeypatch.setattr(project, "_PACKAGE", tmp_path / "lib" / "runbooklab")
    with pytest.raises(UserError, match=r"no suite found.*runbooks/ and configs/.*; change to"):
        find_suite(tmp_path)


def test_runbooks_are_the_files_whose_name_is_a_slug(suite: Suite) -> None:
    """README.md and names with spaces or capitals are no runbooks; the order is alphabetical."""
    assert suite.slugs() == ("docker-setup", "redis-connection")


def test_require_names_the_nearest_runbook(suite: Suite) -> None:
    """A misspelt runbook is answered with the one probably meant."""
    assert suite.require("docker-setup") == suite.root / "runbooks" / "docker-setup.md"
    with pytest.raises(UserError, match="did you mean 'redis-connection'"):
        suite.require("redis-conection")


@pytest.mark.parametrize("slug", ["../configs/x", "", "README", "a/b", "Not A Slug"])
def test_require_never_leaves_the_folder(suite: Suite, slug: str) -> None:
    """What is no slug is no runbook, whatever file that name would lead to."""
    with pytest.raises(UserError):
        suite.require(slug)


def test_a_relative_path_means_the_root(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's folder plays no part in what a path in a parameter means."""
    monkeypatch.chdir("/")
    assert suite.path("configs/x.yaml") == suite.root / "configs" / "x.yaml"
    assert suite.path("/etc/x.yaml") == Path("/etc/x.yaml")


def test_a_user_error_is_one_line_with_place_and_remedy() -> None:
    """Message, place and hint come out as a single line, whatever breaks are in them."""
    error = UserError("does not\nparse", Path("a.yaml"), 3, "fix it")
    assert str(error) == "a.yaml:3: does not parse; fix it"


# --- scripts/preflight-check.sh


def executable(path: Path, word: str) -> None:
    """A stand-in for ``runbook`` that says which one it is, and where and how it was called."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho {word} "$PWD" "$@"\nexit 2\n')
    path.chmod(0o755)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The pre-flight script in a checkout of its own, in a folder with a space."""
    path = tmp_path / "my checkout" / "scripts" / "preflight-check.sh"
    path.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).resolve().parents[3] / "scripts" / "preflight-check.sh", path)
    return path


def call(script: Path, path: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(script), "--target", "a b"]
    return subprocess.run(command, env={"PATH": path}, cwd="/", capture_output=True, text=True, check=False)


def test_the_preflight_script_prefers_the_checkouts_environment(script: Path, tmp_path: Path) -> None:
    """It runs ``runbook preflight`` of .venv, else of PATH, at the root, with its arguments and status."""
    root = script.parent.parent
    executable(tmp_path / "bin" / "runbook", "path")
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    found = call(script, path)
    assert (found.returncode, found.stdout) == (2, f"path {root} preflight --target a b\n")
    executable(root / ".venv" / "bin" / "runbook", "venv")
    found = call(script, path)
    assert (found.returncode, found.stdout) == (2, f"venv {root} preflight --target a b\n")


def test_the_preflight_script_without_runbook_could_not_tell(script: Path) -> None:
    """Status 3, as for everything that could not be looked at, and one line that says what to do."""
    found = call(script, "/usr/bin:/bin")
    assert found.returncode == 3
    assert "install it" in found.stderr
