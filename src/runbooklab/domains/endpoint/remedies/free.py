"""Plans that free a port. Each is given what comes after it: the container that should have the port."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.shell import command
from runbooklab.domains.endpoint.remedies.place import show_holder
from runbooklab.observe.host.records import Listener


class After(Struct, frozen=True):
    """What is done once the port is free: commands, a sentence of what they change, and a last check."""

    commands: tuple[str, ...]
    changes: str  # begins with a space; "" if nothing is left to say
    works: str


def freed(port: int, owner: Listener | None, after: After) -> Steps:
    """End the process that has the port; None: nobody saw which one it is."""
    show = show_holder(port)
    if owner is None or owner.pid is None:
        return Steps(
            commands=(show, 'kill "$PID"', *after.commands),
            changes=f"Ends the process that has port {port}: read its PID off the first command, "
            f"and end it only if you know what it is.{after.changes}",
            risk="high",
            confirm=(show, after.works),
            destructive=True,
            loses=("What that process holds in memory: nobody saw which process it is.",),
        )
    name = owner.process or "the process"
    gone = f'while ss -tln | grep -q ":{port} "; do sleep 0.2; done'
    wait = (command("timeout", "15", "sh", "-c", gone),) if after.commands else ()
    return Steps(
        commands=(command("kill", str(owner.pid)), *wait, *after.commands),
        changes=f"Ends {name} (pid {owner.pid}), which has port {port}; what it holds in memory is "
        "lost. Do this only if it can be spared; if a service manager starts it again, stop it there."
        f"{after.changes}",
        risk="high",
        confirm=(show, after.works),
        destructive=True,
        act=f"End {name}, pid {owner.pid}",
        loses=(f"What {name} (pid {owner.pid}) holds in memory: how much was not observed.",),
    )


def unseen_container_stopped(port: int, after: After) -> Steps:
    """Stop a container that has the port, and that nobody saw."""
    return Steps(
        commands=(
            command("docker", "ps", "--filter", f"publish={port}"),
            'docker stop "$OTHER"',
            *after.commands,
        ),
        changes=f"Stops the container that has port {port}: the first command names it. "
        f"What it serves stops with it.{after.changes}",
        risk="medium",
        confirm=(after.works,),
    )


def container_stopped(port: int, other: str, name: str, after: After) -> Steps:
    """Stop container ``other``, which has the port; ``name`` starts there, or "" if it is made again."""
    starts = f", and starts {name} there" if name else ""
    return Steps(
        commands=(command("docker", "stop", other), *after.commands),
        changes=f"Stops container {other}, which has port {port}{starts}: clients of {other} "
        f"lose it. Do this only if it can be spared; nothing of it is removed.{after.changes}",
        risk="medium",
        confirm=(command("docker", "ps", "--filter", f"publish={port}"), after.works),
        undo=(*([command("docker", "stop", name)] if name else []), command("docker", "start", other)),
        appliable=True,
        act=f"Stop {other}{f' and start {name}' if name else ''}",
        loses=(f"What {other} serves, and what it holds in memory alone: how much was not observed.",),
    )


def proxy_ended(port: int, listeners: tuple[Listener, ...], after: After) -> Steps:
    """End the docker-proxy among the listeners that holds the port for a container that is gone."""
    proxies = [each for each in listeners if each.process.startswith("docker-proxy") and each.pid]
    pids = [str(each.pid) for each in proxies if each.port == port] or ["$PID"]
    return Steps(
        commands=(show_holder(port), f"sudo kill {' '.join(pids)}", *after.commands),
        changes=f"Ends the docker-proxy that holds port {port} for a container that is gone.{after.changes}",
        risk="medium",
        confirm=(after.works,),
        destructive=True,
        loses=(f"Connections through port {port}, if there are any: not observed.",),
    )
