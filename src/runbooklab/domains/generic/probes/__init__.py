"""One module for each kind of check: what it would send, and what it sees."""

from __future__ import annotations

from typing import Protocol

from runbooklab.domains.generic.records import Asked, Plan, Seen
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context


class Looks(Protocol):
    """What the module of a kind has. All but ``look`` are pure."""

    def refused(self, asked: Asked) -> str:
        """Why this is never sent: it may change something, or makes no sense; "" if it may be sent.

        One sentence for the author, with what to write instead.
        """

    def plan(self, asked: Asked) -> tuple[Plan, ...]:
        """What would be sent, in the words of the ledger."""

    def command(self, asked: Asked) -> str:
        """The command line with which a person sees the same; "" if there is none."""

    def look(self, ctx: Context[Target], asked: Asked) -> Seen:
        """Look, within ``asked.timeout_s``.

        A refused connection, an error status, a missing file is data. Raises
        :class:`~runbooklab.observe.context.NotObserved` only if nothing can be said.
        """
