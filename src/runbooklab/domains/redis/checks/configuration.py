"""The orchestrator's configuration, the URL in it, the name in that URL, and the error text given."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.docker.readings.containers import container as redis_container
from runbooklab.domains.docker.readings.containers import container_names, tcp_bindings
from runbooklab.domains.environment.places import host_and_port
from runbooklab.domains.environment.records import ConfigFile, NameResolution, RedisAddress
from runbooklab.domains.redis.checks.not_reached import no_url
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.client import in_container
from runbooklab.domains.redis.readings.conversation import answers, ponged
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.domains.redis.readings.error_signs import read
from runbooklab.model.conclusions import Judgement
from runbooklab.observe.net.addresses import host_is_loopback
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


#: Sentences on where values come from that stand in the summary; the facts have them all.
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


def config_common_mistakes(e: Evidence) -> Judgement:
    address = e.address.value
    if address is None:
        return absent(e, e.address, "The Redis URL")
    mistakes = list(_mistakes(e, address))
    if not mistakes:
        return ok(
            "The URL shows none of the usual mistakes: scheme, host, port, credentials and database fit."
        )
    rows = [(name, detail) for name, detail in mistakes]
    shown = (table(("Mistake", "What was seen"), rows),)
    if address.problem or not (ponged(e) or answers(e)):
        return critical(mistakes[0][1], tables=shown)
    return warning(mistakes[0][1], tables=shown)


def _mistakes(e: Evidence, address: RedisAddress) -> Iterator[tuple[str, str]]:
    """Each usual mistake that is seen: its name, and a sentence on what was seen."""
    if address.problem == "scheme-invalid":
        yield "Missing redis:// prefix", f"{address.text} does not begin with redis://, rediss:// or unix://."
        return
    if address.problem:
        yield "Malformed URL", f"{address.text} cannot be taken apart: {short(address.message).rstrip('.')}."
        return
    yield from _host_mistakes(e, address)
    yield from _port_mistakes(e, address)
    if address.username and not address.has_password:
        yield (
            "Password as user name",
            "The URL has a user name and no password: a password alone is written :password@, with a colon.",
        )
    if address.remark:
        yield "Odd, and read all the same", f"{address.remark[:1].upper()}{address.remark[1:]}."
    if address.unexpanded:
        yield (
            "Variable not replaced",
            f"The credentials in the URL hold the text of the variable {address.unexpanded}, which nobody "
            "has replaced by its value.",
        )
    config = e.config.value
    if address.source == "config" and config and config.password_beside:
        yield (
            "Password beside the URL",
            f"The URL has no password, and {config.password_beside} is not read by a client that is made "
            "from the URL: a password belongs into the URL.",
        )
    stated = (address.db_in_url, address.db_in_config)
    if None not in stated and stated[0] != stated[1]:
        yield (
            "Two databases",
            f"The URL names database {stated[0]} and the configuration's db says {stated[1]}.",
        )


def _host_mistakes(e: Evidence, address: RedisAddress) -> Iterator[tuple[str, str]]:
    if in_container(e) and host_is_loopback(address.host):
        yield (
            "localhost inside a container",
            f"The orchestrator runs in container {e.target.orchestrator_container}, "
            f"where {address.host} is that container itself.",
        )
    unresolved = e.name.value is not None and e.name.value.outcome in ("not-found", "temporary-failure")
    if not in_container(e) and unresolved and address.host in container_names(e):
        yield (
            "Container name used from the host",
            f"{address.host} is the name of a container, which only other containers can resolve.",
        )


def _port_mistakes(e: Evidence, address: RedisAddress) -> Iterator[tuple[str, str]]:
    found = redis_container(e)
    if found is None or in_container(e) or not host_is_loopback(address.host) or answers(e):
        return
    ports = sorted({binding.host_port for binding in tcp_bindings(found) if binding.host_port})
    if ports and address.port not in ports:
        yield (
            "Wrong port",
            f"The URL says port {address.port}, and container {found.name} is published on "
            f"{listed([str(port) for port in ports])}.",
        )


def name_resolution(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    view = e.orchestrator_view.value
    if in_container(e) and view and view.name:
        return _resolved(view.name, f" inside container {e.target.orchestrator_container}")
    return name_on_this_host(e)


def name_on_this_host(e: Evidence) -> Judgement:
    """The URL's name as this host resolves it, wherever the orchestrator runs."""
    stop = no_url(e)
    if stop:
        return stop
    if e.name.value is None:
        return (
            ok("The name resolves: Redis answered under it.") if ponged(e) else absent(e, e.name, "The name")
        )
    if from_elsewhere(e) and e.name.value.outcome in ("not-found", "temporary-failure"):
        return skipped(
            f"{e.name.value.host} does not resolve on this host, and need not: "
            f"the orchestrator runs in container {e.target.orchestrator_container}."
        )
    return _resolved(e.name.value, "")


def _resolved(name: NameResolution, place_of_it: str) -> Judgement:
    facts = {"Name": name.host}
    if name.addresses:
        facts["Addresses"] = ", ".join(name.addresses)
    if name.outcome == "not-applicable":
        return skipped("The URL holds no name to resolve.")
    if name.outcome == "literal":
        return ok(f"{name.host} is an address: there is no name to resolve.", facts=facts)
    if name.outcome == "resolved":
        return ok(f"{name.host} resolves{place_of_it} to {listed(name.addresses)}.", facts=facts)
    if name.outcome == "temporary-failure":
        return critical(
            f"The name server did not answer for {name.host}{place_of_it}: {name.message}.", facts=facts
        )
    return critical(f"The name {name.host} is not known{place_of_it}.", facts=facts)


def error_text(e: Evidence) -> Judgement:
    seen = e.error_text.value
    if seen is None:
        return absent(e, e.error_text, "An error text")
    if not seen.text.strip():
        return skipped("No error text was given.")
    reading = read(seen)
    if not reading.marks and reading.others:
        said = f"The error text is not about Redis: it is about {listed(list(reading.others))}."
        return skipped(said, text=seen.text)
    named = (*seen.classes, *seen.codes, *seen.hosts)
    facts = {
        label: ", ".join(values)
        for label, values in (("Exceptions", seen.classes), ("Codes", seen.codes), ("Addresses", seen.hosts))
        if values
    }
    if not named and not reading.marks:
        return unknown(
            "The error text names no exception, error code or address that is known here.", text=seen.text
        )
    says = list(dict.fromkeys(mark.sign.name for mark in reading.marks))
    said = f"The error text says: {listed(says)}." if says else f"The error text names {listed(named)}."
    now = " Now Redis answers: look for what has changed since." if says and ponged(e) else ""
    return warning(said + now, facts=facts, text=seen.text)
