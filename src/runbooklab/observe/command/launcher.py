"""A small program that becomes another one, behind a wall of the kernel: it can read, and not write.

Started as ``python -I -S launcher.py REPORT-FD PROGRAM ARGV...``. By Landlock (Linux 5.13 and later, no
privilege needed) every right to write, make, remove, rename or truncate a file is given up, except on
``/dev/null``; where the kernel knows them also to bind a TCP port, to use a device's ioctls, and to signal or
reach by an abstract socket what is outside. What it could do goes to the report's file descriptor as one
line, which closes when the program starts. It imports the standard library alone.

Sources: landlock(7), include/uapi/linux/landlock.h, prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on all architectures but alpha
_VERSION = 1
_RULE_PATH_BENEATH = 1
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38

_WRITE_FILE, _TRUNCATE, _IOCTL_DEV = 1 << 1, 1 << 14, 1 << 15
#: The first ABI that knows them, the rights: write_file and remove_dir to make_sym; refer; truncate; ioctl.
_FILE_RIGHTS = (
    (1, _WRITE_FILE | sum(1 << bit for bit in range(4, 13))),
    (2, 1 << 13),
    (3, _TRUNCATE),
    (5, _IOCTL_DEV),
)
_BIND_TCP = 1 << 0
_SCOPE_ABSTRACT_SOCKET, _SCOPE_SIGNAL = 1 << 0, 1 << 1
_NICE = 10
#: Programs that look into other processes. Behind the wall they would see none and say nothing of it: a wrong
#: "nothing is open". Source: landlock(7), ptrace restrictions, which hold for /proc/PID/fd.
SEES_PROCESSES = frozenset({"lsof", "fuser", "ss", "netstat", "pmap", "pwdx"})


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def file_rights(abi: int) -> int:
    """The rights to change files that a kernel of this ABI knows."""
    return sum(rights for first, rights in _FILE_RIGHTS if abi >= first)


def wall() -> str:
    """Put the wall up: ``landlock 6``, with the kernel's ABI, or why there is none."""
    libc = ctypes.CDLL(None, use_errno=True)
    abi = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if abi < 1:
        return f"no landlock: {os.strerror(ctypes.get_errno())}"
    rights = file_rights(abi)
    scoped = _SCOPE_ABSTRACT_SOCKET | _SCOPE_SIGNAL if abi >= 6 else 0
    ruleset = _Ruleset(rights, _BIND_TCP if abi >= 4 else 0, scoped)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    fd = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0)
    if fd < 0:
        return f"no landlock: {os.strerror(ctypes.get_errno())}"
    null = os.open(os.devnull, os.O_PATH | os.O_CLOEXEC)
    rule = _PathBeneath(rights & (_WRITE_FILE | _TRUNCATE | _IOCTL_DEV), null)
    if libc.syscall(_ADD_RULE, fd, _RULE_PATH_BENEATH, ctypes.byref(rule), 0):
        return f"no landlock: {os.strerror(ctypes.get_errno())}"
    if libc.syscall(_RESTRICT_SELF, fd, 0):
        return f"no landlock: {os.strerror(ctypes.get_errno())}"
    os.close(null)
    os.close(fd)
    return f"landlock {abi}"


def main() -> None:
    """Put the wall up, report it, and become the program."""
    report, program, argv = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    os.set_inheritable(report, False)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and so would the program
    os.nice(_NICE)
    name = os.path.basename(argv[0])  # noqa: PTH119 # pathlib takes longer to import than all else here
    if name in SEES_PROCESSES:
        os.write(report, f"no landlock: {name} looks into other processes\n".encode())
    elif libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        os.write(report, b"no landlock: no_new_privs is refused\n")
    else:
        os.write(report, f"{wall()}\n".encode())
    try:
        os.execv(program, argv)  # noqa: S606 # a program that was judged, by its absolute path
    except OSError as error:
        os.write(report, f"failed: {error.strerror}\n".encode())
        os._exit(126)


if __name__ == "__main__":
    main()
