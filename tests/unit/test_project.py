"""Finding the suite and the runbooks in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab import project
from runbooklab.errors import UserError
from runbooklab.project import Suite, find_suite, installed_suite


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
    error = UserError("does not\nparse", Path("a.yaml"), 3, "mend it")
    assert str(error) == "a.yaml:3: does not parse; mend it"
