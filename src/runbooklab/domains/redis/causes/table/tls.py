"""Causes: TLS."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.redis.causes import tls
from runbooklab.domains.redis.causes.table.groups import CLOSED
from runbooklab.domains.redis.causes.table.sources import TLS
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import CERTIFICATE, CONFIG

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="tls-to-plain-port",
        title="The client speaks TLS to a plain port",
        layer="tls",
        judge=tls.tls_to_plain_port,
        distinguishing="The handshake is not answered, and a plain PING is.",
        inspect=Inspection(CERTIFICATE, "no certificate: the port does not speak TLS"),
        remedies=("fix-redis-url",),
        source=TLS,
        consequence_of=("redis-config-not-mounted",),
        look_alikes=("container-paused", "firewall-drop"),
    ),
    Cause(
        id="plain-to-tls-port",
        title="The client speaks plainly to a TLS port",
        layer="tls",
        judge=tls.plain_to_tls_port,
        distinguishing="A TLS alert comes back, a handshake is answered, or the server's log says "
        "`wrong version number`.",
        inspect=Inspection(CERTIFICATE, "a certificate: the port speaks TLS"),
        remedies=("fix-redis-url",),
        source=TLS,
        look_alikes=CLOSED,
    ),
    Cause(
        id="tls-untrusted",
        title="The client does not trust Redis' certificate",
        layer="tls",
        judge=tls.tls_untrusted,
        distinguishing="The handshake ends in a verification error other than name or date.",
        inspect=Inspection(CERTIFICATE, "its issuer, name and dates"),
        remedies=("fix-tls-trust",),
        source=TLS,
        look_alikes=("tls-expired", "tls-hostname-mismatch"),
    ),
    Cause(
        id="tls-hostname-mismatch",
        title="Redis' certificate is for another name",
        layer="tls",
        judge=tls.tls_hostname_mismatch,
        distinguishing="The handshake ends in a verification error over the name.",
        inspect=Inspection(CERTIFICATE, "its issuer, name and dates"),
        remedies=("fix-redis-url", "renew-certificate"),
        source=TLS,
        look_alikes=("tls-untrusted",),
    ),
    Cause(
        id="tls-expired",
        title="Redis' certificate has expired",
        layer="tls",
        judge=tls.tls_expired,
        distinguishing="The handshake ends in a verification error over the dates.",
        inspect=Inspection(CERTIFICATE, "its issuer, name and dates"),
        remedies=("renew-certificate",),
        source=TLS,
        look_alikes=("tls-untrusted",),
    ),
    Cause(
        id="tls-client-certificate-required",
        title="Redis asks for a client certificate",
        layer="tls",
        judge=tls.tls_client_certificate_required,
        distinguishing="The server's alert asks for a certificate, or does not take ours.",
        inspect=Inspection(CERTIFICATE, "the alert at the end"),
        remedies=("set-client-certificate",),
        source=TLS,
    ),
    Cause(
        id="tls-version-mismatch",
        title="Client and Redis share no TLS version",
        layer="tls",
        judge=tls.tls_version_mismatch,
        distinguishing="The server's alert is over the protocol version.",
        inspect=Inspection(CERTIFICATE, "the alert at the end"),
        remedies=("fix-tls-version",),
        source=TLS,
    ),
    Cause(
        id="tls-ca-file-missing",
        title="The certificate file that the URL names does not exist",
        layer="tls",
        judge=tls.tls_ca_file_missing,
        distinguishing="A certificate file that the URL names does not exist on the client's side.",
        inspect=Inspection(CONFIG, "a path in ssl_ca_certs or ssl_certfile that is not there"),
        remedies=("fix-redis-url", "fix-tls-trust"),
        source=TLS,
    ),
)
