"""Our reading of the Compose specification's schema agrees with that of the library jsonschema."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runbooklab.domains.docker.readings.compose_defects import SCHEMA
from runbooklab.domains.docker.readings.schema import Schema

WHOLE = json.loads(SCHEMA.read_text())
FILES: tuple[dict[str, Any], ...] = (
    {},
    {"version": "3.8", "x-a": 1, "services": {"a": {"image": "x", "x-b": 2}}},
    {"services": {"a": {"imge": "x"}}},
    {"services": {"a": {"image": 5}}},
    {"services": {"a": None}},
    {"services": []},
    {"service": {}},
    {"services": {"a b": {"image": "x"}}},
    {"services": {"a": {"ports": "80"}}},
    {"services": {"a": {"ports": ["80:80", 90, {"target": 80, "published": "90"}]}}},
    {"services": {"a": {"ports": [{"target": 80, "foo": 1}]}}},
    {"services": {"a": {"environment": {"A": "b", "C": None, "D": 1, "E": True}}}},
    {"services": {"a": {"environment": ["A=b"]}}},
    {"services": {"a": {"environment": [{"A": "b"}]}}},
    {"services": {"a": {"depends_on": {"b": {"condition": "service_healthy"}}}}},
    {"services": {"a": {"depends_on": {"b": {"condition": "service_ready"}}}}},
    {"services": {"a": {"restart": True}}},
    {"services": {"a": {"healthcheck": {"test": ["CMD", "x"], "interval": "5s", "retries": 3}}}},
    {"services": {"a": {"healthcheck": {"test": 5}}}},
    {"services": {"a": {"volumes": ["./a:/b", {"type": "bind", "source": "a", "target": "b"}]}}},
    {"services": {"a": {"volumes": [{"source": "a"}]}}},
    {"services": {"a": {"deploy": {"resources": {"limits": {"cpus": "0.5", "memory": "1g"}}}}}},
    {"services": {"a": {"deploy": {"replicas": "many", "x-c": 1}}}},
    {"services": {"a": {"build": {"context": ".", "args": {"A": 1}}}}},
    {"services": {"a": {"build": {"context": ".", "foo": 1}}}},
    {"services": {"a": {"gpus": "all", "shm_size": "1gb", "cpus": 2.5}}},
    {"services": {"a": {"networks": {"n": {"aliases": ["x"]}}}}, "networks": {"n": None}},
    {"networks": {"n": {"external": True, "name": "x", "foo": 1}}},
    {"volumes": {"v": None, "w": {"driver": "local"}}},
    {"name": "Big Name"},
)


@pytest.mark.parametrize("number", range(len(FILES)))
def test_a_file_is_refused_by_both_or_by_none(number: int) -> None:
    """Both readings accept, or both refuse."""
    ours = list(Schema(WHOLE).broken(FILES[number]))
    theirs = list(Draft202012Validator(WHOLE).iter_errors(FILES[number]))
    assert bool(ours) == bool(theirs), (ours, theirs)


def test_a_defect_names_its_place() -> None:
    """The key that is not allowed, and the keys that lead to it."""
    (said,) = Schema(WHOLE).broken({"services": {"a": {"imge": "x"}}})
    assert said == ("services.a additional properties 'imge' not allowed", ("services", "a", "imge"))
