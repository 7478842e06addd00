"""What is passed to a probe."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from runbooklab.errors import RunbookError
from runbooklab.model.evidence import LedgerEntry
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.model.parameter import Target
from runbooklab.observe.turns import Turns

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

T = TypeVar("T")
TargetT = TypeVar("TargetT", bound=Target, covariant=True)
OtherT = TypeVar("OtherT", bound=Target)


class Wait(Protocol):
    """Another probe's observation, waited for until the deadline."""

    def __call__(self, key: Key[T], /) -> Observation[T]: ...


class NotObserved(RunbookError):
    """A probe could not observe: :class:`~runbooklab.model.observation.Missing`, and never a fault."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.detail)
        self.missing = missing


class PlainError(RunbookError):
    """A probe's failure whose text is a sentence for people: shown without the exception's name."""


class Context(Struct, Generic[TargetT], frozen=True):
    """One collection: the target, its deadline, the secrets in use and the ledger.

    ``target`` is redacted; ``vault.reveal(text)`` gives the real text at the moment of use.
    ``wait(KEY)`` waits for another probe's observation, never past the deadline.
    """

    target: TargetT
    project: Path
    vault: Vault
    deadline: float  # time.monotonic() at which every probe must have returned
    wait: Wait
    ledger: list[LedgerEntry] = field(default_factory=list)
    turns: Turns = field(default_factory=Turns)  # of all probes of a round

    def remaining_s(self, at_most: float | None = None) -> float:
        """Seconds until the deadline (never below 1 ms), at most ``at_most``."""
        remaining = max(self.deadline - time.monotonic(), 0.001)
        return remaining if at_most is None else min(remaining, at_most)

    def timeout_s(self, part: float = 0.9) -> float:
        """Seconds to wait for an answer so that its absence can still be reported before the deadline.

        It is at most ``part`` of the probe's time: a probe that others wait for takes a smaller part.
        """
        reserve = (1 - part) * self.target.probe_timeout_s
        return max(self.deadline - reserve - time.monotonic(), 0.01)

    def need(self, key: Key[T]) -> T:
        """The value of another probe; raises :class:`NotObserved` with its reason if it has none."""
        seen = self.wait(key)
        if seen.value is None:
            missing = seen.missing or Missing("error", f"{key.name} returned nothing")
            raise NotObserved(missing)
        return seen.value

    def on(self, target: type[OtherT]) -> Context[OtherT]:
        """This context with its target as another domain sees it."""
        return replace(self, target=target.of(self.target))  # type: ignore[arg-type] # its parameter changes

    def note(self, to: str, what: str, ms: float = 0.0) -> None:
        """Put what was sent or read into the ledger, redacted."""
        self.ledger.append(LedgerEntry(to, self.vault.redact(what), round(ms, 1)))
