"""The tails of the logs of the container and of its client's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from docker.errors import APIError
from msgspec import Struct

from runbooklab.domain.probe import Probe
from runbooklab.domains.container.probes.table import CONTAINER, ORCHESTRATOR
from runbooklab.model.observation import LogLine, Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.client import reading_client
from runbooklab.observe.docker.record import utc
from runbooklab.observe.docker.records import ContainerLook, LogTail
from runbooklab.observe.docker.stream import read_stream
from runbooklab.redaction import clean, learn_secrets

if TYPE_CHECKING:
    from runbooklab.domains.container.context import Context
    from runbooklab.redaction import Vault

Severity = Literal["debug", "info", "notice", "warning", "error"]

#: Lines read at least (known lines are looked for in all of them), bytes read and characters a line at most.
LEAST_LINES = 200
MOST_BYTES = 8 * 1024 * 1024
MOST_CHARACTERS = 1000
#: Bytes of a line that are searched for secrets before it is cut: the engine writes lines in such pieces.
SEARCHED_BYTES = 16 * 1024
#: Of many lines together, the end is searched for secrets that go over several.
SEARCHED_TOGETHER = 256 * 1024
#: Lines that are read in any case.
MOST_LINES = 10_000

_STAMP = re.compile(r"^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?")
_BAD = re.compile(
    r"fatal|\bbug report\b|\berror\b|can't|cannot|could not|failed|denied|misconf|crash", re.IGNORECASE
)

#: Lines worth a name, whatever program writes them.
KNOWN: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "address-in-use": r"address already in use",
        "cannot-assign": r"cannot assign requested address",
        "out-of-memory": r"out of memory|can't allocate",
        "no-space": r"no space left on device",
        "permission-denied": r"permission denied",
    }.items()
}


def severity(line: str) -> Severity:
    """How bad a line of any program is, by its words."""
    return "error" if _BAD.search(line) else "info"


class Reader(Struct, frozen=True):
    """How a program's lines are read."""

    #: Id -> a line worth a name wherever it is; the first that fits counts.
    known: Mapping[str, re.Pattern[str]]
    severity: Callable[[str], Severity]


ANY_PROGRAM = Reader(KNOWN, severity)


def logs(ctx: Context) -> LogTail:
    """The newest lines of the container's log, redacted, the known ones named."""
    return tail(ctx, CONTAINER)


def orchestrator_logs(ctx: Context) -> LogTail:
    """The newest lines of the orchestrator's log: what it says if nothing can be asked from inside it."""
    return tail(ctx, ORCHESTRATOR)


def tail(ctx: Context, of: Probe[ContainerLook], reader: Reader = ANY_PROGRAM) -> LogTail:
    """The newest lines of a container's log, redacted, as ``reader`` understands them.

    At most 8 MiB are read and 1000 characters of a line kept. Raises :class:`NotObserved`.
    """
    look = ctx.need(of)
    if look.found is None:
        raise NotObserved(Missing("not-applicable", f"there is no container {look.name}"))
    wanted = min(max(ctx.target.log_lines, LEAST_LINES), MOST_LINES)
    asked = {"stdout": 1, "stderr": 1, "timestamps": 1, "tail": wanted}
    try:
        with reading_client(ctx) as client:
            data, cut = read_stream(
                client,
                "GET",
                f"/containers/{look.found.id}/logs",
                params=asked,
                most_bytes=MOST_BYTES,
                seconds=ctx.timeout_s(),
            )
    except APIError as error:
        raise NotObserved(Missing("unsupported", f"the log cannot be read: {error.explanation}")) from error
    except TimeoutError as error:
        raise NotObserved(Missing("deadline", f"the log did not come in time: {error}")) from error
    lines = tuple(log_lines(data, ctx.vault, wanted, reader))[-wanted:]
    return LogTail(
        lines=lines,
        asked_lines=ctx.target.log_lines,
        cut=cut or len(lines) >= wanted or any(len(raw) > SEARCHED_BYTES for raw in _last(data, wanted)),
        driver=look.found.log_driver,
        known={line.known: line.text for line in lines if line.known},
    )


def log_lines(
    data: bytes, vault: Vault, most: int = MOST_LINES, reader: Reader = ANY_PROGRAM
) -> Iterator[LogLine]:
    """The last ``most`` lines of a log as the engine gives it, each with a time in front."""
    raws = _last(data, most)
    learn_secrets(_without_times(raws), vault)
    for raw in raws:
        text = raw[:SEARCHED_BYTES].decode("utf-8", "backslashreplace").rstrip("\r")
        stamp = _STAMP.match(text)
        said = text[stamp.end() :] if stamp else text
        if not said.strip():
            continue
        known = next((name for name, pattern in reader.known.items() if pattern.search(said)), "")
        at = utc(stamp.group(1)) if stamp else ""
        yield LogLine(at, clean(said, vault)[:MOST_CHARACTERS], reader.severity(said), known)


def _without_times(raws: Sequence[bytes]) -> str:
    """The lines as the program wrote them, so that what goes over several of them is found."""
    lines = (raw[:SEARCHED_BYTES].decode("utf-8", "backslashreplace") for raw in raws)
    return "\n".join(_STAMP.sub("", line, count=1) for line in lines)[-SEARCHED_TOGETHER:]


def _last(data: bytes, most: int) -> list[bytes]:
    """The last ``most`` lines, and the empty one behind the last line break."""
    return data.rsplit(b"\n", most + 1)[-most - 1 :]
