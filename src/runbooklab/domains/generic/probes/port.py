"""Whether a program of this host listens on a port, and which one."""

from __future__ import annotations

import re
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.hosts import refused_values
from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.net.addresses import is_any, is_ip

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

_SUBJECT = re.compile(r"(?:(?P<address>[0-9.]+|\[[0-9A-Fa-f:.]+\]):)?(?P<port>[0-9]{1,5})")
#: Listeners that are shown.
MOST_LISTENERS = 20


def refused(asked: Asked) -> str:
    """Why this is never read."""
    if why := refused_values(asked.subject):
        return why
    address, port = _wanted(asked)
    if not 0 < port < 65536 or (address and not is_ip(address)):
        return "Write a port, such as 5432, or an address and a port, such as 127.0.0.1:5432 or [::1]:5432."
    return ""


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be read."""
    return (Plan("process", f"listeners on {asked.subject.plain}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    _, port = _wanted(asked)
    return asked.shell.command("ss", "-lunp" if _is_udp(asked) else "-ltnp", f"sport = :{port}")


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Look through the table of sockets; a listener on all addresses listens on each of them."""
    import psutil

    ctx, began = within(ctx, asked), time.monotonic()
    address, port = _wanted(asked)
    try:
        sockets = psutil.net_connections(kind="udp" if _is_udp(asked) else "tcp")
    except (psutil.Error, OSError) as error:
        raise NotObserved(Missing("permission", f"listeners cannot be read: {error}")) from None
    ctx.note("process", f"listeners on {asked.subject.plain}", (time.monotonic() - began) * 1000)
    ends: list[tuple[Any, int]] = [
        (each.laddr, each.pid or 0) for each in sockets if _listens(each, _is_udp(asked))
    ]
    rows = sorted(
        {(_plain(end.ip), pid) for end, pid in ends if end.port == port and _counts(end.ip, address)},
        key=lambda row: (not is_any(row[0]), ":" in row[0], row),
    )
    if not rows:
        note = f"No program listens on {asked.subject.plain}."
        return seen(ctx, {"listening": False}, shown=note, note=note)
    names = [(_name(pid), where, pid) for where, pid in rows]
    values: dict[str, Any] = {"listening": True, "address": rows[0][0]}
    unobserved = {}
    owner = next((name for name, *_ in names if name), "")
    if owner:
        values["owner"] = owner
    else:
        unobserved["owner"] = "this user may not see whose socket it is"
    lines = [f"{where} port {port}: {name or 'unknown'}" for name, where, _ in names[:MOST_LISTENERS]]
    return seen(ctx, values, shown="\n".join(lines), unobserved=unobserved)


def _wanted(asked: Asked) -> tuple[str, int]:
    """The address ("" for any) and the port; 0 if the text names none."""
    found = _SUBJECT.fullmatch(asked.subject.plain)
    if found is None:
        return "", 0
    return (found["address"] or "").strip("[]"), int(found["port"])


def _is_udp(asked: Asked) -> bool:
    return asked.option("protocol", "tcp") == "udp"


def _listens(socket: Any, udp: bool) -> bool:
    """A bound UDP socket without a peer takes what anybody sends."""
    import psutil

    if not socket.laddr:
        return False
    return not socket.raddr if udp else socket.status == psutil.CONN_LISTEN


def _counts(where: str, address: str) -> bool:
    """Whether a listener on ``where`` takes connections to ``address``; "" is any."""
    if not address or _plain(where) == str(ip_address(address)):
        return True
    return is_any(where) and (":" in where or ":" not in address)


def _plain(address: str) -> str:
    """``127.0.0.1`` of ``::ffff:127.0.0.1``."""
    ip = ip_address(address.partition("%")[0])
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def _name(pid: int) -> str:
    import psutil

    if not pid:
        return ""
    try:
        return psutil.Process(pid).name()
    except (psutil.Error, OSError):
        return ""
