"""Expectations as text: what they mean, and what is said of those that do not parse."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbooklab.domains.generic.language.expression import (
    MOST_NESTED,
    Both,
    Compare,
    Either,
    Empty,
    Ended,
    Exists,
    Given,
    Holds,
    Not,
    Parameter,
    leaves,
    parse,
)
from runbooklab.domains.generic.language.quantity import Quantity
from runbooklab.domains.generic.language.tokens import MOST_EXPRESSION, BadExpression

A, B, C = Holds("a"), Holds("b"), Holds("c")
WORDS = [
    "a", "b.c", "j[0].x", "(", ")", "[", "]", ",", "==", "!=", "<", "<=", "and", "or", "not", "in", "is",
    "empty", "exists", "passes", "matches", "contains", "${p}", "5", "5%", "-5ms", "'x'", '"y"', "/z/", "é",
    "true", "-", "+", ".", "\n", "$", "{", "'", '"', "/", "\\", "\x00", "\ud800", "=", "&&", "“", "²",
]  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_any_text_is_an_expression_or_a_bad_one(text: str) -> None:
    """Nothing but BadExpression leaves the parser, with one line and a column inside the text."""
    error = None
    try:
        assert list(leaves(parse(text)))
    except BadExpression as bad:
        error = bad
    assert error is None or (0 <= error.column <= len(text) and "\n" not in str(error))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a or b and c", Either((A, Both((B, C))))),
        ("a and b or c", Either((Both((A, B)), C))),
        ("(a or b) and c", Both((Either((A, B)), C))),
        ("not a and b", Both((Not(A), B))),
        ("not (a and b)", Not(Both((A, B)))),
        ("not not a", Not(Not(A))),
        ("not a is empty", Not(Empty("a"))),
        ("a is not empty", Not(Empty("a"))),
        ("a exists", Exists("a")),
        ("a.b-c.d[0] exists", Exists("a.b-c.d[0]")),
        ("x-y fails", Ended("x-y", "fails")),
        ("a == 95%", Compare("a", "==", (Quantity(95, "%"),))),
        ("a<-5", Compare("a", "<", (Quantity(-5),))),
        ("a == 2GiB", Compare("a", "==", (Quantity(2, "GiB"),))),
        ("a in [1, 'x', y]", Compare("a", "in", (Quantity(1), "x", "y"))),
        ("a == 'it''", None),
        (r'a == "x\"y\n"', Compare("a", "==", ('x"y\n',))),
        (r"a == 'x\n'", Compare("a", "==", (r"x\n",))),
        (r"a matches /a\/b/", Compare("a", "matches", ("a/b",))),
        ("a matches 'x.y'", Compare("a", "matches", ("x.y",))),
        ("a == true", Compare("a", "==", (True,))),
        ("a == ${p}", Compare("a", "==", (Parameter("p"),))),
        ("${p} in [prod, stage]", Given("p", "in", ("prod", "stage"))),
        ("${p} exists", Given("p", "exists")),
        ("a == 1\nand b", Both((Compare("a", "==", (Quantity(1),)), B))),
    ],
)
def test_what_an_expression_means(text: str, meant: object) -> None:
    """`not` binds closest, then `and`, then `or`; a literal is a number with its unit, a text or a truth."""
    if meant is None:
        with pytest.raises(BadExpression):
            parse(text)
        return
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 0, "the expectation is empty"),
        ("a and", 5, "the name of a field must stand here, and it ends here"),
        ("and a", 0, "the name of a field must stand here, not 'and'"),
        ("(a", 2, "')' is missing at the end"),
        ("(a))", 3, "')' is too much here: join with and, or"),
        ("a ==", 4, "a value must follow after '==', and it ends here"),
        ("5 == a", 0, "the field stands first: a == 5"),
        ("5 == 6", 0, "the name of a field must stand here, not '5'"),
        ("5 and a", 0, "the name of a field must stand here, not '5'"),
        ("200 <= status < 300", 0, "the field stands first: status >= 200 and status < 300"),
        ("a and 5s > ms", 6, "the field stands first: ms < 5s"),
        ("5 <", 0, "the name of a field must stand here, not '5'"),
        ("status >= 200 < 300", 14, "each comparison names its field: ... and status < 300"),
        ("a b", 2, "'b' is too much here: join with and, or"),
        ("a = 3", 2, "write '==' for '='"),
        ("a === 3", 2, "write '==' for '==='"),
        ("a => 3", 2, "write '>=' for '=>'"),
        ("a <> 3", 2, "write '!=' for '<>'"),
        ("a && b", 2, "write 'and' for '&&'"),
        ("!a", 0, "write 'not' for '!'"),
        ("a ≥ 3", 2, "write '>=' for '≥'"),
        ("a == “x”", 5, "write '\"' for '“'"),
        ("a AND b", 2, "write 'and' for 'AND'"),
        ("a not in [1]", 2, "not stands before a whole statement: not status in [200, 204]"),
        ("a == 95 %", 8, "a unit follows at once, as in 95%, 500ms or 2GiB"),
        ("a == 5 min", 7, "a unit follows at once, as in 95%, 500ms or 2GiB"),
        ("a == 5mn", 5, "there is no unit 'mn'; there are %, ms, s, min"),
        ("a == 1e3", 5, "'1e3' is no number"),
        ("a == 10.0.0.1", 5, "'10.0.0.1' is no number"),
        ("a == 0640", 5, "'0640' begins with 0: quote it if it is a text"),
        ("a == " + "9" * 400, 5, "the number has more than 40 digits"),
        ("a == True", 5, "write true for 'True'"),
        ("a == null", 5, "write FIELD is empty for 'null'"),
        ("a == 'x", 5, "the quoted text is never closed"),
        ("a == /x/", 5, "a /pattern/ needs matches, not '=='"),
        ("a matches 5", 10, "a /pattern/ must follow after matches, not '5'"),
        ("a matches /(/", 10, "a ) is missing: ("),
        ("a matches /x/i", 13, "write the flags of a pattern at its beginning: /(?i).../"),
        ("a matches //", 10, "a /pattern/ is never closed, or is empty"),
        ("a in 1", 5, "'[' is missing before '1'"),
        ("a in []", 6, "a value must follow after 'in', not ']'"),
        ("${p}", 0, "say what ${p} is compared with, or write ${p} exists"),
        ("a is emtpy", 5, "'empty' is missing before 'emtpy'"),
    ],
)
def test_a_bad_expression_says_what_to_write(text: str, column: int, said: str) -> None:
    """One sentence and the column; what is another language's says what it is called here."""
    with pytest.raises(BadExpression) as caught:
        parse(text)
    assert str(caught.value).startswith(said)
    assert caught.value.column == column


@pytest.mark.parametrize("nest", ["({})", "not {}"])
def test_nesting_has_a_bound(nest: str) -> None:
    """The deepest nesting parses, one deeper is refused, and so is a long text before it is read."""

    def nested(depth: int) -> str:
        text = "a"
        for _ in range(depth):
            text = nest.format(text)
        return text

    parse(nested(MOST_NESTED))
    for depth in (MOST_NESTED + 1, 100):
        with pytest.raises(BadExpression, match="nested too deep"):
            parse(nested(depth))
    with pytest.raises(BadExpression, match="2,000 is the most"):
        parse("(" * (MOST_EXPRESSION + 1))
