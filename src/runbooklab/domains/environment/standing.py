"""What a verdict on a project's surroundings rests on, and the sentence of healthy ones."""

from __future__ import annotations

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.host import free_memory_mb
from runbooklab.domains.environment.readings.words import megabytes, near
from runbooklab.words import listed, plural

_NOBODY = "if nothing is there and nobody named it"


def _optional(check: str, claims: str, when: str = _NOBODY) -> Ground[Evidence]:
    """A ground that a project may do without."""
    return Ground(check, claims, may_be_skipped=always, skipped_when=when)


#: docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("file-systems", "its file systems have room and take writes"),
    _optional("writable-paths", "its user may write where it must", "if no path must be writable"),
    _optional("env-file", "every reader takes every line of the .env file"),
    _optional("env-variables", "its variables have values"),
    _optional("project-config", "the configuration parses, and its variables are set"),
    _optional("required-commands", "the required programs are there", "if nobody asked for them"),
    _optional("python-venv", "the virtual environment can be used"),
    _optional("python-packages", "the required packages are installed and go together"),
    _optional("module-names", "no file hides an installed module"),
    _optional("shared-libraries", "extension modules find their libraries"),
    _optional("model-files", "the models are complete"),
    _optional("gpu", "the GPU can be used", "if none is required"),
    Ground("memory", "there is memory"),
    Ground("open-files", "the service may open enough files"),
    Ground("process-variables", "locale and proxies suit it"),
)


def healthy_summary(e: Evidence) -> str:
    """What was there, with its numbers."""
    parts = []
    settings, venv, packages, models = e.env_file.value, e.venv.value, e.packages.value, e.models.value
    if settings is not None and settings.state == "file":
        parts.append(f"{near(e, settings.path)} sets {plural(settings.variables, 'variable')}")
    if venv is not None and venv.exists:
        parts.append(f"{near(e, venv.path)} has Python {venv.version}")
    if packages is not None:
        parts.append(plural(packages.installed, "package is installed", "packages go together"))
    if models is not None and models.verified:
        parts.append(plural(models.verified, "model is as listed", "models are as listed"))
    seen = e.file_systems.value
    if seen is not None and seen.systems:
        parts.append(f"{megabytes(min(each.free_mb for each in seen.systems))} of disk are free")
    if e.resources.value is not None:
        parts.append(f"{megabytes(free_memory_mb(e)[0])} of memory are available")
    where = f" in {seen.project}" if seen is not None and seen.project else ""
    return f"The project{where} can be started here: {listed(parts, 9)}."


STANDING: Standing[Evidence] = Standing(
    claim="the project can be started here",
    grounds=GROUNDS,
    healthy=healthy_summary,
    validation=tuple(ground.check for ground in GROUNDS),
)
