"""Commands by which a person sees what a check sees: they read and change nothing."""

from __future__ import annotations

from runbooklab.domain.shell import command, path_word
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.host import soft_limit
from runbooklab.domains.environment.target import items


def file_systems(e: Evidence) -> str:
    """Room and inodes of each file system."""
    seen = e.file_systems.value
    paths = [each.path for each in seen.systems] if seen is not None else []
    return (
        command("findmnt", "-o", "TARGET,OPTIONS,AVAIL,INO.AVAIL", "-T", paths[0])
        if len(paths) == 1
        else (command("df", "-h", "--output=target,size,avail,iavail", *paths) if paths else "")
    )


def writable_paths(e: Evidence) -> str:
    """Owner and mode of each part of the first path."""
    seen = e.path_access.value
    bad = [each for each in seen.paths if each.why_not] if seen is not None else []
    shown = bad[0] if bad else (seen.paths[0] if seen is not None and seen.paths else None)
    return command("namei", "-l", shown.path) if shown is not None else ""


def env_file(e: Evidence) -> str:
    """The lines as they are, with their ends: names only, for values may be secrets."""
    seen = e.env_file.value
    if seen is None:
        return ""
    if seen.state != "file":
        return command("ls", "-ld", path_word(seen.path))
    if seen.carriage_returns:
        return command("grep", "-c", "\\r$", path_word(seen.path)).replace("'\\r$'", "$'\\r$'")
    return command("ls", "-l", path_word(seen.path))


def env_variables(e: Evidence) -> str:
    """The names in the file, without their values."""
    seen = e.env_file.value
    if seen is None or seen.state != "file":
        return ""
    return f"{command('cut', '-d=', '-f1', path_word(seen.path))} | sort"


def project_config(e: Evidence) -> str:
    """The lines around the first mistake, else the whole file's size."""
    seen = e.project_config.value
    if seen is None:
        return ""
    lines = [*(each.line for each in seen.bad_values), *(each.line for each in seen.unset)]
    line = seen.line or next(iter(lines), 0)
    if line:
        return command("sed", "-n", f"{max(line - 2, 1)},{line + 2}p", path_word(seen.path))
    return command("ls", "-l", path_word(seen.path))


def required_commands(e: Evidence) -> str:
    """Every place of each program."""
    return command("which", "-a", *items(e.target.required_commands)) if e.commands.value is not None else ""


def python_venv(e: Evidence) -> str:
    """Where its Python leads."""
    seen = e.venv.value
    if seen is None:
        return ""
    return command("ls", "-l", f"{seen.path}/bin/python") if seen.exists else command("ls", "-ld", seen.path)


def python_packages(e: Evidence) -> str:
    """What is installed, and whether it goes together."""
    seen = e.venv.value
    return (
        command(f"{seen.path}/bin/python", "-m", "pip", "check") if seen is not None and seen.exists else ""
    )


def module_names(e: Evidence) -> str:
    """Modules at the top of the project."""
    seen, systems = e.packages.value, e.file_systems.value
    if seen is not None and seen.shadows:
        return command("ls", "-l", *seen.shadows[:3])
    return command("ls", systems.project) if seen is not None and systems is not None else ""


def shared_libraries(e: Evidence) -> str:
    """What the loader says of the first file."""
    seen = e.libraries.value
    if seen is None:
        return ""
    if seen.foreign:
        return command("file", seen.foreign[0].path)
    first = next((each for each in seen.missing), None)
    if first is None:
        return command("ldconfig", "-p")
    if first.needed_by:
        return command("ldd", first.needed_by)
    return f"ldconfig -p | {command('grep', '-F', first.soname)}"


def model_files(e: Evidence) -> str:
    """The manifest, compared."""
    seen = e.models.value
    if seen is None or not seen.exists:
        return ""
    return f"{command('cd', seen.folder)} && {command('sha256sum', '-c', '--quiet', seen.manifest)}"


def gpu(e: Evidence) -> str:
    """Devices and driver."""
    return command("nvidia-smi") if e.gpu.value is not None else ""


def memory(e: Evidence) -> str:
    """Memory."""
    return command("free", "-m") if e.resources.value is not None else ""


def open_files(e: Evidence) -> str:
    """The limit of the process that was judged."""
    if e.resources.value is None:
        return ""
    _, process = soft_limit(e)
    return (
        command("grep", "open files", f"/proc/{process.pid}/limits") if process is not None else "ulimit -n"
    )


def process_variables(e: Evidence) -> str:
    """The variables by name; a proxy's may hold a password, so values are left out."""
    if e.process_environment.value is None:
        return ""
    return "locale; env | grep -ioE '^[a-z_]*proxy'"
