"""Plans for the container's port, that know the port, its owner and the container only."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.attachments import has_ports
from runbooklab.domains.container.remedies.containers import ASKS_FOR_IMAGE
from runbooklab.domains.container.remedies.made_with import address_prefix
from runbooklab.domains.container.remedies.recreate import Change, any_program, recreated
from runbooklab.domains.container.shell import command
from runbooklab.domains.endpoint.readings.listeners import port_is_free
from runbooklab.domains.endpoint.remedies.free import (
    After,
    container_stopped,
    freed,
    proxy_ended,
    unseen_container_stopped,
)
from runbooklab.domains.endpoint.remedies.place import Place
from runbooklab.domains.endpoint.remedies.publish import (
    address_of_url,
    next_port,
    others,
    was_everywhere,
    without_impossible,
)
from runbooklab.observe.docker.records import Container
from runbooklab.observe.net.addresses import host_is_loopback


def free_port(place: Place) -> Steps:
    return freed(place.port, place.process, _start(place))


def held_by_process(place: Place) -> bool:
    """Whether a process that is no container's is known to have the port."""
    return place.process is not None


def stop_conflicting_container(place: Place) -> Steps:
    if not place.rival:
        return unseen_container_stopped(place.port, _start(place))
    return container_stopped(place.port, place.rival, place.name, _start(place))


def held_by_container(place: Place) -> bool:
    """Whether another container is known to have the port."""
    return bool(place.rival)


def end_docker_proxy(place: Place) -> Steps:
    seen = place.e.listeners.value
    return proxy_ended(place.port, seen.listeners if seen else (), _start(place))


def _start(place: Place) -> After:
    """The container once its port is free, if it is there and does not run."""
    waits = place.found is not None and place.found.state != "running"
    return After((command("docker", "start", place.name),) if waits else (), "", place.works)


def publish_port(place: Place) -> Steps:
    found = place.found
    if found is not None and not has_ports(found):
        return _cannot_publish(place, found)
    return _published_at(place, place.port, "; a port cannot be added to a container that exists.")


def _cannot_publish(place: Place, found: Container) -> Steps:
    """A container without a network of its own publishes nothing, however it is made."""
    return Steps(
        commands=(command("docker", "inspect", "-f", "{{.HostConfig.NetworkMode}}", place.name),),
        changes=f"Shows the network mode of container {place.name}: with {found.network_mode} nothing is "
        f"published. Let its program listen on port {place.port}, or make it on a network.",
        risk="none",
        confirm=(place.works,),
    )


def use_other_port(place: Place) -> Steps:
    port = next_port(place.e, place.port)
    return _published_at(
        place, port, f" and leaves port {place.port} to its owner; give the client the new port."
    )


def port_may_be_held(place: Place) -> bool:
    """Whether the port is held, or nobody could see: a port that is free again needs no other."""
    return not port_is_free(place.e)


def _published_at(place: Place, port: int, more: str) -> Steps:
    """``more`` ends the sentence that says what is published."""
    found, works = place.found, command("nc", "-zv", "localhost", str(port))
    everywhere = found is not None and was_everywhere(found, port, place.inside)
    at = "" if everywhere else address_of_url(place.e)
    own = f"{address_prefix(at)}{port}:{place.inside}"
    opens = (
        "It opens the port on all addresses of this host, as before."
        if everywhere
        else "It takes connections of this host only: name another address if others need it."
        if host_is_loopback(at)
        else f"Whoever reaches {at} reaches it then."
    )
    why = f"Publishes port {place.inside} of container {place.name} as {own}{more} {opens}"
    if found is None:
        return _made(place, own, why, works)
    published = (own, *others(place.e, found, place.port, own))
    change = Change(f'publish it on "{own}" under ports', published=published)
    why += without_impossible(place.e, found)
    return recreated(found, place.e.container.value, change, why, any_program(found, works))


def _made(place: Place, own: str, why: str, works: str) -> Steps:
    """A container that does not exist: a person has to say what to make it of."""
    run = command("docker", "run", "-d", "--name", place.name, "-p", own)
    return Steps(
        commands=(f'{ASKS_FOR_IMAGE}{run} "$IMAGE"',),
        changes=f"{why} Only a person knows its image, networks and volumes: set IMAGE, and add what it "
        "needs as options before it.",
        confirm=(works,),
        undo=(command("docker", "rm", "-f", place.name),),
    )
