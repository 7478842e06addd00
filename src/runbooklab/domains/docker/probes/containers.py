"""Every container in question: its state, log and events, and what else may keep it from working."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import structs

from runbooklab.domains.container.probes import container as one
from runbooklab.domains.container.probes.events import events
from runbooklab.domains.container.probes.logs import logs
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.domains.container.target import ORCHESTRATOR_CONTAINER, REDIS_CONTAINER
from runbooklab.domains.docker.container_records import ContainersLook, ContainerView, Extras
from runbooklab.domains.docker.probes.extras import extras_of
from runbooklab.domains.docker.probes.table import COMPOSE, COMPOSE_ENGINE
from runbooklab.model.observation import Observation
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.observe.run_with_timeout import future

if TYPE_CHECKING:
    from runbooklab.domains.docker.context import Context

#: Containers that are looked at.
MOST = 20


def containers_look(ctx: Context) -> ContainersLook:
    """The containers that are named; none named: those of the Compose file, else the usual names if there.

    All are looked at at the same time. One that cannot be looked at in time says why.
    """
    with reading_client(ctx):
        pass  # raises if the engine is out of reach, before anything is begun
    wanted = list(_wanted(ctx))
    asked = [(name, why, future(partial(_view, ctx, name, why))) for name, why in wanted[:MOST]]
    views = []
    for name, why, answer in asked:
        try:
            view = answer(ctx.timeout_s(0.95))
        except TimeoutError:
            view = ContainerView(name, why, missing="it took too long to look at it")
        except NotObserved as error:
            view = ContainerView(name, why, missing=error.missing.detail or error.missing.reason)
        except Exception as error:  # noqa: BLE001 # docker-py and requests each raise their own: one container only
            view = ContainerView(name, why, missing=f"{type(error).__name__}: {error}"[:200])
        if view.why != "default" or (view.look and view.look.found):
            views.append(view)
    return ContainersLook(tuple(views), max(len(wanted) - MOST, 0))


def _wanted(ctx: Context) -> Iterator[tuple[str, Any]]:
    """Names of the containers in question, each with the reason why it is one."""
    named = ctx.target.containers
    yield from ((name, "named") for name in named)
    if ctx.target.container:
        return
    compose = ctx.wait(COMPOSE).value
    if compose is not None and compose.there:
        seen = ctx.wait(COMPOSE_ENGINE).value
        found = (
            []
            if seen is None
            else [
                *seen.containers,
                *(held.name for held in seen.held_names if held.project in ("", compose.project)),
            ]
        )
        yield from ((name, "compose") for name in dict.fromkeys(found) if name not in named)
        if found or compose.given:
            return
    for row in (REDIS_CONTAINER, ORCHESTRATOR_CONTAINER):
        name = str(ctx.target.values.get(row.name) or "")
        if name and name not in named:
            yield name, "default"


def _view(ctx: Context, name: str, why: Any) -> ContainerView:
    """One container, through the probes of the domain that looks at one."""
    alone = structs.replace(ctx, target=ctx.target.having(redis_container=name))
    look = one.container(alone)
    if look.found is None:
        return ContainerView(name, why, look)

    def wait(key: Any) -> Observation[Any]:
        return Observation(key.name, value=look) if key.name == CONTAINER.name else ctx.wait(key)

    focused = structs.replace(alone, wait=wait)
    log, happened = future(partial(logs, focused)), future(partial(events, focused))
    tail, past = _or_none(log, ctx), _or_none(happened, ctx)
    return ContainerView(
        name=look.found.name, why=why, look=look, logs=tail, events=past, extras=_extras(ctx, look, tail)
    )


def _or_none(answer: Any, ctx: Context) -> Any:
    try:
        return answer(ctx.timeout_s(0.85))
    except Exception:  # noqa: BLE001 # what could not be read in passing is left out
        return None


def _extras(ctx: Context, look: ContainerLook, tail: Any) -> Extras:
    asked = future(partial(extras_of, ctx, look.found, tail))  # type: ignore[arg-type] # it was found
    found = _or_none(asked, ctx)
    return found if isinstance(found, Extras) else Extras()
