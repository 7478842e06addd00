"""Extension modules and shared libraries."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import LIBRARIES, PACKAGES
from runbooklab.domains.environment.readings.words import near
from runbooklab.domains.environment.records.python import NeededLibrary
from runbooklab.words import listed

CHECK = ("shared-libraries",)
#: Libraries of CUDA, which come with its toolkit or with packages.
_CUDA = re.compile(
    r"libcud(?:art|nn)|libcublas|libcufft|libcurand|libcusparse|libcusolver|libnccl|libnvrtc|libnvJitLink"
)


def is_cuda(soname: str) -> bool:
    """Whether a library belongs to CUDA."""
    return _CUDA.match(soname) is not None


def _named(e: Evidence, each: NeededLibrary) -> str:
    if not each.needed_by:
        return f"{each.soname} (required_libraries)"
    more = f" and {each.others} more" if each.others else ""
    return f"{each.soname}, which {near(e, each.needed_by)}{more} needs"


def _judged(e: Evidence, found: Sequence[NeededLibrary], otherwise: str) -> Ruling:
    if not found:
        return RuledOut(otherwise)
    first = found[0]
    also = f" Also {listed([each.soname for each in found[1:]], 3)}." if len(found) > 1 else ""
    return Supported(
        f"The loader finds no {_named(e, first)}: neither in its cache nor beside the file.{also}",
        CHECK,
        0.95,
    )


@needs(LIBRARIES)
def library_missing(e: Evidence) -> Ruling:
    """A library that is needed and found nowhere."""
    seen = e.libraries.value
    assert seen is not None
    if not seen.cache_known:
        return Untested("The loader's cache could not be read.")
    found = [each for each in seen.missing if not is_cuda(each.soname) or not each.needed_by]
    return _judged(e, found, "Every library that is needed is found.")


@needs(LIBRARIES)
def cuda_missing(e: Evidence) -> Ruling:
    """A library of CUDA that is needed and found nowhere."""
    seen = e.libraries.value
    assert seen is not None
    if not seen.cache_known:
        return Untested("The loader's cache could not be read.")
    if e.target.gpu.lower() in ("off", "no", "false", "none"):
        return RuledOut("No GPU is wanted.")
    found = [each for each in seen.missing if is_cuda(each.soname) and each.needed_by]
    ruling = _judged(e, found, "Every library of CUDA that is needed is found.")
    if isinstance(ruling, Supported) and e.target.gpu.lower() != "required":
        return Supported(ruling.proof, CHECK, 0.7, severity="warning")
    return ruling


def architecture_mismatch(e: Evidence) -> Ruling:
    """A file for another machine, among the extension modules or the required programs."""
    seen, commands = e.libraries.value, e.commands.value
    for each in commands.commands if commands is not None else ():
        if each.machine:
            return Supported(
                f"{each.found[0]} is a program for {each.machine}, and this host cannot execute it.",
                ("required-commands",),
                0.96,
            )
    venv = e.venv.value
    if venv is not None and venv.foreign_machine:
        return Supported(
            f"{venv.interpreter}, the Python of {near(e, venv.path)}, is a program for "
            f"{venv.foreign_machine}, and this host cannot execute it.",
            ("python-venv",),
            0.97,
        )
    if seen is None:
        return Untested("The extension modules were not seen.")
    if not seen.foreign:
        return RuledOut(f"Every extension module is for {seen.host_machine}.")
    first = seen.foreign[0]
    also = (
        f" Also {listed([near(e, each.path) for each in seen.foreign[1:]], 2)}."
        if len(seen.foreign) > 1
        else ""
    )
    return Supported(
        f"{near(e, first.path)} is for {first.machine}, and this host is {seen.host_machine}.{also}",
        CHECK,
        0.96,
    )


@needs(LIBRARIES, PACKAGES)
def phonemizer_backend_missing(e: Evidence) -> Ruling:
    """phonemizer is installed, and the library of espeak that it loads is not there."""
    seen, packages, process = e.libraries.value, e.packages.value, e.process_environment.value
    assert seen is not None
    assert packages is not None
    if not packages.phonemizer:
        return RuledOut("phonemizer is not installed.")
    if process is not None and process.espeak_library and not process.espeak_library_exists:
        return Supported(
            f"PHONEMIZER_ESPEAK_LIBRARY names {process.espeak_library}, which does not exist.", CHECK, 0.95
        )
    if seen.espeak or packages.bundled_espeak or (process is not None and process.espeak_library):
        return RuledOut("The library of espeak is there.")
    if not seen.cache_known:
        return Untested("The loader's cache could not be read.")
    return Supported(
        f"phonemizer {packages.phonemizer} is installed, and the loader finds no libespeak-ng.so.1; the "
        "program "
        "espeak alone does not help it.",
        CHECK,
        0.9,
    )
