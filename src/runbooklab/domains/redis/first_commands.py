"""The first command to look with where a cause is only suspected: it reads, it changes nothing.

One row: causes, the command, and what in its output speaks for them.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from runbooklab.domain.steps import Steps, command
from runbooklab.domains.redis.remedies.config_file import show
from runbooklab.domains.redis.remedies.names import refused
from runbooklab.domains.redis.remedies.site import Site
from runbooklab.model.evidence import Evidence


def _state(site: Site) -> str:
    return command("docker", "ps", "--all", "--filter", f"name={site.name}")


def _inspect(part: str) -> Callable[[Site], str]:
    return lambda site: command("docker", "inspect", "--format", f"{{{{json {part}}}}}", site.name)


def _docker(*words: str, options: tuple[str, ...] = ()) -> Callable[[Site], str]:
    """``docker WORDS NAME OPTIONS``, with the container's name."""
    return lambda site: command("docker", *words, site.name, *options)


def _inside(*words: str) -> Callable[[Site], str]:
    """A command inside the Redis container."""
    return lambda site: command("docker", "exec", site.name, *words)


def _redis(*words: str) -> Callable[[Site], str]:
    return lambda site: site.cli(*words)


def _network(site: Site) -> str:
    return command("docker", "network", "inspect", site.network)


def _resolv_conf(site: Site) -> str:
    return command("docker", "exec", site.client or "orchestrator", "cat", "/etc/resolv.conf")


def _orchestrator_log(site: Site) -> str:
    return command("docker", "logs", "--tail", "50", site.client or "orchestrator")


def _config(site: Site) -> str:
    return show(site)


def _resolve(site: Site) -> str:
    return command("getent", "hosts", site.url_host or site.name)


def _holder(site: Site) -> str:
    return command("sudo", "lsof", "-nP", f"-iTCP:{site.host_port}", "-sTCP:LISTEN")


def _listens(site: Site) -> str:
    return command("ss", "-ltn", f"sport = :{site.host_port}")


def _docker_version(site: Site) -> str:
    return "docker version"


def _firewall(site: Site) -> str:
    return "sudo iptables -S | grep -E 'DROP|REJECT'"


def _certificate(site: Site) -> str:
    place = f"{site.url_host or 'localhost'}:{site.host_port}"
    return f"{command('openssl', 's_client', '-connect', place, '-showcerts')} < /dev/null"


_LOG = _docker("logs", "--tail", "50")

_Words = Callable[[Site], str]

#: Ids of causes, the command to look with, and what in its output shows that it is one of them.
_ROWS: tuple[tuple[str, _Words, str], ...] = (
    # configuration and name
    ("url-scheme-invalid url-malformed url-option-unknown", _config, "the url as the client reads it"),
    ("config-redis-section-missing", _config, "no output: nothing names a URL"),
    ("url-password-as-username", _config, "a password without a colon before it"),
    ("localhost-in-container", _config, "localhost in the url, while the client runs in a container"),
    ("unix-socket-missing unix-socket-permission", _config, "a unix:// url and its path"),
    ("container-name-from-host hostname-unresolvable", _resolve, "no output: the name does not exist here"),
    ("address-stale", _docker("inspect"), "another IPAddress than the client uses"),
    ("network-none redis-on-host-network network-container-gone", _inspect(".HostConfig.NetworkMode"),
     "none, host or container: the container has no network of its own"),
    ("command-renamed", _redis("COMMAND", "INFO", "AUTH"), "nil: the command is not there"),
    ("network-missing", _network, "No such network"),
    ("network-not-shared network-detached network-isolated", _network, "the container is not listed"),
    ("network-internal", _network, '"Internal": true'),
    ("dns-broken", _resolv_conf, "a nameserver that does not answer"),
    # access to Docker
    ("docker-unreachable docker-permission-denied docker-api-version", _docker_version,
     "no Server, and why"),
    ("docker-endpoint-unusable", lambda site: "docker context ls", "an endpoint that is neither unix:// nor tcp://"),
    ("docker-context-missing", lambda site: "docker context ls", "no row for the context"),
    # the container
    ("container-missing", _state, "no row"),
    ("orchestrator-missing", _state, "no row for the orchestrator's container"),
    ("orchestrator-paused orchestrator-stopped orchestrator-restarting", _orchestrator_log,
     "the last lines say what it met"),
    ("container-stopped", _state, "Exited in the column STATUS"),
    ("container-never-started", _state, "Created in the column STATUS"),
    ("container-paused", _state, "Paused in the column STATUS"),
    ("container-killed", _inspect(".State"), '"ExitCode":137'),
    ("container-oom-killed", _inspect(".State"), '"OOMKilled":true'),
    ("container-crash-looping", _inspect(".State"), '"Restarting":true'),
    ("redis-crashed redis-config-invalid redis-daemonized redis-data-corrupt redis-data-newer", _LOG,
     "the last lines say why Redis ended"),
    ("published-address-unavailable", _inspect(".State.Error"), "cannot assign requested address"),
    ("redis-data-permission redis-start-failed", _LOG, "the last lines say why Redis did not start"),
    ("bind-address-unavailable start-command-not-found", _LOG,
     "the last lines say why Redis did not start"),
    ("redis-not-running", _listens, "no output: nothing listens on that port"),
    ("redis-config-not-mounted", _inspect(".Mounts"), "no mount of the file, or a folder in its place"),
    ("dependency-unhealthy healthcheck-false-healthy", _inspect(".State.Health"),
     "what the last health checks printed"),
    ("startup-race", _LOG, "Ready to accept connections, later than the error"),
    ("redis-not-running-in-container", _docker("top"), "no redis-server among the processes"),
    ("redis-frozen", _docker("top", options=("-o", "pid,stat,cmd")), "T in the column STAT"),
    ("cpu-throttled", _docker("stats", "--no-stream"), "CPU % at the container's limit"),
    # ports
    ("port-not-published", _docker("port"), "no output"),
    ("port-published-elsewhere port-published-other-address", _docker("port"),
     "another address or port than the client uses"),
    ("port-published-udp", _docker("port"), "/udp where /tcp is wanted"),
    ("redis-port-mismatch", _docker("port"), "a container port where Redis does not listen"),
    ("port-conflict-process port-conflict-container stale-docker-proxy", _holder,
     "another process than this container's docker-proxy"),
    ("not-redis-on-port silent-listener-on-port", _holder, "a process that is not Redis"),
    ("firewall-drop firewall-reject", _firewall, "a rule for Redis' port or address"),
    ("bind-loopback-only", _inside("redis-cli", "CONFIG", "GET", "bind"), "127.0.0.1 alone"),
    ("protected-mode", _inside("redis-cli", "CONFIG", "GET", "protected-mode"), "yes"),
    # TLS and protocol
    ("tls-to-plain-port", _certificate, "no certificate: the port does not speak TLS"),
    ("plain-to-tls-port", _certificate, "a certificate: the port speaks TLS"),
    ("tls-untrusted tls-hostname-mismatch tls-expired", _certificate, "its issuer, name and dates"),
    ("tls-ca-file-missing", _config, "a path in ssl_ca_certs or ssl_certfile that is not there"),
    ("tls-client-certificate-required tls-version-mismatch", _certificate, "the alert at the end"),
    ("client-protocol-mismatch", _redis("INFO", "server"), "redis_version below 6"),
    ("wrong-redis-answering", _redis("INFO", "server"), "another run_id or mode than your Redis has"),
    ("sentinel-port", _redis("INFO", "server"), "redis_mode:sentinel"),
    # authentication and database
    ("auth-required auth-wrong-credentials", _redis("ping"), "NOAUTH"),
    ("auth-not-enabled-on-server", _redis("ping"), "PONG without a password"),
    ("acl-permission-denied", _redis("ACL", "LOG", "10"), "the user and the command that was refused"),
    ("db-out-of-range", _redis("CONFIG", "GET", "databases"), "no more than the client's database number"),
    ("cluster-needs-db0 cluster-client-needed", _redis("INFO", "cluster"), "cluster_enabled:1"),
    ("cluster-down", _redis("CLUSTER", "INFO"), "cluster_state:fail"),
    # what Redis does
    ("loading", _redis("INFO", "persistence"), "loading:1"),
    ("persistence-failing", _redis("INFO", "persistence"), "rdb_last_bgsave_status:err"),
    ("memory-exhausted", _redis("INFO", "memory"), "used_memory at maxmemory"),
    ("maxclients-reached", _redis("INFO", "clients"), "connected_clients at maxclients"),
    ("pool-exhausted", _redis("CLIENT", "LIST"), "as many connections from the client as its pool may hold"),
    ("clients-paused", _redis("INFO", "clients"), "paused_reason"),
    ("blocking-timeout", _redis("INFO", "clients"), "blocked_clients above 0"),
    ("script-busy", _redis("ping"), "BUSY"),
    ("slow-commands", _redis("SLOWLOG", "GET", "10"), "commands that took long at the time"),
    ("path-latency", _redis("--latency-history"), "an average of many milliseconds"),
    ("idle-timeout", _redis("CONFIG", "GET", "timeout"), "a number above 0"),
    ("output-buffer-limit", _redis("CONFIG", "GET", "client-output-buffer-limit"), "a low limit"),
    ("replica-read-only replica-link-down", _redis("INFO", "replication"), "role:slave"),
    ("not-enough-replicas", _redis("INFO", "replication"), "connected_slaves below min-replicas-to-write"),
    # registrations
    ("workers-none-registered", _redis("--scan", "--pattern", "worker:*"), "no output"),
    ("worker-key-prefix", _redis("--scan", "--pattern", "*worker*"), "keys by another name"),
    ("registrations-lost-on-restart", _redis("INFO", "server"), "uptime_in_seconds is low"),
    ("registrations-flushed", _redis("INFO", "commandstats"), "cmdstat_flushall or cmdstat_flushdb"),
    ("worker-wrong-type", _redis("TYPE", "worker:ID"), "another type than the reader expects"),
    ("worker-payload-invalid", _redis("GET", "worker:ID"), "a value that is no JSON"),
    # the client
    ("client-file-descriptors", lambda site: "ulimit -n", "a low number, in the client's shell"),
    ("client-ports-exhausted", lambda site: "ss -s", "tens of thousands of connections in timewait"),
)  # fmt: skip

LOOKS: dict[str, tuple[_Words, str]] = {
    cause: (words, shows) for causes, words, shows in _ROWS for cause in causes.split()
}


class Look(Struct, frozen=True):
    """A command that only reads."""

    command: str
    shows: str  # what in its output speaks for the cause


def first_look(cause: str, e: Evidence) -> Look:
    """How to look first for the cause with this id; with the runbook itself where no row names it."""
    words, shows = LOOKS.get(cause, (lambda site: "runbook preflight", "the causes that it names"))
    steps = refused(Steps((words(Site(e)),), ""), e)
    return Look(steps.commands[0], shows)
