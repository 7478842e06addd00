"""Fixing what a drill broke with the remedies that the diagnosis recommends, until the target is healthy."""

from __future__ import annotations

import dataclasses
import shlex
import time
from collections.abc import Sequence
from subprocess import TimeoutExpired
from typing import Literal
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.apply.apply import apply
from runbooklab.diagnosis.conclude import conclude
from runbooklab.domain.remedy import word_to_confirm
from runbooklab.domain.steps import PASSWORD
from runbooklab.lab.inspection import inspect
from runbooklab.lab.kept import Harm, seen
from runbooklab.lab.shell_runner import ManualStep, NotDone, run_commands
from runbooklab.lab.testbed import Situation, Testbed
from runbooklab.model.conclusions import Diagnosis, RemedyPlan
from runbooklab.model.evidence import Evidence
from runbooklab.redaction.vault import Vault

#: Remedies carried out one after another at most: each may bring to light what it was hiding.
MOST_REMEDIES = 3
#: Seconds within which a remedy must have helped, and between two inspections.
HELPED_WITHIN_S, PAUSE_S = 10.0, 0.5
#: Inspections after which what is seen is not the remedy's own unrest any more.
SETTLED = 3
#: Remedies that end the harm and leave the cause to a person, and what is left to do.
HOLDING = {"stop-crash-loop": "a person fixes what the log names"}

#: ``applied`` as ``--apply`` does it, ``pasted`` as commands in a shell, ``other-url`` by inspecting the
#: URL that the remedy names.
Way = Literal["applied", "pasted", "other-url"]


class Step(Struct, frozen=True):
    """One remedy that was carried out."""

    cause: str
    remedy: str
    way: Way


class Remediation(Struct, frozen=True):
    """What the remedies made of a fault."""

    verdict: str  # of the last inspection
    steps: tuple[Step, ...] = ()
    left: tuple[str, ...] = ()  # causes that are still supported, the primary one first
    remedy: str = ""  # the one recommended for what is left
    by_hand: str = ""  # why that one was not carried out here
    failed: str = ""  # what went wrong instead: the remedy did not do what it says
    lost: tuple[str, ...] = ()  # what was there before and is not there after, and no remedy's text says so
    opened: tuple[str, ...] = ()  # what is open after and was not before, and no remedy's text says so

    @property
    def is_healthy(self) -> bool:
        """Nothing is left, and the verdict is ok."""
        return self.verdict == "ok" and not self.left

    @property
    def outcome(self) -> str:
        """What was done, and whether the target is healthy or what is left to a person."""
        done = ", ".join(step.remedy for step in self.steps)
        if self.is_healthy:
            return f"{done}: healthy"
        rest = self.failed or (f"{self.remedy} by hand: {self.by_hand}" if self.by_hand else self.verdict)
        return f"{done}, then {rest}" if done else rest

    @property
    def harm(self) -> str:
        """What the remedies lost and opened without a word; "" if nothing."""
        lost, opened = ", ".join(self.lost), ", ".join(self.opened)
        return "; ".join(filter(None, (f"lost {lost}" * bool(lost), f"opened {opened}" * bool(opened))))


def remediate(testbed: Testbed, situation: Situation, evidence: Evidence, vault: Vault) -> Remediation:
    """Carry out the remedy of the primary cause, inspect again, and so on until nothing is left to do."""
    steps: list[Step] = []
    harm = Harm()
    while True:
        diagnosis = judged(evidence)
        primary = diagnosis.primary
        plan = primary.remedy if primary else None
        now = Remediation(
            diagnosis.verdict, tuple(steps), supported(diagnosis), plan.id if plan else "",
            lost=harm.lost, opened=harm.opened,
        )  # fmt: skip
        if primary is None:
            return now
        reason = _left_to_person(plan, steps)
        if plan is None or reason:
            return replace(now, by_hand=reason)
        if primary.id in [step.cause for step in steps]:
            return replace(now, failed=f"{primary.id} is back")
        before = seen(testbed)
        try:
            way, situation = _carry_out(plan, testbed, situation, evidence, vault)
        except ManualStep as left:
            return replace(now, by_hand=str(left))
        except (NotDone, TimeoutExpired) as error:
            return replace(now, failed=str(error))
        evidence = _settled(primary.id, situation, vault)
        harm += Harm.of(before, seen(testbed), plan.changes)
        after = judged(evidence)
        if primary.id in supported(after):
            return replace(
                now, verdict=after.verdict, lost=harm.lost, opened=harm.opened,
                failed=f"{plan.id} ({way}) did not help: {after.summary}",
            )  # fmt: skip
        steps.append(Step(primary.id, plan.id, way))


def _left_to_person(plan: RemedyPlan | None, steps: Sequence[Step]) -> str:
    """Why no remedy follows these steps; "" if one does."""
    if plan is None:
        return "there is no plan"
    if steps and steps[-1].remedy in HOLDING:
        return HOLDING[steps[-1].remedy]
    return "" if len(steps) < MOST_REMEDIES else f"after {MOST_REMEDIES} remedies"


def _carry_out(
    plan: RemedyPlan, testbed: Testbed, situation: Situation, evidence: Evidence, vault: Vault
) -> tuple[Way, Situation]:
    """Do what the plan says; the way it was done, and the situation to inspect after it."""
    address = evidence.address.value
    url = address.text if address else ""
    variables = situation.environment | _passwords(vault.reveal(url))
    other = _other_parameters(plan, vault)
    if other:
        before = plan.commands[:-1]
        if before:
            run_commands(
                replace(plan, commands=before, risk=plan.risk if plan.risk != "none" else "low"),
                testbed,
                variables,
            )
        return "other-url", dataclasses.replace(situation, parameters=situation.parameters | other)
    if not plan.appliable or situation.is_of_another:
        run_commands(plan, testbed, variables)
        return "pasted", situation
    acts = apply(
        plan,
        evidence.target,
        vault,
        url=url,
        confirmed_name=word_to_confirm(plan, evidence.target.redis_container),
        asked_by="drill",
    )
    undone = next((act for act in acts if act.outcome != "done"), None)
    if undone:
        raise NotDone(f"{undone.command}: {undone.outcome}, {undone.output}")
    return "applied", situation


def _other_parameters(plan: RemedyPlan, vault: Vault) -> dict[str, str]:
    """The parameters with which the plan's last command says to run the runbook; empty if none does."""
    words = shlex.split(plan.commands[-1])
    if words[:3] != ["runbook", "run", "redis-connection"]:
        return {}
    given = [words[at + 1 : at + 3] for at, word in enumerate(words) if word == "-p"]
    return {name: vault.reveal(value) for name, value in given}


def _passwords(url: str) -> dict[str, str]:
    """Where the pasted commands find the password that a person would have."""
    try:
        password = unquote(urlsplit(url).password or "")
    except ValueError:
        return {}
    return {"REDISCLI_AUTH": password, PASSWORD[1:]: password} if password else {}


def _settled(cause: str, situation: Situation, vault: Vault) -> Evidence:
    """What is seen once the target is healthy, or stays as it is without the cause, or time is up."""
    deadline = time.monotonic() + HELPED_WITHIN_S
    seen: list[Sequence[str]] = []
    while True:
        evidence = inspect(situation, vault)
        diagnosis = judged(evidence)
        seen.append(supported(diagnosis))
        is_steady = cause not in seen[-1] and len(seen) >= SETTLED and seen[-1] == seen[-2]
        if (diagnosis.verdict == "ok" and not seen[-1]) or is_steady or time.monotonic() > deadline:
            return evidence
        time.sleep(PAUSE_S)


def supported(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Ids of the supported causes, the primary one first."""
    return tuple(cause.id for cause in diagnosis.causes if cause.state == "supported")


def judged(evidence: Evidence) -> Diagnosis:
    """The diagnosis of a drill's evidence."""
    at = evidence.gathered_at
    return conclude(evidence, run_id="drill", runbook="redis-connection", started_at=at, finished_at=at)
