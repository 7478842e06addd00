"""The lab of HTTP services: the table of its faults, and of targets that are odd and well."""

from __future__ import annotations

import shutil

from runbooklab.domain.later import later
from runbooklab.domains.generic.lab.http_situations import (
    WELL,
    certificate_of_other_authority,
    certificate_of_other_site,
    changed,
    changed_and_well,
    dropped,
    failing,
    hanging,
    hanging_workers,
    maintenance,
    missing_path,
    moved,
    never_named,
    other_protocol,
    plain_behind_https,
    rejected,
    rejected_configuration,
    relayed,
    renewed_and_loaded,
    secured,
    serving,
    slow,
    stopped,
    stopped_container,
    switch_is_off,
    tls_behind_http,
    unknown_name,
    unreadable,
    upstream_breaks_off,
    upstream_container_down,
    upstream_container_hangs,
    upstream_down,
    upstream_moved,
    upstream_slow,
)
from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab, WithoutDocker
from runbooklab.lab.testbed import Testbed, Unavailable

FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("http-name-unknown", "The name in the URL does not exist.", unknown_name),
    Fault("http-refused", "nginx is stopped.", stopped),
    Fault("http-refused/unnamed", "nginx is stopped, and the run knows no more than the URL.", never_named),
    Fault("http-refused/container", "The container with nginx is stopped.", stopped_container),
    Fault(
        "http-configuration-rejected",
        "nginx was restarted with a mistake in its configuration.",
        rejected_configuration,
        also=("http-refused",),
    ),
    Fault("http-port-silent", "A firewall drops packets to the port.", dropped, tools=("iptables",)),
    Fault(
        "http-port-silent/rejected",
        "A firewall says that the host cannot be reached.",
        rejected,
        tools=("iptables",),
    ),
    Fault("http-not-http", "An SSH server listens on the port.", other_protocol),
    Fault("http-tls-missing", "The URL says https, and nginx listens without TLS.", plain_behind_https),
    Fault("http-tls-expected", "The URL says http, and nginx listens with TLS.", tls_behind_http),
    Fault(
        "http-certificate-expired",
        "The certificate expired ten days ago.",
        lambda testbed: secured(testbed, starts=-40, ends=-10),
    ),
    Fault(
        "http-certificate-not-loaded",
        "The certificate has expired; it was renewed, and nginx not reloaded.",
        lambda testbed: secured(testbed, starts=-40, ends=-10, renewed=90),
        also=("http-certificate-expired",),
    ),
    Fault(
        "http-certificate-not-loaded/expiring",
        "The certificate expires in five days; it was renewed, and nginx not reloaded.",
        lambda testbed: secured(testbed, ends=5, renewed=90),
        also=("http-certificate-expiring",),
    ),
    Fault(
        "http-certificate-early",
        "The certificate is valid from next week on.",
        lambda testbed: secured(testbed, starts=7),
    ),
    Fault(
        "http-certificate-other-name",
        "The certificate is for another host.",
        lambda testbed: secured(testbed, "www.example.org", "example.org"),
    ),
    Fault(
        "http-certificate-other-name/changed",
        "Since a change of the configuration, nginx sends the certificate of another site.",
        certificate_of_other_site,
    ),
    Fault(
        "http-certificate-untrusted",
        "The certificate comes from an authority that this host does not know.",
        lambda testbed: secured(testbed, trusted=False),
    ),
    Fault(
        "http-certificate-untrusted/changed",
        "Since a change of the configuration, the certificate comes from an unknown authority.",
        certificate_of_other_authority,
    ),
    Fault(
        "http-certificate-expiring",
        "The certificate expires in five days.",
        lambda testbed: secured(testbed, ends=5),
    ),
    Fault("http-upstream-down", "Nothing listens behind the proxy.", upstream_down),
    Fault(
        "http-upstream-down/changed",
        "Since a change of the configuration, nothing listens behind the proxy.",
        upstream_moved,
    ),
    Fault(
        "http-upstream-down/container",
        "The container behind the proxy is stopped.",
        upstream_container_down,
    ),
    Fault(
        "http-upstream-down/breaks-off",
        "What listens behind the proxy breaks its answer off.",
        upstream_breaks_off,
    ),
    Fault("http-upstream-slow", "What listens behind the proxy never answers.", upstream_slow),
    Fault(
        "http-upstream-slow/container",
        "The processes of the container behind the proxy are stopped.",
        upstream_container_hangs,
    ),
    Fault(
        "http-maintenance",
        "The file is there that means maintenance.",
        maintenance,
        also=("http-unavailable",),
    ),
    Fault(
        "http-unavailable",
        "Since a change of the configuration, nginx answers 503.",
        lambda testbed: changed(
            testbed, 'location / { add_header Retry-After 600 always; return 503 "back soon"; }'
        ),
    ),
    Fault("http-server-error", "Since a change of the configuration, nginx goes in a circle.", failing),
    Fault(
        "http-server-error/unchanged",
        "The server answers 500, and its configuration is as it was.",
        lambda testbed: serving(testbed, "location / { return 500; }"),
    ),
    Fault(
        "http-path-missing",
        "Since a change of the configuration, there is no file at the path.",
        missing_path,
    ),
    Fault(
        "http-access-denied",
        "Since a change of the configuration, nginx denies every address.",
        lambda testbed: changed(testbed, "location / { deny all; }"),
    ),
    Fault(
        "http-files-unreadable",
        "nginx may not read the file at the path.",
        unreadable,
        also=("http-access-denied",),
    ),
    Fault(
        "http-too-many-requests",
        "Since a change of the configuration, the server answers 429.",
        lambda testbed: changed(testbed, "location / { return 429; }"),
    ),
    Fault(
        "http-redirect-loop",
        "Since a change of the configuration, each redirect leads to the next.",
        lambda testbed: changed(testbed, "absolute_redirect off; location / { return 302 $uri/; }", "/a"),
    ),
    Fault("http-redirected-away", "The server redirects to a new one on another port.", moved),
    Fault("http-hangs", "A listener takes connections and never answers.", hanging),
    Fault("http-hangs/workers", "The workers of nginx are stopped.", hanging_workers),
    Fault(
        "http-wrong-content",
        "Since a change of the configuration, nginx shows its default page.",
        lambda testbed: changed(
            testbed,
            'location / { default_type text/html; return 200 "<h1>Welcome to nginx!</h1>"; }',
            expected_text='"status": "ok"',
        ),
    ),
    Fault("http-slow", "Each packet is delayed for half a second.", slow),
)

HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy("well", "nginx answers 200.", lambda testbed: serving(testbed, WELL)),
    Healthy(
        "no-content",
        "A health check answers 204, without a body, as it should.",
        lambda testbed: serving(testbed, "location / { return 204; }", expected_status=204),
    ),
    Healthy(
        "login-wanted",
        "The service asks for a login, as it should.",
        lambda testbed: serving(testbed, "location / { return 401; }", expected_status=401),
    ),
    Healthy(
        "redirect-on-the-same-host",
        "A redirect adds a slash, and the answer there is right.",
        lambda testbed: serving(
            testbed, f"absolute_redirect off; location = /health {{ return 301 /health/; }} {WELL}"
        ),
    ),
    Healthy(
        "own-authority",
        "The certificate is by an authority of one's own, and good for three weeks.",
        lambda testbed: secured(testbed, "localhost", "127.0.0.1", ends=21),
    ),
    Healthy(
        "behind-a-proxy",
        "The answer comes through a proxy, with the expected text, a little late.",
        lambda testbed: relayed(testbed, "0.02", expected_text='"status": "ok"'),
    ),
    Healthy(
        "error-page-with-200-words",
        "The page speaks of errors 500 and 404, and is fine.",
        lambda testbed: serving(testbed, 'location / { return 200 "error 500, error 404: none today"; }'),
    ),
    Healthy(
        "certificate-renewed", "The certificate was renewed, and nginx has loaded it.", renewed_and_loaded
    ),
    Healthy(
        "configuration-changed",
        "The configuration differs from its copy, an old log line speaks of a mistake, and all is well.",
        changed_and_well,
    ),
    Healthy("maintenance-over", "The switch for maintenance is off.", switch_is_off),
)


def _files(words: list[str], testbed: Testbed) -> bool:
    """All operands are files of the testbed."""
    return testbed.owns_files([word for word in words[1:] if word[0] != "-"])


def _last(words: list[str], testbed: Testbed) -> bool:
    """The last operand is a file or folder of the testbed."""
    return testbed.owns_files(words[-1:])


def _nginx(words: list[str], testbed: Testbed) -> bool:
    """The configuration is of the testbed."""
    return "-c" in words and testbed.owns_files([words[words.index("-c") + 1]])


def _server() -> str:
    """What serves without an engine. Raises :class:`Unavailable`."""
    if shutil.which("nginx") is None:
        raise Unavailable("needs nginx: install the package nginx")
    return "nginx"


LAB: Lab[DeclaredTestbed] = Lab(
    title="HTTP services",
    runbook="http-service",
    domains=None,
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=DeclaredTestbed,
    image=later("runbooklab.domains.generic.lab.systemd:image"),
    without_docker=WithoutDocker(_server, "install nginx"),
    manual_signs=(
        ("certbot", "the certificate comes from an authority outside"),
        ("own-ca.crt", "a person names the authority"),
    ),
    commands={"cp": _files, "chmod": _last, "nginx": _nginx, "sleep": lambda words, testbed: True},
)
