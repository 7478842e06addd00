"""docs/writing-domains.md, done word for word: its files, its commands, and what they print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec import field
from msgspec.structs import replace

from own_environment import OwnEnvironment
from runbook_disk.domain import DOMAIN
from runbook_disk.evidence import FILE_SYSTEM, PATH
from runbooklab.apply.apply import understood
from runbooklab.domain import Contributions, NotDone
from runbooklab.model import seen
from runbooklab.testing import check_domain

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "writing-domains.md").read_text()
EXAMPLE = ROOT / "examples" / "disk-domain"


class File(NamedTuple):
    path: str
    text: str


class Command(NamedTuple):
    line: str
    shown: tuple[str, ...]  # the lines that the page shows of its output


_FILE = r"\*\*`(?P<path>[^`]+)`\*\*\n\n(?P<fence>`{3,})\w+\n(?P<text>.*?)(?P=fence)\n"
_CONSOLE = r"```console\n(?P<console>.*?)```\n"


def steps() -> Iterator[File | Command]:
    """What the page has its reader do, in order."""
    for found in re.finditer(f"{_FILE}|{_CONSOLE}", PAGE, re.DOTALL):
        if found["path"]:
            yield File(found["path"], found["text"])
            continue
        for part in found["console"].split("$ ")[1:]:
            line, *shown = part.splitlines()
            yield Command(line, tuple(shown))


def pattern(line: str) -> str:
    """A shown line as a pattern: ``…`` stands for anything, a number for any number."""
    return re.sub(r"\d+", r"\\d+", re.escape(line).replace("…", ".*"))


def follow(command: Command, environment: OwnEnvironment, folder: Path) -> None:
    """Run it; every line that the page shows is in its output, in that order."""
    status, said = environment.run(command.line, folder)
    lines = iter(said.splitlines())
    for line in command.shown:
        assert any(re.fullmatch(pattern(line), each) for each in lines), f"{line!r} is not in:\n{said}"
    assert status == ("1 failed" in said), said


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the page was followed."""
    environment = OwnEnvironment.make(tmp_path_factory.mktemp("environment"))
    folder = tmp_path_factory.mktemp("domain")
    for step in steps():
        if isinstance(step, File):
            (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.path).write_text(step.text)
        else:
            follow(step, environment, folder)
    return folder


def test_the_page_can_be_followed_to_its_end(done: Path) -> None:
    """A reader who types what it says gets what it shows, up to a report about the subject alone."""
    [report] = done.glob("reports/disk-room/*/report.html")
    text = report.read_text()
    assert "Room on a file system" in text
    assert '<h2 id="ladder">Ladder</h2>' in text
    assert not re.search("redis|docker|orchestrator|worker", text, re.IGNORECASE)


def test_the_example_is_what_the_page_comes_to(done: Path) -> None:
    """examples/disk-domain has the page's files, and no other source."""
    written = {step.path: step.text for step in steps() if isinstance(step, File)}
    kept = {
        str(path.relative_to(EXAMPLE)): path.read_text()
        for path in EXAMPLE.rglob("*")
        if path.suffix in (".py", ".toml") or path.parent.name == "runbooks"
    }
    assert kept == written


def piece(word: str, **names: Any) -> dict[str, Any]:
    """The names that a piece of the page has after it ran: the one with this word, and of no file."""
    found = re.findall(r"(?<!\*\*\n\n)```python\n(.*?)```\n", PAGE, re.DOTALL)
    [source] = (each for each in found if word in each)
    exec(compile(source, "docs/writing-domains.md", "exec", dont_inherit=True), names)
    return names


def test_a_verb_as_the_page_has_it_reads_one_command_and_refuses_the_rest() -> None:
    """The piece on applying a remedy runs, and does what the page says of verbs."""
    verbs = piece("VERBS")["VERBS"]
    assert callable(understood("mount -o remount,rw '/my disk'", verbs))
    with pytest.raises(NotDone, match="mount can only be applied as mount -o remount,rw PATH"):
        understood("mount -o remount,ro /", verbs)


def test_a_view_as_the_page_derives_it_has_what_the_used_domain_has() -> None:
    """The piece on using another domain runs, and passes as a domain that uses it."""
    names = piece("domains.container", PATH=PATH, FILE_SYSTEM=FILE_SYSTEM, field=field, seen=seen)
    uses_docker = replace(
        DOMAIN, view=names["DiskEvidence"], parameters=(PATH,), causes=(), checks=(), standing=None, lab="",
        remedies=(), layers=(), contributions=Contributions(), uses=("container",),
    )  # fmt: skip
    check_domain(uses_docker)
    view = names["DiskEvidence"]()
    assert view.container.missing is not None
    assert view.target.log_lines == 50


def test_a_line_that_is_not_printed_fails(tmp_path: Path) -> None:
    """The comparison distinguishes outputs: a number may differ, a word may not."""
    environment = OwnEnvironment(tmp_path)
    follow(Command("echo 3 of 4 right", ("1 of 1 …",)), environment, tmp_path)
    for shown in ("3 of 4 wrong", "of 4 right"):
        with pytest.raises(AssertionError, match="is not in"):
            follow(Command("echo 3 of 4 right", (shown,)), environment, tmp_path)
