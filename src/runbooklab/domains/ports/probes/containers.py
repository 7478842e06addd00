"""The containers of the engine in all states, as far as ports go."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from docker.errors import DockerException
from msgspec.structs import replace
from requests.exceptions import RequestException

from runbooklab.domains.container.probes.container import source_is_directory
from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.wanted import wanted_by
from runbooklab.domains.ports.readings.owning import goes_by
from runbooklab.domains.ports.readings.wanted import Wanted
from runbooklab.domains.ports.records import Containers, Placed
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.record import brief_record, container_ports, container_record, utc
from runbooklab.observe.docker.records import Container
from runbooklab.observe.run_with_timeout import future, run_with_timeout
from runbooklab.redaction import clean, clean_argv

if TYPE_CHECKING:
    from runbooklab.observe.docker.guard import ReadingClient
    from runbooklab.redaction import Vault

#: Containers that are inspected; beyond them the engine's list must do.
MOST_CONTAINERS = 200
#: Requests that wait for the engine at the same time.
AT_ONCE = 8
#: Between two looks at a container that was restarted, in seconds.
SECOND_LOOK_S = 0.6
#: Containers of which it is kept how they were made.
MOST_MADE = 12
#: No variable's value is wanted.
_NO_VALUES = re.compile(r"(?!)")
_LABEL = "com.docker.compose."


def containers(ctx: Context) -> Containers:
    """Every container with the ports it asks for and has.

    The engine may make an inspection wait while it starts or removes that container: the list must do then.
    """
    wanted = wanted_by(ctx)
    with reading_client(ctx) as client:
        listed: list[dict[str, Any]] = client.containers(all=True)
        until = time.monotonic() + ctx.timeout_s(0.6) * 0.6
        found: list[Placed] = []
        made: list[Container] = []
        for start in range(0, min(len(listed), MOST_CONTAINERS), AT_ONCE):
            briefs = listed[start : start + AT_ONCE]
            answers = [future(partial(client.inspect_container, brief["Id"])) for brief in briefs]
            for brief, answer in zip(briefs, answers, strict=True):
                try:
                    said = answer(until - time.monotonic())
                except DockerException:  # removed meanwhile
                    continue
                except (TimeoutError, RequestException):
                    found.append(_of_list(brief))
                    continue
                found.append(placed(said, ctx.vault))
                if len(made) < MOST_MADE and _concerns(found[-1], wanted):
                    made.append(_made(ctx, client, said))
        found = _looked_at_again(ctx, client, found, wanted)
        return Containers(tuple(found), cut=len(listed) > MOST_CONTAINERS, made=tuple(made))


def _looked_at_again(
    ctx: Context, client: ReadingClient, found: list[Placed], wanted: tuple[Wanted, ...]
) -> list[Placed]:
    """A second look at those that have to do with a wanted port and were restarted: it may be a loop."""
    again = [each for each in found if each.restarts and each.state == "running" and _concerns(each, wanted)]
    if not again or ctx.timeout_s(0.8) < SECOND_LOOK_S * 2:
        return found
    time.sleep(SECOND_LOOK_S)
    later: dict[str, Placed] = {}
    for each in again[:AT_ONCE]:
        try:
            said = run_with_timeout(partial(client.inspect_container, each.id), ctx.timeout_s(0.8))
        except (DockerException, RequestException, TimeoutError):
            continue
        seen = placed(said, ctx.vault)
        later[each.id] = replace(each, restarts_later=seen.restarts, state_later=seen.state)
    return [later.get(each.id, each) for each in found]


def _concerns(container: Placed, wanted: tuple[Wanted, ...]) -> bool:
    """Whether a container asks for a wanted port, or goes by the name of an owner."""
    asked = {(each.host_port, each.protocol) for each in (*container.asked, *container.ports)}
    return any((row.port, row.protocol) in asked or goes_by(container, row.owner) for row in wanted)


def _made(ctx: Context, client: ReadingClient, said: dict[str, Any]) -> Container:
    """How a container was made; without its image, what that sets counts as the container's own."""
    try:
        image = run_with_timeout(
            lambda: client.inspect_image(str(said.get("Image") or "")),  # type: ignore[no-untyped-call] # docker-py decorates it
            ctx.timeout_s(0.8),
        )
    except (DockerException, RequestException, TimeoutError):
        image = None
    return container_record(said, ctx.vault, source_is_directory(client), _NO_VALUES, image)


def placed(said: dict[str, Any], vault: Vault) -> Placed:
    """``said`` is the answer of GET /containers/ID/json."""
    state, config, host = said.get("State") or {}, said.get("Config") or {}, said.get("HostConfig") or {}
    network = said.get("NetworkSettings") or {}
    labels = config.get("Labels") or {}
    attached = [each or {} for each in (network.get("Networks") or {}).values()]
    name = str(said.get("Name", "")).lstrip("/")
    vault.reserve([name, str(said.get("Id", ""))[:12], str(config.get("Image", ""))])
    words = [str(word)[:300] for word in (said.get("Path", ""), *(said.get("Args") or [])[:40])]
    return Placed(
        name=name,
        id=str(said.get("Id", ""))[:12],
        image=str(config.get("Image", "")),
        state=str(state.get("Status", "")),
        exit_code=int(state.get("ExitCode") or 0),
        error=clean(str(state.get("Error") or "")[:2000], vault),
        pid=int(state.get("Pid") or 0),
        created_at=utc(said.get("Created")),
        started_at=utc(state.get("StartedAt")),
        finished_at=utc(state.get("FinishedAt")),
        restarts=int(said.get("RestartCount") or 0),
        restart_policy=str((host.get("RestartPolicy") or {}).get("Name") or ""),
        network_mode=str(host.get("NetworkMode") or ""),
        user=clean(str(config.get("User") or ""), vault),
        command=clean_argv(words, vault),
        asked=tuple(container_ports(host.get("PortBindings"))),
        ports=tuple(container_ports(network.get("Ports"))),
        addresses=tuple(_addresses(network, attached)),
        aliases=tuple(dict.fromkeys(alias for each in attached for alias in (each.get("Aliases") or ())))[
            :50
        ],
        project=_label(labels, "project", vault),
        service=_label(labels, "service", vault),
        folder=_label(labels, "project.working_dir", vault),
    )


def _label(labels: dict[str, Any], name: str, vault: Vault) -> str:
    return clean(str(labels.get(f"{_LABEL}{name}") or "")[:300], vault)


def _addresses(network: dict[str, Any], attached: Iterable[dict[str, Any]]) -> Iterable[str]:
    said = [network.get("IPAddress"), network.get("GlobalIPv6Address")]
    for each in attached:
        said += [each.get("IPAddress"), each.get("GlobalIPv6Address")]
    return dict.fromkeys(str(address) for address in said if address)


def _of_list(brief: dict[str, Any]) -> Placed:
    """What the engine's list of containers says of one."""
    known = brief_record(brief)
    labels = brief.get("Labels") or {}
    return Placed(
        name=known.name,
        id=known.id,
        image=known.image,
        state=known.state,
        network_mode=known.network_mode,
        ports=known.ports,
        asked=known.ports,
        addresses=tuple(each.ip for each in known.networks if each.ip),
        project=str(labels.get(f"{_LABEL}project") or ""),
        service=str(labels.get(f"{_LABEL}service") or ""),
    )
