"""Faults of the client, known only from the error text given to the run. Redis itself is healthy."""

from __future__ import annotations

from runbooklab.domains.redis.lab.testbed import Recipe, RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation


def _error_says(text: str) -> Recipe:
    def recipe(testbed: RedisTestbed) -> Situation:
        return testbed.situation(testbed.redis(), error_text=text)

    return recipe


FAULTS = (
    Fault(
        "pool-exhausted",
        "The service logged that its pool is used up.",
        _error_says("redis.exceptions.MaxConnectionsError: Too many connections"),
    ),
    Fault(
        "pool-exhausted/blocking",
        "The service logged that a blocking pool had no connection left.",
        _error_says("redis.exceptions.ConnectionError: No connection available."),
    ),
    Fault(
        "blocking-timeout",
        "The service logged a read timeout while it waited in BLPOP.",
        _error_says(
            "  item = client.blpop('jobs', timeout=30)\n"
            "redis.exceptions.TimeoutError: Timeout reading from 127.0.0.1:6379"
        ),
    ),
    Fault(
        "client-file-descriptors",
        "The service logged that it ran out of file descriptors.",
        _error_says(
            "redis.exceptions.ConnectionError: Error 24 connecting to 127.0.0.1:6379. Too many open files."
        ),
    ),
    Fault(
        "client-ports-exhausted",
        "The service logged that it ran out of local ports.",
        _error_says(
            "redis.exceptions.ConnectionError: Error 99 connecting to 127.0.0.1:6379. "
            "Cannot assign requested address."
        ),
    ),
)
