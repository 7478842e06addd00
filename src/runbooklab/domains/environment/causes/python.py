"""Python, its virtual environment, and what is installed in it."""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import PACKAGES, VENV
from runbooklab.domains.environment.readings.words import near
from runbooklab.domains.environment.records.python import Unmet, VenvSeen
from runbooklab.words import listed, plural

VENV_CHECK, PACKAGES_CHECK, NAMES_CHECK = ("python-venv",), ("python-packages",), ("module-names",)
_NO_MODULE = re.compile(r"No module named '?([A-Za-z_]\w*)")


def is_supported(seen: VenvSeen) -> bool | None:
    """Whether the version of its Python is one that is required; None if nobody can say."""
    if not seen.requires or seen.requires_problem:
        return None
    version = re.match(r"\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?", seen.version)
    if version is None:
        return None
    try:
        return SpecifierSet(seen.requires).contains(Version(version[0]), prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return None


@needs(VENV)
def version_unsupported(e: Evidence) -> Ruling:
    """Its Python is older or newer than what is required."""
    seen = e.venv.value
    assert seen is not None
    if not seen.exists:
        return RuledOut("There is no virtual environment.")
    fits = is_supported(seen)
    if fits is None:
        return (
            Untested("No version is required, or it cannot be compared.")
            if seen.requires
            else RuledOut("Nothing says which Python is required.")
        )
    if fits:
        return RuledOut(f"Python {seen.version} meets {seen.requires}.")
    return Supported(
        f"{near(e, seen.path)} has Python {seen.version}, and {seen.requires_from} requires {seen.requires}.",
        VENV_CHECK,
        0.96,
    )


@needs(VENV)
def venv_missing(e: Evidence) -> Ruling:
    """It is not there, although somebody named it, or the project has requirements and no container."""
    seen = e.venv.value
    assert seen is not None
    if seen.exists:
        return RuledOut(f"{seen.path} is there.")
    if not seen.given and not seen.is_wanted:
        return RuledOut("Nobody named a virtual environment.")
    why = "" if seen.given else ", and this is a Python project without a container file"
    return Supported(
        f"There is no virtual environment {near(e, seen.path)}{why}.",
        VENV_CHECK,
        0.96 if seen.given else 0.75,
    )


@needs(VENV)
def venv_broken(e: Evidence) -> Ruling:
    """Its Python cannot start, or finds nothing."""
    seen = e.venv.value
    assert seen is not None
    if not seen.exists:
        return RuledOut("There is no virtual environment.")
    if seen.broken:
        return Supported(
            f"{near(e, seen.path)} cannot be used: {seen.broken}.",
            VENV_CHECK,
            0.97,
            f"The virtual environment {near(e, seen.path)} is broken: {seen.broken}.",
        )
    if seen.unreachable_for:
        return Supported(
            f"{near(e, seen.path)} cannot be used by the service: {seen.unreachable_for}.", VENV_CHECK, 0.95
        )
    return RuledOut(f"{seen.path} has an interpreter, {seen.interpreter}.")


@needs(VENV)
def venv_moved(e: Evidence) -> Ruling:
    """Its scripts name another path."""
    seen = e.venv.value
    assert seen is not None
    if not seen.named_elsewhere:
        return RuledOut("Its scripts name this path, or none.")
    scripts = listed([near(e, path) for path in seen.naming], 3)
    verb = "names" if len(seen.naming) == 1 else "name"
    return Supported(
        f"{scripts} {verb} {seen.named_elsewhere}, and the virtual environment is at {seen.path}.",
        VENV_CHECK,
        0.95,
        f"The virtual environment was moved or copied: its scripts name {seen.named_elsewhere}, not "
        f"{seen.path}.",
    )


def venv_not_active(e: Evidence) -> Ruling:
    """The error text misses a module that the virtual environment has: another Python ran."""
    text, packages, seen = e[ERROR_TEXT].value, e.packages.value, e.venv.value
    if text is None or packages is None or seen is None:
        return Untested("No error text says which module another Python misses.")
    named = [name for name in _NO_MODULE.findall(text.text) if name in packages.top_level]
    if not named:
        return RuledOut("The error text misses no module that the virtual environment has.")
    return Supported(
        f"The error text misses the module {named[0]}, which is installed in {near(e, seen.path)}: another "
        "Python ran the program.",
        VENV_CHECK,
        0.85,
    )


# --- packages ----------------------------------------------------------------------------------


def _named(unmet: Unmet) -> str:
    if unmet.note:
        return unmet.note
    there = f" ({unmet.installed} is installed)" if unmet.installed else ""
    return f"{unmet.requirement}{there}"


def _rest(found: tuple[Unmet, ...]) -> str:
    return f" Also {listed([_named(each) for each in found[1:]], 3)}." if len(found) > 1 else ""


@needs(PACKAGES)
def package_missing(e: Evidence) -> Ruling:
    """A requirement that nothing installed meets."""
    seen = e.packages.value
    assert seen is not None
    if not seen.missing:
        return RuledOut(f"Nothing that is required is missing: {plural(seen.wanted, 'requirement')}.")
    first = seen.missing[0]
    said = first.note or f"{first.requirement} is not installed"
    return Supported(f"{said} ({first.by}).{_rest(seen.missing)}", PACKAGES_CHECK, 0.96)


@needs(PACKAGES)
def package_mismatch(e: Evidence) -> Ruling:
    """A requirement that another version is installed of."""
    seen = e.packages.value
    assert seen is not None
    if not seen.mismatched:
        return RuledOut("Every installed requirement has a version that is asked for.")
    first = seen.mismatched[0]
    return Supported(
        f"{first.name} {first.installed} is installed, and {first.by} asks for {first.requirement}."
        f"{_rest(seen.mismatched)}",
        PACKAGES_CHECK,
        0.95,
    )


@needs(PACKAGES)
def package_conflict(e: Evidence) -> Ruling:
    """What one package requires is not what is installed."""
    seen = e.packages.value
    assert seen is not None
    if not seen.conflicts:
        return RuledOut("What the packages require of each other is installed.")
    first = seen.conflicts[0]
    there = f"{first.name} {first.installed} is installed" if first.installed else "it is not installed"
    return Supported(
        f"{first.by} requires {first.requirement}, and {there}.{_rest(seen.conflicts)}", PACKAGES_CHECK, 0.93
    )


@needs(PACKAGES)
def module_shadowed(e: Evidence) -> Ruling:
    """A file of the project is imported in place of an installed module."""
    seen = e.packages.value
    assert seen is not None
    if not seen.shadows:
        return RuledOut("No file at the top of the project has the name of an installed module.")
    first, name = near(e, seen.shadows[0]), seen.shadowed[0]
    also = (
        f" Also {listed([near(e, each) for each in seen.shadows[1:]], 3)}." if len(seen.shadows) > 1 else ""
    )
    return Supported(
        f"{first} in the project's folder is imported in place of the module {name}.{also}", NAMES_CHECK, 0.93
    )
