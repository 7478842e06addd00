"""Rows: Python, packages and libraries."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.environment.causes import libraries, python
from runbooklab.domains.environment.evidence import Evidence

_VENV = "Python's documentation of venv and of site: pyvenv.cfg"
_PIP = "pip's manual: requirements file format, pip check"
_LOADER = "ld.so(8): RPATH, RUNPATH, the cache, the default folders"
_NO_VENV = ("venv-missing", "venv-broken")

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="python-version-unsupported",
        title="The virtual environment has a Python that the project does not support",
        layer="python",
        judge=python.version_unsupported,
        shown_by="python-venv",
        distinguishing="The version in pyvenv.cfg is outside the specifier that the project requires.",
        remedies=("recreate-venv",),
        source="PEP 440, version specifiers; PEP 621, requires-python",
        look_alikes=("package-missing",),
    ),
    Cause(
        id="venv-missing",
        title="The virtual environment does not exist",
        layer="python",
        judge=python.venv_missing,
        shown_by="python-venv",
        distinguishing="The folder is not there, and somebody named it or it is a Python project.",
        remedies=("create-venv",),
        source=_VENV,
        look_alikes=("venv-broken", "package-missing"),
    ),
    Cause(
        id="venv-broken",
        title="The virtual environment's Python cannot be started",
        layer="python",
        judge=python.venv_broken,
        shown_by="python-venv",
        distinguishing=("The folder is there, and its interpreter leads nowhere or is another version."),
        remedies=("recreate-venv",),
        source=_VENV,
        look_alikes=("venv-missing", "venv-moved"),
    ),
    Cause(
        id="venv-moved",
        title="The virtual environment was moved or copied",
        layer="python",
        judge=python.venv_moved,
        shown_by="python-venv",
        distinguishing="Its Python works, and its scripts name another path.",
        remedies=("rewrite-venv-paths", "recreate-venv"),
        source="Python's documentation of venv: its scripts hold absolute paths",
        look_alikes=("venv-broken", "executable-missing"),
        consequence_of=_NO_VENV,
    ),
    Cause(
        id="venv-not-active",
        title="Another Python than the virtual environment's runs the program",
        layer="python",
        judge=python.venv_not_active,
        shown_by="python-venv",
        severity="warning",
        distinguishing="The error misses a module that is installed in the virtual environment.",
        remedies=("name-venv-python",),
        source=_VENV,
        look_alikes=("package-missing",),
    ),
    Cause(
        id="package-missing",
        title="A required package is not installed",
        layer="packages",
        judge=python.package_missing,
        shown_by="python-packages",
        distinguishing="A requirement whose marker holds here has no distribution, or its files are gone.",
        remedies=("install-requirements",),
        source=_PIP,
        look_alikes=("venv-not-active", "module-shadowed"),
        consequence_of=_NO_VENV,
    ),
    Cause(
        id="package-version-mismatch",
        title="A required package is installed in another version",
        layer="packages",
        judge=python.package_mismatch,
        shown_by="python-packages",
        distinguishing="The installed version is outside the requirement's specifier.",
        remedies=("install-requirements",),
        source=_PIP,
        look_alikes=("package-conflict",),
    ),
    Cause(
        id="package-conflict",
        title="Two installed packages do not go together",
        layer="packages",
        judge=python.package_conflict,
        shown_by="python-packages",
        distinguishing="What an installed package requires is not installed, or in another version.",
        remedies=("resolve-conflict",),
        source=_PIP,
        look_alikes=("package-version-mismatch",),
        consequence_of=("package-missing", "package-version-mismatch"),
    ),
    Cause(
        id="module-shadowed",
        title="A file of the project hides an installed module",
        layer="packages",
        judge=python.module_shadowed,
        shown_by="module-names",
        distinguishing=(
            "A file or package at the top of the project has the name of a module that is installed."
        ),
        remedies=("rename-module",),
        source="Python's tutorial: the module search path begins with the script's folder",
        look_alikes=("package-version-mismatch",),
    ),
    Cause(
        id="shared-library-missing",
        title="A shared library is not installed",
        layer="libraries",
        judge=libraries.library_missing,
        shown_by="shared-libraries",
        distinguishing="A needed soname is neither in the loader's cache nor on the file's own path.",
        remedies=("install-library",),
        source=_LOADER,
        look_alikes=("architecture-mismatch", "filesystem-noexec"),
    ),
    Cause(
        id="architecture-mismatch",
        title="An extension module or program is for another machine",
        layer="libraries",
        judge=libraries.architecture_mismatch,
        shown_by="shared-libraries",
        distinguishing=(
            "The ELF header names another machine than this host: the error names the file itself."
        ),
        remedies=("reinstall-for-this-machine",),
        source="elf(5), e_machine",
        look_alikes=("shared-library-missing",),
    ),
    Cause(
        id="cuda-library-missing",
        title="A library of CUDA is not installed",
        layer="libraries",
        judge=libraries.cuda_missing,
        shown_by="shared-libraries",
        distinguishing="A needed library of CUDA is neither in the loader's cache nor among the packages.",
        remedies=("install-cuda-library",),
        source=_LOADER,
    ),
    Cause(
        id="phonemizer-backend-missing",
        title="phonemizer does not find the library of espeak",
        layer="libraries",
        judge=libraries.phonemizer_backend_missing,
        shown_by="shared-libraries",
        distinguishing=(
            "phonemizer is installed, and libespeak-ng cannot be loaded, whether or not the program is there."
        ),
        remedies=("install-espeak",),
        source="phonemizer's documentation: PHONEMIZER_ESPEAK_LIBRARY",
        consequence_of=("shared-library-missing",),
    ),
)
