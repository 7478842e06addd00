"""What expressions say of what was seen: three values, and nothing unobserved is ever true or false."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct, field

from runbooklab.domains.generic.language.expression import parse
from runbooklab.domains.generic.language.tokens import BadExpression
from runbooklab.domains.generic.language.truth import Found, Truth, Value, truth
from runbooklab.domains.generic.world import shown


class Fields(Struct):
    """A world of fields and parameters by name."""

    fields: dict[str, Found]
    parameters: dict[str, Value] = field(default_factory=dict)

    def field(self, name: str) -> Found:
        return self.fields.get(name, Found("absent"))

    def outcome(self, check: str) -> Found:
        return self.fields.get(check, Found("unobserved", words="it did not run"))

    def parameter(self, name: str) -> Value:
        return self.parameters.get(name)

    def words(self, name: str) -> str:
        return name


ATOMS = {
    "t": Found("there", True, words="true"),
    "f": Found("there", False, words="false"),
    "a": Found("absent"),
    "u": Found("unobserved", words="no answer"),
}
SAID = {"t": "true", "f": "false", "a": "absent", "u": "unobserved"}


def said(text: str, parameters: dict[str, Value] | None = None, unit: str = "", **values: Value) -> Truth:
    """What an expression says of fields with these values."""
    fields = {name: Found("there", value, unit, shown(value, unit)) for name, value in values.items()}
    return truth(parse(text), Fields({**ATOMS, **fields}, parameters or {}))


@pytest.mark.parametrize(("one", "other"), list(product("tfau", repeat=2)))
def test_and_or_are_three_valued(one: str, other: str) -> None:
    """One part decides alone if it can; else what is not known leaves the whole unknown, unobserved first."""
    kinds = {one, other}
    both = "f" if "f" in kinds else "u" if "u" in kinds else "a" if "a" in kinds else "t"
    either = "t" if "t" in kinds else "u" if "u" in kinds else "a" if "a" in kinds else "f"
    assert said(f"{one} and {other}").said == SAID[both]
    assert said(f"{one} or {other}").said == SAID[either]


@pytest.mark.parametrize(("one", "opposite"), [("t", "f"), ("f", "t"), ("a", "a"), ("u", "u")])
def test_not_turns_only_what_is_known(one: str, opposite: str) -> None:
    """The opposite of what is not known is not known."""
    assert said(f"not {one}").said == SAID[opposite]


def _nested(part: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    joined = st.tuples(part, st.sampled_from(["and", "or"]), part).map(" ".join)
    return st.one_of(part, joined).map(lambda text: f"not ({text})")


@given(st.recursive(st.sampled_from("au"), _nested, max_leaves=6))
def test_nothing_is_true_or_false_of_what_was_not_seen(text: str) -> None:
    """However it is put together, an expression about nothing seen is neither true nor false."""
    try:
        expression = parse(text)
    except BadExpression:  # nested deeper than the language allows
        return
    assert truth(expression, Fields(ATOMS)).said in ("absent", "unobserved")


@pytest.mark.parametrize("state", ["a", "u"])
@pytest.mark.parametrize(
    "rest", ["== 1", "!= 1", "< 1", "in [1]", "contains x", "matches /x/", "is empty", "is not empty"]
)
def test_no_comparison_says_anything_of_what_was_not_seen(state: str, rest: str) -> None:
    """Also `!=` and `is not empty` are not true of it."""
    assert said(f"{state} {rest}").said == SAID[state]


def test_exists_is_known_of_what_the_answer_lacks() -> None:
    """An answer without a field has it not; one that was not observed may have it."""
    assert said("a exists").said == "false"
    assert said("u exists").said == "unobserved"
    assert said("t exists").said == "true"


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("x == 1", 1, "true"),
        ("x == 1", 1.0, "true"),
        ("x == 1", "1", "true"),
        ("x == 1", True, "unobserved"),
        ("x == true", 1, "unobserved"),
        ("x == true", "true", "unobserved"),
        ("x != 5", "abc", "true"),
        ("x > 5", "7", "unobserved"),
        ("x > 5", None, "unobserved"),
        ("x == 5", [5], "unobserved"),
        ("x == 5", {"a": 5}, "unobserved"),
        ("x > 5", 10**400, "true"),
        ("x == 1", 10**400, "false"),
        ("x in [a, 5]", "a", "true"),
        ("x in [a, 5]", 5, "true"),
        ("x in [a, b]", 5, "unobserved"),
        ("x contains 5", "v5.2", "true"),
        ("x contains a", ["a", "b"], "true"),
        ("x contains a", ["ab"], "false"),
        ("x contains 5", [5.0], "true"),
        ("x contains a", {"a": 1}, "true"),
        ("x contains true", "true", "unobserved"),
        ("x contains 5", 55, "unobserved"),
        ("x matches /^a/", ["b", "a1"], "true"),
        ("x matches /20./", 204, "true"),
        ("x matches /t/", True, "unobserved"),
        ("x is empty", "", "true"),
        ("x is empty", [], "true"),
        ("x is empty", {}, "true"),
        ("x is empty", None, "true"),
        ("x is empty", 0, "false"),
        ("x is empty", False, "false"),
        ("x", 1, "unobserved"),
        ("x", "yes", "unobserved"),
    ],
)
def test_values_of_other_types_cannot_be_compared(text: str, value: Value, expected: str) -> None:
    """What JSON holds may be anything: a comparison that makes no sense is neither true nor false."""
    assert said(text, x=value).said == expected


@pytest.mark.parametrize(
    ("text", "parameter", "value", "unit", "expected"),
    [
        ("x contains ${p}", "5%", "used 5% of it", "", "true"),
        ("x contains ${p}", "012", "id 012", "", "true"),
        ("x == ${p}", "007", "007", "", "true"),
        ("x == ${p}", "7", "007", "", "false"),
        ("x == ${p}", 7, "7", "", "true"),
        ("x matches ${p}", "^20[0-9]$", "204", "", "true"),
        ("x matches ${p}", "5", "15", "", "true"),
        ("x matches ${p}", "(", "(", "", "unobserved"),
        ("x matches ${p}", "a" * 600, "a", "", "unobserved"),
        ("x > ${p}", "2GiB", 3 << 30, "bytes", "true"),
        ("x > ${p}", "5min", 600, "s", "true"),
        ("x > ${p}", "5GiB", 600, "s", "unobserved"),
        ("x > ${p}", "many", 600, "s", "unobserved"),
        ("x > ${p}", "", 600, "s", "unobserved"),
        ("x > ${q}", "", 600, "s", "unobserved"),
        ("x > ${p}", 500, 600, "s", "true"),
        ("x == ${p}", True, True, "", "true"),
        ("${p} > 5", "7", None, "", "true"),
        ("${p} > 5min", "10min", None, "", "true"),
        ("${p} > 5min", "10GiB", None, "", "unobserved"),
        ("${p} > 5min", "400", None, "", "unobserved"),
        ("${p} == prod", "prod", None, "", "true"),
        ("${p} == prod", "", None, "", "false"),
        ("${q} == prod", "", None, "", "unobserved"),
        ("${p} in [prod, 5]", "5", None, "", "true"),
        ("${p} exists", "x", None, "", "true"),
        ("${p} exists", "", None, "", "false"),
        ("${q} exists", "", None, "", "false"),
        ("${p} contains b", ["a", "b"], None, "", "true"),
    ],
)  # fmt: skip
def test_a_parameter_is_a_number_only_beside_a_number(
    text: str, parameter: Value, value: Value, unit: str, expected: str
) -> None:
    """A parameter's text stays as it was given beside a text; beside a number it has the number's unit."""
    assert said(text, {"p": parameter}, unit, x=value).said == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x == 5", "x is 97, not 5"),
        ("x > 100", "x is 97, not above 100"),
        ("x in [1, 2]", "x is 97, not one of 1 or 2"),
        ("x > 5 and y == a", "x is 97 and y is a"),
        ("x > 100 or y == b", "x is 97, not above 100 and y is a, not b"),
        ("not x > 100", "x is 97, not above 100"),
        ("not f", "not f"),
        ("u > 5", "u could not be observed: no answer"),
        ("a > 5", "there is no a"),
        ("y > 5", "y is a, which cannot be compared with 5"),
        ("${p} == prod", "p is empty, not prod"),
    ],
)
def test_a_reason_says_what_is_the_case(text: str, why: str) -> None:
    """The reason holds the value that was seen, and what it was compared with."""
    assert said(text, {"p": ""}, x=97, y="a").why == why


def test_a_huge_integer_is_shown_cut() -> None:
    """JSON may hold integers that no float holds."""
    assert shown(10**40) == "1" + "0" * 40
    assert len(shown(10**400)) < 200
