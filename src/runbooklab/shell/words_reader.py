"""Reading one word: quotes, variables, outputs of commands. What the language has not is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TypeAlias

from runbooklab.shell.reader import Reader
from runbooklab.shell.tree import Output, Part, Script, Text, Variable, Word

#: How deep ``$( )`` and ``${X:-...}`` may nest. Runbooks nest two.
MOST_NESTING = 12

Nested: TypeAlias = Callable[[Reader, int, str], Script]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Plain characters of an unquoted word: all that has no meaning to a shell.
_PLAIN = re.compile(r"[^\s\\'\"$`|&;<>()#{}~!*?\[\]=\u00a0\u2018\u2019\u201c\u201d]+")
_IN_DOUBLE = re.compile(r"[^\"\\$`]+")
_IN_SINGLE = re.compile(r"[^']*")
_NO_MEANING = re.compile(r"[{}!*?\[\]=#~]")
_LOOK_ALIKES = {
    "\u00a0": "a no-break space: write a plain space",
    "\u2018": "a typographic quote: write '",
    "\u2019": "a typographic quote: write '",
    "\u201c": 'a typographic quote: write "',
    "\u201d": 'a typographic quote: write "',
}
_IN_BRACES = re.compile(r"[{},]|\.\.")
_AFTER_HOME = frozenset(("", *"/ \t\n;|&)"))
_WORD_ENDS = frozenset(" \t\n|&;<>()")
_HISTORY = re.compile(r"![\w!$*-]")


class WordReader:
    """Reads words at a :class:`Reader`. ``nested`` reads a script up to a closing bracket."""

    def __init__(self, reader: Reader, depth: int, nested: Nested) -> None:
        self.reader = reader
        self.depth = depth
        self.nested = nested

    def word(self, closing: str = "") -> Word | None:
        """The word that begins here; ``None`` if there is none. ``closing`` ends it as a blank does."""
        reader, parts = self.reader, list[Part]()
        began = reader.at
        while (here := reader.peek()) and here not in _WORD_ENDS and here != closing:
            if not reader.take("\\\n"):
                parts += self._parts(here, first=not parts)
        if not parts:
            return None
        if _makes_several(parts):
            raise reader.error("braces that make several words: write the words", began)
        return Word(joined(parts), *reader.place(began))

    def _parts(self, here: str, *, first: bool) -> list[Part]:
        reader = self.reader
        if plain := reader.match(_PLAIN):
            return [Text(plain)]
        if here == '"':
            return self._double()
        if here == "~" and first:
            return [self._home()]
        if here == "!" and first and _HISTORY.match(reader.text, reader.at):
            raise reader.error("a history expansion")
        if here in _READ_BY:
            return [_READ_BY[here](self)]
        if plain := reader.match(_NO_MEANING):
            return [Text(plain)]
        raise reader.error(_LOOK_ALIKES.get(here, f"the character {here!r} here"))

    def _home(self) -> Part:
        reader = self.reader
        reader.at += 1
        if reader.peek() not in _AFTER_HOME:
            raise reader.error("~ of somebody else: write the path", reader.at - 1)
        return Variable("HOME", quoted=True)

    def _single(self) -> Part:
        reader, began = self.reader, self.reader.at
        reader.at += 1
        value = reader.match(_IN_SINGLE)
        if not reader.take("'"):
            raise reader.error("a ' that nothing closes", began)
        return Text(value, quoted=True)

    def _escaped(self) -> Part:
        reader = self.reader
        value = reader.peek(2)[1:]
        if not value:
            raise reader.error("a backslash at the end")
        reader.at += 2
        return Text(value, quoted=True)

    def _double(self) -> list[Part]:
        reader, began = self.reader, self.reader.at
        reader.at += 1
        parts: list[Part] = [Text("", quoted=True)]
        while not reader.take('"'):
            here = reader.peek()
            if not here:
                raise reader.error('a " that nothing closes', began)
            if plain := reader.match(_IN_DOUBLE):
                parts.append(Text(plain, quoted=True))
            elif here == "\\":
                parts.append(self._escaped_in_double())
            elif here == "$":
                parts.append(self._dollar(quoted=True))
            else:
                parts.append(self._backticks(quoted=True))
        return parts

    def _escaped_in_double(self) -> Text:
        pair = self.reader.peek(2)
        self.reader.at += len(pair)
        if pair == "\\\n":
            return Text("", quoted=True)
        return Text(pair[1:] if pair[1:] in ('"', "\\", "$", "`") else pair, quoted=True)

    def _dollar(self, *, quoted: bool = False) -> Part:
        reader, began = self.reader, self.reader.at
        if reader.starts("$(("):
            raise reader.error("arithmetic")
        if reader.take("$("):
            return Output(self._deeper(began, ")"), quoted)
        if reader.take("${"):
            return self._braced(began, quoted=quoted)
        reader.at += 1
        if name := reader.match(NAME):
            return Variable(name, quoted=quoted)
        following = reader.peek()
        if following == "?":
            reader.at += 1
            return Variable("?", quoted=quoted)
        if following and (following in "@*#$!-[" or following.isdigit()):
            raise reader.error(f"${following}, which only a shell knows", began)
        if following in ("'", '"') and not quoted:
            raise reader.error(f"${following} ... {following}, which only bash knows", began)
        return Text("$", quoted=True)

    def _braced(self, began: int, *, quoted: bool) -> Part:
        reader = self.reader
        name = reader.match(NAME)
        if name and reader.take("}"):
            return Variable(name, quoted=quoted)
        if not name or not reader.take(":-"):
            raise reader.error("of ${ } only ${NAME} and ${NAME:-default} are known", began)
        self._check_depth(began)
        word = WordReader(reader, self.depth + 1, self.nested).word(closing="}")
        if not reader.take("}"):
            raise reader.error("a ${ that nothing closes, or a default of several words", began)
        default = word.parts if word else ()
        if quoted and any(part.quoted for part in default):
            raise reader.error("quotes within a default within quotes", began)
        return Variable(name, default, quoted)

    def _backticks(self, *, quoted: bool = False) -> Part:
        reader, began = self.reader, self.reader.at
        end = reader.text.find("`", began + 1)
        if end < 0:
            raise reader.error("a ` that nothing closes")
        if any(each in reader.text[began + 1 : end] for each in ("\\", "#", '"' if quoted else "#")):
            raise reader.error("backticks around more than plain words: write $( )")
        reader.at += 1
        return Output(self._deeper(began, "`"), quoted)

    def _deeper(self, began: int, closing: str) -> Script:
        self._check_depth(began)
        return self.nested(self.reader, self.depth + 1, closing)

    def _check_depth(self, began: int) -> None:
        if self.depth >= MOST_NESTING:
            raise self.reader.error(f"nested more than {MOST_NESTING} deep", began)


_READ_BY: dict[str, Callable[[WordReader], Part]] = {
    "'": WordReader._single,
    "\\": WordReader._escaped,
    "$": WordReader._dollar,
    "`": WordReader._backticks,
}


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts, with neighbouring literal texts of one kind as one, and no empty text that is not alone."""
    made: list[Part] = []
    for quoted, group in groupby(parts, _kind_of_text):
        if quoted is None:
            made += group
        else:
            made.append(Text("".join(each.value for each in group if isinstance(each, Text)), quoted))
    return tuple(part for part in made if part != _EMPTY) or tuple(made[:1])


_EMPTY = Text("", quoted=True)


def _kind_of_text(part: Part) -> bool | None:
    return part.quoted if isinstance(part, Text) else None


def _makes_several(parts: Iterable[Part]) -> bool:
    """Whether bash would make several words of its braces: of ``{a,b}`` and ``{1..3}``, not of ``{x}``."""
    open_braces: list[bool] = []
    for part in parts:
        if not isinstance(part, Text) or part.quoted:
            continue
        for mark in _IN_BRACES.findall(part.value):
            if mark == "{":
                open_braces.append(False)
            elif open_braces and mark != "}":
                open_braces[-1] = True
            elif open_braces and open_braces.pop():
                return True
    return False
