"""The named container: is there one, does it run, is it healthy, which ports has it."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.meant import container_name, source_words
from runbooklab.domains.container.readings.containers import tcp_bindings
from runbooklab.domains.container.readings.state import State, sentence, state_of, unhealthy
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.observe.docker.records import Container, ContainerLook, PortBinding
from runbooklab.words import ago, listed, short, size

#: What the state of a container means, if its own words leave that open.
_MEANS = {
    "out-of-memory": "the kernel killed it for its memory",
    "created": "it was never started",
    "paused": "it is paused",
    "looping": "it ends and starts again and again",
}


def container(e: Evidence) -> Judgement:
    name, look = container_name(e), e.container.value
    if not name:
        return skipped("No container is named.")
    if look is None:
        return absent(e, e.container, f"Container {name}")
    return not_found(e, look) if look.found is None else judged_by_state(e, look, look.found, _own_words)


def _own_words(state: State) -> str:
    means = _MEANS.get(state.kind)
    return sentence(f"{state.clause}: {means}" if means else state.clause)


def not_found(e: Evidence, look: ContainerLook, image: str = "") -> Judgement:
    """The judgement if there is no container of that name; ``image`` says whether its image is here."""
    asked = source_words(e.target, "redis_container")
    shown = (containers_table(look.others),) if look.others else ()
    return critical(f"There is no container named {asked}{image}.", tables=shown)


def judged_by_state(
    e: Evidence, look: ContainerLook, found: Container, words: Callable[[State], str]
) -> Judgement:
    """The judgement on a container that exists; ``words`` makes a sentence of its state."""
    asked = source_words(e.target, "redis_container")
    instead = f"{asked}; taken: {found.name}, because {look.meant_because}" if look.meant_because else asked
    facts = {"Asked for": instead} | container_facts(found, e.gathered_at)
    state = state_of(e, look, found)
    judge = {"running": ok, "other": unknown}.get(state.kind, critical)
    return judge(words(state), facts=facts, tables=(containers_table((found, *look.others)),))


def containers_table(containers: tuple[Container, ...]) -> Table:
    rows = [
        (each.name, each.image, each.state, ports_words(each), ", ".join(_networks(each)))
        for each in containers
    ]
    return table(("Container", "Image", "State", "Ports", "Networks"), rows, "Containers")


def _networks(found: Container) -> list[str]:
    return [net.network for net in found.networks] or [found.network_mode or "none"]


def ports_words(found: Container) -> str:
    """The ports of a container as ``docker ps`` writes them."""
    ports = found.ports or found.ports_asked
    return ", ".join(port_words(port) for port in ports) or "none published"


def port_words(port: PortBinding) -> str:
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


def existing(e: Evidence, what: str) -> Container | Judgement:
    """The named container, or the judgement of a check that needs it to exist."""
    name, look = container_name(e), e.container.value
    if not name:
        return skipped("No container is named.")
    if look is None:
        return absent(e, e.container, what)
    if look.found is None:
        return skipped(f"{what}: not checked (there is no container named {name}).")
    return look.found


# --- health -----------------------------------------------------------------------------------------


def container_health(e: Evidence) -> Judgement:
    found = existing(e, "The container's health")
    return found if isinstance(found, Judgement) else health(found)


def health(found: Container) -> Judgement:
    """What Docker's own health check says of a container."""
    if not found.health:
        return skipped(f"Container {found.name} has no health check.")
    rows = [(run.at, str(run.exit_code), short(run.output)) for run in found.health_log]
    shown = (table(("At", "Exit code", "Output"), rows, "Health log"),) if rows else ()
    facts = {"Health": found.health, "Test": " ".join(found.health_test)}
    if found.state != "running":
        return skipped(
            f"Container {found.name} does not run: its last health was {found.health}.", facts=facts
        )
    if found.health == "unhealthy":
        return critical(unhealthy(found), facts=facts, tables=shown)
    if found.health == "starting":
        said = f"The health check of container {found.name} has not passed yet."
        return warning(said, facts=facts, tables=shown)
    return ok(f"Docker calls container {found.name} healthy.", facts=facts, tables=shown)


# --- ports ------------------------------------------------------------------------------------------


def container_ports(e: Evidence) -> Judgement:
    found = existing(e, "The container's ports")
    if isinstance(found, Judgement):
        return found
    if found.network_mode == "host":
        return on_host_network(found)
    given = {(port.container_port, port.protocol, port.host_port) for port in found.ports}
    lacking = [
        port
        for port in found.ports_asked
        if port.host_port and (port.container_port, port.protocol, port.host_port) not in given
    ]
    if found.state == "running" and lacking:
        asked = listed([port_words(port) for port in lacking])
        return warning(
            f"Container {found.name} asks for {asked} and does not get it.", tables=ports_table(found)
        )
    return published(found)


def on_host_network(found: Container) -> Judgement:
    said = f"Container {found.name} uses the host's network: its ports are the host's."
    return ok(said, tables=ports_table(found))


def published(found: Container) -> Judgement:
    """Which ports it publishes: that is as somebody set it up."""
    said = listed([port_words(port) for port in tcp_bindings(found)])
    return ok(f"Container {found.name} publishes {said}.", tables=ports_table(found))


def ports_table(found: Container) -> tuple[Table, ...]:
    """Its ports, as they are or as they were asked for; nothing if there are none."""
    asked = found.ports or found.ports_asked
    rows = [
        (str(port.container_port), port.protocol, port.host_ip, str(port.host_port or "")) for port in asked
    ]
    return (table(("Inside", "Protocol", "Host address", "Host port"), rows, "Ports"),) if rows else ()
