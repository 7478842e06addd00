"""Faults of Python, packages and libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from runbooklab.domains.environment.lab.testbed import SETTINGS, ProjectTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

_E_MACHINE = 18  # place of e_machine in an ELF header
_ARM64 = b"\xb7\x00"


def _old(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.venv()
    return testbed.situation(python_requires=">=3.99")


def _pyproject(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.venv()
    testbed.put("pyproject.toml", '[project]\nname = "tts"\nrequires-python = ">=3.8,<3.10"\n')
    return testbed.situation()


def _no_venv(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(venv="venv-prod")


def _no_venv_for_requirements(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.put("requirements.txt", "grpcio>=1.60\n")
    return testbed.situation()


def _dangling(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    python = testbed.venv() / "bin" / "python"
    python.unlink()
    python.symlink_to("/opt/python-3.9.1/bin/python3.9")
    return testbed.situation()


def _home_gone(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv(".venv", "--copies")
    config = venv / "pyvenv.cfg"
    home = f"home = {Path(sys._base_executable).parent}"  # type: ignore[attr-defined] # it is there
    config.write_text(
        "\n".join(
            "home = /opt/gone/bin" if line.startswith("home") else line
            for line in config.read_text().splitlines()
        )
    )
    del home
    return testbed.situation()


def _upgraded(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    lib = next(venv.glob("lib/python*"))
    lib.rename(lib.with_name("python3.8"))
    return testbed.situation()


def _no_config(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    (testbed.venv() / "pyvenv.cfg").unlink()
    return testbed.situation()


def _moved(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    venv = testbed.venv("old")
    script = venv / "bin" / "uvicorn"
    script.write_text(f"#!{venv}/bin/python\nprint()\n")
    script.chmod(0o755)
    venv.rename(root / ".venv")
    return testbed.situation()


def _copied(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    venv = testbed.venv("first one")
    script = venv / "bin" / "serve"
    script.write_text(f"#!/bin/sh\n'''exec' \"{venv}/bin/python\" \"$0\" \"$@\"\n' '''\nprint()\n")
    script.chmod(0o755)
    testbed.run(["cp", "-a", str(venv), str(root / ".venv")])
    return testbed.situation()


def _inactive(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "grpcio", "1.60.0", module="grpc")
    return testbed.situation(error_text="ModuleNotFoundError: No module named 'grpc'")


def _absent(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "redis", "5.0.1")
    testbed.put("requirements.txt", "redis>=5\ngrpcio>=1.60  # the workers\n")
    return testbed.situation()


def _absent_with_marker(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "redis", "5.0.1")
    testbed.put(
        "requirements/base.txt", "pywin32>=300; sys_platform == 'win32'\nPyYAML>=6; python_version >= '3.8'\n"
    )
    testbed.put("requirements.txt", "-r requirements/base.txt\nredis==5.*\n")
    return testbed.situation()


def _files_gone(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    module = testbed.installed(testbed.venv(), "redis", "5.0.1")
    testbed.put("requirements.txt", "redis\n")
    (module / "__init__.py").unlink()
    module.rmdir()
    return testbed.situation()


def _other_version(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "protobuf", "3.20.3", module="google")
    testbed.put("requirements.txt", "protobuf>=4.21,<6\n")
    return testbed.situation()


def _conflict(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    testbed.installed(venv, "grpcio-tools", "1.60.0", ("protobuf<5.0dev,>=4.21.6",), module="grpc_tools")
    testbed.installed(venv, "protobuf", "5.29.0", module="google")
    testbed.put("requirements.txt", "grpcio-tools\nprotobuf\n")
    return testbed.situation()


def _conflict_missing(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "soundfile", "0.12.1", ("cffi>=1.0", "numpy; extra == 'numpy'"))
    testbed.put("requirements.txt", "soundfile\n")
    return testbed.situation()


def _shadow(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "grpcio", "1.60.0", module="grpc")
    testbed.put("grpc.py", "# helpers\n")
    return testbed.situation()


def _shadow_package(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.installed(testbed.venv(), "redis", "5.0.1")
    testbed.put("redis/__init__.py", "")
    return testbed.situation()


def _needs_library(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    testbed.installed(venv, "soundcard", "0.4.3")
    tag = f"cpython-{sys.version_info[0]}{sys.version_info[1]}-{os.uname().machine}-linux-gnu"
    testbed.library_that_needs("libdrillsound.so.7", testbed.packages(venv) / "soundcard" / f"_io.{tag}.so")
    return testbed.situation()


def _required_library(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(required_libraries="libc.so.6,libdrillsound.so.7")


def _foreign(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    testbed.installed(venv, "fastmath", "2.0")
    testbed.extension(venv, "fastmath", patch={_E_MACHINE: _ARM64})
    return testbed.situation()


def _mac(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    venv = testbed.venv()
    testbed.installed(venv, "fastmath", "2.0")
    (testbed.packages(venv) / "fastmath" / "_speed.cpython-311-darwin.so").write_bytes(
        b"\xcf\xfa\xed\xfe" + bytes(200)
    )
    return testbed.situation()


def _foreign_program(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    content = bytearray(Path("/bin/true").read_bytes())
    content[_E_MACHINE : _E_MACHINE + 2] = _ARM64
    testbed.put("bin/encoder", bytes(content), 0o755)
    return testbed.situation(required_commands="bin/encoder")


def _espeak(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=f"{SETTINGS}PHONEMIZER_ESPEAK_LIBRARY=/opt/espeak/libespeak-ng.so.1\n")
    testbed.installed(testbed.venv(), "phonemizer", "3.2.1")
    return testbed.situation()


PYTHON_FAULTS: tuple[Fault[ProjectTestbed], ...] = (
    Fault("python-version-unsupported", "A newer Python is required than there is.", _old),
    Fault("python-version-unsupported/pyproject", "pyproject.toml requires an older Python.", _pyproject),
    Fault("venv-missing", "The named virtual environment is not there.", _no_venv),
    Fault("venv-missing/requirements", "A project with requirements has none.", _no_venv_for_requirements),
    Fault("venv-broken", "Its Python is a link to one that is gone.", _dangling),
    Fault("venv-broken/home", "The Python it was made with is gone.", _home_gone),
    Fault("venv-broken/upgraded", "Its packages belong to another version of Python.", _upgraded),
    Fault("venv-broken/pyvenv-cfg", "Its pyvenv.cfg is gone.", _no_config),
    Fault("venv-moved", "It is moved after a program was installed.", _moved),
    Fault("venv-moved/copied", "It is a copy of one whose path has a space.", _copied),
    Fault("venv-not-active", "The error misses a module that is installed.", _inactive),
    Fault("package-missing", "One of two requirements is not installed.", _absent),
    Fault(
        "package-missing/marker", "A requirement of an included file is not installed.", _absent_with_marker
    ),
    Fault("package-missing/files", "The files of an installed package are gone.", _files_gone),
    Fault("package-version-mismatch", "An older version is installed.", _other_version),
    Fault("package-conflict", "One package requires another version of the other.", _conflict),
    Fault("package-conflict/missing", "A package requires one that is not there.", _conflict_missing),
    Fault("module-shadowed", "A file named as the package grpc lies beside the program.", _shadow),
    Fault("module-shadowed/package", "A package redis lies beside the program.", _shadow_package),
    Fault("shared-library-missing", "An extension module needs a library that is nowhere.", _needs_library),
    Fault("shared-library-missing/required", "A library that is asked for is nowhere.", _required_library),
    Fault("architecture-mismatch", "An extension module is for arm64.", _foreign),
    Fault("architecture-mismatch/macos", "An extension module is for macOS.", _mac),
    Fault("architecture-mismatch/program", "A required program is for arm64.", _foreign_program),
    Fault("phonemizer-backend-missing", "A variable names a library that is not there.", _espeak),
)
