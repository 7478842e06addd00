"""``runbook lab``: a small real system to inspect and to break, and the faults that can be injected."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from runbooklab.errors import UserError

if TYPE_CHECKING:
    from docker import DockerClient

    from runbooklab.lab.lab import Lab, Place, Practice, World


@contextmanager
def engine(labs: Iterable[Lab[Any]]) -> Iterator[DockerClient | None]:
    """A client of the Docker engine; None, with a message, if none answers: then this host is used.

    None, too, if no lab makes containers. Raises :class:`UserError` if no lab can do anything on this host.
    """
    labs = [lab for lab in labs if lab.image is not None]
    if not labs:
        yield None
        return
    from docker import DockerClient
    from docker.errors import DockerException

    try:
        client = DockerClient.from_env(timeout=60)
    except DockerException as error:
        _announce_host(labs, error)
        yield None
        return
    try:
        yield client
    finally:
        client.close()


def _announce_host(labs: Iterable[Lab[Any]], error: Exception) -> None:
    from runbooklab.lab.testbed import NEEDS_ENGINE, Unavailable

    programs: list[str] = []
    lack, hint = NEEDS_ENGINE, "start Docker"
    for lab in labs:
        if lab.without_docker is not None:
            try:
                programs.append(lab.without_docker.program())
            except Unavailable as missing:
                lack = f"{NEEDS_ENGINE}; without one it {missing}"
                hint = f"start Docker, or {lab.without_docker.install}"
    if not programs:
        raise UserError(f"the lab {lack}: {error}", hint=hint)
    click.echo(f"No Docker engine answers; what needs no container runs on {', '.join(programs)}.", err=True)


def place_of(lab: Lab[Any], client: DockerClient | None) -> Place[Any]:
    """The lab on this engine, or on this host without one; its image is built first if it isn't there."""
    from runbooklab.lab.lab import Place
    from runbooklab.lab.testbed import Unavailable

    try:
        return Place.of(lab, client)
    except Unavailable as lack:
        raise UserError(
            f"the lab {lack}", hint=lab.without_docker.install if lab.without_docker else ""
        ) from lack


@click.group()
def lab() -> None:
    """A small real system to practise on: a server and its clients.

    For Redis these are Redis itself, an orchestrator and two workers. Everything it creates has the label
    org.runbooklab.lab=1, and nothing else is touched. Without a Docker engine its parts are processes of
    this host.

    \b
    Example:
      runbook lab up
      docker pause runbooklab-lab-redis
      runbook lab down
    """


def _practising() -> list[tuple[Lab[Any], Practice]]:
    """The labs with a practice system."""
    from runbooklab.lab.registry import labs

    return [(lab, lab.practice) for lab in labs() if lab.practice is not None]


@lab.command()
def up() -> None:
    """Start it, and say how to inspect it.

    \b
    Example:
      runbook lab up
    """
    from runbooklab.lab.testbed import Unavailable

    practising = _practising()
    with engine(lab for lab, _ in practising) as client:
        for lab, practice in practising:
            place = place_of(lab, client)
            try:
                _show(lab, practice.up(client, place.image))
            except Unavailable as lack:
                raise UserError(f"the lab {lack}", hint=practice.install) from lack


@lab.command()
def status() -> None:
    """Show the state of its parts.

    \b
    Example:
      runbook lab status
    """
    practising = _practising()
    with engine(lab for lab, _ in practising) as client:
        for lab, practice in practising:
            _show(lab, practice.status(client))


@lab.command()
def down() -> None:
    """Remove it, and what killed drills left behind.

    \b
    Example:
      runbook lab down
    """
    from runbooklab.lab.clean_up import clean_up

    practising = _practising()
    with engine(lab for lab, _ in practising) as client:
        removed = [name for _, practice in practising for name in practice.down(client)]
        for name in (*removed, *clean_up(client)):
            click.echo(f"removed {name}")


@lab.command("list")
def list_faults() -> None:
    """List the faults that can be injected, and the odd but healthy targets.

    \b
    Example:
      runbook lab list
    """
    from runbooklab.lab.registry import cases

    for name, (_, case) in cases().items():
        click.echo(f"{name:<42}  {case.made}")


@lab.command()
@click.argument("fault")
def inject(fault: str) -> None:
    """Inject one fault, say how to inspect it, and restore at Ctrl-C.

    \b
    Example:
      runbook lab inject container-paused
    """
    from runbooklab.lab.registry import case_named
    from runbooklab.lab.testbed import Unavailable

    lab, case = case_named(fault)
    enough = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, enough)
    with engine([lab]) as client:
        try:
            with place_of(lab, client).inject(case) as (_, situation):
                click.echo(case.made, err=True)
                click.echo(_command(lab, situation.parameters, situation.environment))
                click.echo("Ctrl-C restores.", err=True)
                signal.sigwait(enough)
        except Unavailable as lack:
            raise UserError(f"{case.id} {lack}", hint="see `runbook drill all` for what works here") from lack


def _show(lab: Lab[Any], world: World) -> None:
    if not world.states:
        click.echo("nothing is running; start it with: runbook lab up", err=True)
        return
    for name, state in world.states.items():
        click.echo(f"{name:<32}  {state}", err=True)
    click.echo(_command(lab, world.parameters, {}))


def _command(lab: Lab[Any], parameters: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    settings = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    values = [f"-p {name} {shlex.quote(str(value))}" for name, value in parameters.items()]
    return " ".join([*settings, "runbook run", lab.runbook, *values])
