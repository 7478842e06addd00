"""The encoding that Python gives its standard output, from the variables of its environment. Pure.

Source: Python's documentation of PYTHONUTF8, PYTHONCOERCECLOCALE and PYTHONIOENCODING; PEP 538, PEP 540;
measured with Python 3.11: LC_ALL=C alone is UTF-8, LC_ALL=C with PYTHONUTF8=0 is ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: The variables that count, in the order in which they do.
VARIABLES = ("PYTHONIOENCODING", "PYTHONUTF8", "PYTHONCOERCECLOCALE", "LC_ALL", "LC_CTYPE", "LANG")
_UTF8 = re.compile(r"utf-?8", re.IGNORECASE)


def encoding_of(
    variables: Mapping[str, str], version: tuple[int, int], exists: Callable[[str], bool]
) -> tuple[str, str]:
    """The encoding, and why, as a clause. ``exists`` says whether this host has a locale.

    >>> encoding_of({"LC_ALL": "C"}, (3, 11), lambda name: True)[0]
    'UTF-8'
    >>> encoding_of({"LC_ALL": "C", "PYTHONUTF8": "0"}, (3, 11), lambda name: True)[0]
    'ASCII'
    """
    forced = variables.get("PYTHONIOENCODING", "").partition(":")[0]
    if forced:
        is_utf8 = _UTF8.fullmatch(forced.replace("_", "-")) is not None
        return ("UTF-8" if is_utf8 else forced.upper()), f"PYTHONIOENCODING is {forced}"
    name = next((each for each in ("LC_ALL", "LC_CTYPE", "LANG") if variables.get(each)), "")
    locale = variables.get(name, "") if name else "C"
    said = f"{name} is {locale}" if name else "no locale is set"
    mode = variables.get("PYTHONUTF8", "")
    if mode == "1" and version >= (3, 7):
        return "UTF-8", "PYTHONUTF8 is 1"
    is_plain = locale in ("C", "POSIX") or not exists(locale)
    if not is_plain:
        if _UTF8.search(locale):
            return "UTF-8", said
        _, dot, charset = locale.partition("@")[0].partition(".")
        return (charset.upper() if dot else "the locale's own, which is not UTF-8"), said
    if version < (3, 7):
        return "ASCII", f"{said}, and Python {version[0]}.{version[1]} has no UTF-8 mode"
    if mode != "0":
        return "UTF-8", f"{said}, for which Python uses its UTF-8 mode"
    coerces = variables.get("PYTHONCOERCECLOCALE", "") != "0" and name != "LC_ALL"
    if coerces and exists("C.UTF-8"):
        return "UTF-8", f"{said}, which Python replaces by C.UTF-8"
    return "ASCII", f"{said}, and PYTHONUTF8 is 0"
