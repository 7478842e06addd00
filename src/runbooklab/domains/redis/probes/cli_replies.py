"""What redis-cli and getent print, reduced to what it means. Pure.

redis-cli exits 0 on a server's error, so its words are what counts.
"""

from __future__ import annotations

import re

from runbooklab.domains.address.records import NameResolution
from runbooklab.observe.docker.records import ExecResult
from runbooklab.observe.net.records import TcpAttempt

#: What redis-cli prints if the connection itself failed, and how the attempt then ended.
_CONNECTION_FAILURES = {
    "Connection refused": "refused",
    "timed out": "timeout",
    "No route to host": "no-route",
    "Network is unreachable": "no-route",
    "Connection reset by peer": "reset",
    "Server closed the connection": "reset",
}
#: What it prints if the name led nowhere: glibc's words, then musl's.
_NAME_FAILURES = {
    "Name or service not known": "not-found",
    "Name does not resolve": "not-found",
    "nodename nor servname": "not-found",
    "Temporary failure in name resolution": "temporary-failure",
    "Try again": "temporary-failure",
}
#: An error's code, behind what redis-cli puts in front of it.
_ERROR_CODE = re.compile(r"^(?:AUTH failed: |\(error\) |Error: )*(?P<code>[A-Z]{2,})(?: |$)")
_INFO_FIELD = re.compile(r"^(?P<name>\w+):(?P<value>.*)$")
#: getent's exit status for a key that isn't there (getent(1)).
_NOT_THERE = 2


def reply_code(output: str) -> str:
    """What came back: PONG, or the code of the server's error; "" if no server answered."""
    lines = [line for line in output.strip().splitlines() if line]
    if "PONG" in lines:
        return "PONG"
    if any(words in output for words in (*_CONNECTION_FAILURES, *_NAME_FAILURES, "Could not connect")):
        return ""
    # Why AUTH failed comes from another stream than what PING then got: either may come first.
    lines.sort(key=lambda line: not line.startswith("AUTH failed: "))
    codes = (match["code"] for line in lines if (match := _ERROR_CODE.match(line)))
    return next(codes, "")


#: Fields of INFO that a fork has renamed, and what Redis calls them.
INFO_NAMES = {"server_mode": "redis_mode", "max_clients": "maxclients"}


def info_fields(output: str) -> dict[str, str]:
    """INFO's lines ``name:value``, by Redis' own names; whatever else was printed is passed over."""
    fields = (_INFO_FIELD.match(line) for line in output.replace("\\r", "").splitlines())
    return {INFO_NAMES.get(match["name"], match["name"]): match["value"].strip() for match in fields if match}


def name_by_redis_cli(ping: ExecResult, host: str) -> NameResolution | None:
    """What became of the name; None if the output does not say."""
    failure = next((word for words, word in _NAME_FAILURES.items() if words in ping.output), None)
    if failure is not None:
        return NameResolution(host, failure, message=ping.output.strip())  # type: ignore[arg-type] # the table's words
    answered = ping.outcome == "ok" and bool(ping.output.strip())
    return NameResolution(host, "resolved") if answered else None


def name_by_getent(looked_up: ExecResult, host: str) -> NameResolution | None:
    """``getent ahosts``'s answer: each address once, in its order; None if it could not be asked."""
    if looked_up.outcome == "timeout":
        return NameResolution(host, "temporary-failure", message="the resolver gives no answer in time")
    if looked_up.outcome != "ok" or looked_up.exit_code not in (0, _NOT_THERE):
        return None
    found = dict.fromkeys(line.split()[0] for line in looked_up.output.splitlines() if line.split())
    return NameResolution(host, "resolved" if found else "not-found", tuple(found))


def attempt_by_redis_cli(ping: ExecResult, host: str, port: int) -> tuple[TcpAttempt, ...]:
    """The connection behind a ``redis-cli ping``; empty if the output does not say."""
    if any(words in ping.output for words in _NAME_FAILURES):
        return ()
    failed = next((word for words, word in _CONNECTION_FAILURES.items() if words in ping.output), None)
    answered = "connected" if reply_code(ping.output) else ""
    outcome = "timeout" if ping.outcome == "timeout" else failed or answered
    if not outcome:
        return ()
    return (TcpAttempt(host, port, outcome, message=ping.output.strip()[:200], ms=ping.ms),)  # type: ignore[arg-type] # the table's words
