"""Plans for what Redis keeps on disk: let it save again, make it keep its data."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command, quoted
from runbooklab.domains.redis.readings.logs import lines_of_last_run
from runbooklab.domains.redis.remedies.losses import at_risk
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.redis_files import mount_at
from runbooklab.domains.redis.remedies.settings import config_set
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container, Mount

#: What the log says if the folder may not be written to, and if its file system may not.
_DENIED, _READ_ONLY = "Permission denied", "Read-only file system"


def enable_persistence(site: Site) -> Steps:
    steps = config_set(
        site, "appendonly", "yes", "Makes Redis write every change to a file, so that a restart loses none."
    )
    steps = replace(steps, act=f"Make {site.redis_name} keep its data on disk")
    if site.found is None or mount_at(site.found, folder(site)) is not None:
        return steps
    note = (
        f" There is no volume at {folder(site)}: the file is lost with the container (-v redis-data:/data "
        "gives a new one a volume)."
    )
    return replace(steps, changes=steps.changes + note)


def folder(site: Site) -> str:
    """Where Redis keeps its data, in its container or on its host."""
    return site.setting("dir") or ("/data" if site.found else "/var/lib/redis")


def fix_persistence(site: Site) -> Steps:
    """By what the log says hinders it: a permission, a file system that is read-only, or a full disk."""
    log = "\n".join(line.text for line in lines_of_last_run(site.e))
    if _DENIED in log:
        return _own_the_folder(site)
    if _READ_ONLY in log:
        return _writable(site)
    return _free_space(site)


def owner(site: Site) -> str:
    """As whom Redis writes, as ``user:group``; the image's own user if nobody could see."""
    seen = site.e.process.value
    if seen is not None and seen.owner:
        return seen.owner
    given = {option.option: option.value for option in (site.found.options if site.found else None) or ()}
    user, _, group = given.get("--user", "").partition(":")
    if user.isdigit():
        return f"{user}:{group or 0}"
    return "999:999" if site.found else "redis:redis"


def _own_the_folder(site: Site) -> Steps:
    """The folder is given to whom Redis runs as: on the host, in its volume or in the container."""
    place, who = folder(site), owner(site)
    mount = mount_at(site.found, place) if site.found else None
    bind = mount is not None and mount.type == "bind"
    if site.found is None or bind:
        path = mount.source + place[len(mount.destination) :] if mount is not None else place
        give: tuple[str, ...] = (command("ls", "-ldn", path), command("sudo", "chown", "-R", who, path))
    else:
        path = f"{place} of container {site.name}"
        give = (_give_inside(site, mount, place, who),)
    return Steps(
        commands=(*give, *_save(site)),
        changes=f"Gives {path}, and what is in it, to {who}, as whom Redis runs: it has no permission to "
        "write there. Redis takes writes again after the first snapshot that succeeds; no key is lost."
        f"{site.auth_note}",
        risk="low",
        confirm=_confirm(site),
    )


def _give_inside(site: Site, mount: Mount | None, place: str, who: str) -> str:
    """By this host if the engine is its own, as an image may lack chown; by a container elsewhere.

    Of a container that is stopped: by its image, or else by this host, where the volume is.
    """
    seen = site.e.process.value
    local, running = seen is not None and bool(seen.owner), site.found is not None and site.found.pid
    if local and running and site.found is not None:
        return command("sudo", "chown", "-R", who, f"/proc/{site.found.pid}/root{place}")
    helper = ("docker", "run", "--rm", "--user", "0", "--network", "none", "--volumes-from", site.name)
    if mount is not None:
        volume = f'"$({command("docker", "volume", "inspect", "-f", "{{.Mountpoint}}", mount.source)})"'
        rest = place[len(mount.destination) :].lstrip("/")
        there = f"{volume}/{quoted(rest)}" if rest else volume
        by_host = f"{command('sudo', 'chown', '-R', who)} {there}"
        return f"{command(*helper, '--entrypoint', 'chown', site.image, '-R', who, place)} || {by_host}"
    return command("docker", "exec", "--user", "0", site.name, "chown", "-R", who, place)


def _save(site: Site) -> tuple[str, ...]:
    running = site.found is None or site.found.state == "running"
    return (site.cli("BGSAVE"),) if running else (command("docker", "start", site.name),)


def _confirm(site: Site) -> tuple[str, ...]:
    running = site.found is None or site.found.state == "running"
    return (site.cli("LASTSAVE"), site.cli("INFO", "persistence")) if running else (site.logs, site.ping)


def _writable(site: Site) -> Steps:
    place = folder(site)
    mount = mount_at(site.found, place) if site.found else None
    if site.found is not None and mount is not None and mount.read_only:
        return _remade_writable(site, site.found, mount)
    if site.found is not None and mount is None:
        what = (
            f"the container is read-only (--read-only): give it a volume at {place} (-v redis-data:{place})"
        )
    else:
        what = "the disk is mounted read-only, often after an error of the disk itself (see dmesg)"
    show = command("findmnt", "-T", mount.source if mount is not None and mount.type == "bind" else place)
    return Steps(
        commands=(show, *_save(site)),
        changes=f"Redis cannot write to {place}: {what}. Then save.{site.auth_note}",
        confirm=_confirm(site),
    )


def _remade_writable(site: Site, found: Container, mount: Mount) -> Steps:
    """The container again with a mount that can be written to; nothing could be saved there before."""
    writable = replace(mount, read_only=False)
    mounts = tuple(writable if other is mount else other for other in found.mounts)
    return recreated(
        site,
        replace(found, mounts=mounts),
        Change(f"take ro off the volume at {mount.destination}", empty=True),  # a save would fail
        f"Redis cannot write to {folder(site)}: {mount.source} is mounted read-only (:ro), and is not any "
        f"more. What is in it stays. {at_risk(site)}".strip(),
    )


def _free_space(site: Site) -> Steps:
    place = folder(site)
    if site.found is not None and site.found.state != "running":
        volumes = [mount.source for mount in site.found.mounts if mount.type == "bind"] or ["/var/lib/docker"]
        return Steps(
            commands=(command("df", "-h", *volumes), command("docker", "start", site.name)),
            changes=f"Shows whether the disk is full: free space, then start {site.name}.",
            confirm=(site.logs, site.ping),
        )
    there = ("docker", "exec", site.name) if site.by_exec else ()
    show = (command(*there, "df", "-h", place), command(*there, "ls", "-ldn", place))
    return Steps(
        commands=(*show, site.cli("BGSAVE")),
        changes=f"Shows whether {place} is full: free space, and save then. If its owner is not "
        f"{owner(site)}, as whom Redis runs, give it to that one (chown). Redis takes writes again after the "
        f"first snapshot that succeeds.{site.auth_note}",
        confirm=_confirm(site),
    )
