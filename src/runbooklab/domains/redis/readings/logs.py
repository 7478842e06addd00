"""What a server's log says: one visible table of phrases, and where to look for them.

Log lines are the server's own and have kept their words for many versions; a rule that rests on one
says so in its proof by quoting it.
"""

from __future__ import annotations

import re

from runbooklab.domains.container.readings import logs as docker
from runbooklab.domains.container.readings.containers import container, is_running
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.observation import LogLine
from runbooklab.redaction import Shape

PHRASES: dict[str, Shape] = {
    name: Shape("|".join(patterns), re.IGNORECASE)
    for name, patterns in {
        "starting": ("Redis is starting", "oO0OoO0Oo"),
        "ready": ("Ready to accept connections",),
        "shutdown": ("User requested shutdown", "bye bye", "Received SIG(?:TERM|INT)"),
        "config": (
            "FATAL CONFIG FILE ERROR",
            "Bad directive or wrong number of arguments",
            "can't open config file",
        ),
        "config-line": (r"^\s*>>>",),
        "no-config": ("can't open config file",),
        "no-command": (docker.NO_COMMAND.pattern,),
        "corrupt": (
            "Short read or OOM loading DB",
            "Bad file format reading the append only file",
            "Wrong signature trying to load DB",
            "Unexpected end of file reading the append only file",
            "Internal error in RDB",
            "RDB CRC error",
            "Unrecoverable error reading the append only file",
            "Wrong RDB checksum",
            "Unable to obtain the AOF file",
            "Terminating server after rdb file reading failure",
            "FATAL AOF MANIFEST FILE ERROR",
            "AOF file .* doesn't exist",
            "corrupted cluster config file",
        ),
        "newer": ("Can't handle RDB format version",),
        "data-permission": (r"(?:append.?only|aof|rdb|chdir|dump|acl file).*permission denied",),
        "bug-report": ("REDIS BUG REPORT", "crashed by signal"),
        "cannot-assign": ("Cannot assign requested address", "Can't assign requested address"),
        "address-in-use": ("address already in use",),
        "start-error": (
            "Fatal error",
            "Critical error",
            "can't (?:open|load|chdir|create|read|find)",
            "Failed to (?:load|open|bind|configure(?! TLS))",
            "Module .* failed to load",
            "Error trying to load",
            "Error loading the extension",
            "exec format error",
            "permission denied",
            ", aborting",
            "Aborting Redis startup",
            "not listen anywhere",
            "is not enough for the server to start",
            "The RDB file contains .*module data",
            "cluster configuration file .* already used",
            "Sentinel (?:needs config|config file .* not writable)",
        ),
        "tls-wrong-version": ("wrong version number", "Error accepting a client connection: .*SSL routines"),
        "save-failed": (
            "No space left on device",
            "Background saving error",
            "Failed opening the (?:temp )?RDB file",
            "Can't save in background: fork",
            "Write error (?:saving DB|writing)",
            "Read-only file system",
        ),
        "gave-up-saving": ("Can't recover from AOF write error",),
        "output-buffer": ("overcoming of output buffer limits",),
        "maxclients-reduced": ("maxclients has been reduced to",),
        "slow-script": ("Slow script detected",),
    }.items()
}


def lines_of_last_run(e: Evidence) -> tuple[LogLine, ...]:
    """The log since the container's last start; all of it if it restarts again and again."""
    tail, config = e.logs.value, e.server_config.value
    if tail is not None and not tail.lines and config is not None:
        return _of_log_file(config.log_lines)
    return docker.lines_of_last_run(e)


def _of_log_file(lines: tuple[str, ...]) -> tuple[LogLine, ...]:
    """The last run's lines of a log file, if Redis does not log to Docker."""
    starts = [place for place, line in enumerate(lines) if PHRASES["starting"].search(line)]
    return tuple(LogLine("", line) for line in lines[starts[-1] if starts else 0 :])


def said(e: Evidence, *phrases: str) -> str:
    """The last line since the last start that says one of these; "" if none does."""
    return next(
        (
            line.text.strip()
            for line in reversed(lines_of_last_run(e))
            if any(PHRASES[phrase].search(line.text) for phrase in phrases)
        ),
        "",
    )


def times_said(e: Evidence, phrase: str) -> int:
    """How often the log, of earlier runs too, says ``phrase``."""
    return sum(bool(PHRASES[phrase].search(line.text)) for line in e.logs.value.lines) if e.logs.value else 0


def said_after(e: Evidence, phrase: str) -> str:
    """The line after the last one that says ``phrase``; "" if there is none."""
    lines = lines_of_last_run(e)
    places = [place for place, line in enumerate(lines[:-1]) if PHRASES[phrase].search(line.text)]
    return lines[places[-1] + 1].text.strip() if places else ""


#: What every run of Redis writes, whether it comes up or not.
_PREFACE = re.compile(
    r"oO0OoO0|Redis version=|Configuration loaded|Server initialized|monotonic clock|Running mode="
    r"|WARNING|DeprecationWarning|Ready to accept|Loading RDB|RDB (?:age|memory)|Done loading|^\s*$",
)


def last_words(e: Evidence) -> str:
    """The last line of a run that never was ready, past what every run says first; "" if there is none."""
    if said(e, "ready"):
        return ""
    lines = [line.text.strip() for line in lines_of_last_run(e)]
    return next((line for line in reversed(lines) if not _PREFACE.search(line)), "")


#: What Redis puts in front of what it says: its process, a time.
_PREAMBLE = re.compile(r"^\d+:[A-Z] \d+ \w+ \d{4} [\d:.]+ [.*#-] ")


def quote(text: str, limit: int = 160) -> str:
    """A line of a log or of the engine, without its preamble and short enough for a sentence."""
    return docker.quote(without_preamble(text), limit)


def without_preamble(text: str) -> str:
    """A line of the log as a sentence quotes it."""
    return _PREAMBLE.sub("", text)


def ended_in_start(e: Evidence) -> bool:
    """Whether the last run ended before Redis was ready, as far as the log was read."""
    found = container(e)
    return found is not None and (not is_running(found) or is_looping(e)) and not said(e, "ready")
