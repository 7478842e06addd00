"""A notebook's relative links lead to the same files from another folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.authoring.moved_links import change_links, moved_targets, with_targets

ROWS = [
    ("[a](../runbooks/x.md)", "[a](../../../runbooks/x.md)"),
    ('[a]( <../runbooks/x.md#b-c> "T")', '[a]( <../../../runbooks/x.md#b-c> "T")'),
    ("![a](../runbooks/a%20b.png)", "![a](../../../runbooks/a%20b.png)"),
    ("see [a]\n\n[a]: ../runbooks/x.md 'T'", "see [a]\n\n[a]: ../../../runbooks/x.md 'T'"),
    ("| [a](../runbooks/x.md) |\n|---|\n| [a](../runbooks/x.md) |",
     "| [a](../../../runbooks/x.md) |\n|---|\n| [a](../../../runbooks/x.md) |"),
    ("[a](../runbooks/missing.md)", None),
    ("[a](https://h/../runbooks/x.md) [b](#x) [c](/etc/hostname) ![d](attachment:x.png)", None),
    ("../runbooks/x.md is no link", None),
]  # fmt: skip


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The folder that the links are written for, and one that is deeper."""
    for name in ("notebooks", "runbooks", "reports/incidents/I"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    for name in ("x.md", "a b.png"):
        (tmp_path / "runbooks" / name).touch()
    return tmp_path / "notebooks", tmp_path / "reports" / "incidents" / "I"


@pytest.mark.parametrize(("source", "moved"), ROWS)
def test_links_to_files_are_moved_and_moved_back(
    source: str, moved: str | None, folders: tuple[Path, Path]
) -> None:
    """Links, images and definitions of files that are there; everything else stays as it is written."""
    cells = [{"cell_type": "markdown", "source": source}]
    changes = moved_targets(cells, *folders)
    change_links(cells, changes)
    assert cells[0]["source"] == (moved or source)
    assert with_targets(cells[0]["source"], {new: old for old, new in changes.items()}) == source


def test_code_is_left_alone(folders: tuple[Path, Path]) -> None:
    """Only Markdown cells have links."""
    cells = [{"cell_type": "code", "source": "# [a](../runbooks/x.md)"}]
    assert moved_targets(cells, *folders) == {}
    change_links(cells, {"../runbooks/x.md": "y"})
    assert cells[0]["source"] == "# [a](../runbooks/x.md)"
