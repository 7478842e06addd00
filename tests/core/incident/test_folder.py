"""An incident's folder: a safe name for any id, made for its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from runbooklab.errors import UserError
from runbooklab.incident.folder import (
    beside,
    checked_id,
    free_path,
    incident_of,
    made_folder,
    name_of,
    own_id,
    places,
)


@pytest.mark.parametrize(
    "incident",
    [
        "INC-42",
        "inc 42/7",
        "../../etc/passwd",
        "..",
        ".hidden",
        "/",
        "a\\b",
        "Störung 7",
        "x" * 200,
        "INC-42.",
    ],
)
def test_any_id_gets_a_folder_inside_of_its_parent(tmp_path: Path, incident: str) -> None:
    """Whatever an id holds, its folder is directly in the parent, is not hidden, and knows the id."""
    folder = made_folder(tmp_path / "incidents", checked_id(incident))
    assert folder.parent == tmp_path / "incidents"
    assert not folder.name.startswith(".")
    assert incident_of(folder) == incident
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == ["incidents"]


def test_two_ids_never_share_a_folder() -> None:
    """What differs only in letters that a folder's name cannot have is told apart."""
    ids = [
        "inc 42/7",
        "inc 42-7",
        "inc-42-7",
        "inc/42/7",
        "inc 42:7",
        " inc-42-7".strip(),
        "x" * 60,
        "x" * 61,
    ]
    assert len({name_of(incident) for incident in ids}) == len(set(ids))


def test_a_plain_id_is_its_folders_name() -> None:
    """People find the folder of INC-42 by its name; so does one that got an id of its own."""
    assert name_of("INC-42") == "INC-42"
    assert name_of(own := own_id()) == own


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        ("", "cannot be empty"),
        ("   ", "cannot be empty"),
        ("two\nlines", "one line"),
        ("nul\0", "one line"),
        ("x" * 201, "at most 200"),
        ("redis://:hunter2secret@db:6379", "holds a password"),
    ],
)
def test_what_cannot_be_an_id_is_one_clear_line(incident: str, said: str) -> None:
    """An id is written to files: no control characters, no length without bound, no password."""
    with pytest.raises(UserError, match=said):
        checked_id(incident)


def test_a_link_is_no_incidents_folder(tmp_path: Path) -> None:
    """Nobody leads us elsewhere by a link of the folder's name."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "INC-1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="is a link"):
        made_folder(tmp_path, "INC-1")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert places(tmp_path) == {}


def test_a_folder_of_another_incident_is_refused(tmp_path: Path) -> None:
    """Where names differ only in case and the disk does not tell them apart, nothing is mixed up."""
    made_folder(tmp_path, "INC-1")
    (tmp_path / "INC-1" / "incident.json").write_text('{"id": "inc-1"}')
    with pytest.raises(UserError, match="belongs to the incident 'inc-1'"):
        made_folder(tmp_path, "INC-1")


@pytest.mark.parametrize("text", ["", "[]", '{"id": 1}', "{", "[" * 10_000, '{"id": "' + "x" * 10_000 + '"}'])
def test_a_folder_without_a_readable_id_is_nobodys(tmp_path: Path, text: str) -> None:
    """A damaged file names no incident, and does no harm."""
    (tmp_path / "INC-1").mkdir()
    (tmp_path / "INC-1" / "incident.json").write_text(text)
    assert places(tmp_path) == {}


def test_copies_of_one_runbook_are_numbered(tmp_path: Path) -> None:
    """The next name follows the highest number; another runbook whose name begins alike is another one."""
    assert free_path(tmp_path, "redis").name == "redis.ipynb"
    for name in ("redis.ipynb", "redis-2.ipynb", "redis-10.ipynb", "redis-connection.ipynb"):
        (tmp_path / name).touch()
    assert [path.name for path in beside(tmp_path, "redis")] == [
        "redis.ipynb",
        "redis-2.ipynb",
        "redis-10.ipynb",
    ]
    assert free_path(tmp_path, "redis").name == "redis-11.ipynb"


@pytest.mark.parametrize(
    ("names", "used"),
    [(("INC-42", "INC-42-copy"), "INC-42"), (("A", "INC-42"), "INC-42"), (("old", "older"), "old")],
)
def test_of_two_folders_with_one_id_the_own_one_is_used(
    tmp_path: Path, names: tuple[str, ...], used: str
) -> None:
    """The folder with the id's own name is the incident's, else the first; the other is named."""
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "incident.json").write_text('{"id": "INC-42"}')
    folder, problems = places(tmp_path)["INC-42"]
    assert folder == tmp_path / used
    (other,) = {*names} - {used}
    assert [problem.path for problem in problems] == [tmp_path / other]
    assert f"has the same id as {used}" in str(problems[0])
