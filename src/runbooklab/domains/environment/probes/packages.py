"""What is installed in the virtual environment, against the requirements, and against each other."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.files import is_folder, is_there
from runbooklab.domains.environment.installed import Installed, distributions, system_folders, with_names
from runbooklab.domains.environment.place import path_of, project, shown
from runbooklab.domains.environment.probes.shadows import shadows
from runbooklab.domains.environment.probes.table import VENV
from runbooklab.domains.environment.pyproject import NAME as PYPROJECT
from runbooklab.domains.environment.pyproject import dependencies
from runbooklab.domains.environment.records.python import PackagesSeen, Unmet, VenvSeen
from runbooklab.domains.environment.requirement_lines import Line, Lines, lines_of
from runbooklab.domains.environment.target import REQUIREMENTS
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

MOST = 50
#: Importable names of other packages that are read, for error texts and shadows.
MOST_NAMES = 3_000
_PATH_OR_URL = re.compile(r"(?:[./~]|[a-z+]+://|[A-Za-z]:\\)")


def packages(ctx: Context) -> PackagesSeen:
    """The requirements and the distributions, compared as pip compares them."""
    root = project(ctx)
    seen: VenvSeen = ctx.need(VENV)
    if not seen.exists:
        raise NotObserved(Missing("not-applicable", f"there is no virtual environment {seen.path}"))
    if not seen.site_packages:
        raise NotObserved(Missing("not-applicable", f"{seen.path} has no folder of packages"))
    folders = list(seen.site_packages)
    system = system_folders(seen.home, seen.version) if seen.has_system_packages else []
    ctx.note("file", f"read the metadata in {', '.join(folders)}")
    found = {each.name: with_names(each) for each in distributions(folders, system)}
    path = path_of(ctx, REQUIREMENTS)
    if (
        path is not None
        and not is_there(path)
        and not ctx.target.is_given(REQUIREMENTS)
        and dependencies(root)
    ):
        path = root / PYPROJECT
    wanted = lines_of(path, root) if path is not None else Lines([], [])
    is_read = path is not None and (not wanted.message or ctx.target.is_given(REQUIREMENTS))
    environment = _environment(seen)
    unmet = list(_unmet(wanted.found, found, environment, root, wanted.unread))
    hidden = list(shadows(root, found.values(), folders))
    return PackagesSeen(
        requirements=shown(ctx, path) if is_read and path is not None else "",
        requirements_given=ctx.target.is_given(REQUIREMENTS),
        requirements_message=clean(wanted.message, ctx.vault) if is_read else "",
        wanted=len([line for line in wanted.found if not line.is_constraint]),
        installed=len(found),
        missing=_rows(ctx, (each for each in unmet if not each.installed or each.note)),
        mismatched=_rows(ctx, (each for each in unmet if each.installed and not each.note)),
        conflicts=_rows(ctx, _conflicts(found, environment)),
        unread=tuple(clean(each, ctx.vault) for each in wanted.unread[:MOST]),
        shadows=tuple(shown(ctx, file) for file, _ in hidden[:MOST]),
        shadowed=tuple(name for _, name in hidden[:MOST]),
        top_level=tuple(sorted({name for each in found.values() for name in each.provides}))[:MOST_NAMES],
        phonemizer=found["phonemizer"].version if "phonemizer" in found else "",
        bundled_espeak="espeakng-loader" in found,
        torch_cuda=_torch_cuda(found),
        names=tuple(sorted(found))[:1000],
    )


def _rows(ctx: Context, unmet: Iterable[Unmet]) -> tuple[Unmet, ...]:
    from msgspec.structs import replace

    return tuple(
        replace(
            each,
            requirement=clean(each.requirement, ctx.vault),
            installed=clean(each.installed, ctx.vault),
            by=clean(each.by, ctx.vault),
            note=clean(each.note, ctx.vault),
        )
        for each, _ in zip(unmet, range(MOST), strict=False)
    )


def _environment(seen: VenvSeen) -> dict[str, str]:
    """What markers are evaluated with: the virtual environment's Python on this host."""
    version = seen.version if re.match(r"\d+\.\d+", seen.version) else platform.python_version()
    short = ".".join(re.findall(r"\d+", version)[:2])
    return {
        "python_version": short,
        "python_full_version": ".".join(re.findall(r"\d+", version)[:3]) or short,
        "implementation_version": version,
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_system": platform.system(),
        "extra": "",
    }


def _unmet(
    lines: Iterable[Line],
    found: Mapping[str, Installed],
    environment: dict[str, str],
    root: Path,
    unread: list[str],
) -> Iterator[Unmet]:
    for line in lines:
        requirement = _parsed(line, root)
        if requirement is None:
            unread.append(line.place)
            continue
        if requirement.marker is not None and not requirement.marker.evaluate(environment):
            continue
        yield from _unmet_by(requirement, line, found, environment)


def _unmet_by(
    requirement: Requirement, line: Line, found: Mapping[str, Installed], environment: dict[str, str]
) -> Iterator[Unmet]:
    name = canonicalize_name(requirement.name)
    text = f"{requirement.name}{requirement.specifier}"
    there = found.get(name)
    if there is None:
        if not line.is_constraint:
            yield Unmet(text, name, by=line.place)
        return
    if there.gone and not line.is_constraint:
        note = f"{there.shown} {there.version} is registered, but its files are gone: {there.gone}"
        yield Unmet(text, name, there.version, line.place, note)
    elif not _meets(requirement, there.version):
        yield Unmet(text, name, there.version, line.place)
    for extra in sorted(requirement.extras):
        for needed in there.requires:
            other = _requirement(needed)
            if other is None or other.marker is None or other.marker.evaluate(environment):
                continue
            if other.marker.evaluate({**environment, "extra": extra}):
                name = canonicalize_name(other.name)
                if name not in found:
                    yield Unmet(
                        f"{other.name}{other.specifier}", name, by=f"{there.shown}[{extra}] of {line.place}"
                    )


def _parsed(line: Line, root: Path) -> Requirement | None:
    if _PATH_OR_URL.match(line.text):
        return None
    found = _requirement(line.text)
    if found is not None and is_there(root / line.text) and not found.specifier and not found.extras:
        return found if not is_folder(root / line.text) else None
    return found


def _requirement(text: str) -> Requirement | None:
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def _meets(requirement: Requirement, version: str) -> bool:
    try:
        return requirement.specifier.contains(Version(version), prereleases=True)
    except InvalidVersion:
        return True  # nobody can compare it


def _conflicts(found: Mapping[str, Installed], environment: dict[str, str]) -> Iterator[Unmet]:
    """What ``pip check`` says: a requirement of one that no other meets."""
    for each in found.values():
        if not each.is_own:
            continue
        for needed in each.requires:
            requirement = _requirement(needed)
            if requirement is None or (
                requirement.marker is not None and not requirement.marker.evaluate(environment)
            ):
                continue
            name = canonicalize_name(requirement.name)
            other = found.get(name)
            text = f"{requirement.name}{requirement.specifier}"
            by = f"{each.shown} {each.version}"
            if other is None:
                yield Unmet(text, name, by=by)
            elif not _meets(requirement, other.version):
                yield Unmet(text, name, other.version, by)


def _torch_cuda(found: Mapping[str, Installed]) -> str:
    """The CUDA version in torch's own: 2.3.0+cu121 is built for 12.1."""
    torch = found.get("torch")
    match = re.search(r"\+cu(\d+)(\d)$", torch.version) if torch is not None else None
    return f"{match[1]}.{match[2]}" if match else ""
