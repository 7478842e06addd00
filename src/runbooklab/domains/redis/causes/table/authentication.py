"""Causes: credentials, permissions and the database index."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.redis.causes import address, authentication, commands, database
from runbooklab.domains.redis.causes.table.sources import CLUSTER, CONF, RESP, SECURITY
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import CONFIG, redis

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="url-password-as-username",
        title="The password in the URL is read as a user name",
        layer="authentication",
        judge=address.url_password_as_username,
        distinguishing="The URL has a user name and no password, and the login is refused.",
        inspect=Inspection(CONFIG, "a password without a colon before it"),
        remedies=("fix-redis-url", "set-credentials"),
        source=RESP,
        look_alikes=("auth-required", "auth-wrong-credentials"),
    ),
    Cause(
        id="auth-required",
        title="Redis asks for a password and the URL has none",
        layer="authentication",
        judge=authentication.auth_required,
        distinguishing="The server answers NOAUTH, and the URL has no credentials.",
        inspect=Inspection(redis("ping"), "NOAUTH"),
        remedies=("set-credentials",),
        source=SECURITY,
        consequence_of=("wrong-redis-answering",),
        look_alikes=("auth-wrong-credentials",),
    ),
    Cause(
        id="auth-wrong-credentials",
        title="Redis refuses the user name or password in the URL",
        layer="authentication",
        judge=authentication.auth_wrong_credentials,
        distinguishing="The server answers WRONGPASS to the URL's password.",
        inspect=Inspection(redis("ping"), "NOAUTH"),
        remedies=("set-credentials",),
        source=SECURITY,
        consequence_of=("wrong-redis-answering",),
        look_alikes=("auth-required", "url-password-as-username"),
    ),
    Cause(
        id="auth-not-enabled-on-server",
        title="The URL has a password, but Redis has none set",
        layer="authentication",
        judge=authentication.auth_not_enabled_on_server,
        distinguishing="The server says that it has no password, or a bare connection gets PONG.",
        severity="warning",
        inspect=Inspection(redis("ping"), "PONG without a password"),
        remedies=("set-password", "drop-credentials"),
        source=SECURITY,
        consequence_of=("wrong-redis-answering", "redis-config-not-mounted"),
    ),
    Cause(
        id="acl-permission-denied",
        title="Redis does not allow this user what the orchestrator needs",
        layer="authentication",
        judge=authentication.acl_permission_denied,
        distinguishing="The server answers NOPERM to PING, or would to a write (ACL DRYRUN).",
        shown_by="redis-authentication",
        inspect=Inspection(redis("ACL", "LOG", "10"), "the user and the command that was refused"),
        remedies=("grant-acl-permission",),
        source=SECURITY,
    ),
    Cause(
        id="command-renamed",
        title="Redis does not know a command that clients need",
        layer="authentication",
        judge=commands.command_renamed,
        distinguishing="Redis answers `unknown command` to a command that every client sends.",
        inspect=Inspection(redis("COMMAND", "INFO", "AUTH"), "nil: the command is not there"),
        remedies=("restore-command",),
        source=CONF,
        consequence_of=("sentinel-port", "wrong-redis-answering"),
        look_alikes=("auth-wrong-credentials", "client-protocol-mismatch", "acl-permission-denied"),
    ),
    Cause(
        id="db-out-of-range",
        title="The database number does not exist on this Redis",
        layer="database",
        judge=database.db_out_of_range,
        distinguishing="SELECT is refused, and the number is not below the setting `databases`.",
        inspect=Inspection(redis("CONFIG", "GET", "databases"), "no more than the client's database number"),
        remedies=("fix-database-index",),
        source=CONF,
        look_alikes=("cluster-needs-db0",),
    ),
    Cause(
        id="cluster-needs-db0",
        title="Redis Cluster has database 0 only",
        layer="database",
        judge=database.cluster_needs_db0,
        distinguishing="SELECT is refused by a server in cluster mode.",
        inspect=Inspection(redis("INFO", "cluster"), "cluster_enabled:1"),
        remedies=("fix-database-index",),
        source=CLUSTER,
        look_alikes=("db-out-of-range",),
    ),
)
