"""redis-cli inside a container: the command lines that probes may run. None changes anything."""

from __future__ import annotations

import re

from runbooklab.observe.docker.guard import LIMIT, WORD, Tool

_CONNECTION = (
    rf"(?: -h {WORD})?(?: -p \d+)?(?: -n \d+)?(?: --tls --insecure)?"
    rf"(?: --user {WORD})?(?: --no-auth-warning)?"
)
_SETTINGS = "databases|maxclients|maxmemory|maxmemory-policy|bind|protected-mode"

REDIS_CLI = Tool(
    tuple(
        re.compile(pattern)
        for pattern in (
            rf"{LIMIT}redis-cli(?: -e)?{_CONNECTION} ping",
            rf"{LIMIT}redis-cli{_CONNECTION} info(?: [a-z]+)?",
            rf"{LIMIT}redis-cli{_CONNECTION} role",
            rf"{LIMIT}redis-cli{_CONNECTION} acl dryrun {WORD} SET {WORD} 1",
            rf"{LIMIT}redis-cli{_CONNECTION} config get (?:{_SETTINGS})",
        )
    ),
    credential="REDISCLI_AUTH",
)
