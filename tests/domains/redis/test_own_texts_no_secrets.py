"""Whatever Redis' rules write, in any situation: no word of it is taken for a secret."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from cause_samples import VARIANTS
from judging import REMEDIES, conclude
from odd_situations import NO_ALARM
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Stage
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.redaction import TOKEN, find_secrets, means_a_secret
from situations import SITUATIONS

EVERY: tuple[Callable[[], Evidence], ...] = (*VARIANTS.values(), *SITUATIONS.values(), *NO_ALARM.values())


def written(evidence: Evidence) -> Iterator[str]:
    """All plans, and each part of the diagnosis: as JSON has them, and text by text."""
    plans = [remedy.plan(evidence) for remedy in REMEDIES.values()]
    concluded = msgspec.to_builtins(conclude(evidence))
    parts = [part for value in concluded.values() for part in (value if isinstance(value, list) else [value])]
    for part in (*msgspec.to_builtins(plans), *parts):
        yield json.dumps(part, indent=2, ensure_ascii=False)
        yield from _texts(part)


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, list | tuple | dict):
        inner = list(item.values() if isinstance(item, dict) else item)
        if all(isinstance(line, str) for line in inner):
            yield "\n".join(inner)
        for value in inner:
            yield from _texts(value)


def taken(texts: set[str]) -> set[str]:
    """What of ``texts`` is taken for a secret."""
    values = {found.value for text in texts for found in find_secrets(text)}
    return {value for value in values if not TOKEN.fullmatch(value)}


def test_what_is_written_of_protected_mode_holds_no_secret() -> None:
    """Its fix sets a password from a variable."""
    assert taken(set(written(SITUATIONS["protected-mode"]()))) == set()


@pytest.mark.exhaustive
def test_what_is_written_in_any_situation_holds_no_secret() -> None:
    """Every remedy's plan and every diagnosis, of every sample."""
    assert taken({text for build in EVERY for text in written(build())}) == set()


@pytest.mark.parametrize(
    ("name", "record", "field"),
    [("credentials", ServerConfig, "credentials"), ("auth", Stage, "outcome")],
)
def test_a_state_under_the_name_of_a_secret_is_none(
    name: str, record: type[msgspec.Struct], field: str
) -> None:
    """What became of a login, as our own records and tables say it."""
    states = get_args(get_type_hints(record)[field])
    assert states
    assert [state for state in states if state and means_a_secret(name, state)] == []
