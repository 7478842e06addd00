r"""A text as others would read it: escapes undone, quotes, colours and line breaks left out.

The world writes a value in too many ways to list them all: JSON inside HTML inside JSON, a shell's
``'it'\''s'``, a YAML scalar over two lines, a colour in the middle of a word. So instead of spelling the
secret in every way, the text is read in every way, and the place of a secret in a reading is mapped back to
the text itself. Each reading takes a time linear in the length of the text, and there are few of them.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from runbooklab.redaction.invisible import INVISIBLE

Replace = Callable[[re.Match[str]], str]

#: JSON inside HTML inside JSON, with a shell around it.
ESCAPED_TIMES = 4

#: A text encoded inside an encoded text, as Kubernetes and Helm do.
ENCODED_TIMES = 2


class View:
    """One reading of a text; ``source`` is the reading that it was made of."""

    def __init__(self, text: str, source: View | None = None, made_by: Callable[[], _Marks] | None = None):
        self.text = text
        self._source = source
        self._made_by = made_by
        self._marks: _Marks | None = None

    def rewritten(self, pattern: re.Pattern[str], replace: Replace) -> View:
        """This reading with each match replaced; itself if there is none."""
        changed = pattern.sub(replace, self.text)
        if changed == self.text:
            return self
        return View(changed, self, lambda: _Marks(self.text, pattern, replace))

    @property
    def origin(self) -> str:
        """The text itself."""
        return self.text if self._source is None else self._source.origin

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the text itself of the characters from ``start`` to ``end`` of this reading."""
        if self._source is None:
            return start, end
        if self._marks is None:
            assert self._made_by is not None
            self._marks = self._made_by()
        return self._source.place(self._marks.before(start)[0], self._marks.before(end - 1)[1])


class _Marks:
    """Which places of a text became which of another."""

    def __init__(self, text: str, pattern: re.Pattern[str], replace: Replace) -> None:
        self._starts: list[int] = []  # of what was put in, in the new text
        self._pieces: list[tuple[int, int, int]] = []  # its end there; start and end of what it replaced
        grown = 0
        for match in pattern.finditer(text):
            new = replace(match)
            start = match.start() + grown
            self._starts.append(start)
            self._pieces.append((start + len(new), match.start(), match.end()))
            grown += len(new) - (match.end() - match.start())

    def before(self, at: int) -> tuple[int, int]:
        """The place in the old text of the character at ``at`` of the new one: start and end."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return at, at + 1
        end, old_start, old_end = self._pieces[index]
        if at < end:
            return old_start, old_end
        return old_end + at - end, old_end + at - end + 1


def readings(text: str) -> Iterator[View]:
    """``text`` as it is, then with its escapes undone once, twice ..., each also as it will be seen."""
    view = View(text)
    for _ in range(ESCAPED_TIMES + 1):
        yield view
        joined = view.rewritten(_LEFT_OUT, _nothing)
        if joined is not view:
            yield joined
        one_spaced = joined_by_spaces(view)
        if one_spaced is not view:
            yield one_spaced
        deeper = view.rewritten(_ESCAPE, _unescaped)
        if deeper is view:
            break
        view = deeper
    mail = View(text).rewritten(_QUOTED_PRINTABLE, _from_quoted_printable)
    if mail.text != text:
        yield mail


def encoded_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Each run of base64 or hexadecimal digits in ``text`` that holds a text: start, end, that text."""
    for pattern, decode in ((_BASE64, _from_base64), (_HEX, _from_hex)):
        for match in pattern.finditer(text):
            for decoded in decode(match[0]):
                yield match.start(), match.end(), decoded


# --- escapes -----------------------------------------------------------------------------------


def _utf8(mark: str) -> str:
    """A pattern for one character of UTF-8 of which each byte stands in hexadecimal after ``mark``."""
    digit, after = "[0-9a-fA-F]", f"{mark}[89abAB][0-9a-fA-F]"
    return (
        rf"{mark}(?:[fF][0-4](?:{after}){{3}}|[eE]{digit}(?:{after}){{2}}|[cdCD]{digit}{after}|{digit}{{2}})"
    )


_OCTAL_AFTER = r"(?:\\2[0-7][0-7])"
_OCTAL = (
    rf"\\(?:36[0-7]{_OCTAL_AFTER}{{3}}|3[45][0-7]{_OCTAL_AFTER}{{2}}"
    rf"|3[0-3][0-7]{_OCTAL_AFTER}|[0-3][0-7]{{2}})"
)
_SYSLOG = r"#3[0-7]{2}(?:#2[0-7]{2}){1,3}"  # rsyslog writes bytes that are no ASCII so
_SLASHES_X = r"\\{1,8}x"
_ESCAPE = re.compile(
    rf"(?P<percent>{_utf8('%')})|\\(?P<css>00[0-9a-fA-F]{{4}}) ?|(?P<syslog>{_SYSLOG})"
    rf"|(?P<x>{_utf8(_SLASHES_X)})|(?P<octal>{_OCTAL})"
    r"|\\{1,8}u\{(?P<braced>[0-9a-fA-F]{1,6})\}|\\{1,8}x\{(?P<perl>[0-9a-fA-F]{1,6})\}"
    r"|\\{1,8}u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\{1,8}u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\{1,8}u(?P<u>[0-9a-fA-F]{4})|\\U(?P<U>[0-9a-fA-F]{8})|%u(?P<pu>[0-9a-fA-F]{4})"
    r"|&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?"
    r"|\\(?P<one>[^\r\n])"
)
_LETTERS = {
    "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b", "E": "\x1b",
    "0": "\0",
}  # fmt: skip


def _unescaped(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind is None:
        return html.unescape(match[0])
    if kind == "one":
        return _LETTERS.get(match["one"], match["one"])
    if kind in ("percent", "x"):
        return _text_of_bytes(bytes.fromhex(match[0].replace("%", "").replace("\\", "").replace("x", "")))
    if kind in ("octal", "syslog"):
        return _text_of_bytes(bytes(int(number, 8) for number in re.findall("[0-7]{3}", match[0])))
    if kind == "low":
        high, low = int(match["high"], 16), int(match["low"], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    code = int(match[kind], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _text_of_bytes(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


_QUOTED_PRINTABLE = re.compile(rf"=[ \t]*\r?\n|{_utf8('=')}")


def _from_quoted_printable(match: re.Match[str]) -> str:
    digits = match[0].replace("=", "").strip()
    return _text_of_bytes(bytes.fromhex(digits)) if digits else ""


# --- what is not seen, or only quotes -----------------------------------------------------------

#: Colours (raw, and as cat -v, rsyslog and Jenkins show them) and what a terminal does not show.
_UNSEEN = (
    r"\x1b\][^\x07\x1b\n]{0,400}(?:\x07|\x1b\\)|(?:\x1b|\x9b|\^\[|\#033|␛|\ufffd)?\[[0-9;:?]{0,30}[mKGHJ]"
    rf"|\x1b[()][0-9A-B]|[{INVISIBLE}\ufe00-\ufe0f\u034f\u3164\u2800]"
)
#: A line break with what continues a line before it and the indentation after it.
_BREAK = r"(?:(?<![ \t])[ \t]{1,200})?[=^`]?\r?\n[ \t]*"
_LEFT_OUT = re.compile(rf"{_BREAK}|{_UNSEEN}|[\"'\\`^]")
_QUOTES = re.compile(rf"{_UNSEEN}|[\"'\\`^]")
_NOT_ONE_SPACE = re.compile(r"[\s+]{2,}|[^\S ]|\+")


def joined_by_spaces(view: View) -> View:
    """The reading in which line breaks, plus signs and white space are one space; itself if there is none."""
    if _NOT_ONE_SPACE.search(view.text) is None:
        return view
    return view.rewritten(_QUOTES, _nothing).rewritten(_NOT_ONE_SPACE, _one_space)


def _nothing(_: re.Match[str]) -> str:
    return ""


def _one_space(_: re.Match[str]) -> str:
    return " "


def shortened(value: str) -> str:
    """``value`` as it stands in a reading that leaves quotes and line breaks out."""
    return _LEFT_OUT.sub("", value)


def spaced(value: str) -> str:
    """``value`` as it stands in a reading in which any white space is one space."""
    return _NOT_ONE_SPACE.sub(" ", _QUOTES.sub("", value))


def undone(value: str) -> Iterator[str]:
    """``value`` with what looks like escapes in it undone once, twice ..."""
    for _ in range(ESCAPED_TIMES):
        plain = _ESCAPE.sub(_unescaped, value)
        if plain == value:
            return
        yield plain
        value = plain


# --- encodings ---------------------------------------------------------------------------------

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX = re.compile(
    r"[0-9a-fA-F]{8,}|(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{2}[ :,-]){3,}[0-9a-fA-F]{2}(?![0-9a-zA-Z])"
)


def _from_base64(run: str) -> Iterator[str]:
    if run.lower() == run:  # a name of ours or theirs: base64 of a text has capital letters
        return
    digits = run.rstrip("=").translate(_STANDARD)
    for skipped in (0, 1) if digits.startswith("/") else (0,):
        part = digits[skipped:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        try:
            data = base64.b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        yield from texts_of(data)


_STANDARD = str.maketrans("-_", "+/")


def _from_hex(run: str) -> Iterator[str]:
    digits = re.sub("[ :,-]", "", run)
    data = bytes.fromhex(digits[: len(digits) // 2 * 2])
    yield data.decode("utf-8", "replace")
    if b"\0" in data:
        yield from wide_texts_of(data)


def texts_of(data: bytes) -> Iterator[str]:
    """What ``data`` says in UTF-8, or in two or four bytes a character; nothing if it is no text."""
    if b"\0" in data:
        yield from wide_texts_of(data)
    else:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return
        if text.isprintable() or re.sub(r"[\s\x1b]", "", text).isprintable():
            yield text


def wide_texts_of(data: bytes) -> Iterator[str]:
    """``data`` read as UTF-16 and UTF-32 in both orders of bytes, and with its zero bytes left out."""
    yield data.replace(b"\0", b"").decode("utf-8", "surrogateescape")
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        yield data.decode(encoding, "replace")
        if data[1:]:
            yield data[1:].decode(encoding, "replace")
