"""Which workers are called, with which settings, and what is known of their containers and logs."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.container.readings.state import sentence, state_of
from runbooklab.domains.grpc.checks.rows import Line, nothing_to_see, summed_up
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.as_container import as_container
from runbooklab.domains.grpc.readings.said import recent
from runbooklab.domains.grpc.readings.worker import Worker, workers
from runbooklab.domains.grpc.records import Endpoint
from runbooklab.model.conclusions import Judgement
from runbooklab.words import be, listed, plural, short, size

_MOST_LINES = 12
_SOURCES = {
    "parameter": "given",
    "registry": "registered in the registry",
    "error-text": "named by the error text",
}


def known(e: Evidence) -> Judgement:
    """Who is to be called: a target of this run, or what the registry says."""
    seen = e.workers.value
    if seen is None:
        return absent(e, e.workers, "The workers to call")
    settings = seen.settings
    facts = {
        "TLS": (
            f"{'on' if settings.tls else 'off'}{f' ({settings.tls_said_by})' if settings.tls_said_by else ''}"
        ),
        "service": settings.service or "none named",
        "token": "given" if settings.has_token else "none",
        "deadline": f"{settings.deadline_s:g} s",
    }
    named = [end.address for end in seen.endpoints]
    source = _SOURCES[seen.source]
    rows = [(end.address, end.key or "worker_address") for end in seen.endpoints]
    tables = (table(("Worker", "Named by"), rows),) if len(rows) > 1 else ()
    if not named:
        what = f": {listed(list(seen.unusable), 3)}" if seen.unusable else ""
        none = (
            "No usable address is given"
            if seen.source == "parameter"
            else "No worker with an address is registered"
        )
        return unknown(f"{none}{what}.", facts=facts)
    more = f"; {plural(seen.left_out, 'more')} not called" if seen.left_out else ""
    odd = f"; not usable: {listed(list(seen.unusable), 3)}" if seen.unusable else ""
    said = f"{plural(len(named), 'worker')} {be(named)} {source}: {listed(named)}{more}{odd}."
    return (warning if seen.unusable else ok)(said, facts=facts, tables=tables)


def docker(e: Evidence) -> Judgement:
    """Whether the engine can be asked about the workers' containers."""
    seen = e.docker.value
    if seen is None:
        return absent(e, e.docker, "The Docker engine")
    if seen.outcome == "ok":
        return ok(f"{seen.engine or 'Docker'} {seen.server_version} answers.")
    if not (e.target.worker_container or e.target.orchestrator_container):
        return skipped(f"Docker cannot be asked ({seen.outcome}), and no container is named.")
    return unknown(
        f"Docker cannot be asked ({short(seen.message) or seen.outcome}): containers are not seen."
    )


def orchestrator(e: Evidence) -> Judgement:
    """The orchestrator's container: whether workers can be called from it."""
    name, look = e.target.orchestrator_container, e.orchestrator.value
    if not name:
        return skipped("The orchestrator runs on this host.")
    if look is None:
        return absent(e, e.orchestrator, "The orchestrator's container")
    if look.found is None:
        return critical(f"There is no container {name} for the orchestrator.")
    if look.found.state != "running":
        return critical(f"The orchestrator's container {look.found.name} is {look.found.state}.")
    return ok(f"The orchestrator's container {look.found.name} runs.")


def container(e: Evidence) -> Judgement:
    """The workers' containers: running, or how they ended."""
    if e.containers.value is None:
        if not e.target.worker_container and e.containers.missing is not None:
            return skipped("The workers' containers: not seen, and none is named.")
        return absent(e, e.containers, "The workers' containers")
    found = workers(e) or (Worker(e, Endpoint(e.target.worker_container or "the worker", "", 0)),)
    lines = [(each, _container_line(each)) for each in found]
    return summed_up(lines)


def _container_line(w: Worker) -> Line:
    seen = as_container(w)
    if seen is None:
        name = w.e.target.worker_container
        if name:
            return Line("critical", f"There is no container {name}.")
        programs = [f"{each.process} (pid {each.pid})" for each in w.programs if each.pid]
        on_host = f"; {listed(programs)} has its port on this host" if programs else ""
        return nothing_to_see(f"{w.end.address} leads to no container that is known here{on_host}.")
    look = seen.e.container.value
    assert look is not None
    state = state_of(seen.e, look, seen.found)
    if state.kind == "running":
        memory = (
            f", with a memory limit of {size(seen.found.memory_limit_bytes)}"
            if seen.found.memory_limit_bytes
            else ""
        )
        return Line("ok", sentence(f"{state.clause}{memory}"))
    return Line("critical", sentence(state.clause))


def listener(e: Evidence) -> Judgement:
    """Who listens at the port that each address leads to."""
    if e.owners.value is None and e.insides.value is None:
        return absent(e, e.owners, "Who listens on the workers' ports")
    found = workers(e)
    if not found:
        return unknown("Who listens on the workers' ports: not checked, because no worker is known.")
    return summed_up([(each, _listener_line(each)) for each in found])


def _listener_line(w: Worker) -> Line:
    inside = w.inner_listeners
    if w.container is not None and inside is not None:
        at = sorted({f"{places.plain(each.address)}:{each.port}" for each in inside})
        through = (
            f", and port {w.end.port} of this host leads to its port {w.inner_port}"
            if w.by_host_port and (w.inner_port)
            else ""
        )
        return Line(
            "ok" if at else "warning",
            f"In container {w.container.name} {listed(at) if at else 'nothing'} is listened on{through}.",
        )
    if w.leads_here and w.e.owners.value is not None:
        if not w.owners:
            return Line("warning", f"Nothing listens on port {w.end.port} of this host.")
        who = [
            f"{places.plain(each.address)}:{each.port} by {each.process or 'a process that is not shown'}"
            f"{f' (pid {each.pid})' if each.pid else ''}"
            for each in w.owners
        ]
        return Line("ok", f"{listed(sorted(set(who)), 4)}.")
    return nothing_to_see(f"{w.end.address} is not on this host: its listeners are not seen.")


def log(e: Evidence) -> Judgement:
    """The end of the workers' logs; what is bad in them is quoted."""
    seen = e.worker_logs.value
    if seen is None:
        return absent(e, e.worker_logs, "The workers' logs")
    names = {each.container.name for each in workers(e) if each.container is not None} | {
        e.target.worker_container
    }
    tails = {name: tail for name, tail in seen.tails.items() if name in names}
    if not tails:
        return skipped("No worker runs in a container that is known here, so that there is no log to read.")
    bad = [
        (name, line)
        for name, tail in tails.items()
        for line in tail.lines
        if line.severity == "error" and recent(e, line)
    ]
    name, tail = next(iter(tails.items()))
    text = "\n".join(line.text for line in tail.lines[-_MOST_LINES:])
    if not bad:
        return ok(
            f"The log of {name} ends without an error ({plural(len(tail.lines), 'line')} read).", text=text
        )
    last = bad[-1]
    return warning(f"The log of {last[0]} says: {short(last[1].text, 140)}", text=text)


def limits(e: Evidence) -> Judgement:
    """What the orchestrator is set to: its deadline, its largest message, its keepalive."""
    seen = e.workers.value
    if seen is None:
        return absent(e, e.workers, "The orchestrator's limits")
    settings = seen.settings
    every = f"pings every {settings.keepalive_s} s" if settings.keepalive_s else "sends no pings of its own"
    said = (
        f"The orchestrator waits {settings.deadline_s:g} s for a call, takes messages of up to "
        f"{size(settings.max_message_bytes)} and {every}."
    )
    text = e.error_text.value
    if text is not None and text.text.strip():
        return ok(f"{said} An error text is given.", text=short(text.text, 400))
    return ok(said)
