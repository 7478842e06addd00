"""What the patterns of secrets are made of."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.redaction.names import KEY_HINTS
from runbooklab.redaction.shape import Shape

#: A quoted text may double its quote (SQL, YAML), or leave it and come back (a shell).
QUOTED = (
    r"\"\"\"(?P<v5>[^\"]{1,20000}?)\"\"\"|'''(?P<v6>[^']{1,20000}?)'''"
    r"|\"(?P<v1>(?>(?:[^\"\\\n]|\\.|\"\"|\"'[^'\n]{1,9}'\")+))\""
    r"|'(?P<v2>(?>(?:[^'\\\n]|\\[^\n]|'(?:'|\\''|\"[^\"\n]{1,9}\"'))+))'"
    r"|\\{1,7}[\"'](?P<v4>[^\"\\\n]++)\\{1,7}[\"']"
)
RAW_QUOTED = rf"[rubfRUBF@]{{0,2}}(?:{QUOTED})"
#: A shell's word may hold a blank behind a backslash.
_ESCAPED_BLANK = r"(?<=\\) (?=[^\s\"'])"
ARGUMENT = rf"(?P<v3>[^\s\"',](?>(?:[^\s\"',]|{_ESCAPED_BLANK})*))"
#: Java's properties go on after a backslash at the end of a line.
WORD = (
    rf"(?!\$\{{)(?P<v3>[^\s\"'\\<>{{}}\[\],;&](?>(?:[^\s\"'<>{{}}\[\],;&]|{_ESCAPED_BLANK})*)"
    r"(?:(?<=\\)\r?\n[ \t]{0,40}[^\s\"'<>{}\[\],;&]++){0,200})"
)
#: Behind a key: a quote, Markdown's bold, the bracket of ``ENV["KEY"]``.
AFTER_KEY = r"\\{0,7}(?:[\"'`]|\*\*)?\]?[ \t]{0,3}"
#: Not ``!secret name`` and the like, which say where the secret is.
TAGS = r"(?:[&!](?!(?:secret|env|ENV|Ref|GetAtt|Sub|include|reference|file) )[\w!./-]{1,60}[ \t]{1,3}){0,2}"
#: From an option to its value: a blank, ``=``, or the next item of a list in JSON, Python or YAML.
NEXT_ITEM = r"(?:\\{0,7}[\"']?[ \t,:=]{1,5}|\\{0,7}[\"']?[ \t]{0,9}(?:,\s{0,200}|\r?\n[ \t]{0,200}- {1,9}))"
#: Before a value: YAML's tags, or what PHP's var_dump says of its type.
BEFORE_VALUE = rf"[ \t]{{0,3}}{TAGS}(?:\s{{0,60}}string\(\d{{1,9}}\) )?"
#: Not after ``-x``: then the value comes from the input, and what follows is another command.
DIRECTIVE = (
    r"(?<!-x CONFIG SET )(?:requirepass"
    r"|(?:master|primary|replica|slave)[_-]?auth(?![_-])|sentinel[ \t]{1,3}auth-pass \S{1,200}"
    r"|sentinel[ \t]{1,3}set[ \t]{1,3}\S{1,200}[ \t]{1,3}auth-pass"
    r"|(?:master|primary|replica|slave)-auth-pass|auth-pass(?=[\"'])"
    r"|sentinel-pass|key-file-pass)"
)
#: ``=``, ``:=`` and ``=>``; ``==`` only before a quoted text, as ``detect-secrets==1.5.0`` holds none.
EQUALS = r"(?::=|\?=|=>|->|\u2192|\u279c|={1,3}(?=[ \t]{0,3}[rub]{0,2}[\"'])|=(?!=))"
BULK = r"(?:\r?\n|(?:\\r)?\\n)\$\d{1,9}(?:\r?\n|(?:\\r)?\\n)"

#: Of patterns that look for a name with no sign after it.
BARE_HINTS = (*KEY_HINTS, "kennwort")


class Pattern(Struct, frozen=True):
    """One shape of a secret: the groups ``v1``, ``v2``, ``v3`` ... are the secret.

    ``kind`` says to a reader what was replaced.
    ``hints``: lower-case texts of which one occurs wherever the pattern matches.
    ``encoded``: percent-encoding applies to it.
    ``prose``: words that make it a sentence (``password: required``) if they stand unquoted.
    """

    kind: str
    hints: tuple[str, ...]
    regex: Shape
    prose: frozenset[str] = frozenset()
    encoded: bool = False
