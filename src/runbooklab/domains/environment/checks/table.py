"""The checks, one row each."""

from __future__ import annotations

from runbooklab.domain.check import Check
from runbooklab.domains.environment import inspections
from runbooklab.domains.environment.checks import host, python, settings
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import (
    COMMANDS,
    ENV_FILE,
    FILE_SYSTEMS,
    GPU,
    LIBRARIES,
    MODELS,
    PACKAGES,
    PATH_ACCESS,
    PROCESS_ENVIRONMENT,
    PROJECT_CONFIG,
    RESOURCES,
    VENV,
)

CHECKS: tuple[Check[Evidence], ...] = (
    Check("file-systems", "The file systems have room and take writes", host.file_systems,
          needs=(FILE_SYSTEMS,), command=inspections.file_systems),
    Check("writable-paths", "The service's user may write where it must", host.writable_paths,
          needs=(PATH_ACCESS,), command=inspections.writable_paths),
    Check("env-file", "The .env file can be read by its readers", settings.env_file,
          needs=(ENV_FILE,), command=inspections.env_file),
    Check("env-variables", "The variables are set", settings.env_variables,
          needs=(ENV_FILE,), command=inspections.env_variables),
    Check("project-config", "The configuration can be used", settings.project_config,
          needs=(PROJECT_CONFIG,), command=inspections.project_config),
    Check("required-commands", "The required programs are there", host.required_commands,
          needs=(COMMANDS,), command=inspections.required_commands),
    Check("python-venv", "The virtual environment can be used", python.python_venv,
          needs=(VENV,), command=inspections.python_venv),
    Check("python-packages", "The required packages are installed", python.python_packages,
          needs=(PACKAGES,), command=inspections.python_packages),
    Check("module-names", "No file hides an installed module", python.module_names,
          needs=(PACKAGES,), command=inspections.module_names),
    Check("shared-libraries", "Shared libraries and extension modules can be loaded", python.shared_libraries,
          needs=(LIBRARIES,), command=inspections.shared_libraries),
    Check("model-files", "The model files are complete", host.model_files,
          needs=(MODELS,), command=inspections.model_files),
    Check("gpu", "The GPU can be used", host.gpu, needs=(GPU,), command=inspections.gpu),
    Check("memory", "There is memory", host.memory, needs=(RESOURCES,), command=inspections.memory),
    Check("open-files", "The service may open enough files", host.open_files,
          needs=(RESOURCES,), command=inspections.open_files),
    Check("process-variables", "Locale and proxies suit the service", host.process_variables,
          needs=(PROCESS_ENVIRONMENT, RESOURCES), command=inspections.process_variables),
)  # fmt: skip
