"""Writing a corrected copy of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.errors import UserError
from runbooklab.model.file_edit import FileEdit
from runbooklab.notebook.corrected_copy import write_copy
from runbooklab.redaction import Vault


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration file with a secret, Windows line ends and no final one, readable by its owner only."""
    path = tmp_path / "orchestrator.yaml"
    path.write_bytes(b"redis:\r\n  url: redis://:hunter2@localhost:6379\r\n  db: 0")
    path.chmod(0o600)
    return path


def test_the_copy_has_the_edit_the_secret_and_the_permissions(config: Path) -> None:
    """All else is as it was, byte for byte, and so is the file itself."""
    vault = Vault(b"key")
    token = vault.learn("hunter2")
    before = config.read_bytes()
    edit = FileEdit(
        str(config), 2, f"  url: redis://:{token}@localhost:6379", f"  url: redis://:{token}@localhost:6380"
    )
    copy = write_copy(config, [edit], vault)
    assert copy.name == "orchestrator.yaml.corrected"
    assert copy.read_bytes() == before.replace(b"6379", b"6380")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert config.read_bytes() == before


def test_a_line_is_appended_after_the_last_one(config: Path) -> None:
    """Also if the file has no final line end."""
    copy = write_copy(config, [FileEdit(str(config), 0, "", "maxmemory 256mb")], Vault(b"key"))
    assert copy.read_bytes().endswith(b"  db: 0\nmaxmemory 256mb\n")


def test_a_copy_replaces_nothing(config: Path) -> None:
    """A second one gets a name of its own."""
    edit = FileEdit(str(config), 0, "", "x: 1")
    names = [write_copy(config, [edit], Vault(b"key")).name for _ in range(2)]
    assert names == ["orchestrator.yaml.corrected", "orchestrator.yaml.corrected-2"]


@pytest.mark.parametrize(("line", "said"), [(2, "is another line by now"), (9, "has fewer lines by now")])
def test_a_file_that_was_changed_meanwhile_is_not_copied(config: Path, line: int, said: str) -> None:
    """The edit was made for another text."""
    with pytest.raises(UserError, match=said):
        write_copy(config, [FileEdit(str(config), line, "  url: other", "  url: new")], Vault(b"key"))
    assert [path.name for path in config.parent.iterdir()] == [config.name]


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    """One line, no traceback, nothing written."""
    with pytest.raises(UserError, match="cannot be read"):
        write_copy(tmp_path / "gone", [FileEdit("gone", 1, "a", "b")], Vault(b"key"))
