"""Shapes that are tried only near the name of a secret find what a search of the whole text finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbooklab.redaction.default_patterns import DEFAULTS
from runbooklab.redaction.forms import FORMS
from runbooklab.redaction.name_patterns import NAMES
from runbooklab.redaction.names import KEY, lowered, places_of_names
from runbooklab.redaction.shape import Shape
from runbooklab.redaction.shell_patterns import SHELL

NEAR = [pattern.regex for pattern in (*SHELL, *NAMES, *DEFAULTS) if pattern.regex.before is not None]

#: As much before the name as some shape takes, for each of them.
FARTHEST = [
    "{ " + "a" * 60 + 'password, "x1y2"',
    " " * 60 + "a" * 60 + "password: x1y2",
    " " * 60 + "a" * 60 + "password, x1y2",
    " " * 60 + "- " + "a" * 60 + "password: |\n" + " " * 61 + "x1y2",
    " " * 60 + "- " + "a" * 60 + "password:\n" + " " * 61 + "x1y2",
    "name" + "\\" * 7 + '**]   :   "' + "a" * 60 + 'password", value: x1y2',
    '"' + "a" * 60 + 'password" "x1y2"',
    's:123:\\"' + "a" * 60 + 'password\\";i:12;',
    "'" + "a" * 60 + "password' || 'x1y2'",
    "getEnvironmentVariable(('" + "a" * 60 + "password', 'x1y2'",
    "environ." + "a" * 20 + "[('" + "a" * 60 + "password', 'x1y2'",
    "'" + "a" * 60 + "password', 'x1y2')",
    "${" + "a" * 60 + "password:-x1y2}",
]
PIECES = [
    "password", "TOKEN", "auth", "pw", "Secrets", ":", "=", "-", " ", "\n", " " * 60, "a" * 60, "'x1'", '"',
    "'", "x1y2", "{", "}", "${", ":-", "|", " default ", "name", "value", "process.env.", "getenv(", ")",
    ", ", "|| ", "%3a", "s:8:", ";", "echo ", "$(", "- ", "#",
]  # fmt: skip


def found_near(shape: Shape, text: str) -> list[dict[str, tuple[int, int]]]:
    matches = shape.matches(text, places_of_names(lowered(text)))
    return [{name: match.span(name) for name in match.re.groupindex} for match in matches]


def found_anywhere(shape: Shape, text: str) -> list[dict[str, tuple[int, int]]]:
    matches = shape.compiled.finditer(text)
    return [{name: match.span(name) for name in match.re.groupindex} for match in matches]


@given(st.from_regex(re.compile(KEY, re.IGNORECASE), fullmatch=True))
def test_every_name_of_a_secret_has_its_place(name: str) -> None:
    """The names are looked for in lower case, where shapes mind no case."""
    assert 0 in places_of_names(lowered(name)), name


@settings(deadline=None)  # shapes are compiled in the first example
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_a_shape_finds_near_names_what_it_finds_anywhere(text: str) -> None:
    """Whatever stands between names, before them and after."""
    for shape in NEAR:
        assert found_near(shape, text) == found_anywhere(shape, text), shape.source


def test_a_shape_finds_the_same_in_every_form_of_the_table() -> None:
    """The forms that the documentation lists, all in one text and each again."""
    text = "\n".join(form.text for form in (*FORMS, *FORMS))
    for shape in NEAR:
        assert found_near(shape, text) == found_anywhere(shape, text), shape.source


@pytest.mark.parametrize("text", FARTHEST)
def test_a_shape_begins_as_far_before_a_name_as_it_can(text: str) -> None:
    """What may stand before a name counts in full, at the start of the text and after another line."""
    for shape in NEAR:
        assert found_near(shape, text) == found_anywhere(shape, text), shape.source
        assert found_near(shape, f"x\n{text}") == found_anywhere(shape, f"x\n{text}"), shape.source


def test_no_shape_goes_further_back_than_it_must() -> None:
    """With one character less than ``before``, something of :data:`FARTHEST` would be missed."""
    for shape in NEAR:
        if shape.before:
            short = Shape(shape.source, shape.compiled.flags & ~re.UNICODE, shape.before - 1)
            assert any(found_near(short, text) != found_anywhere(shape, text) for text in FARTHEST), (
                shape.source
            )
