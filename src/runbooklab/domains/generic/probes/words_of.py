"""A command's words, split before its parameters are put in. Pure."""

from __future__ import annotations

import shlex

from runbooklab.domains.generic.records import Text

#: A value stands for one character of this private range while the text is split.
_FIRST, _LAST = 0xE000, 0xF8FF


def words_of(text: Text) -> list[str] | str:
    r"""The words as a shell would split them, or one sentence on why they can't be.

    A value stays within the word in which it stands, whatever it holds.

    >>> words_of(Text(("LLEN 'my ", "queue; FLUSHALL", "'")))
    ['LLEN', 'my queue; FLUSHALL']
    """
    if any(_FIRST <= ord(letter) <= _LAST for piece in text.pieces for letter in piece):
        return "The command holds a character that is in no script."
    if len(text.values) > _LAST - _FIRST:
        return "The command holds too many values."
    marked = "".join(chr(_FIRST + at // 2) if at % 2 else part for at, part in enumerate(text.parts))
    try:
        words = shlex.split(marked)
    except ValueError:
        return "A quote in the command is not closed."
    return [_filled(word, text.values) for word in words]


def _filled(word: str, values: tuple[str, ...]) -> str:
    return "".join(
        values[ord(letter) - _FIRST] if _FIRST <= ord(letter) <= _LAST else letter for letter in word
    )
