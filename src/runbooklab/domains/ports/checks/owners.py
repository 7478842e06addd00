"""The main finding: every wanted port with the owner that is wanted and the one that is there."""

from __future__ import annotations

from collections.abc import Iterator

from runbooklab.domain.judgement import absent, critical, ok, table, unknown, warning
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.owning import Holder
from runbooklab.domains.ports.readings.programs import shown
from runbooklab.domains.ports.readings.rows import Row
from runbooklab.domains.ports.readings.sentences import SENTENCES
from runbooklab.domains.ports.readings.trouble import Trouble
from runbooklab.domains.ports.readings.troubles import judged_rows
from runbooklab.domains.ports.readings.wanted import mistakes
from runbooklab.model.conclusions import Judgement, Table
from runbooklab.words import listed, plural

#: Troubles that let the service work, for now.
WARNINGS = frozenset({"port-split-by-family", "compose-ports-discarded"})
_COLUMNS = ("Port", "Protocol", "Address", "Wanted owner", "Found", "State")
_PROCESSES = ("PID", "Process", "User", "Parent", "Belongs to", "Command")


def port_owners(e: Evidence) -> Judgement:
    """Whose the wanted ports are."""
    if e.sockets.value is None:
        return absent(e, e.sockets, "The owners of the ports")
    wrong = mistakes(e)
    if wrong:
        said = listed([repr(each) for each in wrong])
        return unknown(f"The parameter ports has {said}, which names no port: write PORT[/udp][:OWNER].")
    found = judged_rows(e)
    shown_here = (owners_table(e),)
    if not found and e.compose_ports.value and e.compose_ports.value.services:
        return ok("The Compose file wants no fixed port of this host.")
    if not found:
        return unknown(
            "Nothing says which ports are wanted: give the parameter ports, such as 6379:redis-tts."
        )
    bad = [trouble for _, trouble in found if trouble is not None]
    rows = [row for row, _ in found]
    if bad:
        worst = min(bad, key=_is_mild)
        others = [each.row.want.label for each in bad if each is not worst]
        more = f" Not as wanted either: port {listed(others)}." if others else ""
        say = warning if _is_mild(worst) else critical
        return say(f"{SENTENCES[worst.cause](worst)[0]}{more}", tables=shown_here)
    open_ = [row.want.label for row in rows if is_open(row)]
    if open_:
        return unknown(f"Whose port {listed(open_)} is was not seen{_why(e)}.", tables=shown_here)
    if all(row.want.is_default and not row.listeners for row in rows):
        return unknown(
            f"Nobody named a port, and nobody listens on the usual ones "
            f"({listed([r.want.label for r in rows])}).",
            tables=shown_here,
        )
    return ok(_healthy(rows), tables=shown_here)


def _is_mild(trouble: Trouble) -> bool:
    return trouble.is_mild or trouble.cause in WARNINGS


def _why(e: Evidence) -> str:
    if e.containers.value is None:
        gone = e.containers.missing
        return f" ({(gone.detail or gone.reason).rstrip('.')})" if gone else ""
    seen = e.sockets.value
    return "" if seen is None or seen.owners_visible else ": only root sees the processes of other users"


def is_open(row: Row) -> bool:
    """Whether somebody listens, and it is not known whether that is the owner."""
    if not row.relevant or not row.want.owner:
        return False
    return not any(row.is_mine(each) for each in row.relevant)


def _healthy(rows: list[Row]) -> str:
    held = [row.want.label for row in rows if row.listeners or row.has_no_proxy]
    free = [row.want.label for row in rows if not (row.listeners or row.has_no_proxy)]
    parts = []
    if held:
        parts.append(
            f"{'port' if len(held) == 1 else 'ports'} {listed(held, 8)} "
            f"{'is its' if len(held) == 1 else 'are their'} owner's"
        )
    if free:
        parts.append(
            f"{'port' if len(free) == 1 else 'ports'} {listed(free, 8)} "
            f"{'is' if len(free) == 1 else 'are'} free"
        )
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}."


def owners_table(e: Evidence) -> Table:
    """Port, protocol, wanted and found owner, a row for each listener."""
    rows: list[tuple[str, ...]] = []
    for row, trouble in judged_rows(e):
        rows += _rows(row, trouble)
    return table(_COLUMNS, rows, "Ports", most=80)


def port_processes(e: Evidence) -> Judgement:
    """The processes that have the wanted ports, with parent, container or unit."""
    if e.sockets.value is None:
        return absent(e, e.sockets, "The processes that have the ports")
    rows = list(dict.fromkeys(_processes(e)))
    if not rows:
        return ok("No process is seen that has a wanted port.")
    said = f"{plural(len(rows), 'process', 'processes')} ha{'s' if len(rows) == 1 else 've'} wanted ports."
    return ok(said, tables=(table(_PROCESSES, rows, "Processes"),))


def _processes(e: Evidence) -> Iterator[tuple[str, ...]]:
    for row, _ in judged_rows(e):
        for each in (*row.listeners, *row.bound, *row.outgoing):
            process = each.process
            if process is not None:
                parent = f"{process.parent_name} ({process.parent})" if process.parent else ""
                belongs = f"container {each.container.name}" if each.container else process.unit
                name = f"{process.name} -> {each.forwards_to}" if each.forwards_to else process.name
                command = "" if each.forwards_to else shown(process)
                yield (str(process.pid), name, process.user, parent, belongs, command)


def _without_listening(holder: Holder) -> str:
    return "bound without listening" if holder.is_bound_only else "a connection"


def _rows(row: Row, trouble: Trouble | None) -> list[tuple[str, ...]]:
    want = row.want
    owner = want.owner or "anybody"
    state = trouble.cause if trouble else ("as wanted" if row.listeners or row.has_no_proxy else "free")
    if trouble is None and is_open(row):
        state = "not known"
    if not row.listeners:
        other = next(iter((*row.bound, *row.outgoing)), None)
        found = f"{other.words}, {_without_listening(other)}" if other else "nobody listens"
        if row.has_no_proxy and row.container:
            found = f"container {row.container.name}, without a docker-proxy"
        return [(str(want.port), want.protocol, other.socket.address if other else "", owner, found, state)]
    return [
        (str(want.port), want.protocol, each.socket.address, owner, each.words, state)
        for each in row.listeners
    ]
