"""What error texts say of a project's surroundings. The first row that matches a line counts."""

from __future__ import annotations

import re

from runbooklab.domain.sign import SignTable, sign

SIGNS = SignTable(
    signs=(
        sign("carriage return", "env-file-crlf",
             r"\$'\\r': command not found", r"\\r\b.{0,40}(?:not found|no such file)"),
        sign("unterminated quote", "env-file-syntax",
             "unterminated quoted value", "unexpected EOF while looking for matching",
             "unterminated quoted string", "python-dotenv could not parse"),
        sign("poorly formatted environment", "env-file-syntax",
             "poorly formatted environment", "invalid env file",
             "unexpected character .{1,6} in variable name", "key cannot contain a space"),
        sign("bad interpreter", "venv-moved venv-broken", "bad interpreter", "required file not found"),
        sign("no module", "package-missing venv-not-active module-shadowed",
             "ModuleNotFoundError", "No module named"),
        sign("partially initialized", "module-shadowed", "partially initialized module"),
        sign("segment", "filesystem-noexec", "failed to map segment from shared object"),
        sign("exec format", "architecture-mismatch",
             "exec format error", "wrong ELF class", "invalid ELF header"),
        sign("espeak", "phonemizer-backend-missing", "espeak(?:-ng)? not installed on your system"),
        sign("cuda library", "cuda-library-missing",
             r"lib(?:cud(?:art|nn)|cublas|cufft|nvrtc)\S*: cannot open shared object file"),
        sign("shared library", "shared-library-missing", r"\.so[.\d]*: cannot open shared object file"),
        sign("no space", "disk-full inodes-exhausted",
             "No space left on device", r"\[Errno 28\]", generic=True),
        sign("read-only", "filesystem-read-only", "Read-only file system", r"\[Errno 30\]"),
        sign("many files", "open-files-limit-low", "Too many open files", r"\[Errno 24\]", generic=True),
        sign("encode", "locale-not-utf8", "UnicodeEncodeError: 'ascii'", "codec can't encode character"),
        sign("conflict", "package-conflict package-version-mismatch",
             "VersionConflict", "DistributionNotFound",
             "which is not installed", "has requirement .{1,80}, but you have"),
        sign("gpu", "gpu-not-available gpu-hidden", "no CUDA-capable device", "CUDA unavailable",
             "Found no NVIDIA driver", "No CUDA GPUs are available"),
        sign("driver", "gpu-driver-too-old", "driver version is insufficient"),
        sign("pointer", "model-file-lfs-pointer", "version https://git-lfs"),
        sign("model", "model-file-corrupt model-file-lfs-pointer",
             "INVALID_PROTOBUF", "Protobuf parsing failed",
             "failed to parse (?:the )?model"),
        sign("variable", "env-variable-missing", r"KeyError: '[A-Z][A-Z0-9_]{2,}'"),
        sign("python version", "python-version-unsupported",
             "requires a different Python", "Requires-Python"),
    ),
    title="the project's surroundings",
    subject=re.compile(r"\.env\b|venv|python|pip\b|model", re.IGNORECASE),
    words=("no space left", "module", "interpreter", "shared object", "espeak", "cuda", "unterminated"),
)  # fmt: skip
