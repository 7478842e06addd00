"""Texts that say that Redis could not be used and not why: what to check, in the order of the runbook."""

from __future__ import annotations

from runbooklab.domain.sign import Sign, sign

#: The runbook's common causes: no server, a wrong URL, a network, a password, a port that is taken.
_COMMON = (
    "container-stopped container-missing redis-not-running container-crash-looping url-scheme-invalid "
    "container-name-from-host localhost-in-container port-not-published "
    "port-published-elsewhere network-not-shared "
    "firewall-drop auth-required port-conflict-process port-conflict-container"
)
_REDIS = r"(?:redis|valkey|jedis|:6379\b|port 6379\b)"
_FAILS = (
    r"(?:fail|error|unable|couldn't|could not|cannot|can't|can not|not possible|lost|problem|unreachable"
    r"|unavailable|refus)"
)

SIGNS: tuple[Sign, ...] = (
    sign(
        "a worker that could not register",
        "container-stopped container-missing redis-not-running url-scheme-invalid container-name-from-host "
        "localhost-in-container network-not-shared auth-required port-conflict-process "
        "replica-read-only memory-exhausted "
        "persistence-failing acl-permission-denied cluster-client-needed workers-none-registered",
        r"worker[^\n]{0,40}regist[^\n]{0,40}(?:fail|error|refus|reject|timed|not|unable|could)",
        r"(?:fail|unable|could not|couldn't|cannot|error)[^\n]{0,30}regist[^\n]{0,30}worker",
        r"no workers? (?:is |are )?(?:registered|available|found)",
        level="vague",
    ),
    sign(
        "a client that gave up",
        f"{_COMMON} pool-exhausted",
        r"Connection(?:Failure)?Exception: (?:could not|cannot|unable to) (?:get|obtain)[^\n]*(?:pool"
        r"|connection)",
        level="vague",
    ),
    sign(
        "a connection that the pool could not give",
        f"pool-exhausted {_COMMON}",
        r"could not get a resource (?:from the pool|since the pool is exhausted)|cannot get (?:jedis"
        r"|redis) connection",
        r"unable to obtain (?:a )?(?:new )?(?:redis )?connection",
        level="vague",
    ),
    sign(
        "a client that gave up",
        _COMMON,
        r"MaxRetriesPerRequest|max retries per request|retry (?:attempts|time) exhausted"
        r"|Retry limit exceeded",
        r"RedisConnectionFailure(?:Exception)?|RedisConnectionException|JedisConnectionException"
        r"|CannotConnectError",
        r"(?:stream isn't writeable|enableOfflineQueue)|ClientClosedError|ClientOfflineError"
        r"|the client is closed",
        r"No connection is (?:active|available|active/available) to service this operation"
        r"|connection became available",
        r"redis\.exceptions\.ConnectionError|ReconnectStrategyError"
        r"|kombu\.exceptions\.OperationalError|Redix\.ConnectionError",
        r"The AMQP.*redis|Cannot connect to redis|Trying again in [\d.]+ seconds.*redis",
        level="vague",
        needs_subject=False,
    ),
    sign(
        "a failed connection to Redis",
        _COMMON,
        rf"{_REDIS}[^\n]{{0,80}}connect[^\n]{{0,60}}{_FAILS}",
        rf"{_REDIS}[^\n]{{0,60}}{_FAILS}[^\n]{{0,60}}connect",
        rf"{_FAILS}[^\n]{{0,60}}(?:connect|reach|contact|ping|talk|communicat"
        rf")[^\n]{{0,80}}{_REDIS}",
        rf"connect[^\n]{{0,40}}{_REDIS}[^\n]{{0,60}}{_FAILS}",
        rf"{_FAILS}[^\n]{{0,30}}{_REDIS}[^\n]{{0,30}}(?:server|connect|instance)",
        r"\bretrying (?:the )?(?:redis|valkey)|(?:redis|valkey)[^\n]{0,40}\bretrying\b",
        r"redis(?:[ -]?server)? (?:is |was |are |has )?(?:not (?:running|available|reachable|ready"
        r"|connected|started|responding)"
        r"|unavailable|unreachable|down|offline|gone|went away|disconnected|dead)",
        r"(?:redis|cache) (?:health ?check|ping) failed|no redis(?: server)? (?:found|running"
        r"|available)|waiting for redis",
        level="vague",
    ),
)
