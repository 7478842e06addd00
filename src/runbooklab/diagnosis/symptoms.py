"""Which runbooks an error text belongs to, by the error messages that their symptoms quote."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

#: What stands between backquotes in a symptom.
_QUOTED = re.compile(r"`([^`]{1,300})`")
#: Stands in a quoted message for whatever a program writes there.
ANYTHING = "…"
#: A shorter message is in too many texts.
SHORTEST = 12


def quoted(symptoms: Iterable[str]) -> tuple[str, ...]:
    """The error messages that symptoms quote, each long enough to say something.

    >>> quoted(["`Job for … failed because`, or `ENOSPC`", "It is slow"])
    ('Job for … failed because',)
    """
    found = (match[1].strip() for symptom in symptoms for match in _QUOTED.finditer(symptom))
    return tuple(text for text in found if len(text.replace(ANYTHING, "")) >= SHORTEST)


def symptom_in(text: str, symptoms: Iterable[str]) -> str:
    """The longest quoted message that stands in the text, in any letter case; "" if none does.

    >>> symptom_in("Job for nginx.service failed because of it", ["`Job for … failed because`"])
    'Job for … failed because'
    """
    found = (message for message in quoted(symptoms) if _shape(message).search(text))
    return max(found, key=len, default="")


@lru_cache(maxsize=256)
def _shape(message: str) -> re.Pattern[str]:
    parts = (r"\s+".join(map(re.escape, part.split())) for part in message.split(ANYTHING))
    return re.compile(r"\s*\S(?:[^\n]{0,100}?\S)?\s*".join(parts), re.IGNORECASE)
