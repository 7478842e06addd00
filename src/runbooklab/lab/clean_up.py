"""Removes what a killed drill left behind. What belongs to a running process is not touched."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from runbooklab.lab.owner import LABEL, OWNER_LABEL, lives

if TYPE_CHECKING:
    from docker import DockerClient

#: The beginning of a firewall rule's comment, before its owner's name.
RULE_COMMENT = "runbooklab-"
#: The beginning of a folder's name, before its owner's name.
FOLDER_PREFIX = "runbooklab-lab-"
#: How long unmounting may take, in seconds: a server behind the mount may be gone.
UMOUNT_S = 10

_COMMENT = re.compile(rf"--comment \"?{RULE_COMMENT}([\d-]+)")


def clean_up(client: DockerClient | None) -> tuple[str, ...]:
    """Remove every container, network, firewall rule, mount and folder of the lab whose owner is gone.

    Returns the names of what was removed. Without an engine (``client`` is None) there are no containers.
    """
    return (*(_docker_objects(client) if client else ()), *_firewall_rules(), *_folders())


def _docker_objects(client: DockerClient) -> list[str]:
    from docker.errors import APIError

    removed = []
    ours: dict[str, str | list[str] | bool] = {"label": f"{LABEL}=1"}
    for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
        if _orphan(container.labels):
            with suppress(APIError):
                container.remove(force=True, v=True)
                removed.append(str(container.name))
    for network in client.networks.list(filters=ours):
        if _orphan(network.attrs.get("Labels") or {}):
            with suppress(APIError):
                network.remove()
                removed.append(str(network.name))
    return removed


def _orphan(labels: dict[str, str]) -> bool:
    owner = labels.get(OWNER_LABEL, "")
    return bool(owner) and not lives(owner)


def _firewall_rules() -> list[str]:
    if shutil.which("iptables") is None:
        return []
    listed = subprocess.run(["iptables", "-w", "-S"], capture_output=True, text=True, check=False).stdout
    removed = []
    for rule in listed.splitlines():
        comment = _COMMENT.search(rule)
        if comment and not lives(comment[1]):
            subprocess.run(["iptables", "-w", "-D", *shlex.split(rule)[1:]], capture_output=True, check=False)
            removed.append(rule)
    return removed


def _folders() -> list[str]:
    removed = []
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        if not lives(folder.name.removeprefix(FOLDER_PREFIX).rpartition("-")[0]):
            _unmount_below(folder)
            if not _mounted_below(folder):  # else what is mounted would be emptied
                shutil.rmtree(folder, ignore_errors=True)
                removed.append(str(folder))
    return removed


def _unmount_below(folder: Path) -> None:
    """Unmount what a drill mounted there, the innermost first."""
    for point in sorted(_mounted_below(folder), reverse=True):
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(["umount", str(point)], capture_output=True, check=False, timeout=UMOUNT_S)


def _mounted_below(folder: Path) -> list[Path]:
    points = (Path(part.mountpoint) for part in psutil.disk_partitions(all=True))
    return [point for point in points if point.is_relative_to(folder.resolve())]
