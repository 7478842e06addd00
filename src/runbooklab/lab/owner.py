"""Who made a lab object, so that what a killed drill left behind can be distinguished from what is in use."""

from __future__ import annotations

import psutil

#: Every Docker object of the lab carries this label with the value ``1``.
LABEL = "org.runbooklab.lab"
#: Names the process that made the object, as :func:`me` writes it.
OWNER_LABEL = "org.runbooklab.owner"


def me() -> str:
    """This process as ``<pid>-<start time in ms>``: no later process has the same name."""
    process = psutil.Process()
    return f"{process.pid}-{int(process.create_time() * 1000)}"


def lives(owner: str) -> bool:
    """Whether the process that :func:`me` named ``owner`` still runs."""
    pid, _, started = owner.partition("-")
    if not (pid.isdigit() and started.isdigit()):
        return False
    try:
        return abs(psutil.Process(int(pid)).create_time() * 1000 - int(started)) < 1000
    except psutil.Error:
        return False


def labels() -> dict[str, str]:
    """The labels of an object made now."""
    return {LABEL: "1", OWNER_LABEL: me()}
