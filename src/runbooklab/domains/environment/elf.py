"""What an ELF file says of itself: its machine, and the libraries that it needs.

A reader of a few fields: judging thousands of extension modules takes pyelftools a minute, and this a second.
Source: elf(5). A test compares the two.
"""

from __future__ import annotations

import os
import platform
import struct
from pathlib import Path

from msgspec import Struct

#: e_machine -> what `uname -m` calls it.
MACHINES = {
    3: "i386", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 62: "x86_64", 183: "aarch64",
    243: "riscv64", 258: "loongarch64",
}  # fmt: skip
#: What other systems' programs begin with.
_FOREIGN = {
    b"\xcf\xfa\xed\xfe": "macOS", b"\xce\xfa\xed\xfe": "macOS", b"\xca\xfe\xba\xbe": "macOS",
    b"MZ": "Windows",
}  # fmt: skip
_PT_LOAD, _PT_DYNAMIC = 1, 2
_NEEDED, _STRTAB, _SONAME, _RPATH, _RUNPATH = 1, 5, 14, 15, 29
MOST_ENTRIES = 2_000


class Elf(Struct, frozen=True):
    """The fields that count."""

    machine: str  # as `uname -m` says it; "macOS" or "Windows" for their formats
    needed: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()  # RUNPATH, else RPATH, with $ORIGIN as written
    soname: str = ""


def read_elf(path: str | Path) -> Elf | None:
    """The ELF file at ``path``; None if it is none, is cut off, or cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except (OSError, ValueError):
        return None
    try:
        return _read(handle)
    except (OSError, struct.error):
        return None
    finally:
        os.close(handle)


def _read(handle: int) -> Elf | None:
    head = os.pread(handle, 64, 0)
    for magic, system in _FOREIGN.items():
        if head.startswith(magic):
            return Elf(system)
    if not head.startswith(b"\x7fELF") or len(head) < 20:
        return None
    wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
    machine = MACHINES.get(struct.unpack_from(f"{order}H", head, 18)[0], "another machine")
    if machine == "x86_64" and not wide:
        machine = "x32"
    try:
        return _with_needed(handle, head, machine, order, wide)
    except (OSError, struct.error, UnicodeDecodeError, OverflowError):
        return Elf(machine)  # cut off, or only a header


def _with_needed(handle: int, head: bytes, machine: str, order: str, wide: bool) -> Elf:
    """What the dynamic section says besides."""
    offset, size, count = (
        (*struct.unpack_from(f"{order}Q", head, 32), *struct.unpack_from(f"{order}HH", head, 54))
        if wide
        else (*struct.unpack_from(f"{order}I", head, 28), *struct.unpack_from(f"{order}HH", head, 42))
    )
    table = os.pread(handle, size * min(count, MOST_ENTRIES), offset)
    loads, dynamic = _segments(table, size, order, wide)
    if dynamic is None:
        return Elf(machine)
    entries = os.pread(handle, min(dynamic[1], MOST_ENTRIES * 16), dynamic[0])
    return _of_dynamic(handle, machine, entries, loads, order, wide)


def _segments(
    table: bytes, size: int, order: str, wide: bool
) -> tuple[list[tuple[int, int, int]], tuple[int, int] | None]:
    """Loaded parts as (address, offset, size), and where the dynamic section is."""
    loads, dynamic = [], None
    for at in range(0, len(table) - size + 1, size or 1):
        if wide:
            kind = struct.unpack_from(f"{order}I", table, at)[0]
            offset, address, _, length = struct.unpack_from(f"{order}QQQQ", table, at + 8)
        else:
            kind, offset, address, _, length = struct.unpack_from(f"{order}IIIII", table, at)
        if kind == _PT_LOAD:
            loads.append((address, offset, length))
        elif kind == _PT_DYNAMIC:
            dynamic = (offset, length)
    return loads, dynamic


def foreign(elf: Elf) -> str:
    """The machine that a program is for, if this host cannot execute it; "" if it can."""
    host = platform.machine()
    runs_too = {"x86_64": {"i386", "x32"}, "aarch64": {"arm"}}.get(host, set())
    return elf.machine if elf.machine != host and elf.machine not in runs_too else ""


def _of_dynamic(
    handle: int, machine: str, entries: bytes, loads: list[tuple[int, int, int]], order: str, wide: bool
) -> Elf:
    tags: list[tuple[int, int]] = []
    form, step = (f"{order}qQ", 16) if wide else (f"{order}iI", 8)
    for at in range(0, len(entries) - step + 1, step):
        tag, value = struct.unpack_from(form, entries, at)
        if tag == 0:
            break
        tags.append((tag, value))
    table = next((value for tag, value in tags if tag == _STRTAB), 0)
    base = next(
        (offset + table - address for address, offset, size in loads if address <= table < address + size),
        table,
    )

    def text(place: int) -> str:
        return os.pread(handle, 4096, base + place).partition(b"\0")[0].decode("utf-8")

    needed = tuple(text(value) for tag, value in tags if tag == _NEEDED)
    runpath = [text(value) for tag, value in tags if tag == _RUNPATH]
    rpath = [text(value) for tag, value in tags if tag == _RPATH]
    soname = next((text(value) for tag, value in tags if tag == _SONAME), "")
    paths = tuple(part for each in (runpath or rpath) for part in each.split(":") if part)
    return Elf(machine, needed, paths, soname)
