"""What a verdict on the surroundings rests on, and the sentence of healthy ones."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.places import host_and_port
from runbooklab.words import listed


def _url_is_given(e: Evidence) -> bool:
    return bool(e.target.redis_url)


def _names_no_host(e: Evidence) -> bool:
    return e.name.value is not None and e.name.value.outcome == "not-applicable"


#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("orchestrator-config", "the configuration can be used",
           may_be_skipped=_url_is_given, skipped_when="if the URL is given as a parameter"),
    Ground("redis-url", "the URL can be parsed"),
    Ground("name-resolution", "its name leads somewhere from this host",
           may_be_skipped=_names_no_host, skipped_when="if the URL names a unix socket"),
)  # fmt: skip


def healthy_summary(e: Evidence) -> str:
    """What was read, and where it leads."""
    address, name, config = e.address.value, e.name.value, e.config.value
    place = host_and_port(address) if address is not None else "the configured address"
    source = config.path if config is not None and not _url_is_given(e) else "the parameter redis_url"
    leads = f", and {name.host} is {listed(name.addresses)}" if name and name.outcome == "resolved" else ""
    return f"The configuration can be used: {source} leads to {place}{leads}."


STANDING: Standing[Evidence] = Standing(
    claim="the configuration can be used",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=("orchestrator-config", "redis-url", "name-resolution"),
)
