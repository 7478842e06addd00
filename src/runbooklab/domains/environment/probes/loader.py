"""Where the dynamic loader finds a library: its cache, and the folders that it always looks into."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

#: The loader's own folders. Source: ld.so(8).
_FOLDERS = ("/lib", "/usr/lib", "/lib64", "/usr/lib64")
_LINE = re.compile(r"^\t(?P<name>\S+) \((?P<kind>[^)]*)\) => (?P<path>\S+)$", re.MULTILINE)
#: How ldconfig calls the libraries of a machine.
_KINDS = {"x86_64": "x86-64", "aarch64": "AArch64"}
MOST_CACHE = 4 << 20


class Loader:
    """The libraries of this host, by soname."""

    def __init__(self, timeout_s: float, extra: Iterable[str] = ()) -> None:
        """``extra`` are folders of LD_LIBRARY_PATH."""
        self.machine = platform.machine()
        self.cache = _cache(timeout_s, _KINDS.get(self.machine, ""))
        triple = f"{self.machine}-linux-gnu"
        self.folders = (*extra, *_FOLDERS, f"/lib/{triple}", f"/usr/lib/{triple}")

    def find(self, soname: str) -> str:
        """The path of a library; "" if the loader does not find it."""
        if soname in self.cache:
            return self.cache[soname]
        if "/" in soname:
            return soname if os.access(soname, os.F_OK) else ""
        return next(
            (path for path in (f"{each}/{soname}" for each in self.folders) if os.access(path, os.F_OK)), ""
        )

    def any_of(self, names: Iterable[str]) -> str:
        """The path of the first of these that is there."""
        return next(filter(None, map(self.find, names)), "")

    def named_like(self, stem: str) -> str:
        """A library that is asked for without its version: ``libsndfile`` or ``sndfile``."""
        wanted = stem if stem.startswith("lib") else f"lib{stem}"
        return next((path for name, path in self.cache.items() if name.startswith(f"{wanted}.so")), "")


def _cache(timeout_s: float, kind: str) -> dict[str, str]:
    """What ``ldconfig -p`` prints: a program of the system, which only reads its cache."""
    program = next((path for path in ("/sbin/ldconfig", "/usr/sbin/ldconfig") if Path(path).exists()), "")
    if not program:
        return {}
    try:
        done = subprocess.run(  # noqa: S603 # a program of the system, which reads its own cache
            [program, "-p"],
            capture_output=True,
            timeout=timeout_s,
            env={"LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    found: dict[str, str] = {}
    for match in _LINE.finditer(done.stdout[:MOST_CACHE].decode("utf-8", "replace")):
        if kind in match["kind"] and os.access(match["path"], os.F_OK):
            found.setdefault(match["name"], match["path"])
    return found
