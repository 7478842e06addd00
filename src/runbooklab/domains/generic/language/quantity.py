"""Numbers with units: ``95%``, ``14d``, ``500ms``, ``2GiB``."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from runbooklab.words import duration, duration_ms, size

#: What is measured; "" is a plain number.
Dimension = Literal["", "percent", "time", "bytes"]

#: Unit -> what it measures, and how much of that dimension's base (percent, seconds, bytes) it is.
UNITS: dict[str, tuple[Dimension, float]] = {
    "%": ("percent", 1),
    "ms": ("time", 0.001),
    "s": ("time", 1),
    "min": ("time", 60),
    "h": ("time", 3600),
    "d": ("time", 86400),
    "days": ("time", 86400),
    "w": ("time", 604800),
    "B": ("bytes", 1),
    "bytes": ("bytes", 1),
    "kB": ("bytes", 1000),
    "KB": ("bytes", 1000),
    "MB": ("bytes", 1000**2),
    "GB": ("bytes", 1000**3),
    "TB": ("bytes", 1000**4),
    "KiB": ("bytes", 1 << 10),
    "MiB": ("bytes", 1 << 20),
    "GiB": ("bytes", 1 << 30),
    "TiB": ("bytes", 1 << 40),
}

#: Most digits of a number.
MOST_DIGITS = 40

_QUANTITY = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)(?P<unit>%|[A-Za-z]+)?")


class Quantity(Struct, frozen=True):
    """A number as it is written; ``unit`` is "" or one of :data:`UNITS`."""

    number: float
    unit: str = ""

    @property
    def dimension(self) -> Dimension:
        """What it measures."""
        return UNITS[self.unit][0] if self.unit else ""

    def of(self, unit: str) -> float:
        """The number in a unit of the same dimension; a plain number counts as in that unit.

        >>> Quantity(2, "min").of("s")
        120.0
        """
        if not self.unit or not unit:
            return self.number
        return self.number * UNITS[self.unit][1] / UNITS[unit][1]

    def __str__(self) -> str:
        return f"{self.number:.15g}{self.unit}"


def dimension_of(unit: str) -> Dimension:
    """What a field with this unit measures."""
    return UNITS[unit][0] if unit else ""


def quantity(text: str) -> Quantity | None:
    """A text that is a number, perhaps with a known unit; else None.

    >>> quantity("95%"), quantity("many")
    (Quantity(number=95.0, unit='%'), None)
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or (match["unit"] or "%") not in UNITS or len(match["number"]) > MOST_DIGITS:
        return None
    return Quantity(float(match["number"]), match["unit"] or "")


def in_words(number: float, unit: str) -> str:
    """A field's number as a person reads it.

    >>> in_words(97.04, "%"), in_words(3 << 30, "bytes"), in_words(12, ""), in_words(-10.2, "days")
    ('97 %', '3.0 GiB', '12', '-10 days')
    """
    if unit == "%":
        return f"{_rounded(number)} %"
    if unit == "bytes":
        return size(int(number))
    if unit == "ms":
        return duration_ms(number)
    if unit == "s":
        return duration(number)
    if unit == "days":
        whole = int(number)
        return f"{whole} day" if whole == 1 else f"{whole} days"
    return f"{number:,.15g}" if abs(number) < _LARGEST else f"{number}"


#: From here on a number keeps all its digits: JSON may hold integers that no float does.
_LARGEST = 1e15


def _rounded(number: float) -> str:
    """One decimal, if it says something."""
    return f"{number:.1f}".removesuffix(".0")
