"""The JSON Schema of ``diagnosis.json``, made from the records it is written from.

``python -m runbooklab.report.schema`` writes the copy that is shipped; a test fails if it has drifted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from runbooklab.model.conclusions import Diagnosis

SCHEMA_FILE = Path(__file__).with_name("diagnosis.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: What the types do not say: (record, field) -> keywords.
_KEYWORDS: dict[tuple[str, str], dict[str, Any]] = {
    ("Diagnosis", "run_id"): {"minLength": 1},
    ("Diagnosis", "summary"): {"minLength": 1},
    ("Diagnosis", "started_at"): {"format": "date-time", "pattern": "Z$"},
    ("Diagnosis", "finished_at"): {"format": "date-time", "pattern": "Z$"},
    ("JudgedCause", "id"): {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
    ("JudgedCause", "confidence"): {"minimum": 0, "maximum": 1},
    ("Finding", "duration_ms"): {"minimum": 0},
    ("LedgerEntry", "ms"): {"minimum": 0},
}
#: Records that leave out a field which has its default.
_SPARSE = frozenset({"Finding"})
#: Fields that documents of earlier releases do not have.
_LATER = frozenset(
    {
        ("Diagnosis", "next"), ("Diagnosis", "hand_over"), ("JudgedCause", "hand_over"),
        ("HandOver", "reason"),
        ("RemedyPlan", "act"), ("RemedyPlan", "loses"), ("RemedyPlan", "edits"),
        ("AuditEntry", "because"), ("AuditEntry", "undo"),
    }
)  # fmt: skip


def diagnosis_schema() -> dict[str, Any]:
    """The schema (draft 2020-12). Every field is required but those that a sparse record may leave out."""
    (reference,), definitions = msgspec.json.schema_components([Diagnosis], ref_template="#/$defs/{name}")
    for name, definition in definitions.items():
        properties = definition["properties"]
        if name not in _SPARSE:
            definition["required"] = [field for field in properties if (name, field) not in _LATER]
        for field, schema in properties.items():
            schema.pop("default", None)
            schema |= _KEYWORDS.get((name, field), {})
    return {
        "$schema": DIALECT,
        "$id": "urn:runbooklab:diagnosis:1",
        "title": "Diagnosis",
        "description": "What one run of a runbook concluded: diagnosis.json",
        **reference,
        "$defs": definitions,
    }


def as_text() -> str:
    """The schema as it stands in its file."""
    return json.dumps(diagnosis_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(as_text())
