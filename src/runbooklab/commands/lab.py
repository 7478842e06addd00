"""``runbook lab``: a small real system to look at and to break, and the faults that can be injected."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from runbooklab.errors import UserError

if TYPE_CHECKING:
    from docker import DockerClient

    from runbooklab.lab.world import World


@contextmanager
def engine() -> Iterator[DockerClient]:
    """A client of the Docker engine; raises :class:`UserError` where none answers."""
    from docker import DockerClient
    from docker.errors import DockerException

    try:
        client = DockerClient.from_env(timeout=60)
    except DockerException as error:
        raise UserError(f"the lab needs a Docker engine: {error}", hint="start Docker") from error
    try:
        yield client
    finally:
        client.close()


def lab_image(client: DockerClient) -> str:
    """The tag of the lab's Redis image, built first where it isn't there."""
    from runbooklab.lab.image import build

    try:
        return build(client.api)
    except FileNotFoundError as error:
        raise UserError(str(error), hint="install redis-server") from error


@click.group()
def lab() -> None:
    """A small real system to practise on: Redis, an orchestrator and two workers.

    Whatever it makes carries the label org.runbooklab.lab=1, and nothing else is touched.

    \b
    Example:
      runbook lab up
      docker pause runbooklab-lab-redis
      runbook lab down
    """


@lab.command()
def up() -> None:
    """Start it, and say how to look at it.

    \b
    Example:
      runbook lab up
    """
    from runbooklab.lab import world

    with engine() as client:
        _show(world.up(client, lab_image(client)))


@lab.command()
def status() -> None:
    """Say what of it stands.

    \b
    Example:
      runbook lab status
    """
    from runbooklab.lab import world

    with engine() as client:
        _show(world.status(client))


@lab.command()
def down() -> None:
    """Remove it, and what drills that were killed left behind.

    \b
    Example:
      runbook lab down
    """
    from runbooklab.lab import world
    from runbooklab.lab.sweep import sweep

    with engine() as client:
        for name in (*world.down(client), *sweep(client)):
            click.echo(f"removed {name}")


@lab.command("list")
def list_faults() -> None:
    """List the faults that can be injected, and the odd but healthy targets.

    \b
    Example:
      runbook lab list
    """
    from runbooklab.lab.faults import FAULTS
    from runbooklab.lab.healthy import HEALTHY

    for case in (*FAULTS.values(), *HEALTHY.values()):
        click.echo(f"{case.id:<42}  {case.made}")


@lab.command()
@click.argument("fault")
def inject(fault: str) -> None:
    """Inject one fault, say how to look at it, and restore at Ctrl-C.

    \b
    Example:
      runbook lab inject container-paused
    """
    from runbooklab.lab.cases import case_named

    case = case_named(fault)
    enough = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, enough)
    with engine() as client, case.inject(client, lab_image(client)) as situation:
        click.echo(case.made, err=True)
        click.echo(_command(situation.parameters, situation.environment))
        click.echo("Ctrl-C restores.", err=True)
        signal.sigwait(enough)


def _show(world: World) -> None:
    if not world.states:
        click.echo("nothing stands; start it with: runbook lab up", err=True)
        return
    for name, state in world.states.items():
        click.echo(f"{name:<32}  {state}", err=True)
    click.echo(_command(world.parameters, {}))


def _command(parameters: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    settings = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    values = [f"-p {name} {shlex.quote(str(value))}" for name, value in parameters.items()]
    return " ".join([*settings, "runbook run redis-connection", *values])
