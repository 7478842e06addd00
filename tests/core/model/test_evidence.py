"""Evidence: a bag of observations, read through typed keys, in two schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from evidence_samples import healthy
from runbooklab.diagnosis.stored_evidence import evidence_of
from runbooklab.domains.redis.evidence import Evidence as RedisEvidence
from runbooklab.model.evidence import Evidence, read, seen
from runbooklab.model.observation import Key, Missing, Observation
from runbooklab.model.parameter import Parameter, Target

RUNS = Path(__file__).parents[2] / "golden_runs" / "schema-1"


class Level(Struct, frozen=True):
    metres: float


LEVELS = Key("levels", tuple[Level, ...], "roof")


class TankTarget(Target, frozen=True):
    tank = Parameter("tank", "main")


class TankEvidence(Evidence, frozen=True, kw_only=True):
    target: TankTarget = TankTarget()
    levels = seen(LEVELS)


def test_what_was_not_looked_at_has_an_observation_that_says_so() -> None:
    """It names the probe, from where it looks, and why there is nothing."""
    assert Evidence()[LEVELS] == Observation(
        "levels", "roof", missing=Missing("not-applicable", "not looked at")
    )


def test_a_view_reads_the_same_bag_by_its_own_names() -> None:
    """Its attributes are observations and its target has its parameters; the JSON is the same."""
    evidence = Evidence(target=Target({"tank": "north"})).having(Observation("levels", value=(Level(2.0),)))
    view = TankEvidence.of(evidence)
    assert view.levels.value == (Level(2.0),)
    assert view.target.tank == "north"
    assert TankEvidence.of(view) is view
    assert msgspec.json.encode(view) == msgspec.json.encode(evidence)


def test_records_come_back_from_json_by_their_keys() -> None:
    """Values of known probes are records again, those of others stay as JSON and can be read."""
    evidence = Evidence(domains=("tank", "pump")).having(
        Observation("levels", value=(Level(2.0),)), Observation("flow", value=[1, {"l": 2}])
    )
    back = read(
        json.loads(msgspec.json.encode(evidence)), lambda back: [LEVELS] if "tank" in back.domains else []
    )
    assert back[LEVELS].value == (Level(2.0),)
    assert back.observations["flow"].value == [1, {"l": 2}]


def test_a_record_that_is_none_is_refused() -> None:
    """What a probe cannot have seen is no evidence."""
    content = {
        "schema_version": 2,
        "domains": ["tank"],
        "observations": {"levels": {"probe": "levels", "value": 7}},
    }
    with pytest.raises(msgspec.ValidationError):
        read(content, lambda _: [LEVELS])


def test_evidence_of_a_domain_that_is_not_installed_can_be_read() -> None:
    """It is there as JSON; only judging it needs the domain."""
    content = {"schema_version": 2, "domains": ["no-such-domain"],
               "observations": {"flow": {"probe": "flow", "value": {"l": 2}}}}  # fmt: skip
    assert evidence_of(content).observations["flow"].value == {"l": 2}


def within(old: Any, new: Any) -> Any:
    """``new`` without the fields that records have got since ``old`` was written."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {name: within(old.get(name), value) for name, value in new.items() if name in old}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [within(*pair) for pair in zip(old, new, strict=True)]
    return new


@pytest.mark.parametrize("run", sorted(path.name for path in RUNS.iterdir() if path.is_dir()))
def test_evidence_of_schema_1_is_read_whole(run: str) -> None:
    """Every observation, every parameter and every line of the ledger is there under its name."""
    old = json.loads((RUNS / run / "evidence.json").read_bytes())
    evidence = RedisEvidence.of(evidence_of(old))
    for name, observation in old.items():
        if isinstance(observation, dict) and "probe" in observation:
            written = json.loads(msgspec.json.encode(evidence.observations[observation["probe"]]))
            assert within(observation, written) == observation, name
    parameters = {name: value for name, value in old["target"].items() if name != "sources"}
    assert (evidence.target.values, evidence.target.sources) == (parameters, old["target"]["sources"])
    assert len(evidence.ledger) == len(old["ledger"])
    assert evidence.domains == ("redis",)


def test_writing_and_reading_again_changes_nothing() -> None:
    """What was read from JSON is written as the same JSON."""
    data = msgspec.json.encode(healthy())
    assert msgspec.json.encode(evidence_of(json.loads(data))) == data
