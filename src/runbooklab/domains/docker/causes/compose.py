"""The Compose file: what Compose refuses in it, its variables, and the names it asks for."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.docker.compose_records import ComposeLook
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.words import listed, plural

_SHOWN = ("docker-compose-file",)


def look_or_why(e: Evidence) -> ComposeLook | Ruling:
    """The Compose file, or the ruling if there is none to judge."""
    seen = e.compose
    if seen.value is not None:
        return seen.value
    missing = seen.missing
    if missing is None or missing.reason == "not-applicable":
        return RuledOut("There is no Compose file here.")
    return Untested(f"Not observed: the Compose file: {missing.detail or missing.reason}.")


def file_invalid(e: Evidence) -> Ruling:
    look = look_or_why(e)
    if not isinstance(look, ComposeLook):
        return look
    if not look.there:
        if not look.given:
            return RuledOut("There is no Compose file here.")
        return Supported(
            f"There is no file {look.path}.", _SHOWN, 0.9, f"The Compose file {look.path} does not exist."
        )
    if not look.readable:
        return Untested(f"Not observed: {look.path} may not be read by this user.")
    if not look.defects:
        return RuledOut(f"{look.path} is valid.")
    first = look.defects[0]
    at = look.where(first)
    count = len(look.defects) - 1
    more = f" There {'is' if count == 1 else 'are'} {plural(count, 'more defect')}." if count else ""
    return Supported(
        f"{at}: {first.message}.{more}",
        _SHOWN,
        0.96,
        f"Compose refuses {at}: {first.message}.",
    )


def variable_unset(e: Evidence) -> Ruling:
    look = look_or_why(e)
    if not isinstance(look, ComposeLook):
        return look
    if not look.unset:
        return RuledOut(f"Every variable of {look.path} is set or has a default.")
    first = look.unset[0]
    names = list(dict.fromkeys(each.name for each in look.unset))
    where = f"{look.where(first)} ({first.key})" if first.key else look.where(first)
    does = "stops" if first.required else "puts nothing there"
    env = look.env_file if look.env_there else f"{look.env_file} (which does not exist)"
    verb = "is" if len(names) == 1 else "are"
    return Supported(
        f"{listed(names)} {verb} used in {where}, and set neither in the environment nor in "
        f"{env}: Compose {does}.",
        _SHOWN,
        0.95,
        f"{listed(names)} {verb} not set: {first.file or look.path} needs "
        f"{'it' if len(names) == 1 else 'them'}.",
    )


def name_conflict(e: Evidence) -> Ruling:
    look = look_or_why(e)
    if not isinstance(look, ComposeLook):
        return look
    if look.same_names:
        name, one, other = look.same_names[0]
        return Supported(
            f"The services {one} and {other} of {look.path} both ask for the container_name {name}.",
            ("docker-compose-engine",),
            0.95,
            f"Two services of {look.path} ask for the container name {name}.",
        )
    on = e.compose_engine.value
    wanted = {service.container_name: service for service in look.services if service.container_name}
    if not wanted:
        return RuledOut(f"{look.path} asks for no container by name.")
    if on is None:
        return Untested("Not observed: which containers the engine has.")
    for held in on.held_names:
        service = wanted.get(held.name)
        own = service is not None and held.project == look.project and held.service in ("", service.name)
        if service is None or own or not look.given:
            continue
        of = f"of the Compose project {held.project}" if held.project else "that Compose did not make"
        return Supported(
            f"The container {held.name} ({held.state}) is one {of}, and the service "
            f"{service.name} of {look.path} "
            f"(project {look.project}) asks for its name.",
            ("docker-compose-engine",),
            0.95,
            f"The container name {held.name} is already in use by a container {of}.",
        )
    return RuledOut("No other container has a name that the Compose file asks for.")
