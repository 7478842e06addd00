"""Placeholders become parameters: ``<pod>``, ``{pod}``, ``{{ pod }}``, ``[pod]``, ``YOUR_POD``, ``$POD``."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from runbooklab.authoring.frontmatter import VOCABULARY
from runbooklab.shell.judge import GIVEN
from runbooklab.words import short

#: Longest name of a parameter, in characters.
MOST_NAME = 40

#: Names that mean something else to a run, see docs/writing-runbooks.md.
_TAKEN = frozenset((*VOCABULARY, "apply", "environment", "incident", "uses"))

#: Variables that the runner of commands sets: they stay as they are.
_RUNNERS_OWN = GIVEN - {"?"}

_SECRET = re.compile(
    r"(?:passw|passphrase|(?<!by)(?<!com)pass(?:_|$)|(?:^|_)(?:pw|pwd|auth|bearer|jwt)(?:_|$)|secret|token|credential"
    r"|(?:api|access|private|account|unseal|encryption)_?key)(?!.*(?:_name|_file|_path|_id|_arn|_url|_host)$)",
    re.I,
)
#: What stands before a secret, whatever it is called there.
_BEFORE_SECRET = re.compile(
    r"(?:\s--?(?:password|passwd|pass|pw|token|secret|api-?key|access-?key|secret-?key)[= ]\s*['\"]?"
    r"|\b(?:bearer|basic|authorization:)\s+|\bx-[\w-]*(?:token|key|auth):\s*"
    r"|\s(?:-u|--user)[= ]?\s*['\"]?[^\s:'\"]*:|\b(?:mysql|mariadb)\w*\s.*\s-p['\"]?"
    r"|\b\w+-cli\s.*\s-a\s+['\"]?|\b\w*(?:pass|passwd|password|pwd|token|secret)=['\"]?)$",
    re.I,
)
_BEFORE_SECRET_IN_URL = re.compile(r"://[^\s/:@]*:$")
#: How far before it, in characters.
_MOST_BEFORE = 200
_EMPTY_QUOTES = re.compile(r"(?<!['\\])''(\"?\$\{\w+\}\"?)''(?!')")

#: Words of a sentence that may say what a placeholder stands for.
_EXPLAINS = re.compile(r"\b(?:replac|substitut|where|name of|is the|with the)", re.I)

_SENTENCES = re.compile(r"(?<=[.!?])\s+")

Quote = Literal["", "'", '"']


class _Shape(NamedTuple):
    pattern: re.Pattern[str]
    quotes: tuple[Quote, ...]  # between which of them it counts


#: Words in braces of jsonpath, awk and git that stand for nothing.
_NOT_IN_BRACES = r"(?:print|printf|end|range|next|exit|else|upstream|commit|tree|push|items)\b"
_SHAPES = (
    _Shape(
        re.compile(r"(?<![<&0-9])<(?P<name>[A-Za-z](?:[^<>\n=;&|\"`$]{0,78}[^<>\s=;&|\"`$])?)>"),
        ("", "'", '"'),
    ),
    _Shape(
        re.compile(r"\{\{\s*\$?(?:labels\.)?(?P<name>(?!else\b|end\b)[A-Za-z]\w{1,60})\s*\}\}"),
        ("", "'", '"'),
    ),
    _Shape(
        re.compile(rf"(?<![$%@^\\{{])\{{(?!{_NOT_IN_BRACES})(?P<name>[A-Za-z][\w-]{{1,60}})\}}"), ("", '"')
    ),
    _Shape(re.compile(r"(?<![\w$-])(?P<name>YOUR[_-][A-Z][A-Z0-9_-]{0,60})(?![\w-])"), ("", "'", '"')),
    _Shape(re.compile(r"(?<![\w./$-])(?P<name>your-[a-z][a-z-]{0,60})(?![\w-])"), ("", "'", '"')),
    _Shape(
        re.compile(r"(?<=[\s=/])\[(?P<name>(?!\w-\w\])[A-Za-z][\w -]{1,60}[A-Za-z0-9])\](?=[\s/:]|$)"), ("",)
    ),
    _Shape(re.compile(r"(?<![\w$])__(?P<name>[A-Z][A-Z0-9_]{0,60}[A-Z0-9])__(?!\w)"), ("", "'", '"')),
)
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_SQL_VALUE = re.compile(r"'(<[^<>'\n]{1,80}>|\{\{?[\w -]{1,60}\}\}?|\$\{?[A-Za-z_]\w*\}?)'")
_SQL_LEFT = re.compile(r"<[A-Za-z][^<>\n]{0,60}>|\{|\$(?!\d)|%[(s]")
_LABEL_VALUE = re.compile(r"<[^<>\"\n]{1,80}>|\{\{\s*\$?[\w.]+\s*\}\}|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*")
_PROMQL_LEFT = re.compile(r"\$\w*|<[A-Za-z][\w -]*>|\{\{|\.\.\.")
_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z_]\w*)\}|(?P<plain>[A-Za-z_]\w*))")


class Parameter(Struct):
    """A parameter to be."""

    name: str
    help: str
    spelled: list[str]
    secret: bool = False


class Replaced(Struct, frozen=True):
    """A text with ``${name}`` in the place of its placeholders."""

    text: str
    placed: tuple[tuple[str, str], ...] = ()  # parameter, and how it is spelled in the source
    variables: tuple[str, ...] = ()  # that are set elsewhere in the source
    refused: str = ""  # why the text cannot be made live

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the text, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.placed))


class Parameters:
    """The parameters of one runbook, in the order in which they are met.

    ``assigned`` are the variables that the source sets anywhere: no parameter has such a name.
    """

    def __init__(self, assigned: frozenset[str] = frozenset(), prose: Sequence[str] = ()) -> None:
        self.assigned = assigned
        self.prose = [text for text in prose if _EXPLAINS.search(text)]
        self.found: dict[str, Parameter] = {}

    def declare(self, replaced: Replaced, line: int) -> None:
        """The text becomes live: what stands in it, on a line of the source, is declared."""
        for name, spelled in replaced.placed:
            self.add(name, spelled, self._help(spelled, line))

    def add(self, name: str, spelled: str, help_: str, *, secret: bool = False) -> None:
        """Declares a parameter; another spelling of one that is declared is the same parameter."""
        row = self.found.get(name)
        if row is None:
            self.found[name] = Parameter(name, help_, [spelled], secret)
        elif spelled not in row.spelled:
            row.spelled.append(spelled)

    def name(self, spelled: str) -> str:
        """The parameter for a placeholder; never the name of a variable that the source sets."""
        name = name_of(spelled)
        return f"{name}_value" if name in self.assigned else name

    def _help(self, spelled: str, line: int) -> str:
        for text in self.prose:
            if spelled in text:
                sentence = next((part for part in _SENTENCES.split(text) if spelled in part), text)
                return short(sentence.replace("`", ""), 140)
        return f"Stands for {spelled} of the source, first on line {line}"

    def in_shell(self, text: str, known: Collection[str] = ()) -> Replaced:
        """A statement of the shell: placeholders anywhere, and variables that are not ``known`` to be set."""
        return _InShell(self, text, known).run()

    def in_sql(self, text: str) -> Replaced:
        """A statement of SQL: a parameter is bound, so that it only stands for a whole value."""
        placed: list[tuple[str, str]] = []

        def whole(found: re.Match[str]) -> str:
            placed.append((self.name(found[1]), found[1]))
            return f"${{{placed[-1][0]}}}"

        replaced = _SQL_VALUE.sub(whole, text)
        left = _SQL_LEFT.search(re.sub(r"\$\{[a-z_]\w*\}", "", replaced) if placed else replaced)
        why = f"in the place of {short(left[0], 40)} SQL takes no value" if left else ""
        return Replaced(replaced, tuple(placed), refused=why)

    def in_promql(self, text: str) -> Replaced:
        """A query of Prometheus: a parameter stands inside the quotes of a label's value."""
        placed: list[tuple[str, str]] = []

        def one(found: re.Match[str]) -> str:
            placed.append((self.name(found[0]), found[0]))
            return f"${{{placed[-1][0]}}}"

        replaced = _QUOTED.sub(lambda found: _LABEL_VALUE.sub(one, found[0]), text)
        left = _PROMQL_LEFT.search(_QUOTED.sub('""', replaced))
        why = f"in the place of {left[0]} a query takes no value" if left else ""
        return Replaced(replaced, tuple(placed), refused=why)


class _InShell:
    """One walk over a statement, which knows between which quotes it is."""

    def __init__(self, parameters: Parameters, text: str, known: Collection[str]) -> None:
        self.parameters = parameters
        self.text = text
        self.known = known
        self.placed: list[tuple[str, str]] = []
        self.variables: list[str] = []
        self.refused = ""

    def run(self) -> Replaced:
        out: list[str] = []
        quote: Quote = ""
        at = 0
        while at < len(self.text):
            here = self.text[at]
            if here == "\\" and quote != "'":
                out.append(self.text[at : at + 2])
                at += 2
                continue
            taken = self._taken(at, quote)
            if taken is not None:
                end, written = taken
                out.append(f"'\"{written}\"'" if quote == "'" else written)
                at = end
                continue
            if quote == "'" and self.text.startswith("${", at):
                out.append("$''{")  # the same characters to a shell, and no parameter
                at += 2
                continue
            if here in "'\"" and quote in ("", here):
                quote = "" if quote else "'" if here == "'" else '"'
            out.append(here)
            at += 1
        return Replaced(
            without_empty_quotes("".join(out)),
            tuple(self.placed),
            tuple(dict.fromkeys(self.variables)),
            self.refused,
        )

    def _taken(self, at: int, quote: Quote) -> tuple[int, str] | None:
        here = self.text[at]
        if here == "$" and quote != "'":
            return self._variable(at)
        if here in "<{[Yy_":
            for shape in _SHAPES:
                found = shape.pattern.match(self.text, at)
                if found and quote in shape.quotes:
                    return found.end(), self._parameter(found[0], at)
        return None

    def _parameter(self, spelled: str, at: int) -> str:
        name = self.parameters.name(spelled)
        before = self.text[max(at - _MOST_BEFORE, 0) : at]
        in_url = self.text.startswith("@", at + len(spelled)) and _BEFORE_SECRET_IN_URL.search(before)
        if in_url or _SECRET.search(name) or _BEFORE_SECRET.search(f" {before}"):
            self.refused = f"it would take a secret ({spelled}) on its command line"
        self.placed.append((name, spelled))
        return f"${{{name}}}"

    def _variable(self, at: int) -> tuple[int, str] | None:
        found = _VARIABLE.match(self.text, at)
        if not found:
            return None
        name = found["braced"] or found["plain"]
        if name in self.known or name in _RUNNERS_OWN:
            self.variables.append(name)
            following = self.text[found.end() : found.end() + 1]
            joined = bool(found["braced"]) and (following.isalnum() or following == "_")
            return found.end(), f"${{{name}:-}}" if joined else f"${name}"
        return found.end(), self._parameter(found[0], at)


def without_empty_quotes(text: str) -> str:
    """A statement without the empty quotes around a parameter that nothing else was quoted with.

    >>> without_empty_quotes("tail ''${pod}'' log")
    'tail ${pod} log'
    """
    return _EMPTY_QUOTES.sub(r"\1", text)


def name_of(spelled: str) -> str:
    """The parameter's name for a placeholder, the same however it is spelled.

    >>> name_of("<pod-name>"), name_of("${POD_NAME}"), name_of("YOUR_NAMESPACE"), name_of("<1st node>")
    ('pod_name', 'pod_name', 'namespace', 'n_1st_node')
    """
    words = re.findall(
        r"[a-z0-9]+", spelled.lower().replace("$labels.", "").encode("ascii", "ignore").decode()
    )
    if len(words) > 1 and words[0] in ("your", "the", "insert", "enter"):
        words = words[1:]
    name = "_".join(words) or "value"
    if len(name) > MOST_NAME:
        name = name[: MOST_NAME + 1].rpartition("_")[0] or name[:MOST_NAME]
    if name[0].isdigit():
        name = f"n_{name}"
    return f"{name}_value" if keyword.iskeyword(name) or name in _TAKEN else name
