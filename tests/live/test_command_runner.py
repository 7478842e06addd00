"""Scripts carried out for real: pipes, bounds, deadlines, the environment, and the kernel's wall."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from machine import lacking
from runbooklab.observe.command import launcher
from runbooklab.observe.command.result import CommandResult
from runbooklab.observe.command.runner import run_script
from runbooklab.shell.programs import built_in_programs

LAUNCHER = Path(launcher.__file__)
WALL_RAISED = "import sys; sys.path.insert(0, sys.argv[1]); import launcher; print(launcher.wall())"


@pytest.fixture
def ledger() -> list[str]:
    """What was started."""
    return []


@pytest.fixture
def run(tmp_path: Path, ledger: list[str]):
    """Runs a script in a folder of its own; keyword arguments are those of ``run_script``."""

    def started(script: str, **more: object) -> CommandResult:
        values = more.pop("values", {})
        rows = more.pop("rows", ())
        programs = built_in_programs().having([(row, "test") for row in rows])
        settings = {"timeout_s": 30.0, "cwd": tmp_path} | more
        return run_script(
            script,
            values=values,
            programs=programs,
            note=lambda to, what, ms: ledger.append(f"{to}: {what}"),
            **settings,
        )

    return started


def test_a_pipe_gives_its_last_output_and_every_status(run, tmp_path: Path) -> None:
    """Programs read what the one before prints; each stage's exit status is reported."""
    (tmp_path / "f").write_text("b\na\nb\n")
    result = run("cat f | sort | uniq -c | grep -c b")
    assert (result.out, result.exit) == ("1\n", 0)
    assert [stage.exit for stage in result.stages] == [0, 0, 0, 0]
    assert result.observed


def test_what_greps_status_one_says_is_nothing_found(run, tmp_path: Path) -> None:
    """It is an answer and no failure; a file that is not there is one."""
    (tmp_path / "f").write_text("x\n")
    nothing, failure = run("grep y f"), run("grep y missing")
    assert (nothing.exit, nothing.stages[0].failed) == (1, False)
    assert (failure.exit, failure.stages[0].failed) == (2, True)


def test_values_are_never_split_nor_read_as_options_or_code(run, tmp_path: Path) -> None:
    """Spaces, quotes, patterns and commands in a value stay one argument; a hyphen in front is refused."""
    assert run("echo $X", values={"X": 'a  "b" $(id) `id` ; * \n c'}).out == 'a  "b" $(id) `id` ; * \n c\n'
    refused = run("find . $X", values={"X": "-delete"})
    assert "begins with a hyphen" in refused.refused
    assert refused.stages == ()


def test_an_empty_or_missing_value_starts_nothing(run) -> None:
    """A parameter that is not filled in is said by its name."""
    assert "fill in DIR" in run("ls $DIR").refused
    assert "fill in DIR" in run("ls $DIR", values={"DIR": ""}).refused
    assert run("ls -d ${DIR:-/etc}").out == "/etc\n"


def test_the_output_of_a_command_is_judged_again(run, tmp_path: Path) -> None:
    """What $( ) and xargs give is split as a shell does, and refused if it would be an option."""
    (tmp_path / "names").write_text("a\nb\n")
    (tmp_path / "bad").write_text("-delete\n")
    assert run("echo $(cat names) x").out == "a b x\n"
    assert run("cat names | xargs -n 1 echo found").out == "found a\nfound b\n"
    assert run("find . $(cat bad)").stages[-1].argv == ("cat", "bad")
    assert "hyphen" in run("cat bad | xargs find .").refused
    assert (tmp_path / "names").exists()


def test_patterns_are_file_names_here_and_none_is_an_option(run, tmp_path: Path) -> None:
    """A pattern stands for files of the folder; a file named as an option stops the command."""
    for name in ("a.log", "b.log", "c.txt"):
        (tmp_path / name).touch()
    assert run("ls *.log").out == "a.log\nb.log\n"
    assert run("ls '*.log'").exit == 2
    (tmp_path / "-delete").touch()
    assert "hyphen" in run("find *").refused


def test_and_or_cd_variables_and_the_last_status(run, tmp_path: Path) -> None:
    """Statements keep their folder and variables, and go on as a shell would."""
    (tmp_path / "in").mkdir()
    assert run("cd in && pwd").out == f"{tmp_path}/in\n"
    assert run("cd nowhere || echo no").out == "no\n"
    assert run('X=$(echo a b); echo "$X" ${Y:-d}; false; echo $?').out == "a b d\n1\n"
    assert run("false && echo a || echo b").out == "b\n"
    assert run("ls missing 2>/dev/null; ls missing 2>&1 | grep -c missing").out == "1\n"


def test_a_program_that_is_not_installed_is_a_value(run) -> None:
    """Nothing is started for it, and it is named."""
    result = run("nothing-of-this-name status", rows=["nothing-of-this-name status"])
    assert (result.exit, result.missing, result.stages) == (127, "nothing-of-this-name", ())


def test_nothing_goes_on_with_a_variable_whose_command_failed(run) -> None:
    """A shell would look at something else with an empty name in its place."""
    result = run('N="$(ls nothing-here)"\nls -d "/$N"')
    assert (result.exit, result.refused) == (None, "what sets N ended with status 2")


def test_the_deadline_ends_a_whole_group(run, tmp_path: Path) -> None:
    """At the deadline the program and what it started are gone."""
    tool = tmp_path / "linger"
    tool.write_text("#!/bin/sh\nsleep 987654 &\nexec sleep 987654\n")
    tool.chmod(0o755)
    result = run("linger", rows=["linger"], timeout_s=1.0, path=(str(tmp_path), "/usr/bin", "/bin"))
    assert (result.timed_out, result.exit) == (True, None)
    assert "987654" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_what_a_program_leaves_behind_ends_with_it(run, tmp_path: Path) -> None:
    """A program that ends at once leaves nothing running that could hold the pipe."""
    tool = tmp_path / "leave"
    tool.write_text("#!/bin/sh\nsleep 876543 &\necho done\n")
    tool.chmod(0o755)
    result = run("leave", rows=["leave"], path=(str(tmp_path), "/usr/bin", "/bin"))
    assert (result.out, result.exit) == ("done\n", 0)
    assert "876543" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_endless_output_is_cut_and_ended(run) -> None:
    """Beyond the bound output is dropped, and what prints without end is ended long before the deadline."""
    result = run("seq 1 9999999999", most_bytes=1000, timeout_s=120.0)
    assert len(result.out) == 1000
    assert result.truncated
    assert not result.timed_out
    assert run("seq 1 200000 | tail -n 1", most_bytes=1000).out == "200000\n"


def test_a_limit_of_timeout_ends_its_command_alone(run) -> None:
    """``timeout 1 x`` has the status 124, and the script goes on."""
    assert run("timeout 1 sleep 30; echo $?").out == "124\n"


def test_the_environment_is_clean(run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that changes what programs load or start reaches them, nor a variable that nobody named."""
    for name in ("LD_PRELOAD", "BASH_ENV", "GIT_PAGER", "PSQLRC", "MY_TOKEN", "GIT_EXTERNAL_DIFF"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KUBECONFIG", "/k")
    shown = run("env", rows=["env"]).out.splitlines()
    names = {line.partition("=")[0] for line in shown}
    assert {"HOME", "KUBECONFIG", "LANG", "PATH", "PAGER", "NO_COLOR", "GIT_OPTIONAL_LOCKS"} <= names
    assert names.isdisjoint(
        {"LD_PRELOAD", "BASH_ENV", "GIT_PAGER", "PSQLRC", "MY_TOKEN", "GIT_EXTERNAL_DIFF"}
    )
    assert "LANG=C.UTF-8" in shown


def test_sudo_is_left_out_for_root_and_stops_others(run) -> None:
    """What needs root runs without sudo by root, and for nobody else: it would see less."""
    assert run("sudo id -un", as_root=True).stages[0].argv == ("id", "-un")
    refused = run("sudo id -un", as_root=False)
    assert "needs root" in refused.refused
    assert refused.stages == ()


def test_every_start_is_in_the_ledger_with_its_walls(run, ledger: list[str]) -> None:
    """The ledger has what was started, as it was started, and which walls stood."""
    result = run("df / | tail -n 1 && id -u")
    assert [line.partition(" [")[0] for line in ledger] == ["command: df / | tail -n 1", "command: id -u"]
    assert all(line.endswith(f"[{', '.join(result.walls)}]") for line in ledger)
    assert result.walls[0] == "table"


def test_input_is_empty(run) -> None:
    """A program that reads its input finds its end at once."""
    assert run("cat").out == ""
    assert run("wc -l").out == "0\n"


def test_sh_c_runs_the_tree_and_no_shell(run, ledger: list[str]) -> None:
    """The text of ``sh -c`` is parsed and carried out here."""
    assert run("sh -c 'echo a; echo b' | wc -l").out == "2\n"
    assert not any("sh -c" in line for line in ledger)


def test_git_runs_no_program_of_its_repository(run, tmp_path: Path) -> None:
    """What a repository's own settings name is not started."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung; echo sprung >&2\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program"):
        subprocess.run(["git", "-C", str(tmp_path), "config", key, str(trap)], check=True)
    result = run("git status --short; git diff; git log -n 1; git branch")
    assert "sprung" not in result.err


@pytest.fixture
def behind_the_wall(tmp_path: Path):
    """Runs a command line of bash behind the launcher's wall, as nothing of the product ever does."""
    reading, writing = os.pipe()
    report = subprocess.run(
        [sys.executable, "-c", WALL_RAISED, str(LAUNCHER.parent)], capture_output=True, text=True
    )
    if not report.stdout.startswith("landlock"):
        lacking(f"this kernel has no Landlock: {report.stdout}")

    def bash(line: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(LAUNCHER), str(writing), "/bin/bash", "bash", "-c", line]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, pass_fds=(writing,), timeout=30
        )

    assert bash("true").returncode == 0
    yield bash
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "echo x > new",
            "echo x > kept",
            "echo x >> kept",
            "rm kept",
            "mkdir new",
            "rmdir folder",
            "mv kept new",
        ),
        *(
            "ln kept new",
            "ln -s kept new",
            "mkfifo new",
            "sed -i s/a/b/ kept",
            "truncate -s 0 kept",
            "touch new",
        ),
        *("cp kept new", "dd if=/dev/zero of=kept count=1", "mknod new c 1 3"),
    ],
)
def test_the_kernel_refuses_every_change_of_files(behind_the_wall, tmp_path: Path, line: str) -> None:
    """Behind the wall no command changes, makes, moves or removes a file, although it is root's shell."""
    (tmp_path / "kept").write_text("a")
    (tmp_path / "folder").mkdir()
    assert behind_the_wall(line).returncode != 0
    assert (tmp_path / "kept").read_text() == "a"
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "folder"}


def test_the_kernel_lets_reading_and_pipes_through(behind_the_wall, tmp_path: Path) -> None:
    """Files are read, pipes and /dev/null written, and programs started."""
    (tmp_path / "kept").write_text("a\nb\n")
    assert (
        behind_the_wall("cat kept | wc -l; df / > /dev/null && echo fine 2>/dev/null").stdout == "2\nfine\n"
    )


def test_the_kernel_refuses_signals_to_what_is_outside(behind_the_wall) -> None:
    """A program behind the wall can't end another one (kernels from ABI 6)."""
    other = subprocess.Popen(["sleep", "60"])
    try:
        said = behind_the_wall(f"kill {other.pid}")
        report = subprocess.run(
            [sys.executable, "-c", WALL_RAISED, str(LAUNCHER.parent)], capture_output=True, text=True
        )
        if int(report.stdout.split()[1]) < 6:
            lacking("this kernel does not scope signals")
        assert said.returncode != 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_slow_reader_does_not_wait_for_a_writer_that_is_gone(run) -> None:
    """``head`` ends what writes to it: the pipe breaks, and that is no failure."""
    began = time.monotonic()
    result = run("seq 1 9999999999 | head -n 1", timeout_s=60.0)
    assert (result.out, result.exit) == ("1\n", 0)
    assert not result.stages[0].failed
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "\uffff", "x" * 200_000])
def test_a_value_that_no_program_can_be_given_is_said(run, value: str) -> None:
    """A NUL, half of a pair and a text beyond what Linux takes start nothing and raise nothing."""
    result = run("echo $X", values={"X": value})
    assert result.refused
    assert result.stages == ()


def test_a_folder_that_is_gone_is_said(run, tmp_path: Path) -> None:
    """A working folder that does not exist is a value with its reason."""
    assert "could not start ls" in run("ls", cwd=tmp_path / "gone").refused


def test_variables_that_double_end_at_a_bound(run) -> None:
    """A script can't fill memory by putting a variable into itself."""
    assert "characters" in run("X=aaaaaaaa; " + "X=$X$X; " * 60 + "echo $X").refused


def test_scripts_within_scripts_are_carried_out_or_refused(run) -> None:
    """Nested texts are carried out, too many wrappers and too long a text are refused; no stack overflows."""
    assert nested(run, 3).out == run("pwd").out
    assert "longer than" in nested(run, 20).refused
    assert "commands within commands" in run("timeout 9 " * 20 + "ls").refused


def nested(run, depth: int) -> CommandResult:
    """``pwd`` within so many ``sh -c``."""
    script = "pwd"
    for _ in range(depth):
        script = "sh -c '" + script.replace("'", "'\\''") + "'"
        if len(script) > 1 << 18:
            break
    return run(script)


def test_lsof_sees_what_other_processes_have_open(run, tmp_path: Path) -> None:
    """Behind Landlock lsof sees no other process and says nothing of it: it runs without that wall."""
    if shutil.which("lsof") is None:
        lacking("lsof is not installed")
    with (tmp_path / "open").open("w+") as file:
        holder = subprocess.Popen(["sleep", "60"], stdin=file)
    try:
        said = run("lsof -t open")
    finally:
        holder.kill()
        holder.wait()
    assert str(holder.pid) in said.out.split()
    assert any("looks into other processes" in wall for wall in said.walls)
