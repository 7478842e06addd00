"""The .env file as a file, and as each of its readers reads it."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import ENV_FILE
from runbooklab.domains.environment.readings.words import READER_WORDS, lines_of, near, variables
from runbooklab.domains.environment.records.settings import EnvFileSeen
from runbooklab.words import listed, plural

CHECK = ("env-file",)
_EFFECTS = {"stops": "gives the whole file up", "drops": "loses the line", "changes": "reads another value"}

#: As many lines are named; more are counted.
MOST_LINES = 5

Of = Callable[[Evidence, EnvFileSeen], Ruling]


def _of_file(judge: Of) -> Callable[[Evidence], Ruling]:
    """A judge of what is in the file: without a file that was read, there is nothing to judge."""

    @needs(ENV_FILE)
    def judged(e: Evidence) -> Ruling:
        seen = e.env_file.value
        assert seen is not None
        if seen.state != "file":
            return RuledOut(f"{seen.path} was not read, so nothing is said of its lines.")
        return judge(e, seen)

    return judged


@needs(ENV_FILE)
def missing(e: Evidence) -> Ruling:
    """It is not there, although its example is, or somebody named it."""
    seen = e.env_file.value
    assert seen is not None
    if seen.state != "missing":
        return RuledOut(f"{seen.path} is there.")
    name = near(e, seen.path)
    if seen.link_to:
        found = f"{name} is a link to {seen.link_to}, which does not exist"
    else:
        found = f"{name} does not exist" + (
            f", and its example {near(e, seen.example)} does" if seen.example else ""
        )
    return Supported(f"{found}.", CHECK, 0.97, f"The settings are missing: {found}.")


@needs(ENV_FILE)
def unreadable(e: Evidence) -> Ruling:
    """It is a folder or no file, or the service's user may not read it."""
    seen = e.env_file.value
    assert seen is not None
    name = near(e, seen.path)
    if seen.state == "folder":
        found = f"{name} is a folder, as a bind mount makes one of a file that is not there"
        return Supported(
            f"{found}.", CHECK, 0.98, f"The settings cannot be read: {name} is a folder, not a file."
        )
    if seen.state in ("not-a-file", "too-large"):
        return Supported(f"{name} is no settings file: {seen.message}.", CHECK, 0.95)
    if seen.unreadable_for or seen.state == "unreadable":
        why = seen.unreadable_for or seen.message or "permission denied"
        return Supported(f"{name} cannot be read: {why}.", CHECK, 0.97)
    return RuledOut(f"{name} can be read by whoever runs the service.")


def _crlf(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.carriage_returns:
        return RuledOut("No reader of the file keeps a carriage return.")
    name, lines = near(e, seen.path), seen.carriage_returns
    where = plural(len(lines), "line") if len(lines) > MOST_LINES else lines_of(lines)
    return Supported(
        f"{name} has Windows line ends ({where}), and the shell keeps the carriage return as part of the "
        "value.",
        CHECK,
        0.97,
        f"{name} has Windows line ends: the shell reads values that end in a carriage return.",
    )


def _syntax(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.mistakes:
        return RuledOut("Every reader takes every line.")
    first = seen.mistakes[0]
    same = [each for each in seen.mistakes if each.line == first.line]
    who = listed([READER_WORDS[each.reader] for each in same])
    what = listed(list(dict.fromkeys(_EFFECTS[each.effect] for each in same)))
    other = sorted({each.line for each in seen.mistakes} - {first.line})
    also = f" Also {lines_of(other)}." if other else ""
    name = near(e, seen.path)
    variable = f" ({first.name})" if first.name else ""
    return Supported(
        f"{name}, line {first.line}{variable}: {first.message}. {who[:1].upper()}{who[1:]} {what}.{also}",
        CHECK,
        0.96,
        f"{name}, line {first.line}{variable}, cannot be read as it is meant: {first.message}.{also}",
    )


def _quotes(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.quoted:
        return RuledOut("docker run does not read the file, or no value has quotes around it.")
    kept = listed(list(dict.fromkeys(each.note for each in seen.quoted)))
    return Supported(
        f"docker run --env-file takes {kept} for part of the value: {variables(seen.quoted)} in "
        f"{near(e, seen.path)}.",
        CHECK,
        0.95,
    )


def _bom(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.bom_before or not {"shell", "systemd"} & set(seen.readers):
        return RuledOut("No variable stands behind a byte order mark, or its readers skip that.")
    who = listed([READER_WORDS[each] for each in seen.readers if each in ("shell", "systemd")])
    return Supported(
        f"{near(e, seen.path)} begins with a byte order mark right before {seen.bom_before}: {who} takes "
        "it for "
        f"part of the name, and {seen.bom_before} is not set.",
        CHECK,
        0.9,
    )


def _world_readable(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.mode & 0o004:
        return RuledOut(f"{seen.path} has mode {seen.mode:03o}: others may not read it.")
    if not seen.secrets:
        return RuledOut("The file holds no secret.")
    return Supported(
        f"Every user of this host may read {near(e, seen.path)} (mode {seen.mode:03o}), which holds "
        f"{listed(list(seen.secrets), 3)}.",
        CHECK,
        0.95,
    )


crlf, syntax, quotes, bom, world_readable = map(_of_file, (_crlf, _syntax, _quotes, _bom, _world_readable))


# --- its variables -----------------------------------------------------------------------------

VARIABLES = ("env-variables",)


def _variable_missing(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.example:
        return RuledOut("There is no example to compare the file with.")
    if not seen.missing:
        return RuledOut("Every variable of the example is set.")
    names = listed([f"{each.name} ({each.note})" if each.note else each.name for each in seen.missing], 4)
    be, have = ("is", "has") if len(seen.missing) == 1 else ("are", "have")
    return Supported(
        f"{names} {be} in {near(e, seen.example)}, and {have} no value in {near(e, seen.path)} or in the "
        "environment.",
        VARIABLES,
        0.93,
        f"{plural(len(seen.missing), 'variable')} {be} missing from {near(e, seen.path)}: {names}.",
    )


def _variable_duplicate(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.duplicates:
        return RuledOut("No variable is set twice to different values.")
    names = listed([f"{each.name} ({each.note})" for each in seen.duplicates], 3)
    return Supported(
        f"{near(e, seen.path)} sets {names} to different values; the last one counts.", VARIABLES, 0.93
    )


def _variable_placeholder(e: Evidence, seen: EnvFileSeen) -> Ruling:
    if not seen.placeholders:
        return RuledOut("No value is a placeholder.")
    why = listed(list(dict.fromkeys(each.note for each in seen.placeholders)))
    verb = "has" if len(seen.placeholders) == 1 else "have"
    return Supported(
        f"{variables(seen.placeholders)} in {near(e, seen.path)} {verb} no real value: {why}.",
        VARIABLES,
        0.93,
    )


variable_missing, variable_duplicate, variable_placeholder = map(
    _of_file, (_variable_missing, _variable_duplicate, _variable_placeholder)
)
