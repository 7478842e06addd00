"""What the domains of a run add up to."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from runbooklab.domain import registry
from runbooklab.domain.cause import Cause, RuledOut, Supported, Untested
from runbooklab.domain.check import Check
from runbooklab.domain.domain import Domain
from runbooklab.domain.judgement import ok, unknown
from runbooklab.domain.layer import Layer
from runbooklab.domain.probe import Probe
from runbooklab.domain.remedy import Remedy
from runbooklab.domain.rules import Rules
from runbooklab.domain.steps import Steps
from runbooklab.errors import UserError
from runbooklab.model.evidence import Evidence, seen
from runbooklab.model.observation import Observation
from runbooklab.model.parameter import Parameter, Target


class Level(Struct, frozen=True):
    """How high something stands."""

    metres: float


LEVEL = Probe("level", Level, run=lambda ctx: Level(1.0), looks_at="the level")


class TankTarget(Target, frozen=True):
    tank = Parameter("tank", "main")


class TankEvidence(Evidence, frozen=True, kw_only=True):
    target: TankTarget = TankTarget()
    level = seen(LEVEL)


def _level(e: TankEvidence) -> Any:
    level = e.level.value
    return ok(f"Tank {e.target.tank}: {level.metres} m.") if level else unknown("The level was not observed.")


def _overflow(e: TankEvidence) -> Any:
    level = e.level.value
    if level is None:
        return Untested("The level was not observed.")
    return Supported("It is high.", ("level",), 0.9) if level.metres > 2 else RuledOut("It is low.")


def _drain(e: Evidence) -> Steps:
    return Steps(("drain",), "the level")


def _cause(id_: str, judge: Any, title: str = "The tank overflows") -> Cause[Any]:
    return Cause(
        id=id_, title=title, layer="tank", judge=judge, distinguishing="It is high.", remedies=("drain",),
        source="a rule of thumb",
    )  # fmt: skip


TANK: Domain[TankEvidence] = Domain(
    name="tank",
    title="Tank",
    view=TankEvidence,
    parameters=(TankTarget.tank,),
    probes=(LEVEL,),
    checks=(Check("level", "The level", _level, (LEVEL,), command=lambda e: f"gauge {e.target.tank}"),),
    causes=(_cause("overflow", _overflow),),
    remedies=(Remedy("drain", "Drain the tank", _drain),),
    layers=(Layer("tank", "Tank", "The tank", "It holds what flows."),),
)
PLANT: Domain[TankEvidence] = Domain(
    name="plant",
    title="Plant",
    view=TankEvidence,
    uses=("tank",),
    causes=(_cause("overflow", lambda e: RuledOut("The plant has no tank."), "The plant's tank overflows"),),
    layers=(Layer("plant", "Plant", "The plant", "It needs the tank."),),
)
CIRCLES = {
    "hen": Domain("hen", "Hen", Evidence, uses=("egg",)),
    "egg": Domain("egg", "Egg", Evidence, uses=("hen",)),
}
OTHER = Probe("level", Target, run=lambda ctx: Target({}), looks_at="another level")
#: They do not use the tank, and have a row by a name of its rows.
STRANGERS: dict[str, Domain[Any]] = {
    "probe": Domain("probe", "Stranger", Evidence, probes=(OTHER,)),
    "check": Domain(
        "check", "Stranger", Evidence, checks=(Check("level", "Other", lambda e: ok("It is."), ()),)
    ),
    "cause": Domain("cause", "Stranger", Evidence, causes=(_cause("overflow", lambda e: RuledOut("No.")),)),
    "remedy": Domain("remedy", "Stranger", Evidence, remedies=(Remedy("drain", "Drain all", _drain),)),
    "layer": Domain("layer", "Stranger", Evidence, layers=(Layer("tank", "Army", "The tanks", "It moves."),)),
    "parameter": Domain("parameter", "Stranger", Evidence, parameters=(Parameter("tank", 7),)),
}

SAME = Domain("same", "Same", TankEvidence, parameters=TANK.parameters, probes=TANK.probes)


@pytest.fixture(autouse=True)
def domains(monkeypatch: pytest.MonkeyPatch) -> None:
    """The domains of this file, under their names."""
    known = {"tank": TANK, "plant": PLANT, "same": SAME, **CIRCLES, **STRANGERS}
    monkeypatch.setattr(registry, "domain", lambda name: known[name])


def test_a_used_domain_comes_along_before_its_user() -> None:
    """Its probes, checks, causes and remedies are there, and only the named one is a subject."""
    rules = Rules.of(["plant"])
    assert [domain.name for domain in rules.domains] == ["tank", "plant"]
    assert [domain.name for domain in rules.subjects] == ["plant"]
    assert (list(rules.checks), list(rules.remedies)) == (["level"], ["drain"])
    assert {"level", "error-text"} == set(rules.probes)
    assert {"tank", "probe_timeout_s", "error_text"} == set(rules.parameters)


def test_a_row_of_a_user_takes_the_place_of_one_with_its_id() -> None:
    """The same thing seen more closely: one row of that id is left, the user's."""
    assert Rules.of(["tank"]).causes["overflow"].title == "The tank overflows"
    assert Rules.of(["plant"]).causes["overflow"].title == "The plant's tank overflows"


def test_a_row_stands_where_the_last_domain_that_has_it_puts_it() -> None:
    """What a user sees more closely is listed among the user's own rows."""
    first = replace(TANK, causes=(_cause("overflow", _overflow), _cause("leak", _overflow)))
    assert list(Rules((PLANT,), (first, PLANT)).causes) == ["leak", "overflow"]


def test_a_covered_row_stays_if_the_runbook_names_its_domain() -> None:
    """A check that its user sees more closely under another id is left out except for a named domain."""
    user = replace(PLANT, covers=("level",))
    assert "level" not in Rules((user,), (TANK, user)).checks
    assert "level" in Rules((TANK, user), (TANK, user)).checks


def test_every_function_takes_the_evidence_as_the_core_has_it() -> None:
    """A domain's functions get its own view, with its parameters and records."""
    evidence = Evidence(target=Target({"tank": "north"})).having(Observation("level", value=Level(3.0)))
    rules = Rules.of(["tank"])
    assert rules.checks["level"].judge(evidence).summary == "Tank north: 3.0 m."
    show = rules.checks["level"].command
    assert show is not None
    assert show(evidence) == "gauge north"
    assert isinstance(rules.causes["overflow"].judge(evidence), Supported)
    assert rules.plan("drain", evidence).commands == ("drain",)
    assert rules.probes["level"].target is TankTarget


def test_a_domain_orders_the_layers_of_those_it_uses() -> None:
    """Its own come first, then what it says nothing of."""
    assert list(Rules.of(["plant"]).layers) == ["plant", "tank"]


def test_what_a_runbook_declares_is_one_subject_more() -> None:
    """The rules of a run can be those of installed domains and one made for it."""
    rules = Rules.of(["tank"]).plus(PLANT)
    assert [domain.name for domain in rules.subjects] == ["tank", "plant"]
    assert rules.causes["overflow"].title == "The plant's tank overflows"


def test_domains_that_use_one_another_are_refused() -> None:
    """One line names the circle."""
    with pytest.raises(UserError, match="hen -> egg -> hen"):
        Rules.of(["hen"])


@pytest.mark.parametrize("kind", STRANGERS)
@pytest.mark.parametrize("tank", ["tank", "plant"])
def test_two_domains_that_mean_different_things_by_a_name_are_refused(kind: str, tank: str) -> None:
    """If neither uses the other, one row would silently take the place of the other's."""
    message = rf"^the domains (tank|plant) and {kind} both have a {kind} \w+"
    with pytest.raises(UserError, match=message) as raised:
        Rules.of((tank, kind))
    assert raised.value.hint == "use them in two runbooks, or rename one"


@pytest.mark.parametrize(
    ("named", "drawn"),
    [
        (("tank", "probe"), ["tank"]),
        (("hen", "tank"), ["tank"]),
        (("probe",), ["probe"]),
        (("tank", "same"), ["tank", "same"]),
    ],
)
def test_a_stored_run_is_drawn_by_those_of_its_domains_that_go_together(
    named: tuple[str, ...], drawn: list[str]
) -> None:
    """A package that was changed since must not keep an old report from being opened."""
    rules = Rules.installed_of(Evidence(domains=named))
    assert [domain.name for domain in rules.subjects] == drawn


MISTAKEN: dict[str, Domain[Any]] = {
    "the domain twice has two checks level; rename one": Domain(
        "twice", "Twice", TankEvidence, checks=(*TANK.checks, *TANK.checks)
    ),
    "the cause overflow of the domain poor names the remedy 'drain'; add its row, or correct the id": Domain(
        "poor", "Poor", TankEvidence, causes=TANK.causes
    ),
}


@pytest.mark.parametrize("message", MISTAKEN)
def test_a_name_in_one_domain_is_one_row(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two rows one would be lost, and a cause without its remedy is named without what fixes it."""
    monkeypatch.setattr(registry, "domain", lambda name: MISTAKEN[message])
    with pytest.raises(UserError) as raised:
        Rules.of((MISTAKEN[message].name,))
    assert str(raised.value) == message


@pytest.mark.parametrize("name", ["docker", "ports", "redis", "grpc"])
def test_our_own_domains_go_together(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order, and beside one that is there for its probes alone."""
    monkeypatch.undo()
    for names in ((name, "address/probes"), ("address/probes", name), (name, "redis")):
        assert Rules.of(names).names == tuple(dict.fromkeys(names))


def test_two_domains_may_have_the_same_row() -> None:
    """It is no other thing then: a domain and its probes alone can stand side by side."""
    assert Rules.of(("tank", "same")).probes.keys() == Rules.of(("tank",)).probes.keys()


def test_an_unknown_remedy_is_refused_with_those_there_are() -> None:
    """The ids that are known stand in the hint."""
    with pytest.raises(UserError, match="there is no remedy 'burn'; known remedies: drain"):
        Rules.of(["tank"]).plan("burn", Evidence())
