"""Drills of the endpoint, the client's folder and the engine's configuration."""

from __future__ import annotations

import os
from collections.abc import Callable

from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation, Unavailable

#: The user id of nobody.
NOBODY = 65534


def host_refused(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_HOST": f"tcp://127.0.0.1:{free_port()}"})


def host_missing(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_HOST": f"unix://{bed.folder}/none.sock"})


def host_stale(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_HOST": f"unix://{bed.stale_socket()}"})


def context_wrong(bed: DockerTestbed) -> Situation:
    folder = bed.client_folder('{"currentContext": "lab"}', lab=f"unix://{bed.folder}/none.sock")
    return bed.situation(docker_config=str(folder))


def socket_is_folder(bed: DockerTestbed) -> Situation:
    (bed.folder / "docker.sock").mkdir()
    return bed.situation({"DOCKER_HOST": f"unix://{bed.folder}/docker.sock"})


def web_server(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_HOST": f"tcp://127.0.0.1:{bed.web_server()}"})


def silent(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_HOST": f"tcp://127.0.0.1:{bed.listening('silent')}"})


def denied(bed: DockerTestbed) -> Situation:
    if os.geteuid() != 0:
        raise Unavailable("needs root, to look as another user")
    path = bed.stale_socket()
    os.chown(path, NOBODY, NOBODY)
    path.chmod(0o600)
    situation = bed.situation({"DOCKER_HOST": f"unix://{path}"})
    return Situation(situation.parameters, situation.environment, unprivileged=True)


def too_new(bed: DockerTestbed) -> Situation:
    return bed.situation({"DOCKER_API_VERSION": "1.99"})


def context_missing(bed: DockerTestbed) -> Situation:
    return bed.situation(docker_config=str(bed.client_folder('{"currentContext": "gone"}')))


def on_other_engine(bed: DockerTestbed) -> Situation:
    url = bed.own_engine("--iptables=false", "--bridge=none")
    bed.run_container("worker", ["sleep", "600"])
    folder = bed.client_folder('{"currentContext": "lab"}', lab=url)
    return bed.situation(docker_config=str(folder), container=bed.name("worker"))


def no_helper(bed: DockerTestbed) -> Situation:
    return bed.situation(docker_config=str(bed.client_folder('{"credsStore": "desktop-lab"}')))


def no_helper_of_registry(bed: DockerTestbed) -> Situation:
    folder = bed.client_folder('{"credHelpers": {"registry.lab": "lab-login"}}')
    return bed.situation(docker_config=str(folder))


_PLAIN = "services:\n  worker:\n    image: {image}\n    command: [sleep, '600']\n"


def no_compose(bed: DockerTestbed) -> Situation:
    path = bed.compose(_PLAIN.format(image=bed.image))
    return bed.situation(docker_config=str(bed.client_folder()), compose_file=str(path))


def compose_v1(bed: DockerTestbed) -> Situation:
    folder = bed.client_folder()
    bed.file("bin/docker-compose", '#!/usr/bin/python3\nprint("docker-compose version 1.29.2")\n', 0o755)
    environment = {"PATH": f"{bed.folder}/bin:{os.environ.get('PATH', '')}"}
    return bed.situation(environment, docker_config=str(folder))


def daemon(text: str) -> Callable[[DockerTestbed], Situation]:
    """A recipe: the engine's configuration file holds ``text``."""

    def recipe(bed: DockerTestbed) -> Situation:
        return bed.situation(daemon_config=str(bed.file("daemon.json", text)))

    return recipe


def default_host(bed: DockerTestbed) -> Situation:
    folder = bed.client_folder("{}", unused="unix:///nonexistent/docker.sock")
    return bed.situation({"DOCKER_HOST": "unix:///run/docker.sock"}, docker_config=str(folder))


FAULTS: tuple[Fault[DockerTestbed], ...] = (
    Fault("docker-host-wrong", "DOCKER_HOST names a port on which nothing listens.", host_refused),
    Fault("docker-host-wrong/socket", "DOCKER_HOST names a socket that is not there.", host_missing),
    Fault("docker-host-wrong/stale", "DOCKER_HOST names a socket that nobody listens on.", host_stale),
    Fault(
        "docker-host-wrong/context", "The current context names a socket that is not there.", context_wrong
    ),
    Fault("docker-socket-is-directory", "DOCKER_HOST names a directory.", socket_is_folder),
    Fault("not-docker-on-endpoint", "DOCKER_HOST names a web server.", web_server),
    Fault("docker-unresponsive", "DOCKER_HOST names a listener that never answers.", silent),
    Fault("docker-permission-denied", "The socket is another user's alone.", denied),
    Fault("docker-api-version", "DOCKER_API_VERSION is newer than the engine.", too_new),
    Fault("docker-context-missing", "The current context does not exist.", context_missing),
    Fault(
        "container-on-other-engine",
        "The context is an empty engine's; the default has it.",
        on_other_engine,
        tools=("dockerd", "unshare"),
    ),
    Fault("credential-helper-missing", "credsStore names a program that is not there.", no_helper),
    Fault("credential-helper-missing/registry", "credHelpers does, for one registry.", no_helper_of_registry),
    Fault("compose-missing", "The client's folder has no plugin, and a Compose file is named.", no_compose),
    Fault("compose-v1-only", "docker-compose on PATH is a script of version 1.", compose_v1),
    Fault(
        "daemon-config-invalid", "A comma stands before the last brace.", daemon('{\n  "debug": true,\n}\n')
    ),
    Fault("daemon-config-invalid/key", "A key is unknown.", daemon('{"log-opt": {"max-size": "10m"}}')),
    Fault("daemon-config-invalid/type", "A text stands for true.", daemon('{"live-restore": "yes"}')),
    Fault(
        "daemon-config-conflict",
        "hosts is set, and by the unit's -H too.",
        daemon('{"hosts": ["unix:///run/docker.sock"]}'),
    ),
)

HEALTHY: tuple[Healthy[DockerTestbed], ...] = (
    Healthy(
        "docker-host-names-default",
        "DOCKER_HOST names the usual socket; an unused context is broken.",
        default_host,
    ),
    Healthy(
        "daemon-config-plain",
        "The engine's configuration is valid.",
        daemon('{"log-opts": {"max-size": "10m"}, "features": {"buildkit": true}}'),
    ),
)
