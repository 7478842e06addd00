"""The container's log as Redis writes it: its own levels, and lines of its own worth a name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from runbooklab.domains.container.probes.logs import KNOWN, Reader, Severity, tail
from runbooklab.domains.container.probes.logs import severity as by_words
from runbooklab.domains.container.probes.table import CONTAINER
from runbooklab.observe.docker.records import LogTail

if TYPE_CHECKING:
    from runbooklab.domains.redis.context import Context

#: Redis marks a line's level by one character. Source: redis.conf, "loglevel"; server.c, serverLogRaw.
_LEVELS: dict[str, Severity] = {".": "debug", "-": "info", "*": "notice", "#": "warning"}
_LEVEL = re.compile(r"^\d+:[A-Z] .*?\d\d:\d\d:\d\d\.\d{3} (?P<mark>[.\-*#]) ")
#: Lines that only Redis writes.
_OWN: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "ready": r"ready to accept connections",
        "bind-failed": r"could not create server tcp listening socket",
        "shutdown": r"bye bye|user requested shutdown|received sig(?:term|int)",
        "config-invalid": r"fatal config file error|bad directive or wrong number of arguments",
        "data-corrupt": r"short read or oom loading db|bad file format reading the append only file",
        "data-newer": r"can't handle rdb format version",
        "crash": r"redis bug report",
        "save-failed": r"background saving error|can't save in background",
        "maxclients-reduced": r"maxclients has been reduced",
        "tls-mismatch": r"wrong version number",
        "overcommit": r"overcommit_memory",
        "loading": r"loading rdb|db loaded from",
        "replica-link": r"master <-> replica|connection with (?:master|replica) lost",
    }.items()
}


def severity(line: str) -> Severity:
    """Redis' own level; a warning that speaks of a failure is an error. Lines of others: by their words."""
    mark = _LEVEL.match(line)
    level: Severity = _LEVELS[mark["mark"]] if mark else "info"
    return "error" if level in ("warning", "info") and by_words(line) == "error" else level


#: Redis' own words say more than those of any program, save for a port that is taken.
READER = Reader({"address-in-use": KNOWN["address-in-use"], **_OWN, **KNOWN}, severity)


def logs(ctx: Context) -> LogTail:
    """The newest lines of the Redis container's log, redacted, the known ones named."""
    return tail(ctx, CONTAINER, READER)
