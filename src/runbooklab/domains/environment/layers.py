"""The layers of a project's surroundings: in the order in which they are fixed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbooklab.domain.layer import Layer
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.model.conclusions import Finding, Rung, rank

LAYERS: tuple[Layer, ...] = (
    Layer(
        "storage",
        "File systems",
        "File systems and permissions",
        "Files cannot be written, or not be executed, where the project lies.",
        ("file-systems", "writable-paths"),
    ),
    Layer(
        "settings",
        "Settings",
        "The .env file",
        "The .env file does not say what its readers need, or says something else to each of them.",
        ("env-file", "env-variables"),
    ),
    Layer(
        "project-configuration",
        "Configuration",
        "The configuration file",
        "The configuration cannot be used as it is.",
        ("project-config",),
    ),
    Layer(
        "programs",
        "Programs",
        "Programs on PATH",
        "A program that is needed is not there, or another one is found first.",
        ("required-commands",),
    ),
    Layer(
        "python",
        "Python",
        "Python and its virtual environment",
        "The virtual environment cannot start the service.",
        ("python-venv",),
    ),
    Layer(
        "packages",
        "Packages",
        "Python packages",
        "What the service imports is not installed, or in another version.",
        ("python-packages", "module-names"),
    ),
    Layer(
        "libraries",
        "Libraries",
        "Shared libraries and extension modules",
        "Extension modules cannot be loaded on this machine.",
        ("shared-libraries",),
    ),
    Layer("models", "Models", "Model files", "A model cannot be loaded.", ("model-files",)),
    Layer("gpu", "GPU", "GPU", "The service computes on the processor, or not at all.", ("gpu",)),
    Layer(
        "resources",
        "Resources",
        "Memory, limits and variables of the process",
        "The host gives the service less than it needs.",
        ("memory", "open-files", "process-variables"),
    ),
)


def ladder(e: Evidence, findings: Mapping[str, Finding]) -> tuple[Rung, ...]:
    """A rung for each layer, as its worst check says: none hides another, for each stands by itself."""
    return tuple(_rungs(findings))


def _rungs(findings: Mapping[str, Finding]) -> Iterator[Rung]:
    for layer in LAYERS:
        seen = [findings[check] for check in layer.checks if check in findings]
        if seen:
            worst = min(seen, key=lambda finding: rank(finding.status))
            yield Rung(layer.name, worst.vantage, worst.status, worst.summary)
