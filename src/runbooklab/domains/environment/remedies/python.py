"""Plans for the virtual environment, its packages and the libraries they need."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbooklab.domain.shell import command, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.remedies.settings import again
from runbooklab.words import listed

#: Soname without its version -> Debian's package.
_PACKAGES = {
    "libsndfile": "libsndfile1", "libespeak-ng": "libespeak-ng1", "libespeak": "libespeak1",
    "libgomp": "libgomp1",
    "libGL": "libgl1", "libglib-2.0": "libglib2.0-0", "libportaudio": "libportaudio2",
    "libasound": "libasound2",
    "libstdc++": "libstdc++6", "libopenblas": "libopenblas0", "libsox": "libsox3", "libssl": "libssl3",
    "libcrypto": "libssl3", "libffi": "libffi8", "libsqlite3": "libsqlite3-0", "libz": "zlib1g",
    "libxml2": "libxml2", "libpq": "libpq5", "libgfortran": "libgfortran5", "libatomic": "libatomic1",
    "libavcodec": "ffmpeg", "libavformat": "ffmpeg", "libavutil": "ffmpeg", "libmp3lame": "libmp3lame0",
    "libFLAC": "libflac12", "libvorbis": "libvorbis0a", "libopus": "libopus0", "libnuma": "libnuma1",
}  # fmt: skip


def venv_path(e: Evidence) -> str:
    """The virtual environment's path."""
    seen = e.venv.value
    return path_word(seen.path if seen is not None else e.target.venv or ".venv")


def _python(e: Evidence) -> str:
    """The interpreter to make it with: the newest one here of a version that is required."""
    seen = e.venv.value
    if seen is None or not seen.requires or seen.requires_problem:
        return "python3"
    fit = [each for each in seen.interpreters if _meets(each.removeprefix("python"), seen.requires)]
    wanted = re.search(r"(?:==|~=|>=)\s*(3\.\d+)", seen.requires)
    return fit[0] if fit else f"python{wanted[1]}" if wanted else "python3"


def _meets(version: str, requires: str) -> bool:
    """Whether a Python of this minor version, in its newest patch, is one that is required."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(requires).contains(f"{version}.99")
    except InvalidSpecifier:
        return False


def _install(e: Evidence) -> tuple[str, ...]:
    """What installs the project's requirements; nothing if it has none."""
    seen, packages = e.venv.value, e.packages.value
    path = packages.requirements if packages is not None else ""
    path = path or (seen.requirements if seen is not None else "")
    if not path:
        return ()
    pip = (f"{venv_path(e)}/bin/python", "-m", "pip", "install")
    folder, _, name = path.rpartition("/")
    return (command(*pip, "-e", folder) if name == "pyproject.toml" else command(*pip, "-r", path),)


def _with_pip(e: Evidence) -> tuple[str, ...]:
    """What brings pip along, if the virtual environment was made without it, as uv makes them."""
    seen = e.packages.value
    lacks_pip = seen is not None and bool(seen.names) and "pip" not in seen.names
    return (command(f"{venv_path(e)}/bin/python", "-m", "ensurepip"),) if lacks_pip else ()


def rewrite_paths(e: Evidence) -> Steps:
    """The old path becomes the new one in every script; nothing is installed again."""
    seen, path = e.venv.value, venv_path(e)
    old = seen.named_elsewhere if seen is not None else ""
    if seen is None or not old:
        return recreate_venv(e)
    return Steps(
        (_replace_in_files(seen.naming, old, path),),
        f"Puts {path} in place of {old} in the scripts of {path}/bin. Its packages stay as they are.",
        confirm=(f"{command('grep', '-rIl', '-F', old, f'{path}/bin')} || echo none", again(e)),
        undo=(_replace_in_files(seen.naming, path, old),),
    )


def can_rewrite(e: Evidence) -> bool:
    """Whether a first line may name the path: the kernel ends it at a space, and after 127 characters."""
    seen = e.venv.value
    return seen is not None and bool(seen.naming) and " " not in seen.path and len(seen.path) < 100


def _replace_in_files(paths: Sequence[str], old: str, new: str) -> str:
    """The command that replaces a text in several files."""
    pattern = re.sub(r"([\\.*^$|\[\]])", r"\\\1", old)
    with_ = re.sub(r"([\\&|])", r"\\\1", new)
    return command("sed", "-i", f"s|{pattern}|{with_}|g", *map(path_word, paths))


def create_venv(e: Evidence) -> Steps:
    """A new one, with what is required."""
    path = venv_path(e)
    return Steps(
        (command(_python(e), "-m", "venv", path), *_install(e)),
        f"Makes the virtual environment {path} and installs what the project requires.",
        confirm=(command("ls", "-l", f"{path}/bin/python"), again(e)),
        undo=(command("rm", "-rI", path),),
    )


def recreate_venv(e: Evidence) -> Steps:
    """A new one in its place; the old one is kept beside it."""
    path = venv_path(e)
    return Steps(
        (command("mv", "-n", path, f"{path}.old"), command(_python(e), "-m", "venv", path), *_install(e)),
        f"Moves {path} to {path}.old, makes it again there, and installs what the project requires. What was "
        "installed by hand and is in no requirements file is not in the new one.",
        risk="medium",
        confirm=(command(f"{path}/bin/python", "--version"), again(e)),
        undo=(command("rm", "-rI", path), command("mv", f"{path}.old", path)),
    )


def name_venv_python(e: Evidence) -> Steps:
    """The whole path, which cron and systemd need."""
    path = venv_path(e)
    return Steps(
        (command(f"{path}/bin/python", "--version"),),
        f"Shows the virtual environment's Python: start the program with {path}/bin/python, as cron and "
        "systemd "
        "activate nothing. Nothing is changed.",
        risk="none",
    )


def install_requirements(e: Evidence) -> Steps:
    """What is required, in the versions that are required."""
    packages = e.packages.value
    install = _install(e)
    found = (
        [each.requirement for each in (*packages.missing, *packages.mismatched)]
        if packages is not None
        else []
    )
    lost = [each.requirement for each in packages.missing if each.note] if packages is not None else []
    pip = (f"{venv_path(e)}/bin/python", "-m", "pip", "install")
    if packages is not None and packages.requirements.endswith("pyproject.toml") and found:
        install = (command(*pip, *found[:20]),)  # the project itself may be no package that can be built
    repair = (command(*pip, "--force-reinstall", "--no-deps", *lost),) if lost else ()
    return Steps(
        (*_with_pip(e), *(repair or ()), *(install or (command(*pip, *found[:20]),)))
        if found or install
        else (command(*pip, "--help"),),
        f"Installs what the project requires into {venv_path(e)}: "
        f"{listed(found) if found else 'all of it'}. Versions "
        "of other packages may change with it.",
        confirm=(command(f"{venv_path(e)}/bin/python", "-m", "pip", "check"), again(e)),
    )


def resolve_conflict(e: Evidence) -> Steps:
    """The version that the other package requires."""
    packages = e.packages.value
    found = packages.conflicts if packages is not None else ()
    pip = (f"{venv_path(e)}/bin/python", "-m", "pip")
    wanted = list(dict.fromkeys(each.requirement for each in found))[:10]
    install = (command(*pip, "install", *wanted),) if wanted else ()
    return Steps(
        (*_with_pip(e), command(*pip, "check"), *install),
        f"Shows every conflict, then installs {listed(wanted) if wanted else 'nothing'}. Pin the version "
        "in the "
        "requirements file, too, so that it stays.",
        confirm=(command(*pip, "check"), again(e)),
    )


def rename_module(e: Evidence) -> Steps:
    """Another name, which no package has."""
    packages = e.packages.value
    found = list(packages.shadows) if packages is not None else []
    moves = []
    for path in found:
        folder, _, name = path.rpartition("/")
        moves.append(command("mv", "-n", path, f"{folder}/project_{name}"))
    return Steps(
        tuple(moves) or (command("ls"),),
        f"Renames {listed(found) if found else 'the file'}: programs that import it must import the new "
        "name.",
        confirm=(again(e),),
        undo=tuple(
            command("mv", "-n", f"{path.rpartition('/')[0]}/project_{path.rpartition('/')[2]}", path)
            for path in found
        ),
    )


# --- libraries ---------------------------------------------------------------------------------


def install_library(e: Evidence) -> Steps:
    """Debian's package, or how to find it."""
    seen = e.libraries.value
    sonames = [each.soname for each in seen.missing] if seen is not None else []
    known = [_PACKAGES[name.partition(".so")[0]] for name in sonames if name.partition(".so")[0] in _PACKAGES]
    unknown = [name for name in sonames if name.partition(".so")[0] not in _PACKAGES]
    install = (command("sudo", "apt-get", "install", "-y", *dict.fromkeys(known)),) if known else ()
    search = tuple(command("apt-file", "search", name) for name in unknown[:3])
    return Steps(
        (*install, *search) or (command("ldconfig", "-p"),),
        f"Installs {listed(known) if known else 'nothing'} with the system's package manager"
        f"{', and shows which package has ' + listed(unknown) if unknown else ''}. In a container, add it "
        "to the image.",
        risk="low" if known else "none",
        confirm=tuple(f"ldconfig -p | {command('grep', '-F', name)}" for name in sonames[:3]),
    )


def reinstall_for_this_machine(e: Evidence) -> Steps:
    """The packages with foreign files, for this machine."""
    seen, commands = e.libraries.value, e.commands.value
    packages = (
        list(dict.fromkeys(each.package for each in seen.foreign if each.package)) if seen is not None else []
    )
    if packages:
        pip = (f"{venv_path(e)}/bin/python", "-m", "pip", "install", "--force-reinstall", "--no-cache-dir")
        return Steps(
            (*_with_pip(e), command(*pip, *packages[:10])),
            f"Installs {listed(packages)} again, for this machine. If an image was built elsewhere, build "
            "it for this "
            "platform instead (docker build --platform).",
            confirm=(again(e),),
        )
    programs = [each.found[0] for each in commands.commands if each.machine] if commands is not None else []
    return Steps(
        (command("file", *(programs or [venv_path(e)])),),
        "Shows which machine the program is for; install the one for this machine.",
        risk="none",
    )


def install_cuda_library(e: Evidence) -> Steps:
    """NVIDIA's packages for pip, or another build."""
    seen = e.libraries.value
    found = [each.soname for each in seen.missing] if seen is not None else []
    major = next((match[1] for name in found if (match := re.search(r"\.so\.(\d+)", name))), "12")
    return Steps(
        (command(f"{venv_path(e)}/bin/python", "-m", "pip", "install", f"nvidia-cuda-runtime-cu{major}"),),
        f"Installs CUDA's runtime for {listed(found) or 'the package'}. A build for the processor alone "
        "needs none.",
        confirm=(again(e),),
    )


def install_espeak(e: Evidence) -> Steps:
    """The library, or the right path of it."""
    process, path = e.process_environment.value, ""
    if process is not None and process.espeak_library and not process.espeak_library_exists:
        path = process.espeak_library
        return Steps(
            (f"ldconfig -p | {command('grep', 'espeak')}",),
            f"Shows where the library is: PHONEMIZER_ESPEAK_LIBRARY names {path}, which does not exist. "
            "Set it to that "
            "path, or leave it out.",
            risk="none",
        )
    return Steps(
        (command("sudo", "apt-get", "install", "-y", "espeak-ng", "libespeak-ng1"),),
        "Installs the library that phonemizer loads. In a container, add it to the image.",
        confirm=(f"ldconfig -p | {command('grep', 'espeak')}", again(e)),
    )
