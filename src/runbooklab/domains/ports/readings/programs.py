"""What a process or a container is called by people: its program, its script, its module, its unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.domains.ports.records import Placed, Process
from runbooklab.domains.ports.thresholds import LEAST_LETTERS

#: Programs that run others' scripts: they say nothing of what runs.
_INTERPRETERS = re.compile(
    r"python[\d.]*|node|nodejs|java|ruby|perl|php|(?:ba|da|z|a)?sh|sh|env|tini|dumb-init|docker-init|"
    r"setpriv|sudo|nohup|timeout|busybox|uv|poetry|exec|docker-entrypoint|entrypoint"
)
#: Servers that load an application named as ``package.module:object``.
_APPLICATION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(\))?")
#: Scripts whose folder is the better name.
_PLAIN_SCRIPTS = frozenset({"main", "app", "server", "__main__", "run", "index", "start", "manage"})
_SUFFIX = re.compile(r"\.(?:py|pyc|js|mjs|sh|jar|rb|pl|php|exe|service|socket)$", re.I)
#: A title that a program gave itself: ``nginx: master process ...``, ``gunicorn: master [orchestrator]``.
_TITLE = re.compile(r"(?P<program>[\w.-]+): [^\[]*(?:\[(?P<application>[^\]\s]+)\])?")
#: Words of a command line that are looked at.
MOST_WORDS = 8


def program_names(process: Process) -> frozenset[str]:
    """What the process may be called, in lower case."""
    names = {process.name.lower(), *_of_command(process.command)}
    if process.unit:
        names.add(_SUFFIX.sub("", process.unit.lower()))
    return frozenset(filter(None, names))


def container_programs(container: Placed) -> frozenset[str]:
    """The programs that a container runs, by its command and its image's name."""
    image = container.image.rpartition("/")[2].partition("@")[0].partition(":")[0].lower()
    return frozenset({*_of_command(container.command), image} - {""})


def _of_command(words: tuple[str, ...]) -> Iterator[str]:
    if not words:
        return
    title = _TITLE.match(words[0])
    if title is not None:
        yield from (title["program"].lower(), *filter(None, (title["application"] or "").lower().split(":")))
        return
    yield from _named(words[0])
    rest = iter(words[1:MOST_WORDS])
    for word in rest:
        if word in ("-c", "-e", "--eval"):
            return  # what follows is a program's text
        if word == "-m":
            module = next(rest, "")
            yield from (module.lower(), *module.lower().split("."))
        elif _APPLICATION.fullmatch(word):
            yield from word.lower().partition(":")[0].split(".")
        elif not word.startswith("-"):
            yield from _named(word)


def _named(word: str) -> Iterator[str]:
    """A path's last part, with and without its suffix, and its folder if the script's name says little."""
    parts = word.rstrip("/:").lower().split("/")
    base = parts[-1].rstrip(":")
    bare = _SUFFIX.sub("", base)
    yield from (base, bare)
    if bare in _PLAIN_SCRIPTS and len(parts) > 1:
        yield parts[-2]


def is_called(names: frozenset[str], owner: str) -> bool:
    """Whether one of ``names`` is the owner's: the same word, or a program that begins with it.

    A container's name is written with hyphens, a Python file's with underscores: they are the same word.

    >>> is_called(frozenset({"redis-server"}), "redis"), is_called(frozenset({"python3"}), "py")
    (True, False)
    >>> is_called(frozenset({"tts_worker"}), "tts-worker")
    True
    """
    wanted = _word(owner.lower().rpartition("/")[2])
    also = {wanted, f"{wanted}-server", f"{wanted}d", f"{wanted}-daemon"}
    return any(_word(name) in also or _is_cut(name, wanted) for name in names)


def _word(name: str) -> str:
    """A name without its suffix, with hyphens between its words."""
    return _SUFFIX.sub("", name).replace("_", "-")


def _is_cut(name: str, wanted: str) -> bool:
    """Whether the kernel kept only the beginning of a name (proc(5), comm: 15 characters)."""
    return len(name) == 15 and wanted.startswith(name.replace("_", "-"))


def same_program(process: Process, container: Placed) -> bool:
    """Whether the process is the program that the container runs, too."""
    of_process = {name for name in program_names(process) if not _INTERPRETERS.fullmatch(name)}
    of_container = {name for name in container_programs(container) if not _INTERPRETERS.fullmatch(name)}
    if of_process & of_container:
        return True
    return any(name.startswith((f"{image}-", f"{image}_")) for name in of_process for image in of_container)


def sounds_like(process: Process, owner: str) -> bool:
    """Whether a word of the owner's name is the program's: ``redis-tts`` and ``redis-server``.

    >>> sounds_like(Process(1, "redis-server"), "redis-tts")
    True
    """
    words = {word for word in re.split(r"[-_.]", owner.lower()) if len(word) >= LEAST_LETTERS}
    names = {name for name in program_names(process) if not _INTERPRETERS.fullmatch(name)}
    return any(word in re.split(r"[-_.]", name) for word in words for name in names)


def sounds_alike(container: Placed, owner: str) -> bool:
    """The same of a container, by its name, its service, its image and its command."""
    words = {word for word in re.split(r"[-_.]", owner.lower()) if len(word) >= LEAST_LETTERS}
    names = {container.name.lower(), container.service.lower(), *container_programs(container)}
    return any(word in re.split(r"[-_.]", name) for word in words for name in names)


def display_name(process: Process) -> str:
    """The program as sentences name it: the script's name, if an interpreter runs one.

    >>> display_name(Process(1, "node", ("node", "--trace", "/srv/metrics.js", "8080")))
    'metrics.js'
    >>> display_name(Process(1, "python3", ("python3", "-m", "http.server")))
    'python3 -m http.server'
    """
    if not _INTERPRETERS.fullmatch(process.name.lower()):
        return process.name
    words = process.command[1:MOST_WORDS]
    for place, word in enumerate(words):
        if word == "-m" and place + 1 < len(words):
            return f"{process.name} -m {words[place + 1]}"
        if word == "-c":
            break
        if not word.startswith("-") and _SUFFIX.search(word):
            return word.rpartition("/")[2]
    return process.name


def shown(process: Process, most: int = 80) -> str:
    """The command line, short enough for a table."""
    text = " ".join(process.command) or process.name
    return text if len(text) <= most else f"{text[: most - 1]}…"
