"""Causes: the orchestrator's configuration and the URL in it."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.redis.causes import address
from runbooklab.domains.redis.causes.table.sources import RESP
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import CONFIG

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="config-missing",
        title="The orchestrator's configuration file does not exist",
        layer="configuration",
        judge=address.config_missing,
        distinguishing="The configuration file is not there, and no URL was given as a parameter.",
        remedies=("fix-config-file",),
        source="the file system's answer",
    ),
    Cause(
        id="config-unreadable",
        title="The orchestrator's configuration file cannot be read",
        layer="configuration",
        judge=address.config_unreadable,
        distinguishing="The file is there and cannot be read: a folder, no permission, too large, not text.",
        remedies=("fix-config-file",),
        source="the file system's answer",
    ),
    Cause(
        id="config-invalid-yaml",
        title="The orchestrator's configuration is not valid YAML",
        layer="configuration",
        judge=address.config_invalid_yaml,
        distinguishing="The YAML parser stops at a line and column.",
        remedies=("fix-config-file",),
        source="YAML 1.2 specification, as the parser reports it",
    ),
    Cause(
        id="config-redis-section-missing",
        title="The configuration does not say where Redis is",
        layer="configuration",
        judge=address.config_redis_section_missing,
        distinguishing="The YAML parses, and has no `redis` section or no `redis.url` in it.",
        inspect=Inspection(CONFIG, "no output: nothing names a URL"),
        remedies=("fix-config-file",),
        source="configs/orchestrator.yaml: redis.url",
    ),
    Cause(
        id="config-value-invalid",
        title="The configuration's redis section holds a value that cannot be used",
        layer="configuration",
        judge=address.config_value_invalid,
        distinguishing="The section is there, and a value in it has the wrong type.",
        remedies=("fix-config-file",),
        source="configs/orchestrator.yaml: redis.url, redis.db",
    ),
    Cause(
        id="url-scheme-invalid",
        title="The Redis URL does not begin with redis://",
        layer="configuration",
        judge=address.url_scheme_invalid,
        distinguishing="The URL does not begin with redis://, rediss:// or unix://; nothing is ever sent.",
        inspect=Inspection(CONFIG, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=RESP,
        look_alikes=("url-malformed",),
    ),
    Cause(
        id="url-malformed",
        title="The Redis URL cannot be taken apart",
        layer="configuration",
        judge=address.url_malformed,
        distinguishing="The scheme is right and the rest does not parse: port, raw `#` or `/`, spaces.",
        inspect=Inspection(CONFIG, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=RESP,
        look_alikes=("url-scheme-invalid",),
    ),
    Cause(
        id="url-option-unknown",
        title="The Redis URL has an option that the client does not know",
        layer="configuration",
        judge=address.url_option_unknown,
        distinguishing="The URL parses, and its query string has an option that the client does not take.",
        inspect=Inspection(CONFIG, "the url as the client reads it"),
        remedies=("fix-redis-url",),
        source=RESP,
    ),
)
