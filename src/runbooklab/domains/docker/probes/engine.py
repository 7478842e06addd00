"""What the engine says of itself, and the file system that its folder is on."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.docker.records import EngineInfo, Pool
from runbooklab.observe.docker.client import reading_client
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

MOST = 50
#: Where the kernel says which foreign programs it hands to an emulator.
_EMULATORS = Path("/proc/sys/fs/binfmt_misc")


def engine_info(ctx: Context) -> EngineInfo:
    """``GET /info``, and statvfs of the engine's folder if it is on this host."""
    with reading_client(ctx) as client:
        said: dict[str, Any] = client.info()
        local = str(client.base_url).startswith("http+docker")
    root = str(said.get("DockerRootDir") or "")
    room = _room(ctx, root) if local and root else None
    return EngineInfo(
        version=clean(str(said.get("ServerVersion") or ""), ctx.vault),
        driver=clean(str(said.get("Driver") or ""), ctx.vault),
        warnings=tuple(clean(str(each)[:300], ctx.vault) for each in (said.get("Warnings") or ())[:MOST]),
        cpus=int(said.get("NCPU") or 0),
        memory_bytes=int(said.get("MemTotal") or 0),
        architecture=clean(str(said.get("Architecture") or ""), ctx.vault),
        root=clean(root, ctx.vault),
        pools=tuple(_pools(said.get("DefaultAddressPools"))),
        runtimes=tuple(sorted(map(str, said.get("Runtimes") or ()))[:MOST]),
        cdi=_has_cdi(said),
        cgroup_driver=str(said.get("CgroupDriver") or ""),
        cgroup_version=str(said.get("CgroupVersion") or ""),
        security=tuple(str(each)[:100] for each in (said.get("SecurityOptions") or ())[:MOST]),
        forwarding=said.get("IPv4Forwarding") if isinstance(said.get("IPv4Forwarding"), bool) else None,
        local=local,
        free_bytes=room.f_bavail * room.f_frsize if room else None,
        total_bytes=room.f_blocks * room.f_frsize if room else None,
        free_inodes=room.f_favail if room and room.f_files else None,
        total_inodes=room.f_files if room and room.f_files else None,
        nvidia_hook=local and shutil.which("nvidia-container-runtime-hook") is not None,
        emulated=_emulated() if local else (),
    )


def _pools(said: Any) -> list[Pool]:
    found = said if isinstance(said, list) else []
    return [Pool(str(each.get("Base")), int(each.get("Size") or 0)) for each in found[:MOST] if each]


def _has_cdi(said: dict[str, Any]) -> bool:
    """Whether a device of NVIDIA is described for the engine in one of its CDI folders."""
    found = False
    for folder in (said.get("CDISpecDirs") or ())[:10]:
        with suppress(OSError):
            found = found or any("nvidia" in file.name for file in Path(str(folder)).iterdir())
    return found or any("nvidia" in str(each) for each in said.get("DiscoveredDevices") or ())


def _room(ctx: Context, root: str) -> os.statvfs_result | None:
    ctx.note("file", f"statvfs {root}")
    path = Path(root)
    for place in (path, *path.parents):  # this user may not look into the folder itself
        try:
            return os.statvfs(place)
        except PermissionError:
            continue
        except OSError:
            return None
    return None


def _emulated() -> tuple[str, ...]:
    with suppress(OSError):
        names = [each.name for each in _EMULATORS.iterdir() if each.name.startswith("qemu-")]
        return tuple(sorted(name.removeprefix("qemu-") for name in names)[:MOST])
    return ()
