"""What tells each cause apart from its look-alikes, in one sentence: id -> what has to be seen.

For people who read the catalogue (docs/causes.md); the judges are what decides.
"""

from __future__ import annotations

TELLS: dict[str, str] = {
    # configuration and address
    "config-missing": "The configuration file is not there, and no URL was given as a parameter.",
    "config-unreadable": (
        "The file is there and cannot be read: a folder, no permission, too large, not text."
    ),
    "config-invalid-yaml": "The YAML parser stops at a line and column.",
    "config-redis-section-missing": "The YAML parses, and has no `redis` section or no `redis.url` in it.",
    "config-value-invalid": "The section is there, and a value in it has the wrong type.",
    "url-scheme-invalid": "The URL does not begin with redis://, rediss:// or unix://; nothing is ever sent.",
    "url-malformed": "The scheme is right and the rest does not parse: port, raw `#` or `/`, spaces.",
    "url-option-unknown": "The URL parses, and its query string has an option that the client does not take.",
    # name
    "container-name-from-host": "The name does not resolve on this host, and a container goes by it.",
    "hostname-unresolvable": (
        "The name server answers that there is no such name, and no container goes by it."
    ),
    "network-none": "The only network of the container is `none`.",
    "redis-on-host-network": "network_mode `host`: its name is not known, or its port mapping is ignored.",
    "network-container-gone": "network_mode `container:...`, and the engine cannot join that network.",
    "command-renamed": "Redis answers `unknown command` to a command that every client sends.",
    "network-missing": "The engine lists no such network, and what fails depends on it.",
    "network-not-shared": "The orchestrator's networks and Redis' have none in common that resolves names.",
    "dns-broken": "In the orchestrator's container the name server gives no answer at all.",
    "dns-duplicate-alias": "Two running containers on the orchestrator's network go by the URL's name.",
    # the container
    "orchestrator-missing": "The engine knows no container, and no Compose service, of the name given.",
    "orchestrator-paused": "State `paused` of the orchestrator's container.",
    "orchestrator-restarting": "State `restarting`, or its restart count rises between two looks.",
    "orchestrator-stopped": "State `exited`, `dead` or `created`; the tail of its log names the reason.",
    "container-missing": (
        "The engine answers that there is no such container (an event `destroy`: it was removed)."
    ),
    "container-never-started": "State `created`, no error, exit code 0.",
    "container-stopped": (
        "State `exited` with code 0, 130 or 143; the log says that it was asked to shut down."
    ),
    "container-killed": "State `exited` with code 137, and OOMKilled is false.",
    "container-oom-killed": "OOMKilled is true, or there is an event `oom` of the last run.",
    "container-paused": "State `paused`: connections are accepted, exec is refused.",
    "container-crash-looping": "State `restarting`, or the restart count rises between two looks.",
    "redis-crashed": "Exit code 134 to 136 or 139, or a bug report in the log.",
    "redis-not-running-in-container": "The main process is not Redis, and nothing listens in the container.",
    "redis-not-running": "The connection is refused, no container is named, and nothing listens on the port.",
    "redis-frozen": "The container runs, and the process is in state T (stopped).",
    # failures at start
    "start-command-not-found": "Exit code 127: the engine or the shell found no such program.",
    "redis-config-invalid": "The log of the last run names a configuration line that Redis does not take.",
    "redis-config-not-mounted": "What is mounted at the configuration file's place is a directory.",
    "redis-daemonized": "Exit code 0 at once, no shutdown in the log, `daemonize yes`.",
    "redis-data-permission": "The log of the last run says `Permission denied` of a data file or its folder.",
    "published-address-unavailable": "The engine cannot publish a port: the host has no such address.",
    "redis-data-corrupt": "The log of the last run says that the RDB or AOF file cannot be read.",
    "redis-data-newer": "The log of the last run says that the RDB format's version is unknown.",
    "bind-address-unavailable": "The log of the last run says that an address cannot be assigned.",
    "redis-start-failed": "It ended at start, and neither log nor engine names one of the reasons above.",
    # ports
    "port-conflict-process": (
        "The engine could not start the container: address in use, by a process of the host."
    ),
    "port-conflict-container": "The engine could not start the container: another container has the port.",
    "stale-docker-proxy": "A docker-proxy holds the port and forwards to an address that no container has.",
    "network-detached": "The container runs and is on no network.",
    "network-internal": "The container asks for a port and gets none: its network is internal.",
    "port-not-published": "Redis works inside, and its port is not published on any port of the host.",
    "port-published-elsewhere": "Redis' port is published, on another port than the URL's.",
    "port-published-other-address": (
        "The URL's port is published, on an address that the client does not use."
    ),
    "port-published-udp": "Redis' port is published for UDP and not for TCP.",
    "localhost-in-container": (
        "The client is a container with a network of its own, and its URL says localhost."
    ),
    "address-stale": "The URL holds an IP address that belongs to no container, and nothing answers there.",
    "unix-socket-missing": "There is no file at the socket's path.",
    "unix-socket-permission": "The socket is there, and this user may not open it.",
    "network-isolated": (
        "The address is Redis', on a network that the orchestrator is not on; packets vanish."
    ),
    "firewall-drop": "Packets vanish although Redis is up and something listens at the other end.",
    "firewall-reject": "The connection is refused although something listens on that very address.",
    "bind-loopback-only": "In its container Redis listens on 127.0.0.1 and nowhere else.",
    "redis-port-mismatch": (
        "The connection ends at a port of the container where nothing listens; Redis is elsewhere."
    ),
    # TLS
    "tls-to-plain-port": "The handshake is not answered, and a plain PING is.",
    "plain-to-tls-port": "A TLS alert comes back, or the server's log says `wrong version number`.",
    "tls-untrusted": "The handshake ends in a verification error other than name or date.",
    "tls-hostname-mismatch": "The handshake ends in a verification error over the name.",
    "tls-expired": "The handshake ends in a verification error over the dates.",
    "tls-client-certificate-required": "The server's alert asks for a certificate, or does not take ours.",
    "tls-version-mismatch": "The server's alert is over the protocol version.",
    "tls-ca-file-missing": "A certificate file that the URL names does not exist on the client's side.",
    # protocol
    "wrong-redis-answering": (
        "The run id through the URL is not the one inside the container, or that does not run."
    ),
    "not-redis-on-port": "The first bytes are not in Redis' protocol.",
    "silent-listener-on-port": "Nothing comes back, and the listener is neither Redis nor docker-proxy.",
    "protected-mode": "The server answers DENIED.",
    "client-protocol-mismatch": (
        "The server does not know HELLO, although its version has it, or the client insists."
    ),
    # authentication
    "url-password-as-username": "The URL has a user name and no password, and the login is refused.",
    "auth-required": "The server answers NOAUTH, and the URL has no credentials.",
    "auth-wrong-credentials": "The server answers WRONGPASS to the URL's password.",
    "auth-not-enabled-on-server": "The server says that it has no password, or a bare connection gets PONG.",
    "acl-permission-denied": "The server answers NOPERM to PING, or would to a write (ACL DRYRUN).",
    # database
    "db-out-of-range": "SELECT is refused, and the number is not below the setting `databases`.",
    "cluster-needs-db0": "SELECT is refused by a server in cluster mode.",
    # the server's state
    "loading": "The server answers LOADING, or INFO says `loading:1` (not `async_loading`).",
    "maxclients-reached": "The server's first words are `max number of clients reached`.",
    "script-busy": "The server answers BUSY; before its threshold: silence with a busy CPU.",
    "clients-paused": "Connections are accepted, nothing is answered inside either, the process sleeps.",
    "cpu-throttled": "The scheduler held the container back in a good share of its periods.",
    "slow-commands": "The slow log names commands of the last minutes that took 200 ms and more.",
    "path-latency": "A PING takes long, and the slow log is empty.",
    "idle-timeout": "The setting `timeout` is a minute or less, or longer and the error text says closed.",
    "output-buffer-limit": "The log or INFO says that clients were cut off at the output buffer's limit.",
    "sentinel-port": "INFO says `redis_mode:sentinel`.",
    "cluster-down": "The server answers CLUSTERDOWN, or CLUSTER INFO says that its state is fail.",
    "cluster-client-needed": "A MOVED, ASK or CROSSSLOT was seen.",
    "replica-link-down": "The server is a replica whose `master_link_status` is down, or answers MASTERDOWN.",
    "replica-read-only": "The server is a replica, and something is to be written to it.",
    "not-enough-replicas": "`min-replicas-to-write` is above the number of good replicas.",
    "persistence-failing": "The server answers MISCONF, or INFO says that the last save failed.",
    "memory-exhausted": "used_memory has reached maxmemory, and the policy may evict nothing.",
    # registrations
    "db-mismatch": "No registration in this database, and keys in another.",
    "keys-evicted": "Registrations are missing, keys have been evicted, and the policy takes any key.",
    "registrations-flushed": "Registrations are missing, and FLUSHALL or FLUSHDB was called since the start.",
    "registrations-lost-on-restart": "Registrations are missing after a recent restart without persistence.",
    "worker-registration-expired": (
        "Registrations are missing, and keys have expired; or one went between two looks."
    ),
    "worker-key-prefix": "No key matches, and there are keys that look like registrations.",
    "workers-none-registered": "Workers are expected, and no key matches in any database.",
    "worker-wrong-type": "A registration's TYPE is neither string nor hash.",
    "worker-payload-invalid": "A registration's value does not parse.",
    "worker-duplicate-id": "A registration advertises two addresses in turn.",
    "worker-clock-skew": "A registration's timestamp is ahead of Redis' clock.",
    "worker-ttl-too-short": "A registration lives shorter than its heartbeat's interval, or than 3 s.",
    "worker-heartbeat-stale": "A registration's heartbeat is old, or it has neither heartbeat nor expiry.",
    "worker-address-unreachable": (
        "A registration's address is 0.0.0.0, loopback seen from a container, or silent."
    ),
    # health checks and the client
    "dependency-unhealthy": "The health check fails while Redis answers, or what waits for it never started.",
    "startup-race": "The orchestrator's container failed less than a minute before Redis was ready.",
    "healthcheck-false-healthy": "The state is healthy, and the check's last output is an error of Redis'.",
    "pool-exhausted": "The error text says so, and Redis has rejected no connection.",
    "blocking-timeout": "The error text names a blocking command that timed out, and Redis is well.",
    "client-file-descriptors": "The error text holds errno 24 (EMFILE), and Redis is well.",
    "client-ports-exhausted": "The error text holds errno 99 (EADDRNOTAVAIL), and Redis is well.",
    # access to Docker
    "docker-permission-denied": "The endpoint is there, and this user may not open it.",
    "docker-unreachable": "Nothing answers at the endpoint.",
    "docker-unresponsive": "The endpoint accepts connections and gives no answer in time.",
    "docker-api-version": "The engine refuses the API version that is asked for.",
    "docker-endpoint-unusable": "The endpoint is an ssh://, npipe:// or fd:// one, or TLS files are missing.",
    "docker-context-missing": "The configured context does not exist.",
}
