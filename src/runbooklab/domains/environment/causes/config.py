"""The configuration file."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import PROJECT_CONFIG
from runbooklab.domains.environment.readings.words import near
from runbooklab.words import listed, short

CHECK = ("project-config",)


@needs(PROJECT_CONFIG)
def missing(e: Evidence) -> Ruling:
    """Somebody named a file that is not there."""
    seen = e.project_config.value
    assert seen is not None
    if seen.state != "missing":
        return RuledOut(f"{seen.path} is there.")
    return Supported(f"{near(e, seen.path)}, which orchestrator_config names, does not exist.", CHECK, 0.97)


@needs(PROJECT_CONFIG)
def unreadable(e: Evidence) -> Ruling:
    """It is there and no text that can be read."""
    seen = e.project_config.value
    assert seen is not None
    if seen.problem == "not-text":
        return Supported(f"{near(e, seen.path)}, line {seen.line}: {seen.message}.", CHECK, 0.97)
    if seen.state in ("file", "missing"):
        return RuledOut(f"{seen.path} is {'read' if seen.state == 'file' else 'not there'}.")
    return Supported(f"{near(e, seen.path)} cannot be read: {seen.message or seen.state}.", CHECK, 0.97)


@needs(PROJECT_CONFIG)
def invalid_yaml(e: Evidence) -> Ruling:
    """The parser stops."""
    seen = e.project_config.value
    assert seen is not None
    if seen.problem != "invalid-yaml":
        return RuledOut(f"{seen.path} parses." if seen.state == "file" else f"{seen.path} was not read.")
    place = (f", line {seen.line}" if seen.line else "") + (f", column {seen.column}" if seen.column else "")
    return Supported(
        f"{near(e, seen.path)}{place}: {short(seen.message).rstrip('.')}.",
        CHECK,
        0.98,
        f"{near(e, seen.path)} is not valid {seen.format}{place}: {short(seen.message).rstrip('.')}.",
    )


@needs(PROJECT_CONFIG)
def value_invalid(e: Evidence) -> Ruling:
    """A value cannot be what its key means."""
    seen = e.project_config.value
    assert seen is not None
    if not seen.bad_values:
        return RuledOut("Every value that was judged fits its key.")
    first, others = seen.bad_values[0], seen.bad_values[1:]
    also = f" Also {listed([f'{each.key} (line {each.line})' for each in others], 3)}." if others else ""
    return Supported(
        f"{near(e, seen.path)}, line {first.line}: {first.key} is {first.found}, and should be "
        f"{first.expected}.{also}",
        CHECK,
        0.93,
    )


@needs(PROJECT_CONFIG)
def variable_unset(e: Evidence) -> Ruling:
    """It refers to a variable that nobody sets."""
    seen = e.project_config.value
    assert seen is not None
    if not seen.unset:
        return RuledOut(
            "Every variable that it refers to is set." if seen.references else "It refers to no variable."
        )
    names = listed([f"{each.name} ({each.key or 'no key'}, line {each.line})" for each in seen.unset], 3)
    be = "is" if len(seen.unset) == 1 else "are"
    return Supported(
        f"{near(e, seen.path)} refers to {names}, which {be} set neither in the .env file nor in this "
        "environment; YAML itself expands nothing.",
        CHECK,
        0.9,
        f"{near(e, seen.path)} needs {listed([each.name for each in seen.unset], 3)}, which nobody sets.",
    )
