"""Docker and the Redis container: can it be looked at, does it run, is it healthy, are its ports right."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.docker.exit_codes import KILLED
from runbooklab.domains.docker.meant import container_name, source_words
from runbooklab.domains.docker.readings.containers import asks_for_port, tcp_bindings, to_host_port
from runbooklab.domains.environment.readings.address import place
from runbooklab.domains.redis.checks.not_reached import absent_in_docker
from runbooklab.domains.redis.checks.transport import listeners_table
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import answers
from runbooklab.domains.redis.readings.destination import outside_docker
from runbooklab.domains.redis.readings.listeners import is_redis
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.docker.records import Container, ContainerLook, PortBinding
from runbooklab.observe.net.addresses import host_is_loopback
from runbooklab.words import age, ago, listed, plural, short, size

_DOCKER: dict[str, str] = {
    "permission-denied": "may not be used by this user",
    "unreachable": "does not answer: nothing listens there",
    "unresponsive": "accepts the connection and does not answer",
    "api-version": "speaks an API version that does not fit",
    "context-missing": "is named by a Docker context that does not exist",
    "unusable": "is named in a form that this tool cannot use",
}


def docker_access(e: Evidence) -> Judgement:
    seen = e.docker.value
    if seen is None:
        return absent(e, e.docker, "Docker")
    facts = {"Endpoint": seen.endpoint, "Engine": " ".join(filter(None, (seen.engine, seen.server_version)))}
    facts = {label: value for label, value in (facts | {"API version": seen.api_version}).items() if value}
    if seen.outcome == "ok":
        return ok(f"{seen.engine or 'Docker'} {seen.server_version} answers at {seen.endpoint}.", facts=facts)
    said = f"Docker at {seen.endpoint} {_DOCKER[seen.outcome]}"
    elsewhere = outside_docker(e)
    if elsewhere:
        return skipped(f"{said}, and nothing here needs it: {elsewhere}.", facts=facts)
    return unknown(f"{said}.", facts=facts, text=seen.message)


def redis_container(e: Evidence) -> Judgement:
    name, look = container_name(e), e.container.value
    if not name:
        return skipped("No Redis container is named: Redis is judged by its URL alone.")
    if look is None:
        return absent_in_docker(e, e.container, f"Container {name}")
    return _not_found(e, look) if look.found is None else _state(e, look, look.found)


def _not_found(e: Evidence, look: ContainerLook) -> Judgement:
    shown = (_containers(look.others),) if look.others else ()
    serving = next((other for other in look.others if other.state == "running" and _serves(e, other)), None)
    if answers(e) and serving is not None:
        said = f"No container is named {look.name}; container {serving.name} runs and serves {place(e)}."
        return ok(said, facts=container_facts(serving, e.gathered_at), tables=shown)
    if answers(e):
        outside = outside_docker(e) or f"Redis answers at {place(e)} all the same"
        return skipped(f"There is no container named {look.name}; {outside}.", tables=shown)
    image = {True: "; its image is here", False: "; its image is not here either", None: ""}[
        look.image_present
    ]
    asked = source_words(e.target, "redis_container")
    return critical(f"There is no container named {asked}{image}.", tables=shown)


def _serves(e: Evidence, found: Container) -> bool:
    """Whether a container has the URL's port of this host."""
    address = e.address.value
    return address is not None and host_is_loopback(address.host) and asks_for_port(found, address.port)


def _state(e: Evidence, look: ContainerLook, found: Container) -> Judgement:
    instead = (
        f"{source_words(e.target, 'redis_container')}; taken: {found.name}, because {look.meant_because}"
        if look.meant_because
        else ""
    )
    asked = {"Asked for": instead or source_words(e.target, "redis_container")}
    more = {
        "facts": asked | container_facts(found, e.gathered_at),
        "tables": (_containers((found, *look.others)),),
    }
    if look.restart_count_later is not None and look.restart_count_later > found.restart_count:
        return critical(_looping(found, look.restart_count_later), **more)
    if found.state == "running":
        return ok(
            f"Container {found.name} has been running for {age(found.started_at, e.gathered_at)}.", **more
        )
    if found.state == "restarting":
        return critical(_looping(found, found.restart_count), **more)
    if found.state == "exited":
        return critical(_exited(e, found), **more)
    reason = f": {short(found.error).rstrip('.')}" if found.error else ""
    if found.state not in _STATES:
        return unknown(f"Container {found.name} is in the state {found.state}{reason}.", **more)
    return critical(f"{_STATES[found.state].format(name=found.name)}{reason}.", **more)


_STATES: dict[str, str] = {
    "created": "Redis was never started: container {name} was created and does not run",
    "paused": "Redis is paused: container {name} exists, and its processes are frozen",
    "dead": "Redis is down: container {name} is dead and cannot be started",
    "removing": "Redis is being removed: container {name} is going away",
}


def _exited(e: Evidence, found: Container) -> str:
    when = ago(found.finished_at, e.gathered_at)
    if found.oom_killed:
        limit = f" of {size(found.memory_limit_bytes)}" if found.memory_limit_bytes else ""
        return f"Redis was killed for its memory: container {found.name} went over its limit{limit} {when}."
    if found.error:
        return f"Redis is stopped: container {found.name} could not start: {short(found.error).rstrip('.')}."
    if found.exit_code == KILLED:
        return f"Redis was killed: container {found.name} ended {when} by SIGKILL (code 137)."
    return f"Redis is stopped: container {found.name} exited {when} with code {found.exit_code}."


def _looping(found: Container, count: int) -> str:
    return (
        f"Redis keeps crashing: container {found.name} has been restarted {plural(count, 'time')} "
        f"and last ended with code {found.exit_code}."
    )


def _containers(containers: tuple[Container, ...]) -> Table:
    rows = [
        (found.name, found.image, found.state, ports_words(found), ", ".join(_networks(found)))
        for found in containers
    ]
    return table(("Container", "Image", "State", "Ports", "Networks"), rows, "Containers")


def _networks(found: Container) -> list[str]:
    return [net.network for net in found.networks] or [found.network_mode or "none"]


def ports_words(found: Container) -> str:
    """The ports of a container as ``docker ps`` writes them."""
    ports = found.ports or found.ports_asked
    return ", ".join(_port_words(port) for port in ports) or "none published"


def _port_words(port: PortBinding) -> str:
    inside = f"{port.container_port}/{port.protocol}"
    return inside if port.host_port is None else f"{port.host_ip or '0.0.0.0'}:{port.host_port}->{inside}"  # noqa: S104 # what Docker means by no address


def container_facts(found: Container, now: str) -> dict[str, str]:
    """What is worth knowing of a container; ``now`` is the time its ages are counted to."""
    facts = {
        "Container": found.name,
        "Image": found.image,
        "State": found.state,
        "Exit code": "" if found.state in ("running", "paused", "created") else str(found.exit_code),
        "Error": found.error,
        "Started": f"{found.started_at} ({ago(found.started_at, now)})" if found.started_at else "",
        "Finished": f"{found.finished_at} ({ago(found.finished_at, now)})" if found.state == "exited" else "",
        "Restarts": str(found.restart_count),
        "Restart policy": found.restart_policy,
        "Memory limit": size(found.memory_limit_bytes) if found.memory_limit_bytes else "none",
        "Command": " ".join(found.command),
    }
    return {label: value for label, value in facts.items() if value}


def running_container(e: Evidence, what: str) -> Container | Judgement:
    """The named container if it runs, or the judgement of a check that needs it to."""
    name, look = container_name(e), e.container.value
    if not name:
        return skipped("No Redis container is named.")
    if look is None:
        elsewhere = outside_docker(e)
        return (
            skipped(f"{what} does not matter here: {elsewhere}.")
            if elsewhere
            else absent(e, e.container, what)
        )
    if look.found is None:
        return skipped(f"{what}: not looked at (there is no container named {name}).")
    return look.found


def redis_container_health(e: Evidence) -> Judgement:
    found = running_container(e, "The container's health")
    if isinstance(found, Judgement):
        return found
    if not found.health:
        return skipped(f"Container {found.name} has no health check.")
    rows = [(result.at, str(result.exit_code), short(result.output)) for result in found.health_log]
    shown = (table(("At", "Exit code", "Output"), rows, "Health log"),) if rows else ()
    facts = {"Health": found.health, "Test": " ".join(found.health_test)}
    if found.state != "running":
        return skipped(
            f"Container {found.name} does not run: its last health was {found.health}.", facts=facts
        )
    last = found.health_log[-1] if found.health_log else None
    if found.health == "unhealthy":
        said = f": {short(last.output)}" if last else ""
        return critical(f"Docker calls container {found.name} unhealthy{said}.", facts=facts, tables=shown)
    if found.health == "starting":
        return warning(
            f"The health check of container {found.name} has not passed yet.", facts=facts, tables=shown
        )
    error = _error_in(last.output) if last else ""
    if error:
        return warning(
            f"Docker calls container {found.name} healthy, though its health check got {error}: "
            "redis-cli ping ends with status 0 on an error too.",
            facts=facts,
            tables=shown,
        )
    return ok(f"Docker calls container {found.name} healthy.", facts=facts, tables=shown)


def _error_in(output: str) -> str:
    """The Redis error code that a health check's output begins with, or ""."""
    word = output.strip().removeprefix("(error)").strip().split(" ", 1)[0]
    return word if word.isalpha() and word.isupper() and word != "PONG" else ""


def redis_container_ports(e: Evidence) -> Judgement:
    found = running_container(e, "The container's ports")
    if isinstance(found, Judgement):
        return found
    asked = found.ports or found.ports_asked
    rows = [
        (str(binding.container_port), binding.protocol, binding.host_ip, str(binding.host_port or ""))
        for binding in asked
    ]
    shown = (table(("Inside", "Protocol", "Host address", "Host port"), rows, "Ports"),) if rows else ()
    address = e.address.value
    if found.network_mode == "host":
        return ok(f"Container {found.name} uses the host's network: its ports are the host's.", tables=shown)
    published = tcp_bindings(found)
    if (
        e.target.orchestrator_container
        or address is None
        or address.problem
        or not host_is_loopback(address.host)
    ):
        said = listed([_port_words(binding) for binding in published])
        return ok(f"Container {found.name} publishes {said}.", tables=shown)
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
