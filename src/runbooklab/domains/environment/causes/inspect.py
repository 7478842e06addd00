"""The first command for a cause that is only suspected: that of the check that shows it, on any target."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.environment import inspections
from runbooklab.domains.environment.evidence import Evidence

#: Check -> what it runs on this target, what one types if nothing was seen, and what speaks for a cause.
_TABLE: dict[str, tuple[Callable[[Evidence], str], str, str]] = {
    "file-systems": (
        inspections.file_systems,
        "df -h . && df -i . && findmnt -T .",
        "0 left, or ro or noexec",
    ),
    "writable-paths": (inspections.writable_paths, "namei -l .", "a mode that keeps the service's user out"),
    "env-file": (
        inspections.env_file,
        "ls -l .env && grep -c $'\\r$' .env",
        "a count above 0, or a mode or kind",
    ),
    "env-variables": (
        inspections.env_variables,
        "cut -d= -f1 .env | sort",
        "a name that is missing, or there twice",
    ),
    "project-config": (
        inspections.project_config,
        "grep -n '\\${' configs/orchestrator.yaml",
        "the line itself",
    ),
    "required-commands": (
        inspections.required_commands,
        "which -a docker redis-cli",
        "no line, or an odd first one",
    ),
    "python-venv": (inspections.python_venv, "ls -l .venv/bin/python", "a link that leads nowhere"),
    "python-packages": (
        inspections.python_packages,
        ".venv/bin/python -m pip check",
        "a package that it names",
    ),
    "module-names": (inspections.module_names, "ls *.py", "the name of an installed module"),
    "shared-libraries": (inspections.shared_libraries, "ldconfig -p", "the library is not in the list"),
    "model-files": (inspections.model_files, "cd models && sha256sum -c --quiet SHA256SUMS", "FAILED"),
    "gpu": (inspections.gpu, "nvidia-smi", "no device, or an old driver"),
    "memory": (inspections.memory, "free -m", "little in the column available"),
    "open-files": (inspections.open_files, "ulimit -n", "a small number"),
    "process-variables": (inspections.process_variables, "locale; env | grep -i proxy", "C, or a proxy"),
}


def inspected(row: Cause[Evidence]) -> Cause[Evidence]:
    """``row`` with the command of the check that shows it."""
    here, anywhere, shows = _TABLE[row.shown_by]
    return replace(row, inspect=Inspection(lambda e: here(e) or anywhere, shows))
