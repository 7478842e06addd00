"""The commands that fix a configuration file, run for real on a copy."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from evidence_samples import address, alter, change, healthy
from judging import plan_for
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations
from situations import SITUATIONS

TOKEN = "***secret-1a2b3c4d***"


def fixed(folder: Path, text: str | None, remedy_id: str, evidence: Evidence) -> dict[str, Any]:
    """The redis section after the plan's own edits were carried out on a file that says ``text``."""
    file = folder / "configs" / "orchestrator.yaml"
    if text is not None:
        file.parent.mkdir()
        file.write_text(text)
    for line in plan_for(remedy_id, evidence).commands:
        if line.startswith(("sed", "printf", "mkdir", "mv")):
            subprocess.run(["/bin/sh", "-c", line], cwd=folder, check=True)
    section: dict[str, Any] = yaml.safe_load(file.read_text())["redis"]
    return section


def written(url: str, db: int = 0) -> str:
    return f'# kept\nredis:\n  url: "{url}"  # here\n  db: {db}\n'


@pytest.mark.parametrize(
    ("situation", "before", "after"),
    [
        ("port-published-elsewhere", "redis://localhost:6379", "redis://localhost:6380"),
        ("container-name-from-host", "redis://redis-tts:6379", "redis://localhost:6379"),
        ("localhost-in-container", "redis://localhost:6379", "redis://redis-tts:6379"),
        ("url-scheme-invalid", "localhost:6379", "redis://localhost:6379"),
        ("url-malformed", "redis://localhost:63790000", "redis://localhost:6379"),
    ],
)
def test_the_url_is_corrected_in_the_file(tmp_path: Path, situation: str, before: str, after: str) -> None:
    """The plan's command changes the URL, and nothing else."""
    assert fixed(tmp_path, written(before), "fix-redis-url", SITUATIONS[situation]()) == {
        "url": after,
        "db": 0,
    }


def test_a_password_in_the_url_stays_as_it_was(tmp_path: Path) -> None:
    """The command works around a password that it does not know."""
    evidence = change(
        SITUATIONS["port-published-elsewhere"](),
        address=address(f"redis://app:{TOKEN}@localhost:6379/0", username="app", has_password=True),
    )
    section = fixed(tmp_path, written("redis://app:pa|s&s@localhost:6379/0"), "fix-redis-url", evidence)
    assert section["url"] == "redis://app:pa|s&s@localhost:6380/0"


def test_credentials_are_taken_out(tmp_path: Path) -> None:
    """User name and password go, host and port stay."""
    section = fixed(tmp_path, written("redis://app:pw@localhost:6379"), "drop-credentials", healthy())
    assert section["url"] == "redis://localhost:6379"


def test_the_database_becomes_the_one_that_has_the_registrations(tmp_path: Path) -> None:
    """Both places that may name it are changed."""
    evidence = change(
        healthy(registrations=Registrations("worker:*", 0, other_dbs={"3": 7})),
        address=address("redis://localhost:6379/0", db_in_url=0),
    )
    section = fixed(tmp_path, written("redis://localhost:6379/0"), "fix-database-index", evidence)
    assert section == {"url": "redis://localhost:6379/3", "db": 3}


@pytest.mark.parametrize(
    ("problem", "text"),
    [("missing", None), ("redis-section-missing", "workers: 3\n"), ("not-text", "\x01\x02")],
)
def test_a_configuration_without_a_url_gets_one(tmp_path: Path, problem: Any, text: str | None) -> None:
    """What is written leads to where Redis is."""
    evidence = alter(SITUATIONS["config-missing"](), "config", problem=problem)
    section = fixed(tmp_path, text, "fix-config-file", evidence)
    assert section == {"url": "redis://localhost:6379", "db": 0}


def test_tabs_become_spaces(tmp_path: Path) -> None:
    """A tab is the mistake that YAML parsers report most."""
    text = 'redis:\n  url: "redis://localhost:6379"\n\tdb: 0\n'
    section = fixed(tmp_path, text, "fix-config-file", SITUATIONS["config-invalid-yaml"]())
    assert section == {"url": "redis://localhost:6379", "db": 0}


def test_another_port_is_written_into_the_url(tmp_path: Path) -> None:
    """The configuration follows the container to its new port."""
    text = written("redis://localhost:6379")
    section = fixed(tmp_path, text, "use-other-port", SITUATIONS["port-conflict-process"]())
    assert section["url"] == "redis://localhost:6380"


def given(**values: Any) -> Evidence:
    """A healthy target whose URL was given as the parameter."""
    return change(healthy(), address=address("redis://app:x@localhost:6379/2", source="parameter", **values))


@pytest.mark.parametrize(
    "remedy", ["set-credentials", "drop-credentials", "set-password", "fix-database-index"]
)
def test_a_url_that_was_given_is_corrected_in_no_file(remedy: str) -> None:
    """The plan runs again with another URL; the configuration is not what was read."""
    plan = plan_for(remedy, given(db_in_url=2, has_password=True))
    assert "orchestrator.yaml" not in " ".join(plan.commands)
    assert "-p redis_url" in " ".join(plan.commands)


def test_a_url_of_parts_is_changed_where_its_parts_stand() -> None:
    """No text is replaced that is not in the file; the variable's own file is opened."""
    evidence = alter(
        SITUATIONS["port-published-elsewhere"](), "config",
        is_literal=False, origins=("made of parts",), value_file="/srv/.env", value_line=3,
    )  # fmt: skip
    plan = plan_for("fix-redis-url", evidence)
    assert plan.commands == ('"${EDITOR:-vi}" +3 /srv/.env',)
    assert "redis://localhost:6380" in plan.changes
    assert "made of parts" in plan.changes


def test_a_missing_configuration_is_never_overwritten(tmp_path: Path) -> None:
    """What is there after all stays; the section comes behind it."""
    evidence = alter(SITUATIONS["config-missing"](), "config", problem="missing")
    section = fixed(tmp_path, "# my only copy\n", "fix-config-file", evidence)
    assert section["url"] == "redis://localhost:6379"
    assert "my only copy" in (tmp_path / "configs" / "orchestrator.yaml").read_text()
