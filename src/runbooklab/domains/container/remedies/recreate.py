"""Making a container again with everything that it had, except what has to change.

Nothing is removed: the new container is made while the old one is still there, takes its name once that
is stopped, and the old one stays, stopped, until a person removes it.
"""

from __future__ import annotations

from collections.abc import Set

from msgspec import Struct

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.compose import ComposeService, compose_service
from runbooklab.domains.container.remedies.attachments import first_network, has_ports, later_networks
from runbooklab.domains.container.remedies.made_with import (
    BY_IMAGE,
    as_published,
    environment_is_known,
    known_options,
    mounted,
    option_words,
    own_words,
    variables,
    volumes,
    word,
)
from runbooklab.domains.container.remedies.names import is_container_name
from runbooklab.domains.container.shell import PASSWORD, TYPED, command, quoted
from runbooklab.observe.docker.records import Container, ContainerLook, RunOption
from runbooklab.redaction import TOKEN
from runbooklab.words import listed

#: Options of ``docker run`` of which each has its own name inside its value: one replaces another.
_NAMED_INSIDE = frozenset({"--ulimit", "--label", "--sysctl", "--env"})


class Change(Struct, frozen=True):
    """What is to be other than it was; what is not given stays.

    ``published`` and ``image`` replace, ``options`` are added or replace those of the same name,
    ``words`` are the whole command after the image, ``mounts`` and ``raw`` (which is
    quoted) come on top, ``network`` replaces the one it is made on, ``without`` names options that go,
    ``guard`` goes before the line, ``empty`` leaves the data behind.
    ``compose`` says what to write into the Compose file, to finish a sentence. ``act`` is what a button says,
    "" for that the container is made again.
    """

    compose: str
    act: str = ""
    published: tuple[str, ...] | None = None
    options: tuple[tuple[str, str], ...] = ()
    words: tuple[RunOption, ...] | None = None
    image: str = ""
    mounts: tuple[str, ...] = ()
    network: str = ""
    raw: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    guard: str = ""
    empty: bool = False


class Program(Struct, frozen=True):
    """What is known of the program in the container, for making that container again.

    ``stops`` and ``data`` are sentences, each after a space: what stopping it costs and what becomes of its
    data. ``saved`` are commands before it stops, ``copied`` is the folder outside every volume that
    goes along ("" for none), ``portable`` says whether no data is in the container itself. ``loses`` is what
    is gone for good once it is stopped and made again, one sentence each. ``image`` is used if nobody saw the
    container's own, ``by_image`` are variables that the image sets.
    """

    works: str
    stops: str
    data: str
    saved: tuple[str, ...] = ()
    copied: str = ""
    portable: bool = False
    loses: tuple[str, ...] = ()
    image: str = ""
    by_image: Set[str] = BY_IMAGE


def any_program(found: Container, works: str) -> Program:
    """An unknown program; ``works`` is the command that shows whether it is reached."""
    kept = volumes(found)
    stays = (f"What is in {listed(kept)} stays.",) if kept else ()
    memory = ("What its program holds in memory alone: how much was not observed.",) if is_up(found) else ()
    goes = compose_service(found) is not None or removes_itself(found)
    elsewhere = f"What it wrote elsewhere in the container {'is lost' if goes else 'stays in the old one'}."
    wrote = (elsewhere,) if found.state != "created" else ()
    return Program(
        works,
        f" Stops container {found.name}: its clients are cut off until the new one runs.",
        "".join(f" {sentence}" for sentence in (*stays, *wrote)),
        loses=(*memory, *(wrote if goes else ()), *stays),
    )


def is_up(found: Container) -> bool:
    """Whether it has to be stopped first."""
    return found.state in ("running", "paused", "restarting")


def removes_itself(found: Container) -> bool:
    """Whether it is gone once it stops."""
    return any(option.option == "--rm" for option in found.options or ())


def recreated(
    found: Container, look: ContainerLook | None, change: Change, why: str, program: Program
) -> Steps:
    """The steps that make ``found`` again with ``change``.

    ``look`` has the names that are taken, ``why`` is a sentence that says what for.
    """
    if not is_container_name(found.name):
        return Steps(("docker ps -a",), f"{why} But its container has a name that can't be.", "none")
    service = compose_service(found)
    if service is not None:
        return _by_compose(found, service, change, why, program)
    return _by_hand(found, look, change, why, program)


def _by_compose(
    found: Container, service: ComposeService, change: Change, why: str, program: Program
) -> Steps:
    stops = program.stops if is_up(found) else ""
    return Steps(
        commands=(service.edit, service.up),
        changes=f"{why} In {service.place}, {change.compose}; Compose then makes the container again "
        f"with all else that the file says.{stops}{program.data}",
        risk="medium" if is_up(found) else "low",
        confirm=(command("docker", "port", found.name), program.works),
        undo=(service.edit, service.up),
        loses=program.loses,
    )


def _by_hand(
    found: Container, look: ContainerLook | None, change: Change, why: str, program: Program
) -> Steps:
    """Without Compose: under a spare name first, so that the old container is there until the new one is."""
    spare, old = _free_name(look, f"{found.name}-new"), _free_name(look, f"{found.name}-before")
    goes, up = removes_itself(found), is_up(found)
    kept = (
        "The old container removes itself when it stops (--rm)."
        if goes
        else f"The old container stays, stopped, as {old}: remove it once all is well "
        f"(docker rm {quoted(old)})."
    )
    undo = (
        command("docker", "rm", "-f", found.name),
        command("docker", "rename", old, found.name),
        command("docker", "start", found.name),
    )
    return Steps(
        commands=(
            _create(found, spare, change, program),
            *(command("docker", "network", "connect", *words, spare) for words in later_networks(found)),
            *program.saved,
            _switch(found, spare, old, program),
        ),
        changes=f"{why} Makes container {found.name} again with everything else that it was made with."
        f"{program.stops if up else ''}{program.data} {kept}{_image_note(found, change)}"
        f"{_unknown_options(found)}{' This cannot be undone: the old container is gone then.' * goes}",
        risk="high" if up or goes else "medium",
        confirm=(command("docker", "logs", "--tail", "20", found.name), program.works),
        undo=() if goes else undo,
        destructive=up,
        appliable=program.portable and _is_appliable(found, change, program),
        act=change.act or f"Make {found.name} again",
        loses=program.loses if up or goes else (),
    )


def _switch(found: Container, spare: str, old: str, program: Program) -> str:
    """One line: nothing of it happens if the new container is not there."""
    from_old = not removes_itself(found)
    comes_back = (
        found.restart_policy == "always" and from_old
    )  # the engine would start it in the new one's way
    out_of_the_way = command("docker", "rename", found.name, old)
    stop = command("docker", "stop", found.name if from_old else old)
    stopped = (stop,) if is_up(found) else ()
    return " && ".join(
        (
            command("docker", "inspect", "-f", "{{.State.Status}}", spare),
            # The engine refuses to rename a container between two starts. One that removes itself must
            # give its name up first: it is still there for a moment after it has stopped.
            *((*stopped, out_of_the_way) if from_old else (out_of_the_way, *stopped)),
            command("docker", "rename", spare, found.name),
            *((_copy(program.copied, old, found.name),) if program.copied and from_old else ()),
            *((command("docker", "update", "--restart", "no", old),) if comes_back else ()),
            command("docker", "start", found.name),
        )
    )


def _copy(folder: str, old: str, new: str) -> str:
    inside = folder.rstrip("/").rpartition("/")[0] or "/"
    return f"docker cp {quoted(f'{old}:{folder}')} - | docker cp - {quoted(f'{new}:{inside}')}"


def _image_note(found: Container, change: Change) -> str:
    if change.image or not found.same_image:
        return ""
    return f" Its image is named by its id: {found.image} is another one by now."


def _unknown_options(found: Container) -> str:
    """What is said if nobody could see how the container was made."""
    if found.options is not None:
        return ""
    return (
        f" What else it was made with (user, environment, limits, health check) was not observed: compare "
        f"docker inspect {quoted(found.name)} first."
    )


def _is_appliable(found: Container, change: Change, program: Program) -> bool:
    """Whether every word of the command is known here, and no shell is needed for one."""
    from runbooklab.domains.container.run_options import KNOWN

    options = found.options or ()
    return (
        environment_is_known(found, program.by_image)
        and {option.option for option in options} - {""} <= KNOWN
        and {name for name, _ in change.options} <= KNOWN
        and not any(TOKEN.search(option.value) for option in options)
        and not change.raw
    )


def _create(found: Container, name: str, change: Change, program: Program) -> str:
    """The line that makes the new container, as ``name``."""
    words = ["docker", "create", "--name", name]
    words += ["--network", change.network] if change.network else first_network(found)
    for port in change.published if change.published is not None else as_published(found):
        words += ["-p", port] if change.network or has_ports(found) else []
    for mount in found.mounts:
        words += mounted(mount)
    for volume in change.mounts:
        words += ["-v", volume]
    line, given = [command(*words)], dict(change.options)
    names = []
    for option in known_options(found):
        if option.option in change.without or _is_replaced(option, given):
            continue
        if option.option == "--env" and not option.template:
            names.append(option.value)
        else:
            line.append(option_words(option, found.name))
    line += [f"{name} {quoted(value)}" if value else name for name, value in change.options]
    line += [f"{name} {raw}" for name, raw in change.raw]
    line += ["--env-file /dev/stdin"] if names else []
    line += [quoted(change.image or found.same_image or found.image or program.image)]
    line += [word(each, found.name) for each in (own_words(found) if change.words is None else change.words)]
    guard = change.guard or (TYPED if any(PASSWORD in each for each in line) else "")
    return guard + variables(names, found.name) + " ".join(line)


def _is_replaced(option: RunOption, given: dict[str, str]) -> bool:
    if option.option not in given:
        return False
    return option.option not in _NAMED_INSIDE or _name_inside(option.value) == _name_inside(
        given[option.option]
    )


def _name_inside(value: str) -> str:
    return value.partition("=")[0]


def _free_name(look: ContainerLook | None, wanted: str) -> str:
    names = set(look.names) if look else set()
    tries = (wanted if not number else f"{wanted}-{number}" for number in range(len(names) + 1))
    return next(name for name in tries if name not in names)
