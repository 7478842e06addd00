"""What error texts of gRPC clients and servers point to: one ordered table, the more exact rows first."""

from __future__ import annotations

import re

from runbooklab.domain.sign import Other, Sign, SignTable, sign
from runbooklab.domains.grpc.signs.texts import TEXTS


def _text(cause: str, what: str) -> Sign:
    return sign(what, cause, TEXTS[cause].pattern)


_FIRM: tuple[Sign, ...] = (
    _text("message-too-large", "a message above the limit"),
    _text("metadata-too-large", "metadata above the limit"),
    _text("keepalive-too-many-pings", "pings that the server does not put up with"),
    _text("proto-mismatch", "a message that does not parse"),
    _text("channel-after-fork", "a fork under gRPC"),
    _text("concurrency-limit-reached", "a limit of calls"),
    sign(
        "a name that gRPC cannot resolve",
        "hostname-unresolvable container-name-from-host network-not-shared",
        r"domain name not found",
        r"name or service not known",
        r"errors? resolving \S+: ",
        r"name resolution failure|dns resolution failed",
    ),
    sign(
        "gRPC's own resolver",
        "dns-resolver-mismatch hostname-unresolvable",
        r"ares status is not",
        r"could not contact dns",
    ),
    sign(
        "a certificate that is not trusted",
        "tls-untrusted",
        r"unable to get (?:local )?issuer",
        r"self[- ]signed certificate",
        r"unknown authority",
    ),
    sign("a certificate that has expired", "tls-expired", r"certificate (?:has|is) expired"),
    sign("a certificate that is not valid yet", "tls-not-yet-valid", r"certificate is not yet valid"),
    sign(
        "a certificate for another name",
        "tls-hostname-mismatch",
        r"hostname verification check failed",
        r"no match found for server name|peer name \S+ is not in peer certificate",
    ),
    sign(
        "a server without ALPN",
        "tls-alpn-missing",
        r"missing selected alpn",
        r"no[_ ]application[_ ]protocol",
    ),
    sign(
        "a client's certificate that is wanted",
        "tls-client-certificate-required",
        r"certificate[_ ]required|peer did not return a certificate",
    ),
    sign("no common version of TLS", "tls-version-mismatch", r"alert_protocol_version|unsupported protocol"),
    sign("a server without TLS", "tls-to-plain-port", r"wrong_version_number"),
    sign(
        "something that speaks neither HTTP/2 nor HTTP/1",  # the number is its fourth byte
        "not-grpc-on-port http1-on-port",
        r"got frame type (?!(?:79|80|84|109)\b)\d+",
    ),
    sign(
        "something that does not speak HTTP/2",
        "http1-on-port not-grpc-on-port",
        r"failed parsing http/2|trying to connect an http1",
    ),
    sign(
        "a proxy's answer",
        "proxy-captures-grpc",
        r"http proxy returned response code|proxy.{0,40}(?:connect|407|403|502|503)",
    ),
    sign(
        "no SETTINGS frame",
        "silent-listener-on-port worker-frozen container-paused",
        r"before receiving settings frame",
    ),
    sign("a worker killed in mid-call", "container-oom-killed container-killed", r"stream removed"),
    sign(
        "a service that is not there",
        "service-mismatch wrong-worker-answering port-shared-reuseport health-service-missing",
        r"method not found",
        r"\bUNIMPLEMENTED\b",
        r"unknown service",
    ),
    sign(
        "a caller that is not accepted",
        "worker-auth-required worker-auth-wrong",
        r"\bUNAUTHENTICATED\b",
        r"\bPERMISSION_DENIED\b",
    ),
    _text("connection-age-goaway", "a connection that has grown old"),
    sign(
        "a refused connection",
        "worker-not-listening port-not-published container-stopped advertised-address-unroutable",
        r"connection refused|errno (?:111|61)\b",
        generic=True,
    ),
    sign(
        "no route", "firewall-reject address-stale", r"no route to host|network is unreachable", generic=True
    ),
    sign(
        "a connection closed without a word",
        "plain-to-tls-port tls-client-certificate-required worker-port-mismatch bind-loopback-only",
        r"socket closed|connection reset by peer|recvmsg",
        generic=True,
    ),
)

_VAGUE: tuple[Sign, ...] = (
    sign(
        "a deadline that passed",
        "container-paused worker-frozen worker-overloaded silent-listener-on-port firewall-drop"
        " deadline-too-short cpu-throttled",
        TEXTS["deadline-too-short"].pattern,
        level="vague",
    ),
    sign(
        "a worker that is not available",
        "worker-not-listening",
        r"\bUNAVAILABLE\b|failed to connect to all addresses",
        level="vague",
    ),
)

TABLE = SignTable(
    signs=(*_FIRM, *_VAGUE),
    others=(
        Other("Redis", (6379,), re.compile(r"\bredis\b", re.IGNORECASE)),
        Other("PostgreSQL", (5432,), re.compile(r"postgres|psycopg|asyncpg", re.IGNORECASE)),
    ),
    subject=re.compile(
        r"\bgrpc|rpc error|AioRpcError|_InactiveRpcError|StatusCode\.|\bworker\b"
        r"|failed to connect to all addresses|Expected SETTINGS frame",
        re.IGNORECASE,
    ),
    title="gRPC",
    words=("grpc", "rpc", "unavailable", "deadline", "unimplemented", "resource_exhausted", "ping", "goaway"),
)
