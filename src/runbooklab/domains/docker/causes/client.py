"""The client's folder: helpers of its configuration, its plugins, Compose."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import CLIENT
from runbooklab.domains.docker.readings.lines import in_error_text
from runbooklab.domains.docker.records import ClientLook, Plugin
from runbooklab.domains.docker.target import COMPOSE_FILE, DOCKER_CONFIG
from runbooklab.words import listed

_SHOWN = ("docker-client",)
_NO_COMPOSE = re.compile(
    r"unknown command: docker compose|'compose' is not a docker command|unknown shorthand flag: 'f' in -f",
    re.IGNORECASE,
)
_LEGACY = re.compile(
    r"legacy builder is deprecated|requires? the buildx|buildx component is missing"
    r"|unknown flag: --(?:mount|secret|ssh)",
    re.IGNORECASE,
)
_NO_DOCKER = re.compile(
    r"docker: (?:command )?not found|exec: \"docker\": executable file not found", re.IGNORECASE
)


def _look(e: Evidence) -> ClientLook:
    seen = e.client.value
    assert seen is not None
    return seen


@needs(CLIENT)
def helper_missing(e: Evidence) -> Ruling:
    look = _look(e)
    if not look.helpers_missing:
        return RuledOut("Every credential helper that the client's configuration names is on PATH.")
    name = look.helpers_missing[0]
    places = [place for place, helper in look.helpers.items() if helper == name]
    key = "credsStore" if "*" in places else f"credHelpers ({listed(places)})"
    return Supported(
        f"{look.folder}/config.json names the helper {name} under {key}, and there is no program "
        f"docker-credential-{name} on PATH.",
        _SHOWN,
        0.95,
        f"Docker's client cannot log in or pull: docker-credential-{name} is not installed.",
    )


def _usable(plugins: tuple[Plugin, ...]) -> bool:
    return any(not each.problem for each in plugins)


def needs_compose(e: Evidence) -> bool:
    """Whether somebody named a Compose file and the client's folder, or an error says it is missing.

    A client without Compose is complete as long as nobody wants to use Compose with it.
    """
    chosen = e.target.is_given(DOCKER_CONFIG)
    asked = e.target.is_given(COMPOSE_FILE) and chosen
    return asked or bool(in_error_text(e, _NO_COMPOSE))


@needs(CLIENT)
def compose_missing(e: Evidence) -> Ruling:
    look = _look(e)
    if _usable(look.compose):
        return RuledOut(
            f"Compose is a plugin of the client: {next(p.path for p in look.compose if not p.problem)}."
        )
    if look.docker_compose:
        return RuledOut(f"There is {look.docker_compose}.")
    if not needs_compose(e):
        return RuledOut("Compose is not installed, and nothing shows that it is used here.")
    broken = f" {look.compose[0].path} is {look.compose[0].problem}." if look.compose else ""
    return Supported(
        f"None of {listed(list(look.folders))} has a plugin docker-compose, and it is not on PATH.{broken}",
        _SHOWN,
        0.93,
        "Docker Compose is not installed: there is no command docker compose.",
    )


@needs(CLIENT)
def compose_v1_only(e: Evidence) -> Ruling:
    look = _look(e)
    if _usable(look.compose):
        return RuledOut("Compose 2 is a plugin of the client.")
    if look.docker_compose_version != "1":
        return RuledOut("There is no docker-compose of version 1.")
    return Supported(
        f"{look.docker_compose} is version 1, whose support ended in 2023, and no folder has the plugin "
        "docker-compose: there is no command docker compose.",
        _SHOWN,
        0.92,
        "Only docker-compose 1 is installed: docker compose does not exist, and new Compose "
        "files are refused.",
    )


@needs(CLIENT)
def buildx_missing(e: Evidence) -> Ruling:
    look, compose = _look(e), e.compose.value
    if _usable(look.buildx):
        return RuledOut("The plugin buildx is there.")
    wants = [service.name for service in compose.services if service.buildkit] if compose else []
    if not wants and not in_error_text(e, _LEGACY):
        return RuledOut("buildx is not installed, and nothing shows that it is used here.")
    why = f"the build of {listed(wants)} asks for it" if wants else "the error text asks for it"
    return Supported(
        f"No folder has the plugin docker-buildx, and {why}.",
        _SHOWN,
        0.8,
        "The plugin buildx is missing: images that need BuildKit cannot be built.",
    )


@needs(CLIENT)
def cli_missing(e: Evidence) -> Ruling:
    look = _look(e)
    if look.docker:
        return RuledOut(f"The docker command is {look.docker}.")
    return Supported(
        "There is no program docker on PATH.",
        _SHOWN,
        0.9,
        "The docker command is not installed, or not on PATH.",
    )
