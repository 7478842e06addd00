"""What checks of this host see: real files, disks, processes, ports, logs; and units where systemd runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

import fake_servers
from asking import asked, command, context, looked
from runbooklab.domains.generic.probes.local_program import MOST_OUTPUT, run
from runbooklab.domains.generic.probes.service import BOOTED, FIELDS
from runbooklab.lab.testbed import Testbed
from runbooklab.observe.context import NotObserved


def test_a_file_is_described_and_read(tmp_path: Path) -> None:
    """Size, age, mode, owner, lines and text; a secret in it is a token."""
    path = tmp_path / "app.conf"
    path.write_text("listen 8080\npassword=hunter2-of-the-file\nlast line")
    path.chmod(0o640)
    os.utime(path, (time.time() - 100, time.time() - 100))
    ctx = context()
    values = looked(asked("file", "${f}", f=str(path)), ctx).values
    assert (values["exists"], values["type"], values["size"]) == (True, "file", path.stat().st_size)
    assert (values["mode"], values["lines"]) == ("0640", 3)
    assert values["owner"].count(":") == 1
    assert 99 < values["age"] < 200
    assert values["text"].startswith("listen 8080\npassword=***secret-")
    assert [entry.what for entry in ctx.ledger] == [f"read {path}"]


def test_what_is_not_there_is_data(tmp_path: Path) -> None:
    """A missing file, a file in the place of a folder, a link that leads nowhere."""
    (tmp_path / "plain").touch()
    (tmp_path / "link").symlink_to("nowhere")
    for name, values in (
        ("gone", {"exists": False}),
        ("plain/x", {"exists": False}),
        ("link", {"exists": False, "type": "link"}),
    ):
        seen = looked(asked("file", str(tmp_path / name)))
        assert seen.values == values
        assert seen.note


def test_only_plain_files_are_read(tmp_path: Path) -> None:
    """A pipe, a socket, a device and a folder are told by their type, and nothing waits for them."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "sock"))
        for name, kind in (("pipe", "pipe"), ("sock", "socket"), ("/dev/zero", "device"), (".", "folder")):
            seen = looked(asked("file", str(tmp_path / name)))
            assert seen.values["type"] == kind
            assert {"text", "lines"} <= set(seen.unobserved)


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """Of a sparse file of a GiB the size is told, and neither lines nor text; of 20 KiB the lines."""
    with (tmp_path / "huge").open("wb") as huge:
        huge.truncate(1 << 30)
    seen = looked(asked("file", str(tmp_path / "huge")))
    assert seen.values["size"] == 1 << 30
    assert {"text", "lines"} == set(seen.unobserved)
    (tmp_path / "long").write_text("0123456789\n" * 2000)
    long = looked(asked("file", str(tmp_path / "long")))
    assert long.values["lines"] == 2000
    assert "text" in long.unobserved


def test_bytes_that_are_no_text_are_shown_as_such(tmp_path: Path) -> None:
    """Binary and terminal codes are written out."""
    (tmp_path / "odd").write_bytes(b"\xff\x00\x1b[31mred")
    assert looked(asked("file", str(tmp_path / "odd"))).values["text"] == "\\xff\\x00\\x1b[31mred"


def test_a_relative_path_begins_at_the_project(tmp_path: Path) -> None:
    """As every path in a runbook does."""
    (tmp_path / "here").write_text("x")
    ctx = context()
    from msgspec.structs import replace

    assert looked(asked("file", "here"), replace(ctx, project=tmp_path)).values["exists"] is True


def test_a_disk_is_as_df_shows_it(tmp_path: Path) -> None:
    """Used part and free room are those of df, rounded up as it does."""
    values = looked(asked("disk", str(tmp_path))).values
    said = subprocess.run(["df", "-Pk", str(tmp_path)], capture_output=True, text=True, check=True).stdout
    words = said.splitlines()[-1].split()
    assert abs(values["used_percent"] - int(words[4].rstrip("%"))) <= 1.1
    assert abs(values["free"] - int(words[3]) * 1024) < 1 << 30
    assert (values["read_only"], values["exists"]) == (False, True)


def test_a_file_system_without_inodes_or_room_says_nothing_of_them() -> None:
    """/proc has neither; a path that is not there is data."""
    seen = looked(asked("disk", "/proc"))
    assert "used_percent" in seen.unobserved
    assert looked(asked("disk", "/nowhere/at/all")).values == {"exists": False}


@contextmanager
def sleeping(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this test's own."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)", *arguments],
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_processes_are_counted_and_measured() -> None:
    """Two of a name with the same argument; a secret on a command line is a token."""
    name = Path(sys.executable).name
    mark = f"--mark={os.getpid()}"
    with sleeping(mark, "--password", "hunter2-of-the-line"), sleeping(mark):
        seen = looked(asked("process", name, {"arguments": mark}))
        assert seen.values["count"] == 2
        assert seen.values["rss"] > 1 << 20
        assert seen.values["fds"] >= 3
        assert 0 <= seen.values["oldest"] < 60
        assert 0 <= seen.values["cpu_percent"] < 200
        assert "hunter2" not in repr(seen)
        other = looked(asked("process", name, {"arguments": mark, "user": "nobody-at-all"}))
        assert other.values == {"count": 0}


def test_no_process_of_a_name_is_data() -> None:
    """None is a number, and the rest does not exist."""
    seen = looked(asked("process", "no-such-program"))
    assert seen.values == {"count": 0}
    assert seen.note == "No process is called no-such-program."


def test_a_listener_is_seen_with_its_owner() -> None:
    """The program's name and its address; with an address, only what listens there."""
    with fake_servers.serving(fake_servers.silent) as port:
        seen = looked(asked("port", str(port)))
        assert (seen.values["listening"], seen.values["address"]) == (True, "127.0.0.1")
        assert seen.values["owner"].startswith(("python", "pytest"))
        assert looked(asked("port", f"127.0.0.1:{port}")).values["listening"] is True
        assert looked(asked("port", f"127.0.0.2:{port}")).values["listening"] is False
        assert looked(asked("port", str(port), {"protocol": "udp"})).values["listening"] is False
    closed = looked(asked("port", str(port)))
    assert closed.values == {"listening": False}


def test_a_listener_on_all_addresses_listens_on_each() -> None:
    """0.0.0.0 takes connections to 127.0.0.1, and not to ::1."""
    with socket.create_server(("0.0.0.0", 0)) as server:
        port = server.getsockname()[1]
        assert looked(asked("port", f"127.0.0.1:{port}")).values["address"] == "0.0.0.0"
        assert looked(asked("port", f"[::1]:{port}")).values["listening"] is False


def test_a_udp_socket_is_a_listener() -> None:
    """What is bound and has no peer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        assert (
            looked(asked("port", str(sock.getsockname()[1]), {"protocol": "udp"})).values["listening"] is True
        )


def log_of(path: Path, *lines: str) -> str:
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def test_lines_that_match_are_found_in_a_file(tmp_path: Path) -> None:
    """Their number, the first, the last, and all of them, without secrets."""
    path = log_of(
        tmp_path / "a.log", "one ok", "two ERROR x", "three ok", "four error password=hunter2-of-it"
    )
    seen = looked(asked("log", path, {"match": "(?i)error"}))
    assert seen.values["count"] == 2
    assert seen.values["first"] == "two ERROR x"
    assert seen.values["last"].startswith("four error password=***secret-")
    assert len(seen.values["lines"]) == 2
    assert "hunter2" not in repr(seen)
    assert looked(asked("log", path, {"match": "${v}"}, v="(a|b)*.+")).values["count"] == 0
    assert looked(asked("log", path, {"last": "1"})).values["count"] == 1


def test_the_end_of_a_long_log_is_read_and_no_more(tmp_path: Path) -> None:
    """A log of a GiB costs its end; its last lines are found."""
    path = tmp_path / "huge.log"
    with path.open("wb") as huge:
        huge.truncate(1 << 30)
        huge.seek(0, os.SEEK_END)
        huge.write(b"\nlast but one\nlast error\n")
    seen = looked(asked("log", str(path), {"match": "error", "last": "2"}))
    assert (seen.values["count"], seen.values["last"]) == (1, "last error")
    seen = looked(asked("log", str(path), {"match": "error"}))
    assert (seen.values.keys(), seen.values["last"]) == ({"exists", "lines", "last"}, "last error")


def test_a_count_of_fewer_lines_than_were_asked_for_is_not_told(tmp_path: Path) -> None:
    """Long lines fill what is read of a log: none of those matches, which says nothing of the others."""
    path = log_of(tmp_path / "a.log", "error", *("x" * 9_000 for _ in range(600)))
    seen = looked(asked("log", path, {"match": "error"}))
    assert "ask for as many with `last`" in seen.unobserved["count"]
    assert "count" not in seen.values
    assert looked(asked("log", path, {"match": "error", "last": "400"})).values["count"] == 0


def test_a_line_that_is_searched_in_part_is_not_counted_out(tmp_path: Path) -> None:
    """What stands at the end of a very long line may match."""
    path = log_of(tmp_path / "a.log", "x" * 20_000 + "error", "error")
    seen = looked(asked("log", path, {"match": "error"}))
    assert "longer than the 16 KiB" in seen.unobserved["count"]
    assert seen.values["last"] == "error"
    assert looked(asked("log", path)).values["count"] == 2


@pytest.mark.parametrize("path", ["/proc/kmsg", "/proc/../proc/kmsg", "/etc/shadow", "/proc/1/environ"])
def test_what_a_command_may_not_read_no_kind_reads(path: str, tmp_path: Path) -> None:
    """Secrets, and what reading takes away from others; also behind a link. Mode and owner are told."""
    (link := tmp_path / "link").symlink_to(path)
    for name in (path, str(link)):
        file, log = looked(asked("file", name)), looked(asked("log", name))
        assert file.unobserved.keys() == {"lines", "text"}
        assert file.values["owner"] == "root:shadow" if "shadow" in path else "owner" in file.values
        assert "count" in log.unobserved
        assert "root:" not in log.shown


def test_only_new_lines_count_if_they_have_a_time(tmp_path: Path) -> None:
    """Older lines are left out; what follows a line belongs to it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    path = log_of(
        tmp_path / "a.log", "2001-01-01T00:00:00Z error old", f"{now} error new", "  error behind it"
    )
    seen = looked(asked("log", path, {"match": "error", "since": "15min"}))
    assert seen.values["count"] == 2
    assert "old" not in repr(seen.values)


def test_a_log_without_times_is_not_judged_by_them(tmp_path: Path) -> None:
    """Nothing can be said of its last quarter of an hour."""
    seen = looked(asked("log", log_of(tmp_path / "a.log", "error", "error"), {"since": "15min"}))
    assert "count" in seen.unobserved
    assert "count" not in seen.values


def test_a_count_that_does_not_reach_back_is_not_told(tmp_path: Path) -> None:
    """Ten lines of a second ago, of which five are read: an hour holds at least those."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    path = log_of(tmp_path / "a.log", *(f"{now} line {number}" for number in range(10)))
    seen = looked(asked("log", path, {"since": "1h", "last": "5"}))
    assert "count" in seen.unobserved
    assert seen.values["last"].endswith("line 9")


def test_a_log_that_is_not_there_or_none_is_told(tmp_path: Path) -> None:
    """A missing file is data; a pipe is not waited for; an empty log has no lines."""
    assert looked(asked("log", str(tmp_path / "gone.log"))).values == {"exists": False}
    os.mkfifo(tmp_path / "pipe")
    assert "count" in looked(asked("log", str(tmp_path / "pipe"))).unobserved
    empty = looked(asked("log", log_of(tmp_path / "empty.log")))
    assert (empty.values["exists"], empty.values["count"]) == (True, 0)


def test_the_command_finds_the_same_lines(tmp_path: Path) -> None:
    """Pasted into a shell, it prints the lines that the check counted."""
    path = log_of(tmp_path / "a.log", "one ok", "two ERROR", "three ERROR")
    question = asked("log", path, {"match": "ERROR|FATAL"})
    said = subprocess.run(["sh", "-c", command(question)], capture_output=True, text=True).stdout
    assert said.splitlines() == looked(question).values["lines"]


def test_a_unit_is_seen_where_systemd_runs_and_unknown_elsewhere() -> None:
    """Without systemd every field is unobserved, with the reason; with it a missing unit is data."""
    seen = looked(asked("service", "no-such-unit-of-ours.service"))
    if BOOTED.is_dir():
        assert seen.values == {"exists": False}
    else:
        assert set(seen.unobserved) == set(FIELDS)
        assert seen.unobserved["active"] == "systemd does not run this machine"


def test_a_journal_without_systemd_is_unknown() -> None:
    """Its lines are unobserved, with the reason, or there are some."""
    seen = looked(asked("log", "journal:no-such-unit-of-ours.service"))
    assert "count" in (seen.values if BOOTED.is_dir() else seen.unobserved)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (("sh", "-c", "echo out; echo err >&2; exit 3"), {"out": "out\n", "err": "err\n", "code": 3}),
        (("no-such-program-here",), {"is_missing": True, "code": None}),
        (("sh", "-c", "cat; echo $SYSTEMD_PAGER$TZ"), {"out": "UTC\n", "code": 0}),
        (("sh", "-c", "sleep 60 & sleep 60"), {"code": None}),
    ],
)
def test_a_fixed_program_is_run_within_bounds(argv: tuple[str, ...], expected: dict[str, object]) -> None:
    """Its output, errors and status; it reads nothing, and one that never ends is ended."""
    ran = run(context(seconds=1.0), "words", *argv)
    assert {name: getattr(ran, name) for name in expected} == expected
    assert len(ran.out) <= MOST_OUTPUT


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file that another user may not read")
def test_what_this_user_may_not_read_is_unobserved() -> None:
    """As the user nobody: the file is there, its text is not."""
    program = (
        "import sys; sys.path[:0] = sys.argv[2].split(':')\n"
        "from asking import asked, looked\n"
        "looked(asked('file', sys.argv[1]))\n"  # loads all that nobody may not
        "import os; os.setgid(65534); os.setuid(65534)\n"
        "print(dict(looked(asked('file', sys.argv[1])).unobserved))"
    )
    tests = str(Path(__file__).parents[1])
    with Testbed() as bed:
        secret = str(bed.file("closed", "x", mode=0o600))
        said = subprocess.run([sys.executable, "-c", program, secret, tests], capture_output=True, text=True)
    assert "permission denied" in said.stdout, said.stderr


def test_a_path_that_cannot_be_looked_for_is_not_observed(tmp_path: Path) -> None:
    """A name that is too long for the kernel is no missing file."""
    with pytest.raises(NotObserved):
        looked(asked("file", str(tmp_path / ("x" * 300))))
