"""One package for each subject. What the core knows of them is their names, and where each is found."""

#: Domain -> where its row is. Domains of other packages come through the entry points ``runbooklab.domains``.
BUILT_IN: dict[str, str] = {
    "container": "runbooklab.domains.container.domain:DOMAIN",
    "address": "runbooklab.domains.address.domain:DOMAIN",
    "endpoint": "runbooklab.domains.endpoint.domain:DOMAIN",
    "docker": "runbooklab.domains.docker.domain:DOMAIN",
    "environment": "runbooklab.domains.environment.domain:DOMAIN",
    "ports": "runbooklab.domains.ports.domain:DOMAIN",
    "redis": "runbooklab.domains.redis.domain:DOMAIN",
    "grpc": "runbooklab.domains.grpc.domain:DOMAIN",
}

#: Makes a domain of what a runbook declares itself, given the rules of the domains that it uses.
OF_DECLARATIONS = "runbooklab.domains.generic.domain:domain_of"

#: Says what is wrong with such declarations.
MISTAKES_OF_DECLARATIONS = "runbooklab.domains.generic.lint:mistakes"

#: Say why SQL that a command line holds does more than read: for PostgreSQL, and for MySQL and MariaDB.
JUDGE_OF_SQL = "runbooklab.domains.generic.probes.sql_text:not_reading"
JUDGE_OF_MYSQL = "runbooklab.domains.generic.probes.mysql_text:not_reading"

#: The module that lists what can be declared, for people and editors.
CATALOGUE = "runbooklab.domains.generic.catalogue"

#: The labs of runbooks that declare all their checks themselves.
RUNBOOK_LABS: tuple[str, ...] = (
    "runbooklab.domains.generic.lab.postgres_connections:LAB",
    "runbooklab.domains.generic.lab.http_service:LAB",
    "runbooklab.domains.generic.lab.disk_space:LAB",
    "runbooklab.domains.generic.lab.service_start:LAB",
)

#: What a runbook uses if its front matter does not say.
DEFAULT: tuple[str, ...] = ("redis",)

#: The runbook that `runbook preflight` follows if none is named.
DEFAULT_RUNBOOK = "redis-connection"

#: The domain of all runs whose evidence.json has schema 1.
BEFORE_SCHEMA_2: tuple[str, ...] = ("redis",)
