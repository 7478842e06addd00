"""The processes of a name on this host."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.redaction import clean_argv
from runbooklab.words import size

if TYPE_CHECKING:
    import psutil

    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Over how long processor time is measured, in seconds.
MEASURED_S = 0.2
#: Processes that are shown, and words of each one's command line.
MOST_PROCESSES, MOST_WORDS = 20, 24
_NAME = re.compile(r"[^/\x00-\x1f-][^/\x00-\x1f]{0,254}")


def refused(asked: Asked) -> str:
    """Why this is never read."""
    texts = (asked.subject, *asked.options.values())
    if why := next((why for text in texts if (why := refused_values(text))), ""):
        return why
    if not _NAME.fullmatch(asked.subject.plain):
        return "Write the name of a program, such as postgres, without its folder."
    if asked.option("user").startswith("-"):
        return "`user` takes a user's name."
    return ""


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be read."""
    return (Plan("process", f"processes of {asked.subject.plain}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    user, arguments = asked.option("user"), asked.option("arguments")
    words = ["pgrep", "-a", *(["-u", user] if user else [])]
    if arguments:
        return asked.shell.command(*words, "-f", "--", re.escape(arguments))
    return asked.shell.command(*words, "-x", "--", re.escape(asked.subject.plain))


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Look through the table of processes, and for a moment at those that were found."""
    ctx, began = within(ctx, asked), time.monotonic()
    found = _found(asked)
    ctx.note("process", f"processes of {asked.subject.plain}", (time.monotonic() - began) * 1000)
    if not found:
        return _seen_none(ctx, asked)
    values: dict[str, Any] = {"count": len(found)}
    unobserved: dict[str, str] = {}
    measured, started = _processor_s(found), time.monotonic()
    rss, fds, since = _each(found, "rss"), _each(found, "fds"), _each(found, "since")
    time.sleep(min(MEASURED_S, ctx.remaining_s()))
    used = [later - measured[pid] for pid, later in _processor_s(found).items() if pid in measured]
    if used:
        values["cpu_percent"] = round(100 * sum(used) / max(time.monotonic() - started, 0.01), 1)
    for name, numbers, together in (("rss", rss, sum), ("fds", fds, max), ("oldest", since, max)):
        if numbers and (name == "oldest" or len(numbers) == len(found)):
            values[name] = together(numbers)
        else:
            unobserved[name] = "this user may not look into every one of these processes"
    return seen(ctx, values, shown=_shown(ctx, found), unobserved=unobserved)


def _seen_none(ctx: Context[Target], asked: Asked) -> Seen:
    note = f"No process is called {asked.subject.plain}."
    if _others_are_hidden():
        return seen(ctx, {}, unobserved={"count": "this host hides other users' processes"})
    return seen(ctx, {"count": 0}, shown=note, note=note)


def _found(asked: Asked) -> list[psutil.Process]:
    import psutil

    name, arguments, user = asked.subject.plain, asked.option("arguments"), asked.option("user")
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or not _is_called(process, name):
                continue
            if arguments and arguments not in " ".join(process.cmdline()):
                continue
            if user and process.username() != user:
                continue
            if process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue  # it has ended meanwhile
    return found


def _is_called(process: psutil.Process, name: str) -> bool:
    """By the kernel's name for it, or by the program that its command line names."""
    if process.name() == name:
        return True
    words = process.cmdline()
    return bool(words) and Path(words[0].split(" ")[0]).name == name


def _processor_s(processes: list[psutil.Process]) -> dict[int, float]:
    import psutil

    used = {}
    for process in processes:
        try:
            times = process.cpu_times()
        except (psutil.Error, OSError):
            continue
        used[process.pid] = times.user + times.system
    return used


def _each(processes: list[psutil.Process], what: str) -> list[float]:
    """A number of each process that shows it."""
    import psutil

    read: dict[str, Any] = {
        "rss": lambda process: process.memory_info().rss,
        "fds": lambda process: process.num_fds(),
        "since": lambda process: round(max(time.time() - process.create_time(), 0.0), 1),
    }
    numbers = []
    for process in processes:
        try:
            numbers.append(read[what](process))
        except (psutil.Error, OSError):
            continue
    return numbers


def _others_are_hidden() -> bool:
    """Whether /proc shows a user only their own processes. Source: proc(5), hidepid."""
    if os.geteuid() == 0:
        return False
    try:
        mounts = Path("/proc/mounts").read_text()
    except OSError:
        return False
    return re.search(r"^proc /proc proc \S*hidepid=(?!0|off)", mounts, re.M) is not None


def _shown(ctx: Context[Target], found: list[psutil.Process]) -> str:
    import psutil

    lines = []
    for process in found[:MOST_PROCESSES]:
        try:
            words = clean_argv(process.cmdline()[:MOST_WORDS], ctx.vault) or (process.name(),)
            lines.append(
                f"{process.pid} {process.username()} {size(process.memory_info().rss)} {' '.join(words)}"
            )
        except (psutil.Error, OSError):
            continue
    return "\n".join(lines)
