"""Causes: what Redis says to the client: protocol, authentication, database."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.redis.causes import address, authentication, bind, commands, database, identity, ports
from runbooklab.domains.redis.causes.table.groups import CLOSED, SILENT, TAKEN
from runbooklab.domains.redis.causes.table.sources import CLUSTER, CONF, PROC, RESP, SECURITY

ROWS: tuple[Cause, ...] = (
    # --- protocol
    Cause("wrong-redis-answering", "Another Redis answers than the one meant", "protocol",
          identity.wrong_redis_answering, ("fix-redis-url", "use-other-port", "stop-conflicting-container",
          "free-port"), "INFO server: run_id", consequence_of=TAKEN,
          look_alikes=("workers-none-registered", "auth-required")),
    Cause("not-redis-on-port", "Something that is not Redis answers on the port", "protocol",
          ports.not_redis_on_port, ("fix-redis-url", "use-other-port", "free-port"), RESP,
          consequence_of=TAKEN, look_alikes=CLOSED),
    Cause("silent-listener-on-port", "Something that is not Redis holds the port and says nothing",
          "protocol",
          ports.silent_listener_on_port, ("fix-redis-url", "use-other-port", "free-port"), PROC,
          consequence_of=TAKEN, look_alikes=SILENT),
    Cause("protected-mode", "Redis is in protected mode and answers its own host only", "protocol",
          bind.protected_mode, ("set-password", "bind-all-interfaces"), SECURITY, look_alikes=CLOSED,
          consequence_of=("redis-config-not-mounted",)),
    Cause("client-protocol-mismatch", "The client speaks a newer protocol than Redis", "protocol",
          authentication.client_protocol_mismatch, ("fix-redis-url",), RESP),
    # --- authentication
    Cause("url-password-as-username", "The password in the URL is read as a user name", "authentication",
          address.url_password_as_username, ("fix-redis-url", "set-credentials"), RESP,
          look_alikes=("auth-required", "auth-wrong-credentials")),
    Cause("auth-required", "Redis asks for a password and the URL has none", "authentication",
          authentication.auth_required, ("set-credentials",), SECURITY,
          look_alikes=("auth-wrong-credentials",),
          consequence_of=("wrong-redis-answering",)),
    Cause("auth-wrong-credentials", "Redis refuses the user name or password in the URL", "authentication",
          authentication.auth_wrong_credentials, ("set-credentials",), SECURITY,
          look_alikes=("auth-required", "url-password-as-username"),
          consequence_of=("wrong-redis-answering",)),
    Cause("auth-not-enabled-on-server", "The URL has a password, but Redis has none set", "authentication",
          authentication.auth_not_enabled_on_server, ("set-password", "drop-credentials"), SECURITY,
          "warning",
          consequence_of=("wrong-redis-answering", "redis-config-not-mounted")),
    Cause("acl-permission-denied", "Redis does not allow this user what the orchestrator needs",
          "authentication",
          authentication.acl_permission_denied, ("grant-acl-permission",), SECURITY),
    Cause("command-renamed", "Redis does not know a command that clients need", "authentication",
          commands.command_renamed, ("restore-command",), CONF,
          consequence_of=("sentinel-port", "wrong-redis-answering"),
          look_alikes=("auth-wrong-credentials", "client-protocol-mismatch", "acl-permission-denied")),
    # --- database
    Cause("db-out-of-range", "The database number does not exist on this Redis", "database",
          database.db_out_of_range, ("fix-database-index",), CONF, look_alikes=("cluster-needs-db0",)),
    Cause("cluster-needs-db0", "Redis Cluster has database 0 only", "database",
          database.cluster_needs_db0, ("fix-database-index",), CLUSTER, look_alikes=("db-out-of-range",)),
)  # fmt: skip
