"""Deciding about one command by the table of programs; what a command starts is decided about as well."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.shell.checks import checked
from runbooklab.shell.match import Inner, Match
from runbooklab.shell.matching import match, names_path
from runbooklab.shell.names import is_passed_on, refused_variable
from runbooklab.shell.parser import parse
from runbooklab.shell.printing import script_text
from runbooklab.shell.programs import Programs
from runbooklab.shell.rows import KINDS, Row
from runbooklab.shell.ruling import Arg, Decision, Ruling, Xargs
from runbooklab.shell.sql_text import not_reading_mysql, not_reading_sql
from runbooklab.shell.tree import Script, ShellError
from runbooklab.shell.values import OPEN

#: Where programs are looked for, and nowhere else.
PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
#: Wrappers around wrappers: sudo env timeout xargs sh -c.
MOST_WRAPPERS = 8
#: Types of values that are programs of their own.
_LANGUAGES = frozenset(("AWK", "SED", "SQL", "MYSQL", "JQ", "YQ", "URL"))
_JUDGES_OF_SQL = {"SQL": not_reading_sql, "MYSQL": not_reading_mysql}
_SECONDS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "ms": 0.001, "us": 1e-6, "ns": 1e-9}
_UNIT = re.compile(r"(\d+(?:\.\d+)?)([a-z]*)")


class JudgeScript(Protocol):
    """Judges a script within a command; ``inside``: it runs in a container, where nothing is judged again."""

    def __call__(self, script: Script, *, inside: bool) -> Ruling: ...


class Where(Struct, frozen=True):
    """Where a command would run. ``inside``: by another program (docker exec, find), word for word."""

    programs: Programs
    judge: JudgeScript
    inside: bool = False
    completed: bool = False  # by another program, as find completes {}
    depth: int = 0


def decide(args: Sequence[Arg], where: Where) -> Decision:
    """What a command is. Unknown programs, sub-commands and options are never live."""
    name = args[0].text
    if OPEN in name:
        return Decision("unknown", "the program's name is a value", "")
    folder, slash, program = name.rpartition("/")
    if slash and folder not in PATH:
        return Decision("unknown", f"{name} is a program by its path: only its name says what it does", name)
    rows = where.programs.rows(program)
    if not rows:
        return Decision("unknown", _not_in_table(program, where.programs), program)
    if value := next((arg for arg in args if arg.from_value and arg.text.startswith("-")), None):
        return Decision("unknown", f"the value {value.text[:40]!r} begins with a hyphen", program)
    found = _best(tuple(arg.text for arg in args), rows)
    if isinstance(found, Decision):
        return replace(found, program=program)
    if found.kind == "live" and (reason := _text_reason(found, where)):
        found = replace(found, kind="unknown", reason=reason)
    made = _decision(found, program)
    return (
        made
        if KINDS.index(made.kind) > KINDS.index("unbounded")
        else _looked_through(made, found, args, where)
    )


#: How much alike a mistyped name and the meant one are, from 0 to 1: `kubctl` is 0.92 of `kubectl`, and
#: `chroot` only 0.67 of `reboot`.
_NEAR = 0.75


def _not_in_table(program: str, programs: Programs) -> str:
    near = difflib.get_close_matches(program, programs.names(), 1, _NEAR)
    return f"{program} is not in the table of programs{f': is it {near[0]}?' if near else ''}"


def _best(argv: tuple[str, ...], rows: Sequence[Row]) -> Match | Decision:
    scopes = [row for row in rows if row.scope]
    live = [row for row in rows if not row.scope and row.kind == "live"]
    found = [checked(each) for row in live if (each := match(argv, row, scopes))]
    found.sort(key=lambda each: (-len(each.row.path), each.kind == "unknown", not each.misfit, -each.reached))
    others = [row for row in rows if row.kind != "live" and names_path(argv, row, scopes)]
    other = max(others, key=lambda row: (len(row.path), bool(row.options)), default=None)
    best = next((each for each in found if each.kind != "unknown"), None)
    if other and (best is None or _closeness(other) > _closeness(best.row)):
        failed = next(iter(found), None)
        wins = failed and failed.misfit and other.kind == "interactive"
        if failed and len(failed.row.path) <= len(other.path) and not wins:
            failed = None
        return Decision("unknown", failed.reason, row=failed.row) if failed else _by_row(other)
    if best:
        return best
    if found:
        return Decision("unknown", found[0].reason, row=found[0].row)
    return Decision("unknown", _no_sub_command(argv, rows))


def _closeness(row: Row) -> tuple[int, bool]:
    """How closely a row names a command: by its sub-commands, and by whether it writes them out."""
    return len(row.path), not any("%" in name or "*" in name for names in row.path for name in names)


def _by_row(row: Row) -> Decision:
    return Decision(row.kind, row.reason or "the table says so", row=row)


def _no_sub_command(argv: tuple[str, ...], rows: Sequence[Row]) -> str:
    known = {name for row in rows for names in row.path[1:2] for name in names}
    given = next((word for word in argv[1:] if not word.startswith("-")), "")
    if OPEN in given:
        return "its sub-command is a value"
    near = difflib.get_close_matches(given, known, 1, _NEAR) if given not in known else []
    what = f"{argv[0]} {given}".strip() if given not in known else " ".join(argv[:4])
    return f"{what} is not in the table of programs{f': is it {near[0]}?' if near else ''}"


def _text_reason(found: Match, where: Where) -> str:
    """Why a text in another language is not live: SQL by its judge, none that another program completes."""
    for type_, value in found.typed:
        judge_sql = _JUDGES_OF_SQL.get(type_)
        if judge_sql and (reason := judge_sql(value.replace(OPEN, "x"))):
            return reason
        if type_ in _LANGUAGES and where.completed and OPEN in value:
            return "a text that another program completes can't be judged"
    return ""


def _decision(found: Match, program: str) -> Decision:
    argv = (program, *found.argv[1:]) if found.argv[:1] != ("cat",) else found.argv
    return Decision(found.kind, found.reason, program, found.row, argv, found.once)


def _looked_through(made: Decision, found: Match, args: Sequence[Arg], where: Where) -> Decision:
    if where.depth >= MOST_WRAPPERS:
        return replace(made, kind="unknown", reason="too many commands within commands")
    by_text = {arg.text: arg for arg in args}
    inners = [tuple(by_text.get(word, Arg(word)) for word in made.argv[i.start : i.end]) for i in found.inner]
    for check in found.row.checks:
        if way := _WAYS.get(check):
            return way(made, found, inners, where)
    if not inners:
        return _as_cat_only_here(made, found, where)
    return _spliced(made, found.inner, inners, where)  # find -exec


def _as_cat_only_here(made: Decision, found: Match, where: Where) -> Decision:
    if where.inside and made.argv != (made.program, *found.argv[1:]):
        return replace(made, kind="interactive", reason="a pager waits for a person")
    return made


_Way = Callable[[Decision, Match, list[tuple[Arg, ...]], Where], Decision]


def _spliced(
    made: Decision, places: Sequence[Inner], inners: list[tuple[Arg, ...]], where: Where
) -> Decision:
    """The command with its inner commands as they are decided about; the worst of all."""
    argv, worst = list(made.argv), made
    deeper = replace(where, inside=True, completed=True, depth=where.depth + 1)
    for place, inner in reversed(list(zip(places, inners, strict=True))):
        # find puts a path in the place of {}: nobody knows it yet
        args = tuple(Arg(a.text.replace("{}", OPEN), filled=True) if "{}" in a.text else a for a in inner)
        decided = decide(args, deeper)
        if KINDS.index(decided.kind) > KINDS.index(worst.kind):
            worst = decided
        argv[place.start : place.end] = [
            word.replace(OPEN, "{}") if args != inner else word for word in decided.argv
        ]
    if worst is made:
        return replace(made, argv=tuple(argv))
    return replace(worst, program=worst.program or made.program, once=())


def _inside(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    if len(inners) != 1:
        return replace(made, kind="unknown", reason="its command is missing")
    decided = decide(inners[0], replace(where, inside=True, depth=where.depth + 1))
    if decided.kind != "live":
        return replace(decided, once=())
    place = found.inner[0]
    return replace(made, argv=(*made.argv[: place.start], *decided.argv, *made.argv[place.end :]))


def _through(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    assigned = [
        tuple(word.split("=", 1)) for word in found.operands if found.row.operands[0].value == "ASSIGNMENT"
    ]
    for name, _ in assigned:
        if not is_passed_on(name):
            return replace(made, kind="unknown", reason=f"what a program does with {name} is not known")
    if where.inside:
        return _inside(made, found, inners, where)
    decided = decide(inners[0], replace(where, depth=where.depth + 1))
    limits = (
        [decided.limit_s, _seconds(found)] if found.row.operands[0].value == "DURATION" else [decided.limit_s]
    )
    environment = (*((name, value) for name, value in assigned), *decided.environment)
    limit_s = min((each for each in limits if each is not None), default=None)
    once = (*made.argv[: found.inner[0].start], *decided.once) if decided.once else ()
    return replace(decided, environment=environment, limit_s=limit_s, once=once)


def _seconds(found: Match) -> float | None:
    """The duration that timeout was given, in seconds; 0 is no limit for it."""
    total = sum(float(n) * _SECONDS.get(unit, 1.0) for n, unit in _UNIT.findall(found.operands[0]))
    return total or None


def _root(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    if where.inside:
        return replace(made, kind="unknown", reason="sudo within a container or another program")
    decided = decide(inners[0], replace(where, depth=where.depth + 1))
    return replace(decided, needs_root=True, once=("sudo", *decided.once) if decided.once else ())


def _script(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    text = inners[0][0]
    if text.filled or OPEN in text.text:
        return replace(made, kind="unknown", reason="a value within the text of a script")
    try:
        script = parse(text.text)
    except ShellError as error:
        return replace(made, kind="unparsable", reason=error.reason)
    ruling = where.judge(script, inside=where.inside)
    if ruling.kind != "live":
        return replace(made, kind=ruling.kind, reason=ruling.reason, program=ruling.program)
    if not where.inside:
        return replace(made, script=script, needs_root=ruling.needs_root)
    # The other shell gets the text of the tree that was judged, not what was written.
    place = found.inner[0]
    argv = (*made.argv[: place.start], script_text(script), *made.argv[place.end :])
    return replace(made, argv=argv)


def _watch(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    """``watch`` hands its words to a shell, again and again: once is that script."""
    text = " ".join(arg.text for arg in inners[0])
    if OPEN in text:
        return replace(made, kind="unbounded", reason="it repeats a command until it is ended")
    shell = _script(made, found, [(Arg(text),)], where)
    if shell.kind != "live":
        return shell
    return Decision(
        "unbounded", "it repeats a command until it is ended", made.program, made.row, once=("sh", "-c", text)
    )


def _xargs(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    if where.inside:
        return replace(made, kind="unknown", reason="what xargs makes elsewhere can't be judged")
    given = dict(found.options)
    marker = given.get("-I", "")
    command = inners[0]
    unknown = Arg(OPEN, from_value=True, filled=True)
    args = (
        tuple(
            replace(a, text=a.text.replace(marker, OPEN), filled=True) if marker in a.text else a
            for a in command
        )
        if marker
        else (*command, unknown)
    )
    decided = decide(args, replace(where, depth=where.depth + 1))
    if decided.kind != "live":
        return replace(decided, once=())
    if decided.builtin or decided.script or decided.xargs:
        return replace(made, kind="unknown", reason="xargs starts a shell or itself")
    count = given.get("-n") or given.get("--max-args") or given.get("-L") or "0"
    plan = Xargs(
        command,
        int(float(count)) if OPEN not in count else 0,
        marker,
        bool(marker) or "-L" in given,
        "\0"
        if {"-0", "--null"} & given.keys()
        else _delimiter(given.get("-d") or given.get("--delimiter") or ""),
        not ({"-r", "--no-run-if-empty"} & given.keys() or marker),
    )
    return replace(made, xargs=plan, needs_root=decided.needs_root)


def _delimiter(text: str) -> str:
    return {"\\n": "\n", "\\0": "\0", "\\t": "\t"}.get(text, text[:1])


def _builtin(made: Decision, found: Match, inners: list[tuple[Arg, ...]], where: Where) -> Decision:
    if where.inside:
        return replace(made, kind="unknown", reason=f"{made.program} is part of a shell")
    if made.program == "export":
        for operand in found.operands:
            if reason := refused_variable(operand.partition("=")[0]):
                return replace(made, kind="unknown", reason=reason)
    return replace(made, builtin=made.program)


_WAYS: Mapping[str, _Way] = {
    "inside": _inside,
    "through": _through,
    "root": _root,
    "script": _script,
    "watch": _watch,
    "xargs": _xargs,
    "builtin": _builtin,
}
