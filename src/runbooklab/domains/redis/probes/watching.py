"""Redis watched: a sign of life, clients, memory and the registrations, look by look on one connection."""

from __future__ import annotations

import time
from collections.abc import Mapping

from msgspec.structs import replace

from runbooklab.domain.watcher import Look
from runbooklab.domains.address.probes.name import usable_address
from runbooklab.domains.redis.context import Context
from runbooklab.domains.redis.probes.redis_facts import flattened
from runbooklab.domains.redis.probes.redis_guard import MOST_SCAN_COUNT, ask_many
from runbooklab.domains.redis.probes.redis_session import (
    ERRORS,
    Session,
    code_of,
    container_peer,
    is_no_password_configured,
    peer_of,
)
from runbooklab.domains.redis.probes.registrations import MOST_KEYS, MOST_NAME, count_sent, scan
from runbooklab.domains.redis.probes.table import REGISTRATIONS
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.domains.redis.records.info import number
from runbooklab.model.observation import Missing
from runbooklab.model.watched import Unit
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

#: SCAN steps of one look, of 1000 keys each: under a twentieth of the server's time at one look a second.
MOST_STEPS = 50

_PING, _CLIENTS, _MEMORY = "PING", "Clients connected", "Memory used"
_TOO_MANY = (
    f"Registrations were not watched: a look reads {MOST_STEPS * MOST_SCAN_COUNT:,} keys at most, and "
    f"{2 * MOST_KEYS} registrations."
)
_FAILED = frozenset({"error", "closed", "timeout"})


def watch(ctx: Context) -> RedisWatcher:
    """Who watches the target of ``ctx``, whose probes have ended."""
    return RedisWatcher(ctx)


class RedisWatcher:
    """Watches one Redis through the connection that its URL means.

    ``ctx`` has what the probes saw: where the name leads, and the address that took a connection.
    """

    units: Mapping[str, Unit] = {_PING: "ms", _CLIENTS: "count", _MEMORY: "bytes"}

    def __init__(self, ctx: Context) -> None:
        self.thing = "registration" if ctx.target.worker_key_pattern else ""
        self._ctx = ctx
        self._pattern = ctx.vault.reveal(ctx.target.worker_key_pattern)
        self._session: Session | None = None
        self._sent: dict[str, tuple[int, float]] = {}
        self._shown: dict[str, str] = {}  # names of keys, and the same redacted

    def look(self, timeout_s: float) -> Look:
        """Ask once, for ``timeout_s`` seconds at most; a connection that was dropped is opened again."""
        ctx = self._for_a_look(timeout_s)
        try:
            session, ping = self._pinged(ctx)
            measures = {_PING: ping.ms, **_figures(session)}
            present, note = self._present(session)
        except NotObserved as error:
            return Look(trouble=error.missing.detail or error.missing.reason)
        except ERRORS as error:
            return Look(trouble=clean(str(error), ctx.vault))
        finally:
            for entry in ctx.ledger:
                self._count(entry.what, entry.ms)
        return Look(measures, present, note=note)

    def _for_a_look(self, timeout_s: float) -> Context:
        """The context of one look: a line in the run's ledger for each of hundreds would drown the others."""
        target = self._ctx.target.having(probe_timeout_s=timeout_s)
        return replace(self._ctx, target=target, deadline=time.monotonic() + timeout_s, ledger=[])

    def close(self) -> None:
        """Close the connection; the ledger gets each kind of command once, with how often it was sent."""
        if self._session is not None:
            self._session.close()
            self._session = None
        for what, (times, ms) in self._sent.items():
            to = "tcp" if what.startswith("connect ") else "redis"
            self._ctx.note(to, f"{what} ({times} times)" if times > 1 else what, ms)
        self._sent.clear()

    def _count(self, what: str, ms: float) -> None:
        times, total = self._sent.get(what, (0, 0.0))
        self._sent[what] = times + 1, total + ms

    # --- the connection

    def _pinged(self, ctx: Context) -> tuple[Session, Stage]:
        """The connection in use, if it still answers, else another one; and its sign of life."""
        if self._session is not None and self._session.is_connected:
            self._session.go_on(ctx)
            ping = self._session.ping()
            if ping.outcome != "closed":
                return self._session, _answered(ping)
        session = self._opened(ctx)
        return session, _answered(session.ping())

    def _opened(self, ctx: Context) -> Session:
        if self._session is not None:
            self._session.close()
            self._session = None
        address = usable_address(ctx)
        peer = peer_of(ctx)
        if peer.outcome != "connected":  # what it was when the probes looked: it may be back by now
            peer = container_peer(ctx, address) or peer
        session = Session(ctx, address, peer)
        session.connection.on_sent = lambda words, ms: count_sent(self._sent, words, ms)
        for stage in (*session.open(), session.select()):
            if stage.outcome in _FAILED and not is_no_password_configured(stage):
                session.close()
                raise _no_answer(stage)
        self._session = session
        return session

    # --- registrations

    def _present(self, session: Session) -> tuple[frozenset[str] | None, str]:
        """The registrations that are there, and a sentence if they could not be seen."""
        if not self._pattern:
            return None, ""
        try:
            names, _, complete = scan(session, self._pattern, MOST_STEPS)
        except ERRORS as error:
            if not code_of(error):
                raise
            return (
                None,
                f"Registrations were not watched: {clean(f'{code_of(error)} {error}', self._ctx.vault)}",
            )
        if not complete:
            return None, _TOO_MANY
        seen = self._ctx.wait(REGISTRATIONS).value
        return frozenset(self._name(name) for name in names) - frozenset(seen.aside if seen else ()), ""

    def _name(self, name: str) -> str:
        if name not in self._shown:
            if len(self._shown) > 100 * MOST_KEYS:  # names that never come again
                self._shown.clear()
            self._shown[name] = clean(name[:MOST_NAME], self._ctx.vault)
        return self._shown[name]


def _answered(ping: Stage) -> Stage:
    if ping.outcome != "ok":
        raise _no_answer(ping)
    return ping


def _no_answer(stage: Stage) -> NotObserved:
    """This look got no answer: why, in a few words."""
    brief = {"timeout": f"{stage.name} timed out", "closed": f"{stage.name}: connection closed"}
    said = " ".join(filter(None, (f"{stage.name}:", stage.code, stage.message)))
    return NotObserved(Missing("unreachable", brief.get(stage.outcome, said)))


def _figures(session: Session) -> dict[str, float]:
    """What INFO says of clients and memory, in one round trip; what this user may not ask is left out."""
    # Two questions: before Redis 7 INFO takes one section.
    replies = ask_many(session.connection, [("INFO", "clients"), ("INFO", "memory")])
    info = flattened("\n".join(reply for reply in replies if isinstance(reply, str)))
    found = {_CLIENTS: number(info, "connected_clients"), _MEMORY: number(info, "used_memory")}
    return {name: float(value) for name, value in found.items() if value is not None}
