"""Regular expressions that a runbook's author writes: RE2's, which search in time linear in the text."""

from __future__ import annotations

import re2

from runbooklab.errors import RunbookError

#: Most characters of an expression, and of the texts that it may find.
MOST_CHARACTERS = 500
#: Most steps of the compiled program: one of this size searches a MiB in a few hundredths of a second.
MOST_STEPS = 10_000


class NotAPattern(RunbookError):
    """A regular expression that cannot be used; ``str()`` says why, without a full stop."""


class Pattern:
    """A compiled regular expression."""

    def __init__(self, program: re2._Regexp) -> None:
        self._program = program

    def matches(self, text: str) -> bool:
        """Whether the expression is found anywhere in ``text``."""
        return self._program.search(_bytes(text)) is not None


def compiled(text: str) -> Pattern:
    r"""A regular expression, ready to search with.

    Raises :class:`NotAPattern` if it is too long or too large, or does not parse. RE2 has neither
    back-references nor look-around. Source: https://github.com/google/re2/wiki/Syntax.

    >>> compiled("(?i)error|fatal").matches("FATAL: out of memory")
    True
    >>> compiled(r"(\w)\1")
    Traceback (most recent call last):
    ...
    runbooklab.domains.generic.language.patterns.NotAPattern: invalid escape sequence: \1
    """
    if len(text) > MOST_CHARACTERS:
        raise NotAPattern(f"the regular expression has {len(text)} characters, more than {MOST_CHARACTERS}")
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    try:
        program = re2.compile(_bytes(text), options)
    except re2.error as error:
        raise NotAPattern(_said(error)) from None
    if program.programsize > MOST_STEPS:
        raise NotAPattern("the regular expression is too large: its repetitions multiply")
    return Pattern(program)


def literal(text: str) -> str:
    r"""An expression that finds exactly this text: for a value within an expression.

    >>> literal("a.b")
    'a\\.b'
    """
    return str(re2.escape(text.encode("utf-8", "replace").decode()))


def _said(error: Exception) -> str:
    """RE2's own words, which name the part that is wrong."""
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return text.replace("missing )", "a ) is missing").replace("missing ]", "a ] is missing")


def _bytes(text: str) -> bytes:
    """The text as RE2 reads it; a lone surrogate stands for a byte that was no UTF-8."""
    return text.encode("utf-8", "replace")
