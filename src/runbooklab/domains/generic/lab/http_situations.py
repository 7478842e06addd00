"""HTTP services of a drill, each broken in its own way: an nginx of its own, and other listeners."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.lab.testbed import DeclaredTestbed
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

if TYPE_CHECKING:
    from docker.models.containers import Container

    from runbooklab.domains.generic.lab.web_server import Nginx

#: A server of the lab; ``%s`` is what it does.
SERVER = "server { listen 127.0.0.1:@PORT@; %s }"
_TLS = "server { listen 127.0.0.1:@PORT@ ssl; ssl_certificate %s; ssl_certificate_key %s; %s }"
WELL = 'location / { default_type application/json; return 200 \'{"status": "ok"}\'; }'
#: As an operator does: a file whose presence counts.
_SWITCH = "if (-f @FOLDER@/maintenance) { return 503; } " + WELL


def serving(testbed: DeclaredTestbed, does: str, path: str = "/health", **parameters: Any) -> Situation:
    """A server without TLS that does this, and always has."""
    return _of(testbed, testbed.nginx(SERVER % does), path, **parameters)


def changed(
    testbed: DeclaredTestbed, does: str, path: str = "/health", before: str = WELL, **parameters: Any
) -> Situation:
    """A server without TLS that does this since somebody changed its configuration."""
    return _of(testbed, testbed.nginx(SERVER % does, before=SERVER % before), path, **parameters)


def _of(testbed: DeclaredTestbed, server: Nginx, path: str, **parameters: Any) -> Situation:
    """The server as a target, as whoever runs it knows it."""
    known = {"url": f"{server.url}{path}", "config": str(server.configuration)}
    if server.before.exists():
        known["config_backup"] = str(server.before)
    return testbed.of(**{"error_log": str(server.error_log), **known, **parameters})


def secured(
    testbed: DeclaredTestbed,
    *names: str,
    trusted: bool = True,
    starts: int = -1,
    ends: int = 90,
    renewed: int = 0,
) -> Situation:
    """A server with a certificate for these names, valid from ``starts`` to ``ends``, in days from today.

    ``renewed`` are the days for which the certificate is good that was put into its file since.
    """
    issuer = testbed.authority()
    names = names or ("localhost",)
    certificate, key = issuer.issue("server", *names, starts=starts, ends=ends)
    server = testbed.nginx(_TLS % (certificate, key, WELL))
    if renewed:
        issuer.issue("server", *names, ends=renewed)
    return _of(
        testbed,
        server,
        "/health",
        url=f"https://localhost:{server.port}/health",
        ca_file=issuer.file if trusted else "",
        certificate_file=certificate,
    )


def _other_certificate(testbed: DeclaredTestbed, issuer: str, *names: str) -> Situation:
    """Since a change of the configuration, the server sends another certificate, by this authority."""
    usual, other = testbed.authority(), testbed.authority("other")
    good = usual.issue("server", "localhost")
    bad = (usual if issuer == "usual" else other).issue("site", *names)
    server = testbed.nginx(_TLS % (*bad, WELL), before=_TLS % (*good, WELL))
    url = f"https://localhost:{server.port}/health"
    return _of(testbed, server, "/health", url=url, ca_file=usual.file)


def certificate_of_other_site(testbed: DeclaredTestbed) -> Situation:
    return _other_certificate(testbed, "usual", "www.example.org", "example.org")


def certificate_of_other_authority(testbed: DeclaredTestbed) -> Situation:
    return _other_certificate(testbed, "other", "localhost")


# --- no connection


def unknown_name(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(url="http://shop.runbooklab.invalid/health")


def stopped(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(SERVER % WELL)
    server.ended()
    return _of(testbed, server, "/health")


def never_named(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(url=stopped(testbed).parameters["url"])


def stopped_container(testbed: DeclaredTestbed) -> Situation:
    container, port = testbed.nginx_in_container("web", SERVER % WELL)
    container.stop(timeout=5)
    name = str(testbed.exited(container).name)
    return testbed.of(url=f"http://127.0.0.1:{port}/health", container=name)


def rejected_configuration(testbed: DeclaredTestbed) -> Situation:
    """Somebody changes the configuration and restarts the server, which ends at once."""
    server = testbed.nginx(SERVER % WELL, before=SERVER % WELL)
    server.ended()
    server.fails_with(SERVER % "proxy_pas http://127.0.0.1;")
    return _of(testbed, server, "/health")


def dropped(testbed: DeclaredTestbed, target: str = "DROP", *more: str) -> Situation:
    server = testbed.nginx(SERVER % WELL)
    rule = ["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(server.port), "-j", target, *more]
    testbed.firewall(*rule)
    return _of(testbed, server, "/health")


def rejected(testbed: DeclaredTestbed) -> Situation:
    return dropped(testbed, "REJECT", "--reject-with", "icmp-host-unreachable")


def other_protocol(testbed: DeclaredTestbed) -> Situation:
    port = testbed.listening("banner", "SSH-2.0-OpenSSH_9.2")
    return testbed.of(url=f"http://127.0.0.1:{port}/health")


def plain_behind_https(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(SERVER % WELL)
    return _of(testbed, server, "/health", url=f"https://127.0.0.1:{server.port}/health?from=load%20balancer")


def tls_behind_http(testbed: DeclaredTestbed) -> Situation:
    parameters = secured(testbed).parameters
    return testbed.of(**parameters | {"url": parameters["url"].replace("https:", "http:")})


# --- the answer


def _proxy(port: int, more: str = "") -> str:
    return f"location / {{ proxy_pass http://127.0.0.1:{port}; {more} }}"


def upstream_down(testbed: DeclaredTestbed) -> Situation:
    """Nothing is known of what stands behind the proxy, and nothing was changed."""
    return serving(testbed, _proxy(free_port()))


def upstream_moved(testbed: DeclaredTestbed) -> Situation:
    behind = testbed.nginx(SERVER % WELL)
    return changed(testbed, _proxy(free_port()), before=_proxy(behind.port))


def upstream_container_down(testbed: DeclaredTestbed) -> Situation:
    container, situation = _upstream_container(testbed)
    container.stop(timeout=5)
    testbed.exited(container)
    return situation


def upstream_container_hangs(testbed: DeclaredTestbed) -> Situation:
    container, situation = _upstream_container(testbed)
    container.exec_run(["sh", "-c", "kill -STOP -1"])  # all but its first process, which lets no stranger in
    return situation


def _upstream_container(testbed: DeclaredTestbed) -> tuple[Container, Situation]:
    """A container behind a proxy that waits a second for it."""
    container, port = testbed.nginx_in_container("app", SERVER % WELL)
    proxy = _proxy(port, "proxy_read_timeout 1s;")
    return container, serving(testbed, proxy, upstream_container=str(container.name))


def upstream_breaks_off(testbed: DeclaredTestbed) -> Situation:
    return serving(testbed, _proxy(testbed.listening("banner", "HTTP/1.1 200 OK")))


def upstream_slow(testbed: DeclaredTestbed) -> Situation:
    return serving(testbed, _proxy(testbed.listening("silent"), "proxy_read_timeout 1s;"))


def maintenance(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(SERVER % _SWITCH)
    switch = server.folder / "maintenance"
    switch.touch()
    return _of(testbed, server, "/health", maintenance_file=str(switch))


def failing(testbed: DeclaredTestbed) -> Situation:
    """The last resort of every request is a page that is not there: nginx goes round and gives up."""
    return changed(testbed, f"root {testbed.folder}/site; location / {{ try_files $uri /index.html; }}")


def missing_path(testbed: DeclaredTestbed) -> Situation:
    return changed(testbed, f"root {testbed.folder}/site;", "/healthz")


def unreadable(testbed: DeclaredTestbed) -> Situation:
    page = _page(testbed)
    page.chmod(0)
    return serving(testbed, f"root {page.parent};", "/health", document_root=str(page.parent))


def _page(testbed: DeclaredTestbed) -> Path:
    return testbed.file("site/health", '{"status": "ok"}')


def moved(testbed: DeclaredTestbed) -> Situation:
    new = testbed.nginx(SERVER % WELL)
    return serving(testbed, f"location / {{ return 301 {new.url}/health; }}")


def hanging(testbed: DeclaredTestbed) -> Situation:
    return testbed.of(url=f"http://127.0.0.1:{testbed.listening('silent')}/health")


def hanging_workers(testbed: DeclaredTestbed) -> Situation:
    server = testbed.nginx(SERVER % WELL)
    server.hang()
    return _of(testbed, server, "/health")


def slow(testbed: DeclaredTestbed) -> Situation:
    return relayed(testbed, "0.5", slow_ms=300)


def relayed(testbed: DeclaredTestbed, delay_s: str, **parameters: Any) -> Situation:
    """A server behind a relay that delays each packet."""
    server = testbed.nginx(SERVER % WELL)
    port = testbed.listening("relay", "127.0.0.1", str(server.port), delay_s)
    return testbed.of(url=f"http://127.0.0.1:{port}/health", **parameters)


# --- odd and well


def renewed_and_loaded(testbed: DeclaredTestbed) -> Situation:
    """The certificate's file is good for as long as what the server sends."""
    return secured(testbed, ends=60, renewed=60)


def changed_and_well(testbed: DeclaredTestbed) -> Situation:
    """The configuration was changed, and the old log speaks of one that was refused."""
    situation = changed(testbed, WELL, before="location / { return 200; }")
    log = Path(situation.parameters["error_log"])
    with log.open("a") as file:
        file.write('2020/01/01 00:00:00 [emerg] 7#7: unknown directive "x" in /etc/nginx/nginx.conf:3\n')
    return situation


def switch_is_off(testbed: DeclaredTestbed) -> Situation:
    """There is a switch for maintenance, which is off; the folder's files may be read by their owner."""
    page = _page(testbed)
    server = testbed.nginx(SERVER % _SWITCH)
    switch = str(server.folder / "maintenance")
    return _of(testbed, server, "/health", maintenance_file=switch, document_root=str(page.parent))
