"""The .env file and the configuration."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, ok, skipped, table
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.words import READER_WORDS, near
from runbooklab.domains.environment.records.settings import EnvFileSeen
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.words import listed, plural, size


def env_file(e: Evidence) -> Judgement:
    """Whether every reader of the file takes it as it is meant."""
    seen = e.env_file.value
    if seen is None:
        return absent(e, e.env_file, "The .env file")
    if seen.state != "file":
        return skipped(f"{near(e, seen.path)} was not read.", facts=_facts(e, seen))
    if not seen.readers:
        return ok(
            f"{near(e, seen.path)} sets {plural(seen.variables, 'variable')}; nobody said who reads it."
        )
    who = listed([READER_WORDS[each] for each in seen.readers])
    odd = " It begins with a byte order mark, which harms none of them." if seen.has_bom else ""
    return ok(
        f"{near(e, seen.path)} sets {plural(seen.variables, 'variable')}, and {who} "
        f"{'take' if len(seen.readers) > 1 else 'takes'} every line.{odd}",
        facts=_facts(e, seen),
        tables=_mistakes(seen),
    )


def _facts(e: Evidence, seen: EnvFileSeen) -> dict[str, str]:
    facts = {
        "File": seen.path,
        "Example": near(e, seen.example) or "none",
        "Read by": listed([READER_WORDS[each] for each in seen.readers]) if seen.readers else "",
        "Owner and mode": f"{seen.owner} {seen.mode:03o}" if seen.owner else "",
        "Size": size(seen.size_bytes) if seen.state == "file" else "",
    }
    return {name: value for name, value in facts.items() if value}


def _mistakes(seen: EnvFileSeen) -> tuple[Table, ...]:
    rows = [
        (str(each.line), each.name or "-", READER_WORDS[each.reader], each.message) for each in seen.mistakes
    ]
    return (table(("Line", "Variable", "Reader", "What it does"), rows),) if rows else ()


def env_variables(e: Evidence) -> Judgement:
    """Whether each variable has a value that somebody means."""
    seen = e.env_file.value
    if seen is None:
        return absent(e, e.env_file, "The variables of the .env file")
    if seen.state != "file":
        return skipped("Variables: not checked (the .env file was not read).")
    rows = [
        *((each.name, "missing", each.note or f"in {near(e, seen.example)}") for each in seen.missing),
        *((each.name, "placeholder", f"line {each.line}: {each.note}") for each in seen.placeholders),
        *((each.name, "set twice", each.note) for each in seen.duplicates),
    ]
    compared = (
        f"; {near(e, seen.example)} has no other" if seen.example else "; there is no example to compare with"
    )
    return ok(
        f"{plural(seen.variables, 'variable')} in {near(e, seen.path)}, none of them a "
        f"placeholder{compared}.",
        tables=(table(("Variable", "What is wrong", "Where"), rows),) if rows else (),
    )


def project_config(e: Evidence) -> Judgement:
    """Whether the configuration parses, its values fit, and its variables are set."""
    seen = e.project_config.value
    if seen is None:
        return absent(e, e.project_config, "The configuration")
    facts = {"File": seen.path, "Format": seen.format}
    if seen.state != "file" or seen.problem:
        return skipped(f"{near(e, seen.path)} was not read.", facts=facts, text=seen.excerpt)
    rows = [
        *((str(each.line), each.key, f"{each.found} is not {each.expected}") for each in seen.bad_values),
        *((str(each.line), each.key, f"{each.name} is set nowhere") for each in seen.unset),
    ]
    refers = f" and sets {plural(seen.references, 'variable')} it refers to" if seen.references else ""
    return ok(
        f"{near(e, seen.path)} is valid "
        f"{seen.format}{'' if not refers else ', and the variables it refers to are set'}.",
        facts=facts,
        text=seen.excerpt if rows else "",
        tables=(table(("Line", "Key", "What is wrong"), rows),) if rows else (),
    )
