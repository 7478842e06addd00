"""Evidence of each cause: what the probes would have seen, one record changed of a project that works."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from runbooklab.domains.environment.evidence import Evidence
from runbooklab.domains.environment.records.host import (
    Accesses,
    CommandSeen,
    CommandsSeen,
    FileSystem,
    FileSystems,
    Gpu,
    ModelFile,
    ModelsSeen,
    PathAccess,
    ProcessEnvironment,
    Resources,
    ServiceProcess,
)
from runbooklab.domains.environment.records.python import (
    ForeignObject,
    LibrariesSeen,
    NeededLibrary,
    PackagesSeen,
    Unmet,
    VenvSeen,
)
from runbooklab.domains.environment.records.settings import (
    BadValue,
    EnvFileSeen,
    LineMistake,
    ProjectConfig,
    Reference,
    Variable,
)
from runbooklab.domains.environment.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Observation

ROOT = "/srv/tts"

ENV = EnvFileSeen(
    path=f"{ROOT}/.env", state="file", mode=0o640, owner="root:tts", size_bytes=90,
    example=f"{ROOT}/.env.example",
    readers=("compose", "shell"), variables=3, secrets=("REDIS_PASSWORD",),
)  # fmt: skip
CONFIG = ProjectConfig(path=f"{ROOT}/configs/orchestrator.yaml", state="file", references=1)
VENV = VenvSeen(
    path=f"{ROOT}/.venv", exists=True, version="3.11.4", lib_version="3.11",
    interpreter="/usr/bin/python3.11",
    interpreter_version="3.11", home="/usr/bin", requires=">=3.10", requires_from="pyproject.toml",
    site_packages=(f"{ROOT}/.venv/lib/python3.11/site-packages",),
)  # fmt: skip
PACKAGES = PackagesSeen(
    requirements=f"{ROOT}/requirements.txt",
    wanted=2,
    installed=9,
    top_level=("grpc", "redis"),
    phonemizer="3.2.1",
)
LIBRARIES = LibrariesSeen("x86_64", 12, 12, espeak="/lib/libespeak-ng.so.1", has_extensions=True)
COMMANDS = CommandsSeen((CommandSeen("docker", ("/usr/bin/docker",)),), given=True, path=("/usr/bin",))
MODELS = ModelsSeen(
    f"{ROOT}/models/SHA256SUMS", f"{ROOT}/models", exists=True,
    files=(ModelFile("anna.onnx", 1, size_bytes=9),),
    total=1, verified=1,
)  # fmt: skip
DISK = FileSystem(
    ROOT,
    ("project", "site-packages", "temporary files"),
    "/",
    "ext4",
    "rw",
    90_000,
    40_000,
    6_000_000,
    5_000_000,
)
ACCESS = Accesses("tts", paths=(PathAccess(f"{ROOT}/output", owner="tts:tts", mode=0o755),))
RESOURCES = Resources(available_mb=8_000, total_mb=16_000, own_soft=20_000, own_hard=20_000)
PROCESS = ProcessEnvironment({"LANG": "C.UTF-8"}, "UTF-8", "LANG is C.UTF-8")
GPU = Gpu("auto", nvml="NVML Shared Library Not Found")

_VALUES: dict[str, Any] = {
    "env-file": ENV,
    "project-config": CONFIG,
    "venv": VENV,
    "packages": PACKAGES,
    "shared-libraries": LIBRARIES,
    "required-commands": COMMANDS,
    "model-files": MODELS,
    "project-file-systems": FileSystems((DISK,), ROOT),
    "path-access": ACCESS,
    "host-resources": RESOURCES,
    "process-environment": PROCESS,
    "gpu": GPU,
}
TARGET = Target(
    {
        "project_dir": ROOT, "env_file": ".env", "env_file_readers": "compose,shell", "service_user": "tts",
        "requirements": "requirements.txt", "venv": ".venv", "required_commands": "docker", "gpu": "auto",
        "min_free_disk_mb": 500, "min_free_memory_mb": 500, "min_open_files": 1024,
        "writable_paths": "output",
        "model_manifest": "models/SHA256SUMS", "orchestrator_config": "configs/orchestrator.yaml",
    }
)  # fmt: skip


def seen(probe: str, **changes: Any) -> Evidence:
    """The project that works, but for some fields of one record."""
    return HEALTHY.having(Observation(probe, value=replace(_VALUES[probe], **changes)))


def asking(evidence: Evidence, **parameters: Any) -> Evidence:
    """The same evidence of a target with other parameters."""
    from msgspec.structs import replace as other

    return other(evidence, target=evidence.target.having(**parameters))


def _disk(**changes: Any) -> Evidence:
    return seen("project-file-systems", systems=(replace(DISK, **changes),))


HEALTHY = Evidence(target=TARGET).having(*(Observation(name, value=value) for name, value in _VALUES.items()))

_BROKEN = "/srv/tts/.venv/bin/python is a link to /opt/python3.9, which does not exist"
_OPEN = LineMistake("compose", 3, "unclosed-quote", "stops", "a quote is not closed", "GREETING")
_SPACES = LineMistake("shell", 2, "space-at-equals", "drops", "a space stands before =", "VOICE")
_GPU = Gpu("auto", ("/dev/nvidia0",), count=1, driver="470.82", cuda="11.4")

SAMPLES: dict[str, Evidence] = {
    "env-file-missing": seen("env-file", state="missing"),
    "env-file-missing/link": seen("env-file", state="missing", link_to="secrets/prod.env", example=""),
    "env-file-unreadable": seen("env-file", state="folder", mode=0o755),
    "env-file-unreadable/user": seen(
        "env-file", unreadable_for="tts may not read it", barrier=f"{ROOT}/.env"
    ),
    "env-file-unreadable/parent": seen("env-file", unreadable_for="tts may not enter it", barrier=ROOT),
    "env-file-unreadable/pipe": seen("env-file", state="not-a-file", message="it is a pipe"),
    "env-file-crlf": seen("env-file", carriage_returns=(1, 2, 3)),
    "env-file-crlf/many": seen("env-file", carriage_returns=tuple(range(1, 20))),
    "env-file-syntax": seen("env-file", mistakes=(_OPEN,)),
    "env-file-syntax/spaces": seen("env-file", mistakes=(_SPACES,)),
    "env-file-quotes": seen(
        "env-file", readers=("docker-run",), quoted=(Variable("VOICE", 2, "its quotes"),)
    ),
    "env-file-quotes/compose": seen(
        "env-file", readers=("docker-run", "compose"), quoted=(Variable("VOICE", 2, "its quotes"),)
    ),
    "env-file-bom": seen("env-file", has_bom=True, bom_before="REDIS_URL"),
    "env-variable-missing": seen(
        "env-file", missing=(Variable("HF_TOKEN"), Variable("X", note="it is commented out"))
    ),
    "env-variable-duplicate": seen("env-file", duplicates=(Variable("LOG_LEVEL", 9, "lines 2, 9", (2, 9)),)),
    "env-variable-placeholder": seen(
        "env-file", placeholders=(Variable("REDIS_PASSWORD", 2, "it is a placeholder"),)
    ),
    "env-file-world-readable": seen("env-file", mode=0o644),
    "config-missing": seen("project-config", state="missing", given=True),
    "config-unreadable": seen("project-config", problem="not-text", line=3, message="it is not UTF-8 text"),
    "config-unreadable/folder": seen("project-config", state="folder", message="it is a folder"),
    "config-invalid-yaml": seen(
        "project-config", problem="invalid-yaml", line=3, column=7, message="expected ',' or ']'"
    ),
    "config-invalid-yaml/tab": seen(
        "project-config", problem="invalid-yaml", line=2, message="a tab", excerpt="redis:\n\turl: x"
    ),
    "config-value-invalid": seen(
        "project-config", bad_values=(BadValue("redis.port", 3, "a port from 1 to 65535", "'sixty'"),)
    ),
    "config-variable-unset": seen("project-config", unset=(Reference("REDIS_HOST", "redis.url", 2),)),
    "python-version-unsupported": seen("venv", version="3.9.2"),
    "venv-missing": seen("venv", exists=False, given=True),
    "venv-missing/wanted": seen("venv", exists=False, is_wanted=True),
    "venv-broken": seen("venv", broken=_BROKEN),
    "venv-moved": seen("venv", named_elsewhere="/home/me/tts/.venv", naming=(f"{ROOT}/.venv/bin/activate",)),
    "venv-not-active": HEALTHY.having(
        Observation("error-text", value=ErrorText("ModuleNotFoundError: No module named 'grpc'"))
    ),
    "package-missing": seen(
        "packages", missing=(Unmet("grpcio>=1.60", "grpcio", by="requirements.txt, line 2"),)
    ),
    "package-missing/files": seen(
        "packages",
        missing=(Unmet("redis", "redis", "5.0", "requirements.txt, line 1", "its files are gone"),),
    ),
    "package-version-mismatch": seen(
        "packages", mismatched=(Unmet("protobuf>=4", "protobuf", "3.20.3", "requirements.txt, line 3"),)
    ),
    "package-conflict": seen(
        "packages", conflicts=(Unmet("protobuf<5", "protobuf", "5.29", "grpcio-tools 1.60"),)
    ),
    "package-conflict/missing": seen("packages", conflicts=(Unmet("cffi>=1", "cffi", by="soundfile 0.12"),)),
    "module-shadowed": seen("packages", shadows=(f"{ROOT}/grpc.py",), shadowed=("grpc",)),
    "shared-library-missing": seen(
        "shared-libraries", missing=(NeededLibrary("libsndfile.so.1", f"{ROOT}/.venv/a.so", "soundfile", 2),)
    ),
    "shared-library-missing/unknown": seen("shared-libraries", missing=(NeededLibrary("libodd.so.3", ""),)),
    "architecture-mismatch": seen(
        "shared-libraries", foreign=(ForeignObject(f"{ROOT}/.venv/lib/a.so", "aarch64", "grpcio"),)
    ),
    "architecture-mismatch/program": seen(
        "required-commands", commands=(CommandSeen("encoder", ("/opt/encoder",), machine="aarch64"),)
    ),
    "cuda-library-missing": asking(
        seen("shared-libraries", missing=(NeededLibrary("libcudart.so.12", f"{ROOT}/.venv/a.so", "torch"),)),
        gpu="auto",
    ),
    "phonemizer-backend-missing": seen("shared-libraries", espeak=""),
    "phonemizer-backend-missing/variable": seen(
        "process-environment", espeak_library="/opt/libespeak.so", espeak_library_exists=False
    ),
    "disk-full": _disk(free_mb=0.0),
    "inodes-exhausted": _disk(free_inodes=0),
    "filesystem-read-only": _disk(read_only=True, options="ro,errors=remount-ro", noexec=False),
    "filesystem-noexec": _disk(noexec=True),
    "path-not-writable": seen(
        "path-access",
        paths=(
            PathAccess(
                f"{ROOT}/output", owner="root:root", mode=0o755, why_not="it is root's", fix=f"{ROOT}/output"
            ),
        ),
    ),
    "path-not-writable/parent": seen(
        "path-access", paths=(PathAccess(f"{ROOT}/output", why_not="it may not be entered", fix=ROOT),)
    ),
    "path-not-writable/new": seen(
        "path-access",
        paths=(PathAccess(f"{ROOT}/cache", exists=False, why_not="it does not exist", fix=ROOT),),
    ),
    "executable-missing": seen("required-commands", commands=(CommandSeen("ffmpeg"),)),
    "executable-missing/mode": seen(
        "required-commands",
        commands=(
            CommandSeen("encoder", not_executable="/opt/encoder is there and may not be executed by tts"),
        ),
    ),
    "executable-missing/interpreter": seen(
        "required-commands",
        commands=(CommandSeen("encoder", ("/opt/encoder",), "its first line names /gone"),),
    ),
    "executable-shadowed": seen(
        "required-commands",
        commands=(CommandSeen("docker", ("/opt/docker", "/usr/bin/docker"), first_is_odd=True),),
    ),
    "model-file-missing": seen("model-files", files=(ModelFile("bert.onnx", 2, "missing"),)),
    "model-file-missing/manifest": seen(
        "model-files", exists=False, given=True, files=(), total=0, verified=0
    ),
    "model-file-corrupt": seen(
        "model-files", files=(ModelFile("bert.onnx", 2, "corrupt", 1200, "it is empty"),)
    ),
    "model-file-lfs-pointer": seen("model-files", files=(ModelFile("bert.onnx", 2, "lfs-pointer", 130),)),
    "memory-insufficient": seen("host-resources", available_mb=120.0),
    "memory-insufficient/group": seen("host-resources", cgroup_free_mb=80.0, cgroup_limit_mb=512.0),
    "open-files-limit-low": seen("host-resources", own_soft=256),
    "open-files-limit-low/service": seen(
        "host-resources", services=(ServiceProcess(812, "python", 256, 4096),)
    ),
    "locale-not-utf8": seen(
        "process-environment",
        encoding="ASCII",
        why="LC_ALL is C, and PYTHONUTF8 is 0",
        locale={"LC_ALL": "C", "PYTHONUTF8": "0"},
        sources={"PYTHONUTF8": "the .env file"},
    ),
    "proxy-without-exceptions": seen(
        "process-environment",
        proxies={"http_proxy": "http://proxy:3128"},
        uncovered=("localhost", "127.0.0.1"),
    ),
    "proxy-without-exceptions/file": seen(
        "process-environment",
        proxies={"http_proxy": "http://proxy:3128"},
        uncovered=("127.0.0.1",),
        no_proxy="localhost",
        sources={"http_proxy": "the .env file"},
    ),
    "clock-skew": seen("host-resources", newest_file_ahead_s=90_000.0, newest_file=f"{ROOT}/.env"),
    "gpu-not-available": seen("gpu", wanted="required"),
    "gpu-hidden": HEALTHY.having(
        Observation("gpu", value=_GPU),
        Observation("process-environment", value=replace(PROCESS, cuda_visible_devices="")),
    ),
    "gpu-driver-too-old": HEALTHY.having(
        Observation("gpu", value=_GPU), Observation("packages", value=replace(PACKAGES, torch_cuda="12.1"))
    ),
}
