"""What error texts say of a project's surroundings. The first row that matches a line counts."""

from __future__ import annotations

from runbooklab.domain.sign import SignTable, sign

SIGNS = SignTable(
    signs=(
        sign(
            "a carriage return at a line's end",
            "env-file-crlf",
            r"\$'\\r': command not found",
            r"\\r\b.{0,40}(?:not found|no such file)",
        ),
        sign(
            "a quote that nothing closes",
            "env-file-syntax",
            "unterminated quoted value",
            "unexpected EOF while looking for matching",
            "unterminated quoted string",
            "python-dotenv could not parse",
        ),
        sign(
            "a line of the .env file that its reader refuses",
            "env-file-syntax",
            "poorly formatted environment",
            "invalid env file",
            "unexpected character .{1,6} in variable name",
            "key cannot contain a space",
        ),
        sign(
            "a settings file that is a folder",
            "env-file-unreadable",
            r"Is a directory.{0,40}\.env\b",
            r"\.env\b.{0,40}is a directory",
        ),
        sign(
            "a virtual environment whose Python is not there",
            "venv-broken venv-missing",
            r"bin/python[\d.]*['\"]?: (?:No such file|not found|cannot execute)",
            r"No such file or directory: '[^']*/bin/python[\d.]*'",
        ),
        sign(
            "a model file that is not there",
            "model-file-missing",
            r"No such file or directory:? ['\"]?[^'\"]*\.(?:onnx|pt|pth|bin|safetensors|gguf|ckpt)\b",
            r"(?:Load model from|open file) \S*\.onnx.{0,40}(?:doesn't exist|does not exist|failed: ?File)",
            "NO_SUCHFILE",
        ),
        sign(
            "a configuration that does not parse",
            "config-invalid-yaml",
            r"yaml\.(?:scanner|parser|composer|reader)\.\w+Error",
            "mapping values are not allowed here",
            "found character .{1,6} that cannot start any token",
        ),
        sign(
            "an extension module that the loader cannot open",
            "architecture-mismatch shared-library-missing",
            r"\.(?:cpython-\d+\S*|abi3)\.so: cannot open shared object file",
        ),
        sign(
            "an interpreter that is not there",
            "venv-moved venv-broken",
            "bad interpreter",
            "required file not found",
        ),
        sign(
            "a module that is not there",
            "package-missing venv-not-active module-shadowed",
            "ModuleNotFoundError",
            "No module named",
        ),
        sign("a module that imports itself", "module-shadowed", "partially initialized module"),
        sign(
            "a file system without the right to execute",
            "filesystem-noexec",
            "failed to map segment from shared object",
        ),
        sign(
            "a program for another machine",
            "architecture-mismatch",
            "exec format error",
            "wrong ELF class",
            "invalid ELF header",
        ),
        sign(
            "espeak is not found", "phonemizer-backend-missing", "espeak(?:-ng)? not installed on your system"
        ),
        sign(
            "a CUDA library that is not there",
            "cuda-library-missing",
            r"lib(?:cud(?:art|nn)|cublas|cufft|nvrtc)\S*: cannot open shared object file",
        ),
        sign(
            "a shared library that is not there",
            "shared-library-missing",
            r"\.so[.\d]*: cannot open shared object file",
        ),
        sign("no space left", "disk-full inodes-exhausted", "No space left on device", r"\[Errno 28\]"),
        sign(
            "a file system that is read-only",
            "filesystem-read-only",
            "Read-only file system",
            r"\[Errno 30\]",
        ),
        sign("too many open files", "open-files-limit-low", "Too many open files", r"\[Errno 24\]"),
        sign(
            "an output that is not UTF-8",
            "locale-not-utf8",
            "UnicodeEncodeError: 'ascii'",
            "codec can't encode character",
        ),
        sign(
            "packages that do not go together",
            "package-conflict package-version-mismatch",
            "VersionConflict",
            "DistributionNotFound",
            "which is not installed",
            "has requirement .{1,80}, but you have",
        ),
        sign(
            "no GPU",
            "gpu-not-available gpu-hidden",
            "no CUDA-capable device",
            "CUDA unavailable",
            "Found no NVIDIA driver",
            "No CUDA GPUs are available",
        ),
        sign("a GPU driver that is too old", "gpu-driver-too-old", "driver version is insufficient"),
        sign("a pointer in place of a file", "model-file-lfs-pointer", "version https://git-lfs"),
        sign(
            "a model that cannot be read",
            "model-file-corrupt model-file-lfs-pointer",
            "INVALID_PROTOBUF",
            "Protobuf parsing failed",
            "failed to parse (?:the )?model",
            "Error parsing message with type .{0,5}onnx",
        ),
        sign(
            "no permission to write a file",
            "path-not-writable",
            r"PermissionError: .{0,40}Permission denied: '(?!.*(?:\.sock|docker))/",
            r"cannot (?:create|touch|open) .{1,200}: Permission denied",
        ),
        sign(
            "a program that is not there",
            "executable-missing",
            r"^(?:\S+: )*(?:line \d+: )?(?!python|pip)[a-z][\w.+-]*: (?:command )?not found\s*$",
            r"FileNotFoundError: .{0,30}No such file or directory: '(?!\.)[a-z][\w+-]*'",
        ),
        sign("a variable that is not set", "env-variable-missing", r"KeyError: '[A-Z][A-Z0-9_]{2,}'"),
        sign(
            "another version of Python",
            "python-version-unsupported",
            "requires a different Python",
            "Requires-Python",
        ),
    ),
    title="the environment of a project",
    words=("no space left", "module", "interpreter", "shared object", "espeak", "cuda", "unterminated"),
)
