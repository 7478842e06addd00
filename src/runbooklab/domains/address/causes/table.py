"""The catalogue of the surroundings: one row a cause; :class:`Cause` says what a row holds."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.address.causes import config, name, url
from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.readings.address import url_host
from runbooklab.domains.address.remedies.config_file import show
from runbooklab.domains.container.shell import command

_URL_FORMAT = "Redis manual: RESP; redis-py: from_url"


def _resolve(e: Evidence) -> str:
    """Asks this host for the name; what would be an option goes behind ``--``."""
    return command("getent", "--", "hosts", url_host(e) or "localhost")


ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="config-missing",
        title="The orchestrator's configuration file does not exist",
        layer="configuration",
        judge=config.config_missing,
        distinguishing="The configuration file is not there, and no URL was given as a parameter.",
        remedies=("fix-config-file",),
        source="the file system's answer",
        runbook="environment-setup",
    ),
    Cause(
        id="config-unreadable",
        title="The orchestrator's configuration file cannot be read",
        layer="configuration",
        judge=config.config_unreadable,
        distinguishing="The file is there and cannot be read: a folder, no permission, too large, not text.",
        remedies=("fix-config-file",),
        source="the file system's answer",
        runbook="environment-setup",
    ),
    Cause(
        id="config-invalid-yaml",
        title="The orchestrator's configuration is not valid YAML",
        layer="configuration",
        judge=config.config_invalid_yaml,
        distinguishing="The YAML parser stops at a line and column.",
        remedies=("fix-config-file",),
        source="YAML 1.2 specification, as the parser reports it",
        runbook="environment-setup",
    ),
    Cause(
        id="config-redis-section-missing",
        title="The configuration does not say where Redis is",
        layer="configuration",
        judge=config.config_redis_section_missing,
        distinguishing="The YAML parses, and has no `redis` section or no `redis.url` in it.",
        inspect=Inspection(show, "no output: nothing names a URL"),
        remedies=("fix-config-file",),
        source="configs/orchestrator.yaml: redis.url",
    ),
    Cause(
        id="config-value-invalid",
        title="The configuration's redis section holds a value that cannot be used",
        layer="configuration",
        judge=config.config_value_invalid,
        distinguishing="The section is there, and a value in it has the wrong type.",
        remedies=("fix-config-file",),
        source="configs/orchestrator.yaml: redis.url, redis.db",
    ),
    Cause(
        id="url-scheme-invalid",
        title="The Redis URL does not begin with redis://",
        layer="configuration",
        judge=url.url_scheme_invalid,
        distinguishing="The URL does not begin with redis://, rediss:// or unix://; nothing is ever sent.",
        inspect=Inspection(show, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=_URL_FORMAT,
        look_alikes=("url-malformed",),
    ),
    Cause(
        id="url-malformed",
        title="The Redis URL cannot be taken apart",
        layer="configuration",
        judge=url.url_malformed,
        distinguishing="The scheme is right and the rest does not parse: port, raw `#` or `/`, spaces.",
        inspect=Inspection(show, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=_URL_FORMAT,
        look_alikes=("url-scheme-invalid",),
    ),
    Cause(
        id="url-option-unknown",
        title="The Redis URL has an option that the client does not know",
        layer="configuration",
        judge=url.url_option_unknown,
        distinguishing="The URL parses, and its query string has an option that the client does not take.",
        inspect=Inspection(show, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=_URL_FORMAT,
    ),
    Cause(
        id="hostname-unresolvable",
        title="The host name in the URL does not exist",
        layer="name",
        judge=name.hostname_unresolvable,
        distinguishing="The name server of this host answers that there is no such name.",
        inspect=Inspection(_resolve, "no output: the name does not exist here"),
        remedies=("fix-redis-url",),
        source="getaddrinfo(3)",
    ),
)
