"""The probes of a project's surroundings: a row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.environment.records.host import (
    Accesses,
    CommandsSeen,
    FileSystems,
    Gpu,
    ModelsSeen,
    ProcessEnvironment,
    Resources,
)
from runbooklab.domains.environment.records.python import LibrariesSeen, PackagesSeen, VenvSeen
from runbooklab.domains.environment.records.settings import EnvFileSeen, ProjectConfig

_HERE = "runbooklab.domains.environment.probes"

ENV_FILE: Probe[EnvFileSeen] = Probe(
    "env-file", EnvFileSeen, run=f"{_HERE}.env_file:env_file", looks_at="the .env file"
)
PROJECT_CONFIG: Probe[ProjectConfig] = Probe(
    "project-config",
    ProjectConfig,
    run=f"{_HERE}.project_config:project_config",
    looks_at="the project's configuration",
)
VENV: Probe[VenvSeen] = Probe("venv", VenvSeen, run=f"{_HERE}.venv:venv", looks_at="the virtual environment")
PACKAGES: Probe[PackagesSeen] = Probe(
    "packages", PackagesSeen, run=f"{_HERE}.packages:packages", looks_at="the installed packages"
)
LIBRARIES: Probe[LibrariesSeen] = Probe(
    "shared-libraries",
    LibrariesSeen,
    run=f"{_HERE}.libraries:libraries",
    looks_at="extension modules and shared libraries",
)
COMMANDS: Probe[CommandsSeen] = Probe(
    "required-commands", CommandsSeen, run=f"{_HERE}.commands:commands", looks_at="the required programs"
)
MODELS: Probe[ModelsSeen] = Probe(
    "model-files", ModelsSeen, run=f"{_HERE}.models:models", looks_at="the model files"
)
FILE_SYSTEMS: Probe[FileSystems] = Probe(
    "project-file-systems",
    FileSystems,
    run=f"{_HERE}.file_systems:file_systems",
    looks_at="the project's file systems",
)
PATH_ACCESS: Probe[Accesses] = Probe(
    "path-access", Accesses, run=f"{_HERE}.access:access", looks_at="the paths that must be writable"
)
RESOURCES: Probe[Resources] = Probe(
    "host-resources", Resources, run=f"{_HERE}.resources:resources", looks_at="memory and limits"
)
PROCESS_ENVIRONMENT: Probe[ProcessEnvironment] = Probe(
    "process-environment",
    ProcessEnvironment,
    run=f"{_HERE}.process_environment:process_environment",
    looks_at="locale and proxy variables",
)
GPU: Probe[Gpu] = Probe("gpu", Gpu, run=f"{_HERE}.gpu:gpu", looks_at="the GPU")

PROBES: tuple[AnyProbe, ...] = (
    ENV_FILE, PROJECT_CONFIG, VENV, PACKAGES, LIBRARIES, COMMANDS, MODELS, FILE_SYSTEMS, PATH_ACCESS,
    RESOURCES, PROCESS_ENVIRONMENT, GPU,
)  # fmt: skip
