"""The table of kinds and what is made of it: the page, the schema for editors, the command."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from runbooklab.domain import Rules
from runbooklab.domains.generic.catalogue import details, example, overview, schema, starter, starters
from runbooklab.domains.generic.kinds import KINDS, Kind
from runbooklab.domains.generic.language.quantity import UNITS
from runbooklab.domains.generic.lint import mistakes
from runbooklab.domains.generic.reading import read_one
from runbooklab.errors import UserError
from runbooklab.model.declared import Declaration, Declarations, DeclaredParameter

ROOT = Path(__file__).resolve().parents[3]
PARAMETERS = ("base_url", "mount", "host", "pg_url", "redis_url", "token")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """scripts/generate_checks_doc.py as a module."""
    path = ROOT / "scripts" / "generate_checks_doc.py"
    spec = importlib.util.spec_from_file_location("generate_checks_doc", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_and_the_schema_are_current(script: ModuleType) -> None:
    """docs/checks.md and docs/checks.schema.json are what the table of kinds says."""
    assert script.main(["--check"]) == 0


def body(kind: Kind) -> str:
    """The YAML of a kind's example."""
    return example(kind).split("\n", 1)[1].removesuffix("\n```")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_example_is_a_check_without_a_mistake(kind: Kind) -> None:
    """What `runbook kinds KIND` shows can be pasted into a runbook."""
    row = Declaration("check", f"my-{kind.name}", body(kind))
    declared = Declarations((row,), tuple(DeclaredParameter(name) for name in PARAMETERS))
    assert mistakes(declared, Rules.of(()), {}, None) == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_the_example_of_each_field_is_an_expectation_of_its_kind(kind: Kind) -> None:
    """Each field's example parses, and asks about a field of that kind."""
    required = "".join(f"{row.name}: {row.example}\n" for row in kind.options if row.required)
    for field in kind.fields:
        text = f"{kind.name}: {kind.example}\n{required}pass: |-\n  {field.example}"
        read = read_one(Declaration("check", "x", text), frozenset(PARAMETERS))
        assert not hasattr(read, "mistakes"), (field.example, getattr(read, "mistakes", ()))


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_units_of_fields_are_units_of_expectations(kind: Kind) -> None:
    """A number's unit is one that an expectation can be written in."""
    assert {field.unit for field in kind.fields if field.unit} <= UNITS.keys()


def test_the_schema_takes_each_example_and_refuses_a_misspelt_key() -> None:
    """An editor marks what lint would refuse, and nothing else."""
    validator = Draft202012Validator(schema())
    for kind in KINDS.values():
        content: dict[str, Any] = yaml.load(body(kind), Loader=yaml.BaseLoader)
        assert [error.message for error in validator.iter_errors(content)] == []
        assert [*validator.iter_errors({**content, "pas": "x"})]


def test_the_overview_names_every_kind() -> None:
    """`runbook kinds` has a line for each."""
    assert [line.split()[0] for line in overview().splitlines()[: len(KINDS)]] == list(KINDS)


def test_an_unknown_kind_is_told_the_nearest() -> None:
    """A misspelt kind leads to the right one."""
    with pytest.raises(UserError, match="there is no kind 'htp'") as told:
        details("htp")
    assert told.value.hint == "did you mean 'http'?"


@pytest.mark.parametrize("name", starters())
def test_what_a_runbook_can_start_from_names_its_title_once(name: str) -> None:
    """The title goes into the front matter, quoted for YAML, and into the heading."""
    text = starter(name, 'The "big" one: slow')
    assert yaml.safe_load(text.split("---")[1])["title"] == 'The "big" one: slow'
    assert '\n# The "big" one: slow\n' in text


def test_the_schema_is_json() -> None:
    """What is printed for editors can be read back."""
    assert json.loads(json.dumps(schema())) == schema()
