"""``docker run --env-file``: the plainest reader. No quotes, no expansion, no comments after a value.

Source: docker/cli, pkg/kvfile; measured with the client 28.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake

#: Go's bufio.MaxScanTokenSize: a longer line stops the client.
LONGEST_LINE = 64 * 1024
#: In so many lines after the first, a quote may be closed: a certificate chain has some hundred.
MOST_VALUE_LINES = 300
_EXPORT = re.compile(r"export[ \t]+\w")


def read_as_docker_run(text: str, environment: Mapping[str, str]) -> EnvReading:
    """What a container started with this file gets; the client refuses a file with a mistake."""
    assignments: list[Assignment] = []
    inherited: list[str] = []
    lines = text.removeprefix("\ufeff").split("\n")
    mistakes: list[Mistake] = []
    for number, raw in enumerate(lines, 1):
        line = raw.removesuffix("\r").lstrip()
        if len(raw) > LONGEST_LINE:
            return _stopped(Mistake(number, "too-long", "stops", "the line is longer than 64 KiB"))
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        mistake = _mistake(number, name, equals)
        if mistake is not None:
            return _stopped(mistake)
        if equals:
            assignments.append(Assignment(name, value, number, _is_quoted(value)))
            if _goes_on(value, lines[number : number + MOST_VALUE_LINES]):
                message = "docker run takes no value of several lines: it keeps the first, with its quote"
                mistakes.append(Mistake(number, "unclosed-quote", "changes", message))
        else:
            inherited.append(name)
            if name in environment:
                assignments.append(Assignment(name, environment[name], number))
    return EnvReading("docker-run", tuple(assignments), tuple(mistakes), tuple(inherited))


def _goes_on(value: str, following: list[str]) -> bool:
    """Whether a quote opens in a value and closes in a later line, as in a key in PEM."""
    quote = value[:1]
    if quote not in ("'", '"') or value.count(quote) != 1:
        return False
    closing = next((line for line in following if quote in line or "=" in line.strip("=")), "")
    return closing.rstrip().endswith(quote) and closing.count(quote) == 1


def _is_quoted(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] and value[0] in "'\""


def _stopped(mistake: Mistake) -> EnvReading:
    return EnvReading("docker-run", mistakes=(mistake,))


def _mistake(number: int, name: str, equals: str) -> Mistake | None:
    if not name:
        return Mistake(number, "name", "stops", "there is no name before =")
    if " " not in name and "\t" not in name:
        return None
    if _EXPORT.match(name):
        return Mistake(number, "export", "stops", "docker run takes `export` for a part of the name")
    if equals and name.split()[1:] == []:
        return Mistake(
            number, "space-at-equals", "stops", "docker run takes the space before = for the name's"
        )
    if not equals:
        return Mistake(number, "no-equals", "stops", "the line has no =, and a name may not hold spaces")
    return Mistake(number, "name", "stops", "a name may not hold spaces")
