"""Causes: the configuration, the URL in it and the name in that."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import address, network
from runbooklab.domains.redis.causes.table.sources import NETWORKS, RESOLVER, RESP

ROWS: tuple[Cause, ...] = (
    # --- configuration and address
    Cause("config-missing", "The orchestrator's configuration file does not exist", "configuration",
          address.config_missing, ("fix-config-file",), "the file system's answer"),
    Cause("config-unreadable", "The orchestrator's configuration file cannot be read", "configuration",
          address.config_unreadable, ("fix-config-file",), "the file system's answer"),
    Cause("config-invalid-yaml", "The orchestrator's configuration is not valid YAML", "configuration",
          address.config_invalid_yaml, ("fix-config-file",),
          "YAML 1.2 specification, as the parser reports it"),
    Cause("config-redis-section-missing", "The configuration does not say where Redis is", "configuration",
          address.config_redis_section_missing, ("fix-config-file",), "configs/orchestrator.yaml: redis.url"),
    Cause("config-value-invalid", "The configuration's redis section holds a value that cannot be used",
          "configuration",
          address.config_value_invalid, ("fix-config-file",),
          "configs/orchestrator.yaml: redis.url, redis.db"),
    Cause("url-scheme-invalid", "The Redis URL does not begin with redis://", "configuration",
          address.url_scheme_invalid, ("fix-redis-url",), RESP, look_alikes=("url-malformed",)),
    Cause("url-malformed", "The Redis URL cannot be taken apart", "configuration",
          address.url_malformed, ("fix-redis-url",), RESP, look_alikes=("url-scheme-invalid",)),
    Cause("url-option-unknown", "The Redis URL has an option that the client does not know", "configuration",
          address.url_option_unknown, ("fix-redis-url",), RESP),
    # --- name
    Cause("container-name-from-host", "The URL uses a container's name, but the client is not in Docker",
          "name",
          address.container_name_from_host, ("fix-redis-url",), RESOLVER,
          look_alikes=("hostname-unresolvable",)),
    Cause("hostname-unresolvable", "The host name in the URL does not exist", "name",
          address.hostname_unresolvable, ("fix-redis-url",), RESOLVER,
          consequence_of=("network-not-shared", "network-none", "redis-on-host-network"),
          look_alikes=("container-name-from-host", "dns-broken")),
    Cause("network-missing", "The Docker network does not exist", "name",
          network.network_missing, ("create-network", "connect-network"), NETWORKS,
          look_alikes=("network-not-shared", "hostname-unresolvable")),
    Cause("network-not-shared", "The orchestrator and Redis are on different Docker networks", "name",
          network.network_not_shared, ("connect-network",), NETWORKS,
          consequence_of=("network-missing", "container-missing", "container-stopped", "network-none"),
          look_alikes=("hostname-unresolvable", "network-missing")),
    Cause("dns-broken", "The orchestrator's container cannot resolve any name", "name",
          address.dns_broken, ("fix-container-dns",), RESOLVER,
          consequence_of=("network-none",), look_alikes=("hostname-unresolvable",)),
    Cause("dns-duplicate-alias", "One name leads to two containers", "name",
          address.dns_duplicate_alias, ("rename-network-alias",), RESOLVER),
)  # fmt: skip
