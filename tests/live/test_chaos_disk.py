"""A disk that is full, read-only or gone: one clear line, the files kept aside, nothing half done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from chaos import Chaos, assert_one_line

from machine import lacking

pytestmark = pytest.mark.exhaustive

#: Mounts a tmpfs on each ``OPTIONS PLACE`` before ``--`` and runs what comes after in this mount namespace;
#: before the mounts vanish with it, their content is copied to the folder given first.
IN_SMALL_PLACES = """
copies=$1; shift
while [ "$1" != -- ]; do mount -t tmpfs -o "$1" tmpfs "$2" && places="$places $2"; shift 2; done; shift
"$@"; status=$?
for place in $places; do mkdir -p "$copies$place" && cp -a "$place/." "$copies$place/"; done
exit $status
"""


@pytest.fixture
def chaos(tmp_path: Path) -> Iterator[Chaos]:
    """A small suite; nothing of its runs outlives the test, and what they keep aside is in ``tmp``."""
    chaos = Chaos.make(tmp_path / "suite")
    for name in ("tmp", "home", "small"):
        (tmp_path / name).mkdir()
    yield chaos
    chaos.end()


def environment(chaos: Chaos) -> dict[str, str]:
    folder = chaos.root.parent
    return chaos.environment(TMPDIR=str(folder / "tmp"), HOME=str(folder / "home"), XDG_STATE_HOME="")


def in_small_places(
    chaos: Chaos, mounts: Sequence[tuple[str, Path]], command: list[str]
) -> tuple[subprocess.CompletedProcess[str], Path]:
    """What a command did with these tmpfs mounts, and where their content is afterwards."""
    copies = chaos.root.parent / "copies"
    places = [word for options, place in mounts for word in (options, str(place))]
    private = ["unshare", "--mount", "sh", "-c", IN_SMALL_PLACES, "sh", str(copies), *places, "--"]
    return chaos.execute([*private, *command], env=environment(chaos)), copies


def run_with(
    chaos: Chaos, *mounts: tuple[str, Path], reports: Path, do: str = ""
) -> tuple[int, str, str, Path]:
    """Status, stdout and stderr of a run with these tmpfs mounts, and where their content is afterwards."""
    command = chaos.command("--reports", str(reports), do=do, where="Last")
    done, copies = in_small_places(chaos, mounts, command)
    return done.returncode, done.stdout, done.stderr, copies


def may_administer() -> bool:
    """Whether this process has CAP_SYS_ADMIN, as root has outside of containers. Source: capabilities(7)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"^CapEff:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return found is not None and bool(int(found[1], 16) >> 21 & 1)


@pytest.fixture
def may_mount(chaos: Chaos) -> None:
    """This user may mount a file system in a namespace of its own."""
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", str(chaos.root.parent / "small")],
        capture_output=True, text=True, check=False,
    ) if shutil.which("unshare") else None  # fmt: skip
    if tried is None or tried.returncode != 0:
        reason = f"mounting is not allowed here: {tried.stderr if tried else 'there is no unshare'}"
        if may_administer():
            lacking(reason)
        pytest.skip(reason)


def kept_files(said: str) -> dict[str, bytes]:
    """The files that the line on stderr says are kept, in a folder that only its owner can enter."""
    found = re.search(r"the run's files are kept in (\S+)$", said, re.MULTILINE)
    assert found is not None, said
    folder = Path(found[1])
    assert folder.stat().st_mode & 0o077 == 0
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def assert_told(chaos: Chaos, status: int, out: str, said: str, reason: str) -> None:
    """The verdict on stderr, the diagnosis on stdout, one line with the reason, and the files kept."""
    assert status == 3
    assert_one_line(said, "the report cannot be written", reason)
    assert "UNKNOWN: " in said
    files = kept_files(said)
    assert json.loads(files["diagnosis.json"]) == json.loads(out)
    assert set(files) == {"report.html", "report.ipynb", "diagnosis.json", "evidence.json"}
    chaos.assert_clean()


@pytest.mark.usefixtures("may_mount")
@pytest.mark.parametrize("options", ["size=100k", "nr_inodes=3", "nr_inodes=6", "ro"])
def test_a_full_disk_for_reports(chaos, options):
    """Neither a half folder nor an empty parent is left there."""
    small = chaos.root.parent / "small"
    status, out, said, copies = run_with(chaos, (options, small), reports=small / "reports")
    reason = "Read-only file system" if options == "ro" else "No space left on device"
    assert_told(chaos, status, out, said, reason)
    assert list(copies.glob("**/reports")) == []


@pytest.mark.usefixtures("may_mount")
def test_a_disk_that_fills_up(chaos):
    """Earlier reports and their list stay as they are when the next one finds no room."""
    small = chaos.root.parent / "small"
    done, copies = in_small_places(
        chaos,
        [("size=400k", small)],
        ["sh", "-c", '"$@" >first 2>&1; "$@"', "sh", *chaos.command("--reports", str(small / "reports"))],
    )
    assert_told(chaos, done.returncode, done.stdout, done.stderr, "No space left on device")
    reports = Path(f"{copies}{small}") / "reports"
    (run,) = chaos.runs(reports)
    assert run.name in (reports / "index.html").read_text()
    assert sorted(path.name for path in reports.rglob(".*")) == []


@pytest.mark.usefixtures("may_mount")
def test_no_room_for_temporary_files(chaos):
    """Memory and TMPDIR are full: one line before anything begins, and nothing is left there."""
    temporary = chaos.root.parent / "tmp"
    mounts = (("size=100k", Path("/dev/shm")), ("size=100k", temporary))
    status, out, said, copies = run_with(chaos, *mounts, reports=chaos.reports)
    assert (status, out) == (3, "")
    assert_one_line(said, "there is no folder for temporary files: No space left on device")
    assert [path for path in copies.rglob("*") if path.is_file()] == []
    chaos.assert_clean()


@pytest.mark.usefixtures("may_mount")
def test_no_memory_file_system(chaos):
    """Where /dev/shm is full the scratch folder is in TMPDIR; nothing is left in either."""
    status, _, said, copies = run_with(chaos, ("size=100k", Path("/dev/shm")), reports=chaos.reports)
    assert status == 3, said
    assert len(chaos.runs()) == 1
    assert list((copies / "dev" / "shm").iterdir()) == []
    assert list((chaos.root.parent / "tmp").iterdir()) == []
    chaos.assert_clean()


@pytest.mark.usefixtures("may_mount")
def test_no_room_anywhere(chaos):
    """Where nothing can be kept the diagnosis is on stdout all the same, and the line says so."""
    folder = chaos.root.parent
    mounts = [("size=16k", folder / name) for name in ("small", "tmp", "home")]
    fill = "open('/dev/shm/fill', 'wb').write(bytes(1 << 25))"
    status, out, said, _ = run_with(
        chaos, *mounts, ("size=9m", Path("/dev/shm")), reports=folder / "small", do=fill
    )
    assert status == 3
    assert json.loads(out)["verdict"] == "unknown"
    assert_one_line(said, "No space left on device", "there is no other place for the run's files")


@pytest.mark.parametrize("kind", ["file", "dangling link", "below a file"])
def test_a_reports_folder_that_is_none(chaos, kind):
    """What is in the way stays as it is."""
    place = chaos.root / "in the way"
    if kind == "dangling link":
        place.symlink_to("nowhere")
    else:
        place.write_text("mine")
    reports = place / "reports" if kind == "below a file" else place
    done = chaos.run("--reports", str(reports), env=environment(chaos))
    assert_told(chaos, done.returncode, done.stdout, done.stderr, str(reports))
    assert kind == "dangling link" or place.read_text() == "mine"


@pytest.mark.parametrize("name", ["wïth  spaces\nand a line end", "with\udcff bytes"])
def test_a_reports_folder_with_an_odd_name(chaos, name):
    """It is used as it is."""
    done = chaos.run("--reports", name)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert len(chaos.runs(chaos.root / name)) == 1
    chaos.assert_clean()


def test_a_reports_folder_that_vanishes(chaos):
    """A folder that is removed while the run works is made again."""
    chaos.run()
    done = chaos.run(do=f"import shutil; shutil.rmtree({str(chaos.reports)!r})")
    assert done.returncode == 3, done.stderr
    assert len(chaos.runs()) == 1
    chaos.assert_clean()


def test_a_scratch_folder_that_vanishes(chaos):
    """The kernel goes on without it, and the report says that nothing was observed."""
    done = chaos.run(do="import shutil; shutil.rmtree(scratch)")
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "Nothing was observed" in chaos.reported()
    chaos.assert_clean()


@pytest.mark.parametrize("stream", ["stdout", "both"])
def test_a_full_disk_for_what_is_said(chaos, stream):
    """The report is there; if stdout could not be written the status says so."""
    with Path("/dev/full").open("w") as full:
        streams = {name: full for name in ("stdout", "stderr") if stream in (name, "both")}
        done = subprocess.run(
            chaos.command("--json"), cwd=chaos.root, env=chaos.environment(), text=True, check=False,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
        )  # fmt: skip
    assert done.returncode == 3
    if stream == "stdout":
        assert_one_line(done.stderr, "stdout cannot be written: No space left on device")
    assert len(chaos.runs()) == 1
    chaos.assert_clean()
