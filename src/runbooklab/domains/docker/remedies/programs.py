"""Plans for a container's program: its line ends, its mode, its machine, its memory; and for images."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.shell import EDITOR, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.remedies.recreate import Change, any_program, recreated
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.causes import start, state
from runbooklab.domains.docker.container_records import Program
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import found
from runbooklab.domains.docker.remedies.common import (
    OneJudge,
    affected,
    force_recreated,
    logs,
    make_again,
    restart,
    run_again,
)
from runbooklab.domains.docker.thresholds import LEAST_MEMORY_BYTES
from runbooklab.observe.docker.records import Container
from runbooklab.words import size


def _one(e: Evidence, judge: OneJudge) -> tuple[Container | None, Program]:
    seen = affected(e, judge) or list(found(e))[:1]
    if not seen:
        return None, Program("/PROGRAM", "not-read")
    view, known = seen[0]
    return known, view.extras.program or Program(next(iter(known.command), "/PROGRAM"), "not-read")


def _rebuilt(e: Evidence, known: Container | None, what: str) -> Steps:
    name, image = (known.name, known.image) if known else ("NAME", "IMAGE")
    build = (
        ': "${FOLDER:?the folder of the Dockerfile}" && '
        + command("docker", "build", "-t", image)
        + ' "$FOLDER"'
    )
    why = f"{what} in the folder of the Dockerfile, then builds the image {image} again."
    confirm = (command("docker", "ps", "--all", "--filter", f"name={name}"),)
    view = next((view for view, each in found(e) if each is known), None)
    if view is None or known is None:
        return Steps(commands=(build,), changes=why, risk="medium", confirm=confirm)
    again = force_recreated(view, known, why)
    return replace(again, commands=(build, *again.commands), confirm=confirm, appliable=False)


def convert_line_ends(e: Evidence) -> Steps:
    known, program = _one(e, start.entrypoint_crlf)
    if not program.source:
        return _rebuilt(
            e, known, f"Convert {program.path} (sed -i 's/\\r$//', and *.sh text eol=lf in .gitattributes)"
        )
    return Steps(
        commands=(
            command("sed", "-i.crlf", "s/\\r$//", path_word(program.source)),
            *((restart(known),) if known else ()),
        ),
        changes=f"Takes the carriage returns out of {program.source}, of which a copy ends in .crlf, "
        "and starts the "
        "container. Put *.sh text eol=lf into .gitattributes, so that Git does not bring them back.",
        confirm=(command("file", program.source), *((logs(known),) if known else ()), run_again(e)),
        undo=(command("cp", "-p", f"{program.source}.crlf", program.source),),
    )


def make_executable(e: Evidence) -> Steps:
    known, program = _one(e, start.not_executable)
    if not program.source:
        return _rebuilt(
            e,
            known,
            f"Make {program.path} executable (chmod +x, or RUN chmod +x {program.path} in the Dockerfile)",
        )
    return Steps(
        commands=(command("chmod", "+x", program.source), *((restart(known),) if known else ())),
        changes=f"Makes {program.source} executable, and starts the container.",
        confirm=(command("ls", "-l", program.source), *((logs(known),) if known else ()), run_again(e)),
        undo=(command("chmod", "-x", program.source),),
    )


def use_right_platform(e: Evidence) -> Steps:
    known, _ = _one(e, start.platform_mismatch)
    engine = e.engine.value
    host = start.machine(engine.architecture) if engine else "amd64"
    compose = e.compose.value
    image = (
        known.image
        if known
        else next((each.image for each in (compose.services if compose else ()) if each.image), "IMAGE")
    )
    again = make_again(known) if known else ()
    return Steps(
        commands=(command("docker", "pull", "--platform", f"linux/{host}", image), *again),
        changes=f"Gets the image {image} for linux/{host}. If it is your own, build it for that: "
        "docker build --platform "
        f"linux/{host}. The container has to be made again from it.",
        risk="medium",
        confirm=(
            command("docker", "image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", image),
            run_again(e),
        ),
    )


def raise_shm(e: Evidence) -> Steps:
    known, _ = _one(e, start.shm_too_small)
    name = known.name if known else "NAME"
    again = make_again(known) if known else ()
    view = next((view for view, each in found(e) if each is known), None)
    if known is not None and view is not None and not again:
        change = Change("set shm_size: 1gb", options=(("--shm-size", "1g"),))
        why = f"Gives {name} 1 GB of shared memory, which is memory of this host."
        check = command("docker", "exec", name, "df", "-h", "/dev/shm")  # noqa: S108 # inside the container
        return recreated(known, view.look, change, why, any_program(known, check))
    return Steps(
        commands=(
            (
                f"{EDITOR} {command(path_word(e.compose.value.path))}"
                if e.compose.value
                else "docker compose config"
            ),
            *again,
        )
        if again
        else (command("docker", "inspect", "-f", "{{.HostConfig.ShmSize}}", name),),
        changes=f"The size is fixed when {name} is made: set shm_size: 1gb in its service, or "
        "--shm-size=1g in its docker "
        "run, and make it again. That is memory of this host.",
        risk="medium" if again else "none",
        confirm=(
            command("docker", "exec", name, "df", "-h", "/dev/shm"),  # noqa: S108 # inside the container
            run_again(e),
        ),
    )


def fix_health_check(e: Evidence) -> Steps:
    known, _ = _one(e, state.healthcheck_command_missing)
    name = known.name if known else "NAME"
    test = " ".join(known.health_test[1:]) if known else ""
    again = make_again(known) if known else ()
    file = e.compose.value.path if e.compose.value else "docker-compose.yml"
    return Steps(
        commands=(
            command("docker", "inspect", "-f", "{{json .Config.Healthcheck}}", name),
            *((f"{EDITOR} {command(path_word(file))}", *again) if again else ()),
        ),
        changes=f"Shows the health check of {name} ({test[:100]}). Use a program that the image has "
        "(its own client, python "
        "-c, wget), or install the one that is missing in the Dockerfile; then make the container again.",
        risk="medium" if again else "none",
        confirm=(command("docker", "inspect", "-f", "{{.State.Health.Status}}", name), run_again(e)),
    )


def lower_limit(e: Evidence) -> Steps:
    compose, engine = e.compose.value, e.engine.value
    path = compose.path if compose else "docker-compose.yml"
    cpus = engine.cpus if engine else 1
    return Steps(
        commands=(
            f"{EDITOR} {command(path_word(path))}",
            command("docker", "compose", "-f", path, "config", "--quiet"),
        ),
        changes=f"Opens {path}: this engine has {cpus} CPUs and "
        f"{size(engine.memory_bytes) if engine else 'unknown'} of "
        f"memory; a memory limit is at least {size(LEAST_MEMORY_BYTES)}.",
        risk="none",
        confirm=("docker info -f '{{.NCPU}} {{.MemTotal}}'", run_again(e)),
    )


def install_gpu_runtime(e: Evidence) -> Steps:
    return Steps(
        commands=(
            "nvidia-smi",
            "sudo apt-get install nvidia-container-toolkit",
            "sudo nvidia-ctk runtime configure --runtime=docker",
            "sudo systemctl restart docker",
        ),
        changes="Shows whether this host has a GPU and its driver; installs NVIDIA's toolkit from "
        "NVIDIA's package "
        "repository, and makes it known to the engine in daemon.json. The restart stops "
        "containers unless live-restore "
        "is on. If this host is to go without a GPU, take the devices out of the Compose file instead.",
        risk="medium",
        confirm=("docker info -f '{{json .Runtimes}}'", run_again(e)),
        undo=("sudo apt-get remove nvidia-container-toolkit", "sudo systemctl restart docker"),
    )


def pull_image(e: Evidence) -> Steps:
    compose, on = e.compose.value, e.compose_engine.value
    gone = [image.name for image in (on.images if on else ()) if not image.present]
    service = next((each for each in (compose.services if compose else ()) if each.image in gone), None)
    name = (
        service.image
        if service
        else next((known.image for view, known in found(e) if view.extras.image_present is False), "IMAGE")
    )
    return Steps(
        commands=(command("docker", "pull", name),),
        changes=f"Gets the image {name} from its registry. If that says denied or not found, the name "
        "is wrong, or you have "
        "to log in (docker login), or the image is built here (docker build -t NAME FOLDER).",
        confirm=(command("docker", "image", "inspect", name), run_again(e)),
        undo=(command("docker", "image", "rm", name),),
    )


def log_in_to_registry(e: Evidence) -> Steps:
    return Steps(
        commands=("docker login",),
        changes="Asks for the account, and keeps the login in the client's folder; name "
        "the registry behind it if it is another one.",
        confirm=(run_again(e),),
        undo=("docker logout",),
    )


def same_cgroup_driver(e: Evidence) -> Steps:
    engine = e.engine.value
    return Steps(
        commands=(
            "docker info -f '{{.CgroupDriver}}'",
            'sudo "${EDITOR:-vi}" /etc/docker/daemon.json',
            "sudo systemctl restart docker",
        ),
        changes=f"The engine uses {engine.cgroup_driver if engine else 'another one'}. Make both the "
        'same: "exec-opts": '
        '["native.cgroupdriver=systemd"]. The restart stops containers unless live-restore is on.',
        risk="medium",
        confirm=("docker info -f '{{.CgroupDriver}}'",),
    )


def lower_mtu(e: Evidence) -> Steps:
    return Steps(
        commands=("ip link", 'sudo "${EDITOR:-vi}" /etc/docker/daemon.json', "sudo systemctl restart docker"),
        changes='Set "mtu" to that of the device that leads outside (ip link shows it), and the '
        "network option "
        "com.docker.network.driver.mtu. The restart stops containers unless live-restore is on.",
        risk="medium",
        confirm=("docker network inspect bridge",),
    )


def work_as_rootless(e: Evidence) -> Steps:
    return Steps(
        commands=("docker info -f '{{.SecurityOptions}}'", "sysctl net.ipv4.ip_unprivileged_port_start"),
        changes="Shows that the engine is rootless, and from which port on it may publish. Publish a "
        "higher port, or "
        "use the engine of this host (docker context use default).",
        risk="none",
        confirm=(run_again(e),),
    )
