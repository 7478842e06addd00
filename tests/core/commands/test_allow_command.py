"""``runbook allow`` and the file with a project's own commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.errors import UserError
from runbooklab.shell.judge import judge
from runbooklab.shell.programs import built_in_programs, checked_row
from runbooklab.shell.project_rows import widened


def allow(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it."""
    command = [sys.executable, "-m", "runbooklab", "allow", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=60)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A project with room for commands."""
    for folder in ("runbooks", "notebooks", "configs"):
        (tmp_path / folder).mkdir()
    return tmp_path


def test_a_live_command_names_its_row(suite: Path) -> None:
    """Status 0, and the row of the table that says so."""
    said = allow("--", "df", "-h", cwd=suite)
    assert said.returncode == 0
    assert said.stdout.startswith("live: it only reads\n\nfiles.rows:")
    assert "df [-h|--human-readable" in said.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rm -rf x", "mutating: rm changes something"),
        ("tail -f x | grep y", "So that it ends: tail x | grep y"),
        ("ssh host", "remote: ssh works on another machine"),
        ("sudo ss -K", "mutating: ss changes something"),
        ("sudo tail -f x", "sudo is left out"),
        ("", "empty: there is nothing to run"),
    ],
)
def test_what_is_not_live_says_why(suite: Path, text: str, expected: str) -> None:
    """Status 1 with a plain reason, and for what would not end the command that does."""
    said = allow(text, cwd=suite)
    assert said.returncode == 1
    assert expected in said.stdout


def test_what_cannot_be_read_is_bad_input(suite: Path) -> None:
    """Status 3 and one line with the place."""
    said = allow("ls > out", cwd=suite)
    assert (said.returncode, said.stdout) == (3, "")
    assert said.stderr.startswith("runbook: line 1, column 4: a redirection to a file")
    assert said.stderr.count("\n") == 1


def test_the_printed_row_makes_the_command_live(suite: Path) -> None:
    """What is printed for an unknown command goes into configs/commands.yaml, and then it is live."""
    words = ("ourctl", "jobs", "list", "-v", "--since", "5m", "x")
    said = allow("--", *words, cwd=suite)
    assert said.returncode == 1
    row = said.stdout[said.stdout.index("\nreads:") :]
    (suite / "configs" / "commands.yaml").write_text(row)
    after = allow("--", *words, cwd=suite)
    assert (after.returncode, "commands.yaml:3 says:" in after.stdout) == (0, True)
    assert allow("--", "ourctl", "jobs", "delete", "x", cwd=suite).returncode == 1


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("read:\n  - x\n", 1, "'reads'"),
        ("reads:\n  - ourctl [-n NMBER]\n", 2, "did you mean NUMBER"),
        ("reads:\n  - ok\n  - ourctl [-n\n", 3, "nothing closes"),
        ("reads:\n  - ourctl [unbunded:-f]\n", 2, "unbounded"),
        ("reads: ourctl\n", 1, "not a list"),
        ("reads:\n  - a: b\n", 2, "one line of text"),
        ("- x\n", 1, "not a mapping"),
        ("reads: [\n", 2, "not valid YAML"),
        ("reads:\n  - ourctl @frob\n", 2, "@frob"),
        ("reads:\n  - a\nreads:\n  - b\n", 3, "once"),
    ],
)
def test_a_mistake_in_the_file_has_its_line(suite: Path, text: str, line: int, says: str) -> None:
    """Each mistake is one line with file, line and what is right."""
    file = suite / "configs" / "commands.yaml"
    file.write_text(text)
    with pytest.raises(UserError) as caught:
        widened(built_in_programs(), file)
    assert caught.value.line == line
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "reads:\n"])
def test_a_file_without_rows_adds_nothing(suite: Path, text: str) -> None:
    """An empty file, comments alone and an empty list are fine."""
    file = suite / "configs" / "commands.yaml"
    file.write_text(text)
    assert widened(built_in_programs(), file).names() == built_in_programs().names()


def test_the_file_of_this_repository_is_right() -> None:
    """The file that ships is read, and so are the rows that its comments show."""
    file = Path(__file__).resolve().parents[3] / "configs" / "commands.yaml"
    widened(built_in_programs(), file)
    shown = file.read_text().split("# reads:\n")[1].replace("# ", "").splitlines()
    assert [checked_row(line.strip().removeprefix("- "), "").path[0] for line in shown] == [("ourctl",)] * 3


def test_every_row_of_the_table_is_one() -> None:
    """Each line of the built-in table parses, and its types and checks exist."""
    programs = built_in_programs()
    assert sum(len(programs.rows(name)) for name in programs.names()) > 500


def test_sql_of_a_projects_row_is_judged_by_the_rules_of_the_kind_sql() -> None:
    """A project's program whose row takes SQL gets what a check of the kind sql would send, and no more."""
    programs = built_in_programs().having([("our-psql -c SQL", "configs/commands.yaml:1")])
    assert judge("our-psql -c 'select (1)'", programs).kind == "live"
    assert judge("our-psql -c 'select pg_sleep(9)'", programs).reason.startswith("pg_sleep() is not called")
