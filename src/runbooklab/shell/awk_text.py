"""Whether an awk program only prints: its tokens are read; what could write or start something is refused.

Refused are ``system``, ``getline``, a pipe, ``>`` as print's redirection, ``>>``, ``@`` and all that the
tokens leave open. Source: POSIX.1-2024, awk, "Lexical Conventions"; the manual of GNU awk 5.3, "Redirection".
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"(?P<gap>[ \t\r]+|\\\n|#[^\n]*)|(?P<newline>\n)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)'
    r"|(?P<name>[A-Za-z_]\w*)|(?P<operator>\|\||&&|[-+*/%^!=<>]=|\+\+|--|\*\*|>>|[-+*%^!=<>?:,;~$(){}\[\]|&@/])"
)
_REGEX = re.compile(r"/(?:[^/\\\n\[]|\\.|\[\^?\]?(?:[^\]\\\n/]|\\.)*\])*/")
_REFUSED = {
    "system": "system() starts a program",
    "getline": "getline reads from files and programs",
    "|": "a pipe starts a program",
    ">>": "it writes to a file",
    "@": "an indirect call or a library",
    "ENVIRON": "ENVIRON holds the environment",
    "&": "a lone &",
}
_OPENS_STATEMENT = frozenset(("if", "while", "for", "switch"))
#: A newline after anything else may continue a statement.
_ENDS_STATEMENT = frozenset(("0", "name", ")", "]", "++", "--", "print"))
_BEFORE_REGEX = frozenset(("", "\n", "(", ",", "!", "~", "&&", "||", "{", "}", ";", "?", ":"))


def awk_writes(program: str) -> str:
    """ "" if ``program`` only prints, else what of it does more or can't be told."""
    scan, at = _Scan(), 0
    while at < len(program):
        if program[at] == "/":
            division = scan.division()
            if division is None:
                return "a / of which can't be told whether it divides"
            found = None if division else _REGEX.match(program, at)
            if found:
                scan.last, at = "0", found.end()
                continue
            if not division:
                return "a regular expression that nothing closes"
        token = _TOKEN.match(program, at)
        if not token:
            return f"{program[at : at + 20]!r} is not known in awk"
        at = token.end()
        if reason := scan.take(token.lastgroup or "", token[0]):
            return reason
    return ""


class _Scan:
    """What of the tokens so far decides what the next one means."""

    def __init__(self) -> None:
        self.last = ""
        self._before_bracket: list[bool] = []  # for each open (, whether a statement may follow its )
        self._statement_follows = False
        self._printing: int | None = None  # how many brackets were open at print

    def division(self) -> bool | None:
        if self.last == ")":
            return not self._statement_follows
        if self.last in _BEFORE_REGEX:
            return False
        if self.last in ("0", "]", "name"):
            return True
        return None

    def take(self, kind: str, text: str) -> str:
        if kind == "gap":
            return ""
        if text in _REFUSED:
            return _REFUSED[text]
        if text == ">" and self._printing is not None and len(self._before_bracket) <= self._printing:
            return "> of print writes to a file"
        self._follow(text)
        self.last = {"name": "name", "number": "0", "string": "0"}.get(kind, text)
        if text in _OPENS_STATEMENT or text in ("print", "printf", "return", "in", "else", "do", "length"):
            self.last = text
        return ""

    def _follow(self, text: str) -> None:
        if text in ("print", "printf"):
            self._printing = len(self._before_bracket)
        elif text == "(":
            self._before_bracket.append(self.last in _OPENS_STATEMENT)
        elif text == ")":
            self._statement_follows = bool(self._before_bracket and self._before_bracket.pop())
        elif text in (";", "{", "}") or (text == "\n" and self.last in _ENDS_STATEMENT):
            self._printing = None
