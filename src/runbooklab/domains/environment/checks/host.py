"""Programs, models, file systems, limits and the GPU."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.host import free_memory_mb, soft_limit, unusable
from runbooklab.domains.environment.readings.words import megabytes, near
from runbooklab.domains.environment.records.host import FileSystem
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, plural, size


def required_commands(e: Evidence) -> Judgement:
    """Where the required programs are."""
    seen = e.commands.value
    if seen is None:
        return absent(e, e.commands, "The required programs")
    rows = [
        (each.name, each.found[0] if each.found else "not found", unusable(each) or "-")
        for each in seen.commands
    ]
    found = [each.name for each in seen.commands if each.found]
    missing = [each.name for each in seen.commands if not each.found]
    tables = (table(("Program", "Found as", "Note"), rows),)
    foreign = next((each for each in seen.commands if each.machine), None)
    if foreign is not None:
        return critical(f"{foreign.found[0]} is a program for {foreign.machine}.", tables=tables)
    if missing and not seen.given:
        there = f"; {listed(found)} is found" if found else ""
        return skipped(
            f"{listed(missing)} not found on PATH, and nobody said that this project needs it{there}.",
            tables=tables,
        )
    return ok(f"{listed(found)} found on PATH.", tables=tables)


def model_files(e: Evidence) -> Judgement:
    """Whether the models are what the manifest says."""
    seen = e.models.value
    if seen is None:
        return absent(e, e.models, "The model files")
    rows = [(each.name, each.state, size(each.size_bytes), each.note or "-") for each in seen.files]
    tables = (table(("File", "State", "Size", "Note"), rows),) if rows else ()
    unread = [each for each in seen.files if each.state == "unreadable"]
    if unread:
        names = listed([each.name for each in unread], 3)
        return unknown(f"{names} could not be read, so its content is not known.", tables=tables)
    if seen.cut:
        return unknown(
            f"{seen.verified} of {plural(seen.total, 'model file')} hashed in time; the rest is there, "
            "and not "
            "compared (raise probe_timeout_s).",
            tables=tables,
        )
    if seen.exists and not seen.total:
        return unknown(f"{near(e, seen.manifest)} lists no file.")
    odd = f" Lines {listed([str(each) for each in seen.bad_lines])} are no hashes." if seen.bad_lines else ""
    return ok(
        f"{plural(seen.verified, 'model file')} compared with {near(e, seen.manifest)}: all as listed.{odd}",
        tables=tables,
    )


def file_systems(e: Evidence) -> Judgement:
    """Room, inodes and mount flags."""
    seen = e.file_systems.value
    if seen is None:
        return absent(e, e.file_systems, "The project's file systems")
    if not seen.systems:
        return unknown("The project's file systems: not observed (none could be looked at).")
    rows = [
        (
            near(e, each.path),
            listed(list(each.uses)),
            each.kind,
            f"{megabytes(each.free_mb)} of {megabytes(each.total_mb)}",
            f"{each.free_inodes:,}" if each.inodes else "any number",
            _flags(each),
        )
        for each in seen.systems
    ]
    least = min(seen.systems, key=lambda each: each.free_mb)
    return ok(
        f"{megabytes(least.free_mb)} are free on the fullest of "
        f"{plural(len(seen.systems), 'file system')}, and "
        "all take writes where the project writes.",
        tables=(table(("Path", "Used for", "Type", "Free", "Free inodes", "Flags"), rows),),
    )


def _flags(each: FileSystem) -> str:
    return (
        listed([word for word, is_set in (("ro", each.read_only), ("noexec", each.noexec)) if is_set])
        if (each.read_only or each.noexec)
        else "-"
    )


def writable_paths(e: Evidence) -> Judgement:
    """Whether the service's user may write where it must."""
    seen = e.path_access.value
    if seen is None:
        return absent(e, e.path_access, "Paths that must be writable")
    rows = [(near(e, each.path), each.owner, f"{each.mode:03o}", each.why_not or "-") for each in seen.paths]
    tables = (table(("Path", "Owner", "Mode", "What keeps the user out"), rows),)
    in_doubt = [each for each in seen.paths if each.why_not and each.has_acl]
    if in_doubt:
        return unknown(
            f"An access control list decides whether {seen.user} may write to "
            f"{near(e, in_doubt[0].path)}; it was "
            "not read.",
            tables=tables,
        )
    root = " (root, whom no mode keeps out)" if seen.is_root else ""
    return ok(f"{seen.user}{root} may write to {plural(len(seen.paths), 'path')}.", tables=tables)


def memory(e: Evidence) -> Judgement:
    """Memory that a new process could have."""
    if e.resources.value is None:
        return absent(e, e.resources, "The memory of this host")
    free, of = free_memory_mb(e)
    return ok(f"{megabytes(free)} {of} are available; {megabytes(e.target.min_free_memory_mb)} are wanted.")


def open_files(e: Evidence) -> Judgement:
    """How many files the service may open."""
    seen = e.resources.value
    if seen is None:
        return absent(e, e.resources, "The limit of open files")
    limit, process = soft_limit(e)
    whose = f"{process.name} ({process.pid})" if process is not None else "A process started from here"
    rows = [(str(each.pid), each.name, _limit(each.soft), _limit(each.hard)) for each in seen.services]
    return ok(
        f"{whose} may open {_limit(limit)} files; {e.target.min_open_files:,} are wanted.",
        tables=(table(("Process", "Name", "Soft limit", "Hard limit"), rows),) if rows else (),
    )


def _limit(number: int) -> str:
    return "any number of" if number < 0 else f"{number:,}"


def process_variables(e: Evidence) -> Judgement:
    """Locale and proxies."""
    seen = e.process_environment.value
    if seen is None:
        return absent(e, e.process_environment, "Locale and proxy variables")
    facts = {**seen.locale, **seen.proxies, **({"no_proxy": seen.no_proxy} if seen.no_proxy else {})}
    proxy = "a proxy is set, and local names are excepted" if seen.proxies else "no proxy is set"
    return ok(f"Python writes {seen.encoding} ({seen.why}); {proxy}.", facts=facts)


def gpu(e: Evidence) -> Judgement:
    """Whether a GPU can be used, if one is wanted."""
    seen = e.gpu.value
    if seen is None:
        return absent(e, e.gpu, "The GPU")
    if seen.count:
        return ok(
            f"NVML finds {plural(seen.count, 'device')}, driver {seen.driver}, which can do CUDA "
            f"{seen.cuda}.",
        )
    said = f" ({seen.nvml.rstrip('.')})" if seen.nvml else ""
    return skipped(f"There is no GPU that can be used{said}, and none is required.")
