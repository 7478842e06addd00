"""How distinctive a secret is, which decides where it is replaced and what the gate does.

*Strong* is every value except those below. It is replaced everywhere, in every form, and the gate looks
for it in all that is written.

*Ours* is a word that stands in every report (``critical``), and that somebody named as the secret. It is
replaced as a whole word in text from outside; our own sentences keep it.

*Weak* is what has fewer than four characters or six digits, a common word, a date, a version, an address, a
name of the target; and words of this program if they were only found in a text. It is replaced where it
stands as a password: in a URL, after ``password=``. The gate does not look for it.

Whoever can write into a log can write ``password=redis-tts`` there, so a secret that was only *found* in a
text may not take the target's names, our words or the phrases of our remedies out of a report.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from typing import Literal

from runbooklab.redaction.program_words import is_word_of_program
from runbooklab.redaction.report_vocabulary import is_our_word

Strength = Literal["strong", "ours", "weak"]

#: Shortest secret that is replaced wherever it stands.
SHORTEST = 4

#: Fewest digits of a number that is.
_FEWEST_DIGITS = 6

_WORDS = """
access admin auth bridge client config connect connection container default docker error example
failed false guest host info invalid localhost main master monitor name network none null off
orchestrator pass passwd password ping pong port primary readonly redis redis-tts remote replica
required root secret section server status summary table test token true undefined unknown user
username value warning worker workers
"""
#: Values that are ordinary words of configuration files, logs and our own pages.
COMMON_WORDS = frozenset(_WORDS.split())

#: Dates, times, versions and addresses with a port.
_NUMBERS = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?(?:[T ][\d:.]{0,15}(?:Z|\+00:00)?)?|\d\d:\d\d(?::[\d.]{0,9})?"
    r"|\d{1,5}(?:\.\d{1,5}){1,3}(?::\d{1,5})?"
)


def is_weak(value: str) -> bool:
    """Whether ``value`` is too short or too common a word to be replaced wherever it stands.

    >>> is_weak("6379"), is_weak("Redis "), is_weak("10.0.0.5"), is_weak("hunter2"), is_weak("dragon")
    (True, True, True, False, False)
    """
    bare = value.strip()
    return (
        len(bare) < SHORTEST
        or (bare.isdigit() and len(bare) < _FEWEST_DIGITS)
        or bare.lower() in COMMON_WORDS
        or _NUMBERS.fullmatch(bare) is not None
        or _is_address(bare)
    )


def strength_of(
    value: str,
    *,
    found: bool,
    names: Collection[str],
    own_names: Collection[str],
    texts: tuple[str, ...] = (),
) -> Strength:
    """How strong the secret ``value`` is.

    ``found``: it was only found in a text. ``names`` are all names of the target and what is around it,
    ``own_names`` those of them that a person gave, ``texts`` what stands in every report of this run.
    """
    bare = value.strip()
    if is_weak(bare) or bare in own_names:
        return "weak"
    if not found:
        return "ours" if is_our_word(bare, texts) else "strong"
    if any(bare in name for name in names) or _is_made_of(bare, names, texts):
        return "weak"
    return "strong"


def _is_made_of(value: str, names: Collection[str], texts: tuple[str, ...]) -> bool:
    """Whether ``value`` is nothing but words of this program and names of the target."""
    inside = sorted((name for name in names if name in value), key=len, reverse=True)
    alone = rf"(?<![\w-])(?:{'|'.join(map(re.escape, inside))})(?![\w-])"
    parts = re.split(alone, value) if inside else [value]
    return all(
        is_word_of_program(part, texts) or all(is_word_of_program(word, texts) for word in part.split())
        for part in (part.strip(" \t\"':=,;") for part in parts)
    )


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value.strip("[]"))
    except ValueError:
        return False
    return True
