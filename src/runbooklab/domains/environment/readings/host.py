"""What a required program, the memory and the limits of this host come to."""

from __future__ import annotations

from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.words import megabytes
from runbooklab.domains.environment.records.host import CommandSeen, ServiceProcess


def unusable(each: CommandSeen) -> str:
    """Why a required program cannot be run, as a clause; "" if it can."""
    if each.problem:
        return f"{each.found[0]} cannot be run: {each.problem}"
    if each.found:
        return ""
    return each.not_executable or f"{each.name} is in no folder of PATH"


def free_memory_mb(e: Evidence) -> tuple[float, str]:
    """What a new process could have, in MiB, and what sets the limit."""
    seen = e.resources.value
    assert seen is not None
    if seen.cgroup_free_mb is not None and seen.cgroup_free_mb < seen.available_mb:
        return seen.cgroup_free_mb, f"of the control group's {megabytes(seen.cgroup_limit_mb or 0)}"
    return seen.available_mb, f"of {megabytes(seen.total_mb)}"


def soft_limit(e: Evidence) -> tuple[int, ServiceProcess | None]:
    """The lowest limit of open files of the service's processes; of this process, if none was found."""
    seen = e.resources.value
    assert seen is not None
    limited = [each for each in seen.services if each.soft >= 0]
    if seen.services:
        lowest = min(limited, key=lambda each: each.soft, default=seen.services[0])
        return lowest.soft, lowest
    return seen.own_soft, None
