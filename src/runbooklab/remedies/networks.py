"""Plans for Docker networks, names and firewalls."""

from __future__ import annotations

from runbooklab.causes.facts import inside_answers, network_names, orchestrator
from runbooklab.causes.network import DEFAULT_BRIDGE
from runbooklab.remedies.running import connect
from runbooklab.remedies.site import Site
from runbooklab.remedies.steps import EDITOR, Steps, command


def create_network(site: Site) -> Steps:
    name = site.network
    joins = [connect(site, name, site.found)] if site.found else []
    if site.client:
        joins.append(command("docker", "network", "connect", name, site.client))
    if site.found and site.found.state in ("created", "exited") and "network" in site.found.error:
        joins.append(command("docker", "start", site.name))
    return Steps(
        commands=(command("docker", "network", "create", name), *joins),
        changes=f"Creates the network {name}" + (" and puts the containers on it." if joins else "."),
        confirm=(command("docker", "network", "inspect", name), site.ping),
        undo=(
            *(command("docker", "network", "disconnect", name, one) for one in _members(site)),
            command("docker", "network", "rm", name),
        ),
        appliable=True,
    )


def network_is_missing(site: Site) -> bool:
    """Whether the engine is known not to have the network."""
    look = site.e.network.value
    return look is not None and (site.network) not in look.names


def _members(site: Site) -> list[str]:
    return [name for name in (site.name if site.found else "", site.client) if name]


def connect_network(site: Site) -> Steps:
    """Put whoever is missing on the network; on Redis' side under the name that the URL has."""
    name, client = _network_to_share(site), orchestrator(site.e)
    look = site.e.network.value
    missing = look is not None and name not in look.names
    commands = [command("docker", "network", "create", name)] if missing else []
    undo: list[str] = []
    on_it = site.found is not None and name in network_names(site.found)
    if not on_it:
        commands.append(connect(site, name, site.found))
        undo.append(command("docker", "network", "disconnect", name, site.name))
    if client is not None and name not in network_names(client):
        commands.append(command("docker", "network", "connect", name, client.name))
        undo.append(command("docker", "network", "disconnect", name, client.name))
    both = f"{site.name} and {client.name}" if client is not None else site.name
    end = "over which this host reaches it" if name == DEFAULT_BRIDGE else "where containers find each other"
    return Steps(
        commands=tuple(commands) or (connect(site, name, site.found),),
        changes=f"Puts {both} on the network {name}, {end}.",
        confirm=(command("docker", "network", "inspect", name), site.ping),
        undo=tuple(undo),
        appliable=True,
    )


def _network_to_share(site: Site) -> str:
    """The network of the URL's own address; for a client on this host, one that is not closed to it."""
    look = site.e.network.value
    internal = look is not None and look.found is not None and look.found.internal
    if internal and not site.client:
        return DEFAULT_BRIDGE
    own = site.found.networks if site.found else ()
    return next((one.network for one in own if one.ip and one.ip == site.url_host), site.network)


def remove_firewall_rule(site: Site) -> Steps:
    port, seen = site.host_port, site.e.process.value
    ip = next((net.ip for net in site.found.networks if net.ip), "") if site.found else ""
    what = f"dpt:{port}|dport {port}" + (f"|{ip.replace('.', '[.]')}" if ip else "")
    inside = (f"sudo nsenter -t {seen.pid} -n iptables -S",) if seen else ()
    return Steps(
        commands=(
            command("sudo", "iptables", "-S") + " | grep -E " + command(f"DROP|REJECT|{what}"),
            *inside,
            'sudo iptables -D "$CHAIN" "$NUMBER"',
        ),
        changes=f"Removes the rule that stops packets to port {port}. The first command shows the rules; "
        "iptables -L CHAIN --line-numbers gives the number. What a firewall service wrote, change there.",
        risk="high",
        confirm=(site.ping,),
    )


def bind_all_interfaces(site: Site) -> Steps:
    """Listen on every address of the container; protected mode would then refuse who has no password."""
    opened = site.cli("CONFIG", "SET", "protected-mode", "no")
    guarded = not site.needs_password and site.setting("protected-mode") != "no"
    return Steps(
        commands=(site.cli("CONFIG", "SET", "bind", "* -::*"), *((opened,) if guarded else ())),
        changes="Makes Redis listen on all addresses, until its next restart: put bind and protected-mode "
        "into its "
        "configuration "
        f"too.{site.auth_note if not guarded else ' Without a password, Redis then answers everybody '}"
        f"{'who reaches its port: set one.' if guarded else ''}",
        risk="medium",
        confirm=(site.cli("CONFIG", "GET", "bind"), site.ping),
        undo=(site.cli("CONFIG", "SET", "bind", "127.0.0.1"),),
        appliable=site.by_exec,
    )


def redis_answers_inside(site: Site) -> bool:
    """Whether Redis takes commands in its container."""
    return inside_answers(site.e)


def fix_container_dns(site: Site) -> Steps:
    return Steps(
        commands=(
            command("docker", "exec", site.client or "orchestrator", "cat", "/etc/resolv.conf"),
            f"sudo {EDITOR} /etc/docker/daemon.json",
            "sudo systemctl restart docker",
        ),
        changes='Gives containers a name server that answers: "dns": ["1.1.1.1"] in the engine\'s '
        "configuration, or "
        "--dns when the container is made. A restart of the engine stops all containers.",
        risk="high",
        confirm=(
            command(
                "docker", "exec", site.client or "orchestrator", "getent", "hosts", site.place_in_docker[0]
            ),
        ),
    )


def rename_network_alias(site: Site) -> Steps:
    look, wrong = site.e.network.value, ""
    if look is not None and site.e.name.value is not None:
        owners = [look.owners[ip] for ip in site.e.name.value.addresses if ip in look.owners]
        wrong = next((name for name in owners if name != site.name), "")
    leave = ("docker", "network", "disconnect", site.network)
    return Steps(
        commands=(
            command("docker", "network", "inspect", site.network),
            command(*leave, wrong) if wrong else f'{command(*leave)} "$OTHER"',
        ),
        changes=f"Takes the other container that has the name {site.url_host} off the network "
        f"{site.network}; connect it "
        "again under a name of its own (docker network connect --alias).",
        risk="medium",
        confirm=(site.ping,),
    )
