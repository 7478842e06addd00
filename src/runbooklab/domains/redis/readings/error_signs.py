"""What the error text given with the target says of Redis."""

from __future__ import annotations

from runbooklab.diagnosis import error_signs
from runbooklab.diagnosis.error_signs import Reading
from runbooklab.domain.sign import Sign
from runbooklab.domains.redis.signs import TABLE
from runbooklab.model.error_text import ErrorText


def read(text: ErrorText) -> Reading:
    """The signs of an error text: firm ones first, of these the last one."""
    return error_signs.read(text, TABLE)


def signs_of(text: ErrorText) -> tuple[Sign, ...]:
    """Every sign that an error text bears, what counts most first."""
    return error_signs.signs_of(text, TABLE)
