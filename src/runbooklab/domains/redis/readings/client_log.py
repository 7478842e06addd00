"""What the orchestrator's own log says, if nothing can be asked from inside its container."""

from __future__ import annotations

import re

from runbooklab.domain.sign import Sign
from runbooklab.domains.container.readings.containers import orchestrator
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.error_signs import signs_of
from runbooklab.domains.redis.signs import TABLE
from runbooklab.model.observation import LogLine
from runbooklab.observe.error_text import reduce
from runbooklab.redaction import Vault

#: Lines of the log, from its end, in which the reason is sought.
MOST_LAST_LINES = 40
#: How the reason is written: by Python, Node, Java, .NET, Go, Rust, Ruby, PHP, Elixir and shells.
_REASON = re.compile(
    r"^\s*(?:Exception in thread|Caused by:|Unhandled exception|Uncaught|panic:|fatal error:"
    r"|thread '.*' panicked|PHP Fatal error|\*\* \(|(?:FATAL|CRITICAL|ERROR)\b"
    r"|[\w.$:]*(?:Error|Exception|Panic)\b\s*(?:\[|\(|:|$))"
    r"|: (?:not found|command not found|Permission denied)$|\(\w*Error\)$"
)
#: Lines around it that say where it happened, not what.
_FRAME = re.compile(
    r"^\s*(?:at |File \"|goroutine \d|#\d+ |from \S+:\d|\.\.\. \d+ more|node:internal|node:events|throw "
    r"|Node\.js v|[\^~]+\s*$|exit status|main\.\w+\(|\S+\.go:\d+|stack backtrace|note: run with|\d+: 0x"
    r"|Traceback|During handling)"
)


def telling_line(e: Evidence) -> str:
    """The line of the orchestrator's log that says most: of Redis, else of a failure, else the last one.

    Where in a program it happened says less than what happened.
    """
    every = _last_lines(e)
    lines = [line for line in every if line.text.strip() and not _FRAME.match(line.text)] or every
    signed = [line for line in lines if _signs(line.text)]
    named = [line for line in lines if _REASON.search(line.text)]
    failed = [line for line in lines if line.severity == "error"]
    chosen = next((group[-1] for group in (signed, named, failed, lines) if group), None)
    return chosen.text.strip() if chosen else ""


def log_signs(e: Evidence) -> tuple[Sign, ...]:
    """What the orchestrator's log says of Redis, as an error text that somebody pasted would."""
    lines = _last_lines(e)
    return _signs("\n".join(line.text for line in lines)) if lines else ()


def _last_lines(e: Evidence) -> list[LogLine]:
    tail, found = e.orchestrator_logs.value, orchestrator(e)
    if tail is None or found is None:
        return []
    since = found.started_at[:19]
    this_run = [line for line in tail.lines if not line.at or line.at[:19] >= since]
    return (this_run or list(tail.lines))[-MOST_LAST_LINES:]


def _signs(text: str) -> tuple[Sign, ...]:
    return signs_of(reduce(text, Vault(), TABLE))
