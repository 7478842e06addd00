"""What the network says: refused, silent, closed, no name, no route, in words and numbers.

Numbers: Linux 111 110 104 113 101, macOS 61 60 54 65 51, Windows 10061 10060 10054 10065 10051;
getaddrinfo -2 -3 -5 (glibc), 8 (macOS), 11001 11002 11004 (Windows).
"""

from __future__ import annotations

from runbooklab.domain.sign import Sign, number, sign

_HOST = r"(?:the )?(?:host|name|address|server|redis|[\w.-]+:\d)"
_NO_NAME = (
    r"name or service not known|nodename nor servname|(?<![a-z])ENOTFOUND|EAI_(?:NONAME|NODATA)|no such host"
    r"|UnknownHost|no address associated with|name does not resolve|could not be resolved|getaddrinfo failed"
    rf"|(?:could not|couldn't|cannot|failed to|unable to) (?:resolve|translate) {_HOST}"
    r"|host not found|name not (?:known|resolved|found)|not known by the resolver|nxdomain"
    r"|failed to lookup address information|unresolved host|<unresolved>"
    r"|\bgetaddrinfo\b(?!.*EAI_AGAIN)|gaierror"
)
_NO_DNS = (
    r"temporary failure in name resolution|EAI_AGAIN|server misbehaving|Try again(?=.*getaddrinfo)"
    r"|lookup \S+(?: on \S+)?:.*(?:i/o timeout|connection refused)"
)
_NAME_NUMBERS = rf"\b(?:error|errno) -[25]\b|\berror 8 connecting|{number('11001', '11004')}"
_DNS_NUMBERS = rf"\b(?:error|errno) -3\b|{number('11002')}"
#: Before a host name that has a dot: no container's name, but one of a name server.
_DOTTED = (
    r"\b(?:connecting to|ENOTFOUND|EAI_AGAIN|lookup|UnknownHostException:|host(?:name)?:?"
    r"|rediss?://\S{0,100}?@?|tcp://|getaddrinfo for|redis (?:at|on))"
    r"[ '\"(/]{0,3}(?!\d+\.\d+\.)(?:[\w-]+\.)+[a-z][\w-]*"
)

_REFUSED = (
    r"connection refused|ECONNREFUSED|actively refused|:econnrefused|ConnectionRefused|refused (?:the"
    r"|our) connection"
    r"|connection to \S+ (?:was )?refused|connect: refused"
)
_REFUSED_CAUSES = (
    "container-stopped container-missing redis-not-running port-not-published port-published-elsewhere "
    "container-killed container-oom-killed container-never-started container-crash-looping "
    "redis-config-invalid redis-start-failed redis-crashed localhost-in-container "
    "port-published-other-address port-published-udp network-detached network-internal "
    "port-conflict-process port-conflict-container start-command-not-found redis-daemonized "
    "redis-data-corrupt redis-data-newer bind-address-unavailable bind-loopback-only "
    "redis-port-mismatch firewall-reject network-missing"
)
_NAME_ROWS = "hostname-unresolvable network-missing container-missing container-stopped dns-broken"

SIGNS: tuple[Sign, ...] = (
    # --- the name
    sign(
        "a name that the name server did not answer for",
        "dns-broken hostname-unresolvable network-not-shared network-missing",
        rf"^(?=.*{_DOTTED})(?=.*(?:{_NO_DNS}|{_DNS_NUMBERS}))",
        r"lookup \S+(?: on \S+)?: (?!no such host)",
        generic=True,
    ),
    sign(
        "a name that cannot be resolved in this container",
        "network-not-shared container-stopped container-missing hostname-unresolvable "
        "network-missing dns-broken",
        r"(?<=on 127\.0\.0\.11:53: )no such host",
        generic=True,
    ),
    sign(
        "a name that is not resolved for now",
        "network-not-shared container-name-from-host container-stopped container-missing "
        "dns-broken network-missing "
        "hostname-unresolvable",
        _NO_DNS,
        _DNS_NUMBERS,
        generic=True,
    ),
    sign(
        "a name that does not exist",
        f"{_NAME_ROWS} container-name-from-host",
        rf"^(?=.*{_DOTTED})(?=.*(?:{_NO_NAME}|{_NAME_NUMBERS}))",
        generic=True,
    ),
    sign(
        "a name that does not exist",
        "container-name-from-host hostname-unresolvable network-not-shared network-missing container-missing "
        "container-stopped dns-broken",
        _NO_NAME,
        _NAME_NUMBERS,
        generic=True,
    ),
    # --- no connection
    sign(
        "a refused connection on ::1",
        "container-stopped port-published-other-address container-missing "
        + " ".join(
            cause_id
            for cause_id in _REFUSED_CAUSES.split()
            if cause_id not in ("container-stopped", "container-missing", "port-published-other-address")
        ),
        rf"^(?=.*::1)(?=.*(?:{_REFUSED}))(?!.*127\.0\.0\.1)",
        generic=True,
    ),
    sign(
        "a refused connection",
        _REFUSED_CAUSES,
        _REFUSED,
        number("111", "61", "10061"),
        r"UnableToConnect",
        r"ConnectException(?!.*(?:time|route))",
        generic=True,
    ),
    sign(
        "no route to host",
        "address-stale firewall-reject network-isolated",
        r"no route to host|EHOSTUNREACH|NoRouteToHost|host is (?:down|unreachable)|:ehostunreach|EHOSTDOWN",
        r"network is (?:unreachable|down)|ENETUNREACH|:enetunreach",
        r"unreachable (?:host|network)",
        number("113", "101", "65", "51", "10065", "10051"),
        generic=True,
    ),
    sign(
        "no answer to the first packet",
        "firewall-drop network-isolated address-stale container-paused tls-to-plain-port",
        r"ETIMEDOUT|connection timed out|connect(?:ion)? ?timed? ?out|connecttimeout"
        r"|timed out (?:while )?connecting",
        r"timeout (?:while )?connecting|timed? ?out[^\n]{0,30}(?:to connect|connecting|establish)"
        r"|dial (?:tcp|redis)[^\n]*i/o timeout|dial timeout",
        r"operation timed out",
        r"party did not properly respond after a period of time|:etimedout"
        r"|connection establishment timed out",
        r"connection time(?:d )?-?out|ConnectionTimeout(?:Error|Exception)|deadline has elapsed.*connect",
        number("110", "60", "10060"),
        generic=True,
    ),
    # --- connected, and then
    sign(
        "a connection that was closed",
        "redis-port-mismatch bind-loopback-only redis-not-running-in-container protected-mode "
        "plain-to-tls-port "
        "maxclients-reached stale-docker-proxy not-redis-on-port idle-timeout output-buffer-limit",
        r"connection (?:was )?(?:closed|reset|lost|dropped|aborted)|ECONNRESET|ECONNABORTED|EPIPE"
        r"|broken pipe|:econnreset|tcp_closed|:closed\b",
        r"unexpected end of stream|(?:server|peer) closed|closed by (?:the )?(?:server|peer|remote)"
        r"|socket closed|SocketClosedUnexpectedly",
        r"read error on connection"
        r"|forcibly closed|server went away",
        r"SocketFailure|SocketClosed|ConnectionDisposed|(?:^|: |\")EOF\"?$|unexpected EOF"
        r"|EOFException|EOFError|connection gone|connection is closed",
        r"error while (?:reading|writing)[^\n]{0,20} (?:from|to) (?:the )?(?:server|socket)",
        r"connection to (?:the )?broker (?:was )?lost|lost (?:the )?connection to|NR_CLOSED|UNCERTAIN_STATE",
        r"use of closed (?:network )?connection|socket hang up|ending reader task"
        r"|\bdisconnected\b(?! multiplexer)",
        r"connection reset by peer|ConnectionResetError|0 bytes? (?:read|received)"
        r"|multiplexed connection .*terminated|Incomplete read|IncompleteReadError",
        number("104", "54", "10054", "10053", "32"),
        generic=True,
    ),
    sign(
        "an answer that did not come in time",
        "container-paused firewall-drop redis-frozen clients-paused silent-listener-on-port "
        "script-busy slow-commands "
        "path-latency cpu-throttled network-isolated address-stale tls-to-plain-port",
        r"timeout (?:reading|writing|performing|awaiting|waiting|exceeded|while|after|in)\b"
        r"|i/o timeout|read timed out|operation timed out",
        r"(?:command|request|socket|read|response|query|connection|operation|ping|redis"
        r")\w* ?time(?:d )? ?-?out|RedisTimeout|TimeoutError|TimeoutException",
        r"timed out (?:after|in the backlog|waiting|reading|performing)|socket\.timeout|(?:: |\("
        r")timed out|context deadline exceeded|deadline exceeded|:timeout\b|resource temporarily unavailable",
        r"TimeoutError|^timed out\.?$",
        r"did not (?:respond|answer|complete)[^\n]*(?:time|in \d)",
        generic=True,
    ),
    sign(
        "a port in use",
        "port-conflict-process port-conflict-container",
        r"address already in use|EADDRINUSE|only one usage of each socket address",
        number("98", "48", "10048"),
        generic=True,
    ),
)
