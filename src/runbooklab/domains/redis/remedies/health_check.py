"""The plan for a container's health check that fails although Redis is well, or passes although it is not."""

from __future__ import annotations

import json
from itertools import pairwise

from msgspec.structs import replace

from runbooklab.domain.steps import Steps
from runbooklab.domains.address.records import DEFAULT_PORT
from runbooklab.domains.container.compose import compose_service
from runbooklab.domains.container.remedies.made_with import read_by_docker
from runbooklab.domains.container.remedies.recreate import Change
from runbooklab.domains.container.shell import command
from runbooklab.domains.redis.remedies.recreate import recreated
from runbooklab.domains.redis.remedies.running import own_words
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.observe.docker.records import Container, RunOption
from runbooklab.words import short

#: What redis-cli reads a password from: no command line shows it, and no shell takes it apart.
VARIABLE = "REDISCLI_AUTH"


def fix_health_check(site: Site) -> Steps:
    """``redis-cli -e ping``: -e makes it fail on an error reply, as NOAUTH or MISCONF."""
    found = site.found
    words = _words(site)
    show = command("docker", "inspect", "-f", "{{json .State.Health}}", site.name)
    if found is None:
        return Steps((show,), f"Its health check should be {json.dumps(['CMD', *words])}.", "none")
    password = _given_password(found)
    asks = site.needs_password or password is not None
    has_it = VARIABLE in found.environment_names
    variable = f" and {VARIABLE} with its password under environment" if asks and not has_it else ""
    yaml = f"test: {json.dumps(['CMD', *words])} under healthcheck{variable}"
    variables = (("--env", _value(found, password)),) if asks and not has_it else ()
    before = f", now {short(' '.join(found.health_test), 80)}," if found.health_test else ""
    steps = recreated(
        site,
        found,
        Change(
            f"write {yaml}",
            options=(("--health-cmd", " ".join(words)),),
            raw=variables,
        ),
        f"Makes the health check{before} fail if Redis refuses, and only then: {' '.join(words)}"
        + (f", which reads the password from {VARIABLE}." if asks else "."),
    )
    typed = ("read -rs REDISCLI_AUTH && export REDISCLI_AUTH",)
    ask = typed if variables and password is None and compose_service(found) is None else ()
    status = command("docker", "inspect", "-f", "{{.State.Health.Status}}", found.name)
    return replace(steps, commands=(show, *ask, *steps.commands), confirm=(status,), appliable=False)


def _words(site: Site) -> list[str]:
    port = ["-p", str(site.port_inside)] if site.port_inside != DEFAULT_PORT else []
    return ["redis-cli", *site.tls_words, *port, "-e", "ping"]


def _given_password(found: Container) -> RunOption | None:
    """The word of the command that is Redis' password."""
    words = own_words(found)
    return next((value for name, value in pairwise(words) if name.value == "--requirepass"), None)


def _value(found: Container, password: RunOption | None) -> str:
    """The variable for the command line; its value is read from the container that is there, or the shell."""
    if password is None or not password.template:
        return VARIABLE
    return f"{VARIABLE}={read_by_docker(password.template, found.name)}"
