"""Units in every state, and what systemd 252 showed of each, recorded as process 1 of a container.

A test in tests/live has a real systemd show them once more.
"""

from __future__ import annotations

from runbooklab.domains.generic.lab.systemd import Systemd

_RUNS = "ExecStart=/bin/sleep 600"
#: Unit file -> its text.
UNITS = {
    "runs.service": f"[Unit]\nDescription=An = in it\n[Service]\n{_RUNS}\n"
    "[Install]\nWantedBy=multi-user.target\n",
    "fails.service": "[Service]\nExecStart=/bin/sh -c 'exit 3'\n",
    "no-program.service": "[Service]\nExecStart=/usr/bin/shopd\n",
    "restarts.service": "[Service]\nExecStart=/bin/sh -c 'exit 9'\nRestart=always\nRestartSec=1h\n",
    "mistaken.service": "[Service]\nRestart=on-failure\n",
}
#: In the folder of packages: systemd masks none that is in the administrator's.
PACKAGED = {"masked.service": f"[Service]\n{_RUNS}\n"}
#: Unit -> what `systemctl show` printed of the properties that are asked for.
SHOWN = {
    "runs.service": """Result=success
NRestarts=0
ExecMainStatus=0
Description=An = in it
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=enabled
StateChangeTimestampMonotonic=13690148137
""",
    "fails.service": """Result=exit-code
NRestarts=0
ExecMainStatus=3
Description=fails.service
LoadState=loaded
ActiveState=failed
SubState=failed
UnitFileState=static
StateChangeTimestampMonotonic=13690191307
""",
    "no-program.service": """Result=exit-code
NRestarts=0
ExecMainStatus=203
Description=no-program.service
LoadState=loaded
ActiveState=failed
SubState=failed
UnitFileState=static
StateChangeTimestampMonotonic=13690226318
""",
    "restarts.service": """Result=exit-code
NRestarts=0
ExecMainStatus=9
Description=restarts.service
LoadState=loaded
ActiveState=activating
SubState=auto-restart
UnitFileState=static
StateChangeTimestampMonotonic=13690259338
""",
    "mistaken.service": """Result=success
NRestarts=0
ExecMainStatus=0
Description=mistaken.service
LoadState=bad-setting
ActiveState=inactive
SubState=dead
UnitFileState=static
StateChangeTimestampMonotonic=0
""",
    "masked.service": """Result=success
NRestarts=0
ExecMainStatus=0
Description=masked.service
LoadState=masked
ActiveState=inactive
SubState=dead
UnitFileState=masked
StateChangeTimestampMonotonic=0
""",
    "unknown.service": """Result=success
NRestarts=0
ExecMainStatus=0
Description=unknown.service
LoadState=not-found
ActiveState=inactive
SubState=dead
UnitFileState=
StateChangeTimestampMonotonic=0
""",
    "tmp.mount": """Result=success
Description=/tmp
LoadState=loaded
ActiveState=active
SubState=mounted
UnitFileState=
StateChangeTimestampMonotonic=13689133386
""",
}


def brought_about(running: Systemd) -> None:
    """Have each unit reach its state."""
    folder = running.run / "systemd" / "system"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in PACKAGED.items():
        (folder / name).write_text(text)
        running.ctl("mask", name)
    running.ctl("daemon-reload")
    running.ctl("enable", "runs.service")
    for name in (*UNITS, *PACKAGED):
        running.ctl("start", name)
