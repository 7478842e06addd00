"""The required programs: where PATH finds them, and whether they could run. None is run."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.elf import foreign, read_elf
from runbooklab.domains.environment.files import exists, is_file, is_link, is_there
from runbooklab.domains.environment.identity import SEARCH, User, allows, service_user
from runbooklab.domains.environment.place import at, path_of, project, shown
from runbooklab.domains.environment.records.host import CommandSeen, CommandsSeen
from runbooklab.domains.environment.target import REQUIRED_COMMANDS, VENV, items
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

#: Folders whose programs come from the system or its administrator.
SYSTEM = frozenset(
    f"{top}{folder}"
    for top in ("", "/usr", "/usr/local", "/snap", "/opt/homebrew", "/run/current-system/sw")
    for folder in ("/bin", "/sbin")
)
MOST_FOLDERS = 200
_SHEBANG = re.compile(rb"#!\s*(\S+)(?:[ \t]+(\S+))?")


def commands(ctx: Context) -> CommandsSeen:
    """Each program of ``required_commands`` along every folder of PATH."""
    names = items(ctx.vault.reveal(ctx.target.required_commands))
    if not names:
        raise NotObserved(Missing("not-applicable", "no program is required"))
    root, user = project(ctx), service_user(ctx)
    venv = path_of(ctx, VENV)
    own = [str(venv / "bin")] if venv is not None else []
    folders = [each for each in os.environ.get("PATH", os.defpath).split(os.pathsep) if each][:MOST_FOLDERS]
    ctx.note("file", f"looked for {', '.join(names)} along PATH")
    trusted = {*own, str(Path(sys.prefix) / "bin"), str(Path(sys.executable).parent)}
    return CommandsSeen(
        commands=tuple(_seen(ctx, name, root, [*folders, *own], user, trusted) for name in names),
        given=ctx.target.is_given(REQUIRED_COMMANDS),
        path=tuple(shown(ctx, each) for each in folders),
    )


def _seen(
    ctx: Context, name: str, root: Path, folders: Iterable[str], user: User, trusted: set[str]
) -> CommandSeen:
    along = [root / folder / name for folder in dict.fromkeys(folders)]
    places = [at(root, name)] if "/" in name else along
    if "/" in name:
        exists(places[0])  # raises if we may not look
    there = [place for place in places if is_file(place)]
    runnable = [place for place in there if _may_run(place, user)]
    problem, machine = _problem(runnable[0]) if runnable else ("", "")
    dangling = next((place for place in places if is_link(place) and not is_there(place)), None)
    unusable = next((place for place in there if place not in runnable), None)
    note = ""
    if not runnable and unusable is not None:
        note = f"{unusable} is there and may not be executed by {user.name}"
    elif not runnable and dangling is not None:
        note = f"{dangling} is a link to {os.path.realpath(dangling)}, which does not exist"
    return CommandSeen(
        name=clean(name, ctx.vault),
        found=tuple(shown(ctx, place) for place in runnable[:5]),
        problem=clean(problem, ctx.vault),
        machine=machine,
        not_executable=clean(note, ctx.vault),
        first_is_odd=_is_odd(runnable, trusted),
    )


def _may_run(place: Path, user: User) -> bool:
    try:
        return allows(place.stat(), user, SEARCH)
    except OSError:
        return False


def _is_odd(places: list[Path], trusted: set[str]) -> bool:
    """Whether the first program is another one than the next, and from outside the system's folders."""
    if len(places) < 2:
        return False
    first, second = places[:2]
    if str(first.parent) in SYSTEM or str(first.parent) in trusted:
        return False
    if os.path.realpath(first) == os.path.realpath(second):
        return False
    try:
        one, other = first.stat(), second.stat()
        if one.st_size != other.st_size or one.st_size > 1 << 20:
            return one.st_size != other.st_size
        return first.read_bytes() != second.read_bytes()
    except OSError:
        return False


def _problem(place: Path) -> tuple[str, str]:
    """Why a program cannot start although it is there, and the machine that it is for if that is another."""
    elf = read_elf(place)
    if elf is not None:
        return "", foreign(elf)
    try:
        with place.open("rb") as file:
            head = file.read(256)
    except OSError:
        return "", ""
    match = _SHEBANG.match(head)
    if match is None:
        return ("", "") if head else ("it is an empty file", "")
    interpreter = match[1].decode("utf-8", "replace")
    if not is_there(interpreter):
        return f"its first line names {interpreter}, which does not exist", ""
    return "", ""
