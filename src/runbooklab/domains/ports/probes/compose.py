"""The published ports of the Compose file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.compose_port import ports_of
from runbooklab.domains.ports.records import ComposePort, ComposePorts, ComposeService
from runbooklab.domains.ports.target import COMPOSE_FILE
from runbooklab.files import read_file
from runbooklab.model.observation import Missing
from runbooklab.observe.compose.file import ComposeFile, read_compose
from runbooklab.observe.compose.problems import Problem
from runbooklab.observe.compose.variables import compose_variables, file_variables
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean, clean_argv

MOST_SERVICES = 300
#: As much of the file is read as Compose's reader takes.
MOST_BYTES = 1 << 20


def compose_ports(ctx: Context) -> ComposePorts:
    """The services of the Compose file with their ports. What a variable holds is in no record."""
    name = ctx.target.compose_file
    if not name:
        raise NotObserved(Missing("not-applicable", "no Compose file is named"))
    path = ctx.project / Path(name).expanduser()
    variables = compose_variables(path.parent / ".env")
    found = read_compose(path, variables, ctx.target.compose_project)
    for file in found.files:
        ctx.note("file", f"read {file}")
    if any(problem.kind == "missing" for problem in found.problems):
        if ctx.target.is_default(COMPOSE_FILE):
            raise NotObserved(Missing("not-applicable", f"there is no {name}, and nobody named one"))
        raise NotObserved(Missing("error", f"{path} is not there"))
    problems = tuple(clean(_words(problem), ctx.vault)[:300] for problem in found.problems)
    if any(problem.kind == "unreadable" for problem in found.problems):
        raise NotObserved(Missing("permission", problems[0]))
    services = tuple(
        service(found, each, said, ctx) for each, said in list(found.services.items())[:MOST_SERVICES]
    )
    services = tuple(_with_variables(services, path, variables))
    return ComposePorts(str(path), found.project, services, problems)


def _with_variables(
    services: tuple[ComposeService, ...], path: Path, variables: Mapping[str, str]
) -> Iterator[ComposeService]:
    """The services, with the names of the variables that their ports come from."""
    read = {
        file: _lines(path.parent / file if file else path)
        for file in {port.file for each in services for port in each.ports}
    }
    of_file = file_variables(path.parent / ".env", {})
    for each in services:
        ports = []
        for port in each.ports:
            lines = read[port.file]
            name = _variable(port, lines[port.line - 1] if 0 < port.line <= len(lines) else "", variables)
            ports.append(replace(port, variable=name, is_in_env_file=name in of_file) if name else port)
        yield replace(each, ports=tuple(ports))


def _lines(path: Path) -> list[str]:
    try:
        return list(read_file(path, MOST_BYTES).decode("utf-8", "replace").splitlines())
    except (OSError, ValueError):
        return []


def _variable(port: ComposePort, line: str, variables: Mapping[str, str]) -> str:
    """The variable in a line whose value the port's text holds, if the line itself does not hold it."""
    for name in re.findall(r"\$\{?([A-Za-z_]\w*)", line):
        value = variables.get(name, "")
        if value.isdigit() and value not in line and re.search(rf"(?<!\d){value}(?!\d)", port.text):
            return str(name)
    return ""


def _words(problem: Problem) -> str:
    """What is wrong, with its line, and with its file if that is another one than the Compose file itself."""
    places = (problem.file, f"line {problem.line}" if problem.line else "")
    at = ", ".join(place for place in places if place)
    return f"{problem.message} ({at})" if at else problem.message


def service(file: ComposeFile, name: str, said: dict[str, Any], ctx: Context) -> ComposeService:
    """One service, as far as ports go."""
    profiles = said.get("profiles")
    return ComposeService(
        name=clean(name[:200], ctx.vault),
        container=clean(str(said.get("container_name") or "")[:200], ctx.vault),
        image=clean(str(said.get("image") or "")[:300], ctx.vault),
        command=_command(said.get("command"), ctx),
        replicas=_replicas(said),
        network_mode=clean(str(said.get("network_mode") or "")[:200], ctx.vault),
        profiles=tuple(str(each)[:100] for each in profiles[:20]) if isinstance(profiles, list) else (),
        ports=tuple(ports_of(file, name, said, ctx.vault)),
        line=file.line(f"services.{name}"),
        ports_line=file.line(f"services.{name}.ports") if "ports" in said else 0,
        file=file.elsewhere(f"services.{name}"),
        ports_file=file.elsewhere(f"services.{name}.ports") if "ports" in said else "",
    )


def _command(said: Any, ctx: Context) -> tuple[str, ...]:
    """The words of a service's command, redacted; none if it is written in another way."""
    try:
        words = shlex.split(said) if isinstance(said, str) else said
    except ValueError:
        return ()
    return clean_argv([str(word)[:300] for word in words[:24]], ctx.vault) if isinstance(words, list) else ()


def _replicas(said: dict[str, Any]) -> int:
    """``deploy.replicas``, or ``scale``: one if neither is a number."""
    deploy = said.get("deploy")
    for value in (said.get("scale"), deploy.get("replicas") if isinstance(deploy, dict) else None):
        if isinstance(value, int | str) and str(value).isdigit():
            return int(value)
    return 1
