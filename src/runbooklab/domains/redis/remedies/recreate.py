"""Making a container again with everything that it had, except what has to change.

Nothing is removed: the new container is made while the old one is still there, takes its name once that
is stopped, and the old one stays, stopped, until a person removes it. What may be secret is read from
``docker inspect`` when the commands are pasted, so that it neither stands in them nor is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbooklab.domain.steps import PASSWORD, TYPED, Steps, command, quoted
from runbooklab.domains.docker.compose import compose_service
from runbooklab.domains.docker.remedies.names import is_container_name
from runbooklab.domains.redis.remedies.losses import at_risk, at_stop, keys, unsaved
from runbooklab.domains.redis.remedies.running import as_published, environment_is_known, own_words
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Attachment, Container, Mount, RunOption
from runbooklab.redaction import TOKEN
from runbooklab.words import listed, plural

#: Options of ``docker run`` of which each has its own name inside its value: one replaces another.
_NAMED_INSIDE = frozenset({"--ulimit", "--label", "--sysctl", "--env"})
#: Reads the environment of a container as ``docker run --env-file`` takes it.
_ENVIRONMENT = "{{range .Config.Env}}{{println .}}{{end}}"


@dataclass(frozen=True)
class Change:
    """What is to be other than it was; what is not given stays.

    ``published`` and ``image`` replace, ``options`` are added or replace those of the same name,
    ``words`` are the whole command after the image, ``mounts`` and ``raw`` (which is
    quoted) come on top, ``network`` replaces the one it is made on, ``without`` names options that go,
    ``guard`` stands before the line, ``empty`` leaves the data behind.
    ``compose`` says what to write into the Compose file, to finish a sentence.
    """

    compose: str
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


def recreated(site: Site, found: Container, change: Change, why: str) -> Steps:
    """The steps that make ``found`` again with ``change``; ``why`` is a sentence that says what for."""
    if not is_container_name(found.name):
        return Steps(("docker ps -a",), f"{why} But its container has a name that can't be.", "none")
    service = compose_service(found)
    is_redis = site.found is not None and found.name == site.found.name
    running = found.state in ("running", "paused", "restarting")
    stops = f" {at_stop(site, f'container {found.name}', found)}" if running else ""
    if service is not None:
        data = _data(site, found, copies=False) if is_redis else ""
        return Steps(
            commands=(service.edit, service.up),
            changes=f"{why} In {service.place}, {change.compose}; Compose then makes the container again "
            f"with all else that the file says.{stops}{data}",
            risk="medium" if running else "low",
            confirm=(command("docker", "port", found.name), site.ping),
            undo=(service.edit, service.up),
        )
    return _made_again(site, found, change, why, stops, is_redis=is_redis, running=running)


def _made_again(
    site: Site, found: Container, change: Change, why: str, stops: str, *, is_redis: bool, running: bool
) -> Steps:
    """Without Compose: under a spare name first, so that the old container is there until the new one is."""
    spare, old = _free_name(site, f"{found.name}-new"), _free_name(site, f"{found.name}-before")
    copies = is_redis and not change.empty and _copies_data(found)
    auto_removed = any(one.option == "--rm" for one in found.options or ())
    switch = (
        command("docker", "inspect", "-f", "{{.State.Status}}", spare),
        command("docker", "rename", found.name, old),
        *((command("docker", "stop", old),) if running else ()),
        command("docker", "rename", spare, found.name),
        *((_copy(data_folder(found), old, found.name),) if copies and not auto_removed else ()),
        *((command("docker", "update", "--restart", "no", old),) if _comes_back(found, auto_removed) else ()),
        command("docker", "start", found.name),
    )
    moves = (
        *(command("docker", "network", "connect", *words, spare) for words in _later_networks(found)),
        *(_saved_first(site, running) if is_redis and not change.empty else ()),
        " && ".join(switch),
    )
    kept = (
        "The old container removes itself when it stops (--rm)."
        if auto_removed
        else f"The old container stays, stopped, as {old}: remove it once all is well "
        f"(docker rm {quoted(old)})."
    )
    data = "" if change.empty else _data(site, found, copies and not auto_removed) if is_redis else ""
    return Steps(
        commands=(_create(site, found, spare, change), *moves),
        changes=f"{why} Makes container {found.name} again with everything else that it was made with."
        f"{stops}{data} {kept}{_image_note(found, change)}{unknown_options(found)}",
        risk="high" if running or auto_removed else "medium",
        confirm=(site.logs, site.ping),
        undo=()
        if auto_removed
        else (
            command("docker", "rm", "-f", found.name),
            command("docker", "rename", old, found.name),
            command("docker", "start", found.name),
        ),
        destructive=running,
        appliable=is_appliable(found, change),
    )


def _image_note(found: Container, change: Change) -> str:
    if change.image or not found.same_image:
        return ""
    return f" Its image is named by its id: {found.image} is another one by now."


def unknown_options(found: Container) -> str:
    """What is said where nobody could see how the container was made."""
    if found.options is not None:
        return ""
    return (
        f" What else it was made with (user, environment, limits, health check) was not observed: compare "
        f"docker inspect {quoted(found.name)} first."
    )


def is_appliable(found: Container, change: Change) -> bool:
    """Whether every word of the command is known here, and no shell is needed for one."""
    from runbooklab.domains.docker.run_options import KNOWN

    options = found.options or ()
    return (
        environment_is_known(found)
        and {one.option for one in options} - {""} <= KNOWN
        and {name for name, _ in change.options} <= KNOWN
        and not any(TOKEN.search(one.value) for one in options)
        and not _copies_data(found)
        and not change.raw
    )


# --- the line ----------------------------------------------------------------------------------


def _create(site: Site, found: Container, name: str, change: Change) -> str:
    words = ["docker", "create", "--name", name]
    words += ["--network", change.network] if change.network else _first_network(found)
    for port in change.published if change.published is not None else as_published(found):
        words += ["-p", port] if change.network or _has_ports(found) else []
    for mount in found.mounts:
        words += _mounted(mount)
    for mounted in change.mounts:
        words += ["-v", mounted]
    line, given = [command(*words)], dict(change.options)
    variables = []
    for one in _known_options(found):
        if one.option in change.without:
            continue
        if one.option in given and not (one.option in _NAMED_INSIDE and _differ(one, given[one.option])):
            continue
        if one.option == "--env" and not one.template:
            variables.append(one.value)
        else:
            line.append(_option(one, found.name))
    line += [f"{name} {quoted(value)}" if value else name for name, value in change.options]
    line += [f"{name} {word}" for name, word in change.raw]
    line += ["--env-file /dev/stdin"] if variables else []
    words_after = change.words if change.words is not None else own_words(found)
    line += [
        quoted(change.image or found.same_image or found.image or site.image),
        *(_word(one, found.name) for one in words_after),
    ]
    guard = change.guard or (TYPED if any(PASSWORD in word for word in line) else "")
    return guard + _variables(variables, found.name) + " ".join(line)


def _known_options(found: Container) -> Iterator[RunOption]:
    """All but the words of the command; of old evidence, the few that it has."""
    if found.options is not None:
        yield from (one for one in found.options if one.option)
        return
    if found.restart_policy not in ("", "no"):
        yield RunOption("--restart", found.restart_policy)
    if found.memory_limit_bytes:
        yield RunOption("--memory", str(found.memory_limit_bytes))


def _differ(one: RunOption, other: str) -> bool:
    return one.value.partition("=")[0] != other.partition("=")[0]


def _option(one: RunOption, name: str) -> str:
    if one.option == "--entrypoint" and not one.value:
        return "--entrypoint ''"
    option = quoted(one.option)
    if one.option == "--env":
        return f"--env {read_by_docker(one.template, name)}"
    return f"{option} {_word(one, name)}" if one.value else option


def _word(one: RunOption, name: str) -> str:
    """A word for the shell; a secret is read where the old container has it."""
    return (
        read_by_docker(one.template, name) if one.template and TOKEN.search(one.value) else quoted(one.value)
    )


def read_by_docker(template: str, name: str) -> str:
    """A word that the shell reads from ``docker inspect``; it may begin plainly: ``NAME={{...}}``."""
    return f'"$({command("docker", "inspect", "-f", template, name)})"'


def _variables(names: Sequence[str], container: str) -> str:
    """What hands the variables of these names over, their values unseen."""
    if not names:
        return ""
    chosen = "|".join(re.escape(name) for name in names)
    return (
        f"{command('docker', 'inspect', '-f', _ENVIRONMENT, container)} | "
        f"{command('grep', '-E', f'^({chosen})=')} | "
    )


def _has_ports(found: Container) -> bool:
    return _takes_networks(found) and _mode(found) != "none"


def _mounted(mount: Mount) -> list[str]:
    if mount.type not in ("bind", "volume") or not mount.source:
        return []
    modes = ",".join([*(["ro"] if mount.read_only else []), *mount.modes])
    return ["-v", f"{mount.source}:{mount.destination}{f':{modes}' if modes else ''}"]


# --- networks ------------------------------------------------------------------------------------


def _mode(found: Container) -> str:
    """The network it is made on: its own unless it has left that for another since."""
    joined = [net.network for net in found.networks if net.network != "none"]
    usual = "bridge" if found.network_mode in ("", "default") else found.network_mode
    elsewhere = joined and usual not in joined and _takes_networks(found)
    return joined[0] if elsewhere else usual


def _takes_networks(found: Container) -> bool:
    """Whether it has a network namespace of its own, as Docker makes one."""
    return found.network_mode != "host" and not found.network_mode.startswith("container:")


def _first_network(found: Container) -> list[str]:
    mode = _mode(found)
    joined = next((net for net in found.networks if net.network == mode), None)
    if mode == "bridge":
        return []
    if joined is None or mode == "none":
        return ["--network", mode]
    alias = [word for one in own_aliases(found, joined) for word in ("--network-alias", one)]
    return ["--network", mode, *alias, *fixed(joined)]


def _later_networks(found: Container) -> Iterator[tuple[str, ...]]:
    """Options and name for ``docker network connect``, one each."""
    mode = _mode(found)
    for net in found.networks:
        if net.network not in (mode, "none") and _takes_networks(found):
            alias = (word for one in own_aliases(found, net) for word in ("--alias", one))
            yield (*alias, *fixed(net), net.network)


def own_aliases(found: Container, net: Attachment) -> list[str]:
    """The names it was given there, without those that Docker gives by itself."""
    by_itself = {found.name, found.id, found.id[:12]}
    hostnames = {one.value for one in found.options or () if one.option == "--hostname"}
    return [one for one in net.aliases if one not in by_itself | hostnames]


def fixed(net: Attachment) -> list[str]:
    """The options for the addresses that it was given there by a person."""
    return [
        *(["--ip", net.fixed_ip] if net.fixed_ip else []),
        *(["--ip6", net.fixed_ip6] if net.fixed_ip6 else []),
    ]


# --- the data ------------------------------------------------------------------------------------


def data_folder(found: Container) -> str:
    """The folder in which its command, or else the image, has Redis keep its data."""
    words = [one.value for one in own_words(found)]
    at = words.index("--dir") + 1 if "--dir" in words else 0
    return words[at] if 0 < at < len(words) else "/data"


def _copies_data(found: Container) -> bool:
    """Whether Redis' data is in the container itself, and may be there at all."""
    folder = data_folder(found).rstrip("/")
    mounted = any(f"{folder}/".startswith(f"{mount.destination.rstrip('/')}/") for mount in found.mounts)
    return bool(folder) and not mounted and not _in_memory(found) and found.state not in ("created", "")


def _copy(folder: str, old: str, new: str) -> str:
    inside = folder.rstrip("/").rpartition("/")[0] or "/"
    return f"docker cp {quoted(f'{old}:{folder}')} - | docker cp - {quoted(f'{new}:{inside}')}"


def _saved_first(site: Site, running: bool) -> tuple[str, ...]:
    """A save, where Redis would not write by itself what it has when it is stopped."""
    answers = site.e.inside.value is not None and site.e.inside.value.code == "PONG"
    helps = running and answers and bool(keys(site)) and unsaved(site) != 0
    return (site.cli("SAVE"),) if helps and site.found and not _in_memory(site.found) else ()


def _in_memory(found: Container) -> bool:
    """Whether the data folder itself is in memory: a save does not outlive the container."""
    folder = data_folder(found).rstrip("/")
    tmpfs = (one.value.partition(":")[0] for one in found.options or () if one.option == "--tmpfs")
    return any(f"{folder}/".startswith(f"{path.rstrip('/')}/") for path in tmpfs)


def _comes_back(found: Container, auto_removed: bool) -> bool:
    """Whether the engine would start the old container again by itself, in the way of the new one."""
    return found.restart_policy in ("always",) and not auto_removed


def _data(site: Site, found: Container, copies: bool) -> str:
    """What becomes of the data, as sentences."""
    volumes = [f"{one.source} at {one.destination}" for one in found.mounts if one.type in ("bind", "volume")]
    kept = f" What is in {listed(volumes)} stays." if volumes else ""
    count = keys(site)
    if _in_memory(found):
        return f"{kept} Its data folder is in memory: {plural(count or 0, 'key')} lost." if count else kept
    if copies:
        return f"{kept} Its data folder, which is no volume, is copied.{_unsaved(site, found)}"
    if not volumes and found.state in ("created", ""):
        return ""
    if not volumes:
        lost = f", {plural(count, 'key')}" if count else ""
        return f"{kept} It has no volume: what is in it is lost{lost}."
    return kept + _unsaved(site, found)


def _unsaved(site: Site, found: Container) -> str:
    running = found.state == "running"
    lost = at_risk(site) if running and not _saved_first(site, running) else ""
    return f" {lost}" if lost else ""


def _free_name(site: Site, wanted: str) -> str:
    look = site.e.container.value
    names = set(look.names) if look else set()
    tries = (wanted if not number else f"{wanted}-{number}" for number in range(len(names) + 1))
    return next(name for name in tries if name not in names)
