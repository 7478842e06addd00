"""The configuration file."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.probes.table import CONFIG
from runbooklab.domains.address.records import ConfigFile

Judge = Callable[[Evidence], Ruling]

UNKNOWN_PLACE = "The orchestrator does not know where Redis is"
UNUSABLE_VALUE = "The orchestrator's configuration cannot be used as it is"


def _config_judge(
    problems: tuple[str, ...], what: str, confidence: float = 0.99, headline: str = UNKNOWN_PLACE
) -> Judge:
    """A judge of one kind of mistake in the configuration file."""

    def judge(e: Evidence) -> Ruling:
        if e.target.redis_url:
            return RuledOut("The URL was given as a parameter; the configuration file is not used.")
        config = e.config.value
        if config is None:
            return Untested(why_missing(e, CONFIG))
        if config.unread and "redis-section-missing" in problems:
            return Untested(f"{config.path}: {config.unread}.")
        if config.problem not in problems:
            return RuledOut(f"{config.path}: {config.problem or f'{config.key} can be read'}.")
        message = config.message.rstrip(".")
        if config.problem == "invalid-value" and message:  # it names the key itself
            found = f"{message} ({config.path}{_line(config).rstrip(',')})"
            return Supported(f"{found}.", ("orchestrator-config",), confidence, f"{headline}: {found}.")
        said = f": {message}" if message else ""
        found = f"{config.path}{_line(config)} {what}{said}"
        if config.path in message:
            found = message
        also = OTHERWISE if config.problem in ("missing", "redis-section-missing") else ""
        return Supported(
            f"{found}.{also}",
            ("orchestrator-config",),
            confidence,
            f"{headline}: {config.path}{_line(config)} {what}.",
        )

    return judge


#: How to check without touching the file, which may be the wrong one.
OTHERWISE = (
    " If the orchestrator gets its URL from elsewhere, check that: -p redis_url URL (or env:REDIS_URL), "
    "-p orchestrator_config FILE, or -p redis_url_key KEY for another key in the file."
)


def _line(config: ConfigFile) -> str:
    if config.line is None:
        return ""
    return f", line {config.line}" + (f", column {config.column}," if config.column else ",")


config_missing = _config_judge(("missing",), "does not exist")
config_unreadable = _config_judge(("not-a-file", "unreadable", "too-large", "not-text"), "cannot be read")
config_invalid_yaml = _config_judge(("invalid-yaml",), "is not valid YAML")
config_redis_section_missing = _config_judge(
    ("redis-section-missing", "redis-url-missing"), "has no redis section with a url"
)
config_value_invalid = _config_judge(
    ("invalid-value",), "has a value that cannot be used", headline=UNUSABLE_VALUE
)
