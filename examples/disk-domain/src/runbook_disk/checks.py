"""The checks: evidence in, one sentence with a status out."""

from runbook_disk.evidence import FILE_SYSTEM, DiskEvidence, FileSystem
from runbooklab.domain import Check, absent, command, critical, ok
from runbooklab.model import Judgement


def free_percent(seen: FileSystem) -> float:
    """The room that is left, of 100; a file system without a size (such as /proc) is never full."""
    return 100 * seen.free_bytes / seen.total_bytes if seen.total_bytes else 100.0


def room(e: DiskEvidence) -> Judgement:
    seen = e.file_system.value
    if seen is None:
        return absent(e, e.file_system, "The room on the file system")
    left = f"{e.target.path} has {free_percent(seen):.0f} % of its room left"
    if free_percent(seen) < e.target.min_free_percent:
        return critical(f"{left}; {e.target.min_free_percent} % are wanted.")
    return ok(f"{left}.")


def writable(e: DiskEvidence) -> Judgement:
    seen = e.file_system.value
    if seen is None:
        return absent(e, e.file_system, "Whether the file system takes writes")
    if seen.read_only:
        return critical(f"{e.target.path} is mounted read-only.")
    return ok(f"{e.target.path} is mounted for reading and writing.")


def mount_command(e: DiskEvidence) -> str:
    return command("findmnt", "--target", e.target.path)


def room_command(e: DiskEvidence) -> str:
    return command("df", "-h", e.target.path)


CHECKS = (
    Check(
        "disk-writable", "The file system takes writes", writable, needs=(FILE_SYSTEM,), command=mount_command
    ),
    Check("disk-room", "There is room on the file system", room, needs=(FILE_SYSTEM,), command=room_command),
)
