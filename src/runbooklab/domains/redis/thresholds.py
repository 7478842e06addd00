"""The limits from which something counts as slow, full or old: one table, for checks and causes alike.

A check that warns later than its cause is supported (or earlier) makes a report that contradicts itself.
"""

from __future__ import annotations

#: A median PING of so many milliseconds is felt by every request; machines of one site need a few.
SLOW_PING_MS = 100.0
#: A PING through a program that is started for it (``docker exec redis-cli``): that takes its time too.
SLOW_PING_BY_TOOL_MS = 1000.0
#: A command of so many microseconds holds up every other client for too long.
LONG_COMMAND_US = 200_000
#: What happened longer ago than this (in seconds) is history.
RECENT_S = 900.0
#: Share of maxmemory from which a server that drops nothing is about to refuse writes.
NEARLY_FULL = 0.95
#: Share of maxclients from which the next burst of connections may be refused.
NEARLY_ALL_CLIENTS = 0.9
#: Idle connections that are closed sooner than this (in seconds) surprise a client's pool.
SHORT_IDLE_S = 60
#: More ticks of the CPU (10 ms each) than this between two looks mean a busy process.
BUSY_TICKS = 4
#: A container held back in at least this share of its scheduling periods is short of CPU ...
THROTTLED_SHARE = 0.3
#: ... given that so many periods were counted.
THROTTLED_PERIODS = 10
#: Clocks of machines that are synchronised differ by less, in seconds.
CLOCK_SLACK_S = 5.0
