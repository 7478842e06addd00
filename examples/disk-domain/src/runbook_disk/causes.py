"""The causes: what may be wrong, what shows it, and what to do."""

from runbook_disk.checks import free_percent
from runbook_disk.evidence import DiskEvidence
from runbooklab.domain import Cause, RuledOut, Ruling, Supported, Untested


def read_only(e: DiskEvidence) -> Ruling:
    seen = e.file_system.value
    if seen is None:
        return Untested("The file system was not seen.")
    if not seen.read_only:
        return RuledOut("The file system takes writes.")
    return Supported(f"{e.target.path} has the mount flag ro.", ("disk-writable",), confidence=0.95)


def full(e: DiskEvidence) -> Ruling:
    seen = e.file_system.value
    if seen is None:
        return Untested("The file system was not seen.")
    if free_percent(seen) >= e.target.min_free_percent:
        return RuledOut("There is room on the file system.")
    left = f"{seen.free_bytes:,} of {seen.total_bytes:,} bytes are left on {e.target.path}."
    return Supported(left, ("disk-room",), confidence=0.95)


CAUSES = (
    Cause(
        id="disk-read-only",
        title="The file system is mounted read-only",
        layer="mount",
        judge=read_only,
        distinguishing="The mount flag ro is set, however much room there is.",
        remedies=("remount-writable",),
        source="statvfs(3), ST_RDONLY",
        look_alikes=("disk-full",),
    ),
    Cause(
        id="disk-full",
        title="The file system is full, or nearly so",
        layer="room",
        judge=full,
        distinguishing="Less room is left than is wanted, and the file system takes writes.",
        remedies=("find-what-fills",),
        source="statvfs(3), f_bavail",
        look_alikes=("disk-read-only",),
    ),
)
