"""Plans for Docker networks, names and firewalls."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.container.readings.containers import known_containers, orchestrator
from runbooklab.domains.container.readings.networks import DEFAULT_BRIDGE, network_names
from runbooklab.domains.container.remedies.attachments import fixed, own_aliases
from runbooklab.domains.container.remedies.networks import can_join, joins, keeps
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.client import client_name
from runbooklab.domains.redis.remedies import addresses
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.running import connect
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import HOST_NAMES
from runbooklab.words import listed, plural


def connect_network(site: Site) -> Steps:
    """Put each container that is missing on the network; on Redis' side under the name that the URL has."""
    name, client = _network_to_share(site), orchestrator(site.e)
    for container in (site.found, client):
        if container is not None and not can_join(container) and name != DEFAULT_BRIDGE:
            return _made_on(site, container, name)
    commands, undo = joins(site, name)
    both = f"{site.name} and {client.name}" if client is not None else site.name
    end = "over which this host reaches it" if name == DEFAULT_BRIDGE else "where containers find each other"
    return Steps(
        commands=commands or (connect(site, name, site.found),),
        changes=f"Puts {both} on the network {name}, {end}; no container is stopped.{keeps(site, name)}",
        confirm=(command("docker", "network", "inspect", name), site.ping),
        undo=undo or (command("docker", "network", "disconnect", name, site.name),),
        appliable=not any(" disconnect " in line for line in commands),
        act=f"Put {both} on the network {name}",
    )


def _made_on(site: Site, found: Container, name: str) -> Steps:
    """A container that shares the host's network, or another container's, is made again on its own."""
    whose = "the host's" if found.network_mode == "host" else "another container's"
    look = site.e.network.value
    make = (command("docker", "network", "create", name),) if look and name not in look.names else ()
    steps = recreated(
        site,
        found,
        Change(f"replace network_mode by networks: [{name}]", network=name),
        f"Container {found.name} has {whose} network and can be put on no other: it is made again on {name}.",
    )
    return replace(steps, commands=(*make, *steps.commands), appliable=False)


def share_a_network(site: Site) -> bool:
    """Whether Redis' and the orchestrator's container are on one network that resolves names."""
    client = orchestrator(site.e)
    if client is None or site.found is None:
        return True
    return bool((network_names(client) & network_names(site.found)) - BUILT_IN_NETWORKS)


def fix_redis_url(site: Site) -> Steps:
    """The URL; if it is to name a container, both are put first where that name resolves."""
    steps = addresses.fix_redis_url(site)
    if site.client and site.url_host in HOST_NAMES and site.host_for_client != site.url_host:
        kept = (
            f" To keep the name {site.url_host}, which no engine on Linux knows by itself, the container "
            f"{site.client} has to be made with --add-host {site.url_host}:host-gateway (extra_hosts in a "
            "Compose file)."
        )
        steps = replace(steps, changes=f"{steps.changes}{kept}")
    client = orchestrator(site.e)
    if client is None or site.found is None or share_a_network(site) or not site.url_is_to_name_redis:
        return steps
    if not can_join(client) or not can_join(site.found):
        return steps
    network = _network_to_share(site)
    commands, undo = joins(site, network)
    return Steps(
        commands=(*commands, *steps.commands),
        changes=f"First puts {site.name} and {client.name} on the network {network}, where names resolve: on "
        f"Docker's default bridge they don't. {steps.changes}",
        risk="low",
        confirm=steps.confirm,
        undo=(*steps.undo, *undo),
    )


def _network_to_share(site: Site) -> str:
    """The network of the URL's own address; for a client on this host, one that is not closed to it."""
    look = site.e.network.value
    internal = look is not None and look.found is not None and look.found.internal
    if internal and not site.client:
        return DEFAULT_BRIDGE
    own = site.found.networks if site.found else ()
    by_address = next((network.network for network in own if network.ip and network.ip == site.url_host), "")
    names = [net.network for net in own if net.network not in BUILT_IN_NETWORKS]
    known = look is not None and site.network not in look.names
    return by_address or (names[0] if names and known else site.network)


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


def fix_container_dns(site: Site) -> Steps:
    """Of this container, if it was given its own name server; of the engine otherwise."""
    client = orchestrator(site.e)
    given = [
        option.value for option in (client.options if client else None) or () if option.option == "--dns"
    ]
    if client is not None and given:
        return recreated(
            site,
            client,
            Change("take dns out", without=("--dns",)),
            f"Container {client.name} was given the name server {listed(given)}, which does not answer: "
            "without it, it uses the engine's.",
        )
    name = site.client or "orchestrator"
    return Steps(
        commands=(
            command("docker", "exec", name, "cat", "/etc/resolv.conf"),
            f"sudo {EDITOR} /etc/docker/daemon.json",
            "sudo systemctl restart docker",
        ),
        changes='Gives containers a name server that answers: "dns": ["1.1.1.1"] in the engine\'s '
        f"configuration, or --dns when the container is made. {_all_stop(site)}",
        risk="high",
        confirm=(command("docker", "exec", name, "getent", "hosts", site.place_in_docker[0]),),
    )


def _all_stop(site: Site) -> str:
    look = site.e.container.value
    count = f"all {plural(len(look.names), 'container')}" if look and look.names else "all containers"
    return (
        f"A restart of the engine stops {count}, unless live-restore is on; those without a restart policy "
        "stay down."
    )


def rename_network_alias(site: Site) -> Steps:
    """The other container stays on the network, under its own name."""
    wrong = _other_owner(site)
    word = command(wrong) if wrong else '"$OTHER"'
    again = command("docker", "network", "connect", *_other_aliases(site, wrong), site.network)
    return Steps(
        commands=(
            command("docker", "network", "inspect", site.network),
            f"{command('docker', 'network', 'disconnect', site.network)} {word} && {again} {word}",
        ),
        changes=f"Takes the name {site.url_host} from {wrong or 'the other container'}: it leaves "
        f"{site.network} and comes back without that name, so its open connections "
        "there are cut.",
        risk="medium",
        confirm=(site.ping,),
    )


def _other_owner(site: Site) -> str:
    """The other container that has the URL's name on the network; "" if none is known to."""
    look, name = site.e.network.value, client_name(site.e)
    led = [look.owners[ip] for ip in name.addresses if ip in look.owners] if look and name else []
    named = [
        container.name
        for container in known_containers(site.e)
        for net in container.networks
        if net.network == site.network and site.url_host in net.aliases
    ]
    return next((other for other in (*led, *named) if other != site.name), "")


def _other_aliases(site: Site, name: str) -> list[str]:
    """The names and the fixed address on the network that the container keeps."""
    found = next((container for container in known_containers(site.e) if container.name == name), None)
    joined = next((net for net in (found.networks if found else ()) if net.network == site.network), None)
    if found is None or joined is None:
        return []
    kept = [alias for alias in own_aliases(found, joined) if alias != site.url_host]
    return [*(word for alias in kept for word in ("--alias", alias)), *fixed(joined)]
