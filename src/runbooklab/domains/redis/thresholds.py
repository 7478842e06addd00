"""The limits by which Redis is judged: one table, for probes, checks, causes and remedies alike.

A check that warns later than its cause is supported (or earlier) makes a report that contradicts itself.
The unit is in the name: ``_S`` seconds, ``_MS`` milliseconds, ``_US`` microseconds, ``_BYTES``, ``SHARE``.
"""

from __future__ import annotations

# --- time -------------------------------------------------------------------------------------

#: A median PING of this length is felt by every request. Source: machines of one site need a few ms.
SLOW_PING_MS = 100.0
#: A PING through a program that is started for it (``docker exec redis-cli``). Source: measured, the start
#: takes up to some hundred ms on a busy host.
SLOW_PING_BY_TOOL_MS = 1000.0
#: A command of this length holds up every other client for too long. Source: Redis manual, diagnosing
#: latency issues: one thread serves all.
LONG_COMMAND_US = 200_000
#: What happened longer ago than this is history.
RECENT_S = 900.0
#: Clocks of machines that are synchronised differ by less. Source: NTP keeps them within milliseconds; this
#: leaves room for clocks that are corrected by the hour.
CLOCK_SLACK_S = 5.0

# --- answers that do not come -----------------------------------------------------------------

#: How long an answer to SET is waited for ...
WRITE_S = 1.0
#: ... and, on a slow way, as long as so many PINGs took.
WRITE_PINGS = 4
#: With less time left than this a missing answer to SET would say nothing, and nothing is sent ...
LEAST_WRITE_S = 0.2
#: ... nor with less than so many PINGs take.
LEAST_WRITE_PINGS = 2
#: An answer to GET that did not come within this time is missing; sooner, it may be late ...
READ_MS = 400.0
#: ... as it may within so many PINGs.
READ_PINGS = 4

# --- limits of the server ---------------------------------------------------------------------

#: Share of maxmemory from which a server that evicts nothing is about to refuse writes.
NEARLY_FULL_SHARE = 0.95
#: Share of maxclients from which the next burst of connections may be refused.
NEARLY_ALL_CLIENTS_SHARE = 0.9
#: Idle connections that are closed sooner than this surprise a client's pool. Source: redis-py's pool keeps
#: a connection for as long as it is used once a minute.
SHORT_IDLE_S = 60
#: Memory that an empty Redis takes with its libraries. Source: measured, Redis 7.0, 64 bit.
EMPTY_REDIS_BYTES = 10 * 2**20

# --- its process ------------------------------------------------------------------------------

#: The process' CPU time is read twice, this far apart.
BETWEEN_TICKS_S = 0.1
#: More ticks of the CPU (10 ms each) than this between the two mean a busy process.
BUSY_TICKS = 4
#: Of a process that is seen to run, half as many: it may have to share the CPU.
BUSY_TICKS_RUNNING = 2
#: A container held back in at least this share of its scheduling periods is short of CPU ...
THROTTLED_SHARE = 0.3
#: ... given that so many periods were counted.
THROTTLED_PERIODS = 10
#: A run that is over within this time did no work.
AT_ONCE_S = 3.0
#: A dependent that ended less than this before Redis became ready did not wait for it. Source: Compose starts
#: what depends on it within seconds; most programs try for some.
START_RACE_S = 60.0

# --- registrations ----------------------------------------------------------------------------

#: A heartbeat older than this is stale, unless the key's expiry says otherwise; a younger one belongs to a
#: worker that works. Source: the registration contract's usual interval is a few seconds.
STALE_HEARTBEAT_S = 60.0
#: A registration that lives shorter than this is gone before a usual heartbeat renews it.
SHORT_LIFE_S = 3.0

#: A worker's timestamp beyond this is no number of seconds but of ms, µs or ns. Source: it is the year 5138.
LARGEST_TIME_S = 1e11

# --- what remedies give -----------------------------------------------------------------------

#: What a remedy gives Redis at least, as maxmemory.
LEAST_MAXMEMORY_BYTES = 256 * 2**20
#: Share of the machine's memory that a remedy gives Redis at most: a save forks, and needs some of its own.
MACHINE_SHARE = 0.8
#: Share of its container's limit that maxmemory may be: buffers and the save come on top.
CONTAINER_SHARE = 0.9
#: What a remedy gives a container for each byte of maxmemory.
CONTAINER_ROOM = 4 / 3
#: Connections that a remedy lets Redis take at least. Source: redis.conf, the default of maxclients.
LEAST_MAXCLIENTS = 10_000
