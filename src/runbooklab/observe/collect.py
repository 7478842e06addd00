"""Runs all probes of a run at once and collects what they observe.

Every probe has a daemon thread of its own and all share one absolute deadline, so a collection ends
on time whatever hangs. A thread pool would not do: it is joined at exit, and a probe that is stuck in
the resolver or in a connect would block the process until then.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from runbooklab.domain.probe import AnyProbe, import_once
from runbooklab.model.declared import NOTHING, Declarations
from runbooklab.model.evidence import Evidence, LedgerEntry
from runbooklab.model.from_json import from_builtins
from runbooklab.model.observation import Key, LogLine, Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context, NotObserved, PlainError
from runbooklab.observe.turns import Turns
from runbooklab.redaction import change_texts, clean, visible
from runbooklab.words import utc_now

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

#: How long after the deadline a probe that waited for another may still report that, in seconds.
GRACE_S = 0.1
#: Characters of an error's text that are kept.
MOST_SAID = 2000
#: The largest number that evidence holds.
LARGEST = (1 << 63) - 1

T = TypeVar("T")
OnDone = Callable[[str, Observation[Any]], None]


class _Slot:
    """The place of one probe's observation in one round; the first to settle it counts."""

    def __init__(self, probe: AnyProbe, timeout_s: float) -> None:
        self.probe = probe
        self.timeout_s = timeout_s
        self.deadline = time.monotonic() + timeout_s
        self.started_at = utc_now()
        self.started = time.monotonic()
        self.done = threading.Event()
        self.observation: Observation[Any] | None = None
        self._lock = threading.Lock()

    def settle(self, value: Any = None, missing: Missing | None = None) -> bool:
        """Whether this was the first result."""
        with self._lock:
            if self.observation is not None:
                return False
            self.observation = Observation(
                probe=self.probe.name,
                vantage=self.probe.vantage,
                value=value,
                missing=missing,
                started_at=self.started_at,
                duration_ms=round((time.monotonic() - self.started) * 1000, 1),
            )
        self.done.set()
        return True


def within(probes: Iterable[AnyProbe], most_s: float | None) -> tuple[AnyProbe, ...]:
    """The probes, none of which takes longer than ``most_s`` seconds; None: each as long as its row says."""
    return tuple(
        msgspec.structs.replace(probe, timeout_s=most_s)
        if most_s is not None and probe.timeout_s is not None and probe.timeout_s > most_s
        else probe
        for probe in probes
    )


class Collection:
    """One target's evidence being collected.

    ``project`` is what a relative path in the target means. ``on_done(name, observation)`` is called
    once for each probe as it ends, from the probe's thread and never concurrently.
    ``probes`` are the rows to run, ``domains`` the names of their domains, ``declared`` what the runbook
    declares itself.
    """

    def __init__(
        self,
        target: Target,
        project: Path,
        vault: Vault,
        *,
        probes: Iterable[AnyProbe],
        domains: tuple[str, ...] = (),
        declared: Declarations = NOTHING,
        on_done: OnDone | None = None,
    ) -> None:
        self.target = target
        self.project = project
        self._domains = domains
        self._declared = declared
        self.vault = vault
        self._probes = {probe.name: probe for probe in probes}
        self._on_done = on_done
        self._telling = threading.Lock()
        self._slots: dict[str, _Slot] = {}
        self._ledger: list[LedgerEntry] = []
        self._turns = Turns()
        self._gathered_at = ""

    def start(self) -> None:
        """Start every probe with a new deadline, also if they ran before; returns at once.

        A library that takes long to import is imported first, once: no probe loses time by it.
        """
        for library in {probe.first for probe in self._probes.values()} - {""}:
            with suppress(ImportError):  # its probe says so
                import_once(library)
        usual_s = self.target.probe_timeout_s
        slots = [
            _Slot(probe, usual_s if probe.timeout_s is None else probe.timeout_s)
            for probe in self._probes.values()
        ]
        self._gathered_at = utc_now()
        self._turns = Turns()
        self._slots = {slot.probe.name: slot for slot in slots}
        for slot in slots:
            context = self._context(slot)
            name = f"probe {slot.probe.name}"
            threading.Thread(target=self._run, args=(slot, context), name=name, daemon=True).start()

    def wait(self, name: str) -> Observation[Any]:
        """The observation of one probe; a missing one at the deadline."""
        slot = self._slots[name]
        if not slot.done.wait(max(slot.deadline + GRACE_S - time.monotonic(), 0)):
            self._settle(slot, missing=_too_late(slot))
        assert slot.observation is not None
        return slot.observation

    def evidence(self) -> Evidence:
        """Everything observed, with the secrets that any probe found redacted; waits for all probes."""
        for name in self._slots:
            self.wait(name)
        return self.so_far()

    def so_far(self) -> Evidence:
        """What has been observed until now; the rest is ``Missing("deadline")``."""
        pending = Missing("deadline", "not done yet")
        seen = [
            slot.observation
            or Observation(probe=slot.probe.name, vantage=slot.probe.vantage, missing=pending)
            for slot in self._slots.values()
        ]
        evidence = Evidence(
            domains=self._domains,
            declared=self._declared,
            target=self.target,
            gathered_at=self._gathered_at,
            hostname=socket.gethostname(),
            is_root_without_sudo=os.geteuid() == 0 and shutil.which("sudo") is None,
            host_addresses=host_addresses(),
            ledger=tuple(self._ledger),
        )
        return redact_all(evidence.having(*seen), self.vault)

    def context(self) -> Context[Target]:
        """For who looks at the target after the probes have ended: what they saw, and the same ledger."""
        slots = dict(self._slots)

        def seen(key: Key[T]) -> Observation[T]:
            slot = slots.get(key.name)
            return key.not_looked_at() if slot is None or slot.observation is None else slot.observation

        deadline = max((slot.deadline for slot in slots.values()), default=0.0)
        return Context(self.target, self.project, self.vault, deadline, seen, self._ledger, self._turns)

    def _context(self, slot: _Slot) -> Context[Target]:
        slots, deadline = self._slots, slot.deadline

        def wait(key: Key[T]) -> Observation[T]:
            other = slots.get(key.name)
            if other is None:
                return key.not_looked_at()
            if other.done.wait(max(deadline - time.monotonic(), 0)) and other.observation is not None:
                return other.observation
            return Observation(probe=key.name, vantage=other.probe.vantage, missing=_too_late(slot))

        return Context(self.target, self.project, self.vault, deadline, wait, self._ledger, self._turns)

    def _run(self, slot: _Slot, context: Context[Target]) -> None:
        try:
            value = slot.probe.load()(context.on(slot.probe.target))
            _check_record(value, slot.probe.record)
        except NotObserved as error:
            self._settle(slot, missing=error.missing)
        except BaseException as error:  # noqa: BLE001 - whatever a probe raises, the run goes on and says so
            said = _said(error)
            message = clean(said[:MOST_SAID], self.vault)
            self._settle(slot, missing=Missing("error", message))
        else:
            self._settle(slot, value=value)

    def _settle(self, slot: _Slot, value: Any = None, missing: Missing | None = None) -> None:
        if not slot.settle(value, missing) or self._on_done is None:
            return
        if self._slots.get(slot.probe.name) is not slot:
            return  # a later round has taken its place
        assert slot.observation is not None
        with self._telling:
            self._on_done(slot.probe.name, redact_all(slot.observation, self.vault))


def _too_late(slot: _Slot) -> Missing:
    return Missing("deadline", f"no answer within {slot.timeout_s:g} s")


def _check_record(value: Any, record: Any) -> None:
    """Raises :class:`PlainError` for a value that could not be read back from stored evidence."""
    kind = getattr(record, "__name__", str(record))
    if isinstance(record, type) and not isinstance(value, record | None):
        raise PlainError(f"the probe gave {type(value).__name__}, not {kind}")
    try:
        from_builtins(msgspec.to_builtins(value), record | None)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise PlainError(f"the probe gave a {kind} that cannot be read: {error}") from error


def host_addresses() -> tuple[str, ...]:
    """Every IP address of this host; empty if the system does not say."""
    import psutil

    try:
        interfaces = psutil.net_if_addrs()
    except OSError:
        return ()
    families = {socket.AF_INET, socket.AF_INET6}
    found = {
        item.address.partition("%")[0]
        for items in interfaces.values()
        for item in items
        if item.family in families
    }
    return tuple(sorted(found))


def redact_all(item: T, vault: Vault) -> T:
    """``item`` (a record, or what a record holds) with every known secret in its text replaced.

    One probe may find a secret that another has already recorded. Names are shown as they are,
    so control characters in them are made visible here.
    """

    def prepare(item: Any) -> Any:
        if isinstance(item, tuple) and item and all(isinstance(line, LogLine) for line in item):
            texts = vault.redact_lines([line.text for line in item])
            return tuple(
                msgspec.structs.replace(line, text=text) for line, text in zip(item, texts, strict=True)
            )
        if type(item) is int:  # a number that others wrote: JSON readers take no more than 64 bits
            return min(max(item, -LARGEST), LARGEST)
        return item

    def safe(text: str, _is_command: bool) -> str:
        return visible(vault.redact(text, ours="inside"))

    return change_texts(item, safe, prepare=prepare)  # type: ignore[no-any-return] # the same type comes back


def _said(error: BaseException) -> str:
    """What a probe's exception says to a person: a file that may not be read is named in plain words."""
    if isinstance(error, PermissionError) and error.filename:
        return f"permission denied for {error.filename}"
    return str(error) if isinstance(error, PlainError) else f"{type(error).__name__}: {error}"
