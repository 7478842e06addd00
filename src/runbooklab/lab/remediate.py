"""Fixing what a drill broke with the remedies that the diagnosis recommends, until the target is healthy."""

from __future__ import annotations

import shlex
import time
from collections.abc import Sequence
from subprocess import TimeoutExpired
from typing import Any, Literal

from msgspec import Struct, structs
from msgspec.structs import replace

from runbooklab.apply.apply import Consent, Required, apply
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.remedy import word_to_confirm
from runbooklab.lab.inspection import inspect
from runbooklab.lab.kept import Harm, seen
from runbooklab.lab.lab import Lab
from runbooklab.lab.shell_runner import CommandFailed, ManualStep, run_commands
from runbooklab.lab.testbed import Situation, Testbed
from runbooklab.model.conclusions import Diagnosis, RemedyPlan
from runbooklab.model.evidence import Evidence
from runbooklab.redaction import Vault

#: The most remedies in a row: fixing one cause may reveal another.
MOST_REMEDIES = 3
#: Seconds within which a remedy must have helped, and between two inspections.
HELPED_WITHIN_S, PAUSE_S = 10.0, 0.5
#: Inspections after which what is observed no longer comes from the remedy's own restarts.
SETTLED = 3

#: ``applied`` as ``--apply`` does it, ``pasted`` as commands in a shell, ``other-url`` by inspecting the
#: URL that the remedy names.
Way = Literal["applied", "pasted", "other-url"]


class Step(Struct, frozen=True):
    """One remedy that was applied."""

    cause: str
    remedy: str
    way: Way


class Remediation(Struct, frozen=True):
    """The result of applying remedies to a fault."""

    verdict: str  # of the last inspection
    steps: tuple[Step, ...] = ()
    left: tuple[str, ...] = ()  # causes that are still supported, the primary one first
    remedy: str = ""  # the one recommended for what is left
    by_hand: str = ""  # why that one was not applied here
    failed: str = ""  # what went wrong instead: the remedy did not do what it says
    lost: tuple[str, ...] = ()  # what was there before and is not there after, and no remedy's text says so
    opened: tuple[str, ...] = ()  # what is open after, was not before, and no remedy's text says so

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
        """What the remedies lost and opened without saying so; "" if nothing."""
        lost, opened = ", ".join(self.lost), ", ".join(self.opened)
        return "; ".join(filter(None, (f"lost {lost}" * bool(lost), f"opened {opened}" * bool(opened))))


class _Target(Struct):
    """What is being fixed, and what was last seen of it."""

    lab: Lab[Any]
    testbed: Testbed
    situation: Situation
    evidence: Evidence
    vault: Vault

    def diagnosis(self) -> Diagnosis:
        return judged(self.evidence, self.lab)


def remediate(
    lab: Lab[Any], testbed: Testbed, situation: Situation, evidence: Evidence, vault: Vault
) -> Remediation:
    """Apply the remedy of the primary cause, inspect again, and so on until nothing is left to do.

    ``evidence`` is what was observed of the situation, ``vault`` has the secrets found on the way.
    """
    target = _Target(lab, testbed, situation, evidence, vault)
    steps: list[Step] = []
    harm = Harm()
    while True:
        diagnosis = target.diagnosis()
        primary = diagnosis.primary
        plan = primary.remedy if primary else None
        now = Remediation(
            diagnosis.verdict, tuple(steps), supported(diagnosis), plan.id if plan else "",
            lost=harm.lost, opened=harm.opened,
        )  # fmt: skip
        if primary is None:
            return now
        reason = _left_to_person(plan, steps, lab)
        if plan is None or reason:
            return replace(now, by_hand=reason)
        if primary.id in [step.cause for step in steps]:
            return replace(now, failed=f"{primary.id} is back")
        try:
            way, done = _fixed(plan, primary.id, target)
        except ManualStep as manual:
            return replace(now, by_hand=str(manual))
        except (CommandFailed, TimeoutExpired) as error:
            return replace(now, failed=str(error))
        harm += done
        after = target.diagnosis()
        if primary.id in supported(after):
            return replace(
                now, verdict=after.verdict, lost=harm.lost, opened=harm.opened,
                failed=f"{plan.id} ({way}) did not help: {after.summary}",
            )  # fmt: skip
        steps.append(Step(primary.id, plan.id, way))


def _fixed(plan: RemedyPlan, cause: str, target: _Target) -> tuple[Way, Harm]:
    """Apply the plan and inspect the target again; how it was applied, and what it harmed."""
    before = seen(target.testbed, target.lab.contents)
    way = _carry_out(plan, target)
    target.evidence = _settled(cause, target)
    return way, Harm.of(before, seen(target.testbed, target.lab.contents), plan.changes)


def _left_to_person(plan: RemedyPlan | None, steps: Sequence[Step], lab: Lab[Any]) -> str:
    """Why no remedy follows these steps; "" if one does."""
    if plan is None:
        return "there is no plan"
    if steps and steps[-1].remedy in lab.stopgaps:
        return lab.stopgaps[steps[-1].remedy]
    return "" if len(steps) < MOST_REMEDIES else f"after {MOST_REMEDIES} remedies"


def _carry_out(plan: RemedyPlan, target: _Target) -> Way:
    """Do what the plan says; how it was done, and the target to inspect afterwards."""
    rules, situation = target.lab.rules, target.situation
    url = rules.url(target.evidence)
    credentials = dict(target.lab.credentials(target.vault.reveal(url)))
    variables = situation.environment | situation.variables | credentials
    other = _other_parameters(plan, target)
    if other:
        before = plan.commands[:-1]
        if before:
            first = replace(plan, commands=before, risk=plan.risk if plan.risk != "none" else "low")
            run_commands(first, target.testbed, target.lab, variables, situation.within)
        target.situation = structs.replace(situation, parameters=situation.parameters | other)
        return "other-url"
    if not plan.appliable or situation.needs_own_process:
        run_commands(plan, target.testbed, target.lab, variables, situation.within)
        return "pasted"
    word = word_to_confirm(plan, rules.name_to_confirm(target.evidence))
    acts = apply(
        plan,
        Required(word),
        Consent(word, asked_by="drill"),
        rules.verbs,
        target.vault,
        url=url,
        pinned=rules.pinned(target.evidence),
    )
    undone = next((act for act in acts if act.outcome != "done"), None)
    if undone:
        raise CommandFailed(f"{undone.command}: {undone.outcome}, {undone.output}")
    return "applied"


def _other_parameters(plan: RemedyPlan, target: _Target) -> dict[str, str]:
    """The parameters with which the plan's last command says to run the runbook; empty if none does."""
    words = shlex.split(plan.commands[-1])
    if words[:3] != ["runbook", "run", target.lab.runbook]:
        return {}
    given = [words[at + 1 : at + 3] for at, word in enumerate(words) if word == "-p"]
    return {name: target.vault.reveal(value) for name, value in given}


def _settled(cause: str, target: _Target) -> Evidence:
    """What is observed once the target is healthy, or settled without the cause, or time is up."""
    deadline = time.monotonic() + HELPED_WITHIN_S
    named: list[Sequence[str]] = []
    while True:
        evidence = inspect(target.situation, target.lab.rules, target.vault)
        diagnosis = judged(evidence, target.lab)
        named.append(supported(diagnosis))
        is_steady = cause not in named[-1] and len(named) >= SETTLED and named[-1] == named[-2]
        if (diagnosis.verdict == "ok" and not named[-1]) or is_steady or time.monotonic() > deadline:
            return evidence
        time.sleep(PAUSE_S)


def supported(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Ids of the supported causes, the primary one first."""
    return tuple(cause.id for cause in diagnosis.causes if cause.state == "supported")


def judged(evidence: Evidence, lab: Lab[Any]) -> Diagnosis:
    """The diagnosis of a drill's evidence by the rules of its lab."""
    at = evidence.gathered_at
    header = Header(run_id="drill", runbook=lab.runbook, started_at=at, finished_at=at)
    return conclude(lab.rules, evidence, header)
