"""Extension modules and shared libraries: their machine, and whether the loader finds what they need."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.elf import Elf, read_elf
from runbooklab.domains.environment.place import shown
from runbooklab.domains.environment.probes.env_values import env_values
from runbooklab.domains.environment.probes.loader import Loader
from runbooklab.domains.environment.probes.table import VENV
from runbooklab.domains.environment.records.python import ForeignObject, LibrariesSeen, NeededLibrary
from runbooklab.domains.environment.target import items
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

#: Most files that are opened.
MOST_FILES = 20_000
MOST_ROWS = 30
_SHARED = re.compile(r"\.so(?:\.[0-9]+)*$")
#: How an extension module for CPython is called.
_EXTENSION = re.compile(r"\.(?:cpython-\d+[a-z]*(?:-[\w-]+)?|abi3)\.so$")
#: Words of a path that say which machine a file is for: packages that bring several along choose by them.
_MACHINE_WORDS = re.compile(
    r"(?i:x86[_-]?64|amd64|x64|i[3-6]86|x86(?![_-]?64)|arm64|aarch64|armv\d\w*|armhf|ppc64\w*|s390x|riscv64"
    r"|darwin|macos|osx|windows|win32|win64|musl)"
)
#: The loader itself, and libraries of the driver, which come with the GPU.
_NEVER_MISSING = re.compile(r"ld-linux|linux-vdso|libcuda\.so|libnvidia-|libnvcuvid|libpython3")
_ESPEAK = ("libespeak-ng.so.1", "libespeak-ng.so", "libespeak.so.1")


def libraries(ctx: Context) -> LibrariesSeen:
    """The ELF files of site-packages, and the libraries that the parameters ask for."""
    started = time.monotonic()
    required = items(ctx.vault.reveal(ctx.target.required_libraries))
    seen = ctx.wait(VENV).value
    folders = [Path(each) for each in seen.site_packages] if seen is not None else []
    if not required and not folders:
        raise NotObserved(
            Missing("not-applicable", "there is no virtual environment, and no library is named")
        )
    loader = Loader(ctx.remaining_s(1.0), _search_path(ctx))
    ctx.note("process", "ldconfig -p", (time.monotonic() - started) * 1000)
    interpreter = Path(seen.interpreter) if seen is not None and seen.interpreter else None
    look = _Look(loader, interpreter, ctx.deadline - 0.3 * ctx.target.probe_timeout_s)
    for folder in folders:
        look.at(folder)
    missing = [*_required(required, loader), *look.missing()]
    ctx.note("file", f"read the headers of {look.checked} shared objects")
    return LibrariesSeen(
        host_machine=loader.machine,
        checked=look.checked,
        total=look.total,
        missing=tuple(_shown(ctx, each) for each in missing[:MOST_ROWS]),
        foreign=tuple(
            ForeignObject(shown(ctx, path), machine, clean(_package(path, folders), ctx.vault))
            for path, machine in look.foreign()[:MOST_ROWS]
        ),
        required=tuple(clean(each, ctx.vault) for each in required),
        has_extensions=look.has_extensions,
        cut=look.cut,
        cache_known=bool(loader.cache),
        espeak=loader.any_of(_ESPEAK),
    )


def _search_path(ctx: Context) -> list[str]:
    """The folders of LD_LIBRARY_PATH: of the .env file, else of this process. Source: ld.so(8)."""
    said = env_values(ctx).get("LD_LIBRARY_PATH") or os.environ.get("LD_LIBRARY_PATH", "")
    return [each for each in re.split(r"[:;]", said) if each.startswith("/")][:50]


def _shown(ctx: Context, each: NeededLibrary) -> NeededLibrary:
    return NeededLibrary(
        clean(each.soname, ctx.vault), shown(ctx, each.needed_by), clean(each.package, ctx.vault), each.others
    )


def _required(required: tuple[str, ...], loader: Loader) -> Iterator[NeededLibrary]:
    for name in required:
        found = loader.find(name) if ".so" in name or "/" in name else loader.named_like(name)
        if not found:
            yield NeededLibrary(name, "")


def _package(path: str, folders: list[Path]) -> str:
    """The first part of a path below site-packages."""
    for folder in folders:
        if path.startswith(f"{folder}/"):
            return path[len(str(folder)) + 1 :].partition("/")[0].partition(".")[0].removesuffix("_libs")
    return ""


class _Look:
    """One pass over the files, ended by a deadline."""

    def __init__(self, loader: Loader, interpreter: Path | None, deadline: float) -> None:
        self.loader = loader
        self.deadline = deadline
        self.checked = self.total = 0
        self.cut = self.has_extensions = False
        self.folders: list[Path] = []
        self.names: set[str] = set()  # of all shared objects: what is loaded already needs no path
        self.found: list[tuple[str, Elf]] = []
        base = interpreter.parent.parent / "lib" if interpreter is not None else None
        self.base = str(base) if base is not None else ""

    def at(self, folder: Path) -> None:
        """Read every shared object below a folder; a link to a folder is not followed."""
        self.folders.append(folder)
        for path in self._shared_objects(str(folder)):
            self.total += 1
            if self.checked >= MOST_FILES or time.monotonic() > self.deadline:
                self.cut = True
                continue
            self.checked += 1
            elf = read_elf(path)
            self.has_extensions = self.has_extensions or _EXTENSION.search(path) is not None
            if elf is not None:
                self.found.append((path, elf))
                self.names.add(elf.soname)

    def _shared_objects(self, top: str) -> Iterator[str]:
        for folder, folders, files in os.walk(top):
            folders[:] = [each for each in folders if each != "__pycache__"]
            for name in files:
                if _SHARED.search(name) and os.access(f"{folder}/{name}", os.F_OK):
                    self.names.add(name)
                    yield f"{folder}/{name}"

    def foreign(self) -> list[tuple[str, str]]:
        """Files for another machine that Python would try to load: the first of each package first."""
        host = self.loader.machine
        right = {_plain(path) for path, elf in self.found if elf.machine == host}
        return [
            (path, elf.machine)
            for path, elf in self.found
            if elf.machine != host and _plain(path) not in right and not self._says_so(path)
        ]

    def _says_so(self, path: str) -> bool:
        """Whether a file that is no extension module names its machine: somebody chooses among several."""
        if _EXTENSION.search(path):
            return False
        inside = next((path[len(str(each)) :] for each in self.folders if path.startswith(str(each))), path)
        return _MACHINE_WORDS.search(inside) is not None

    def missing(self) -> list[NeededLibrary]:
        """Libraries that are found nowhere, each once with the first file that needs it."""
        needing: dict[str, list[str]] = {}
        host = self.loader.machine
        for path, elf in self.found:
            if elf.machine == host:
                for soname in elf.needed:
                    if not self._is_there(soname, path, elf):
                        needing.setdefault(soname, []).append(path)
        return [
            NeededLibrary(soname, paths[0], _package(paths[0], self.folders), len(paths) - 1)
            for soname, paths in needing.items()
        ]

    def _is_there(self, soname: str, path: str, elf: Elf) -> bool:
        if soname in self.names or _NEVER_MISSING.match(soname) or self.loader.find(soname):
            return True
        origin = path.rpartition("/")[0]
        for each in elf.paths:
            folder = each.replace("$ORIGIN", origin).replace("${ORIGIN}", origin)
            if os.access(f"{folder}/{soname}", os.F_OK):
                return True
        return bool(self.base) and os.access(f"{self.base}/{soname}", os.F_OK)


def _plain(path: str) -> str:
    """A path without the words for machines: the same for a file of each of them."""
    return _MACHINE_WORDS.sub("", path.replace("-linux-gnu", ""))
