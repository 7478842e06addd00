"""A testbed that makes projects: files, virtual environments, installed packages, small file systems."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbooklab.domains.environment.target import NUMBERS, PARAMETERS
from runbooklab.lab.testbed import Situation, Testbed, Unavailable

#: A project's settings that nothing is wrong with.
EXAMPLE = "# settings\nREDIS_URL=redis://localhost:6379\nREDIS_PASSWORD=changeme\nLOG_LEVEL=info\n"
PASSWORD = "drill-pw-4711"
SETTINGS = f"# settings\nREDIS_URL=redis://localhost:6379\nREDIS_PASSWORD={PASSWORD}\nLOG_LEVEL=info\n"
CONFIG = "redis:\n  url: ${REDIS_URL}\n  db: 0\n  connection_pool_size: 10\nlog_level: info\n"


#: What a run has if nobody says otherwise.
DEFAULTS: dict[str, Any] = (
    {row.name: row.preset or row.default for row in PARAMETERS} | NUMBERS | {"gpu": "off"}
)


class ProjectTestbed(Testbed):
    """Makes a project in the testbed's folder."""

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self.folder / "project"

    def put(self, name: str, content: str | bytes, mode: int = 0o640) -> Path:
        """A file of the project."""
        return self.file(f"project/{name}", content, mode)

    def project(self, **files: str | bytes) -> Path:
        """A project with sound settings; ``env``, ``example`` and ``config`` replace those files."""
        self.put(".env.example", files.get("example", EXAMPLE))
        self.put(".env", files.get("env", SETTINGS))
        self.put("configs/orchestrator.yaml", files.get("config", CONFIG), 0o644)
        return self.root

    def let_read(self, group: int) -> None:
        """Let a group read the settings, as a service of another user needs; only root can."""
        if os.geteuid() != 0:
            raise Unavailable("needs root, to make files of another user")
        os.chown(self.root / ".env", -1, group)

    def venv(self, name: str = ".venv", *options: str) -> Path:
        """A real virtual environment, without pip."""
        path = self.root / name
        self.root.mkdir(parents=True, exist_ok=True)
        self.run([sys.executable, "-m", "venv", "--without-pip", *options, str(path)])
        return path

    def packages(self, venv: Path) -> Path:
        """The folder of packages of a virtual environment."""
        return next(venv.glob("lib/python*/site-packages"))

    def installed(
        self, venv: Path, name: str, version: str, requires: tuple[str, ...] = (), module: str = ""
    ) -> Path:
        """A distribution as pip leaves it: its metadata, its record and one module."""
        folder, module = self.packages(venv), module or name.replace("-", "_")
        (folder / module).mkdir(exist_ok=True)
        (folder / module / "__init__.py").write_text("")
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
        lines += [f"Requires-Dist: {each}" for each in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n\nA package.\n")
        (info / "RECORD").write_text(
            f"{module}/__init__.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n"
        )
        (info / "INSTALLER").write_text("pip\n")
        return folder / module

    def extension(self, venv: Path, package: str, *, patch: Mapping[int, bytes] | None = None) -> Path:
        """A real extension module below a package; ``patch`` replaces bytes of it by their place."""
        source = next(
            (
                path
                for path in Path(sys.prefix).glob("lib/python*/site-packages/**/*.so")
                if path.stat().st_size < 1 << 20
            ),
            None,
        )
        if source is None:
            raise Unavailable("needs an extension module to copy")
        suffix = f".cpython-{sys.version_info[0]}{sys.version_info[1]}-{os.uname().machine}-linux-gnu.so"
        content = bytearray(source.read_bytes())
        for place, new in (patch or {}).items():
            content[place : place + len(new)] = new
        path = self.packages(venv) / package / f"_speed{suffix}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(bytes(content))
        return path

    def library_that_needs(self, soname: str, path: Path) -> None:
        """A shared library whose header asks for ``soname``: made with the system's compiler."""
        if shutil.which("gcc") is None:
            raise Unavailable("needs gcc, to make a shared library")
        source = self.file("made/one.c", "int one(void) { return 1; }\n")
        other = self.folder / "made" / soname
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run(["gcc", "-shared", "-fPIC", f"-Wl,-soname,{soname}", "-o", str(other), str(source)])
        self.run(["gcc", "-shared", "-fPIC", "-Wl,--no-as-needed", "-o", str(path), str(source), str(other)])
        other.unlink()

    def mounted(self, name: str, *options: str) -> Path:
        """A small file system in memory, as long as the testbed is open."""
        if os.geteuid() != 0:
            raise Unavailable("needs root, to mount a file system")
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self.run(["mount", "-t", "tmpfs", "-o", ",".join(("size=4m", *options)), "tmpfs", str(folder)])
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"needs to mount a file system: {error.stderr.strip()}") from error
        self.later(lambda: self.run(["umount", str(folder)]))
        return folder

    def models(self, contents: Mapping[str, bytes], listed: Mapping[str, bytes] | None = None) -> Path:
        """Model files, and their manifest; ``listed`` are the contents whose hashes it has."""
        for name, content in contents.items():
            self.put(f"models/{name}", content, 0o644)
        lines = [f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in (listed or contents).items()]
        return self.put("models/SHA256SUMS", "\n".join(lines) + "\n", 0o644)

    def situation(self, environment: Mapping[str, str] | None = None, **parameters: Any) -> Situation:
        """The project as a target; a parameter that is not given has the runbook's default."""
        given = {"project_dir": str(self.root), **parameters}
        return Situation({**DEFAULTS, **given}, dict(environment or {}))

    def owns_files(self, paths: Any) -> bool:
        """Whether all these paths are in its folder; options of ``sed`` and its scripts are no paths."""
        return super().owns_files([path for path in paths if path.startswith("/")])
