"""The evidence as the rules of a project's surroundings see it."""

from __future__ import annotations

from msgspec import field

from runbooklab.domains.environment.probes import table
from runbooklab.domains.environment.target import Target
from runbooklab.model import evidence
from runbooklab.model.evidence import seen


class Evidence(evidence.Evidence, frozen=True, kw_only=True):
    """What was seen of a project and its host."""

    target: Target = field(default_factory=Target)
    env_file = seen(table.ENV_FILE)
    project_config = seen(table.PROJECT_CONFIG)
    venv = seen(table.VENV)
    packages = seen(table.PACKAGES)
    libraries = seen(table.LIBRARIES)
    commands = seen(table.COMMANDS)
    models = seen(table.MODELS)
    file_systems = seen(table.FILE_SYSTEMS)
    path_access = seen(table.PATH_ACCESS)
    resources = seen(table.RESOURCES)
    process_environment = seen(table.PROCESS_ENVIRONMENT)
    gpu = seen(table.GPU)
