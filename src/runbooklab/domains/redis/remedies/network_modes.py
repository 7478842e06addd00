"""Plans for containers without a network of their own, and for commands that are switched off."""

from __future__ import annotations

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.container.readings.networks import NO_NETWORK, network_names
from runbooklab.domains.container.shell import command, quoted
from runbooklab.domains.redis.remedies.losses import lost_at_stop
from runbooklab.domains.redis.remedies.running import connect
from runbooklab.domains.redis.remedies.site import Site


def join_network(site: Site) -> Steps:
    """Off the network none, on one where the other side is: Docker allows none beside no other."""
    client, found = orchestrator(site.e), site.found
    alone = [
        container
        for container in (found, client)
        if container is not None and network_names(container) == {NO_NETWORK}
    ]
    if not alone:
        return Steps(
            commands=(command("docker", "inspect", "-f", "{{json .NetworkSettings.Networks}}", site.name),),
            changes="Shows the container's networks; none of those inspected is on the network none alone.",
            risk="none",
            confirm=(site.ping,),
        )
    others = [container for container in (found, client) if container is not None and container not in alone]
    shared = sorted(network_names(others[0]) - {"none", "host", "bridge"}) if others else []
    network = shared[0] if shared else "bridge" if client is None else site.network
    look = site.e.network.value
    is_missing = look is not None and network not in look.names
    commands = [command("docker", "network", "create", network)] if is_missing else []
    undo: list[str] = []
    for container in alone:
        commands.append(command("docker", "network", "disconnect", "none", container.name))
        joined = connect(site, network, container) if container is found else ""
        commands.append(joined or command("docker", "network", "connect", network, container.name))
        undo.append(command("docker", "network", "disconnect", network, container.name))
        undo.append(command("docker", "network", "connect", "none", container.name))
    names = " and ".join(container.name for container in alone)
    return Steps(
        commands=tuple(commands),
        changes=f"Takes {names} off the network none and puts it on {network}, while it runs; what is on "
        "that network can reach it then. Made again, it is on none again: change its network there too.",
        confirm=(site.ping,),
        undo=tuple(undo),
    )


def start_network_owner(site: Site) -> Steps:
    """The container whose network is used comes first."""
    borrowed = next(
        (
            container
            for container in (site.found, orchestrator(site.e))
            if container is not None and container.network_mode.startswith("container:")
        ),
        None,
    )
    owner = borrowed.network_mode.partition(":")[2][:12] if borrowed else "OWNER"
    name = borrowed.name if borrowed else site.name
    return Steps(
        commands=(command("docker", "start", owner), command("docker", "start", name)),
        changes=f"Starts the container whose network {name} uses, then {name}. If that container was made "
        f"again it has another id, and {name} has to be made again with --network container:NAME too.",
        confirm=(site.ping,),
        undo=(command("docker", "stop", name),),
    )


def restore_command(site: Site) -> Steps:
    """The line that renames the command comes out of the configuration, or clients use the new name."""
    config = site.e.server_config.value
    origin = next(iter(config.renamed.values()), "") if config else ""
    file = _on_this_host(site, origin.rpartition(":")[0])
    if not file:
        return Steps(
            commands=(command("docker", "inspect", "-f", "{{json .Config.Cmd}}", site.name),),
            changes="Shows how Redis is started: rename-command is on its command line, or in its "
            "image. Neither can be changed: make the container again without it, or let clients use the new "
            "name.",
            risk="none",
            confirm=(site.ping,),
        )
    return Steps(
        commands=(f"{EDITOR} {quoted(file)}", command("docker", "restart", site.name)),
        changes=f"Take the rename-command line ({origin} in the container) out of {file}, or let clients use "
        "the new name; it may have been switched off on purpose. The restart drops what Redis has not saved.",
        confirm=(site.ping,),
        loses=lost_at_stop(site),
    )


def _on_this_host(site: Site, path: str) -> str:
    """A file of the container as it lies on this host, if it is mounted from here; else ""."""
    for mount in site.found.mounts if site.found and path else ():
        if mount.type == "bind" and (path == mount.destination or path.startswith(f"{mount.destination}/")):
            return mount.source + path[len(mount.destination) :]
    return ""
