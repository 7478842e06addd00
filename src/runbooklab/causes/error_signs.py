"""What an error text points to: one visible table, by exception class, error code and fixed words.

Classes are those of redis-py, ioredis, Jedis, go-redis, Lettuce and redis-cli. Words are used only where
a client has neither a class nor a code for the case.
"""

from __future__ import annotations

from dataclasses import dataclass

from runbooklab.evidence import ErrorText


@dataclass(frozen=True)
class Sign:
    """One kind of error text and the causes it speaks for, the likeliest first."""

    name: str
    causes: tuple[str, ...]
    classes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # lower-case


SIGNS: tuple[Sign, ...] = (
    Sign(
        "connection refused",
        ("container-stopped", "container-missing", "port-not-published", "port-published-elsewhere",
         "container-killed", "container-oom-killed", "container-never-started", "container-crash-looping",
         "redis-config-invalid", "redis-start-failed", "redis-crashed", "localhost-in-container",
         "port-published-other-address", "port-published-udp", "network-detached", "network-internal",
         "port-conflict-process", "port-conflict-container", "start-command-not-found", "redis-daemonized",
         "redis-data-corrupt", "redis-data-newer", "bind-address-unavailable", "bind-loopback-only",
         "redis-port-mismatch", "firewall-reject", "network-missing"),
        classes=("ConnectionRefusedError", "ConnectException"),
        codes=("ECONNREFUSED", "errno 111", "errno 61", "errno 10061"),
        words=("connection refused", "actively refused", "unabletoconnect", "maxretriesperrequest"),
    ),
    Sign(
        "name not resolved",
        ("container-name-from-host", "hostname-unresolvable", "network-not-shared", "network-missing",
         "container-missing", "container-stopped", "dns-broken"),
        classes=("gaierror", "UnknownHostException"),
        codes=("name not known", "temporary failure in name resolution",
               "ENOTFOUND", "EAI_AGAIN", "EAI_NONAME", "errno -2", "errno -3", "errno -5"),
        words=("name or service not known", "no such host", "nodename nor servname", "name resolution"),
    ),
    Sign(
        "no answer from the name server",
        ("dns-broken", "network-not-shared", "network-missing"),
        codes=("temporary failure in name resolution", "EAI_AGAIN", "errno -3"),
    ),
    Sign(
        "no answer to the first packet",
        ("firewall-drop", "network-isolated", "address-stale"),
        codes=("ETIMEDOUT", "errno 110", "errno 60"),
        words=("timeout connecting", "connect timed out", "connection timed out"),
    ),
    Sign(
        "no route to host",
        ("address-stale", "firewall-reject", "network-isolated"),
        classes=("NoRouteToHostException",), codes=("EHOSTUNREACH", "ENETUNREACH", "errno 113", "errno 101"),
        words=("no route to host", "network is unreachable"),
    ),
    Sign(
        "a blocking command outlived the client's timeout", ("blocking-timeout",),
        words=("blpop", "brpop", "bzpopmin", "bzpopmax", "xread", "blmove", "brpoplpush",
         "wait for blocking"),
    ),
    Sign(
        "timed out",
        ("container-paused", "firewall-drop", "redis-frozen", "clients-paused", "silent-listener-on-port",
         "script-busy", "slow-commands", "path-latency", "cpu-throttled", "network-isolated", "address-stale",
         "tls-to-plain-port"),
        classes=("TimeoutError", "RedisTimeoutError", "RedisCommandTimeoutException",
         "SocketTimeoutException",
                 "JedisConnectionTimeoutException", "RedisConnectionTimeoutException"),
        codes=("timeout", "ETIMEDOUT", "errno 110", "errno 60"),
        words=("timeout reading from socket", "i/o timeout", "read timed out", "connect timed out",
         "timed out"),
    ),
    Sign(
        "connection closed",
        ("redis-port-mismatch", "bind-loopback-only", "redis-not-running-in-container", "protected-mode",
         "plain-to-tls-port", "maxclients-reached", "stale-docker-proxy", "not-redis-on-port", "idle-timeout",
         "output-buffer-limit"),
        classes=("ConnectionResetError", "BrokenPipeError", "EOFException"),
        codes=("ECONNRESET", "EPIPE", "errno 104", "errno 32"),
        words=("connection closed by server", "connection reset", "unexpected end of stream", "broken pipe",
               "server closed the connection", "socket closed unexpectedly"),
    ),
    Sign("authentication required", ("auth-required", "url-password-as-username"), codes=("NOAUTH",),
         words=("authentication required", "hello must be called with the client already authenticated")),
    Sign("wrong password", ("auth-wrong-credentials", "url-password-as-username"), codes=("WRONGPASS",),
         words=("invalid username-password", "invalid password")),
    Sign("no password set", ("auth-not-enabled-on-server",),
         words=("without any password configured", "no password is set")),
    Sign("wrong type", ("worker-wrong-type",), codes=("WRONGTYPE",)),
    Sign("value that does not parse", ("worker-payload-invalid",),
         classes=("JSONDecodeError", "JsonParseException", "JsonSyntaxException")),
    Sign("no permission", ("acl-permission-denied",), classes=("NoPermissionError",), codes=("NOPERM",)),
    Sign("unknown command HELLO", ("client-protocol-mismatch",), codes=("NOPROTO",),
         words=("unknown command 'hello'", "unknown command `hello`", "noproto")),
    Sign("protected mode", ("protected-mode",), codes=("DENIED",), words=("protected mode",)),
    Sign("out of memory", ("memory-exhausted",), classes=("OutOfMemoryError",), codes=("OOM",)),
    Sign("too many clients", ("maxclients-reached",), classes=("MaxClientsError",),
         words=("max number of clients reached",)),
    Sign("loading", ("loading",), classes=("BusyLoadingError", "RedisLoadingException"), codes=("LOADING",)),
    Sign("cannot save", ("persistence-failing",), codes=("MISCONF",)),
    Sign("read-only replica", ("replica-read-only",), classes=("ReadOnlyError", "RedisReadOnlyException"),
         codes=("READONLY",)),
    Sign("master link down", ("replica-link-down",), classes=("MasterDownError",), codes=("MASTERDOWN",)),
    Sign("not enough replicas", ("not-enough-replicas",), codes=("NOREPLICAS",)),
    Sign("busy with a script", ("script-busy",), classes=("RedisBusyException",), codes=("BUSY",)),
    Sign("cluster down", ("cluster-down",), classes=("ClusterDownError", "ClusterError"),
         codes=("CLUSTERDOWN",)),
    Sign("cluster redirection", ("cluster-client-needed",), codes=("MOVED", "ASK", "CROSSSLOT"),
         classes=("MovedError", "AskError", "JedisMovedDataException", "ClusterCrossSlotError")),
    Sign("database index", ("db-out-of-range",), words=("db index is out of range", "invalid db index")),
    Sign("select in a cluster", ("cluster-needs-db0",), words=("select is not allowed in cluster mode",)),
    Sign(
        "URL scheme", ("url-scheme-invalid",),
        words=("must specify one of the following schemes", "invalid url scheme", "invalid uri scheme"),
    ),
    Sign("URL malformed", ("url-malformed",),
         words=("port could not be cast", "port out of range", "invalid port", "invalid ipv6 url")),
    Sign("unknown option", ("url-option-unknown",), words=("got an unexpected keyword argument",)),
    Sign("certificate not trusted", ("tls-untrusted", "tls-expired", "tls-hostname-mismatch"),
         classes=("SSLCertVerificationError", "SSLHandshakeException"),
         words=("certificate_verify_failed", "unable to get local issuer", "self-signed certificate",
          "self signed")),
    Sign("certificate expired", ("tls-expired",), words=("certificate has expired",)),
    Sign("certificate for another name", ("tls-hostname-mismatch",),
         words=("hostname mismatch", "ip address mismatch", "doesn't match")),
    Sign("client certificate wanted", ("tls-client-certificate-required",),
         words=("certificate_required", "certificate required", "peer did not return a certificate")),
    Sign("TLS version", ("tls-version-mismatch",), words=("unsupported protocol", "protocol_version",
         "no protocols available")),
    Sign("wrong version number", ("tls-to-plain-port", "plain-to-tls-port"), words=("wrong_version_number",
         "wrong version number")),
    Sign("not Redis", ("not-redis-on-port",), classes=("InvalidResponse", "ReplyError.ProtocolError",
         "ParserError"),
         words=("protocol error", "unexpected response", "unknown reply")),
    Sign("socket file missing", ("unix-socket-missing",), classes=("FileNotFoundError",), codes=("ENOENT",
         "errno 2")),
    Sign("socket permission", ("unix-socket-permission",), classes=("PermissionError",), codes=("EACCES",
         "errno 13")),
    Sign(
        "the client's pool is used up", ("pool-exhausted",),
        classes=("MaxConnectionsError", "JedisExhaustedPoolException", "PoolTimeoutError"),
        words=("too many connections", "no connection available", "could not get a resource from the pool",
               "connection pool timeout", "pool exhausted"),
    ),
    Sign("too many open files", ("client-file-descriptors",), codes=("EMFILE", "ENFILE", "errno 24",
         "errno 23"),
         words=("too many open files",)),
    Sign("no local port left", ("client-ports-exhausted",), codes=("EADDRNOTAVAIL", "errno 99", "errno 49"),
         words=("cannot assign requested address", "can't assign requested address")),
)  # fmt: skip


def matches(sign: Sign, text: ErrorText) -> bool:
    """Whether an error text bears a sign."""
    classes = {name.rsplit(".", 1)[-1] for name in text.classes}
    if classes & set(sign.classes) or set(text.codes) & set(sign.codes):
        return True
    lower = text.text.lower()
    return any(word in lower for word in sign.words)


def signs_of(text: ErrorText) -> tuple[Sign, ...]:
    """Every sign that an error text bears."""
    return tuple(sign for sign in SIGNS if matches(sign, text))
