"""Why the engine cannot be reached, or is the wrong one."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.container.causes.access import fails_by
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import ENDPOINT
from runbooklab.domains.docker.readings.endpoint import who_names
from runbooklab.domains.docker.readings.focus import views
from runbooklab.domains.docker.records import EndpointLook, Engine
from runbooklab.observe.docker.endpoint import DEFAULT_ENDPOINT
from runbooklab.observe.docker.probe import DOCKER
from runbooklab.words import listed

_SHOWN = ("docker-access",)


def _look(e: Evidence) -> EndpointLook:
    seen = e.endpoint.value
    assert seen is not None
    return seen


def _is_folder(e: Evidence) -> bool:
    look = e.endpoint.value
    return look is not None and look.socket is not None and look.socket.kind == "directory"


def _is_other(e: Evidence) -> bool:
    look = e.endpoint.value
    return look is not None and look.used.answer == "other"


@needs(ENDPOINT)
def socket_is_directory(e: Evidence) -> Ruling:
    look = _look(e)
    socket = look.socket
    if socket is None or socket.kind != "directory":
        return RuledOut(f"What stands at {look.used.url} is no directory.")
    empty = "an empty directory" if socket.empty else "a directory"
    return Supported(
        f"{socket.path} is {empty} ({socket.mode}, of {socket.owner}), and no socket: a bind "
        "mount makes one if "
        "the engine is down when a container that mounts the socket starts.",
        _SHOWN,
        0.97,
        f"Docker's socket {socket.path} is a directory.",
    )


@needs(ENDPOINT)
def not_docker(e: Evidence) -> Ruling:
    look = _look(e)
    if look.used.answer != "other":
        return RuledOut(f"Nothing but Docker answers at {look.used.url}.")
    said = f": {look.used.said}" if look.used.said else ""
    return Supported(
        f"{who_names(look)} names {look.used.url}, and what answers there to GET /_ping does "
        "not say that it is "
        f"Docker (no header Api-Version){said}.",
        _SHOWN,
        0.96,
        f"What answers at {look.used.url} is not Docker.",
    )


@needs(ENDPOINT, DOCKER)
def host_wrong(e: Evidence) -> Ruling:
    look, access = _look(e), e.docker.value
    assert access is not None
    unknown = access.outcome == "unusable" and not access.endpoint.startswith(("ssh:", "npipe:", "fd:"))
    if access.outcome != "unreachable" and not unknown:
        return RuledOut(f"Docker at {access.endpoint}: {access.outcome}.")
    if _is_folder(e) or _is_other(e):
        return RuledOut(f"Something else stands at {access.endpoint}.")
    there = _elsewhere(look)
    if access.endpoint == DEFAULT_ENDPOINT or look.named_by == "default" or there is None:
        return RuledOut("No other engine of this host answers either.")
    tls = " It wants TLS: DOCKER_TLS_VERIFY is not set." if look.used.answer == "tls" else ""
    return Supported(
        f"{who_names(look)} names {look.used.url}, where no engine answers ({_how(look)}); one answers at "
        f"{there.url}.{tls}",
        _SHOWN,
        0.96,
        f"{who_names(look)} leads to {look.used.url}, where no Docker engine answers; the one "
        "of this host answers.",
    )


def _how(look: EndpointLook) -> str:
    words = {
        "refused": "connection refused",
        "missing": "there is no such socket",
        "silent": "no answer",
        "tls": "it wants TLS",
        "denied": "permission denied",
        "not-asked": look.used.said or "it cannot be used",
    }
    kind = look.socket.kind if look.socket else ""
    return "it is a file, no socket" if kind == "file" else words.get(look.used.answer, look.used.answer)


def _elsewhere(look: EndpointLook) -> Engine | None:
    """An engine that answers: this host's usual one before others."""
    engines = (*((look.default,) if look.default else ()), *look.others)
    return next((each for each in engines if each.answer == "docker"), None)


@needs(DOCKER)
def unreachable(e: Evidence) -> Ruling:
    """Nothing answers, and no other cause says why."""
    plain = fails_by("unreachable")(e)
    if not isinstance(plain, Supported):
        return plain
    if _is_folder(e) or _is_other(e) or isinstance(host_wrong(e), Supported):
        return RuledOut("Something else explains why no engine answers.")
    look = e.endpoint.value
    if look is None:
        return plain
    left = {"missing": "There is no socket at {0}", "file": "{0} is a file, no socket"}
    kind = look.socket.kind if look.socket else ""
    where = left.get(kind, "Nothing answers at {0}").format(
        look.socket.path if look.socket else look.used.url
    )
    stale = " (the socket is left over from an engine that ended)" if kind == "socket" else ""
    return Supported(
        f"{where}{stale}, and no other engine of this host answers.",
        _SHOWN,
        0.97,
        f"No Docker engine answers at {look.used.url}.",
    )


@needs(DOCKER)
def permission_denied(e: Evidence) -> Ruling:
    plain = fails_by("permission-denied")(e)
    look = e.endpoint.value
    if not isinstance(plain, Supported) or look is None or look.socket is None:
        return plain
    socket = look.socket
    if socket.kind == "directory":
        return RuledOut(f"{socket.path} is a directory.")
    mode = f" ({socket.mode}, {socket.owner}:{socket.group})" if socket.mode else ""
    if look.in_group_file and socket.group not in look.session_groups:
        return Supported(
            f"{look.user} is in the group {socket.group} by /etc/group, and this login began "
            "before: it has "
            f"{listed(list(look.session_groups))}.",
            _SHOWN,
            0.97,
            f"This login of {look.user} is not yet in the group {socket.group}: log in again.",
        )
    return Supported(
        f"{look.user} may not open {socket.path}{mode}; the groups of this login are "
        f"{listed(list(look.session_groups))}.",
        _SHOWN,
        0.97,
        f"Docker does not let {look.user} in.",
    )


@needs(DOCKER)
def unresponsive(e: Evidence) -> Ruling:
    if _is_other(e):
        return RuledOut("Something else than Docker answers.")
    return fails_by("unresponsive")(e)


@needs(DOCKER)
def unusable(e: Evidence) -> Ruling:
    if isinstance(host_wrong(e), Supported):
        return RuledOut("The endpoint leads nowhere, and the engine of this host answers.")
    return fails_by("unusable")(e)


@needs(DOCKER)
def api_version(e: Evidence) -> Ruling:
    return RuledOut("Something else than Docker answers.") if _is_other(e) else fails_by("api-version")(e)


def _called(engine: Engine) -> str:
    return f"the context {engine.name}" if not engine.name.startswith("/") else "another engine"


def vanished_project(e: Evidence) -> str:
    """The Compose project that has no container on the engine in use, and some on another; "" if it has."""
    look, compose, on = e.endpoint.value, e.compose.value, e.compose_engine.value
    if look is None or compose is None or on is None or on.containers or on.services:
        return ""
    return compose.project if any(compose.project in each.projects for each in look.others) else ""


@needs(ENDPOINT)
def on_other_engine(e: Evidence) -> Ruling:
    """A named container is not here, and another engine that this user has a context for has it."""
    look = _look(e)
    if e.containers.value is None:
        return Untested("Not observed: the containers.")
    gone = [view.name for view in views(e) if view.look is not None and view.look.found is None]
    for name in gone:
        there = next((each for each in look.others if name in each.containers), None)
        if there is not None:
            called = _called(there)
            return Supported(
                f"{who_names(look)} names {look.used.url}, which has no container {name}; {called} "
                f"({there.url}) has it.",
                ("docker-containers", *_SHOWN),
                0.96,
                f"Container {name} is on another engine: {called}, {there.url}.",
            )
    project = vanished_project(e)
    if project:
        there = next(each for each in look.others if project in each.projects)
        return Supported(
            f"{who_names(look)} names {look.used.url}, which has no container of the Compose project "
            f"{project}; {_called(there)} ({there.url}) has them.",
            ("docker-containers", "docker-compose-engine", *_SHOWN),
            0.9,
            f"The containers of {project} are on another engine: {_called(there)}, {there.url}.",
        )
    return RuledOut(
        "No other engine has a container that is missing here." if gone else "None is missing here."
    )
