"""The lab of disk space: real file systems in memory and in files, mounted for a drill."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab
from runbooklab.lab.testbed import Situation, Testbed

MIB = 1 << 20
#: Holds a file open after it was deleted: ``sh -c`` with the path as ``$1``.
_HOLDS = 'exec 7<>"$1"; rm "$1"; echo ready; exec sleep 600'


def _of(testbed: DeclaredTestbed, path: Path, **parameters: Any) -> Situation:
    return testbed.of(path=str(path), **parameters)


def _volume(testbed: DeclaredTestbed, used_mib: int = 0, options: str = "size=32m") -> Path:
    """A file system in memory, of 32 MiB, of which so much is used."""
    folder = testbed.mounted("data", options)
    _file(folder / "orders.db", used_mib)
    return folder


def _file(path: Path, mib: int) -> Path:
    path.write_bytes(b"x" * (mib * MIB))
    return path


def _deleted(testbed: DeclaredTestbed, path: Path, mib: int) -> None:
    """A file of this size that a program still has open."""
    _file(path, mib)
    log = testbed.folder / "holder.log"
    testbed.process(["sh", "-c", _HOLDS, "holder", str(path)], log=log)
    testbed.until(lambda: "ready" in log.read_text(), log.read_text)


def _ext4(testbed: DeclaredTestbed, *options: str) -> Path:
    """A file system of 32 MiB in a file."""
    image = _file(testbed.folder / "disk.img", 32)
    testbed.run(["mkfs.ext4", "-q", "-F", *options, str(image)])
    folder = testbed.folder / "data"
    folder.mkdir()
    testbed.mount(["-o", "loop", str(image)], folder)
    return folder


# --- faults


def _full(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 4)
    testbed.fill(folder)
    return _of(testbed, folder)


def _full_of_exports(testbed: DeclaredTestbed, is_full: bool = True) -> Situation:
    """Most of the room is taken by a file that nobody has written to for weeks."""
    folder = _volume(testbed, 4)
    exports = folder / "exports"
    exports.mkdir()
    _old(_file(exports / "orders.csv", 25))
    _file(exports / "today.csv", 1)
    if is_full:
        testbed.fill(folder)
    return _of(testbed, folder, cleanup_folder=str(exports))


def _old(path: Path) -> None:
    weeks_ago = time.time() - 30 * 86400
    os.utime(path, (weeks_ago, weeks_ago))


def _full_ext4(testbed: DeclaredTestbed) -> Situation:
    folder = _ext4(testbed, "-m", "0")
    testbed.fill(folder)
    return _of(testbed, folder)


def _no_inodes(testbed: DeclaredTestbed) -> Situation:
    return _many_files(testbed, _volume(testbed, 0, "size=32m,nr_inodes=400"), 100)


def _old_cache(testbed: DeclaredTestbed, percent: int) -> Situation:
    """So many files, most of them old, in a cache that may be cleaned."""
    folder = _volume(testbed, 0, "size=32m,nr_inodes=400")
    situation = _many_files(testbed, folder, percent)
    entries = sorted((folder / "cache").iterdir())
    for entry in entries[: len(entries) * 3 // 4]:
        _old(entry)
    return testbed.of(**situation.parameters | {"cleanup_folder": str(folder / "cache")})


def _no_inodes_ext4(testbed: DeclaredTestbed) -> Situation:
    return _many_files(testbed, _ext4(testbed, "-N", "400"), 100)


def _few_inodes(testbed: DeclaredTestbed) -> Situation:
    return _many_files(testbed, _volume(testbed, 0, "size=32m,nr_inodes=400"), 90)


def _many_files(testbed: DeclaredTestbed, folder: Path, percent: int) -> Situation:
    """So many files that this part of the inodes is used."""
    (folder / "cache").mkdir()
    said, number = os.statvfs(folder), 0
    while said.f_ffree and 100 * (said.f_files - said.f_ffree) < percent * said.f_files:
        (folder / "cache" / f"entry-{number}").touch()
        said, number = os.statvfs(folder), number + 1
    return _of(testbed, folder)


def _read_only(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 4)
    testbed.run(["mount", "-o", "remount,ro", str(folder)])
    return _of(testbed, folder)


def _deleted_open(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 2)
    _deleted(testbed, folder / "app.log", 29)
    return _of(testbed, folder, deleted_mib=10)


def _deleted_kept(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 2)
    _deleted(testbed, folder / "app.log", 12)
    return _of(testbed, folder, deleted_mib=10)


def _log_grown(testbed: DeclaredTestbed, mib: int = 31) -> Situation:
    folder = _volume(testbed)
    log = _file(folder / "app.log", mib)
    return _of(testbed, folder, log_file=str(log), log_limit="20MiB")


def _reserved(testbed: DeclaredTestbed) -> Situation:
    """Root alone has room left: what is free to everybody has been written to."""
    folder = _ext4(testbed, "-m", "40")
    block = os.statvfs(folder).f_frsize
    with (folder / "orders.db").open("wb", buffering=0) as file:
        while os.statvfs(folder).f_bavail:
            file.write(b"x" * block)
            os.fsync(file.fileno())
    return _of(testbed, folder)


def _not_mounted(testbed: DeclaredTestbed) -> Situation:
    folder = testbed.folder / "data"
    folder.mkdir()
    return _of(testbed, folder, mount_point=str(folder))


def _missing(testbed: DeclaredTestbed) -> Situation:
    return _of(testbed, testbed.folder / "data" / "orders")


_EXT4 = ("mkfs.ext4",)

FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("disk-full", "A file system in memory is filled to its last byte.", _full),
    Fault("disk-full/old-files", "Old exports take most of a file system that is full.", _full_of_exports),
    Fault("disk-full/ext4", "An ext4 file system is filled to its last block.", _full_ext4, tools=_EXT4),
    Fault(
        "disk-nearly-full",
        "Nine tenths of a file system are used.",
        lambda testbed: _of(testbed, _volume(testbed, 29)),
    ),
    Fault(
        "disk-nearly-full/old-files",
        "Old exports take most of a file system that is nearly full.",
        lambda testbed: _full_of_exports(testbed, is_full=False),
    ),
    Fault(
        "disk-inodes-gone/old-files",
        "Old entries of a cache take all inodes.",
        lambda testbed: _old_cache(testbed, 100),
    ),
    Fault(
        "disk-inodes-low/old-files",
        "Old entries of a cache take nine tenths of the inodes.",
        lambda testbed: _old_cache(testbed, 90),
    ),
    Fault("disk-inodes-gone", "Empty files take all inodes of a file system in memory.", _no_inodes),
    Fault(
        "disk-inodes-gone/ext4",
        "Empty files take all inodes of an ext4 file system.",
        _no_inodes_ext4,
        tools=_EXT4,
    ),
    Fault("disk-inodes-low", "Empty files take nine tenths of the inodes.", _few_inodes),
    Fault("disk-read-only", "A file system is mounted again, read-only.", _read_only),
    Fault(
        "disk-deleted-files-open",
        "A program keeps a deleted log open, which takes nearly all the room.",
        _deleted_open,
        tools=("lsof",),
        also=("disk-full",),
    ),
    Fault(
        "disk-deleted-files-kept",
        "A program keeps a deleted log open; there is room all the same.",
        _deleted_kept,
        tools=("lsof",),
    ),
    Fault("disk-log-grown", "A log takes nearly all the room.", _log_grown, also=("disk-full",)),
    Fault(
        "disk-kept-for-root",
        "All that is left of an ext4 file system is kept for root.",
        _reserved,
        tools=(*_EXT4, "tune2fs"),
    ),
    Fault(
        "disk-not-mounted", "The volume is not mounted, and its mount point an empty folder.", _not_mounted
    ),
    Fault("disk-path-missing", "The folder does not exist.", _missing),
)


# --- healthy


def _link(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 10)
    link = testbed.folder / "current"
    link.symlink_to(folder)
    return _of(testbed, link, mount_point=str(folder))


def _on_purpose(testbed: DeclaredTestbed) -> Situation:
    return _of(testbed, Path(_read_only(testbed).parameters["path"]), needs_write=False)


def _small_deleted(testbed: DeclaredTestbed) -> Situation:
    folder = _volume(testbed, 2)
    _deleted(testbed, folder / "app.tmp", 1)
    return _of(testbed, folder)


HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy(
        "roomy",
        "A file system of which a third is used.",
        lambda testbed: _of(testbed, _volume(testbed, 10)),
    ),
    Healthy(
        "well-used",
        "Four fifths are used, and that is still fine.",
        lambda testbed: _of(testbed, _volume(testbed, 25)),
    ),
    Healthy("by-a-link", "The path is a link to the mount point.", _link),
    Healthy("read-only-on-purpose", "A read-only volume, from which is only read.", _on_purpose),
    Healthy("small-deleted-file", "A program keeps a small deleted file open, as many do.", _small_deleted),
    Healthy(
        "large-log-with-room",
        "A log is below its limit.",
        lambda testbed: _log_grown(testbed, 12),
    ),
    Healthy(
        "reserve-with-room",
        "An ext4 file system that keeps much for root, and has room for everybody.",
        lambda testbed: _of(testbed, _ext4(testbed, "-m", "20")),
        tools=_EXT4,
    ),
)


# --- commands of remedies


def truncate(words: list[str], testbed: Testbed) -> bool:
    """A file of the testbed, or one that a process of it has open."""
    path = Path(words[-1])
    if path.parts[:2] == ("/", "proc"):
        return path.exists() and testbed.owns_files([str(path.readlink())])
    return testbed.owns_files([words[-1]])


def find(words: list[str], testbed: Testbed) -> bool:
    """Files below one folder of the testbed."""
    return testbed.owns_files(words[1:2])


def tune2fs(words: list[str], testbed: Testbed) -> bool:
    """A loop device on a file of the testbed."""
    backing = Path("/sys/class/block") / Path(words[-1]).name / "loop" / "backing_file"
    return backing.exists() and testbed.owns_files([backing.read_text().strip()])


def mount(words: list[str], testbed: Testbed) -> bool:
    """To mount something again that the testbed has mounted."""
    return words[1:2] == ["-o"] and words[2].startswith("remount,") and testbed.owns_files(words[3:])


LAB: Lab[DeclaredTestbed] = Lab(
    title="Disk space",
    runbook="disk-space",
    domains=None,
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=DeclaredTestbed,
    manual_signs=(
        ("lsblk", "the volume is in this machine's /etc/fstab"),
        ("vacuum-size", "the journals are this machine's"),
        ("FOLDER", "a person names the folder"),
    ),
    commands={"truncate": truncate, "tune2fs": tune2fs, "mount": mount, "find": find},
)
