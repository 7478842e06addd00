"""Plans for an engine that does not run, or that this tool cannot reach as it is named."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command, quoted

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
        return _forwarded(site, url.hostname, url.username or "", url.netloc.rpartition(":")[2])
    hint = _HINTS.get(url.scheme, "DOCKER_HOST, or the context, is to name a unix:// or a tcp:// address.")
    if "TLS" in (seen.message if seen is not None else ""):
        hint = "Name the folder with ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH."
    return Steps(
        commands=("docker context ls", "docker info"),
        changes=f"Changes nothing. {hint}",
        risk="none",
        confirm=(site.run_again,),
    )


#: Where the engine of this host listens, as Docker installs it.
_USUAL = ("", "unix:///var/run/docker.sock", "unix:///run/docker.sock")
#: Names who says which engine is meant: the variables come before the context.
_WHO_NAMES_IT = 'echo "DOCKER_HOST=$DOCKER_HOST DOCKER_CONTEXT=$DOCKER_CONTEXT"; docker context ls'
_ROOTLESS = re.compile(r"/run/user/\d+/docker\.sock")


def start_docker(site: Site) -> Steps:
    """Start the engine that is meant; use another one only if a person says that it is meant."""
    seen = site.e.docker.value
    by_name = f"docker ps --filter name={quoted(site.name)}"
    if seen is not None and seen.endpoint not in _USUAL:
        return _start_named(site, seen.endpoint, by_name)
    return Steps(
        commands=("sudo systemctl start docker",),
        changes="Starts the Docker engine; containers with a restart policy come up with it.",
        confirm=("docker info", by_name),
        undo=("sudo systemctl stop docker",),
    )


def _start_named(site: Site, endpoint: str, confirm: str) -> Steps:
    """``endpoint`` was named by somebody: it is reached, before anything else is asked instead of it."""
    url = urlsplit(endpoint)
    other = (
        "If the engine of this host is meant instead, unset what names the other one, and run again: "
        f"env -u DOCKER_HOST DOCKER_CONTEXT=default {site.run_again} does that for one run."
    )
    if url.scheme != "unix":
        at = _netloc(url.netloc)
        host, _, port = at.rpartition(":")
        reach = (command("nc", "-zv", host, port),) if host and port.isdecimal() else ()
        here = host in ("localhost", "127.0.0.1", "::1")
        start = (
            ("sudo systemctl start docker",)
            if here
            else (command("ssh", "--", host, "sudo systemctl start docker"),)
        )
        return Steps(
            commands=(_WHO_NAMES_IT, *reach, *(start if host else ())),
            changes=f"Shows what names the engine at {endpoint}, where none answers, and starts it there; it "
            f"has to listen on that address too (dockerd --host). {other}",
            confirm=("docker info", confirm),
        )
    own = _ROOTLESS.fullmatch(url.path) is not None
    start = ("systemctl --user start docker",) if own else ("sudo systemctl start docker",)
    of = "this user's own (rootless) engine" if own else "the engine"
    return Steps(
        commands=(_WHO_NAMES_IT, command("ls", "-l", url.path), *start),
        changes=f"Shows what names the socket {url.path}, where no engine answers, and starts {of}: it has "
        f"to listen there. {other}",
        confirm=("docker info", confirm),
    )


def _netloc(netloc: str) -> str:
    return netloc.rpartition("@")[2]


def _forwarded(site: Site, host: str, user: str, port: str) -> Steps:
    there = f"{user}@{host}" if user else host
    at_port = ("-p", port) if port.isdecimal() else ()
    ssh = command("ssh", "-fnNT", "-M", "-o", "ExitOnForwardFailure=yes", *at_port)
    forward = '"$HOME/docker-remote.sock:/var/run/docker.sock"'
    return Steps(
        commands=(
            f"{ssh} -S {_CONTROL} -L {forward} {command('--', there)}",
            f'DOCKER_HOST="unix://$HOME/docker-remote.sock" {site.run}',
        ),
        changes=f"Brings the socket of the engine on {host} here by ssh, for this user alone, and runs "
        "again through it; DOCKER_HOST stays as it is in this shell. Or run this tool on that machine.",
        confirm=('docker -H "unix://$HOME/docker-remote.sock" version',),
        undo=(f"ssh -S {_CONTROL} -O exit {command('--', there)}", f"rm -f {_SOCKET}"),
    )


def grant_docker_access(site: Site) -> Steps:
    return Steps(
        commands=('sudo usermod -aG docker "$USER"', "newgrp docker"),
        changes="Puts this user into the group docker, which is as powerful as root on this host.",
        risk="medium",
        confirm=("docker info", site.run_again),
        undo=('sudo gpasswd -d "$USER" docker',),
    )


def restart_docker(site: Site) -> Steps:
    look = site.e.container.value
    count = f"{len(look.names):,}" if look is not None and look.names else "a number that was not observed"
    return Steps(
        commands=("sudo systemctl restart docker",),
        changes="Restarts the Docker engine. Every container stops meanwhile, unless live-restore is on; "
        "those without a "
        "restart policy stay down.",
        risk="high",
        confirm=("docker info", command("docker", "start", site.name), site.works),
        destructive=True,
        loses=(
            f"What running containers hold in memory alone, of {count} there are, unless live-restore is on.",
        ),
    )


def set_docker_api_version(site: Site) -> Steps:
    seen = site.e.docker.value
    if seen is None or not seen.api_version:
        return Steps(
            commands=("unset DOCKER_API_VERSION", "docker version"),
            changes="Lets client and engine agree on a version, in this shell; then shows both versions.",
            risk="none",
            confirm=("docker info",),
        )
    version = quoted(seen.api_version)
    return Steps(
        commands=("docker version", f"export DOCKER_API_VERSION={version}"),
        changes="Makes the client speak the engine's API version, in this shell; the first command names it.",
        risk="none",
        confirm=("docker info",),
        undo=("unset DOCKER_API_VERSION",),
    )


def fix_docker_context(site: Site) -> Steps:
    return Steps(
        commands=("docker context ls", "docker context use default", "unset DOCKER_CONTEXT"),
        changes="Goes back to the context default, the engine of this host.",
        confirm=("docker info",),
    )
