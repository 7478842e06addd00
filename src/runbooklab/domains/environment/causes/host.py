"""Programs, models, file systems, limits, variables of the process, and the GPU."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domain.preconditions import needs
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.probes.table import (
    COMMANDS,
    MODELS,
    PROCESS_ENVIRONMENT,
    RESOURCES,
)
from runbooklab.domains.environment.readings.host import free_memory_mb, soft_limit, unusable
from runbooklab.domains.environment.readings.words import megabytes, near
from runbooklab.domains.environment.records.host import ModelFile
from runbooklab.domains.environment.thresholds import AHEAD_S
from runbooklab.words import duration, listed, plural

COMMANDS_CHECK, MODELS_CHECK = ("required-commands",), ("model-files",)


@needs(COMMANDS)
def executable_missing(e: Evidence) -> Ruling:
    """A required program is not there, or cannot start; a default that nobody chose explains nothing."""
    seen = e.commands.value
    assert seen is not None
    found = [why for each in seen.commands if (why := unusable(each)) and (seen.given or each.found)]
    if not found:
        return RuledOut("Every program that somebody asked for is found along PATH.")
    return Supported(f"{'; '.join(found[:4])}.", COMMANDS_CHECK, 0.96)


@needs(COMMANDS)
def executable_shadowed(e: Evidence) -> Ruling:
    """The first of several on PATH is from outside the system's folders."""
    seen = e.commands.value
    assert seen is not None
    odd = [each for each in seen.commands if each.first_is_odd]
    if not odd:
        return RuledOut("No program on PATH hides another one of its name.")
    first = odd[0]
    return Supported(
        f"{first.name} is {first.found[0]}, which comes before {listed(list(first.found[1:]))} on PATH "
        "and is "
        "another program.",
        COMMANDS_CHECK,
        0.9,
    )


# --- models ------------------------------------------------------------------------------------


def _models(state: str, words: str) -> Callable[[Evidence], Ruling]:
    @needs(MODELS)
    def judged(e: Evidence) -> Ruling:
        seen = e.models.value
        assert seen is not None
        if not seen.exists and seen.given and state == "missing":
            return Supported(f"The manifest {near(e, seen.manifest)} does not exist.", MODELS_CHECK, 0.8)
        found = [each for each in seen.files if each.state == state]
        if not found:
            return RuledOut(f"No model is {state}.")
        return Supported(_of_models(e, seen.manifest, found, words), MODELS_CHECK, 0.96)

    return judged


def _of_models(e: Evidence, manifest: str, found: Sequence[ModelFile], words: str) -> str:
    first = found[0]
    place = f" ({near(e, manifest)}, line {first.line})" if first.line else ""
    note = f": {first.note}" if first.note else ""
    also = f" Also {listed([each.name for each in found[1:]], 3)}." if len(found) > 1 else ""
    size = f" ({first.size_bytes:,} bytes)" if first.size_bytes else ""
    return f"{near(e, first.name)}{size} {words}{note}{place}.{also}"


model_missing = _models("missing", "does not exist")
model_corrupt = _models("corrupt", "is not what the manifest says")
model_lfs_pointer = _models("lfs-pointer", "is a pointer of Git LFS, not the model itself")


# --- memory and limits -------------------------------------------------------------------------


@needs(RESOURCES)
def memory_insufficient(e: Evidence) -> Ruling:
    """Less is free than is wanted."""
    free, of = free_memory_mb(e)
    wanted = e.target.min_free_memory_mb
    if free >= wanted:
        return RuledOut(f"{megabytes(free)} {of} are available, and {megabytes(wanted)} are wanted.")
    return Supported(
        f"{megabytes(free)} {of} are available, and {megabytes(wanted)} are wanted.", ("memory",), 0.95
    )


@needs(RESOURCES)
def open_files_low(e: Evidence) -> Ruling:
    """The soft limit is below what is wanted."""
    limit, process = soft_limit(e)
    whose = (
        f"the process {process.name} ({process.pid})"
        if process is not None
        else "a process started from here"
    )
    if limit < 0 or limit >= e.target.min_open_files:
        return RuledOut(f"{whose} may open {'any number of' if limit < 0 else f'{limit:,}'} files.")
    return Supported(
        f"{whose[:1].upper()}{whose[1:]} may open {limit:,} files, and {e.target.min_open_files:,} are "
        "wanted.",
        ("open-files",),
        0.9,
    )


@needs(RESOURCES)
def clock_skew(e: Evidence) -> Ruling:
    """Files of the project were written in the future, so this clock was set back, or ran ahead."""
    seen = e.resources.value
    assert seen is not None
    if seen.newest_file_ahead_s < AHEAD_S:
        return RuledOut("No file of the project is from the future.")
    return Supported(
        f"{near(e, seen.newest_file)} was written {duration(seen.newest_file_ahead_s)} from now, by this "
        "host's clock.",
        ("process-variables",),
        0.5,
    )


# --- variables of the process ------------------------------------------------------------------


@needs(PROCESS_ENVIRONMENT)
def locale_not_utf8(e: Evidence) -> Ruling:
    """Python writes texts in an encoding that has no letters but ASCII's, or not all."""
    seen = e.process_environment.value
    assert seen is not None
    if seen.encoding == "UTF-8":
        return RuledOut(f"Python writes UTF-8: {seen.why}.")
    return Supported(
        f"Python writes {seen.encoding} to its output: {seen.why}.", ("process-variables",), 0.93
    )


@needs(PROCESS_ENVIRONMENT)
def proxy_without_exceptions(e: Evidence) -> Ruling:
    """A proxy is set, and local names go to it."""
    seen = e.process_environment.value
    assert seen is not None
    if not seen.proxies:
        return RuledOut("No proxy is set.")
    if not seen.uncovered:
        return RuledOut("Local names are excepted from the proxy.")
    name = next(iter(seen.proxies))
    where = f" (set in {seen.sources[name]})" if name in seen.sources else ""
    said = f"no_proxy is {seen.no_proxy}" if seen.no_proxy else "no_proxy is empty"
    verb = "goes" if len(seen.uncovered) == 1 else "go"
    return Supported(
        f"{name} is set{where}, and {said}: {listed(list(seen.uncovered), 4)} {verb} to the proxy.",
        ("process-variables",),
        0.92,
    )


# --- GPU ---------------------------------------------------------------------------------------

GPU_CHECK = ("gpu",)


def gpu_not_available(e: Evidence) -> Ruling:
    """It is required, and there is no device or no driver."""
    seen = e.gpu.value
    if seen is None:
        return Untested("No GPU is wanted, or it was not looked for.")
    if seen.count:
        return RuledOut(f"NVML finds {plural(seen.count, 'device')}.")
    if seen.wanted != "required":
        return Untested("There is no GPU, and nobody requires one.")
    devices = f"{listed(list(seen.devices))} is there" if seen.devices else "there is no /dev/nvidia0"
    why = f"NVML says: {seen.nvml.rstrip('.')}" if seen.nvml else "NVML counts no device"
    return Supported(f"A GPU is required, {devices}, and {why}.", GPU_CHECK, 0.96)


def gpu_hidden(e: Evidence) -> Ruling:
    """The driver has devices, and a variable hides them from the service."""
    seen, process = e.gpu.value, e.process_environment.value
    if seen is None or process is None:
        return Untested("The GPU or the variables of the process were not seen.")
    value = process.cuda_visible_devices
    if not seen.count or value is None or value.strip() not in ("", "-1", "NoDevFiles"):
        return RuledOut("No variable hides a device that is there.")
    return Supported(
        f"NVML finds {plural(seen.count, 'device')}, and CUDA_VISIBLE_DEVICES is {value!r}, which hides all.",
        GPU_CHECK,
        0.95,
    )


def gpu_driver_too_old(e: Evidence) -> Ruling:
    """torch was built for a newer CUDA than the driver can do."""
    seen, packages = e.gpu.value, e.packages.value
    if seen is None or packages is None:
        return Untested("The GPU or the packages were not seen.")
    if not seen.cuda or not packages.torch_cuda:
        return RuledOut("There is no driver, or no package that says which CUDA it needs.")
    able, wanted = (tuple(map(int, text.split("."))) for text in (seen.cuda, packages.torch_cuda))
    # Source: CUDA's minor version compatibility: any 12.x runs on a driver for 12.0.
    if able[0] >= wanted[0]:
        return RuledOut(f"The driver can do CUDA {seen.cuda}.")
    return Supported(
        f"torch is built for CUDA {packages.torch_cuda}, and the driver {seen.driver} can do {seen.cuda} "
        "at most.",
        GPU_CHECK,
        0.9,
    )
