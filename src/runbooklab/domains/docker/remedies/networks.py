"""Plans for networks: their subnets, their members, their names."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.recreate import Change, any_program, recreated
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes.networks import collisions_in_question
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found
from runbooklab.domains.docker.readings.subnets import overlaps, parsed
from runbooklab.domains.docker.records import NetworksLook
from runbooklab.domains.docker.remedies.common import (
    compose_command,
    edit_compose,
    make_again,
    run_again,
    start,
)
from runbooklab.words import listed


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
            again = (
                (
                    command("docker", "network", "disconnect", "--force", name, known.name),
                    command("docker", "network", "connect", name, known.name),
                )
                if ids
                else ()
            )
            return name, (*again, start(known))
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
            commands=(edit_compose(e), compose_command(e, "config", "--quiet")),
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
    if seen is not None and known is not None and known.state == "running" and not again:
        servers = listed(list(seen[0].extras.dns)) or "the ones that it was given"
        why = f"Lets {name} ask this host's name servers instead of {servers}."
        check = command("docker", "exec", name, "cat", "/etc/resolv.conf")
        change = Change("take dns: out", without=("--dns",))
        return recreated(known, seen[0].look, change, why, any_program(known, check))
    where = "dns: of its service" if again else "--dns in the docker run that made it"
    return Steps(
        commands=(
            command("docker", "inspect", "-f", "{{json .HostConfig.Dns}}", name),
            *((edit_compose(e), *again) if again else ("cat /etc/resolv.conf",)),
        ),
        changes=f"Shows the DNS servers that {name} was given. Correct them in {where}, or take them "
        "out: it then uses "
        "this host's. It has to be made again.",
        risk="medium" if again else "none",
        confirm=(command("docker", "exec", name, "cat", "/etc/resolv.conf"), run_again(e)),
    )
