"""Redis' rules applied to evidence, for tests: the functions of the diagnosis without naming the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from runbooklab.diagnosis import causes, findings, verdict
from runbooklab.diagnosis import conclude as concluding
from runbooklab.diagnosis import explanation as explaining
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.redis import ladder as of_redis
from runbooklab.domains.redis.evidence import Evidence as RedisEvidence
from runbooklab.domains.redis.target import Target
from runbooklab.model.conclusions import Diagnosis, Finding, JudgedCause, RemedyPlan, Rung, Verdict
from runbooklab.model.error_text import ErrorText
from runbooklab.model.evidence import Evidence
from runbooklab.observe import error_text
from runbooklab.redaction.vault import Vault

REDIS = Rules.of(("redis",))
#: All of its rows, those of the domains that it uses included.
CATALOGUE = tuple(REDIS.causes.values())
CHECKS = REDIS.checks
REMEDIES = REDIS.remedies


def target_with(**parameters: Any) -> Target:
    """A target with these parameters, every other one at its default."""
    return Target(parameters)


def conclude(evidence: Evidence, **header: Any) -> Diagnosis:
    given = {"run_id": "r1", "runbook": "redis-connection", "started_at": "", "finished_at": ""} | header
    return concluding.conclude(REDIS, evidence, Header(**given))


def rules_with(**rows: Any) -> Rules:
    """Redis' rules with other rows: ``rules_with(causes=...)``."""
    *used, redis = REDIS.domains
    changed = replace(redis, **rows)
    return Rules((changed,), (*used, changed))


def judge_causes(evidence: Evidence, rules: Rules = REDIS) -> tuple[JudgedCause, ...]:
    return causes.judge_causes(rules, evidence)


def find(check: str, evidence: Evidence, section: str = "") -> Finding:
    return findings.find(REDIS, REDIS.checks[check], evidence, section)


def find_all(evidence: Evidence, sections: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    return findings.find_all(REDIS, evidence, sections or {})


def ladder(evidence: Evidence) -> tuple[Rung, ...]:
    by_id = {finding.id: finding for finding in find_all(evidence)}
    return of_redis.ladder(RedisEvidence.of(evidence), by_id)


def decide(evidence: Evidence, *more: Any) -> Verdict:
    return verdict.decide(REDIS, evidence, *more)


def rests_on(evidence: Evidence) -> frozenset[str]:
    return verdict.rests_on(REDIS, evidence)


def plan_for(remedy: str, evidence: Evidence) -> RemedyPlan:
    return REDIS.remedies[remedy].plan(evidence)


def explain(text: ErrorText) -> tuple[explaining.Candidate, ...]:
    return explaining.candidates(REDIS, text)


def explanation(text: str) -> explaining.Explanation:
    return explaining.explanation(REDIS, text)


def reduce(text: str, vault: Vault) -> ErrorText:
    return error_text.reduce(text, vault, REDIS.signs)
