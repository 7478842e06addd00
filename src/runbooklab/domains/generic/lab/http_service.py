"""The lab of HTTP services: an nginx of its own that answers in every wrong way, and other listeners."""

from __future__ import annotations

from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.lab import Lab
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

#: A server of the lab; ``%s`` is what it does.
_SERVER = "server { listen 127.0.0.1:@PORT@; %s }"
_TLS = "server { listen 127.0.0.1:@PORT@ ssl; ssl_certificate %s; ssl_certificate_key %s; %s }"
_WELL = 'location / { default_type application/json; return 200 \'{"status": "ok"}\'; }'


def _serving(testbed: DeclaredTestbed, does: str, path: str = "/health", **parameters: object) -> Situation:
    """A server without TLS that does this."""
    server = testbed.nginx(_SERVER % does)
    return testbed.of(url=f"{server.url}{path}", **parameters)


def _secured(
    testbed: DeclaredTestbed,
    *names: str,
    trusted: bool = True,
    starts: int = -1,
    ends: int = 90,
    does: str = _WELL,
) -> Situation:
    """A server with a certificate for these names, valid from ``starts`` to ``ends``, in days from today."""
    issuer = testbed.authority()
    certificate, key = issuer.issue("server", *(names or ("localhost",)), starts=starts, ends=ends)
    server = testbed.nginx(_TLS % (certificate, key, does))
    return testbed.of(url=f"https://localhost:{server.port}/health", ca_file=issuer.file if trusted else "")


# --- no connection


def _unknown_name(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(url="http://shop.runbooklab.invalid/health")


def _refused(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(_SERVER % _WELL)
    server.ended()
    return testbed.of(url=f"{server.url}/health")


def _dropped(testbed: DeclaredTestbed, target: str = "DROP", *more: str) -> Situation:
    server = testbed.nginx(_SERVER % _WELL)
    rule = ["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(server.port), "-j", target, *more]
    testbed.firewall(*rule)
    return testbed.of(url=f"{server.url}/health")


def _rejected(testbed: DeclaredTestbed) -> Situation:
    return _dropped(testbed, "REJECT", "--reject-with", "icmp-host-unreachable")


def _other_protocol(testbed: DeclaredTestbed) -> Situation:
    port = testbed.listening("banner", "SSH-2.0-OpenSSH_9.2")
    return testbed.of(url=f"http://127.0.0.1:{port}/health")


def _plain_behind_https(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(_SERVER % _WELL)
    return testbed.of(url=f"https://127.0.0.1:{server.port}/health")


def _tls_behind_http(testbed: DeclaredTestbed) -> Situation:
    secured = _secured(testbed)
    return testbed.of(url=secured.parameters["url"].replace("https:", "http:"))


# --- the answer


def _upstream(testbed: DeclaredTestbed, port: int, more: str = "") -> Situation:
    return _serving(
        testbed,
        f"location / {{ proxy_pass http://127.0.0.1:{port}; {more} }}",
        error_log=str(testbed.folder / "error.log"),
    )


def _upstream_down(testbed: DeclaredTestbed) -> Situation:
    return _upstream(testbed, free_port())


def _upstream_breaks_off(testbed: DeclaredTestbed) -> Situation:
    return _upstream(testbed, testbed.listening("banner", "HTTP/1.1 200 OK"))


def _upstream_slow(testbed: DeclaredTestbed) -> Situation:
    return _upstream(testbed, testbed.listening("silent"), "proxy_read_timeout 1s;")


def _maintenance(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, 'location / { add_header Retry-After 600 always; return 503 "back soon"; }')


def _failing(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, "location / { return 500; }")


def _missing_path(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, f"root {testbed.folder}/site;", "/healthz")


def _denied(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, "location / { deny all; }")


def _too_many(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, "location / { return 429; }")


def _loop(testbed: DeclaredTestbed) -> Situation:
    return _serving(testbed, "absolute_redirect off; location / { return 302 $uri/; }", "/a")


def _moved(testbed: DeclaredTestbed) -> Situation:
    new = testbed.nginx(_SERVER % _WELL)
    return _serving(testbed, f"location / {{ return 301 {new.url}/health; }}")


def _hanging(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(url=f"http://127.0.0.1:{testbed.listening('silent')}/health")


def _default_page(testbed: DeclaredTestbed) -> Situation:
    does = 'location / { default_type text/html; return 200 "<h1>Welcome to nginx!</h1>"; }'
    return _serving(testbed, does, expected_text='"status": "ok"')


def _slow(testbed: DeclaredTestbed) -> Situation:
    return _relayed(testbed, "0.5", slow_ms=300)


def _relayed(testbed: DeclaredTestbed, delay_s: str, **parameters: object) -> Situation:
    server = testbed.nginx(_SERVER % _WELL)
    port = testbed.listening("relay", "127.0.0.1", str(server.port), delay_s)
    return testbed.of(url=f"http://127.0.0.1:{port}/health", **parameters)


FAULTS: tuple[Fault[DeclaredTestbed], ...] = (
    Fault("http-name-unknown", "The name in the URL does not exist.", _unknown_name),
    Fault("http-refused", "nginx is stopped.", _refused),
    Fault("http-port-silent", "A firewall drops packets to the port.", _dropped, tools=("iptables",)),
    Fault(
        "http-port-silent/rejected",
        "A firewall says that the host cannot be reached.",
        _rejected,
        tools=("iptables",),
    ),
    Fault("http-not-http", "An SSH server listens on the port.", _other_protocol),
    Fault("http-tls-missing", "The URL says https, and nginx listens without TLS.", _plain_behind_https),
    Fault("http-tls-expected", "The URL says http, and nginx listens with TLS.", _tls_behind_http),
    Fault(
        "http-certificate-expired",
        "The certificate expired ten days ago.",
        lambda testbed: _secured(testbed, starts=-40, ends=-10),
    ),
    Fault(
        "http-certificate-early",
        "The certificate is valid from next week on.",
        lambda testbed: _secured(testbed, starts=7),
    ),
    Fault(
        "http-certificate-other-name",
        "The certificate is for another host.",
        lambda testbed: _secured(testbed, "www.example.org", "example.org"),
    ),
    Fault(
        "http-certificate-untrusted",
        "The certificate comes from an authority that this host does not know.",
        lambda testbed: _secured(testbed, trusted=False),
    ),
    Fault(
        "http-certificate-expiring",
        "The certificate expires in five days.",
        lambda testbed: _secured(testbed, ends=5),
    ),
    Fault("http-upstream-down", "Nothing listens behind the proxy.", _upstream_down),
    Fault(
        "http-upstream-down/breaks-off",
        "What listens behind the proxy breaks its answer off.",
        _upstream_breaks_off,
    ),
    Fault("http-upstream-slow", "What listens behind the proxy never answers.", _upstream_slow),
    Fault("http-unavailable", "nginx answers 503 for maintenance.", _maintenance),
    Fault("http-server-error", "The server answers 500.", _failing),
    Fault("http-path-missing", "nginx has no file at the path.", _missing_path),
    Fault("http-access-denied", "nginx denies every address.", _denied),
    Fault("http-too-many-requests", "The server answers 429.", _too_many),
    Fault("http-redirect-loop", "Each redirect leads to the next.", _loop),
    Fault("http-redirected-away", "The server redirects to a new one on another port.", _moved),
    Fault("http-hangs", "A listener takes connections and never answers.", _hanging),
    Fault("http-wrong-content", "nginx shows its default page.", _default_page),
    Fault("http-slow", "Each packet is delayed for half a second.", _slow),
)

HEALTHY: tuple[Healthy[DeclaredTestbed], ...] = (
    Healthy("well", "nginx answers 200.", lambda testbed: _serving(testbed, _WELL)),
    Healthy(
        "no-content",
        "A health check answers 204, without a body, as it should.",
        lambda testbed: _serving(testbed, "location / { return 204; }", expected_status=204),
    ),
    Healthy(
        "login-wanted",
        "The service asks for a login, as it should.",
        lambda testbed: _serving(testbed, "location / { return 401; }", expected_status=401),
    ),
    Healthy(
        "redirect-on-the-same-host",
        "A redirect adds a slash, and the answer there is right.",
        lambda testbed: _serving(
            testbed, f"absolute_redirect off; location = /health {{ return 301 /health/; }} {_WELL}"
        ),
    ),
    Healthy(
        "own-authority",
        "The certificate is by an authority of one's own, and good for three weeks.",
        lambda testbed: _secured(testbed, "localhost", "127.0.0.1", ends=21),
    ),
    Healthy(
        "behind-a-proxy",
        "The answer comes through a proxy, with the expected text, a little late.",
        lambda testbed: _relayed(testbed, "0.02", expected_text='"status": "ok"'),
    ),
    Healthy(
        "error-page-with-200-words",
        "The page speaks of errors 500 and 404, and is fine.",
        lambda testbed: _serving(testbed, 'location / { return 200 "error 500, error 404: none today"; }'),
    ),
)

LAB: Lab[DeclaredTestbed] = Lab(
    title="HTTP services",
    runbook="http-service",
    domains=None,
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=DeclaredTestbed,
)
