"""Plans for the container's port, that know the port, its owner and the container only."""

from __future__ import annotations

from runbooklab.domain.steps import Steps, command, quoted
from runbooklab.domains.docker.compose import compose_service
from runbooklab.domains.docker.readings.containers import known_containers
from runbooklab.domains.ports.readings.listeners import port_is_free
from runbooklab.domains.ports.remedies.free import (
    After,
    container_stopped,
    freed,
    proxy_ended,
    unseen_container_stopped,
)
from runbooklab.domains.ports.remedies.place import Place
from runbooklab.observe.docker.records import Container

#: The person's own options of ``docker run``: a plan that knows the port alone cannot know them.
_OPTIONS = ': "${OPTIONS?the other options it was made with}" && '


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
    return _published_at(
        place,
        place.port,
        f"Publishes port {place.inside} of container {place.name} on port {place.port} of this host; a port "
        "cannot be added to a container that exists.",
    )


def use_other_port(place: Place) -> Steps:
    port = next_port(place)
    return _published_at(
        place,
        port,
        f"Publishes container {place.name} on port {port} of this host and leaves port {place.port} to its "
        "owner; give the client the new port.",
    )


def port_may_be_held(place: Place) -> bool:
    """Whether the port is held, or nobody could look: a port that is free again needs no other."""
    return not port_is_free(place.e)


def next_port(place: Place) -> int:
    """The next port of this host that nothing known has."""
    known = known_containers(place.e)
    taken = {each.host_port for other in known for each in (*other.ports, *other.ports_asked)}
    return next(port for port in range(place.port + 1, 65536) if port not in taken)


def _published_at(place: Place, port: int, why: str) -> Steps:
    own, found = f"{port}:{place.inside}", place.found
    works = command("nc", "-zv", "localhost", str(port))
    service = compose_service(found)
    if service is not None:
        return Steps(
            commands=(service.edit, service.up),
            changes=f'{why} In {service.place}, publish it on "{own}" under ports; Compose then makes the '
            "container again with all else that the file says.",
            risk="medium",
            confirm=(works,),
            undo=(service.edit, service.up),
        )
    return _made_again(place, found, own, why, works)


def _made_again(place: Place, found: Container | None, own: str, why: str, works: str) -> Steps:
    """By hand: what else the container was made with is a person's to give."""
    image = quoted(found.image) if found is not None else '"$IMAGE"'
    run = command("docker", "run", "-d", "--name", place.name, "-p", own)
    if found is None:
        return Steps(
            (f'{_OPTIONS}: "${{IMAGE:?the image to start}}" && {run} $OPTIONS {image}',),
            why,
            confirm=(works,),
        )
    old = f"{place.name}-before"
    stop = (command("docker", "stop", place.name),) if found.state == "running" else ()
    return Steps(
        commands=(
            command("docker", "inspect", place.name),
            *stop,
            command("docker", "rename", place.name, old),
            f"{_OPTIONS}{run} $OPTIONS {image}",
        ),
        changes=f"{why} Makes it again: the first command shows how it was made (mounts, networks, "
        f"environment, command), which belongs into OPTIONS. The old container stays, stopped, as {old}.",
        risk="medium",
        confirm=(works,),
        undo=(command("docker", "rm", "-f", place.name), command("docker", "rename", old, place.name)),
    )
