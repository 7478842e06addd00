"""Plans for file systems, programs, models, limits and the GPU: the careful ones, that show first."""

from __future__ import annotations

from runbooklab.domain.shell import command, path_word, quoted
from runbooklab.domain.steps import Steps
from runbooklab.domains.environment.causes.storage import is_full, lacks_inodes
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.readings.host import soft_limit
from runbooklab.domains.environment.records.host import FileSystem
from runbooklab.domains.environment.remedies.settings import again, env_path
from runbooklab.words import listed

#: Program -> Debian's package.
_PACKAGES = {
    "docker": "docker.io", "redis-cli": "redis-tools", "redis-server": "redis-server", "ffmpeg": "ffmpeg",
    "espeak-ng": "espeak-ng", "espeak": "espeak", "sox": "sox", "git": "git", "git-lfs": "git-lfs",
    "curl": "curl",
    "make": "make", "gcc": "gcc", "protoc": "protobuf-compiler", "jq": "jq", "nvidia-smi": "nvidia-utils",
}  # fmt: skip


def _systems(e: Evidence) -> tuple[FileSystem, ...]:
    return e.file_systems.value.systems if e.file_systems.value is not None else ()


def _place(e: Evidence, found: list[FileSystem]) -> str:
    first = next(iter(found or _systems(e)), None)
    return (first.mount or first.path) if first is not None else e.target.project_dir or "."


def find_large_files(e: Evidence) -> Steps:
    """What takes the room; deleting is a person's decision."""
    place = _place(
        e, sorted((each for each in _systems(e) if is_full(e, each)), key=lambda each: each.free_mb)
    )
    return Steps(
        (f"{command('sudo', 'du', '-xh', '--max-depth=2', place)} | sort -h | tail -20",),
        "Shows the largest folders, and changes nothing. Delete there what nobody needs: old logs, caches "
        "of pip "
        "(pip cache purge), images that no container uses (docker image prune).",
        risk="none",
        confirm=(command("df", "-h", place), again(e)),
    )


def find_many_files(e: Evidence) -> Steps:
    """Where the many files are."""
    place = _place(e, [each for each in _systems(e) if lacks_inodes(each)])
    return Steps(
        (f"{command('sudo', 'du', '-x', '--inodes', '--max-depth=3', place)} | sort -n | tail -20",),
        "Shows the folders with the most files, and changes nothing. Delete there what nobody needs.",
        risk="none",
        confirm=(command("df", "-i", place), again(e)),
    )


def remount_writable(e: Evidence) -> Steps:
    """Writes are let through again."""
    place = _place(e, [each for each in _systems(e) if each.read_only])
    return Steps(
        (command("sudo", "mount", "-o", "remount,rw", place),),
        f"{place} takes writes again. Read the kernel's log first (sudo dmesg | tail): after an error of "
        "the disk, "
        "run fsck on the unmounted file system instead.",
        risk="medium",
        confirm=(command("findmnt", "-T", place), again(e)),
        undo=(command("sudo", "mount", "-o", "remount,ro", place),),
    )


def remount_exec(e: Evidence) -> Steps:
    """Programs may be executed there again."""
    place = _place(e, [each for each in _systems(e) if each.noexec])
    return Steps(
        (command("sudo", "mount", "-o", "remount,exec", place),),
        f"Programs and libraries on {place} may be executed. If that is forbidden on purpose, move the "
        "virtual "
        "environment, or set TMPDIR to a folder elsewhere.",
        risk="medium",
        confirm=(command("findmnt", "-T", place), again(e)),
        undo=(command("sudo", "mount", "-o", "remount,noexec", place),),
    )


def give_path_to_user(e: Evidence) -> Steps:
    """The least that lets the user write: the path itself, or a way through its parent."""
    seen = e.path_access.value
    found = [each for each in seen.paths if each.why_not] if seen is not None else []
    user = (e.target.service_user or (seen.user if seen is not None else "")).partition(":")[0] or "USER"
    commands, undo = [], []
    for each in found:
        if each.immutable:
            commands.append(command("sudo", "chattr", "-i", each.fix))
            undo.append(command("sudo", "chattr", "+i", each.fix))
        elif not each.exists:
            commands.append(command("sudo", "install", "-d", "-o", user, each.path))
            undo.append(command("sudo", "rmdir", each.path))
        elif each.fix and each.path.startswith(f"{each.fix}/"):
            commands.append(command("sudo", "chmod", "a+x", each.fix))
            undo.append(command("sudo", "chmod", "a-x", each.fix))
        else:
            commands += [
                command("sudo", "chown", user, each.path),
                command("sudo", "chmod", "u+rwX", each.path),
            ]
            undo.append(command("sudo", "chown", each.owner, each.path))
    paths = [each.path for each in found]
    how = (
        "takes the mark away that keeps everybody from changing it"
        if found and all(each.immutable for each in found)
        else "gives it to them, or lets every user pass through the folder above it"
    )
    return Steps(
        tuple(commands) or (command("ls", "-ld", e.target.project_dir or "."),),
        f"Lets {user} write to {listed(paths) if paths else 'the path'}: {how}.",
        risk="medium" if commands else "none",
        confirm=tuple(command("namei", "-l", path) for path in paths[:3]),
        undo=tuple(undo),
    )


# --- programs and models -----------------------------------------------------------------------


def install_program(e: Evidence) -> Steps:
    """The package that has it; or the bit that lets it run."""
    seen = e.commands.value
    bad = [each for each in seen.commands if not each.found or each.problem] if seen is not None else []
    blocked = [
        each.not_executable.partition(" is there")[0] for each in bad if " is there" in each.not_executable
    ]
    names = [each.name for each in bad if each.not_executable.partition(" is there")[0] not in blocked]
    commands = [command("chmod", "a+x", path_word(path)) for path in blocked]
    if names:
        commands.append(
            command("sudo", "apt-get", "install", "-y", *(_PACKAGES.get(name, name) for name in names))
        )
    said = f"Lets every user execute {listed(blocked)}. " if blocked else ""
    return Steps(
        tuple(commands) or (command("which", "-a", "docker"),),
        f"{said}Installs {listed(names) if names else 'nothing'} with the system's package manager, "
        "unless another "
        "way is usual here; a program of the project may lie in a folder that is not on PATH.",
        risk="low" if commands else "none",
        confirm=tuple(command("which", each.name) for each in bad[:3]),
    )


def name_program(e: Evidence) -> Steps:
    """Every place, to choose from."""
    seen = e.commands.value
    odd = [each for each in seen.commands if each.first_is_odd] if seen is not None else []
    names = [each.name for each in odd] or ["docker"]
    return Steps(
        (command("which", "-a", *names),),
        f"Shows every {listed(names)} on PATH, and changes nothing. Name the one that is meant by its "
        "whole path, or "
        "put its folder first in PATH.",
        risk="none",
    )


def _folder(e: Evidence) -> str:
    return e.models.value.folder if e.models.value is not None else "models"


def _bad_models(e: Evidence, *states: str) -> list[str]:
    seen = e.models.value
    return [each.name for each in seen.files if each.state in states] if seen is not None else []


def _in_folder(e: Evidence, line: str) -> str:
    return f"(cd {quoted(_folder(e))} && {line})"


def _compare(e: Evidence) -> str:
    manifest = e.models.value.manifest if e.models.value is not None else "SHA256SUMS"
    return _in_folder(e, command("sha256sum", "-c", "--quiet", manifest))


def fetch_models(e: Evidence) -> Steps:
    """What is to be downloaded."""
    names = _bad_models(e, "missing")
    return Steps(
        (_compare(e),),
        f"Shows what is missing, and changes nothing. Download {listed(names) if names else 'the models'} "
        "from where "
        f"the project gets its models into {_folder(e)}.",
        risk="none",
        confirm=(again(e),),
    )


def replace_model(e: Evidence) -> Steps:
    """The wrong file is moved aside, so that a download starts from nothing."""
    names = _bad_models(e, "corrupt")
    moves = tuple(_in_folder(e, command("mv", "-n", name, f"{name}.corrupt")) for name in names[:10])
    return Steps(
        moves or (_compare(e),),
        f"Moves {listed(names) if names else 'nothing'} aside; then download it again: nothing of a "
        "download that "
        "broke off is used.",
        confirm=(_compare(e), again(e)),
        undo=tuple(_in_folder(e, command("mv", "-n", f"{name}.corrupt", name)) for name in names[:10]),
    )


def pull_lfs(e: Evidence) -> Steps:
    """The files that the pointers stand for."""
    return Steps(
        (_in_folder(e, "git lfs install --local"), _in_folder(e, "git lfs pull")),
        f"Downloads the files that {listed(_bad_models(e, 'lfs-pointer')) or 'the pointers'} stand for, "
        "into their "
        "places. It needs git-lfs (sudo apt-get install -y git-lfs).",
        confirm=(_compare(e), again(e)),
    )


# --- limits, variables, GPU --------------------------------------------------------------------


def find_memory_users(e: Evidence) -> Steps:
    """Who has the memory."""
    return Steps(
        ("ps -eo pid,rss,comm --sort=-rss | head -15",),
        "Shows the processes with the most memory, and changes nothing. Stop what nobody needs, raise the "
        "container's "
        "limit, or take a smaller model.",
        risk="none",
        confirm=(command("free", "-m"), again(e)),
    )


def raise_open_files(e: Evidence) -> Steps:
    """For the process that runs; where it is started, for the next."""
    wanted = e.target.min_open_files or 1024
    _, process = soft_limit(e) if e.resources.value is not None else (0, None)
    lasting = (
        f"To make it last: LimitNOFILE={wanted} in its systemd unit, `ulimits: nofile: {wanted}` in "
        "Compose, or "
        "/etc/security/limits.conf."
    )
    if process is None:
        return Steps(
            (f"ulimit -n {wanted}",),
            f"Lets what is started from this shell open {wanted} files. {lasting}",
            confirm=("ulimit -n", again(e)),
        )
    hard = max(wanted, process.hard) if process.hard >= 0 else "unlimited"
    return Steps(
        (command("sudo", "prlimit", "--pid", str(process.pid), f"--nofile={wanted}:{hard}"),),
        f"Lets the running process {process.name} open {wanted} files. {lasting}",
        confirm=(command("grep", "open files", f"/proc/{process.pid}/limits"), again(e)),
    )


def use_utf8(e: Evidence) -> Steps:
    """UTF-8 mode, where the variable is set."""
    seen = e.process_environment.value
    names = [name for name in ("PYTHONIOENCODING", "PYTHONUTF8") if seen is not None and name in seen.locale]
    in_file = [name for name in names if seen is not None and seen.sources.get(name) == "the .env file"]
    path = env_path(e)
    if in_file:
        scripts = [
            word for name in in_file for word in ("-e", f"s/^\\(export \\)\\?{name}=.*/{_utf8(name)}/")
        ]
        return Steps(
            (command("sed", "-i", *scripts, path),),
            f"Sets {listed([_utf8(name) for name in in_file])} in {path}; start the service again "
            "afterwards.",
            confirm=(again(e),),
        )
    drop = "unset PYTHONIOENCODING; " if "PYTHONIOENCODING" in names else ""
    return Steps(
        (f"{drop}export PYTHONUTF8=1",),
        "Lets Python, started from this shell, write UTF-8 whatever the locale is. To make it last, set "
        "it where the "
        "service is started.",
        confirm=(again(e),),
    )


def _utf8(name: str) -> str:
    return "PYTHONUTF8=1" if name == "PYTHONUTF8" else "PYTHONIOENCODING=utf-8"


def except_local_names(e: Evidence) -> Steps:
    """The local names beside those that are excepted already."""
    seen = e.process_environment.value
    had = seen.no_proxy.rstrip(", ") if seen is not None else ""
    names = ",".join(
        filter(None, (had, *(seen.uncovered if seen is not None else ("localhost", "127.0.0.1"))))
    )
    path = env_path(e)
    if seen is not None and "the .env file" in {seen.sources.get(name) for name in seen.proxies}:
        if "the .env file" in (seen.sources.get("no_proxy"), seen.sources.get("NO_PROXY")):
            script = rf"s/^(export )?(no_proxy|NO_PROXY)=.*/\1\2={names.replace('/', chr(92) + '/')}/"
            return Steps(
                (command("sed", "-i.old", "-E", script, path),),
                f"Sets no_proxy in {path} to {names}; the file as it was is kept as {path}.old.",
                confirm=(again(e),),
                undo=(command("mv", f"{path}.old", path),),
            )
        written = command("printf", "%s\\n", f"no_proxy={names}", f"NO_PROXY={names}")
        return Steps(
            (f"{written} >> {quoted(path)}",),
            f"Excepts {names} from the proxy in {path}, in both spellings: clients read one or the other.",
            confirm=(again(e),),
        )
    return Steps(
        (f"export no_proxy={quoted(names)} NO_PROXY={quoted(names)}",),
        f"Excepts {names} from the proxy for what is started from this shell. Set it where the service is "
        "started, too.",
        confirm=(again(e),),
    )


def set_clock(e: Evidence) -> Steps:
    """The clock follows a time server."""
    return Steps(
        (command("timedatectl", "status"), command("sudo", "timedatectl", "set-ntp", "true")),
        "Shows this host's clock, then lets it follow a time server. A clock that jumps may end sessions "
        "early.",
        risk="medium",
        confirm=(command("timedatectl", "status"),),
    )


def inspect_gpu(e: Evidence) -> Steps:
    """What the system says of the GPU."""
    return Steps(
        ("nvidia-smi", "lspci | grep -i nvidia", "ls -l /dev/nvidia*"),
        "Shows the GPU, its driver and its device files, and changes nothing. Install the driver for it, "
        "start the "
        "container with --gpus all, or set gpu to auto if the processor will do.",
        risk="none",
        confirm=(again(e),),
    )


def show_gpu(e: Evidence) -> Steps:
    """The variable is taken away."""
    return Steps(
        ("unset CUDA_VISIBLE_DEVICES",),
        "Lets what is started from this shell see every GPU. Take the variable out of the .env file or "
        "the unit, too.",
        confirm=(again(e),),
    )
