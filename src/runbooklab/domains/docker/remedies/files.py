"""Plans for the Compose file and the client's folder."""

from __future__ import annotations

from pathlib import PurePosixPath

from runbooklab.domain.shell import path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.container.shell import command
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.remedies.common import (
    compose_command,
    edit_compose,
    run_again,
    without_keys,
)


def fix_compose_file(e: Evidence) -> Steps:
    look = e.compose.value
    if look is not None and not look.there:
        return Steps(
            commands=(command("ls", "-la", str(PurePosixPath(look.path).parent)),),
            changes=f"Shows what is in the folder of {look.path}. Name the right file: -p compose_file PATH.",
            risk="none",
            confirm=(run_again(e),),
        )
    first = look.defects[0] if look and look.defects else None
    at = f" at line {first.line}" if first and first.line else ""
    said = f" What is wrong: {first.message}." if first else ""
    return Steps(
        commands=(edit_compose(e, first.file if first else ""), compose_command(e, "config", "--quiet")),
        changes=f"Opens the Compose file{at}, and checks it; no container is changed.{said}",
        risk="none",
        confirm=(compose_command(e, "config", "--quiet"), run_again(e)),
    )


def set_variable(e: Evidence) -> Steps:
    look = e.compose.value
    name = look.unset[0].name if look and look.unset else "NAME"
    env = look.env_file if look else ".env"
    typed = (
        f': "${{VALUE:?its value}}" && printf \'%s=%s\\n\' {command(name)} "$VALUE" >> '
        f"{command(path_word(env))}"
    )
    return Steps(
        commands=(typed, compose_command(e, "config", "--quiet")),
        changes=f"Adds {name} to {env}, which Compose reads: only a person knows the value; set VALUE "
        "first. Or give it a "
        f"default in the Compose file: ${{{name}:-default}}.",
        confirm=(compose_command(e, "config", "--quiet"), run_again(e)),
        undo=(command("sed", "-i", f"/^{name}=/d", path_word(env)),),
    )


def free_container_name(e: Evidence) -> Steps:
    look, on = e.compose.value, e.compose_engine.value
    if look is not None and look.same_names:
        return Steps(
            commands=(edit_compose(e),),
            risk="none",
            confirm=(compose_command(e, "config", "--quiet"), run_again(e)),
            changes=f"Give one of the services {look.same_names[0][1]} and {look.same_names[0][2]} another "
            "container_name, or none.",
        )
    wanted = {service.container_name for service in look.services} if look else set()
    held = next(
        (
            each
            for each in (on.held_names if on else ())
            if each.name in wanted and (each.project != (look.project if look else ""))
        ),
        None,
    )
    name = held.name if held else "NAME"
    return Steps(
        commands=(
            command("docker", "rename", name, f"{name}-old"),
            *((command("docker", "stop", f"{name}-old"),) if held and held.state == "running" else ()),
        ),
        changes=f"Gives the container {name} another name, and stops it if it runs; it keeps its data. "
        "Then Compose can "
        "make its own. Remove the old one when nobody needs it (docker rm).",
        risk="medium",
        confirm=("docker ps --all", run_again(e)),
        undo=(command("docker", "rename", f"{name}-old", name), command("docker", "start", name)),
        loses=("What its program holds in memory alone.",) if held and held.state == "running" else (),
    )


# --- client ------------------------------------------------------------------------------------------


def fix_credential_helper(e: Evidence) -> Steps:
    look = e.client.value
    folder = look.folder if look else "~/.docker"
    name = look.helpers_missing[0] if look and look.helpers_missing else "NAME"
    places = [place for place, helper in (look.helpers if look else {}).items() if helper == name]
    file = f"{folder}/config.json"
    only_store = places == ["*"]
    keys = ("credsStore",) if only_store else ("credHelpers", *(("credsStore",) if "*" in places else ()))
    others = (
        "" if only_store else " Helpers of other registries that are installed have to be written in again."
    )
    return Steps(
        commands=(command("cp", "-p", file, f"{file}.bak"), without_keys(file, *keys)),
        changes=f"Keeps a copy of {file} and takes {' and '.join(keys)} out, which name "
        f"{name}.{others} Or install "
        f"docker-credential-{name}: without a helper, docker login writes passwords into that file.",
        risk="low",
        confirm=(command("docker", "--config", folder, "info"), run_again(e)),
        undo=(command("cp", "-p", f"{file}.bak", file),),
    )


def install_compose(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-compose-plugin", "docker compose version"),
        changes="Installs the plugin from Docker's package repository (Debian and Ubuntu call theirs "
        "docker-compose-v2 or docker-compose). No container is changed.",
        confirm=("docker compose version", run_again(e)),
        undo=("sudo apt-get remove docker-compose-plugin",),
    )


def install_buildx(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-buildx-plugin", "docker buildx version"),
        changes="Installs the plugin buildx from Docker's package repository.",
        confirm=("docker buildx version",),
        undo=("sudo apt-get remove docker-buildx-plugin",),
    )


def install_cli(e: Evidence) -> Steps:
    return Steps(
        commands=("sudo apt-get install docker-ce-cli", "docker version"),
        changes="Installs the docker command from Docker's package repository (Debian: docker.io).",
        confirm=("docker version",),
        undo=("sudo apt-get remove docker-ce-cli",),
    )
