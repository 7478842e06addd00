"""Faults of file systems, permissions, programs, models, limits and variables."""

from __future__ import annotations

import os
import sys
import time

from runbooklab.domains.environment.lab.testbed import SETTINGS, ProjectTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.testbed import Situation

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"ab" * 32 + b"\nsize 63201294\n"


def _full(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    (testbed.mounted("data") / "filling").write_bytes(bytes(4 << 20))
    return testbed.situation(writable_paths="data")


def _too_little(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.mounted("data")
    return testbed.situation(writable_paths="data", min_free_disk_mb=50)


def _no_inodes(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    folder = testbed.mounted("data", "nr_inodes=40")
    for number in range(39):
        (folder / str(number)).touch()
    return testbed.situation(writable_paths="data")


def _read_only(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.let_read(65534)
    testbed.mounted("data", "ro")
    return testbed.situation(writable_paths="data", service_user="nobody")


def _read_only_project(testbed: ProjectTestbed) -> Situation:
    folder = testbed.mounted("whole")
    (folder / "main.py").touch()
    testbed.run(["mount", "-o", "remount,ro", str(folder)])
    return testbed.situation(project_dir=str(folder))


def _noexec(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.mounted(".venv", "noexec", "size=40m")
    venv = testbed.venv()
    testbed.installed(venv, "fastmath", "2.0")
    testbed.extension(venv, "fastmath")
    return testbed.situation()


def _noexec_tmp(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    folder = testbed.mounted("tmp", "noexec")
    return testbed.situation({"TMPDIR": str(folder)})


def _foreign_folder(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    testbed.let_read(65534)
    (root / "output").mkdir(mode=0o755)
    return testbed.situation(writable_paths="output", service_user="nobody")


def _closed_parent(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    testbed.let_read(12345)
    (root / "var" / "output").mkdir(parents=True)
    (root / "var" / "output").chmod(0o777)
    (root / "var").chmod(0o700)
    return testbed.situation(writable_paths="var/output", service_user="12345")


def _not_there(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.let_read(65534)
    return testbed.situation(writable_paths="cache/voices", service_user="nobody")


def _no_program(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(required_commands="sh,runbooklab-drill-encoder")


def _no_bit(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.put("bin/encoder", "#!/bin/sh\n", 0o644)
    return testbed.situation(required_commands="bin/encoder")


def _no_interpreter(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.put("bin/encoder", "#!/opt/gone/bin/perl\n", 0o755)
    return testbed.situation(required_commands="bin/encoder")


def _shadowed(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    program = testbed.put("tools/env", "#!/bin/sh\nexit 1\n", 0o755)
    return testbed.situation({"PATH": f"{program.parent}:{os.environ['PATH']}"}, required_commands="env")


def _model_gone(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.models({"anna.onnx": b"model" * 500, "bert.onnx": b"other" * 300})
    (testbed.root / "models" / "bert.onnx").unlink()
    return testbed.situation()


def _model_cut(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    whole = os.urandom(200_000)
    testbed.models({"anna.onnx": whole[:120_000]}, {"anna.onnx": whole})
    return testbed.situation()


def _model_page(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.models({"voices/a b.onnx": b"<!DOCTYPE html><html>404"}, {"voices/a b.onnx": b"model"})
    return testbed.situation(model_manifest="models/SHA256SUMS")


def _pointer(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.models({"anna.onnx": POINTER}, {"anna.onnx": os.urandom(1000)})
    return testbed.situation()


def _pointer_unlisted(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    testbed.put("models/anna/voice.onnx", POINTER)
    return testbed.situation()


def _memory(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(min_free_memory_mb=900_000_000)


def _few_files(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    limited = "import os, resource, time, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 4096)); "
    testbed.process(
        [sys.executable, "-c", f"{limited}os.chdir({str(root)!r}); open('up', 'w').close(); time.sleep(600)"]
    )
    testbed.until((root / "up").exists)
    return testbed.situation()


def _ascii(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=f"{SETTINGS}LC_ALL=C\nPYTHONUTF8=0\n")
    return testbed.situation()


def _ascii_here(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation({"PYTHONIOENCODING": "ascii"})


def _proxy(testbed: ProjectTestbed) -> Situation:
    testbed.project(env=f"{SETTINGS}HTTP_PROXY=http://proxy.example:3128\n")
    return testbed.situation()


def _proxy_with_service(testbed: ProjectTestbed) -> Situation:
    lines = "http_proxy=http://proxy:3128\nno_proxy=localhost,127.0.0.1\nWORKER_URL=http://tts-worker:50051\n"
    testbed.project(env=f"{SETTINGS}{lines}")
    return testbed.situation()


def _proxy_here(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(
        {"https_proxy": "http://proxy.example:3128", "no_proxy": "localhost,.example.com"}
    )


def _future(testbed: ProjectTestbed) -> Situation:
    root = testbed.project()
    later = time.time() + 86_400
    os.utime(root / ".env", (later, later))
    return testbed.situation()


def _gpu(testbed: ProjectTestbed) -> Situation:
    testbed.project()
    return testbed.situation(gpu="required")


HOST_FAULTS: tuple[Fault[ProjectTestbed], ...] = (
    Fault("disk-full", "A small file system is filled.", _full),
    Fault("disk-full/limit", "More room is wanted than there is.", _too_little),
    Fault("inodes-exhausted", "A file system has room and no inodes.", _no_inodes),
    Fault("filesystem-read-only", "A file system is mounted read-only.", _read_only),
    Fault(
        "filesystem-read-only/project", "The project's file system is mounted read-only.", _read_only_project
    ),
    Fault("filesystem-noexec", "The virtual environment lies on a noexec mount.", _noexec),
    Fault("filesystem-noexec/tmp", "TMPDIR lies on a noexec mount.", _noexec_tmp),
    Fault("path-not-writable", "A folder is root's, and nobody runs the service.", _foreign_folder),
    Fault("path-not-writable/parent", "A folder above may not be entered.", _closed_parent),
    Fault("path-not-writable/new", "The path does not exist and cannot be made.", _not_there),
    Fault("executable-missing", "A required program is nowhere.", _no_program),
    Fault("executable-missing/mode", "A required program may not be executed.", _no_bit),
    Fault("executable-missing/interpreter", "A script's interpreter is gone.", _no_interpreter),
    Fault("executable-shadowed", "Another program comes first on PATH.", _shadowed),
    Fault("model-file-missing", "A listed model is deleted.", _model_gone),
    Fault("model-file-corrupt", "A download broke off.", _model_cut),
    Fault("model-file-corrupt/page", "A download is an error page.", _model_page),
    Fault("model-file-lfs-pointer", "A model is a pointer of Git LFS.", _pointer),
    Fault("model-file-lfs-pointer/no-manifest", "The same, without a manifest.", _pointer_unlisted),
    Fault("memory-insufficient", "More memory is wanted than there is.", _memory),
    Fault("open-files-limit-low", "A process of the project may open 256 files.", _few_files),
    Fault("locale-not-utf8", "The settings turn UTF-8 mode off.", _ascii),
    Fault("locale-not-utf8/forced", "A variable forces ASCII.", _ascii_here),
    Fault("proxy-without-exceptions", "The settings name a proxy and no exceptions.", _proxy),
    Fault(
        "proxy-without-exceptions/service", "no_proxy lacks a service of the settings.", _proxy_with_service
    ),
    Fault("proxy-without-exceptions/here", "no_proxy lacks 127.0.0.1.", _proxy_here),
    Fault("clock-skew", "A file is from tomorrow.", _future),
    Fault("gpu-not-available", "A GPU is required, and there is none.", _gpu),
)
