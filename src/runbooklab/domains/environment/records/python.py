"""The virtual environment, and what is installed in it."""

from __future__ import annotations

from msgspec import Struct


class VenvSeen(Struct, frozen=True):
    """A virtual environment as its files show it; nothing of it was run."""

    path: str
    given: bool = False
    exists: bool = False
    found_as: str = ""  # how it was found if it has not the usual name
    is_wanted: bool = False  # whether the project needs one: requirements, and no container file
    version: str = ""  # of its Python: "3.11.4"
    lib_version: str = ""  # of its folder lib/pythonX.Y: "3.11"
    interpreter: str = ""  # what bin/python leads to
    interpreter_version: str = ""  # as the interpreter's file name says: "3.12"
    foreign_machine: str = ""  # the machine that the interpreter is for, if this host cannot execute it
    broken: str = ""  # why it cannot start, as a clause
    home: str = ""
    home_exists: bool = True
    named_elsewhere: str = ""  # the path that its scripts name, if it is another
    naming: tuple[str, ...] = ()  # files that name it
    site_packages: tuple[str, ...] = ()
    has_system_packages: bool = False
    requires: str = ""  # the version specifier that counts
    requires_from: str = ""  # where that is from
    requires_problem: str = ""  # why the specifier cannot be read
    unreachable_for: str = ""  # the user who cannot reach the interpreter, and why, as a clause
    requirements: str = ""  # the project's requirements file, if it is there
    interpreters: tuple[str, ...] = ()  # python3.X along PATH, the newest first


class Unmet(Struct, frozen=True):
    """A requirement that is not met."""

    requirement: str
    name: str
    installed: str = ""  # version; "" if it is not installed
    by: str = ""  # the file and line, or the package that requires it
    note: str = ""


class PackagesSeen(Struct, frozen=True):
    """What is installed, against the requirements."""

    requirements: str = ""  # path; "" if there is none
    requirements_given: bool = False
    requirements_message: str = ""  # why it could not be read
    wanted: int = 0
    installed: int = 0
    missing: tuple[Unmet, ...] = ()
    mismatched: tuple[Unmet, ...] = ()
    conflicts: tuple[Unmet, ...] = ()
    unread: tuple[str, ...] = ()  # lines of the requirements that say nothing that can be checked
    shadows: tuple[str, ...] = ()  # files of the project that hide an installed module
    shadowed: tuple[str, ...] = ()  # the modules that they hide
    top_level: tuple[str, ...] = ()  # importable names of packages that error texts name
    cut: bool = False
    phonemizer: str = ""  # version of phonemizer, if it is installed
    bundled_espeak: bool = False  # whether a package brings libespeak-ng along
    torch_cuda: str = ""  # the CUDA version torch was built for: "12.1"
    names: tuple[str, ...] = ()  # of the distributions, at most a few hundred


class NeededLibrary(Struct, frozen=True):
    """A shared library that a file needs and that is found nowhere."""

    soname: str
    needed_by: str  # a file; "" if the parameters ask for it
    package: str = ""
    others: int = 0  # how many more files need it


class ForeignObject(Struct, frozen=True):
    """A file for another machine."""

    path: str
    machine: str
    package: str = ""


class LibrariesSeen(Struct, frozen=True):
    """Extension modules and shared libraries."""

    host_machine: str
    checked: int = 0  # ELF files
    total: int = 0
    missing: tuple[NeededLibrary, ...] = ()
    foreign: tuple[ForeignObject, ...] = ()
    required: tuple[str, ...] = ()
    has_extensions: bool = False
    cut: bool = False
    cache_known: bool = True  # whether the loader's cache could be read
    espeak: str = ""  # where libespeak-ng is, if it is there
