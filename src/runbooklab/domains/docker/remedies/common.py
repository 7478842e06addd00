"""What plans need: the same run again, the container that is meant, names that go into a command."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.cause import Ruling, Supported
from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container import evidence as container
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.remedies.names import CONTAINER, refused
from runbooklab.domains.container.remedies.recreate import Change, any_program, is_up, recreated
from runbooklab.domains.container.remedies.site import Site, again, given
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import focused, found, views
from runbooklab.observe.docker.records import Container

RUN = "runbook run docker-setup"
#: Parameters that say what is observed.
PLACES = (
    "container",
    "redis_container",
    "orchestrator_container",
    "docker_network",
    "compose_file",
    "compose_project",
    "env_file",
    "daemon_config",
    "docker_config",
    "min_free_disk_mb",
    "max_log_mb",
    "needs_gpu",
)
#: A judge of one container, as the tables of causes have it.
OneJudge = Callable[[Evidence, ContainerView, Container], Ruling]


def run_again(e: Evidence) -> str:
    """The same run again, with the parameters that it was given."""
    return again(RUN, given(e.target, PLACES))


def affected(e: Evidence, *judges: OneJudge) -> list[tuple[ContainerView, Container]]:
    """The containers that one of these causes is supported for."""
    return [
        (view, known)
        for view, known in found(e)
        if CONTAINER.fullmatch(known.name)
        and any(isinstance(judge(e, view, known), Supported) for judge in judges)
    ]


def for_each(plan: Callable[[Site], Steps], *judges: OneJudge) -> Callable[[Evidence], Steps]:
    """A plan of the domain of one container, for every container that one of ``judges`` speaks of."""

    def steps(e: Evidence) -> Steps:
        seen = [view for view, _ in affected(e, *judges)] or [view for view, _ in found(e)][:1]
        plans = [_plan(plan, e, view) for view in seen]
        if not plans:
            return plan(Site(_of_missing(e)))
        return joined(e, plans)

    return steps


def _plan(plan: Callable[[Site], Steps], e: Evidence, view: ContainerView) -> Steps:
    alone = focused(e, view)
    return refused(plan(Site(alone)), alone)


def _of_missing(e: Evidence) -> container.Evidence:
    """The evidence with the first container that does not exist."""
    view = next((each for each in views(e) if each.look is not None), None)
    if view is not None:
        return focused(e, view)
    name = next(iter(e.target.containers), "")
    return replace(e, target=e.target.having(redis_container=name)) if name else e


def service_of(e: Evidence, name: str) -> str:
    """The service of the Compose file whose container has this name; "" if none has."""
    compose = e.compose.value
    for service in compose.services if compose is not None else ():
        by_itself = (service.name, f"{compose.project}-{service.name}-1") if compose else ()
        if name == service.container_name or (not service.container_name and name in by_itself):
            return service.name
    return ""


def joined(e: Evidence, plans: list[Steps]) -> Steps:
    """Plans for several containers as one."""
    first = plans[0]
    return replace(
        first,
        commands=_all(plan.commands for plan in plans),
        changes=" ".join(dict.fromkeys(plan.changes for plan in plans)),
        confirm=(*_all(plan.confirm for plan in plans), run_again(e)),
        undo=_all(plan.undo for plan in plans),
        loses=_all(plan.loses for plan in plans),
        appliable=all(plan.appliable for plan in plans),
        act=first.act if len(plans) == 1 else f"{first.act} and {len(plans) - 1} more",
    )


def _all(lines: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for group in lines for line in group))  # type: ignore[attr-defined]


def make_again(known: Container) -> tuple[str, ...]:
    """The command that makes a container again as its Compose file says; none if Compose did not make it."""
    service = compose_service(known)
    return (service.up,) if service is not None else ()


def force_recreated(view: ContainerView, known: Container, why: str) -> Steps:
    """The plan that makes a container again as it is, which a restart does not; ``why`` is a sentence."""
    service = compose_service(known)
    program = any_program(known, logs(known))
    if service is None:
        return recreated(known, view.look, Change("leave it as it is"), why, program)
    return Steps(
        commands=(service.up_recreated,),
        changes=f"{why} Compose then makes container {known.name} again.{program.stops * is_up(known)}"
        f"{program.data}",
        risk="medium" if is_up(known) else "low",
        confirm=(logs(known),),
        loses=program.loses,
    )


def logs(known: Container) -> str:
    return command("docker", "logs", "--tail", "20", known.name)


def start(known: Container) -> str:
    return command("docker", "start", known.name)


def restart(known: Container) -> str:
    return command("docker", "restart" if known.state in ("running", "restarting") else "start", known.name)


#: Takes keys out of a JSON file: a program of the standard library, since jq is not everywhere.
_WITHOUT = (
    "import json, sys; path, *keys = sys.argv[1:]; said = json.load(open(path)); "
    "[said.pop(key, None) for key in keys]; json.dump(said, open(path, 'w'), indent=2)"
)


def without_keys(path: str, *keys: str, sudo: bool = False) -> str:
    """The command that takes top-level keys out of a JSON file."""
    return command(*(("sudo",) if sudo else ()), "python3", "-c", _WITHOUT, path, *keys)


def compose_command(e: Evidence, *words: str) -> str:
    """A command of Compose on the file in question."""
    look = e.compose.value
    files = (look.layers or (look.path,)) if look else ("docker-compose.yml",)
    return command("docker", "compose", *(word for file in files for word in ("-f", file)), *words)


def edit_compose(e: Evidence, file: str = "") -> str:
    """The command that opens the Compose file in question, or the one of its files that is named."""
    look = e.compose.value
    return f"{EDITOR} {command(path_word(file or (look.path if look else 'docker-compose.yml')))}"
