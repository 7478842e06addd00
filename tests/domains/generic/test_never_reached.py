"""Expectations that an earlier one always forestalls, as lint says."""

from __future__ import annotations

import pytest

from declared_texts import fence, mistakes

LATE = "it is never reached: whenever it is true, fail is, which is tried before it"


@pytest.mark.parametrize(
    ("fail", "warn"),
    [
        ("used_percent > 80%", "used_percent > 90%"),
        ("used_percent > 80%", "used_percent >= 80.5%"),
        ("used_percent >= 80%", "used_percent == 80%"),
        ("free < 2GiB", "free < 500MiB"),
        ("free < 2GiB", "free <= 2GB"),
        ("used_percent > 80%", "used_percent > 90% and free < 1GiB"),
        ("used_percent > 80% or read_only", "used_percent > 90%"),
        ("used_percent > 80% or free < 2GiB", "used_percent > 90% or free < 1GiB"),
        ("used_percent > 80% and used_percent > 70%", "used_percent > 90%"),
    ],
)
def test_a_warning_within_the_failure_is_a_mistake(fail: str, warn: str) -> None:
    """Whatever the warning is true of, the check has failed of already."""
    found = mistakes(fence("check", f"disk: /\nfail: {fail}\nwarn: {warn}\npass: used_percent <= 50%"))
    assert [line for line, _ in found] == [4]
    assert LATE in found[0][1]


@pytest.mark.parametrize(
    ("fail", "warn"),
    [
        ("used_percent > 90%", "used_percent > 80%"),
        ("used_percent > 90%", "used_percent >= 90%"),
        ("used_percent > 80% and free < 2GiB", "used_percent > 90%"),
        ("used_percent > 80%", "used_percent > 90% or free < 1GiB"),
        ("used_percent > 80%", "inodes_used_percent > 90%"),
        ("used_percent > 80%", "used_percent < 90%"),
        ("used_percent > ${limit}", "used_percent > 90%"),
        ("not used_percent > 80%", "used_percent > 90%"),
        ("used_percent != 80%", "used_percent > 90%"),
        ("free < 2GiB", "free < 2.1GiB"),
    ],
)
def test_a_warning_that_may_be_reached_is_none(fail: str, warn: str) -> None:
    """Only what is certain from the numbers is said."""
    assert mistakes(fence("check", f"disk: /\nfail: {fail}\nwarn: {warn}\npass: size > 1GiB")) == []


def test_pass_and_a_later_row_of_a_list_count_too() -> None:
    """The first that is true decides, of the words and within one word's list."""
    late_pass = "http: http://x\nfail: status >= 400\npass: status == 500"
    assert LATE in mistakes(fence("check", late_pass))[0][1]
    rows = "{when: status >= 400, says: bad}, {when: status >= 500, says: worse}"
    late_row = f"http: http://x\nfail: [{rows}]\npass: status == 200"
    assert "one of the list is never reached" in mistakes(fence("check", late_row))[0][1]
