"""The model files: what the manifest lists, its hashes, and pointers that Git LFS left in their place."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from runbooklab.domains.environment.context import Context
from runbooklab.domains.environment.files import content, is_there
from runbooklab.domains.environment.place import path_of, project, shown
from runbooklab.domains.environment.records.host import ModelFile, ModelsSeen
from runbooklab.domains.environment.target import MODEL_MANIFEST
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

#: Source: Git LFS, docs/spec.md.
LFS_POINTER = b"version https://git-lfs"
MOST_LINES = 5_000
MOST_SHOWN = 100
#: Files that are looked at if there is no manifest.
MOST_UNLISTED = 300
_GNU = re.compile(r"\\?(?P<hash>[0-9a-fA-F]{32,128}) [ *](?P<name>.+)")
_LOOSE = re.compile(r"(?P<hash>[0-9a-fA-F]{32,128})\s+\*?(?P<name>\S.*)")
_BSD = re.compile(r"(?:SHA\d+|MD5|BLAKE2b) \((?P<name>.+)\) = (?P<hash>[0-9a-fA-F]{32,128})")
#: Length of a hash in hexadecimal digits -> its kind.
_KINDS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


class Listed(Struct, frozen=True):
    """A line of the manifest."""

    name: str
    hash: str
    line: int


def models(ctx: Context) -> ModelsSeen:
    """Every file of the manifest: there, of the right content. What the time does not suffice for is said."""
    path = path_of(ctx, MODEL_MANIFEST)
    if path is None:
        raise NotObserved(Missing("not-applicable", "no manifest of models is named"))
    ctx.note("file", f"read {path}")
    found, given = content(path), ctx.target.is_given(MODEL_MANIFEST)
    base = ModelsSeen(shown(ctx, path), shown(ctx, path.parent), given=given, message=found.message)
    if found.state == "unreadable":
        raise NotObserved(Missing("permission", f"{base.manifest} cannot be read: {base.message}"))
    if found.state != "file":
        return _without_manifest(ctx, path, base)
    if found.data.startswith(LFS_POINTER):
        pointer = ModelFile(clean(path.name, ctx.vault), state="lfs-pointer", size_bytes=len(found.data))
        return _with(base, exists=True, files=(pointer,), total=1)
    listed, bad_lines = _listed(found.data.decode("utf-8-sig", "replace"))
    files, verified, cut = _looked_at(ctx, path, listed)
    bad_first = sorted(files, key=lambda each: each.state in ("ok", "unverified"))
    return _with(
        base,
        exists=True,
        files=tuple(bad_first[:MOST_SHOWN]),
        total=len(files),
        verified=verified,
        cut=cut or len(files) < len(listed),
        bad_lines=tuple(bad_lines[:20]),
    )


def _with(record: ModelsSeen, **changes: object) -> ModelsSeen:
    from msgspec.structs import replace

    return replace(record, **changes)


def _without_manifest(ctx: Context, path: Path, base: ModelsSeen) -> ModelsSeen:
    """Pointers of Git LFS show without a manifest too; else there is nothing to compare with."""
    pointers = [
        ModelFile(shown(ctx, each), state="lfs-pointer", size_bytes=size)
        for each, size in _pointers(path.parent)
    ]
    if not pointers and not base.given:
        said = f"{base.manifest} does not exist, and nobody named it"
        raise NotObserved(Missing("not-applicable", said))
    return _with(base, files=tuple(pointers[:MOST_SHOWN]), total=len(pointers))


def _pointers(folder: Path) -> Iterator[tuple[Path, int]]:
    looked_at = 0
    for top, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")][:50]
        for name in names:
            looked_at += 1
            if looked_at > MOST_UNLISTED:
                return
            path = Path(top, name)
            try:
                size = path.lstat().st_size
                if 0 < size < 1024 and _head(path).startswith(LFS_POINTER):
                    yield path, size
            except OSError:
                continue


def _head(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        return os.read(handle, 100) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    finally:
        os.close(handle)


def _listed(text: str) -> tuple[list[Listed], list[int]]:
    """The lines of a manifest as sha256sum writes them, and the numbers of those that are none."""
    found, bad = [], []
    for number, line in enumerate(text.splitlines()[:MOST_LINES], 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _GNU.fullmatch(line) or _BSD.fullmatch(line) or _LOOSE.fullmatch(line)
        if match is None or len(match["hash"]) not in _KINDS:
            bad.append(number)
        else:
            found.append(Listed(match["name"].strip(), match["hash"].lower(), number))
    return found, bad


def _looked_at(ctx: Context, manifest: Path, listed: list[Listed]) -> tuple[list[ModelFile], int, bool]:
    """Each file's state: whether it is there and what it begins with, then its hash, small ones first."""
    root, deadline = project(ctx), ctx.deadline - 0.2 * ctx.target.probe_timeout_s
    found: list[ModelFile] = []
    to_hash: list[tuple[int, Path, Listed]] = []
    for each in listed:
        path = manifest.parent / each.name
        if not is_there(path) and is_there(root / each.name):
            path = root / each.name
        state, size, note = _state(path)
        if state:
            found.append(
                ModelFile(clean(each.name, ctx.vault), each.line, state, size, clean(note, ctx.vault))
            )
        else:
            to_hash.append((size, path, each))
    verified, cut = 0, False
    for size, path, each in sorted(to_hash, key=lambda item: item[0]):
        name = clean(each.name, ctx.vault)
        is_right = _is_right(path, each.hash, deadline)
        cut = cut or is_right is None
        verified += is_right is True
        state = {True: "ok", False: "corrupt", None: "unverified"}[is_right]
        found.append(ModelFile(name, each.line, state, size, _of_content(path) if is_right is False else ""))
    return found, verified, cut


def _state(path: Path) -> tuple[str, int, str]:
    """What is wrong with a file at a glance ("" if nothing), its size, and a note."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            return "missing", 0, "there is a folder of that name"
        if not stat.S_ISREG(status.st_mode):
            return "unreadable", 0, "it is no file"
        if status.st_size == 0:
            return "corrupt", 0, "it is empty"
        if _head(path).startswith(LFS_POINTER):
            return "lfs-pointer", status.st_size, ""
    except FileNotFoundError:
        link = f"it is a link to {os.path.realpath(path)}" if path.is_symlink() else ""
        return "missing", 0, link
    except OSError as error:
        return ("missing" if path.is_symlink() else "unreadable"), 0, error.strerror or str(error)
    return "", status.st_size, ""


def _is_right(path: Path, wanted: str, deadline: float) -> bool | None:
    """Whether the content has this hash; None if there was no time, or it cannot be read."""
    sums = hashlib.new(_KINDS[len(wanted)], usedforsecurity=False)
    try:
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                if time.monotonic() > deadline:
                    return None
                sums.update(piece)
    except OSError:
        return None
    return sums.hexdigest() == wanted


def _of_content(path: Path) -> str:
    """What a wrong file looks like."""
    try:
        head = _head(path).lstrip().lower()
    except OSError:
        return ""
    if head.startswith((b"<!doctype", b"<html")):
        return "it is a web page, such as a download's error page"
    return (
        "it is JSON, such as a download's error message"
        if head.startswith((b'{"error', b'{"message'))
        else ""
    )
