"""The JSON Schema of ``diagnosis.json``: shipped, up to date, and neither too loose nor too strict."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator, ValidationError

from evidence_samples import healthy
from judging import conclude
from odd_situations import NO_ALARM
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.model.conclusions import AuditEntry, Provenance
from runbooklab.report.schema import SCHEMA_FILE, as_text
from situations import SITUATIONS

EVERY = SITUATIONS | {f"odd-{name}": build for name, build in NO_ALARM.items()} | {"nothing": Evidence}
VALIDATOR = Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))


def document(evidence: Evidence) -> dict[str, Any]:
    diagnosis = conclude(
        evidence, run_id="r1", runbook="redis-connection", started_at="2026-03-01T11:59:59Z",
        finished_at="2026-03-01T12:00:00Z", checklist=(("Up?", "true", "redis-ping"),),
        parameters={"log_lines": 50, "redis_url": ""}, incident=None, provenance=Provenance("1.0"),
        audit=(AuditEntry("2026-03-01T12:00:00Z", "start-container", "docker start redis-tts", "done"),),
    )  # fmt: skip
    decoded: dict[str, Any] = json.loads(msgspec.json.encode(diagnosis))
    return decoded


def test_the_shipped_schema_is_the_one_the_records_give() -> None:
    """``python -m runbooklab.report.schema`` brings it up to date."""
    assert SCHEMA_FILE.read_text() == as_text()


def test_the_schema_is_a_schema() -> None:
    """It is valid itself, of draft 2020-12."""
    Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("situation", EVERY)
def test_every_diagnosis_is_valid(situation: str) -> None:
    """Whatever was diagnosed, the document holds to the schema."""
    VALIDATOR.validate(document(EVERY[situation]()))


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "fine"},
        {"schema_version": 2},
        {"summary": ""},
        {"run_id": ""},
        {"started_at": "yesterday"},
        {"findings": [{"id": "x"}]},
        {"ledger": [{"to": 7, "what": "PING", "ms": 0.1}]},
        {"causes": [{"id": "Not An Id", "title": "", "state": "supported"}]},
    ],
)
def test_a_wrong_value_is_refused(change: dict[str, Any]) -> None:
    """The schema would notice if the document went wrong."""
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document(healthy()) | change)


CONTRACT = """
    schema_version run_id runbook incident started_at finished_at parameters verdict summary causes findings
    checklist ledger provenance
"""


@pytest.mark.parametrize("key", CONTRACT.split())
def test_no_key_of_the_contract_may_be_left_out(key: str) -> None:
    """Readers may rely on every key being there."""
    incomplete = document(healthy())
    del incomplete[key]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(incomplete)
