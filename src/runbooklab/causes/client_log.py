"""What the orchestrator's own log says, if nothing can be asked from inside its container."""

from __future__ import annotations

from runbooklab.causes.error_signs import signs_of
from runbooklab.causes.sign import Sign
from runbooklab.error_text import reduce
from runbooklab.evidence import Container, Evidence, LogLine
from runbooklab.secrets import Vault

#: Lines of the log, from its end, in which the reason is looked for.
LAST_LINES = 40


def telling_line(e: Evidence) -> str:
    """The line of the orchestrator's log that says most: of Redis, else of a failure, else the last one."""
    lines = _last_lines(e)
    told = [line for line in lines if _signs(line.text)]
    failed = [line for line in lines if line.severity == "error"]
    chosen = next((group[-1] for group in (told, failed, lines) if group), None)
    return chosen.text.strip() if chosen else ""


def log_signs(e: Evidence) -> tuple[Sign, ...]:
    """What the orchestrator's log says of Redis, as an error text that somebody pasted would."""
    lines = _last_lines(e)
    return _signs("\n".join(line.text for line in lines)) if lines else ()


def _last_lines(e: Evidence) -> list[LogLine]:
    tail, found = e.orchestrator_logs.value, _orchestrator(e)
    if tail is None or found is None:
        return []
    since = found.started_at[:19]
    this_run = [line for line in tail.lines if not line.at or line.at[:19] >= since]
    return (this_run or list(tail.lines))[-LAST_LINES:]


def _signs(text: str) -> tuple[Sign, ...]:
    return signs_of(reduce(text, Vault()))


def _orchestrator(e: Evidence) -> Container | None:
    return e.orchestrator.value.found if e.orchestrator.value else None


def restarts_now(e: Evidence) -> bool:
    """Whether the orchestrator's container is seen to end again and again: then its log is of just now."""
    look, found = e.orchestrator.value, _orchestrator(e)
    if look is None or found is None:
        return False
    rises = look.restart_count_later is not None and look.restart_count_later > found.restart_count
    return rises or "restarting" in (found.state, look.state_later)
