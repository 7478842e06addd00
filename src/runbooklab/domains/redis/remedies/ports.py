"""Plans for the port of this host: free it, publish Redis on it, or move Redis to another."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.shell import EDITOR
from runbooklab.domain.steps import Steps
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.address.remedies.again import run_with_url
from runbooklab.domains.address.remedies.edits import url_edit
from runbooklab.domains.address.remedies.redis_url import with_place
from runbooklab.domains.container.meant import BUILT_IN_NETWORKS
from runbooklab.domains.container.readings.containers import asks_for_port, known_containers
from runbooklab.domains.container.readings.networks import network_names
from runbooklab.domains.container.remedies.made_with import host_address
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command, quoted, replace_in_file
from runbooklab.domains.endpoint.readings.listeners import port_is_free
from runbooklab.domains.endpoint.remedies.free import (
    After,
    container_stopped,
    freed,
    proxy_ended,
    unseen_container_stopped,
)
from runbooklab.domains.endpoint.remedies.place import rival
from runbooklab.domains.endpoint.remedies.publish import next_port, others, was_everywhere, without_impossible
from runbooklab.domains.redis.readings.port_holder import foreign_listener
from runbooklab.domains.redis.remedies.fresh import made_as, run_container, run_fresh
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.running import opens_at, publish, words_that_listen
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.model.file_edit import FileEdit
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.records import Listener


def free_port(site: Site) -> Steps:
    return freed(site.host_port, _owner(site), _come_up(site))


def _owner(site: Site) -> Listener | None:
    """The process that has the port and is not the Redis container's."""
    foreign = foreign_listener(site.e)
    return foreign if foreign is not None and not foreign.container else None


def _come_up(site: Site) -> After:
    """What brings the Redis container up once its port is free, and what that changes besides."""
    found = site.found
    if found is None:
        if site.e.container.value is None:
            return After((), "", site.ping)
        return After(run_fresh(site), f" {made_as(site)}", site.ping)
    if found.state != "running":
        return After((command("docker", "start", found.name),), "", site.ping)
    if must_move(site):
        steps = publish_port(site)
        return After(steps.commands, f" {steps.changes}", site.ping)
    return After((), "", site.ping)


def must_move(site: Site) -> bool:
    """Whether the container runs without the port: it can get it only by being made again."""
    found = site.found
    return found is not None and found.state == "running" and not asks_for_port(found, site.host_port)


def stop_conflicting_container(site: Site) -> Steps:
    other, after = conflicting(site), _come_up(site)
    if not other:
        return unseen_container_stopped(site.host_port, after)
    if not must_move(site):
        return container_stopped(site.host_port, other, site.name, after)
    return replace(
        container_stopped(site.host_port, other, "", after),
        risk="high",
        undo=(command("docker", "stop", site.name), command("docker", "start", other)),
        destructive=True,
        appliable=publish_port(site).appliable,
        act=f"Stop {other} and make {site.name} again",
        loses=(*container_stopped(site.host_port, other, "", after).loses, *publish_port(site).loses),
    )


def conflicting(site: Site) -> str:
    """Name of the container that has the port; "" if none is known to."""
    foreign = foreign_listener(site.e)
    if foreign is not None and foreign.container:
        return foreign.container
    return rival(site.e, site.name, site.host_port)


def held_by_container(site: Site) -> bool:
    """Whether another container is known to have the port that Redis' container asks for."""
    return bool(conflicting(site)) and not must_move(site)


def held_by_process(site: Site) -> bool:
    """Whether a process that is no container's is known to have the port that Redis' container asks for."""
    return _owner(site) is not None and not must_move(site)


def port_may_be_held(site: Site) -> bool:
    """Whether the port is held, or nobody could look: a port that is free again needs no other."""
    return not port_is_free(site.e)


def use_other_port(site: Site) -> Steps:
    found, port = site.found, next_port(site.e, site.host_port)
    own = _at(site, found, port) if found is not None else publish(site, port, DEFAULT_PORT)
    moved, url, edits = _moved_url(site, port)
    follow = f"{moved} follows." if moved else "give the client the new port."
    why = (
        f"Publishes Redis on port {port} of this host, as {own}, and leaves port {site.host_port} to its "
        f"owner; {follow}{opens_at(site, host_address(own)[0].strip('[]'))}"
    )
    confirm = (command("redis-cli", "-h", "localhost", "-p", str(port), "ping"),)
    if found is None:
        commands = (*run_fresh(site, port), *url)
        return Steps(commands, f"{why} {made_as(site, port)}", confirm=confirm, edits=edits)
    steps = recreated(
        site,
        found,
        Change(
            f'publish it on "{own}" under ports',
            published=(own, *others(site.e, found, site.host_port, own)),
        ),
        why + without_impossible(site.e, found),
    )
    return replace(steps, commands=(*steps.commands, *url), confirm=confirm, appliable=False, edits=edits)


def _moved_url(site: Site, port: int) -> tuple[str, tuple[str, ...], tuple[FileEdit, ...]]:
    """Where the client's URL is, the command that gives it the other port there, and the line of it."""
    address, config = site.e.address.value, site.e.config.value
    new = with_place(address.text, site.url_host, port) if address is not None else ""
    if site.by_parameter:
        return "", run_with_url(site.next_run, new), ()
    if not config or config.problem:
        return "", (f"{EDITOR} {quoted(site.config)}",), ()
    replaced = replace_in_file(site.config, f":{site.host_port}", f":{port}")
    edits = url_edit(config, address.text, new) if address is not None else ()
    return f"the URL in {site.config}", (replaced,), edits


def publish_port(site: Site) -> Steps:
    found = site.found
    if found is None:
        return run_container(site)
    own = _at(site, found, site.host_port)
    published = (own, *others(site.e, found, site.host_port, own))
    opens = opens_at(site, host_address(own)[0].strip("[]"))
    if found.network_mode == "host":
        opens = " In the host's network nothing is published: let Redis listen on that port instead."
    lonely = found.network_mode == "none" and not {net.network for net in found.networks} - {"none"}
    listening = words_that_listen(found)
    joins = " It gets Docker's network bridge: it has none." if lonely else ""
    network = "bridge" if lonely else ""
    if found.network_mode.startswith("container:"):
        network, joins = _out_of_anothers(site, found)
    hears = " It starts without --port 0, with which Redis listens nowhere." if listening is not None else ""
    return recreated(
        site,
        found,
        Change(
            f'publish it on "{own}" under ports',
            published=published,
            network=network,
            words=listening,
            act=f"Make {found.name} again, published as {own}",
        ),
        f"Publishes port {site.port_inside} of container {found.name} as {own}; a port cannot be added to a "
        f"container that exists.{opens}{joins}{hears}{without_impossible(site.e, found)}",
    )


def _out_of_anothers(site: Site, found: Container) -> tuple[str, str]:
    """The network for a Redis that uses another container's, which alone can publish, and what that costs."""
    owner_id = found.network_mode.partition(":")[2]
    known = (container for container in known_containers(site.e) if container.id)
    owner = next((container for container in known if owner_id.startswith(container.id[:12])), None)
    name = owner.name if owner else owner_id[:12]
    shared = sorted(network_names(owner) - BUILT_IN_NETWORKS) if owner else []
    network = shared[0] if shared else "bridge"
    reached = f"reaches it as {found.name} then" if shared else "does not find it by a name then"
    return network, (
        f" It used the network of container {name}, which alone could publish a port there, and gets the "
        f"network {network} of its own: it is no longer at localhost for {name}, which {reached}."
    )


def _at(site: Site, found: Container, port: int) -> str:
    """``-p`` for Redis' port where the URL looks for it; on all addresses only if it was there before."""
    everywhere = was_everywhere(found, port, site.port_inside)
    return f"{port}:{site.port_inside}" if everywhere else publish(site, port, site.port_inside)


def end_docker_proxy(site: Site) -> Steps:
    seen = site.e.listeners.value
    return proxy_ended(site.host_port, seen.listeners if seen else (), _come_up(site))
