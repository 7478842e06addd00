"""The virtual environment, as its files show it: nothing of it is run or imported."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.elf import foreign, read_elf
from runbooklab.domains.environment.files import exists, is_file, is_folder, is_there, text_of
from runbooklab.domains.environment.identity import READ, SEARCH, barrier, service_user
from runbooklab.domains.environment.place import path_of, project, shown
from runbooklab.domains.environment.pyproject import NAME as PYPROJECT
from runbooklab.domains.environment.pyproject import dependencies, requires_python
from runbooklab.domains.environment.records.python import VenvSeen
from runbooklab.domains.environment.target import PYTHON_REQUIRES, REQUIREMENTS, VENV
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

#: Most scripts of bin/ whose first lines are read.
MOST_SCRIPTS = 300
#: Characters at the beginning of a script that may hold its shebang.
HEAD = 1024
#: Files of a project that runs in containers, which need no virtual environment on the host.
_IMAGE_FILES = ("Dockerfile", "Containerfile")
_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
#: A service whose code is in an image of the project's own; one of Redis alone runs nothing of it.
_BUILDS = re.compile(r"^\s+(?:build\s*:|image\s*:.*\bpython\b)", re.MULTILINE)
#: Files at the project's top that start it.
_STARTS = ("*.sh", "Makefile", "justfile", "Procfile", "*.service")
MOST_STARTS = 50
_USUAL = (".venv", "venv", "env")
#: Sourced by sh, csh and fish.
_ACTIVATES = ("activate", "activate.csh", "activate.fish")
_ACTIVATE = re.compile(
    r"^\s*(?:(?:export\s+)?VIRTUAL_ENV=|(?:setenv|set -gx)\s+VIRTUAL_ENV\s+)"
    r"(?P<path>'[^'\n]*'|\"[^\"\n]*\"|[^\s;'\"]+)",
    re.MULTILINE,
)
_SHEBANG = re.compile(r"#!\s*(?P<path>/.*?/bin/python[0-9.]*)\s*(?:-.*)?$")
#: pip's and distlib's way around paths that are too long or hold spaces.
_TRICK = re.compile(r"^'''exec' (?P<quote>\"?)(?P<path>/.*?/bin/python[0-9.]*)(?P=quote) ", re.MULTILINE)


def venv(ctx: Context) -> VenvSeen:
    """What ``venv`` names, or the only virtual environment that the project has."""
    root = project(ctx)
    path = path_of(ctx, VENV)
    if path is None:
        raise NotObserved(Missing("not-applicable", "no virtual environment is named"))
    given, found_as = ctx.target.is_given(VENV), ""
    if not given and not exists(path):
        other = _another(root)
        if other is not None:
            path, found_as = other, f"{path.name} does not exist, and {other.name} is a virtual environment"
    problem = _specifier_problem(ctx.target.python_requires.strip())
    if problem and not exists(path):
        said = f"the parameter python_requires is {clean(ctx.target.python_requires, ctx.vault)!r}: {problem}"
        raise NotObserved(Missing("error", said))
    ctx.note("file", f"read {path / 'pyvenv.cfg'}")
    is_wanted = _is_wanted(ctx, root)
    if not exists(path):
        if not given and not is_wanted:
            said = f"{shown(ctx, path)} does not exist, and nobody named it"
            raise NotObserved(Missing("not-applicable", said))
        return VenvSeen(
            shown(ctx, path),
            given=given,
            is_wanted=is_wanted,
            requirements=_requirements_file(ctx),
            interpreters=_interpreters(),
            requires=clean(_requires(ctx, root)[0], ctx.vault),
        )
    return _seen(ctx, root, path, given, found_as)


def _another(root: Path) -> Path | None:
    """Another virtual environment among the project's folders; None if there are several or none."""
    usual = [root / name for name in _USUAL if _has_config(root / name)]
    if usual:
        return usual[0]
    with os.scandir(root) as entries:
        names = sorted(entry.path for entry, _ in zip(entries, range(500), strict=False))
    found = [Path(name) for name in names if _has_config(Path(name))]
    return found[0] if len(found) == 1 else None


def _has_config(folder: Path) -> bool:
    return os.access(folder / "pyvenv.cfg", os.R_OK)


def _is_wanted(ctx: Context, root: Path) -> bool:
    """Whether it is a Python project with requirements, and no sign of running in containers alone."""
    requirements = path_of(ctx, REQUIREMENTS)
    lines = text_of(requirements).splitlines() if requirements is not None else []
    has_requirements = any(line.strip() and not line.strip().startswith("#") for line in lines)
    is_python = (
        has_requirements
        or (bool(ctx.target.python_requires) and not _specifier_problem(ctx.target.python_requires))
        or bool(_requires(ctx, root)[0])
        or bool(dependencies(root))
    )
    return _is_started_from(ctx, root) or (is_python and not _runs_in_containers(root))


def _runs_in_containers(root: Path) -> bool:
    """Whether an image of its own holds the project's Python."""
    return any(is_there(root / name) for name in _IMAGE_FILES) or any(
        _BUILDS.search(text_of(root / name)) for name in _COMPOSE_FILES
    )


def _is_started_from(ctx: Context, root: Path) -> bool:
    """Whether a script at the project's top starts something from the virtual environment."""
    path = path_of(ctx, VENV)
    if path is None:
        return False
    name = re.escape(os.path.relpath(path, root) if path.is_relative_to(root) else str(path))
    wanted = re.compile(rf"(?:^|[\s\"'=/]){name}/bin/\w", re.MULTILINE)
    files = [each for pattern in _STARTS for each in sorted(root.glob(pattern))[:MOST_STARTS]]
    return any(wanted.search(re.sub(r"(?m)^\s*#(?!!).*$", "", text_of(each))) for each in files)


def _interpreters() -> tuple[str, ...]:
    """The interpreters along PATH that name their version; none is run."""
    found: set[int] = set()
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)[:100]:
        for minor in range(7, 30):
            if os.access(f"{folder}/python3.{minor}", os.X_OK):
                found.add(minor)
    return tuple(f"python3.{minor}" for minor in sorted(found, reverse=True))


def _requirements_file(ctx: Context) -> str:
    path = path_of(ctx, REQUIREMENTS)
    if path is not None and is_file(path):
        return shown(ctx, path)
    root = project(ctx)
    return shown(ctx, root / PYPROJECT) if dependencies(root) else ""


def _seen(ctx: Context, root: Path, path: Path, given: bool, found_as: str) -> VenvSeen:
    settings = _pyvenv(path)
    home = settings.get("home", "")
    lib = _lib(path)
    lib_version = lib.name.removeprefix("python") if lib is not None else ""
    interpreter, broken = _interpreter(path)
    real_version = _version_in(interpreter)
    version = settings.get("version") or settings.get("version_info") or lib_version
    requires, requires_from = _requires(ctx, root)
    broken = broken or _not_started(path, settings, home, lib_version, real_version)
    elsewhere, naming = ("", ()) if broken else _named_elsewhere(path)
    return VenvSeen(
        path=shown(ctx, path),
        given=given,
        exists=True,
        found_as=clean(found_as, ctx.vault),
        version=clean(version, ctx.vault),
        lib_version=lib_version,
        interpreter=shown(ctx, interpreter),
        interpreter_version=real_version,
        foreign_machine=_foreign_machine(interpreter),
        broken=clean(broken, ctx.vault),
        home=shown(ctx, home),
        home_exists=not home or is_folder(home),
        named_elsewhere=shown(ctx, elsewhere),
        naming=tuple(shown(ctx, name) for name in naming[:100]),
        site_packages=tuple(str(each) for each in site_packages(path)),
        has_system_packages=settings.get("include-system-site-packages", "").lower() == "true",
        requires=clean(requires, ctx.vault),
        requires_from=requires_from,
        requires_problem=_specifier_problem(requires),
        unreachable_for="" if broken else _unreachable_for(ctx, path),
        requirements=_requirements_file(ctx),
        interpreters=_interpreters(),
    )


def _pyvenv(path: Path) -> dict[str, str]:
    """pyvenv.cfg, as site.py reads it: ``name = value`` lines, names in lower case."""
    pairs = (line.partition("=") for line in text_of(path / "pyvenv.cfg").splitlines() if "=" in line)
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _lib(path: Path) -> Path | None:
    """The newest lib/pythonX.Y of a virtual environment."""
    found = [each for each in (path / "lib").glob("python[0-9]*.[0-9]*") if each.is_dir()]
    return max(found, key=lambda each: [int(part) for part in re.findall(r"\d+", each.name)], default=None)


def site_packages(path: Path) -> Iterator[Path]:
    """Its folders of packages: lib and, where that is another one, lib64."""
    seen: set[Path] = set()
    for name in ("lib", "lib64"):
        for each in sorted((path / name).glob("python[0-9]*.[0-9]*/site-packages")):
            if each.is_dir() and each.resolve() not in seen:
                seen.add(each.resolve())
                yield each


def _interpreter(path: Path) -> tuple[str, str]:
    """What bin/python leads to in the end, and why it cannot be started."""
    python = path / "bin" / "python"
    if not is_folder(path):
        return "", f"{path} is not a folder"
    if not os.path.lexists(python):
        python = path / "bin" / "python3"
    if not os.path.lexists(python):
        return "", f"{path / 'bin' / 'python'} does not exist"
    try:
        real = python.resolve(strict=True)
        status = real.stat()
    except PermissionError as error:
        return _end_of_links(python), f"{error.filename or python} may not be reached by whoever runs this"
    except (OSError, RuntimeError):
        return _end_of_links(python), f"{python} is a link to {_end_of_links(python)}, which does not exist"
    if not stat.S_ISREG(status.st_mode) or not status.st_mode & 0o111:
        return str(real), f"{real}, which {python} leads to, is not a program that may be executed"
    if not status.st_size:
        return str(real), f"{real}, which {python} leads to, is an empty file"
    return str(real), ""


def _foreign_machine(interpreter: str) -> str:
    """The machine that the interpreter is for, if this host cannot execute it."""
    elf = read_elf(interpreter) if interpreter else None
    return foreign(elf) if elf is not None else ""


def _end_of_links(path: Path) -> str:
    """Where a chain of links ends, or the link at which it turns in a circle."""
    for _ in range(20):
        try:
            path = path.parent / path.readlink()
        except OSError:
            break
    return os.path.normpath(path)


def _version_in(interpreter: str) -> str:
    """The version in an interpreter's file name: "3.12" of /usr/bin/python3.12."""
    found = re.fullmatch(r"python(\d+\.\d+)", Path(interpreter).name)
    return found[1] if found else ""


def _not_started(path: Path, settings: dict[str, str], home: str, lib_version: str, real: str) -> str:
    """Why its interpreter starts and finds nothing."""
    if not settings and not is_folder(path / "conda-meta"):
        return (
            f"{path / 'pyvenv.cfg'} does not exist or says nothing, so its Python does not know its packages"
        )
    if home and not is_folder(home):
        return f"the Python that it was made with is gone: {home}, the home in pyvenv.cfg, does not exist"
    if real and lib_version and real != lib_version:
        return f"its interpreter is now Python {real}, and its packages are in lib/python{lib_version}"
    return ""


def _named_elsewhere(path: Path) -> tuple[str, tuple[str, ...]]:
    """The other path that its scripts name, and the scripts."""
    here = os.path.realpath(path)
    found: dict[str, list[str]] = {}
    for script, named in _names(path / "bin"):
        if os.path.realpath(named) != here and _was_a_venv(named, script):
            found.setdefault(named, []).append(str(script))
    if not found:
        return "", ()
    named = max(found, key=lambda each: len(found[each]))
    return named, tuple(found[named])


def _was_a_venv(named: str, script: Path) -> bool:
    """Whether a path is a virtual environment, or was one: a system's Python may be named on purpose."""
    folder = Path(named)
    return script.name in _ACTIVATES or not folder.exists() or (folder / "pyvenv.cfg").is_file()


def _names(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each script of bin/ with the environment that it names."""
    try:
        scripts = sorted(folder.iterdir())[:MOST_SCRIPTS]
    except OSError:
        return
    for script in scripts:
        if script.is_symlink() or not script.is_file():
            continue
        if script.name in _ACTIVATES:
            match = _ACTIVATE.search(text_of(script))
            path = match["path"].strip("'\"") if match else ""
            if path.startswith("/"):
                yield script, path
            continue
        head = _head(script)
        shebang = _SHEBANG.match(head.partition("\n")[0]) or (
            _TRICK.search(head) if head.startswith("#!/bin/sh") else None
        )
        if shebang:
            yield script, str(Path(shebang["path"]).parent.parent)


def _head(script: Path) -> str:
    try:
        with script.open("rb") as file:
            return file.read(HEAD).decode("utf-8", "replace")
    except OSError:
        return ""


def _requires(ctx: Context, root: Path) -> tuple[str, str]:
    """The specifier that counts, and where it is from."""
    given = ctx.target.python_requires.strip()
    if given:
        return given, f"the parameter {PYTHON_REQUIRES.name}"
    said = requires_python(root)
    return (said, "pyproject.toml") if said else ("", "")


def _specifier_problem(requires: str) -> str:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(requires)
    except InvalidSpecifier:
        return "it is no version specifier such as >=3.11"
    return ""


def _unreachable_for(ctx: Context, path: Path) -> str:
    """Why the service's user cannot start its Python or read its packages; "" if they can."""
    if not ctx.target.service_user:
        return ""
    user = service_user(ctx)
    wanted = [
        (path / "bin" / "python", READ | SEARCH),
        *((each, READ | SEARCH) for each in site_packages(path)),
    ]
    for each, what in wanted:
        try:
            kept_out = barrier(each, user, what)
        except OSError:
            continue
        if kept_out is not None and not kept_out.has_acl:
            return clean(kept_out.why, ctx.vault)
    return ""
