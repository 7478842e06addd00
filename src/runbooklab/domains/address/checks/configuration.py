"""The configuration and the URL in it."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, unknown
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.places import host_and_port
from runbooklab.domains.address.records import ConfigFile, RedisAddress
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, short, size

_PROBLEMS: dict[str, str] = {
    "missing": "does not exist",
    "not-a-file": "is not a file",
    "unreadable": "may not be read",
    "too-large": "is too large for a configuration",
    "not-text": "is not text",
    "invalid-yaml": "is not valid YAML",
    "redis-section-missing": "has no redis section",
    "redis-url-missing": "has a redis section without a url",
    "invalid-value": "has a value that cannot be used",
}


#: Sentences on where values come from that are in the summary; the facts have them all.
MOST_ORIGINS = 3


def orchestrator_config(e: Evidence) -> Judgement:
    config = e.config.value
    if e.target.redis_url:
        state = (
            f" ({e.target.orchestrator_config} {_PROBLEMS[config.problem]})"
            if config and config.problem
            else ""
        )
        return skipped(f"The URL was given as a parameter, so the configuration file was not needed{state}.")
    if config is None:
        return absent(e, e.config, "The orchestrator's configuration")
    facts = _config_facts(config)
    if config.problem:
        spot = "".join(
            f", {word} {value}" for word, value in (("line", config.line), ("column", config.column)) if value
        )
        detail = f": {short(config.message).rstrip('.')}" if config.message else ""
        return critical(
            f"{_called(e, config)} {_PROBLEMS[config.problem]}{spot}{detail}.",
            facts=facts,
            text=config.excerpt,
        )
    if config.unread:
        return unknown(f"{_called(e, config)}: {config.unread}.", facts=facts, text=config.excerpt)
    spot = "" if config.key == "redis.url" else f" at {config.key}, line {config.url_line}"
    others = f" (others: {listed(config.others, 3)})" if config.others else ""
    origins = "".join(f" {origin[:1].upper()}{origin[1:]}." for origin in config.origins[:MOST_ORIGINS])
    return ok(
        f"{_called(e, config)} names the Redis URL {config.url}{spot}{others}.{origins}",
        facts=facts, text=config.excerpt,
    )  # fmt: skip


def _called(e: Evidence, config: ConfigFile) -> str:
    """The file as the parameters name it, relative to the project; the facts have its whole path."""
    given = e.target.orchestrator_config
    return given if given and config.path.endswith(f"/{given}") else config.path


def _config_facts(config: ConfigFile) -> dict[str, str]:
    values = {
        "File": config.path,
        "Size": None if config.size_bytes is None else size(config.size_bytes),
        "URL": config.url,
        "Database": config.db,
        "Connection pool": config.connection_pool_size,
        "Format": config.format if config.format != "YAML" else None,
        "Key": f"{config.key}, line {config.url_line}" if config.url_line else None,
        "Where from": "; ".join(config.origins) or None,
        "Names Redis as well": listed(config.others) or None,
        "Not read": "; ".join(config.remarks) or None,
    }
    return {label: str(value) for label, value in values.items() if value is not None}


def redis_url(e: Evidence) -> Judgement:
    address = e.address.value
    if address is None:
        return absent(e, e.address, "The Redis URL")
    if address.problem:
        advice = f" Did you mean {address.suggestion}?" if address.suggestion else ""
        reason = short(address.message).rstrip(".")
        return critical(
            f"No client can use the Redis URL {address.text}: {reason}.{advice}",
            facts={"URL": address.text, "Source": source(e, address)},
        )
    return ok(
        f"The Redis URL is well formed and leads to {host_and_port(address)}, database {address.db}.",
        facts=_address_facts(e, address),
    )


def source(e: Evidence, address: RedisAddress) -> str:
    """Where the URL was given: the parameter, or the file with key and line."""
    config = e.config.value
    if address.source == "parameter":
        return "the parameter redis_url"
    if config is None or not config.url_line:
        return "the configuration"
    return f"{_called(e, config)}, {config.key}, line {config.url_line}"


def _address_facts(e: Evidence, address: RedisAddress) -> dict[str, str]:
    facts = {
        "URL": address.text,
        "Source": source(e, address),
        "Leads to": host_and_port(address),
        "Database": str(address.db),
        "User": address.username or "default",
        "Password": "yes" if address.has_password else "none",
        "TLS": "yes" if address.scheme == "rediss" else "no",
    }
    return facts | {f"Option {name}": value for name, value in address.options.items()}
