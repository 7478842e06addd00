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

    from runbooklab.domains.redis.lab.world import World


@contextmanager
def engine() -> Iterator[DockerClient | None]:
    """A client of the Docker engine; None, and said so, where none answers: this host has to do then.

    Raises :class:`UserError` where this host has no redis-server either.
    """
    from docker import DockerClient
    from docker.errors import DockerException

    try:
        client = DockerClient.from_env(timeout=60)
    except DockerException as error:
        _announce_host(error)
        yield None
        return
    try:
        yield client
    finally:
        client.close()


def _announce_host(error: Exception) -> None:
    from runbooklab.domains.redis.lab.server_program import NotHere, server_program

    try:
        program = server_program()
    except NotHere as lack:
        raise UserError(
            f"the lab needs a Docker engine or a redis-server: {error}",
            hint="start Docker, install redis-server, or run: pip install 'runbooklab[lab]'",
        ) from lack
    click.echo(f"No Docker engine answers; what needs no container runs on {program}.", err=True)


def lab_image(client: DockerClient | None) -> str:
    """The tag of the lab's Redis image, built first where it isn't there; empty without an engine."""
    from runbooklab.domains.redis.lab.image import provide

    if client is None:
        return ""
    try:
        return provide(client.api)
    except FileNotFoundError as error:
        raise UserError(str(error), hint="install redis-server") from error


@click.group()
def lab() -> None:
    """A small real system to practise on: Redis, an orchestrator and two workers.

    Whatever it makes carries the label org.runbooklab.lab=1, and nothing else is touched. Without a
    Docker engine its parts are processes of this host.

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
    from runbooklab.domains.redis.lab import embedded_world, world
    from runbooklab.domains.redis.lab.server_program import NotHere

    with engine() as client:
        try:
            _show(world.up(client, lab_image(client)) if client else embedded_world.up())
        except NotHere as lack:
            raise UserError(f"the lab {lack}", hint="install redis-tools") from lack


@lab.command()
def status() -> None:
    """Say what of it stands.

    \b
    Example:
      runbook lab status
    """
    from runbooklab.domains.redis.lab import embedded_world, world

    with engine() as client:
        _show(world.status(client) if client else embedded_world.status())


@lab.command()
def down() -> None:
    """Remove it, and what drills that were killed left behind.

    \b
    Example:
      runbook lab down
    """
    from runbooklab.domains.redis.lab import embedded_world, world
    from runbooklab.lab.clean_up import clean_up

    with engine() as client:
        in_containers = world.down(client) if client else ()
        for name in (*in_containers, *embedded_world.down(), *clean_up(client)):
            click.echo(f"removed {name}")


@lab.command("list")
def list_faults() -> None:
    """List the faults that can be injected, and the odd but healthy targets.

    \b
    Example:
      runbook lab list
    """
    from runbooklab.domains.redis.lab.faults import FAULTS
    from runbooklab.domains.redis.lab.healthy import HEALTHY

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
    from runbooklab.domains.redis.lab.cases import case_named
    from runbooklab.domains.redis.lab.embedded_faults import without_engine
    from runbooklab.domains.redis.lab.server_program import NotHere

    case = case_named(fault)
    enough = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, enough)
    with engine() as client:
        if client is None:
            case = without_engine(case)
        try:
            with case.inject(client, lab_image(client)) as situation:
                click.echo(case.made, err=True)
                click.echo(_command(situation.parameters, situation.environment))
                click.echo("Ctrl-C restores.", err=True)
                signal.sigwait(enough)
        except NotHere as lack:
            raise UserError(f"{case.id} {lack}", hint="see `runbook drill all` for what can be had") from lack


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
