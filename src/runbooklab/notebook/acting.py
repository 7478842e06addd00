"""Doing exactly what a card shows, or nothing: what it was offered for is compared with what is there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from runbooklab.domain.remedy import words_to_type
from runbooklab.model.conclusions import AuditEntry, RemedyPlan
from runbooklab.notebook import person, views
from runbooklab.notebook.run import Run
from runbooklab.words import clock, utc_now

if TYPE_CHECKING:
    from runbooklab.apply.apply import Consent, OnStep
    from runbooklab.notebook.kernel_session import KernelSession

#: Why an old card does nothing.
OUTDATED = "the notebook has begun another run, or its parameters were changed"


class Offer(Struct, frozen=True):
    """A fix as a card shows it.

    ``pinned`` is what it is meant for (a container by its id and start, a server by its run id), ``causes``
    are the supported causes that it is recommended for, ``word`` is what a person types, ``environment`` the
    environment that they name too ("" if that isn't asked for).
    """

    run: Run
    plan: RemedyPlan
    pinned: Mapping[str, str]
    causes: tuple[str, ...]
    word: str
    environment: str

    @classmethod
    def of(cls, run: Run, remedy_id: str) -> Offer:
        """The fix as this run's last look plans it. Raises :class:`UserError` for an unknown remedy."""
        plan, evidence = run.plan(remedy_id), run.evidence()
        causes = tuple(cause.id for cause in views.causes_of(run, plan))
        word = words_to_type(plan, run.name_to_confirm)
        return cls(run, plan, run.rules.pinned(evidence), causes, word, run.environment)


def differences(offer: Offer, now: Offer) -> tuple[str, ...]:
    """What is different from what the card shows, a sentence each; none if nothing that matters is."""
    changed = tuple(
        f"{name} was {_short(was)}, now it is {_short(now.pinned.get(name, 'not to be seen'))}."
        for name, was in offer.pinned.items()
        if now.pinned.get(name) != was
    )
    if offer.causes and not set(offer.causes) & set(now.causes):
        changed += ("What it fixes is no longer there.",)
    if offer.plan.commands != now.plan.commands:
        changed += (f"The commands would be others now: {'; '.join(now.plan.commands)}",)
    return changed


def _short(value: str) -> str:
    """An id as people read it."""
    is_id = len(value) >= 40 and set(value) <= set("0123456789abcdef")
    return value[:12] if is_id else value


def act(session: KernelSession, offer: Offer, consent: Consent, on_step: OnStep) -> tuple[AuditEntry, ...]:
    """Look again, then do what was offered, if it is still for the same thing; else refuse and say why.

    Every outcome is in the run's audit trail. The caller brings the page up to date.
    """
    from runbooklab.apply.apply import Required, refusal_of

    why = (
        OUTDATED
        if session.run is not offer.run or session.is_outdated()
        else refusal_of(offer.plan, Required(offer.word, offer.environment), consent)
        or _what_speaks_against_it(session, offer)
    )
    if why:
        refused = (_refused(offer, consent, why),)
        offer.run.record(refused)
        return refused
    return offer.run.apply(offer.plan, consent, offer.word, on_step)


def _what_speaks_against_it(session: KernelSession, offer: Offer) -> str:
    """What is different from the card by a new look; "" if nothing is."""
    try:
        session.look_again(person.asked())
        return " ".join(differences(offer, Offer.of(offer.run, offer.plan.id)))
    except KeyboardInterrupt:
        return "interrupted before anything was changed"
    except Exception as error:  # noqa: BLE001 # without a new look nothing may be changed, whatever the reason
        return f"it cannot be told whether all is as shown: {type(error).__name__}: {error}"


def _refused(offer: Offer, consent: Consent, why: str) -> AuditEntry:
    from runbooklab.apply.apply import asker

    commands = "; ".join(offer.plan.commands)
    why = offer.run.redact(why)
    return AuditEntry(utc_now(), offer.plan.id, commands, "refused", why, asker(consent))


def before_and_after(run: Run) -> str:
    """What a fix did to the verdict: ``Verdict: Critical before, OK at 06:12:10 UTC``."""
    from runbooklab.report.words import VERDICT_WORDS

    now = run.diagnosis()
    was = run.earlier.diagnosis if run.earlier else now
    at = clock(run.evidence().gathered_at)
    return (
        f"Verdict: {VERDICT_WORDS[was.verdict]} before, {VERDICT_WORDS[now.verdict]} at {at}. {now.summary}"
    )
