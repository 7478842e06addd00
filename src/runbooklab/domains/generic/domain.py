"""What a runbook declares, as a domain for one run."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from runbooklab.domain import (
    Cause,
    Check,
    Contributions,
    Domain,
    Ground,
    Layer,
    Probe,
    Remedy,
    Rules,
    Ruling,
    Standing,
    Steps,
)  # fmt: skip
from runbooklab.domains.generic import asking, judging, whose_target
from runbooklab.domains.generic.declared import Broken, DeclaredCause, DeclaredCheck, DeclaredRemedy
from runbooklab.domains.generic.language.expression import Compare, leaves
from runbooklab.domains.generic.language.truth import truth
from runbooklab.domains.generic.reading import read_all
from runbooklab.domains.generic.records import Seen
from runbooklab.domains.generic.remedies import steps_of
from runbooklab.domains.generic.verbs import verbs_of
from runbooklab.domains.generic.world import OfRun, found_in, key_of
from runbooklab.model.conclusions import Finding, Judgement, Status
from runbooklab.model.declared import DECLARED, Declarations
from runbooklab.model.drawing import Measure
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Missing
from runbooklab.model.parameter import Parameter, Target
from runbooklab.observe.context import Context, NotObserved
from runbooklab.observe.docker.probe import DOCKER
from runbooklab.observe.docker.records import DockerAccess
from runbooklab.words import plural

_DEFAULTS: dict[str, Any] = {"str": "", "url": "", "int": 0, "float": 0.0, "bool": False}
_LAYERS = (Layer(DECLARED, "This runbook's own checks", "Declared in a runbook", ""),)


def domain_of(declarations: Declarations, base: Rules) -> Domain[Evidence]:
    """The domain that the declarations are; ``base`` are the rules of the domains that the runbook uses."""
    return _Declared(declarations, base).domain()


class _Declared:
    """The rows of one runbook's declarations."""

    def __init__(self, declarations: Declarations, base: Rules) -> None:
        self.declarations = declarations
        self.base = base
        rows = read_all(declarations)
        self.checks = {row.id: row for row in rows if isinstance(row, DeclaredCheck)}
        self.causes = [row for row in rows if isinstance(row, DeclaredCause)]
        self.remedies = [row for row in rows if isinstance(row, DeclaredRemedy)]
        self.broken = [row for row in rows if isinstance(row, Broken)]
        self.kinds = {row.id: row.kind for row in self.checks.values()}
        self.secrets = frozenset(row.name for row in declarations.parameters if row.secret)

    def domain(self) -> Domain[Evidence]:
        return Domain(
            name=DECLARED,
            title="This runbook",
            view=Evidence,
            parameters=tuple(
                Parameter(
                    row.name,
                    _DEFAULTS[row.type],
                    is_url=row.type == "url" and not row.secret,
                    is_name=row.type == "str" and not row.secret,
                )
                for row in self.declarations.parameters
                if row.name not in self.base.parameters
            ),
            probes=(*self.docker(), *(self.probe(row) for row in self.checks.values())),
            checks=(
                *(self.check(row) for row in self.checks.values()),
                *map(_broken_check, self._broken("check")),
            ),
            causes=tuple(self.cause(row) for row in self.causes),
            remedies=tuple(self.remedy(row) for row in self.remedies),
            layers=_LAYERS,
            verbs=verbs_of(self.remedies) if self.declarations.trusted else (),
            standing=self.standing(),
            contributions=self.contributions(),
        )

    def contributions(self) -> Contributions[Evidence]:
        checks = tuple(self.checks.values())
        return Contributions(
            target_name=partial(whose_target.target_name, checks, self.secrets),
            measures=self.measures,
            contacted=whose_target.contacted(checks),
            looked_at=whose_target.looked_at(checks),
            in_error=partial(whose_target.in_error, checks),
            absent=whose_target.absent(self.causes),
        )

    def _broken(self, what: str) -> list[Broken]:
        return [row for row in self.broken if row.what == what]

    # --- rows

    def docker(self) -> tuple[Probe[DockerAccess], ...]:
        """The probe that looks through Docker wait for, if no domain brings it.

        Whether any check looks through Docker may be up to a parameter: then it is asked, and planned, only
        with a value that says so.
        """
        may_be = any(map(asking.may_look_through_docker, self.checks.values()))
        if not may_be or DOCKER.name in self.base.probes:
            return ()

        def is_needed(target: Target) -> bool:
            return any(asking.looks_through_docker(row, target.values) for row in self.checks.values())

        def run(ctx: Context[Target]) -> DockerAccess:
            if not is_needed(ctx.target):
                raise NotObserved(Missing("not-applicable", "no check looks through Docker"))
            return DOCKER.load()(ctx)

        def plan(target: Target, _project: Path) -> tuple[str, ...]:
            return (f"looks at {DOCKER.looks_at}",) if is_needed(target) else ()

        return (replace(DOCKER, run=run, plan=plan),)

    def probe(self, row: DeclaredCheck) -> Probe[Seen]:
        key = key_of(row.id)

        def run(ctx: Context[Target]) -> Seen:
            return asking.look(ctx, row, self.secrets, self.world(self.waited_for(ctx, row)))

        vantage = "host" if row.container is None else "container"
        return Probe(
            key.name,
            Seen,
            vantage,
            run=run,
            looks_at=row.id.replace("-", " "),
            timeout_s=row.timeout_s,
            first=row.kind.library,
            plan=partial(asking.planned, row),
        )

    def waited_for(self, ctx: Context[Target], row: DeclaredCheck) -> Evidence:
        """What the checks saw that a condition asks about."""
        evidence = Evidence(target=ctx.target)
        if row.only_if is None:
            return evidence
        keys = [key for check in asking.checks_asked(row.only_if) for key in self.needs(check)]
        return evidence.having(*(ctx.wait(key) for key in keys if key.name != key_of(row.id).name))

    def needs(self, check: str) -> tuple[Any, ...]:
        """The probes that a check of this run rests on."""
        if check in self.checks:
            return (key_of(check),)
        return self.base.checks[check].needs if check in self.base.checks else ()

    def check(self, row: DeclaredCheck) -> Check[Evidence]:
        def command(e: Evidence) -> str:
            if asking.empty_parameters(row, e.target.values):
                return ""
            timeout_s = row.timeout_s or e.target.probe_timeout_s
            return asking.command(row, e.target.values, timeout_s)

        return Check(
            row.id,
            row.title.written,
            partial(judging.judge_check, row),
            (key_of(row.id),),
            "host" if row.container is None else "container",
            command,
            partial(judging.filled, row.title),
        )

    def cause(self, row: DeclaredCause) -> Cause[Evidence]:
        def judge(e: Evidence) -> Ruling:
            return judging.judge_cause(row, e, self.world(e))

        return Cause(
            id=row.id,
            title=row.title.written,
            layer=DECLARED,
            judge=judge,
            title_here=partial(judging.title_of, row),
            distinguishing="",
            remedies=row.fix,
            source=row.source,
            severity=row.severity,
            explains=row.explains,
        )

    def remedy(self, row: DeclaredRemedy) -> Remedy[Evidence]:
        def steps(e: Evidence) -> Steps:
            confirm = self.confirm(row, e)
            return steps_of(row, e, self.world(e), confirm, trusted=self.declarations.trusted)

        def fits(e: Evidence) -> bool:
            return row.only_if is None or truth(row.only_if, self.world(e)).is_true

        return Remedy(row.id, row.title.written, steps, fits, must_fit=row.only_if is not None)

    def confirm(self, row: DeclaredRemedy, e: Evidence) -> tuple[str, ...]:
        """The commands of the checks that say whether the remedy worked."""
        known = {**self.base.checks, **{id_: self.check(each) for id_, each in self.checks.items()}}
        commands = (known[id_].command for id_ in row.verify if id_ in known)
        return tuple(line for command in commands if command is not None and (line := command(e)))

    # --- the run

    def world(self, e: Evidence) -> OfRun:
        def title(check: str) -> str:
            return judging.filled(self.checks[check].title, e) if check in self.checks else ""

        broken = frozenset(row.id for row in self._broken("check"))
        return OfRun(e, self.kinds, self.status, broken, title)

    def status(self, check: str, e: Evidence) -> tuple[Status, str] | None:
        """How a check of this run ended, and its sentence."""
        if check in self.checks:
            said = judging.judge_check(self.checks[check], e)
        elif check in self.base.checks:
            said = self.base.checks[check].judge(e)
        else:
            broken = [row for row in self._broken("check") if row.id == check]
            if not broken:
                return None
            said = judging.broken(broken[0])
        return said.status, said.summary

    def standing(self) -> Standing[Evidence]:
        rests_on = [row for row in self.checks.values() if row.expectations]
        grounds = tuple(
            Ground[Evidence](
                row.id,
                row.title.written,
                may_be_skipped=(lambda e: True) if row.only_if is not None else (lambda e: False),
            )
            for row in rests_on
        )
        broken = tuple(Ground[Evidence](row.id, row.id) for row in self._broken("check"))
        return Standing(
            claim="all is well",
            grounds=(*grounds, *broken),
            healthy=lambda e: self.healthy(rests_on, e),
            also_unseen=lambda e, findings: self.also_unseen(findings),
            validation=tuple(row.id for row in rests_on),
        )

    def healthy(self, rests_on: list[DeclaredCheck], e: Evidence) -> str:
        """How many checks passed; one that did not apply is no check that passed."""
        ended = [judging.judge_check(row, e).status for row in rests_on]
        passed, left = ended.count("ok"), ended.count("skipped")
        not_applied = f"; {left} did not apply" if left else ""
        return f"All is as expected: {plural(passed, 'check')} passed{not_applied}."

    def also_unseen(self, findings: Any) -> list[str]:
        """A runbook without an expectation knows nothing of what is well."""
        expects = any(row.expectations for row in self.checks.values())
        passed = [each for each in findings if isinstance(each, Finding) and each.status != "skipped"]
        if not expects:
            return ["No check of this runbook says what it expects."]
        return [] if passed else ["No check of this runbook applies here."]

    def measures(self, e: Evidence) -> list[Measure]:
        """The numbers that the expectations ask about."""
        found: list[Measure] = []
        for row in self.checks.values():
            names = [
                leaf.field
                for each in row.expectations
                for leaf in leaves(each.expression)
                if isinstance(leaf, Compare)
            ]
            for name in dict.fromkeys(names):
                seen = e[key_of(row.id)].value
                value = None if seen is None else found_in(seen, row.kind, name)
                number = value.value if value is not None and isinstance(value.value, int | float) else None
                words = "" if value is None else value.words
                found.append(Measure(f"{row.id}: {name}", number, words))
        return found


def _broken_check(row: Broken) -> Check[Evidence]:
    def judge(e: Evidence) -> Judgement:
        return judging.broken(row)

    return Check(row.id, row.id, judge, ())
