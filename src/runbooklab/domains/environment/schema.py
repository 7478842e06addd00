"""What a configuration's keys mean by their names, and the values that fit. A table, and pure.

A name that says nothing here fits any value: a rule counts only where the name leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from runbooklab.domains.environment.yaml_values import ROOT, Value

_TRUTH = frozenset({"true", "false", "yes", "no", "on", "off", "0", "1", "y", "n"})
_LEVELS = frozenset(
    {"debug", "info", "warning", "warn", "error", "critical", "fatal", "notset", "trace", "notice", "off"}
)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WITH_UNIT = re.compile(
    rf"{_NUMBER.pattern}\s*(?:ns|us|µs|ms|s|sec|secs|seconds?|m|min|minutes?|h|hours?|d|days?"
    r"|[kmgt]?i?b|[kmgt]|%|hz|khz)?",
    re.IGNORECASE,
)
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|us|ns|h|m|s))+", re.IGNORECASE)
#: The scheme and the port of a URL; an IPv6 address stands in brackets.
_URL = re.compile(
    r"(?P<scheme>[A-Za-z][\w+.-]*)://(?:[^/@\s]*@)?(?:\[[^\]]*\]|[^/:\s,]*)(?::(?P<port>[^/?#,\s]*))?"
)
#: Schemes that no client of Redis takes.
_OTHERS = frozenset({"http", "https", "tcp", "tls", "amqp", "postgres", "postgresql", "mysql", "grpc"})
#: A value that is filled in when the service starts.
_REFERENCE = re.compile(r"\$\{?|\{\{|%\(|<%")


def _is_port(text: str) -> bool:
    return text.isdigit() and 1 <= int(text) <= 65535


def _is_index(text: str) -> bool:
    return text.isdigit()


def _is_count(text: str) -> bool:
    return text.isdigit() and int(text) > 0


def _is_number(text: str) -> bool:
    return bool(_WITH_UNIT.fullmatch(text) or _DURATION.fullmatch(text))


def _is_truth(text: str) -> bool:
    return text.lower() in _TRUTH


def _is_level(text: str) -> bool:
    return text.lower() in _LEVELS or text.isdigit()


def _is_duration(text: str) -> bool:
    return _is_number(text) and (not text.startswith("-") or text == "-1")


def _is_text(text: str) -> bool:
    return bool(text) and not _NUMBER.fullmatch(text)


#: The last part of a key -> what fits, and that in words. The first row that matches counts.
RULES: tuple[tuple[re.Pattern[str], Callable[[str], bool], str], ...] = (
    (re.compile(r"(?:.*_)?port"), _is_port, "a port from 1 to 65535"),
    (re.compile(r"db|database_index|db_index"), _is_index, "a number from 0 up"),
    (
        re.compile(
            r"(?:.*_)?(?:pool_size|max_connections|num_workers|max_workers|workers_count|worker_count|replicas"
            r"|concurrency|batch_size|sample_rate|sampling_rate|max_retries_count|num_threads|threads"
            r"|queue_size|max_clients)"
        ),
        _is_count,
        "a whole number above 0",
    ),
    (
        re.compile(
            r"(?:.*_)?(?:timeout|timeout_s|timeout_ms|timeout_seconds|interval|interval_s|ttl|ttl_s|retries"
            r"|max_retries|seconds|ms|backoff|delay)"
        ),
        _is_duration,
        "a number of zero or more",
    ),
    (
        re.compile(r"(?:.*_)?(?:enabled|debug|verify_tls|use_tls|tls_enabled|use_gpu)"),
        _is_truth,
        "true or false",
    ),
    (re.compile(r"(?:log_?level|level|logging_level)"), _is_level, "a log level such as info"),
    (re.compile(r"(?:.*_)?(?:url|uri|dsn|host|hostname)"), _is_text, "a text"),
)
#: Sections that hold keys, so that a plain value there is none; a URL may stand for one.
_SECTIONS = frozenset({"redis", "grpc", "logging", "workers", "server", "orchestrator", "tts"})


def misfit(value: Value) -> str:
    """What the value should be, in words; "" if it fits, or nothing is known of its key.

    >>> misfit(Value("redis.port", "sixty", "text", 3))
    'a port from 1 to 65535'
    >>> misfit(Value("redis.port", "${REDIS_PORT}", "text", 3)), misfit(Value("voice", "sixty", "text", 3))
    ('', '')
    """
    if value.kind == ROOT:
        return "keys with values"
    if _REFERENCE.search(value.text) or not value.key:
        return ""
    expected = _of_url(value)
    if expected:
        return expected
    last = re.sub(r"\[\d+\]$", "", value.key.rpartition(".")[2]).replace("-", "_")
    last = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", last).lower()
    if "." not in value.key and last in _SECTIONS and value.kind in ("text", "a number", "true or false"):
        return "" if "://" in value.text or last in ("workers",) else "a section with keys of its own"
    for pattern, fits, expected in RULES:
        if pattern.fullmatch(last):
            return "" if _fits(value, fits, expected) else expected
    return ""


def _of_url(value: Value) -> str:
    """What a URL should be: its port is one, and one of Redis has a scheme that Redis' clients take."""
    last = value.key.rpartition(".")[2].lower()
    address = _URL.match(value.text.strip()) if re.fullmatch(r"(?:.*_)?(?:url|uri|dsn)", last) else None
    if address is None:
        return ""
    if address["port"] and not _is_port(address["port"]):
        return "a URL with a port from 1 to 65535"
    about_redis = "redis" in last or value.key.lower().startswith("redis.")
    return "a URL such as redis://host:6379" if about_redis and address["scheme"].lower() in _OTHERS else ""


def _fits(value: Value, fits: Callable[[str], bool], expected: str) -> bool:
    if value.kind in ("a list", "a section"):
        return expected != "a text" and not expected.startswith(("a port", "a number from 0"))
    if value.kind == "empty":
        return expected != "a text" and not expected.startswith("a port")
    if expected == "a text" and value.kind == "text":  # quoted digits are a text
        return bool(value.text)
    return fits(value.text.strip())
