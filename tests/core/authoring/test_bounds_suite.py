"""Files that a person names or the suite holds: read within a bound, and never waited for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from runbooklab.authoring.frontmatter import MOST_RUNBOOK, examine, read
from runbooklab.authoring.parameter_files import MOST_YAML, read_target, read_values
from runbooklab.authoring.parameters import Parameter
from runbooklab.authoring.project import Suite
from runbooklab.errors import UserError
from runbooklab.files.secret_reference import MOST_SECRET, resolve_reference

PARAMETERS = (Parameter("redis_url", "str", ""),)


def _targets(path: Path) -> object:
    """``path`` as the targets of a suite."""
    suite = Suite(path.parent / "suite")
    (suite.root / "configs").mkdir(parents=True)
    (suite.root / "configs" / "targets.yaml").symlink_to(path)
    return read_target(suite, "staging", PARAMETERS)


READERS: dict[str, tuple[Callable[[Path], object], int]] = {
    "parameters": (lambda path: read_values(path, PARAMETERS), MOST_YAML),
    "targets": (_targets, MOST_YAML),
    "secret": (lambda path: resolve_reference(f"file:{path}"), MOST_SECRET),
    "runbook": (read, MOST_RUNBOOK),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "too large", "not text"])
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_small_text_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str, kind: str
) -> None:
    """A pipe without an end, an endless device, a folder, a large file and bytes: each is one line."""
    read_it, most = READERS[reader]
    monkeypatch.setattr("runbooklab.files.bounded.PIPE_S", 0.1)
    path = tmp_path / "given"
    said = {
        "pipe": "cannot be read: it is a pipe that did not end",
        "device": "cannot be read: it is a device",
        "folder": "cannot be read: it is a folder",
        "too large": "cannot be read: it is larger than",
        "not text": "is not UTF-8 text",
    }[kind]
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(b"#" * (most + 1) if kind == "too large" else b"a: \xff\xfe\n")
    with pytest.raises(UserError, match=said):
        read_it(path)


def test_parameters_may_come_through_a_pipe(tmp_path: Path) -> None:
    """What a shell makes of ``-f <(command)`` is read to its end, also if its writer takes a moment."""
    reading, writing = os.pipe()
    late = threading.Timer(0.2, lambda: (os.write(writing, b"redis_url: redis://r:1\n"), os.close(writing)))
    late.start()
    try:
        assert read_values(Path(f"/dev/fd/{reading}"), PARAMETERS) == {"redis_url": "redis://r:1"}
    finally:
        late.join()
        os.close(reading)


@pytest.mark.parametrize("text", ["[" * 50_000, "redis_url: " + "{a: " * 50_000])
def test_parameters_that_are_nested_too_deep_are_refused(tmp_path: Path, text: str) -> None:
    """Fifty thousand brackets are one line, not a traceback."""
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match="nested too deep"):
        read_values(path, PARAMETERS)


def test_front_matter_that_is_nested_too_deep_is_a_mistake() -> None:
    """Fifty thousand brackets are one mistake, not a traceback."""
    _, mistakes = examine("title: " + "[" * 50_000)
    assert [mistake.message for mistake in mistakes] == ["the front matter is nested too deep"]


@pytest.mark.timeout(20)
def test_aliases_that_multiply_are_a_mistake_of_the_front_matter() -> None:
    """Nine lists of nine of the list before are five hundred bytes that would take a gigabyte as JSON."""
    lists = ["  a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lists += [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    _, mistakes = examine("title: T\njupyter:\n" + "\n".join(lists) + "\n")
    assert [mistake.message for mistake in mistakes] == [
        "must take at most 64 KiB as JSON, its aliases written out"
    ]
