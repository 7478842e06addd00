"""What clients say without a server: their URL, their pool, their limits, the way they read."""

from __future__ import annotations

from runbooklab.domain.sign import Sign, number, sign

_URL = "redis url|redis uri|redis_url|redis connection (?:string|url)|connection string"

SIGNS: tuple[Sign, ...] = (
    # --- the URL
    sign(
        "an option of the URL",
        "url-option-unknown tls-untrusted url-malformed",
        r"rediss:// URL must have parameter ssl_cert_reqs",
        r"invalid (?:value for )?[`'\"]?ssl_cert_reqs",
        r"(?:(?<!HTTP)(?<!HTTPS)Connection|Redis|ConnectionPool)(?:\.\w+)?\(?\)?"
        r" got an unexpected keyword argument",
        r"redis\S* got an unexpected keyword argument",
        r"Invalid SSL Certificate Requirements Flag",
        r"unexpected option: |redis: unknown option|unknown (?:redis )?(?:url|uri|connection"
        r") (?:option|parameter)",
        r"Keyword '\S+' is not supported",
        r"Invalid value for `\w+` in connection URL|Invalid value for .* in connection URL",
        r"unknown keywords?: :?(?:url|host|port|db|ssl|driver|namespace|reconnect)",
    ),
    sign(
        "the URL's scheme",
        "url-scheme-invalid url-malformed",
        r"must specify one of the following schemes",
        r"invalid (?:redis )?(?:url|uri) scheme",
        r"(?:redis )?(?:url|uri)[^\n]{0,40}(?:missing|unknown|unsupported|wrong|invalid"
        r")[^\n]{0,20}(?:scheme|protocol)",
        r"unsupported (?:redis )?(?:protocol|scheme)|unknown (?:redis )?scheme",
        r"unknown scheme .*redis|Unknown Redis URI",
        r"Scheme .* not supported|expected scheme|InvalidScheme",
        r"No transport.*scheme|Invalid protocol\b",
        r"redis:\/\/ .*is required|(?:must|should) (?:start|begin) with ['\"`]?rediss?:",
    ),
    sign(
        "a URL that cannot be taken apart",
        "url-malformed url-scheme-invalid",
        r"port could not be cast",
        r"port out of range",
        r"invalid ipv6 url",
        r"Port should be >= 0 and < 65536",
        r"(?:redis )?(?:url|uri) (?:did not|does not|failed to|could not be|cannot be) pars",
        r"(?:failed|unable|error|could not) (?:to )?pars\w+ (?:the )?redis",
        rf"(?:{_URL})[^\n]{{0,40}}(?:invalid|malformed|not valid|cannot be parsed|did not parse)",
        rf"(?:invalid|malformed|bad)[^\n]{{0,20}}(?:{_URL})",
        r"parse \"?redis\S* (?:invalid|first path|net/url)",
        r"(?:^|\W)(?:ERR_)?Invalid[ _]URL\b",
        r"bad URI\(|URI::InvalidURIError|Failed to parse URI|the URI must be",
        r"ERR_SOCKET_BAD_PORT|invalid port \"|invalid port number|invalid redis port",
        r"invalid URI:? .*redis",
        r"redis://\S*\$[({A-Za-z]|tcp/\$|: unknown port$|dial tcp: missing (?:address|port)"
        r"|missing port in address",
        r"URISyntaxException|Invalid Redis URI|Cannot create RedisURI|RedisURI (?:must|is)"
        r"|relative URL without a base",
    ),
    sign(
        "a URL that is not set",
        "config-redis-section-missing url-malformed",
        r"redis[_ -]?(?:ur[li]|host|connection string|address)\w*[\"'`]? (?:is |was |has |must "
        r"|env\w* |variable ){0,3}"
        r"(?:not (?:set|defined|provided|configured|found|specified|been)|undefined|missing|required"
        r"|empty|be set)",
        r"(?:missing|no|undefined|empty|set) (?:\S+ ){0,3}redis[_ -]?(?:ur[li]|host|connection string"
        r"|address)",
        r"environment variable [\"'`]?\w*REDIS\w*[\"'`]? (?:is )?(?:not|missing|required|undefined)",
    ),
    # --- the answer
    sign(
        "something that is not Redis",
        "not-redis-on-port wrong-redis-answering tls-to-plain-port",
        r"protocol error, got|protocol error:|Redis protocol error",
        r"unknown (?:response type|reply|RESP)|InvalidResponse\b",
        r"ParserError: |unexpected response from redis|bad response line|invalid (?:reply|response"
        r") (?:line|type)",
        r"unexpected (?:first byte|response type|character reply)|can't parse reply",
        r"Unknown reply: |Unexpected end of (?:reply|line)",
        r"ProtocolFailure|unexpected bytes|Invalid first byte|HTTP/1\.[01] 400",
        r"unexpected line: |Unknown reply type|Invalid RESP",
        needs_subject=True,
    ),
    sign(
        "a certificate file that is missing",
        "tls-ca-file-missing",
        r"\berror 2 connecting to [\w.-]+:\d+\. no such file",
    ),
    # --- the socket file
    sign(
        "a socket file that is not there",
        "unix-socket-missing",
        r"(?:\.sock\w*|unix)\b[^\n]*(?:no such file|ENOENT)|(?:no such file|ENOENT)[^\n]*(?:\.sock\w*|unix:)",
        r"(?:error|errno) 2 connecting to (?:unix|/)",
    ),
    sign(
        "a socket file that may not be opened",
        "unix-socket-permission",
        r"(?:\.sock\w*|unix)\b[^\n]*(?:permission denied|EACCES)|(?:permission denied|EACCES"
        r")[^\n]*(?:\.sock\w*|unix:)",
        r"(?:error|errno) 13 connecting to (?:unix|/)",
    ),
    # --- the client's own limits
    sign(
        "a pool that is used up",
        "pool-exhausted maxclients-reached",
        r"\bMaxConnectionsError\b|too many connections(?!.*postgres|.*mysql)",
        r"no connection available\.?$|No connection available[.,]? (?:with|in)",
        r"connection pool (?:timeout|exhausted)|pool exhausted|PoolTimeout",
        r"timeout waiting for idle object|JedisExhaustedPool",
        r"could not obtain a connection within|Waited [\d.]+ sec(?:onds)?, \d+/\d+ available",
        r"Unable to acquire connection|acquire connection.*pool|pool timed out",
        r"no (?:free|available) connections?.*pool|pool is (?:full|exhausted|empty)|NoAvailableConnection",
        generic=True,
    ),
    sign(
        "a blocking command that outlived the client's timeout",
        "blocking-timeout",
        r"time[ds]?[ -]?out",
        near=r"\b(?:b[lrz]r?pop(?:lpush|min|max)?|blmove|blmpop|xread(?:group)?)\b|wait for blocking",
        generic=True,
    ),
    sign(
        "too many open files",
        "client-file-descriptors",
        r"too many open files|\bE[MN]FILE\b",
        number("24", "23"),
        generic=True,
    ),
    sign(
        "localhost without an address",
        "localhost-in-container container-stopped client-ports-exhausted",
        r"(?:\blocalhost\b|\[?::1\]?:\d|::1\b)[^\n]*(?:(?:cannot|can't) assign requested address"
        r"|EADDRNOTAVAIL|address not available)",
        r"(?:(?:cannot|can't) assign requested address|EADDRNOTAVAIL|address not available"
        r")[^\n]*(?:\blocalhost\b|::1)",
        r"\berr(?:or|no) (?:99|49|10049) connecting to (?:localhost|::1)",
        r"^(?=.*(?:errno (?:111|61)|refused))(?=.*(?:errno 99|assign requested address))",
        generic=True,
    ),
    sign(
        "no local port left",
        "client-ports-exhausted localhost-in-container",
        r"(?:cannot|can't) assign requested address|EADDRNOTAVAIL|address not available",
        number("99", "49", "10049"),
        r"requested address is not valid in its context",
        generic=True,
    ),
    # --- what was read
    sign(
        "a value that does not parse",
        "worker-payload-invalid",
        r"JSONDecodeError|JsonParseException|JsonSyntaxException|JSON::ParserError"
        r"|SyntaxError: Unexpected token",
        r"UnpicklingError|invalid load key|SerializationException|unmarshal\w* .*(?:worker"
        r"|registration)|msgpack.*(?:Extra|Unpack)",
        needs_subject=True,
    ),
)
