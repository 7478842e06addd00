"""TLS: OpenSSL's reasons and what Go, Java, Node, Rust and .NET call them."""

from __future__ import annotations

from runbooklab.domain.sign import Sign, sign

SIGNS: tuple[Sign, ...] = (
    sign(
        "an expired certificate",
        "tls-expired",
        r"certificate has expired",
        r"CERT_HAS_EXPIRED",
        r"certificate (?:is )?expired|certificate_expired",
        r"CertificateExpiredException|NotAfter:",
        r"certificate is not yet valid",
        generic=True,
    ),
    sign(
        "a certificate for another name",
        "tls-hostname-mismatch",
        r"hostname mismatch|ip address mismatch",
        r"ERR_TLS_CERT_ALTNAME_INVALID|does not match certificate's altnames",
        r"certificate is (?:not )?valid for (?!.*expired)",
        r"doesn't contain any IP SANs",
        r"doesn't match (?:either of|'|the)",
        r"No (?:subject alternative|name matching)",
        r"RemoteCertificateNameMismatch",
        r"does not match (?:target|the) host ?name|NotValidForName|hostname .* not verified",
        generic=True,
    ),
    sign(
        "a client certificate that is wanted",
        "tls-client-certificate-required",
        r"certificate_required|certificate required",
        r"peer did not return a certificate",
        r"bad_certificate|bad certificate",
        r"handshake[_ ]failure",
        generic=True,
    ),
    sign(
        "a certificate that is not trusted",
        "tls-untrusted tls-expired tls-hostname-mismatch",
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        r"unable to (?:get local issuer|verify the first)",
        r"UNABLE_TO_(?:VERIFY|GET_ISSUER)|UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
        r"self[- _]signed[ _]certificate|DEPTH_ZERO_SELF_SIGNED",
        r"signed by unknown authority",
        r"unable to find valid certification path|PKIX path (?:building|validation)",
        r"UnknownIssuer|invalid peer certificate",
        r"SSLCertVerificationError",
        r"RemoteCertificateChainErrors",
        r"unknown[ _]ca\b",
        r"remote certificate (?:is|was) (?:invalid|rejected)",
        r"cert(?:ificate)? authority .*(?:not trusted|unknown)",
        r"x509: (?!certificate has expired)",
        generic=True,
    ),
    sign(
        "TLS on a plain port",
        "tls-to-plain-port plain-to-tls-port",
        r"wrong[_ ]version[_ ]number",
        r"first record does not look like a TLS handshake",
        r"Unsupported or unrecognized SSL message|not an SSL/TLS record|NotSslRecordException",
        r"InvalidContentType|corrupt(?:ed)? (?:message|frame)|Cannot determine the frame size",
        r"SSL_do_handshake.*unknown protocol|ssl3_get_record|record layer failure|packet length too long",
        generic=True,
    ),
    sign(
        "no TLS version in common",
        "tls-version-mismatch",
        r"unsupported protocol(?! version)|UNSUPPORTED_PROTOCOL",
        r"alert protocol[_ ]version|protocol version not supported|tlsv1 alert protocol version",
        r"no protocols available|No appropriate protocol|version too low",
        r"no cipher suites? in common|no shared cipher",
        generic=True,
    ),
    sign(
        "a certificate file that is missing",
        "tls-ca-file-missing tls-untrusted",
        r"(?:ssl|tls|cert|\bca\b)[^\n]*(?:no such file|ENOENT)|(?:no such file|ENOENT)[^\n]*\.(?:pem"
        r"|crt|cer|key)\b",
        r"PEM routines|no start line|bad base64 decode|PEM lib",
        r"Invalid SSL CA|could not (?:load|read) (?:the )?(?:ca|client)?[ -]?cert",
        generic=True,
    ),
    sign(
        "a TLS handshake that fails",
        "tls-to-plain-port plain-to-tls-port tls-untrusted tls-version-mismatch",
        r"TLS handshake (?:timeout|failed|eof)|handshake (?:timed out|failed)|SSLHandshakeException"
        r"|SSLError|SSLException",
        r"EOF occurred in violation of protocol|unexpected eof while reading"
        r"|Client network socket disconnected before secure TLS",
        r"AuthenticationException: Authentication failed, see inner|SSL_connect"
        r"|OpenSSL::SSL::SSLError|crypto.*handshake",
        generic=True,
    ),
)
