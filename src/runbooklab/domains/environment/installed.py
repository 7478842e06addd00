"""The distributions of a virtual environment, read from outside: nothing is imported."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, MetadataPathFinder
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from packaging.utils import canonicalize_name

from runbooklab.domains.environment.files import content, text_of

MOST_DISTRIBUTIONS = 2_000
MOST_PTH = 50
MOST_METADATA = 2 << 20
#: Where distributions of Debian's Python are, besides its site-packages.
_DEBIAN = "/usr/lib/python3/dist-packages"


#: Distribution -> its importable names, where nothing lists them and they are others than its own.
_USUAL_NAMES = {
    "grpcio": ("grpc",), "pyyaml": ("yaml",), "protobuf": ("google",), "pillow": ("PIL",),
    "python-dotenv": ("dotenv",),
    "scikit-learn": ("sklearn",), "opencv-python": ("cv2",), "beautifulsoup4": ("bs4",),
}  # fmt: skip


class Installed(Struct):
    """One distribution."""

    name: str  # normalised
    shown: str
    version: str
    requires: tuple[str, ...] = ()
    path: str = ""  # of its dist-info or egg-info
    is_own: bool = True  # False: the base Python's, let in by include-system-site-packages
    editable: str = ""  # the folder of an editable install
    provides: list[str] = field(default_factory=list)  # importable top-level names
    gone: str = ""  # a top-level name whose files are gone


def distributions(folders: Iterable[str], system: Iterable[str] = ()) -> Iterator[Installed]:
    """Those in ``folders`` and in what their .pth files name, then those of ``system``; a name once."""
    seen: set[str] = set()
    own = [*folders]
    for path, is_own in (
        *((each, True) for each in (*own, *_of_pth(own))),
        *((each, False) for each in system),
    ):
        for found in _in(path, is_own):
            if found.name not in seen:
                seen.add(found.name)
                yield found
            if len(seen) >= MOST_DISTRIBUTIONS:
                return


def system_folders(home: str, version: str) -> list[str]:
    """The folders of the Python that a virtual environment was made with."""
    prefix, name = Path(home).parent, f"python{'.'.join(version.split('.')[:2])}"
    return [
        *(str(prefix / "lib" / name / each) for each in ("site-packages", "dist-packages")),
        f"/usr/local/lib/{name}/dist-packages",
        _DEBIAN,
    ]


def _of_pth(folders: Iterable[str]) -> list[str]:
    """Folders that .pth files add to the path: their plain lines; what they would execute is not."""
    found: list[str] = []
    for folder in folders:
        try:
            files = (
                sorted(Path(folder).glob("*.pth"))[:MOST_PTH]
                + sorted(Path(folder).glob("*.egg-link"))[:MOST_PTH]
            )
        except OSError:
            continue
        for file in files:
            for line in text_of(file, 64 * 1024).splitlines():
                text = line.strip()
                if not text or text.startswith(("#", "import ", "import\t")):
                    continue
                path = os.path.normpath(f"{folder}/{text}" if not text.startswith("/") else text)
                if Path(path).is_dir() and path not in found:
                    found.append(path)
                if file.suffix == ".egg-link":
                    break
    return found


def _in(path: str, is_own: bool) -> Iterator[Installed]:
    finder: Any = MetadataPathFinder
    from importlib.metadata import DistributionFinder

    for each in finder.find_distributions(DistributionFinder.Context(path=[path])):
        found = _read(each, is_own)
        if found is not None:
            yield found


def _read(distribution: Distribution, is_own: bool) -> Installed | None:
    path = str(getattr(distribution, "_path", ""))
    text = _metadata(Path(path))
    name, version, requires = _headers(text)
    if not name:
        return None
    return Installed(canonicalize_name(name), name, version, tuple(requires), path, is_own)


def _metadata(path: Path) -> str:
    for name in ("METADATA", "PKG-INFO", ""):
        file = path / name if name else path
        data = content(file, MOST_METADATA).data
        if data:
            return data.decode("utf-8", "replace")
    return ""


def _headers(text: str) -> tuple[str, str, list[str]]:
    """Name, version and requirements; the body, which may be long, is not read."""
    name = version = ""
    requires: list[str] = []
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    for line in re.sub(r"\r?\n[ \t]+", " ", head).splitlines():
        key, _, value = line.partition(":")
        key = key.lower()
        if key == "name" and not name:
            name = value.strip()
        elif key == "version" and not version:
            version = value.strip()
        elif key == "requires-dist":
            requires.append(value.strip())
    return name, version, requires


def with_names(found: Installed) -> Installed:
    """``found`` with its importable names, and the first of them whose files are gone. Reads RECORD."""
    folder = Path(found.path)
    names: dict[str, str] = {}
    for line in text_of(folder / "RECORD", 8 << 20).splitlines():
        path = line.rpartition(",")[0].rpartition(",")[0].strip('"')
        if path.startswith(("..", "/")) or ".dist-info/" in path or "__pycache__" in path:
            continue
        top, slash, _ = path.partition("/")
        if slash and path.endswith((".py", ".so", ".pyi")) and re.fullmatch(r"[A-Za-z_]\w*", top):
            names.setdefault(top, path)
        elif not slash and path.endswith((".py", ".so")):
            names.setdefault(path.partition(".")[0], path)
    for name in text_of(folder / "top_level.txt", 64 * 1024).split():
        if re.fullmatch(r"[A-Za-z_]\w*", name):
            names.setdefault(name, "")
    if not names and folder.suffix != ".egg-info":
        names = dict.fromkeys(_USUAL_NAMES.get(found.name, (found.name.replace("-", "_"),)), "")
    gone = [name for name, path in names.items() if path and not (folder.parent / path).exists()]
    found.provides = list(names)
    found.editable = _editable(folder)
    found.gone = gone[0] if gone and not found.editable else ""
    return found


def _editable(folder: Path) -> str:
    """The folder of an editable install. Source: PEP 610, direct_url.json."""
    import msgspec

    data = content(folder / "direct_url.json", 64 * 1024).data
    try:
        said = msgspec.json.decode(data) if data else {}
    except msgspec.DecodeError:
        return ""
    if not isinstance(said, dict) or not isinstance(said.get("dir_info"), dict):
        return ""
    url = str(said.get("url", ""))
    return url.removeprefix("file://") if said["dir_info"].get("editable") else ""
