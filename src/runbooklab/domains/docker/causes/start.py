"""Why a container's program does not start: its file, its line ends, its machine."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.container.causes import container as one
from runbooklab.domains.container.exit_codes import BUS_ERROR
from runbooklab.domains.container.readings.endings import WRONG_MOUNT, error_says
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.focus import focused, of_each_found
from runbooklab.domains.docker.readings.start import (
    DENIED,
    FORMAT,
    NO_FILE,
    RETURNS,
    has_failed,
    is_not_executable,
    line_with,
)
from runbooklab.domains.docker.records import EngineInfo
from runbooklab.domains.docker.thresholds import FULL_SHARE
from runbooklab.observe.docker.records import Container

_SHOWN = ("docker-containers", "docker-container-logs")
#: What engines and kernels call a machine -> what images call it.
_MACHINES = {
    "x86_64": "amd64",
    "aarch64": "arm64",
    "armv7l": "arm",
    "i686": "386",
    "i386": "386",
    "x86-64": "amd64",
}


def machine(name: str) -> str:
    """A machine's name as images have it.

    >>> machine("x86_64"), machine("arm64")
    ('amd64', 'arm64')
    """
    return _MACHINES.get(name, name)


def entrypoint_crlf(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    program = view.extras.program
    if not has_failed(view, known) or program is None:
        return RuledOut(f"Container {known.name} is {known.state}.")
    if not program.crlf:
        return RuledOut(f"{program.path} has no carriage return in its first line.")
    line = line_with(view, known, NO_FILE) or line_with(view, known, RETURNS)
    said = f', and its log says "{line[:120]}"' if line else ""
    interpreter = f" (the interpreter would be {program.interpreter or '/bin/sh'}\\r)"
    return Supported(
        f"The first line of {program.path} in container {known.name} ends in a carriage return"
        f"{interpreter}{said}: the file was saved with Windows line ends.",
        _SHOWN,
        0.96 if line else 0.85,
        f"Container {known.name} cannot start: {program.path} has Windows line ends (CRLF).",
    )


def not_executable(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if not is_not_executable(view, known):
        return RuledOut(f"The program of container {known.name} may be executed, or is not the trouble.")
    program = view.extras.program
    line = line_with(view, known, DENIED)
    path = program.path if program else " ".join(known.command[:1])
    mode = f" has the mode {program.mode}" if program and program.mode else " may not be executed"
    source = f" (mounted from {program.source})" if program and program.source else ""
    return Supported(
        f"In container {known.name} {path}{source}{mode}: {line[-160:] or f'exit code {known.exit_code}'}.",
        _SHOWN,
        0.96,
        f"Container {known.name} cannot start: {path} is not executable.",
    )


def command_not_found(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    program = view.extras.program
    if error_says(known, WRONG_MOUNT) or is_not_executable(view, known):
        return RuledOut(f"The program of container {known.name} is there.")
    if program is not None and program.seen == "read":
        if program.crlf:
            return RuledOut(f"{program.path} is there; its line ends are the trouble.")
        line = line_with(view, known, NO_FILE, program.path)
        if line and program.interpreter and has_failed(view, known):
            return Supported(
                f"{program.path} is there, and its interpreter {program.interpreter} is not: {line[-120:]}.",
                _SHOWN,
                0.9,
                f"Container {known.name} cannot start: its image has no {program.interpreter.split()[0]}.",
            )
    return one.start_command_not_found(focused(e, view), known)


def platform_mismatch(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    engine, extras = e.engine.value, view.extras
    host = machine(engine.architecture) if engine else ""
    if not has_failed(view, known):
        return RuledOut(f"Container {known.name} is {known.state}.")
    line = line_with(view, known, FORMAT)
    file = extras.program.machine if extras.program else ""
    image = machine(extras.architecture)
    if not line:
        return RuledOut(f"Nothing says that container {known.name} has a program of another machine.")
    if image and host and image != host:
        return Supported(
            f"The image {known.image} is for {image}, and this engine's machine is {host}: {line[-120:]}.",
            _SHOWN,
            0.96,
            f"Container {known.name} cannot start: its image is for {image}, this host is {host}.",
        )
    if file and host and file != host:
        path = extras.program.path if extras.program else ""
        return Supported(
            f"{path} is a program for {file}, and this engine's machine is {host}: {line[-120:]}.",
            _SHOWN,
            0.95,
            f"Container {known.name} cannot start: {path} is for {file}, this host is {host}.",
        )
    if extras.program is None or extras.program.seen != "read" or not extras.program.executable:
        return Supported(
            f"Container {known.name}: {line[-160:]}.",
            _SHOWN,
            0.7,
            f"Container {known.name} cannot start: its program is for another machine.",
        )
    return RuledOut(
        f"{extras.program.path} is no program of another machine: it has no form that the kernel knows."
    )


def image_of_other_machine(e: Evidence) -> Supported | None:
    """An image on the engine that is for another machine, and that no emulator of the kernel runs."""
    compose = e.compose.value
    on, engine = e.compose_engine.value, e.engine.value
    if compose is None or not compose.given or on is None or engine is None:
        return None
    host = machine(engine.architecture)
    for service in compose.services:
        wanted = machine(service.platform.split("/")[1]) if service.platform.count("/") else ""
        image = next((each for each in on.images if each.name == service.image and each.present), None)
        of = machine(image.architecture) if image is not None and image.architecture else ""
        foreign = wanted or of
        if (
            foreign
            and host
            and foreign != host
            and service.name not in on.services
            and not _emulated(engine, foreign)
        ):
            said = f"asks for the platform {service.platform}" if wanted else f"has an image for {of}"
            return Supported(
                f"The service {service.name} of {compose.path} {said}, this engine's machine "
                f"is {host}, and no emulator "
                "is registered.",
                ("docker-images", "docker-containers"),
                0.85,
                f"The image {service.image} is for {foreign}, and this host is {host}.",
            )
    return None


def _emulated(engine: EngineInfo, foreign: str) -> bool:
    names = {"arm64": "aarch64", "amd64": "x86_64", "386": "i386"}
    return names.get(foreign, foreign) in engine.emulated


_BUS = re.compile(
    r"bus error|SIGBUS|insufficient shared memory|unable to open shared memory"
    r"|/dev/shm.*no space|no space left on device.*(?:shm|torch_)",
    re.IGNORECASE,
)


def shm_too_small(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    extras = view.extras
    line = line_with(view, known, _BUS)
    mb = extras.shm_bytes >> 20
    used, total = extras.shm_used_bytes, extras.shm_total_bytes
    if used is not None and total and used >= FULL_SHARE * total and not extras.ipc.startswith("host"):
        return Supported(
            f"The shared memory of container {known.name} (/dev/shm) is full: "
            f"{used >> 20} of {total >> 20} MiB (shm_size).",
            ("docker-containers",),
            0.95,
            f"The shared memory of container {known.name} is full ({total >> 20} MiB).",
        )
    if line or known.exit_code == BUS_ERROR:
        why = f'its log says "{line[:140]}"' if line else f"it ended with code {BUS_ERROR} (SIGBUS)"
        return Supported(
            f"Container {known.name} has {mb} MiB of shared memory, and {why}.",
            _SHOWN,
            0.9,
            f"Container {known.name} ran out of shared memory: /dev/shm has {mb} MiB.",
        )
    return RuledOut(f"Nothing shows that the shared memory of container {known.name} is full.")


judge_crlf = of_each_found(entrypoint_crlf)
judge_not_executable = of_each_found(not_executable)
judge_command = of_each_found(command_not_found)


def judge_platform(e: Evidence) -> Ruling:
    """A container whose program is for another machine, else a service whose image is."""
    ruling = of_each_found(platform_mismatch)(e)
    return ruling if isinstance(ruling, Supported) else image_of_other_machine(e) or ruling


judge_shm = of_each_found(shm_too_small)
