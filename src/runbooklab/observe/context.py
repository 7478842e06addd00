"""What a probe is given, and the table row that names it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runbooklab.model.evidence import Evidence, LedgerEntry, Target
from runbooklab.model.observation import Missing, Observation, Vantage

if TYPE_CHECKING:
    from runbooklab.redaction.vault import Vault

T = TypeVar("T")

_IMPORTING = threading.Lock()
_LIBRARIES: dict[str, threading.Lock] = {}


class NotObserved(Exception):
    """A probe could not look. It ends up as :class:`~runbooklab.evidence.Missing`, never as a fault."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.detail)
        self.missing = missing


class PlainError(Exception):
    """A probe's failure whose text is a sentence for people: shown without the exception's name."""


def import_once(library: str) -> None:
    """Import ``library`` with one thread at a time.

    In redis-py and in the Docker SDK modules import one another in circles: two threads that begin
    at different modules end in a ``_DeadlockError`` or with a module half imported.
    """
    with _LIBRARIES.setdefault(library, threading.Lock()):
        import_module(library)


@dataclass
class Context:
    """One gathering: the target, its deadline, the secrets in use and the ledger.

    ``target`` is redacted; ``vault.reveal(text)`` gives the real text at the moment of use.
    ``wait(name)`` gives another probe's observation (waits for it, never past the deadline).
    """

    target: Target
    project: Path
    vault: Vault
    deadline: float  # time.monotonic() at which every probe must have returned
    wait: Callable[[str], Observation[Any]]
    ledger: list[LedgerEntry] = field(default_factory=list)

    def left(self, at_most: float | None = None) -> float:
        """Seconds left until the deadline (never below 1 ms), at most ``at_most``."""
        left = max(self.deadline - time.monotonic(), 0.001)
        return left if at_most is None else min(left, at_most)

    def patience(self, part: float = 0.9) -> float:
        """Seconds to wait for an answer so that its absence can still be told before the deadline.

        ``part`` of the whole budget is spent at most: a probe which others wait for takes a smaller one.
        """
        reserve = (1 - part) * self.target.probe_timeout_s
        return max(self.deadline - reserve - time.monotonic(), 0.01)

    def need(self, name: str) -> Any:
        """The value of another probe; raises :class:`NotObserved` with its reason where it has none."""
        seen = self.wait(name)
        if seen.value is None:
            missing = seen.missing or Missing("error", f"{name} gave nothing")
            raise NotObserved(missing)
        return seen.value

    def note(self, to: str, what: str, ms: float = 0.0) -> None:
        """Put what was sent or read into the ledger, redacted."""
        self.ledger.append(LedgerEntry(to, self.vault.redact(what), round(ms, 1)))  # type: ignore[arg-type] # callers pass literals


@dataclass(frozen=True)
class Probe:
    """A row of the table of probes: ``run`` does I/O and returns the value for ``Evidence.<name>``.

    ``run`` is a function, or ``module:function`` under ``runbooklab``: loaded in the probe's own
    thread, since redis-py and the Docker SDK are slow to import. ``client`` names such a library
    where the module imports one (see :func:`import_once`).
    """

    name: str  # "bridge-tcp"; the Evidence field is bridge_tcp
    run: Callable[[Context], Any] | str
    looks_at: str = ""  # in words, to name in a sentence: "the Docker engine"
    vantage: Vantage = "host"
    client: str = ""

    @property
    def field(self) -> str:
        return self.name.replace("-", "_")

    def load(self) -> Callable[[Context], Any]:
        """The function to run, imported now where the row only names it."""
        if not isinstance(self.run, str):
            return self.run
        if self.client:
            import_once(self.client)
        module, _, name = self.run.partition(":")
        with _IMPORTING:
            function: Callable[[Context], Any] = getattr(import_module(f"runbooklab.{module}"), name)
        return function


EVIDENCE_FIELDS = frozenset(Evidence.__struct_fields__) - {
    "target", "gathered_at", "hostname", "host_addresses", "ledger",
}  # fmt: skip
