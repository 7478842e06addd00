"""Plans for what is mounted: volumes, and the files and folders of this host."""

from __future__ import annotations

from pathlib import PurePosixPath

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.readings.endings import WRONG_MOUNT, error_says
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes import mounts as rules
from runbooklab.domains.docker.container_records import ContainerView, MountStat
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found
from runbooklab.domains.docker.remedies.common import (
    affected,
    force_recreated,
    logs,
    make_again,
    restart,
    run_again,
    start,
)
from runbooklab.observe.docker.records import Container


def create_volume(e: Evidence) -> Steps:
    volumes = e.networks.value.volumes if e.networks.value else ()
    compose = e.compose.value
    name = next(
        (
            each.name
            for each in (compose.volumes if compose else ())
            if each.external and each.name not in volumes
        ),
        "VOLUME",
    )
    return Steps(
        commands=(command("docker", "volume", "create", name),),
        changes=f"Creates the volume {name}, empty. If it held data, restore them first, or look for "
        "it on another engine "
        "(docker context ls).",
        confirm=(command("docker", "volume", "inspect", name), run_again(e)),
        undo=(command("docker", "volume", "rm", name),),
    )


def create_bind_source(e: Evidence) -> Steps:
    source, target, known = _missing_source(e)
    is_file = rules.means_a_file(target or source)
    folder = str(PurePosixPath(source).parent) if is_file else source
    make = (command("mkdir", "-p", folder), *((command("touch", source),) if is_file else ()))
    what = "an empty file: put into it what belongs there" if is_file else "an empty folder"
    return Steps(
        commands=(*make, *((start(known),) if known else ())),
        changes=f"Makes {source}, {what}. If the path is mistyped, correct it in the Compose file or "
        "the docker run instead.",
        confirm=(command("ls", "-ld", source), run_again(e)),
        undo=(command("rm", source) if is_file else command("rmdir", source),),
    )


def _missing_source(e: Evidence) -> tuple[str, str, Container | None]:
    for view, known in found(e):
        for mount in view.extras.mounts:
            if mount.type == "bind" and mount.exists is False:
                return mount.source, mount.destination, known
    compose = e.compose.value
    for bind in compose.binds if compose else ():
        if bind.kind == "missing" and not bind.makes_folder:
            return bind.source, bind.target or (bind.source if bind.what != "bind" else ""), None
    return "/PATH", "", None


def put_file(e: Evidence) -> Steps:
    source, view = _directory(e)
    if source == _UNKNOWN:
        return _look_at_mounts(e)
    known = view.look.found if view is not None and view.look is not None else None
    put = Steps(
        commands=(
            command("sudo", "rmdir", source),
            f': "${{FILE:?the file that belongs there}}" && cp "$FILE" {command(source)}',
        ),
        changes=f"Removes the directory {source}, which rmdir does only if it is empty, and puts the "
        "file there that you "
        "name in FILE" + (f"; then {known.name} starts with it." if known else "."),
        risk="low",
        confirm=(command("ls", "-l", source), *((logs(known),) if known else ()), run_again(e)),
        undo=(command("sudo", "mv", source, f"{source}.put"), command("sudo", "mkdir", source)),
    )
    if view is None or known is None:
        return put
    if error_says(known, WRONG_MOUNT):
        return replace(put, commands=(*put.commands, start(known)))
    why = f"The engine made a directory in {known.name} too, where it mounts that one: a restart would fail."
    again = force_recreated(view, known, why)
    return replace(
        again,
        commands=(*put.commands, *again.commands),
        changes=f"{put.changes} {again.changes}",
        confirm=put.confirm,
        undo=again.undo,
        appliable=False,
    )


#: Stands for a path that no evidence names.
_UNKNOWN = "/PATH"


def _look_at_mounts(e: Evidence) -> Steps:
    """A file stands where a directory is meant, or the mount is not known: a person corrects the path."""
    known = next((each for _, each in found(e)), None)
    name = known.name if known else "NAME"
    again = make_again(known) if known else ()
    return Steps(
        commands=(command("docker", "inspect", "-f", "{{json .HostConfig.Binds}}", name), *again),
        changes=f"Shows what {name} mounts. Source and target are to be of one kind, both files or "
        "both directories: "
        "correct the path in the Compose file or the docker run, and make the container again.",
        risk="medium" if again else "none",
        confirm=(run_again(e),),
    )


def _directory(e: Evidence) -> tuple[str, ContainerView | None]:
    for view, known in found(e):
        for mount in view.extras.mounts:
            named = f'"{mount.source}"' in known.error or (
                mount.empty and rules.means_a_file(mount.destination)
            )
            if mount.type == "bind" and mount.directory and named:
                return mount.source, view
    compose = e.compose.value
    for bind in compose.binds if compose else ():
        if bind.kind == "empty-directory":
            return bind.source, None
    return _UNKNOWN, None


def own_mount(e: Evidence) -> Steps:
    seen = affected(e, rules.permission_denied) or list(found(e))[:1]
    if not seen:
        return Steps(("docker ps --all",), "Shows the containers.", risk="none")
    view, known = seen[0]
    mount = _closed(view)
    uid = view.extras.uid or 0
    owner = f"{uid}:{view.extras.gid}" if view.extras.gid is not None else str(uid)
    before = f"{mount.uid}:{mount.gid}" if mount else "0:0"
    source = mount.source if mount else "/PATH"
    return Steps(
        commands=(command("sudo", "chown", "-R", owner, source), restart(known)),
        changes=f"Gives {source} to uid {uid}, as which container {known.name} runs, and starts it. "
        "Whoever else used that "
        "path as its owner may not write there any more.",
        risk="medium",
        confirm=(command("ls", "-ldn", source), logs(known), run_again(e)),
        undo=(command("sudo", "chown", "-R", before, source),),
    )


def _closed(view: ContainerView) -> MountStat | None:
    extras = view.extras
    usable = [each for each in extras.mounts if each.exists and each.type in ("bind", "volume")]
    closed = [
        each
        for each in usable
        if extras.uid and not rules.may(each, extras.uid, extras.gid, 0o4 if each.read_only else 0o6)
    ]
    return next(iter(closed or usable), None)
