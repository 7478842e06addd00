"""The state of a systemd unit, as systemctl shows it."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.probes.local_program import run
from runbooklab.domains.generic.records import Asked, Plan, Seen

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: The properties that are asked for. Source: org.freedesktop.systemd1(5).
PROPERTIES = (
    "LoadState", "ActiveState", "SubState", "UnitFileState", "Result", "ExecMainStatus", "NRestarts",
    "StateChangeTimestampMonotonic", "Description",
)  # fmt: skip
FIELDS = ("exists", "load", "active", "sub", "enabled", "result", "exit_code", "restarts", "since")
#: A unit's name. Source: systemd.unit(5).
UNIT = re.compile(r"[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]{0,254}")
#: There only if systemd is process 1. Source: sd_booted(3).
BOOTED = Path("/run/systemd/system")


def refused(asked: Asked) -> str:
    """Why this is never asked."""
    return refused_unit(asked.subject.plain) or refused_values(asked.subject)


def refused_unit(name: str) -> str:
    """Why this names no unit; "" if it does."""
    return "" if UNIT.fullmatch(name) else "Write the name of one unit, such as nginx.service."


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be asked."""
    return (Plan("process", _words(asked)),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    return asked.shell.command("systemctl", "status", "--no-pager", asked.subject.plain)


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Ask systemctl, which only reads with `show`."""
    ctx = within(ctx, asked)
    if why := without_systemd():
        return seen(ctx, {}, shown=why, unobserved=dict.fromkeys(FIELDS, why))
    properties = f"--property={','.join(PROPERTIES)}"
    options = ("--no-pager", "--no-ask-password", properties)
    said = run(ctx, _words(asked), "systemctl", "show", *options, "--", asked.subject.plain)
    if said.code != 0:
        why = "systemctl is not installed" if said.is_missing else _why(said.err)
        return seen(ctx, {}, shown=why, unobserved=dict.fromkeys(FIELDS, why))
    values = values_of(said.out, time.clock_gettime(time.CLOCK_MONOTONIC))
    note = "" if values.get("exists") else f"systemd knows no unit {asked.subject.plain}."
    return seen(ctx, values, shown=said.out, note=note)


def without_systemd(booted: Path = BOOTED) -> str:
    """Why there is no systemd to ask; "" if there is."""
    return "" if booted.is_dir() else "systemd does not run this machine"


def values_of(text: str, now_s: float) -> dict[str, Any]:
    """The fields of this kind in what `systemctl show` prints; ``now_s`` is the clock CLOCK_MONOTONIC.

    >>> values_of("LoadState=not-found\\nActiveState=inactive\\n", 0.0)
    {'exists': False}
    """
    said = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if said.get("LoadState") == "not-found":
        return {"exists": False}
    names = {
        "load": "LoadState",
        "active": "ActiveState",
        "sub": "SubState",
        "enabled": "UnitFileState",
        "result": "Result",
    }
    values: dict[str, Any] = {"exists": True}
    values |= {name: said[key] for name, key in names.items() if said.get(key)}
    for name, key in {"restarts": "NRestarts", "exit_code": "ExecMainStatus"}.items():
        if said.get(key, "").isdigit():
            values[name] = int(said[key])
    changed = said.get("StateChangeTimestampMonotonic", "")
    if changed.isdigit() and int(changed) > 0:
        values["since"] = round(max(now_s - int(changed) / 1e6, 0.0), 1)
    return values


def _words(asked: Asked) -> str:
    return f"systemctl show {asked.subject.plain}"


def _why(err: str) -> str:
    first = err.strip().splitlines()[0] if err.strip() else "systemctl did not answer in time"
    return first.rstrip(".")
