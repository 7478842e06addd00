"""The key ``pass`` of a declared check: no word for a password."""

from __future__ import annotations

import re

from runbooklab.redaction.names import EXPRESSION

#: The fence of a check in Markdown, or its cell in a notebook, up to its end.
_CHECK = re.compile(
    r"^(?P<marks>`{3,}|~{3,})\{check\} [a-z0-9-]+[ \t]*\r?\n.*?^(?P=marks)|\A%%check [a-z0-9-]+[ \t]*\r?\n.*",
    re.MULTILINE | re.DOTALL,
)
#: Only at the margin, and only before something that reads as an expression, also on the next line.
_PASS = re.compile(
    r"^pass(?=:[ \t]*(?:(?:\|[-+]?[ \t]*)?(?:#[^\r\n]*)?\r?\n[ \t]*(?:- )?(?:when: ?)?)?" + EXPRESSION + ")",
    re.MULTILINE,
)


def without_expectations(text: str) -> str:
    """The text, as long as it was, with another word for such a key within a check; all else is as it was.

    >>> without_expectations("%%check api\\ntcp: db:1\\npass:\\n  open")
    '%%check api\\ntcp: db:1\\nwhen:\\n  open'
    """
    if "check" not in text or "pass:" not in text:
        return text
    return _CHECK.sub(lambda check: _PASS.sub("when", check[0]), text)
