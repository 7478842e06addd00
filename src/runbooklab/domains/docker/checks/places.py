"""Checks of the endpoint, the client, the engine and its configuration."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.judgement import absent, ok, skipped, table, warning
from runbooklab.domains.container.checks.access import docker_access as plain_access
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.endpoint import who_names
from runbooklab.domains.docker.records import Engine
from runbooklab.model.conclusions import Judgement
from runbooklab.words import plural, size


def docker_access(e: Evidence) -> Judgement:
    """Whether the engine answers; with who names the endpoint, its socket, and other engines."""
    said, look = plain_access(e), e.endpoint.value
    if look is None:
        return said
    socket = look.socket
    facts = {
        "Named by": who_names(look),
        "Socket": f"{socket.mode} {socket.owner}:{socket.group}" if socket and socket.mode else "",
        "User": f"{look.user} ({', '.join(look.session_groups[:8])})" if look.user else "",
    }
    rows = [_row(each) for each in (look.used, *look.others)]
    shown = (table(("Engine", "Endpoint", "Answer", "Containers"), rows, "Engines that this user can mean"),)
    return replace(
        said,
        facts=said.facts | {name: value for name, value in facts.items() if value},
        tables=(*said.tables, *(shown if look.others else ())),
    )


def _row(engine: Engine) -> tuple[str, ...]:
    words = {
        "docker": "Docker",
        "missing": "no socket",
        "denied": "permission denied",
        "not-asked": "not asked",
    }
    return (
        engine.name or "DOCKER_HOST",
        engine.url,
        words.get(engine.answer, engine.answer),
        ", ".join(engine.containers[:5]),
    )


def client(e: Evidence) -> Judgement:
    look = e.client.value
    if look is None:
        return absent(e, e.client, "The Docker client's folder")
    compose = next((each.path for each in look.compose if not each.problem), look.docker_compose)
    buildx = next((each.path for each in look.buildx if not each.problem), "")
    facts = {
        "Folder": look.folder,
        "docker": look.docker or "not on PATH",
        "Compose": compose or "not installed",
        "buildx": buildx or "not installed",
        "Contexts": ", ".join(("default", *look.contexts)),
        "Credential helpers": ", ".join(f"{name} ({place})" for place, name in look.helpers.items()),
    }
    facts = {name: value for name, value in facts.items() if value}
    if look.config == "invalid":
        return warning(f"{look.folder}/config.json is no JSON: {look.config_error}.", facts=facts)
    if not compose and e.compose.value is not None:
        return warning(
            f"Docker's client is {look.docker or 'not on PATH'}; Compose is not installed.", facts=facts
        )
    has = f", and Compose is {compose}" if compose else ", without Compose"
    return ok(f"Docker's client is {look.docker or 'not on PATH'}{has}.", facts=facts)


def daemon_config(e: Evidence) -> Judgement:
    look = e.daemon.value
    if look is None:
        return absent(e, e.daemon, "The engine's configuration file")
    if look.state == "none":
        return skipped("No configuration file of the engine is named.")
    if look.state == "missing":
        return skipped(f"There is no {look.path}: the engine uses its own defaults.")
    if look.state == "unreadable" and not look.problems:
        return skipped(f"{look.path}: not checked (this user may not read it).")
    rows = [(str(each.line or ""), each.key, each.message) for each in look.problems]
    rows += [
        (str(each.line or ""), each.key, f"also set by {each.flag} in {each.place}") for each in look.doubled
    ]
    shown = (table(("Line", "Key", "What is wrong"), rows, look.path),) if rows else ()
    return ok(f"{look.path} is valid: {', '.join(look.keys[:8]) or 'no settings'}.", tables=shown)


def storage(e: Evidence) -> Judgement:
    engine = e.engine.value
    if engine is None:
        return absent(e, e.engine, "The engine's storage")
    facts = {"Folder": engine.root, "Driver": engine.driver}
    if engine.free_bytes is None:
        return skipped(
            f"The room at {engine.root}: not checked (the engine is on another host).", facts=facts
        )
    if engine.free_inodes is not None:
        facts["Free inodes"] = f"{engine.free_inodes:,}"
    return ok(f"{size(engine.free_bytes)} are free at {engine.root} (driver {engine.driver}).", facts=facts)


def engine(e: Evidence) -> Judgement:
    look = e.engine.value
    if look is None:
        return absent(e, e.engine, "The engine")
    facts = {
        "Version": look.version,
        "CPUs": str(look.cpus),
        "Memory": size(look.memory_bytes),
        "Machine": look.architecture,
        "Runtimes": ", ".join(look.runtimes),
        "Cgroups": f"{look.cgroup_driver} (version {look.cgroup_version})",
        "Warnings": "; ".join(look.warnings),
    }
    facts = {name: value for name, value in facts.items() if value}
    networks = e.networks.value
    rules = networks.nat if networks is not None else None
    seen = "" if rules is None else f", with {plural(len(rules), 'rule')} for published ports"
    return ok(
        f"Docker {look.version} runs with {look.cpus} CPUs and {size(look.memory_bytes)}{seen}.", facts=facts
    )
