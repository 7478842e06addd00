"""A comma that was forgotten is named at the row, where it was forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook_disk.domain import DOMAIN
from runbooklab.domain import Cause, Check, Domain, Layer, Steps, Supported

DISK: Any = DOMAIN
#: Field -> what makes a row with one item in place of a tuple.
FORGOTTEN: dict[str, Callable[[], Any]] = {
    "probes": lambda: Domain("disk", "Disk", DISK.view, probes=DISK.probes[0]),
    "uses": lambda: Domain("disk", "Disk", DISK.view, uses="docker"),  # type: ignore[arg-type] # the mistake
    "needs": lambda: Check("disk", "Disk", DISK.checks[0].judge, DISK.probes[0]),
    "checks": lambda: Layer("disk", "Disk", "Disk", "It is full.", "disk"),  # type: ignore[arg-type] # the mistake
    "remedies": lambda: Cause(
        id="disk", title="Disk", layer="disk", judge=DISK.causes[0].judge, distinguishing="It is full.",
        remedies="look", source="df(1)",  # type: ignore[arg-type] # the mistake
    ),
    "commands": lambda: Steps("df -h", "Nothing."),  # type: ignore[arg-type] # the mistake
    "because": lambda: Supported("It is full.", "disk-room", 0.9),  # type: ignore[arg-type] # the mistake
}  # fmt: skip


@pytest.mark.parametrize("field", FORGOTTEN)
def test_one_item_in_place_of_a_tuple_is_refused(field: str) -> None:
    """A text would be read letter by letter: a plan of one command a letter."""
    with pytest.raises(
        TypeError, match=rf"^{field} is \w+, not a tuple; write {field}=\(ITEM,\) with its comma"
    ):
        FORGOTTEN[field]()


@pytest.mark.parametrize("confidence", [-0.1, 1.1, 80])
def test_a_confidence_is_a_number_from_0_to_1(confidence: float) -> None:
    """Causes are ranked by it: 80 for 0.8 would put one before all others."""
    with pytest.raises(ValueError, match=r"^confidence is \S+, not a number from 0 to 1$"):
        Supported("It is full.", ("disk-room",), confidence)
