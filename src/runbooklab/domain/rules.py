"""What the domains of a run add up to: one value for each run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domain import common, registry, viewed
from runbooklab.domain.cause import AnyCause, Cause
from runbooklab.domain.check import AnyCheck, Check
from runbooklab.domain.contributions import Contributions
from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.later import Table, at
from runbooklab.domain.layer import Layer
from runbooklab.domain.probe import AnyProbe
from runbooklab.domain.remedy import AnyRemedy, Remedy
from runbooklab.domain.row_names import refuse_mistaken_names
from runbooklab.domain.sign import NO_SIGNS, SignTable, joined
from runbooklab.domain.verb import Verb
from runbooklab.domain.verdict import Standing
from runbooklab.domain.watcher import Watcher
from runbooklab.domains import BUILT_IN, DEFAULT, OF_DECLARATIONS
from runbooklab.errors import UserError
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.model.declared import DECLARED, NOTHING, Declarations
from runbooklab.model.drawing import PLAIN, Vocabulary
from runbooklab.model.evidence import Evidence
from runbooklab.model.parameter import COMMON, Parameter

#: A row of a domain's table: it has an ``id``.
Row = TypeVar("Row", AnyCheck, AnyCause, AnyRemedy)


class Rules(Struct, frozen=True, dict=True):
    """The rows of the domains in use. Every function in them takes the core's evidence."""

    #: The domains that the runbook names; the verdict is theirs.
    subjects: tuple[AnyDomain, ...]
    #: All domains in use, each after those that it uses.
    domains: tuple[AnyDomain, ...]
    #: What the runbook declares itself.
    declared: Declarations = NOTHING

    @classmethod
    def of(cls, names: Iterable[str], declared: Declarations = NOTHING) -> Rules:
        """The rules of the named domains and of the domains they use, and of what a runbook declares itself.

        Raises :class:`UserError`.
        """
        given = tuple(dict.fromkeys(name for name in names if name != DECLARED))
        return _with_declared(given, declared) if declared else _rules(given)

    @classmethod
    def of_evidence(cls, evidence: Evidence) -> Rules:
        """The rules of the domains whose probes were run. Raises :class:`UserError` if one is missing."""
        return cls.of(evidence.domains or DEFAULT, evidence.declared)

    @classmethod
    def installed_of(cls, evidence: Evidence | None) -> Rules:
        """The rules of the evidence's domains that can be used here: for drawing, not for judging."""
        kept: tuple[str, ...] = ()
        for name in (evidence.domains if evidence else ()) or DEFAULT:
            with suppress(UserError):
                cls.of((*kept, name))
                kept = (*kept, name)
        return cls.of(kept, evidence.declared if evidence else NOTHING)

    def plus(self, domain: AnyDomain, declared: Declarations = NOTHING) -> Rules:
        """These rules and the domain that a runbook declares; the domains it uses are among these rules."""
        return Rules((*self.subjects, domain), (*self.domains, domain), declared)

    def seen(self, evidence: Evidence) -> Evidence:
        """``evidence`` as the last domain sees it: which suits the views of the domains it uses, too."""
        view: type[Evidence] = self.domains[-1].view if self.domains else Evidence
        return view.of(evidence)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How a report names layers, vantages and the words of ids."""
        parts = [domain.contributions.vocabulary for domain in self.domains]
        ladder = next((part for part in reversed(parts) if part.ladder != PLAIN.ladder), PLAIN)
        return Vocabulary(
            layers={name: layer.word for name, layer in self.layers.items()},
            plainly={name: layer.plain for name, layer in self.layers.items()},
            vantages={name: words for part in parts for name, words in part.vantages.items()},
            spellings={name: words for part in parts for name, words in part.spellings.items()},
            ladder=ladder.ladder,
            rungs_stand_alone=ladder.rungs_stand_alone,
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the domains, as in a runbook's front matter."""
        return tuple(domain.name for domain in self.subjects)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter[Any]]:
        """Every parameter that is understood, by name."""
        rows = (*COMMON, *(row for domain in self.domains for row in domain.parameters))
        return {row.name: row for row in rows}

    @cached_property
    def probes(self) -> Mapping[str, AnyProbe]:
        """By name."""
        own = {row.name: viewed.probe(domain, row) for domain in self.domains for row in domain.probes}
        return {common.ERROR_TEXT.name: common.error_text(self.signs), **own}

    @cached_property
    def checks(self) -> Mapping[str, Check[Evidence]]:
        """By id."""
        return {row.id: viewed.check(domain, row) for domain, row in self._rows(lambda domain: domain.checks)}

    @cached_property
    def causes(self) -> Mapping[str, Cause[Evidence]]:
        """By id."""
        return {row.id: viewed.cause(domain, row) for domain, row in self._rows(lambda domain: domain.causes)}

    @cached_property
    def shown_by(self) -> Mapping[str, tuple[Cause[Evidence], ...]]:
        """A check's id -> the causes that it shows."""
        shown = {row.shown_by for row in self.causes.values()} - {""}
        return {check: tuple(row for row in self.causes.values() if row.shown_by == check) for check in shown}

    @cached_property
    def remedies(self) -> Mapping[str, Remedy[Evidence]]:
        """By id."""
        return {
            row.id: replace(
                row, steps=viewed.on(domain.view, row.steps), fits=viewed.on(domain.view, row.fits)
            )
            for domain, row in self._rows(lambda domain: domain.remedies)
        }

    def _rows(self, table: Callable[[AnyDomain], Table[Row]]) -> Iterable[tuple[AnyDomain, Row]]:
        """Each id once, with the row of the last domain that has one, in the place that domain gives it."""
        covered = {id_ for domain in self.domains for id_ in domain.covers}
        found: dict[str, tuple[AnyDomain, Row]] = {}
        for domain in self.domains:
            for row in table(domain):
                if row.id not in covered or domain.name in self.names:
                    found.pop(row.id, None)
                    found[row.id] = (domain, row)
        return found.values()

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """By name, in the order in which causes are fixed: each domain also orders those it uses."""
        rows: dict[str, Layer] = {}
        for domain in reversed(self.domains):
            for row in domain.layers:
                rows.setdefault(row.name, row)
        return rows

    @cached_property
    def _depths(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.layers)}

    def depth(self, cause: AnyCause) -> int:
        """The place of a cause's layer: the lower, the earlier it is fixed."""
        return self._depths.get(cause.layer, len(self._depths))

    def explains_missing(self, cause: AnyCause) -> bool:
        """Whether a cause explains why evidence is missing, and never why the target fails."""
        layer = self.layers.get(cause.layer)
        return layer is not None and layer.explains_missing

    @cached_property
    def signs(self) -> SignTable:
        """The signs of all domains in use; the first row that matches a line counts."""
        return joined([domain.signs for domain in reversed(self.domains) if domain.signs is not NO_SIGNS])

    def explaining(self, table: SignTable) -> Rules:
        """These rules with another table of signs, to explain a text by."""
        other = Rules(self.subjects, self.domains, self.declared)
        other.__dict__["signs"] = table  # as the cached property keeps it
        return other

    @property
    def words_of_others(self) -> Iterator[str]:
        """Ids and titles of other packages' domains: every report says them, and no source of ours."""
        for domain in self.domains:
            if domain.name.removesuffix(registry.PROBES) in BUILT_IN:
                continue
            rows: tuple[AnyCheck | AnyCause | AnyRemedy, ...] = (
                *domain.checks, *domain.causes, *domain.remedies,
            )  # fmt: skip
            for row in rows:
                yield from (row.id, row.title)
            for layer in domain.layers:
                yield from (layer.name, layer.word)

    @cached_property
    def verbs(self) -> tuple[Verb, ...]:
        """What may be applied; of two verbs that match, the longer one is meant."""
        rows = [row for domain in self.domains for row in domain.verbs]
        return tuple(sorted(rows, key=lambda row: -len(row.words)))

    @cached_property
    def standings(self) -> tuple[Standing[Evidence], ...]:
        """The domains' parts in the verdict, the first domain's first."""
        return tuple(
            viewed.standing(domain, domain.standing)
            for domain in self.subjects
            if domain.standing is not None
        )

    @cached_property
    def validation(self) -> tuple[str, ...]:
        """The checks that say whether a fix worked, in the order in which the source of truth is asked."""
        return tuple(dict.fromkeys(check for standing in self.standings for check in standing.validation))

    @cached_property
    def contributions(self) -> tuple[Contributions[Evidence], ...]:
        """Of all domains in use."""
        return tuple(viewed.contributions(domain) for domain in self.domains)

    def name_to_confirm(self, evidence: Evidence) -> str:
        """The target's name: a person types it to confirm a destructive plan."""
        return _first(part.name_to_confirm(evidence) for part in reversed(self.contributions))

    def pinned(self, evidence: Evidence) -> Mapping[str, str]:
        """What a fix is planned for: a name and what has it now; what was not observed is not in it."""
        facts = (fact for part in self.contributions for fact in part.pinned(evidence))
        return {fact.name: fact.value for fact in facts if fact.value}

    def target_name(self, parameters: Mapping[str, Any], evidence: Evidence | None = None) -> str:
        """The name of what is observed; "" if nothing names it."""
        return _first(part.target_name(parameters, evidence) for part in reversed(self.contributions))

    def url(self, evidence: Evidence) -> str:
        """The target's URL, redacted; "" if it has none."""
        return _first(part.url(evidence) for part in reversed(self.contributions))

    def watcher(self, context: Any) -> Watcher | None:
        """Who watches the target: the last domain that can. None: nobody."""
        watchers = (part.watch(context) for part in reversed(self.contributions))
        return next((watcher for watcher in watchers if watcher is not None), None)

    def plan(self, remedy_id: str, evidence: Evidence) -> RemedyPlan:
        """The plan of one remedy for a target. Raises :class:`UserError` for an unknown id."""
        remedy = self.remedies.get(remedy_id)
        if remedy is None:
            raise UserError(
                f"there is no remedy {remedy_id!r}",
                hint=f"known remedies: {', '.join(sorted(self.remedies))}",
            )
        return remedy.plan(evidence)


@cache
def _rules(names: tuple[str, ...]) -> Rules:
    found: dict[str, AnyDomain] = {}

    def add(name: str, users: tuple[str, ...]) -> None:
        if name in users:
            raise UserError(f"domains use one another in a circle: {' -> '.join((*users, name))}")
        if name in found:
            return
        row = registry.domain(name)
        for used in row.uses:
            add(used, (*users, name))
        found[name] = row

    for name in names:
        add(name, ())
    if not {name.removesuffix(registry.PROBES) for name in found} <= BUILT_IN.keys():
        # not for ours alone: it imports every table, and the tests look at those
        refuse_mistaken_names(found.values())
    return Rules(tuple(found[name] for name in names), tuple(found.values()))


@lru_cache(maxsize=64)
def _with_declared(names: tuple[str, ...], declared: Declarations) -> Rules:
    """Some are kept: a notebook in which a person edits a check has many in its life."""
    base = _rules(names)
    return base.plus(at(OF_DECLARATIONS)(declared, base), declared)


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
