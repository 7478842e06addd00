"""Plans for a container: start it, let it go on, stop it, give it more memory, make it."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.meant import is_default
from runbooklab.domains.container.readings.logs import last_line
from runbooklab.domains.container.remedies.made_with import volumes
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.words import listed, short, size

#: The least that a container gets which ran out of memory, in bytes.
LEAST_MEMORY = 512 * 2**20
#: Keeps a container from being made of no image.
ASKS_FOR_IMAGE = ': "${IMAGE:?the image to start}" && '


def start_container(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "start", site.name),),
        changes=f"Starts the existing container {site.name} with its own settings and data.",
        confirm=(site.logs, site.works),
        undo=(command("docker", "stop", site.name),),
        appliable=True,
        act=f"Start {site.name}",
    )


def unpause_container(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "unpause", site.name),),
        changes=f"Lets the processes of container {site.name} continue where they were paused.",
        confirm=(site.works,),
        undo=(command("docker", "pause", site.name),),
        appliable=True,
        act=f"Unpause {site.name}",
    )


def restart_container(site: Site) -> Steps:
    return Steps(
        commands=(command("docker", "restart", site.name),),
        changes=f"Restarts container {site.name}: what its program holds in memory alone is lost. This "
        "cannot be undone.",
        risk="medium",
        confirm=(site.logs, site.works),
        appliable=True,
        act=f"Restart {site.name}",
        loses=lost_at_stop(site.found),
    )


def stop_crash_loop(site: Site) -> Steps:
    line = last_line(site.e)
    return stopped(site, f" The log says: {short(line)}" if line else "")


def stopped(site: Site, reason: str) -> Steps:
    """The container stopped, so that its log can be read; ``reason`` is a sentence to append."""
    return Steps(
        commands=(command("docker", "stop", site.name),),
        changes=f"Stops container {site.name}, so that it no longer restarts and its log can be read."
        f"{reason}",
        confirm=(command("docker", "logs", "--tail", "50", site.name),),
        undo=(command("docker", "start", site.name),),
        appliable=True,
        act=f"Stop {site.name}",
        loses=lost_at_stop(site.found),
    )


def lost_at_stop(found: Container | None) -> tuple[str, ...]:
    """What a container loses when it stops, whatever runs in it; and what outlives it."""
    kept = volumes(found) if found is not None else []
    stays = (f"What is in {listed(kept)} stays.",) if kept else ()
    return ("What its program holds in memory alone: how much was not observed.", *stays)


# --- memory -----------------------------------------------------------------------------------------


def raise_memory_limit(site: Site) -> Steps:
    found = site.found
    old = found.memory_limit_bytes if found else 0
    new = max(2 * old, LEAST_MEMORY)
    start = () if found and found.state == "running" else (command("docker", "start", site.name),)
    return Steps(
        commands=(command("docker", "update", *memory_words(found, new), site.name), *start),
        changes=f"{may_use(site, new, old)}. The host must have that much (docker info -f "
        f"'{{{{.MemTotal}}}}' shows it).{compose_keeps(found, f'mem_limit: {new}')}",
        confirm=(command("docker", "stats", "--no-stream", site.name), site.works),
        undo=(command("docker", "update", *memory_words(found, old), site.name),) if old else (),
        appliable=True,
        act=f"Raise the memory limit of {site.name} to {size(new).replace('.0 ', ' ')}",
    )


def may_use(site: Site, new: int, old: int) -> str:
    """Another limit in words, ``new`` instead of ``old`` bytes, without an end."""
    now = size(old) if old else "no limit; Docker takes none away again, so that this cannot be undone"
    return f"Lets container {site.name} use {size(new)} (now {now})"


def memory_words(found: Container | None, memory: int) -> tuple[str, ...]:
    """Options of ``docker update`` for another limit of memory, in bytes; as much swap as it had stays.

    Docker refuses a memory limit above the limit of memory and swap together; -1 is no limit on both.
    By itself Docker gives a container as much swap as memory (docker run: --memory-swap).
    """
    old = found.memory_limit_bytes if found else 0
    given = {each.option: each.value for each in (found.options if found else None) or ()}
    both = given.get("--memory-swap", "")
    known = int(both) if both.lstrip("-").isdigit() else 2 * old
    new = known if known < 0 else memory + max(known - old, 0)
    return ("--memory", str(memory), "--memory-swap", str(new))


def compose_keeps(found: Container | None, setting: str) -> str:
    """What a person has to write into the Compose file, so that its next ``up`` does not undo the change."""
    service = compose_service(found)
    return f" Write {setting} into {service.place} too: Compose undoes it otherwise." if service else ""


# --- a container that is not there -------------------------------------------------------------------


def run_container(site: Site) -> Steps:
    look = site.e.container.value
    if look is not None and look.found is not None:
        return _made_again(site, look.found)
    by_file = run_by_compose(site, look)
    if by_file is not None:
        return by_file
    network, make = _network(site)
    run = command("docker", "run", "-d", "--name", site.name, *(("--network", network) if network else ()))
    on = f" on the network {network}" if network else ""
    return Steps(
        commands=(*make, f'{ASKS_FOR_IMAGE}{run} "$IMAGE"'),
        changes=f"Creates and starts the container {site.name}{on}. Only a person knows its image, ports and "
        "volumes: set IMAGE, and add what it needs as options before it.",
        confirm=(site.logs, site.works),
        undo=(command("docker", "rm", "-f", site.name),),
    )


def _network(site: Site) -> tuple[str, tuple[str, ...]]:
    """The network that is named ("" for the default), and the command that makes it if it is not there."""
    look, chosen = site.e.network.value, not is_default(site.e.target, "docker_network")
    if look is None or not site.e.target.docker_network:
        return "", ()
    if site.network in look.names:
        return site.network, ()
    return (site.network, (command("docker", "network", "create", site.network),)) if chosen else ("", ())


def run_by_compose(site: Site, look: ContainerLook | None) -> Steps | None:
    """The container started by the Compose file that defines it; None if none is known to."""
    if look is None or look.found is not None or not look.compose_file:
        return None
    file, service = look.compose_file, look.compose_service
    return Steps(
        commands=(command("docker", "compose", "-f", file, "up", "-d", "--no-deps", service),),
        changes=f"Creates and starts the service {service} of {file}, as which {site.name} is defined, with "
        "all that the file says (password, volumes, ports), and no other service.",
        confirm=(site.logs, site.works),
        undo=(command("docker", "compose", "-f", file, "rm", "-sf", service),),
    )


def _made_again(site: Site, found: Container) -> Steps:
    """What a container runs is fixed when it is made: a person corrects that, and makes it again."""
    service = compose_service(found)
    shown = command("docker", "inspect", "-f", "{{json .Config.Entrypoint}} {{json .Config.Cmd}}", site.name)
    commands = (shown, service.edit, service.up) if service else (shown, site.logs)
    how = f"in {service.place}" if service else f"in the docker run that made it, after docker rm {site.name}"
    return Steps(
        commands=commands,
        changes=f"Shows what container {site.name} runs. Correct its command {how}.",
        risk="medium" if service else "none",
        confirm=(site.logs, site.works),
    )
