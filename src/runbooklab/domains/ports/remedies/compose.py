"""Plans that correct a port in the Compose file, or in the file of its variables."""

from __future__ import annotations

import re

from runbooklab.domain.shell import command, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import COMPOSE_FILE
from runbooklab.domains.ports.readings.compose import discarded, duplicates, invalid, scaled
from runbooklab.domains.ports.records import ComposePort
from runbooklab.domains.ports.remedies.site import first, free_port, name

#: How Compose begins to say why it refuses an entry.
_PROTO, _RANGES = "invalid proto: ", "invalid ranges"


def fix_compose_port(e: Evidence) -> Steps:
    """Change the line of the file that asks for what cannot be had."""
    found = _line_to_change(e)
    seen = e.compose_ports.value
    if seen is not None and found is None and discarded(e):
        return _without_ports(e, discarded(e)[0].ports_file or seen.path)
    of_container = first(e, "compose-ports-discarded")
    if of_container is not None and not (seen is not None and discarded(e)):
        look = "{{.HostConfig.NetworkMode}} {{json .HostConfig.PortBindings}}"
        return Steps(
            (f"docker inspect -f {command(look)} {name(of_container.rival)}",),
            f"Nothing: it shows the network and the ports that are asked for. {_advice(e)}",
            risk="none",
        )
    if seen is None or found is None or not found[0].line:
        return Steps((COMPOSE_FILE(e),), f"Nothing: {_advice(e)}", risk="none")
    port, old, new = found
    path = port.file or seen.path
    if port.variable:
        return _variable_changed(e, port, seen.path, new.rstrip(":"))
    words = command("sed", "-i", f"{port.line}s|{pattern(old)}|{new}|", path_word(path))
    return Steps(
        commands=(words,),
        changes=f"{_advice(e)} Line {port.line} of {path} then says {new.strip(':')} instead of "
        f"{old.strip(':')}: tell the clients, and start the service again.",
        risk="low",
        confirm=(COMPOSE_FILE(e),),
        undo=(command("sed", "-i", f"{port.line}s|{pattern(new)}|{old}|", path_word(path)),),
    )


def _variable_changed(e: Evidence, port: ComposePort, path: str, new: str) -> Steps:
    """Give the variable that the port comes from another value, where .env sets it."""
    file, variable = f"{path.rpartition('/')[0]}/.env", port.variable
    if not port.is_in_env_file or "-" in new:
        return Steps(
            (COMPOSE_FILE(e),),
            f"Nothing: {_advice(e)} The number comes from the variable {variable}: set it to {new} "
            "where it is set, and start the service again.",
            risk="none",
        )
    return Steps(
        commands=(
            command(
                "sed", "-i.before", f"s|^\\(export \\)\\?{variable}=.*|\\1{variable}={new}|", path_word(file)
            ),
        ),
        changes=f"{_advice(e)} Sets the variable {variable} to {new} in {file}: tell the clients, and "
        "start the service again. The file as it was stays beside it, as .before.",
        risk="low",
        confirm=(COMPOSE_FILE(e),),
        undo=(command("mv", f"{path_word(file)}.before", path_word(file)),),
    )


def _without_ports(e: Evidence, path: str) -> Steps:
    """Take out ports that are discarded anyway: nothing is lost but the impression."""
    service = discarded(e)[0]
    first, last = service.ports_line, max((port.line for port in service.ports), default=0)
    short = all(": " not in port.text and port.file == service.ports_file for port in service.ports)
    if not first or not short or last < first:
        return Steps((COMPOSE_FILE(e),), f"Nothing: {_advice(e)}", risk="none")
    lines = f"{first}" if first == last else f"{first},{last}"
    return Steps(
        commands=(command("sed", "-i.before", f"{lines}d", path_word(path)),),
        changes=f"{_advice(e)} Takes the ports of service {service.name} out of {path}, which the engine "
        "discards; the file as it was stays beside it, as .before.",
        risk="low",
        confirm=(COMPOSE_FILE(e),),
        undo=(command("mv", f"{path_word(path)}.before", path_word(path)),),
    )


def pattern(text: str) -> str:
    return re.sub(r"([\\.*^$|\[\]])", r"\\\1", text)


def _advice(e: Evidence) -> str:
    if invalid(e):
        problem = invalid(e)[0][1].problem
        if problem.startswith(_PROTO):
            return "The protocol of a port is tcp, udp or sctp."
        if problem.startswith(_RANGES):
            return "Both ranges of a port have the same length."
        return "A published port is a number from 1 to 65535."
    if scaled(e):
        return "Several replicas need a range of host ports, or none."
    if first(e, "compose-ports-discarded") or (discarded(e) and not duplicates(e)):
        return (
            "On the host's network a service listens on its own numbers: take ports: out, or the "
            "network mode."
        )
    pair = next(iter(duplicates(e)), None)
    if pair is not None and _is_one_line(pair.one[1], pair.other[1]):
        return (
            f"One line stands for the ports of {pair.one[0].name} and of {pair.other[0].name}: give one of "
            "them ports of its own."
        )
    return "Each service needs a host port of its own."


def _line_to_change(e: Evidence) -> tuple[ComposePort, str, str] | None:
    """The entry, what is replaced in its line, and by what."""
    for _, port in invalid(e):
        return _corrected(e, port)
    for service, port in scaled(e):
        last = _free_range(e, port.first, service.replicas)
        return port, f"{port.first}:", f"{last}-{last + service.replicas - 1}:"
    for each in duplicates(e):
        one, other = each.one[1], each.other[1]
        if _is_one_line(one, other):
            return None  # one line of the file stands for both: an anchor, or a service that is extended
        port = one if other.variable and not one.variable else other
        return port, str(each.port), str(free_port(e, each.port))
    return None


def _is_one_line(one: ComposePort, other: ComposePort) -> bool:
    return (one.file, one.line, one.text) == (other.file, other.line, other.text)


def _corrected(e: Evidence, port: ComposePort) -> tuple[ComposePort, str, str] | None:
    """What is wrong in an entry that Compose refuses, and what it becomes."""
    number = next((each for each in re.findall(r"\d+", port.text) if int(each) > 65535), "")
    if number:
        return port, number, str(free_port(e, 20_000))
    if port.problem.startswith(_PROTO):
        return port, f"/{port.problem.removeprefix(_PROTO)}", "/tcp"
    word = re.fullmatch(r"([A-Za-z][\w-]*):\d+", port.text)
    if word is not None:
        return port, f"{word[1]}:", f"{free_port(e, 20_000)}:"
    ranges = re.search(r"(\d+)-(\d+):(\d+)-(\d+)", port.text)
    if ranges is not None and port.problem.startswith(_RANGES):
        first, last, inside = int(ranges[1]), int(ranges[2]), int(ranges[3])
        return port, f":{ranges[3]}-{ranges[4]}", f":{inside}-{inside + last - first}"
    return None


def _free_range(e: Evidence, first: int, count: int) -> int:
    """Where as many free ports follow one another, from ``first`` on."""
    start = first
    while True:
        last = start
        while last - start + 1 < count and free_port(e, last) == last + 1:
            last += 1
        if last - start + 1 >= count:
            return start
        start = free_port(e, last)
