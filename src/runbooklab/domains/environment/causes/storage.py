"""File systems and permissions."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import FILE_SYSTEMS, PATH_ACCESS
from runbooklab.domains.environment.readings.words import megabytes, near
from runbooklab.domains.environment.records.host import FileSystem
from runbooklab.domains.environment.target import MIN_FREE_DISK_MB
from runbooklab.domains.environment.thresholds import ENOUGH_SHARE, FEW_INODES
from runbooklab.words import listed

CHECK, ACCESS = ("file-systems",), ("writable-paths",)
#: What must not be mounted noexec.
_EXECUTED = frozenset({"site-packages", "temporary files"})


def is_full(e: Evidence, each: FileSystem) -> bool:
    """Whether less room is left than is wanted."""
    if each.total_mb <= 0 or each.read_only:
        return False
    too_little = each.free_mb < e.target.min_free_disk_mb
    return too_little and (e.target.is_given(MIN_FREE_DISK_MB) or each.free_mb < ENOUGH_SHARE * each.total_mb)


def lacks_inodes(each: FileSystem) -> bool:
    """Whether no file can be created, or hardly one. A file system without a number never runs out."""
    return each.inodes > 0 and not each.read_only and each.free_inodes < min(FEW_INODES, each.inodes / 10 + 1)


def must_take_writes(e: Evidence, each: FileSystem) -> bool:
    """Whether the project writes there: as it says, or in its own folder if it says nothing."""
    uses = set(each.uses)
    return bool(uses & {"writable path", "temporary files"}) or (
        "project" in uses and not e.target.writable_paths
    )


def _called(e: Evidence, each: FileSystem) -> str:
    use = listed(list(each.uses))
    mount = f" on {each.mount}" if each.mount else ""
    return f"{near(e, each.path)} ({use}; {each.kind or 'file system'}{mount})"


@needs(FILE_SYSTEMS)
def disk_full(e: Evidence) -> Ruling:
    """The blocks run out."""
    seen = e.file_systems.value
    assert seen is not None
    full = [each for each in seen.systems if is_full(e, each)]
    if not full:
        return RuledOut("Every file system has the room that is wanted.")
    worst = min(full, key=lambda each: each.free_mb)
    left = megabytes(worst.free_mb) if worst.free_mb else "nothing"
    return Supported(
        f"{_called(e, worst)} has {left} of {megabytes(worst.total_mb)} left, and "
        f"{megabytes(e.target.min_free_disk_mb)} are wanted; {worst.free_inodes:,} inodes are free.",
        CHECK,
        0.96,
    )


@needs(FILE_SYSTEMS)
def inodes_exhausted(e: Evidence) -> Ruling:
    """The inodes run out, whatever room is left."""
    seen = e.file_systems.value
    assert seen is not None
    found = [each for each in seen.systems if lacks_inodes(each)]
    if not found:
        return RuledOut("Every file system has inodes left.")
    worst = min(found, key=lambda each: each.free_inodes)
    return Supported(
        f"{_called(e, worst)} has {worst.free_inodes:,} of {worst.inodes:,} inodes left, and "
        f"{megabytes(worst.free_mb)} of room: no more files can be created.",
        CHECK,
        0.97,
    )


@needs(FILE_SYSTEMS)
def read_only(e: Evidence) -> Ruling:
    """It takes no writes, whoever asks."""
    seen = e.file_systems.value
    assert seen is not None
    found = [each for each in seen.systems if each.read_only and must_take_writes(e, each)]
    if not found:
        return RuledOut("Every file system that is written to takes writes.")
    first = found[0]
    remounts = "errors=remount-ro" in first.options
    why = "; it is remounted so after an error, which the kernel's log tells" if remounts else ""
    return Supported(f"{_called(e, first)} is mounted read-only{why}.", CHECK, 0.96)


@needs(FILE_SYSTEMS)
def noexec(e: Evidence) -> Ruling:
    """Nothing in it may be mapped for execution."""
    seen = e.file_systems.value
    assert seen is not None
    found = [each for each in seen.systems if each.noexec and _EXECUTED & set(each.uses)]
    if not found:
        return RuledOut("No file system that holds programs is mounted noexec.")
    first = next((each for each in found if "site-packages" in each.uses), found[0])
    of_packages = "site-packages" in first.uses
    what = (
        "its extension modules cannot be loaded"
        if of_packages
        else "what is built or unpacked there cannot run"
    )
    return Supported(
        f"{_called(e, first)} is mounted noexec: {what}.",
        CHECK,
        0.95,
        severity=None if of_packages else "warning",
    )


@needs(PATH_ACCESS)
def not_writable(e: Evidence) -> Ruling:
    """Owner, group and mode keep the service's user out."""
    seen = e.path_access.value
    assert seen is not None
    found = [each for each in seen.paths if each.why_not and not each.read_only]
    sure = [each for each in found if not each.has_acl]
    if not sure:
        return RuledOut(f"{seen.user} may write to every path, or an access control list decides.")
    first = sure[0]
    also = f" Also {listed([near(e, each.path) for each in sure[1:]], 3)}." if len(sure) > 1 else ""
    return Supported(
        f"{near(e, first.path)} must be writable for {seen.user}, and is not: {first.why_not}.{also}",
        ACCESS,
        0.96,
    )
