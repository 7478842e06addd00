"""Times as a runbook's author writes them: ``15min``, ``14d``."""

from __future__ import annotations

import re

#: Unit -> seconds.
SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_DURATION = re.compile(rf"\s*([0-9]+(?:\.[0-9]+)?)\s*({'|'.join(SECONDS)})\s*")


def seconds_in(text: str) -> float | None:
    """The seconds of a time; None if the text is none.

    >>> seconds_in("15min"), seconds_in("1.5 h"), seconds_in("soon")
    (900.0, 5400.0, None)
    """
    found = _DURATION.fullmatch(text)
    return float(found[1]) * SECONDS[found[2]] if found else None
