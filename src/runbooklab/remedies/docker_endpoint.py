"""Plans for an engine that is there and that this tool cannot reach as it is named."""

from __future__ import annotations

from urllib.parse import urlsplit

from runbooklab.remedies.site import Site
from runbooklab.remedies.steps import Steps, command

_AGAIN = "runbook run redis-connection"
_SOCKET, _CONTROL = '"$HOME/docker-remote.sock"', '"$HOME/docker-remote.ctl"'
_HINTS = {
    "npipe": "A named pipe is reached from Windows only: run this tool there, or let the engine listen on a "
    "unix or TCP socket too and name that in DOCKER_HOST.",
    "fd": "fd:// is how systemd hands the engine its socket, and no address for clients: name the socket "
    "itself in DOCKER_HOST, as unix:///var/run/docker.sock.",
}


def reach_docker_endpoint(site: Site) -> Steps:
    """The engine's socket brought here, if it is behind ssh; else what to name instead."""
    seen = site.e.docker.value
    url = urlsplit(seen.endpoint) if seen is not None else urlsplit("")
    if url.scheme == "ssh" and url.hostname:
        return _forwarded(url.hostname, url.username or "", url.netloc.rpartition(":")[2])
    hint = _HINTS.get(url.scheme, "DOCKER_HOST, or the context, is to name a unix:// or a tcp:// address.")
    if "TLS" in (seen.message if seen is not None else ""):
        hint = "Name the folder with ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH."
    return Steps(
        commands=("docker context ls", "docker info"),
        changes=f"Changes nothing. {hint}",
        risk="none",
        confirm=(_AGAIN,),
    )


def _forwarded(host: str, user: str, port: str) -> Steps:
    there = f"{user}@{host}" if user else host
    at_port = ("-p", port) if port.isdecimal() else ()
    ssh = command("ssh", "-fnNT", "-M", "-o", "ExitOnForwardFailure=yes", *at_port)
    forward = '"$HOME/docker-remote.sock:/var/run/docker.sock"'
    return Steps(
        commands=(
            f"{ssh} -S {_CONTROL} -L {forward} {command('--', there)}",
            f'DOCKER_HOST="unix://$HOME/docker-remote.sock" {_AGAIN}',
        ),
        changes=f"Brings the socket of the engine on {host} here by ssh, for this user alone, and looks "
        "again through it; DOCKER_HOST stays as it is in this shell. Or run this tool on that machine.",
        confirm=('docker -H "unix://$HOME/docker-remote.sock" version',),
        undo=(f"ssh -S {_CONTROL} -O exit {command('--', there)}", f"rm -f {_SOCKET}"),
    )
