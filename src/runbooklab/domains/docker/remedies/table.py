"""The remedies of Docker's set-up, one row each."""

from __future__ import annotations

from runbooklab.domain.remedy import Remedy
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies import containers
from runbooklab.domains.container.remedies import engine as plain
from runbooklab.domains.container.remedies.site import Site
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes import start, state
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found, views
from runbooklab.domains.docker.remedies import engine, files, mounts, networks, programs
from runbooklab.domains.docker.remedies.common import compose_command, for_each, run_again, service_of

#: The states that a start ends.
_DOWN = (state.never_started, state.stopped, state.killed, state.failed, state.oom_killed)
_NO_COMMAND = (start.command_not_found,)


def run_container(e: Evidence) -> Steps:
    """The container made by its Compose file, or made again with a command that its image has."""
    gone = next((view.name for view in views(e) if view.look is not None and view.look.found is None), "")
    service = service_of(e, gone) if gone and not list(found(e)) else ""
    if not service:
        return for_each(containers.run_container, *_NO_COMMAND)(e)
    return Steps(
        commands=(compose_command(e, "up", "-d", "--no-deps", service),),
        changes=f"Creates and starts the service {service}, as which {gone} is defined in the Compose file, "
        "and no other service.",
        confirm=(command("docker", "logs", "--tail", "20", gone), run_again(e)),
        undo=(compose_command(e, "rm", "-sf", service),),
    )


def start_docker(e: Evidence) -> Steps:
    return plain.start_docker(Site(e))


def set_api_version(e: Evidence) -> Steps:
    return plain.set_docker_api_version(Site(e))


def reach_endpoint(e: Evidence) -> Steps:
    return plain.reach_docker_endpoint(Site(e))


def find_port_holder(e: Evidence) -> Steps:
    """Who has the port that a container was refused; the runbook of ports plans how it becomes free."""
    refused = [view for view, _ in found(e) if view.extras.refused_port]
    port = str(refused[0].extras.refused_port) if refused else "8080"
    return Steps(
        commands=(
            command("sudo", "ss", "-Hltunp", f"sport = :{port}"),
            command("docker", "ps", "--filter", f"publish={port}"),
        ),
        changes="Nothing: it shows who has the port. The runbook port-conflicts says how to free it.",
        risk="none",
        confirm=(command("docker", "start", refused[0].name if refused else "NAME"),),
    )


REMEDIES: tuple[Remedy[Evidence], ...] = (
    Remedy("start-docker", "Start Docker", start_docker),
    Remedy("grant-docker-access", "Let this user use Docker", engine.log_in_again),
    Remedy("restart-docker", "Restart Docker, or leave the silent endpoint", engine.restart_or_leave),
    Remedy("set-docker-api-version", "Speak the engine's API version", set_api_version),
    Remedy("reach-docker-endpoint", "Make the engine reachable for this tool", reach_endpoint),
    Remedy("fix-docker-context", "Use a Docker context that exists", engine.fix_context),
    Remedy("use-local-engine", "Use the engine of this host", engine.use_local_engine),
    Remedy(
        "remove-socket-directory",
        "Remove the directory in the socket's place",
        engine.remove_socket_directory,
    ),
    Remedy("switch-docker-context", "Use the engine that has the container", engine.switch_engine),
    Remedy("fix-daemon-config", "Correct the engine's configuration", engine.fix_daemon_config),
    Remedy("drop-doubled-setting", "Set it in one place only", engine.drop_doubled_setting),
    Remedy("free-docker-space", "Free what Docker no longer needs", engine.free_space),
    Remedy("use-overlay2", "Use the storage driver overlay2", engine.use_overlay2),
    Remedy("limit-container-log", "Empty the log, and limit it", engine.limit_log),
    Remedy("enable-ip-forwarding", "Let this host forward packets", engine.enable_forwarding),
    Remedy("restore-docker-rules", "Have Docker write its rules again", engine.restore_rules),
    Remedy("enable-docker-rules", "Let Docker make its rules", engine.enable_rules),
    Remedy("fix-credential-helper", "Correct the client's credential helper", files.fix_credential_helper),
    Remedy("install-compose", "Install Docker Compose", files.install_compose),
    Remedy("install-buildx", "Install buildx", files.install_buildx),
    Remedy("install-docker-cli", "Install the docker command", files.install_cli),
    Remedy("fix-compose-file", "Correct the Compose file", files.fix_compose_file),
    Remedy("set-compose-variable", "Set the variable", files.set_variable),
    Remedy("free-container-name", "Free the container's name", files.free_container_name),
    Remedy("find-port-holder", "Find out who has the port", find_port_holder),
    Remedy("create-network", "Create the Docker network", networks.create_network),
    Remedy("connect-network", "Put the container on the network", networks.connect_network),
    Remedy("free-subnets", "Free subnets of the engine", networks.free_subnets),
    Remedy("change-subnet", "Give the network another subnet", networks.change_subnet),
    Remedy("fix-container-dns", "Give the container a DNS server that answers", networks.fix_dns),
    Remedy("create-volume", "Create the volume", mounts.create_volume),
    Remedy("create-bind-source", "Create what is mounted", mounts.create_bind_source),
    Remedy("put-file", "Put the file in the directory's place", mounts.put_file),
    Remedy("own-mount", "Give the mount to the container's user", mounts.own_mount),
    Remedy("lower-limit", "Ask for what the engine has", programs.lower_limit),
    Remedy("install-gpu-runtime", "Install the runtime for GPUs", programs.install_gpu_runtime),
    Remedy("convert-line-ends", "Take the carriage returns out", programs.convert_line_ends),
    Remedy("make-executable", "Make the program executable", programs.make_executable),
    Remedy("use-right-platform", "Use an image for this machine", programs.use_right_platform),
    Remedy("raise-shm", "Give the container more shared memory", programs.raise_shm),
    Remedy("fix-health-check", "Correct the health check", programs.fix_health_check),
    Remedy("pull-image", "Get the image", programs.pull_image),
    Remedy("log-in-to-registry", "Log in to the registry", programs.log_in_to_registry),
    Remedy("same-cgroup-driver", "Use one cgroup driver", programs.same_cgroup_driver),
    Remedy("lower-mtu", "Lower the networks' MTU", programs.lower_mtu),
    Remedy("work-as-rootless", "Stay within a rootless engine's limits", programs.work_as_rootless),
    Remedy("run-container", "Create and start the container", run_container),
    Remedy("start-container", "Start the container", for_each(containers.start_container, *_DOWN)),
    Remedy(
        "restart-container",
        "Restart the container",
        for_each(containers.restart_container, state.is_unhealthy),
    ),
    Remedy(
        "unpause-container", "Unpause the container", for_each(containers.unpause_container, state.paused)
    ),
    Remedy(
        "stop-crash-loop",
        "Stop the restarts and read the log",
        for_each(containers.stop_crash_loop, state.crash_looping),
    ),
    Remedy(
        "raise-memory-limit",
        "Raise the container's memory limit",
        for_each(containers.raise_memory_limit, state.oom_killed),
    ),
)
