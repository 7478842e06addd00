"""The target's name, what identifies what was seen, and the numbers that are compared between runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.words import megabytes
from runbooklab.model.drawing import Bar, BarPlot, Fact, Measure


def target_name(parameters: Mapping[str, Any], e: Evidence | None = None) -> str:
    """The project's folder."""
    if e is not None and e.file_systems.value is not None and e.file_systems.value.project:
        return e.file_systems.value.project
    return str(parameters.get("project_dir", "") or "")


def identity(e: Evidence) -> Iterator[Fact]:
    """Which interpreter, file and configuration were seen."""
    if venv := e.venv.value:
        yield Fact("Virtual environment", venv.path)
        yield Fact("Python", venv.version or "not known")
    if settings := e.env_file.value:
        yield Fact("Settings", settings.path)
    if config := e.project_config.value:
        yield Fact("Configuration", config.path)
    if models := e.models.value:
        yield Fact("Model manifest", models.manifest)


def measures(e: Evidence) -> Iterator[Measure]:
    """Room, memory, packages and variables."""
    systems, resources = e.file_systems.value, e.resources.value
    free = min((each.free_mb for each in systems.systems), default=None) if systems is not None else None
    yield Measure("Free disk", free, megabytes(free) if free is not None else "", noise=0.1)
    available = resources.available_mb if resources is not None else None
    yield Measure(
        "Available memory", available, megabytes(available) if available is not None else "", noise=0.2
    )
    packages, settings = e.packages.value, e.env_file.value
    yield Measure("Installed packages", packages.installed if packages is not None else None)
    yield Measure("Variables in the .env file", settings.variables if settings is not None else None)


def plots(e: Evidence) -> Iterator[BarPlot]:
    """The room on each file system, if there are several."""
    systems = e.file_systems.value
    if systems is None or len(systems.systems) < 2:
        return
    bars = tuple(
        Bar(
            each.mount or each.path,
            100 * (1 - each.free_mb / each.total_mb),
            f"{megabytes(each.free_mb)} free",
        )
        for each in systems.systems
        if each.total_mb > 0
    )
    if bars:
        fullest = max(bars, key=lambda bar: bar.value)
        yield BarPlot(
            "Use of the file systems, in percent", f"{fullest.name} is {fullest.value:.0f} % full.", bars
        )
