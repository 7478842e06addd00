"""The lines of a log that match a pattern: of a file, of the journal, or of a container."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from runbooklab.domain.shell import path_word
from runbooklab.domains.generic.language.patterns import NotAPattern, Pattern, compiled, literal
from runbooklab.domains.generic.language.quantity import quantity
from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.docker_names import refused_container, refused_inside
from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.probes.line_times import since as lines_since
from runbooklab.domains.generic.probes.log_sources import (
    CONTAINER,
    JOURNAL,
    MOST_LINE,
    Tail,
    logs_of,
    of_container,
    of_file,
    of_journal,
)
from runbooklab.domains.generic.probes.paths import refused_path
from runbooklab.domains.generic.probes.service import refused_unit
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.words import short

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Lines that are read if the check does not say, and the most it may say.
USUAL_LINES, MOST_LINES = 2_000, 10_000
#: Longest time back, in seconds: a year.
MOST_BACK_S = 366 * 86_400.0
#: Lines that are shown to people.
MOST_SHOWN_LINES = 20


def refused(asked: Asked) -> str:
    """Why this is never read."""
    if why := next((why for text in asked.options.values() if (why := refused_values(text))), ""):
        return why
    subject = asked.subject.plain
    for word in (JOURNAL, CONTAINER):
        name = subject.removeprefix(word.replace(":", " ")).strip()
        if name != subject and "/" not in name:
            return f"Write {word}{short(name)}: without the colon it is the path of a file."
    if subject.startswith(JOURNAL):
        why = refused_unit(subject.removeprefix(JOURNAL))
    elif subject.startswith(CONTAINER):
        why = refused_container(subject.removeprefix(CONTAINER))
    else:
        why = refused_path(asked.subject)
    if why:
        return why
    return refused_inside(asked) or _refused_options(asked)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be read."""
    subject, last = asked.subject.plain, _last(asked)
    if subject.startswith(CONTAINER):
        return (Plan("docker", f"GET {logs_of(subject.removeprefix(CONTAINER), last)}"),)
    if subject.startswith(JOURNAL):
        return (Plan("process", f"the last {last} lines of {subject}"),)
    where = f" in {asked.container}" if asked.container else ""
    return (Plan("docker" if asked.container else "file", f"the last {last} lines of {subject}{where}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    subject, last, back = asked.subject.plain, str(_last(asked)), _back_s(asked)
    if subject.startswith(JOURNAL):
        ago = ["--since", f"-{back:g}s"] if back else []
        words = ["journalctl", "--no-pager", "-u", subject.removeprefix(JOURNAL), "-n", last, *ago]
    elif subject.startswith(CONTAINER):
        ago = ["--since", f"{back:g}s"] if back else []
        words = ["docker", "logs", "--tail", last, *ago, subject.removeprefix(CONTAINER)]
    else:
        inside = ["docker", "exec", asked.container] if asked.container else []
        words = [*inside, "tail", "-n", last, path_word(subject)]
    grep = asked.shell.command("grep", "-E", "--", _expression(asked)) if asked.option("match") else ""
    both = " 2>&1" if subject.startswith(CONTAINER) else ""
    return f"{asked.shell.command(*words)}{both} | {grep}" if grep else asked.shell.command(*words)


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Read the end of the log, and find the lines in it."""
    ctx, subject, last = within(ctx, asked), asked.subject.plain, _last(asked)
    back = _back_s(asked)
    if asked.container:
        from runbooklab.domains.generic.probes.inside import tail_inside

        tail = tail_inside(ctx, asked, last)
    elif subject.startswith(JOURNAL):
        tail = of_journal(ctx, subject.removeprefix(JOURNAL), last, back)
    elif subject.startswith(CONTAINER):
        tail = of_container(ctx, subject.removeprefix(CONTAINER), last, back)
    else:
        tail = of_file(ctx, subject, last)
    return _seen(ctx, asked, tail, back)


def _seen(ctx: Context[Target], asked: Asked, tail: Tail, back: float | None) -> Seen:
    fields = ("count", "first", "last", "lines")
    if tail.unread:
        values = {} if tail.exists is None else {"exists": tail.exists}
        unobserved = dict.fromkeys(fields if values else (*fields, "exists"), tail.unread)
        return seen(ctx, values, shown=tail.unread, unobserved=unobserved)
    if not tail.exists:
        note = f"{asked.subject.plain} does not exist."
        return seen(ctx, {"exists": False}, shown=note, note=note)
    lines, reach = tail.lines, f"the last {_last(asked)} lines do not reach back so far"
    short = tail.short
    if back is not None and tail.is_since:
        short = reach if tail.cut else ""
    elif back is not None:
        now = datetime.now(UTC)
        earliest = now - timedelta(seconds=back)
        lines, has_time, saw_earlier = lines_since(tail.lines, earliest, now)
        if tail.lines and not has_time:
            why = "its lines have no time that is known here"
            return seen(ctx, {"exists": True}, unobserved=dict.fromkeys(fields, why))
        short = "" if saw_earlier or not tail.cut else short or reach
    pattern = _pattern(asked)
    found = [line for line in lines if pattern is None or pattern.matches(line)]
    if len(found) < len(lines) and any(len(line) >= MOST_LINE for line in lines):
        short = short or f"a line is longer than the {MOST_LINE >> 10} KiB of it that are searched"
    return _seen_lines(ctx, asked, found, short)


def _seen_lines(ctx: Context[Target], asked: Asked, found: list[str], short: str) -> Seen:
    values: dict[str, Any] = {"exists": True, "lines": found[-200:]}
    if found:
        values |= {"last": found[-1]}
    unobserved = {"count": short, "first": short} if short else {}
    if not short:
        values["count"] = len(found)
        if found:
            values["first"] = found[0]
    shown = [f"{len(found)} lines", *found[-MOST_SHOWN_LINES:]]
    return seen(ctx, values, shown="\n".join(shown), unobserved=unobserved)


def _refused_options(asked: Asked) -> str:
    last = asked.option("last", str(USUAL_LINES))
    if not last.isdigit() or not 0 < int(last) <= MOST_LINES:
        return f"`last` takes a number of lines, at most {MOST_LINES:,}."
    back = _back_s(asked)
    if asked.option("since") and not 0 < (back or 0) <= MOST_BACK_S:
        return "`since` takes a time such as 15min, 2h or 7d."
    try:
        _pattern(asked)
    except NotAPattern as error:
        return f"`match` is no regular expression: {error}."
    return ""


def _pattern(asked: Asked) -> Pattern | None:
    """The pattern; None for every line. A value in it stands for itself. Raises :class:`NotAPattern`."""
    return compiled(_expression(asked)) if asked.option("match") else None


def _expression(asked: Asked) -> str:
    parts = asked.options["match"].parts
    return "".join(literal(part) if at % 2 else part for at, part in enumerate(parts))


def _back_s(asked: Asked) -> float | None:
    """How far back lines count, in seconds; None: all do, or the option is no time."""
    found = quantity(asked.option("since").replace(" ", ""))
    return found.of("s") if found is not None and found.dimension == "time" else None


def _last(asked: Asked) -> int:
    last = asked.option("last", str(USUAL_LINES))
    return min(int(last), MOST_LINES) if last.isdigit() else USUAL_LINES
