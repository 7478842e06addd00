"""Python, packages and libraries."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, ok, skipped, table, unknown
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.words import near
from runbooklab.domains.environment.records.python import PackagesSeen
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, plural


def python_venv(e: Evidence) -> Judgement:
    """Whether the virtual environment can start the project's Python."""
    seen = e.venv.value
    if seen is None:
        return absent(e, e.venv, "The virtual environment")
    if not seen.exists:
        return skipped(f"There is no virtual environment {near(e, seen.path)}.")
    facts = {
        "Folder": seen.path,
        "Python": seen.version,
        "Interpreter": seen.interpreter,
        "Made with": seen.home,
        "Required": f"{seen.requires} ({seen.requires_from})" if seen.requires else "",
        "How it was found": seen.found_as,
        "Out of reach": seen.unreachable_for,
    }
    facts = {name: value for name, value in facts.items() if value}
    if seen.requires_problem:
        return unknown(f"{seen.requires_from} says {seen.requires}: {seen.requires_problem}.", facts=facts)
    required = f", as {seen.requires_from} requires ({seen.requires})" if seen.requires else ""
    return ok(f"{near(e, seen.path)} has Python {seen.version}{required}.", facts=facts)


def python_packages(e: Evidence) -> Judgement:
    """Whether what is required is installed."""
    seen = e.packages.value
    if seen is None:
        return absent(e, e.packages, "The installed packages")
    if seen.requirements_message and seen.requirements_given:
        return unknown(f"{near(e, seen.requirements)} cannot be read: {seen.requirements_message}.")
    rows = [
        *(
            (each.requirement, each.installed or "not installed", each.note or each.by)
            for each in seen.missing
        ),
        *((each.requirement, each.installed, each.by) for each in seen.mismatched),
        *((each.requirement, each.installed or "not installed", each.by) for each in seen.conflicts),
    ]
    tables = (table(("Required", "Installed", "By"), rows),) if rows else ()
    facts = {"Not checked": listed(list(seen.unread), 5)} if seen.unread else {}
    together = " that go together" if seen.installed > 1 else ""
    fit = f"{plural(seen.installed, 'package')} installed{together}"
    if not seen.requirements:
        return ok(f"{fit}; there is no requirements file.", tables=tables, facts=facts)
    return ok(
        f"{near(e, seen.requirements)} is met, with {plural(seen.wanted, 'requirement')}: {fit}.",
        tables=tables,
        facts=facts,
    )


def module_names(e: Evidence) -> Judgement:
    """Whether a file of the project hides an installed module."""
    seen: PackagesSeen | None = e.packages.value
    if seen is None:
        return absent(e, e.packages, "Names of modules")
    rows = list(zip((near(e, each) for each in seen.shadows), seen.shadowed, strict=False))
    return ok(
        "No file at the top of the project has the name of an installed module.",
        tables=(table(("File", "Hides the module"), rows),) if rows else (),
    )


def shared_libraries(e: Evidence) -> Judgement:
    """Whether extension modules are for this machine, and find what they need."""
    seen = e.libraries.value
    if seen is None:
        return absent(e, e.libraries, "Extension modules and shared libraries")
    rows = [
        *(
            (each.soname, near(e, each.needed_by) or "required_libraries", "not found")
            for each in seen.missing
        ),
        *((near(e, each.path), each.package or "-", f"for {each.machine}") for each in seen.foreign),
    ]
    tables = (table(("Library or file", "Needed by", "What is wrong"), rows),) if rows else ()
    if seen.cut:
        return unknown(
            f"Only {seen.checked:,} of {seen.total:,} shared objects could be read in time.", tables=tables
        )
    if not seen.cache_known:
        return unknown("The loader's cache could not be read (ldconfig -p), so no library can be looked up.")
    asked = f", and {listed(list(seen.required))} can be loaded" if seen.required else ""
    return ok(
        f"{plural(seen.checked, 'shared object')} for {seen.host_machine}; every library they need is "
        f"found{asked}.",
        tables=tables,
    )
