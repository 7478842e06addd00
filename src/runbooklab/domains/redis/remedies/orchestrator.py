"""Plans for the orchestrator's own container."""

from __future__ import annotations

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.container.readings.restarts import restarts_now
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.readings.client_log import telling_line
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.words import size


def _name(site: Site) -> str:
    found = orchestrator(site.e)
    return found.name if found else site.client or "orchestrator"


def unpause_orchestrator(site: Site) -> Steps:
    name = _name(site)
    return Steps(
        commands=(command("docker", "unpause", name),),
        changes=f"Lets {name} continue where it was paused.",
        confirm=(command("docker", "inspect", "-f", "{{.State.Status}}", name),),
        undo=(command("docker", "pause", name),),
        appliable=bool(site.client),
        act=f"Unpause {name}",
    )


def run_orchestrator(site: Site) -> Steps:
    """Starts it once; what made it end has to be fixed first if its log names it."""
    name, line = _name(site), telling_line(site.e)
    if restarts_now(site.e.orchestrator.value):
        return Steps(
            commands=(command("docker", "logs", "--tail", "50", name),),
            changes=f"Shows why {name} ends; Docker starts it again by itself once that is fixed. "
            f"What it said last: {line[:160] or 'nothing'}",
            risk="none",
            confirm=(command("docker", "inspect", "-f", "{{.State.Status}} {{.RestartCount}}", name),),
        )
    found = orchestrator(site.e)
    refused = found.error if found is not None and found.state == "created" else ""
    if refused:
        return Steps(
            commands=(command("docker", "inspect", "-f", "{{.State.Error}} {{json .Config.Cmd}}", name),),
            changes=f"Shows why Docker could not start {name}, and with which command: {refused[:200]}. "
            "It fails the same way until that is put right where the container is made.",
            risk="none",
            confirm=(command("docker", "inspect", "-f", "{{.State.Status}}", name),),
        )
    if found is not None and found.oom_killed and found.memory_limit_bytes:
        return _with_more_memory(name, found.memory_limit_bytes)
    reason = f" What it said last: {line[:160]} Fix that first, or it ends again." if line else ""
    return Steps(
        commands=(command("docker", "logs", "--tail", "50", name), command("docker", "start", name)),
        changes=f"Shows why {name} ended and starts it with its own settings.{reason}",
        confirm=(command("docker", "inspect", "-f", "{{.State.Status}}", name),),
        undo=(command("docker", "stop", name),),
    )


def _with_more_memory(name: str, limit: int) -> Steps:
    room = str(2 * limit)
    return Steps(
        commands=(
            command("docker", "update", "--memory", room, "--memory-swap", room, name),
            command("docker", "start", name),
        ),
        changes=f"Gives {name}, which the kernel killed at its memory limit of {size(limit)}, "
        f"{size(2 * limit)} and starts it. Made again, it has its old limit: "
        "raise that where it is made too.",
        risk="medium",
        confirm=(command("docker", "stats", "--no-stream", name),),
        undo=(command("docker", "update", "--memory", str(limit), "--memory-swap", str(limit), name),),
    )


def name_orchestrator(site: Site) -> Steps:
    look = site.e.orchestrator.value
    near = [container.name for container in look.others] if look else []
    known = f" Near ones are {', '.join(near[:5])}." if near else ""
    return Steps(
        commands=("docker ps -a --format '{{.Names}}\\t{{.Image}}\\t{{.Status}}'",),
        changes="Lists the containers; give the orchestrator's as -p orchestrator_container NAME, or "
        f"leave the parameter out if it runs on this host.{known}",
        risk="none",
        confirm=("runbook run redis-connection",),
    )
