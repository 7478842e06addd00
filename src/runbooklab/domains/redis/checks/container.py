"""Docker and the Redis container, as Docker's own checks see them, and what Redis knows of them besides."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.judgement import critical, ok, skipped, warning
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.checks import container as docker
from runbooklab.domains.container.checks.access import docker_access as access
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import asks_for_port, tcp_bindings, to_host_port
from runbooklab.domains.container.readings.state import State, sentence
from runbooklab.domains.endpoint.checks.owner import listeners_table
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import answers
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.domains.redis.readings.listeners import is_redis
from runbooklab.model.conclusions import Judgement
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import listed, size


def docker_access(e: Evidence) -> Judgement:
    """Docker is what Redis is observed through: that it does not answer says nothing of Redis."""
    said, elsewhere = access(e), outside_docker(e)
    if said.status != "critical":
        return said
    if elsewhere:
        return skipped(
            f"{said.summary.removesuffix('.')}, and nothing here needs it: {elsewhere}.", facts=said.facts
        )
    return replace(said, status="unknown")


#: What the state of its container means for Redis; "" if it says nothing.
_MEANS = {
    "looping": "Redis keeps crashing",
    "out-of-memory": "Redis was killed for its memory",
    "not-started": "Redis is stopped",
    "killed": "Redis was killed",
    "exited": "Redis is stopped",
    "created": "Redis was never started",
    "paused": "Redis is paused",
    "dead": "Redis is down",
    "removing": "Redis is being removed",
}


def redis_container(e: Evidence) -> Judgement:
    name, look = container_name(e), e.container.value
    if not name:
        return skipped("No Redis container is named: Redis is judged by its URL alone.")
    if look is None:
        return absent_in_docker(e, e.container, f"Container {name}")
    if look.found is None:
        return _not_found(e, look)
    return docker.judged_by_state(e, look, look.found, _in_words)


def _in_words(state: State) -> str:
    means = _MEANS.get(state.kind, "")
    return f"{means}: {state.clause}." if means else sentence(state.clause)


_IMAGE = {True: "; its image is here", False: "; its image is not here either", None: ""}


def _not_found(e: Evidence, look: ContainerLook) -> Judgement:
    if not answers(e):
        return docker.not_found(e, look, _IMAGE[look.image_present])
    shown = (docker.containers_table(look.others),) if look.others else ()
    serving = next((other for other in look.others if other.state == "running" and _serves(e, other)), None)
    if serving is not None:
        said = f"No container is named {look.name}; container {serving.name} runs and serves {place(e)}."
        return ok(said, facts=docker.container_facts(serving, e.gathered_at), tables=shown)
    outside = outside_docker(e) or f"Redis answers at {place(e)} all the same"
    return skipped(f"There is no container named {look.name}; {outside}.", tables=shown)


def _serves(e: Evidence, found: Container) -> bool:
    """Whether a container has the URL's port of this host."""
    address = e.address.value
    return address is not None and host_is_loopback(address.host) and asks_for_port(found, address.port)


def running_container(e: Evidence, what: str) -> Container | Judgement:
    """The named container if it exists, or the judgement of a check that needs it to."""
    if not container_name(e):
        return skipped("No Redis container is named.")
    elsewhere = outside_docker(e) if e.container.value is None else ""
    if elsewhere:
        return skipped(f"{what} does not matter here: {elsewhere}.")
    return docker.existing(e, what)


def redis_container_health(e: Evidence) -> Judgement:
    found = running_container(e, "The container's health")
    if isinstance(found, Judgement):
        return found
    said = docker.health(found)
    error = _error_in(found.health_log[-1].output) if found.health_log else ""
    if said.status != "ok" or not error:
        return said
    return replace(
        said,
        status="warning",
        summary=f"Docker calls container {found.name} healthy, though its health check got {error}: "
        "redis-cli ping ends with status 0 on an error too.",
    )


def _error_in(output: str) -> str:
    """The Redis error code that a health check's output begins with, or ""."""
    word = output.strip().removeprefix("(error)").strip().split(" ", 1)[0]
    return word if word.isalpha() and word.isupper() and word != "PONG" else ""


def redis_container_ports(e: Evidence) -> Judgement:
    found = running_container(e, "The container's ports")
    if isinstance(found, Judgement):
        return found
    address = e.address.value
    if found.network_mode == "host":
        return docker.on_host_network(found)
    if (
        e.target.orchestrator_container
        or address is None
        or address.problem
        or not host_is_loopback(address.host)
    ):
        return docker.published(found)
    shown = docker.ports_table(found)
    published = tcp_bindings(found)
    if to_host_port(published, address.port):
        judge, rest = (ok, "") if found.state == "running" else (skipped, ", while it runs")
        return judge(
            f"Container {found.name} publishes port {address.port}, as the URL has it{rest}.", tables=shown
        )
    others = (
        f"it publishes {listed([str(binding.host_port) for binding in published])}"
        if published
        else "it publishes none"
    )
    said = f"Container {found.name} does not publish port {address.port}, which the URL has: {others}."
    return warning(said, tables=shown) if answers(e) else critical(said, tables=shown)


def redis_process(e: Evidence) -> Judgement:
    seen, name = e.process.value, container_name(e)
    if seen is None:
        return absent_in_docker(
            e, e.process, f"The main process of container {name}" if name else "The Redis process"
        )
    shown = (listeners_table(seen.listeners, "Listeners inside the container"),) if seen.listeners else ()
    ticks = None if seen.cpu_ticks_later is None else seen.cpu_ticks_later - seen.cpu_ticks
    facts = {
        "Process": f"{seen.name} (pid {seen.pid})",
        "State": seen.state,
        "CPU ticks between two looks": "" if ticks is None else str(ticks),
        "Memory": "" if seen.memory_bytes is None else size(seen.memory_bytes),
        "Open files allowed": "" if seen.open_files_limit is None else f"{seen.open_files_limit:,}",
        "Throttled periods": "" if seen.throttled_periods is None else f"{seen.throttled_periods:,}",
    }
    more = {"facts": {label: value for label, value in facts.items() if value}, "tables": shown}
    paused = e.container.value and e.container.value.found and e.container.value.found.state == "paused"
    if seen.state in ("T", "t") and not paused:
        return critical(f"{seen.name} is frozen: it was stopped by a signal (process state T).", **more)
    if seen.state in ("Z", "X"):
        return critical(f"{seen.name} has ended and was not cleaned up (process state {seen.state}).", **more)
    if not is_redis(seen.name):
        return warning(f"The main process of container {name} is {seen.name}, not redis-server.", **more)
    if seen.listeners_known and not seen.listeners:
        return critical(f"{seen.name} runs in container {name}, and nothing listens there.", **more)
    ports = sorted({f"{listener.address}:{listener.port}" for listener in seen.listeners if listener.port})
    listens = f" and listens on {listed(ports)}" if ports else ""
    return ok(f"{seen.name} runs with pid {seen.pid}{listens}.", **more)
