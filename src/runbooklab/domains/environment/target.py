"""The parameters that say what a project needs to start on this host."""

from __future__ import annotations

from typing import Any

from runbooklab.model.parameter import Parameter
from runbooklab.model.parameter import Target as CoreTarget

ORCHESTRATOR_CONFIG = Parameter(
    "orchestrator_config", "", preset="configs/orchestrator.yaml", is_name=True, is_path=True
)
PROJECT_DIR = Parameter("project_dir", "", preset=".", is_name=True, is_path=True)
ENV_FILE = Parameter("env_file", "", preset=".env", is_name=True)
ENV_EXAMPLE = Parameter("env_example", "", preset=".env.example", is_name=True)
#: Who reads the file, comma-separated: of compose, docker-run, shell, dotenv, systemd.
ENV_FILE_READERS = Parameter("env_file_readers", "", preset="compose,shell", is_name=True)
REQUIREMENTS = Parameter("requirements", "", preset="requirements.txt", is_name=True)
VENV = Parameter("venv", "", preset=".venv", is_name=True)
#: A version specifier such as ">=3.11"; "" takes pyproject.toml's requires-python.
PYTHON_REQUIRES = Parameter("python_requires", "", is_name=True)
REQUIRED_COMMANDS = Parameter("required_commands", "", preset="docker,redis-cli", is_name=True)
#: Sonames, comma-separated: libsndfile.so.1.
REQUIRED_LIBRARIES = Parameter("required_libraries", "", is_name=True)
MODEL_MANIFEST = Parameter("model_manifest", "", preset="models/SHA256SUMS", is_name=True)
WRITABLE_PATHS = Parameter("writable_paths", "", is_name=True)
#: A name or a number, such as 1000 or 1000:1000; "" is whoever runs this.
SERVICE_USER = Parameter("service_user", "", is_name=True)
MIN_FREE_DISK_MB = Parameter("min_free_disk_mb", 0, least=0)
MIN_FREE_MEMORY_MB = Parameter("min_free_memory_mb", 0, least=0)
MIN_OPEN_FILES = Parameter("min_open_files", 0, least=0)
#: required, auto or off.
GPU = Parameter("gpu", "", preset="auto", is_name=True)

#: The numbers that the runbook has if nobody says otherwise; a preset is a text.
NUMBERS = {MIN_FREE_DISK_MB.name: 500, MIN_FREE_MEMORY_MB.name: 500, MIN_OPEN_FILES.name: 1024}

PARAMETERS: tuple[Parameter[Any], ...] = (
    ORCHESTRATOR_CONFIG, PROJECT_DIR, ENV_FILE, ENV_EXAMPLE, ENV_FILE_READERS, REQUIREMENTS, VENV,
    PYTHON_REQUIRES, REQUIRED_COMMANDS, REQUIRED_LIBRARIES, MODEL_MANIFEST, WRITABLE_PATHS, SERVICE_USER,
    MIN_FREE_DISK_MB, MIN_FREE_MEMORY_MB, MIN_OPEN_FILES, GPU,
)  # fmt: skip


class Target(CoreTarget, frozen=True):
    """A project on this host."""

    orchestrator_config = ORCHESTRATOR_CONFIG
    project_dir = PROJECT_DIR
    env_file = ENV_FILE
    env_example = ENV_EXAMPLE
    env_file_readers = ENV_FILE_READERS
    requirements = REQUIREMENTS
    venv = VENV
    python_requires = PYTHON_REQUIRES
    required_commands = REQUIRED_COMMANDS
    required_libraries = REQUIRED_LIBRARIES
    model_manifest = MODEL_MANIFEST
    writable_paths = WRITABLE_PATHS
    service_user = SERVICE_USER
    min_free_disk_mb = MIN_FREE_DISK_MB
    min_free_memory_mb = MIN_FREE_MEMORY_MB
    min_open_files = MIN_OPEN_FILES
    gpu = GPU

    def is_given(self, parameter: Parameter[Any]) -> bool:
        """Whether somebody set it to something else than the runbook does: what it names must be there."""
        value = self.values.get(parameter.name)
        return bool(value) and value != NUMBERS.get(parameter.name, parameter.preset)


def items(text: str) -> tuple[str, ...]:
    """The items of a comma-separated parameter.

    >>> items("docker, redis-cli,,")
    ('docker', 'redis-cli')
    """
    return tuple(dict.fromkeys(item.strip() for item in text.split(",") if item.strip()))
