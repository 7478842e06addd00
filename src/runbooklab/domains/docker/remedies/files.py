"""Plans for the client's folder, the Compose file, networks and mounts."""

from __future__ import annotations

from pathlib import PurePosixPath

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes import mounts
from runbooklab.domains.docker.causes.networks import collisions_in_question
from runbooklab.domains.docker.container_records import ContainerView, MountStat
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found
from runbooklab.domains.docker.readings.subnets import overlaps, parsed
from runbooklab.domains.docker.records import NetworksLook
from runbooklab.domains.docker.remedies.common import (
    affected,
    logs,
    make_again,
    restart,
    run_again,
    start,
    without_keys,
)
from runbooklab.observe.docker.records import Container
from runbooklab.words import listed


def _compose(e: Evidence, *words: str) -> str:
    look = e.compose.value
    return command("docker", "compose", "-f", look.path if look else "docker-compose.yml", *words)


def _edit(e: Evidence) -> str:
    look = e.compose.value
    return f"{EDITOR} {command(path_word(look.path if look else 'docker-compose.yml'))}"


def fix_compose_file(e: Evidence) -> Steps:
    look = e.compose.value
    if look is not None and not look.there:
        return Steps(
            commands=(command("ls", "-la", str(PurePosixPath(look.path).parent)),),
            changes=f"Shows what is in the folder of {look.path}. Name the right file: -p compose_file PATH.",
            risk="none",
            confirm=(run_again(e),),
        )
    first = look.defects[0] if look and look.defects else None
    at = f" at line {first.line}" if first and first.line else ""
    said = f" What is wrong: {first.message}." if first else ""
    return Steps(
        commands=(_edit(e), _compose(e, "config", "--quiet")),
        changes=f"Opens the Compose file{at}, and checks it; no container is changed.{said}",
        risk="none",
        confirm=(_compose(e, "config", "--quiet"), run_again(e)),
    )


def set_variable(e: Evidence) -> Steps:
    look = e.compose.value
    name = look.unset[0].name if look and look.unset else "NAME"
    env = look.env_file if look else ".env"
    typed = (
        f': "${{VALUE:?its value}}" && printf \'%s=%s\\n\' {command(name)} "$VALUE" >> '
        f"{command(path_word(env))}"
    )
    return Steps(
        commands=(typed, _compose(e, "config", "--quiet")),
        changes=f"Adds {name} to {env}, which Compose reads: only a person knows the value; set VALUE "
        "first. Or give it a "
        f"default in the Compose file: ${{{name}:-default}}.",
        confirm=(_compose(e, "config", "--quiet"), run_again(e)),
        undo=(command("sed", "-i", f"/^{name}=/d", path_word(env)),),
    )


def free_container_name(e: Evidence) -> Steps:
    look, on = e.compose.value, e.compose_engine.value
    if look is not None and look.same_names:
        return Steps(
            commands=(_edit(e),),
            risk="none",
            confirm=(_compose(e, "config", "--quiet"), run_again(e)),
            changes=f"Give one of the services {look.same_names[0][1]} and {look.same_names[0][2]} another "
            "container_name, or none.",
        )
    wanted = {service.container_name for service in look.services} if look else set()
    held = next(
        (
            each
            for each in (on.held_names if on else ())
            if each.name in wanted and (each.project != (look.project if look else ""))
        ),
        None,
    )
    name = held.name if held else "NAME"
    return Steps(
        commands=(
            command("docker", "rename", name, f"{name}-old"),
            *((command("docker", "stop", f"{name}-old"),) if held and held.state == "running" else ()),
        ),
        changes=f"Gives the container {name} another name, and stops it if it runs; it keeps its data. "
        "Then Compose can "
        "make its own. Remove the old one when nobody needs it (docker rm).",
        risk="medium",
        confirm=("docker ps --all", run_again(e)),
        undo=(command("docker", "rename", f"{name}-old", name), command("docker", "start", name)),
        loses=("What its program holds in memory alone.",) if held and held.state == "running" else (),
    )


# --- client ------------------------------------------------------------------------------------------


def fix_credential_helper(e: Evidence) -> Steps:
    look = e.client.value
    folder = look.folder if look else "~/.docker"
    name = look.helpers_missing[0] if look and look.helpers_missing else "NAME"
    places = [place for place, helper in (look.helpers if look else {}).items() if helper == name]
    file = f"{folder}/config.json"
    only_store = places == ["*"]
    keys = ("credsStore",) if only_store else ("credHelpers", *(("credsStore",) if "*" in places else ()))
    others = (
        "" if only_store else " Helpers of other registries that are installed have to be written in again."
    )
    return Steps(
        commands=(command("cp", "-p", file, f"{file}.bak"), without_keys(file, *keys)),
        changes=f"Keeps a copy of {file} and takes {' and '.join(keys)} out, which name "
        f"{name}.{others} Or install "
        f"docker-credential-{name}: without a helper, docker login writes passwords into that file.",
        risk="low",
        confirm=(command("docker", "--config", folder, "info"), run_again(e)),
        undo=(command("cp", "-p", f"{file}.bak", file),),
    )


def install_compose(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-compose-plugin", "docker compose version"),
        changes="Installs the plugin from Docker's package repository (Debian and Ubuntu call theirs "
        "docker-compose-v2 or docker-compose). No container is changed.",
        confirm=("docker compose version", run_again(e)),
        undo=("sudo apt-get remove docker-compose-plugin",),
    )


def install_buildx(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-buildx-plugin", "docker buildx version"),
        changes="Installs the plugin buildx from Docker's package repository.",
        confirm=("docker buildx version",),
        undo=("sudo apt-get remove docker-buildx-plugin",),
    )


def install_cli(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-ce-cli", "docker version"),
        changes="Installs the docker command from Docker's package repository (Debian: docker.io).",
        confirm=("docker version",),
        undo=("sudo apt-get remove docker-ce-cli",),
    )


# --- networks ----------------------------------------------------------------------------------------


def create_network(e: Evidence) -> Steps:
    names = {each.name for each in e.networks.value.networks} if e.networks.value else set()
    name, starts = _missing_network(e, names)
    return Steps(
        commands=(command("docker", "network", "create", name), *starts),
        changes=f"Creates the network {name} with a free subnet of the engine's pools"
        + (", and starts what waits for it." if starts else ".")
        + " If it had a subnet of its own, add --subnet.",
        confirm=(command("docker", "network", "inspect", name), run_again(e)),
        undo=(command("docker", "network", "rm", name),),
    )


def _missing_network(e: Evidence, names: set[str]) -> tuple[str, tuple[str, ...]]:
    for view, known in found(e):
        gone = [name for name in view.extras.network_ids if name not in names]
        in_error = (
            known.error.partition("network ")[2].partition(" not found")[0]
            if "not found" in known.error
            else ""
        )
        name = gone[0] if gone else in_error
        if name and known.state not in ("running", "paused"):
            ids = view.extras.network_ids.get(name, "")
            anew = (
                (
                    command("docker", "network", "disconnect", "--force", name, known.name),
                    command("docker", "network", "connect", name, known.name),
                )
                if ids
                else ()
            )
            return name, (*anew, start(known))
    compose = e.compose.value
    for network in compose.networks if compose else ():
        if network.external and network.name not in names:
            return network.name, ()
    return e.target.docker_network or "NETWORK", ()


def free_subnets(e: Evidence) -> Steps:
    return Steps(
        commands=("docker network ls", "docker network prune"),
        changes="Shows the networks, then removes those that no container is on, after a question. "
        "For more, give the "
        'engine smaller subnets: "default-address-pools": '
        '[{"base": "10.210.0.0/16", "size": 24}] in daemon.json.',
        risk="low",
        confirm=("docker network ls", run_again(e)),
        loses=("Networks without a container: Compose makes its own again.",),
    )


def change_subnet(e: Evidence) -> Steps:
    look, compose = e.networks.value, e.compose.value
    met = collisions_in_question(e)
    if not met or look is None:
        named = [each.name for each in (compose.networks if compose else ()) if each.subnets]
        return Steps(
            commands=(_edit(e), _compose(e, "config", "--quiet")),
            changes=f"Opens the Compose file: give the network {next(iter(named), 'NETWORK')} a subnet "
            "that nothing "
            "else has.",
            risk="none",
            confirm=(run_again(e),),
        )
    name, free = met[0].network, _free_subnet(look)
    members = [known.name for _, known in found(e) if name in {net.network for net in known.networks}]
    leave = tuple(command("docker", "network", "disconnect", name, member) for member in members)
    join = tuple(command("docker", "network", "connect", name, member) for member in members)
    remove = command("docker", "network", "rm", name)
    return Steps(
        commands=(
            "ip route",
            *leave,
            remove,
            command("docker", "network", "create", "--subnet", free, name),
            *join,
        ),
        changes=f"Makes the network {name} again with the subnet {free}, which no route of this host "
        "has, and puts "
        f"{listed(members) or 'its containers'} on it again; they run on. Another member has "
        "to be disconnected first.",
        risk="medium",
        confirm=(command("docker", "network", "inspect", name), run_again(e)),
        undo=(*leave, remove, command("docker", "network", "create", "--subnet", met[0].subnet, name), *join),
    )


def _free_subnet(look: NetworksLook) -> str:
    """A subnet that no network and no route of this host has a part in."""
    taken = [text for network in look.networks for text in network.subnets]
    taken += [route.destination for route in look.routes or ()]
    nets = [net for text in taken if (net := parsed(text)) and net.prefixlen]
    for number in range(200, 250):
        free = parsed(f"10.{number}.0.0/24")
        if free is not None and not any(overlaps(free, net) for net in nets):
            return str(free)
    return "10.251.0.0/24"


def connect_network(e: Evidence) -> Steps:
    known = next((each for _, each in found(e)), None)
    name, network = (known.name if known else "NAME"), e.target.docker_network or "bridge"
    return Steps(
        commands=(command("docker", "network", "connect", network, name),),
        changes=f"Puts {name} on the network {network}; no container is stopped.",
        confirm=(command("docker", "network", "inspect", network), run_again(e)),
        undo=(command("docker", "network", "disconnect", network, name),),
    )


def fix_dns(e: Evidence) -> Steps:
    seen = next(((view, known) for view, known in found(e) if view.extras.dns), None) or next(
        iter(found(e)), None
    )
    known = seen[1] if seen else None
    name = known.name if known else "NAME"
    again = make_again(known) if known else ()
    where = "dns: of its service" if again else "--dns in the docker run that made it"
    return Steps(
        commands=(
            command("docker", "inspect", "-f", "{{json .HostConfig.Dns}}", name),
            *((_edit(e), *again) if again else ("cat /etc/resolv.conf",)),
        ),
        changes=f"Shows the DNS servers that {name} was given. Correct them in {where}, or take them "
        "out: it then uses "
        "this host's. It has to be made again.",
        risk="medium" if again else "none",
        confirm=(command("docker", "exec", name, "cat", "/etc/resolv.conf"), run_again(e)),
    )


# --- mounts ------------------------------------------------------------------------------------------


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
    is_file = mounts.means_a_file(target or source)
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
    source, known = _directory(e)
    if source == _UNKNOWN:
        return _look_at_mounts(e)
    up = (make_again(known) or (restart(known),)) if known else ()
    return Steps(
        commands=(
            command("sudo", "rmdir", source),
            f': "${{FILE:?the file that belongs there}}" && cp "$FILE" {command(source)}',
            *up,
        ),
        changes=f"Removes the directory {source}, which rmdir does only if it is empty, and puts the "
        "file there that you "
        "name in FILE" + (f"; then {known.name} starts with it." if known else "."),
        risk="low",
        confirm=(command("ls", "-l", source), *((logs(known),) if known else ()), run_again(e)),
        undo=(command("sudo", "mv", source, f"{source}.put"), command("sudo", "mkdir", source)),
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


def _directory(e: Evidence) -> tuple[str, Container | None]:
    for view, known in found(e):
        for mount in view.extras.mounts:
            named = f'"{mount.source}"' in known.error or (
                mount.empty and mounts.means_a_file(mount.destination)
            )
            if mount.type == "bind" and mount.directory and named:
                return mount.source, known
    compose = e.compose.value
    for bind in compose.binds if compose else ():
        if bind.kind == "empty-directory":
            return bind.source, None
    return _UNKNOWN, None


def own_mount(e: Evidence) -> Steps:
    seen = affected(e, mounts.permission_denied) or list(found(e))[:1]
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
        if extras.uid and not mounts.may(each, extras.uid, extras.gid, 0o4 if each.read_only else 0o6)
    ]
    return next(iter(closed or usable), None)
