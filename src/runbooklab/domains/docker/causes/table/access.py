"""Access to the engine."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.causes.access import fails_by
from runbooklab.domains.docker.causes import access
from runbooklab.domains.docker.causes.table import sources
from runbooklab.domains.docker.causes.table.inspecting import shell
from runbooklab.domains.docker.evidence import Evidence

ACCESS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="docker-host-wrong",
        title="The endpoint that is named leads nowhere",
        layer="access",
        judge=access.host_wrong,
        distinguishing="Nothing answers at the endpoint that DOCKER_HOST or the context names; the engine of "
        "this host answers.",
        remedies=("use-local-engine",),
        source=sources.ACCESS,
        shown_by="docker-access",
        inspect=Inspection(
            shell("docker context ls"), "which endpoint is used, and that DOCKER_HOST overrides it"
        ),
        look_alikes=("docker-unreachable", "not-docker-on-endpoint"),
    ),
    Cause(
        id="docker-unreachable",
        title="Docker is not running or cannot be reached",
        layer="access",
        judge=access.unreachable,
        distinguishing="Nothing answers at the endpoint, and no other engine of this host answers.",
        remedies=("start-docker",),
        source=sources.ACCESS,
        shown_by="docker-access",
        inspect=Inspection(shell("docker version"), "no Server, and why"),
        consequence_of=("daemon-config-invalid", "daemon-config-conflict"),
        look_alikes=("docker-host-wrong", "docker-socket-is-directory"),
    ),
    Cause(
        id="docker-socket-is-directory",
        title="A directory stands where Docker's socket is to be",
        layer="access",
        judge=access.socket_is_directory,
        distinguishing="What stands at the socket's path is a directory.",
        remedies=("remove-socket-directory",),
        source=sources.MOUNTS,
        shown_by="docker-access",
        inspect=Inspection(shell("ls -ld /var/run/docker.sock"), "a line that begins with d"),
        look_alikes=("docker-unreachable",),
    ),
    Cause(
        id="not-docker-on-endpoint",
        title="What answers at the endpoint is not Docker",
        layer="access",
        judge=access.not_docker,
        distinguishing="Something answers GET /_ping, without the header Api-Version.",
        remedies=("use-local-engine",),
        source=sources.API,
        shown_by="docker-access",
        inspect=Inspection(shell("docker version"), "an answer that is no JSON"),
        look_alikes=("docker-unreachable", "docker-host-wrong"),
    ),
    Cause(
        id="docker-permission-denied",
        title="Docker does not let this user in",
        layer="access",
        judge=access.permission_denied,
        distinguishing="The endpoint is there, and this user may not open it.",
        remedies=("grant-docker-access",),
        source=sources.ACCESS,
        shown_by="docker-access",
        inspect=Inspection(shell("id -nG"), "no group docker"),
    ),
    Cause(
        id="docker-unresponsive",
        title="Docker does not answer",
        layer="access",
        judge=access.unresponsive,
        distinguishing="The endpoint accepts connections and gives no answer in time.",
        remedies=("restart-docker",),
        source=sources.ACCESS,
        shown_by="docker-access",
        inspect=Inspection(shell("docker version"), "no Server after a long wait"),
        look_alikes=("not-docker-on-endpoint",),
    ),
    Cause(
        id="docker-api-version",
        title="Docker speaks another API version",
        layer="access",
        judge=access.api_version,
        distinguishing="The engine refuses the API version that is asked for.",
        remedies=("set-docker-api-version",),
        source=sources.API,
        shown_by="docker-access",
        inspect=Inspection(shell("docker version"), "no Server, and why"),
    ),
    Cause(
        id="docker-endpoint-unusable",
        title="Docker's endpoint has a form that this tool cannot use",
        layer="access",
        judge=access.unusable,
        distinguishing="The endpoint is an ssh://, npipe:// or fd:// one, or TLS files are missing.",
        remedies=("reach-docker-endpoint",),
        source=sources.ACCESS,
        shown_by="docker-access",
        inspect=Inspection(shell("docker context ls"), "an endpoint that is neither unix:// nor tcp://"),
    ),
    Cause(
        id="docker-context-missing",
        title="The configured Docker context does not exist",
        layer="access",
        judge=fails_by("context-missing"),
        distinguishing="The configured context does not exist.",
        remedies=("fix-docker-context",),
        source=sources.CONTEXTS,
        shown_by="docker-access",
        inspect=Inspection(shell("docker context ls"), "no row for the context"),
        look_alikes=("docker-host-wrong",),
    ),
    Cause(
        id="container-on-other-engine",
        title="The container is on another engine",
        layer="access",
        judge=access.on_other_engine,
        distinguishing="The engine in use has no such container; that of another context has it.",
        remedies=("switch-docker-context",),
        source=sources.CONTEXTS,
        shown_by="docker-containers",
        inspect=Inspection(shell("docker context ls"), "another engine than the one that is meant"),
        look_alikes=("container-missing",),
    ),
)
