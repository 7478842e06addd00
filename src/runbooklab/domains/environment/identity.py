"""What a user may do with a path, from its owner, group and mode: not what we may, who may be root."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from msgspec import Struct

from runbooklab.domains.environment.access_lists import acl_of, permits
from runbooklab.domains.environment.context import Context
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

READ, WRITE, SEARCH = 4, 2, 1
_DOING = {
    READ: "read",
    WRITE: "write to",
    SEARCH: "enter",
    WRITE | SEARCH: "write to",
    READ | SEARCH: "use",
}
_NFS_ACL = "system.nfs4_acl"
#: FS_IOC_GETFLAGS and FS_IMMUTABLE_FL. Source: ioctl_iflags(2).
_GET_FLAGS, _IMMUTABLE = 0x80086601, 0x10


class User(Struct, frozen=True):
    """Whoever runs the service, by numbers."""

    name: str
    uid: int
    groups: frozenset[int]
    given: bool = False

    @property
    def is_root(self) -> bool:
        """Whether no permission bit keeps them from reading and writing."""
        return self.uid == 0


class Barrier(Struct, frozen=True):
    """What keeps a user from a path: the path that is to be changed, and why, as a clause."""

    path: str
    why: str
    has_acl: bool = False


def service_user(ctx: Context) -> User:
    """The user of the parameter ``service_user``, or whoever runs this. Raises :class:`NotObserved`.

    Source: passwd(5), group(5); a number needs no entry, as in a container's ``user: "1000:1000"``.
    """
    import grp
    import pwd

    given = ctx.vault.reveal(ctx.target.service_user).strip()
    if not given:
        groups = frozenset({os.getegid(), *os.getgroups()})
        return User(_name(os.geteuid()), os.geteuid(), groups)
    name, _, group = given.partition(":")
    try:
        entry = pwd.getpwuid(int(name)) if name.isdigit() else pwd.getpwnam(name)
    except (KeyError, OverflowError):
        if not name.isdigit():
            said = f"there is no user {clean(name, ctx.vault)} on this host"
            raise NotObserved(Missing("error", said)) from None
        own = frozenset({int(group) if group.isdigit() else int(name)})
        return User(name, int(name), own, given=True)
    groups = frozenset(os.getgrouplist(entry.pw_name, entry.pw_gid))
    if group:
        try:
            groups |= {int(group) if group.isdigit() else grp.getgrnam(group).gr_gid}
        except KeyError:
            said = f"there is no group {clean(group, ctx.vault)} on this host"
            raise NotObserved(Missing("error", said)) from None
    return User(entry.pw_name, entry.pw_uid, groups, given=True)


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def owner_of(status: os.stat_result) -> str:
    """Owner and group of a file, as names."""
    import grp

    try:
        group = grp.getgrgid(status.st_gid).gr_name
    except KeyError:
        group = str(status.st_gid)
    return f"{_name(status.st_uid)}:{group}"


def allows(status: os.stat_result, user: User, wanted: int) -> bool:
    """Whether mode, owner and group let ``user`` do this. Source: path_resolution(7), "Permissions"."""
    if user.is_root:
        return wanted != SEARCH or stat.S_ISDIR(status.st_mode) or bool(status.st_mode & 0o111)
    shift = 6 if status.st_uid == user.uid else 3 if status.st_gid in user.groups else 0
    return (status.st_mode >> shift) & wanted == wanted


def barrier(path: Path, user: User, wanted: int) -> Barrier | None:
    """What keeps ``user`` from ``path``: a parent that may not be entered, or its own mode; None: nothing.

    Raises :class:`OSError` if a part of the path is not there, or may not be looked at by us.
    """
    real = Path(os.path.realpath(path))
    for parent in reversed(real.parents):
        found = _barrier(parent, user, SEARCH)
        if found is not None:
            return found
    return _barrier(real, user, wanted)


def _barrier(path: Path, user: User, wanted: int) -> Barrier | None:
    status = path.stat()
    entries = () if user.is_root else acl_of(path)
    said = permits(entries, status, user.uid, user.groups, wanted) if entries else None
    if allows(status, user, wanted) if said is None else said:
        return None
    kind = "folder" if stat.S_ISDIR(status.st_mode) else "file"
    mode = stat.S_IMODE(status.st_mode)
    why = (
        f"the {kind} {path} belongs to {owner_of(status)} with mode {mode:03o}"
        f"{' and an access control list' if entries else ''}, and the user {user.name} may "
        f"not {_DOING[wanted]} it"
    )
    return Barrier(str(path), why, has_acl(path))


def has_acl(path: Path) -> bool:
    """Whether an access control list that is not read here, one of NFS, says more than the mode does."""
    try:
        return bool(os.getxattr(path, _NFS_ACL))
    except OSError:
        return False


def is_immutable(path: Path) -> bool:
    """Whether nobody, not even root, may change a file or folder: ``chattr +i``. False if nobody can say."""
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError:
        return False
    try:
        said = fcntl.ioctl(handle, _GET_FLAGS, bytes(8))
        return bool(int.from_bytes(said[:4], sys.byteorder) & _IMMUTABLE)
    except OSError:  # a file system without such flags
        return False
    finally:
        os.close(handle)
