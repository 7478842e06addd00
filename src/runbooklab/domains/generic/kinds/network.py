"""Kinds that look through the network at what any server speaks."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domains.generic.kinds.kind import (
    JSON,
    MS,
    PROBES,
    REFUSED,
    TIMED_OUT,
    UNRESOLVED,
    Field,
    Kind,
    Option,
)

NETWORK: tuple[Kind, ...] = (
    Kind(
        name="http",
        says="The answer of an HTTP server to one GET or HEAD request.",
        subject="The URL",
        example="${base_url}/health/ready",
        expects='status == 200 and json.database == "ok"',
        fields=(
            Field("status", "number", "Status code of the answer", "status == 200"),
            replace(MS, aside=False),
            Field("body", "text", "Beginning of the answer's body", 'body contains "ok"'),
            Field(
                "header", "text", "A header of the answer", 'header.server contains "nginx"', has_names=True
            ),
            JSON,
            Field("address", "text", "The address that answered", 'address == "127.0.0.1"'),
            Field("place", "text", "Host and port that the URL names", 'place == "localhost:8080"'),
            Field("path", "text", "Path and query of the URL", 'path == "/health"'),
            Field(
                "redirects",
                "number",
                "Number of redirects that were followed, on the same host",
                "redirects == 0",
            ),
            Field(
                "location",
                "text",
                "Where a redirect leads that was not followed",
                'location contains "login"',
            ),
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
            Field("error", "text", "What went wrong, if there was no answer", 'error contains "certificate"'),
        ),
        options=(
            Option("method", "GET, or HEAD", "HEAD", words=("GET", "HEAD")),
            Option("headers", "Headers to send", "{Accept: application/json}", has_names=True),
            Option("bearer", "A bearer token: use a secret parameter", "${token}"),
            Option("ca", "File with the certificate authority to trust", "/etc/ssl/own-ca.pem"),
            Option("certificate", "`ignore` to accept any certificate", "ignore", words=("verify", "ignore")),
            Option(
                "connect to",
                "Address and port to connect to, whatever the name resolves to",
                "127.0.0.1:8443",
            ),
        ),
        tells=(("location", "it leads to"), ("body", "it says")),
        module=f"{PROBES}http",
    ),
    Kind(
        name="tcp",
        says="Whether a TCP port accepts connections.",
        subject="Host and port",
        example="${host}:5432",
        expects="open",
        fields=(
            Field("open", "truth", "Whether the connection was accepted", "open"),
            Field("host", "text", "Name or address of the host", 'host == "localhost"'),
            Field("port", "text", "Number of the port", 'port == "5432"'),
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
            MS,
            Field("banner", "text", "What the server says first, if it does", 'banner contains "SSH-2.0"'),
            Field("error", "text", "What went wrong", 'error contains "unreachable"'),
        ),
        module=f"{PROBES}tcp",
    ),
    Kind(
        name="dns",
        says="What a name server answers for a name.",
        subject="The name",
        example="db.example.internal",
        expects="count > 0",
        fields=(
            Field(
                "addresses",
                "list",
                "The answers: addresses, or the values of another type",
                'addresses contains "10.0.0.5"',
            ),
            Field("count", "number", "Number of answers", "count == 2"),
            Field(
                "rcode",
                "text",
                "The server's response code",
                "rcode == NXDOMAIN",
                words=("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"),
            ),
            MS,
            TIMED_OUT,
            Field("error", "text", "Why there was no answer", 'error contains "in time"'),
        ),
        options=(
            Option(
                "type",
                "Type of the record",
                "AAAA",
                words=("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"),
            ),
            Option("server", "Name server to ask instead of this host's", "10.0.0.2"),
        ),
        module=f"{PROBES}dns",
    ),
    Kind(
        name="tls",
        says="The certificate and the handshake of a TLS server.",
        subject="Host and port",
        example="${host}:443",
        expects="days_left > 14d and trusted",
        fields=(
            Field(
                "days_left",
                "number",
                "Days until the certificate expires; negative if it has: say then its last day, `${expires}`",
                "days_left < 14d",
                unit="days",
            ),
            Field("expires", "text", "Its last day, in UTC", 'expires == "2027-01-31"'),
            Field("names", "list", "Names that the certificate is for", 'names contains "example.org"'),
            Field("issuer", "text", "Who issued it", 'issuer contains "Let\'s Encrypt"'),
            Field("trusted", "truth", "Whether a client of this host trusts it for this name", "trusted"),
            Field(
                "error",
                "text",
                "Why it is not trusted, or why there was no handshake",
                'error contains "expired"',
            ),
            Field("version", "text", "Version of TLS", 'version == "TLSv1.3"'),
            REFUSED,
            TIMED_OUT,
            UNRESOLVED,
        ),
        options=(
            Option("server name", "Name to ask for, if it is not the host", "www.example.org"),
            Option("ca", "File with the certificate authority to trust", "/etc/ssl/own-ca.pem"),
        ),
        tells=(("error", "because"),),
        module=f"{PROBES}tls",
    ),
)
