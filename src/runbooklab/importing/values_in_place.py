"""Whether a parameter's value can stand where it does in a command that a person pastes into a shell.

A remedy is shown with its values in place. Each is one word of the shell that reads the line; where a second
program would read it as its own language, no quoting makes it safe, and the command stays text.
"""

from __future__ import annotations

import re

_PARAMETER = r"\$\{[a-z_]\w*\}"
_ANY = re.compile(_PARAMETER)
#: Programs that read a word as a command line, and commands within quotes or backquotes.
_READS_AGAIN = re.compile(
    r"`|\"\$\(|\$\(\(|<<|(?:^|[\s/])(?:eval|watch|ssh|su|runuser|(?:ba|da|z|k|a)?sh)(?=\s)"
)
_IS_PROGRAM = re.compile(rf"(?:^|[|&;(\n])\s*(?:(?:sudo|env|exec|nohup|nice|time|xargs)\s+)*{_PARAMETER}")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
#: What may stand beside a value in one quoted text: parts of a path or an option.
_PLAIN = re.compile(rf"(?:[\w@%+=:,./-]|{_PARAMETER})*")


def values_fit(text: str) -> bool:
    """Whether every parameter in a command stands as a word, or as a part of a plain one.

    >>> values_fit("kubectl delete pod ${pod} -n ${ns}"), values_fit("ssh web rm ${path}")
    (True, False)
    """
    if not _ANY.search(text):
        return True
    if _READS_AGAIN.search(text) or _IS_PROGRAM.search(text) or "\\${" in text:
        return False
    return all(_PLAIN.fullmatch(quoted) for quoted in _QUOTED.findall(text) if _ANY.search(quoted))
