"""A pasted error text or a whole log, read within bounds and made plain: no colours, one message per line."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from msgspec import Struct

from runbooklab.domain.sign import NO_SIGNS, SignTable

#: The most characters of a text that are read: ten million take about a second.
MOST_READ = 300_000_000
#: A text of at most this length is kept whole; of a longer one, each kind of line that may matter once.
MOST_LINES, MOST_CHARACTERS = 300, 8000
#: A line is cut to this length around what matters in it.
LINE_WIDTH = 600
#: The most characters of a line that are judged; many of the table's patterns take quadratic time.
MOST_WIDTH = 1500
#: Characters of a line that are read at once: a log without line breaks is read in such pieces.
PIECE = 100_000
#: Characters of the newest lines that matter that are searched for secrets and judged.
MOST_JUDGED = 200_000
#: Such a piece ends at a space, if there is one in its last so many characters.
WORD = 10_000

#: An escape character, as a terminal gets it or as a person, a JSON log or syslog writes it.
_ESC = r"(?:\x1b|\x9b|\\u001[bB]|\\x1[bB]|\\0?33|\\e|\^\[|#033|␛)"
#: Colours and cursor moves; a colour also without its escape character, which some viewers drop.
_COLOURS = re.compile(rf"{_ESC}\[?[0-9;?]{{0,20}}[A-Za-z]|(?<!\w)\[(?:\d{{1,3}};){{0,4}}\d{{1,3}}m")
_BREAKS = re.compile(r"\\r\\n|\\n(?![a-z]{2,}\\)|\r\n?|\u2028|\u2029")

#: A line that matters has one of these words, or one of a sign table's: cheap to search for in a long log.
#: Lower case.
_WORDS = """
    refus timeout timed error except fail fatal denied unreachable closed eof broken allocated unable
    cannot can't couldn't invalid unhealthy x509 certificate ssl tls killed exited already pool unknown
    unexpected oom restart paused shutdown econn enotfound etimedout ehost enet eaddr epipe emfile eai_
    enoent eacces reset dial panic unix resolv abort crash
"""
_PHRASES = (
    "no such",
    "not known",
    "not found",
    "in use",
    "could not",
    "space left",
    "no route",
    "is not",
)
_MATTERS = (*_WORDS.split(), *_PHRASES)
_DIGITS = re.compile(r"[0-9a-f]*\d[0-9a-f]*", re.IGNORECASE)

#: What a logger, Compose, Kubernetes or syslog puts before a message; Compose's service is the group.
_PREFIX = re.compile(
    r"(?:(?P<service>[\w.-]{1,80})\s{1,40}\|\s?|"
    r"\[?\d{4}-\d\d-\d\d[T ][\d:.,]{5,20}(?:Z|[+-]\d\d:?\d\d)?\]?[ \t:]{0,3}(?:std(?:err|out) [FP] )?|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{1,2}\d{1,2} [\d:]{8} [\w.-]{1,80} "
    r"[\w./-]{1,80}(?:\[\d+\])?: )"
)


class Line(Struct, frozen=True):
    """One line of a text, without what its logger put before it."""

    text: str
    block: int  # lines of one message (a trace with its causes) share a block
    service: str = ""  # the Compose service that logged it, or the program whose prefix it has


class Excerpt(Struct, frozen=True):
    """The part of a text that is kept."""

    text: str
    lines: int  # how many were read
    characters: int
    whole: bool  # whether everything was kept


def plain(text: str) -> str:
    r"""``text`` without colours, whatever wrote their escape characters.

    >>> plain("to \x1b[1mredis:6379\x1b[0m and \\033[1mredis:6380\\033[0m")
    'to redis:6379 and redis:6380'
    """
    return _COLOURS.sub("", text) if any(sign in text for sign in ("[", "\x9b", "\\", "\x1b")) else text


def unfolded(text: str) -> str:
    r"""``text`` with the line breaks that a JSON log wrote as ``\n`` as line breaks."""
    return _BREAKS.sub("\n", text) if any(sign in text for sign in ("\\", "\r", "\u2028", "\u2029")) else text


def excerpt(
    pieces: Iterable[str], redact: Callable[[str], str] = str, table: SignTable = NO_SIGNS
) -> Excerpt:
    """What matters in a text of any length, in bounded memory.

    A short text is kept whole. Of a longer one the newest line of each kind is kept (lines that differ in
    digits only are of one kind), in order, if it holds a word that is typical of errors, or of ``table``.
    ``redact`` is called before anything is undone or cut, so that no half of a secret is left.

    >>> excerpt(["all is well\\n"] * 1000 + ["Connection refused\\n"]).text
    'Connection refused'
    """
    first: list[str] = []
    newest: OrderedDict[str, tuple[int, str]] = OrderedDict()
    lines = characters = 0
    for number, raw in enumerate(pieces):
        characters += len(raw)
        lines += raw.endswith("\n")
        if characters <= MOST_CHARACTERS:
            first.append(raw)
        at = _matters(raw, table)
        if at >= 0:
            kind = _DIGITS.sub("#", raw[max(0, at - 100) : at + 200])
            newest[kind] = (number, raw)
            newest.move_to_end(kind)
            if len(newest) > MOST_LINES:
                newest.popitem(last=False)
    lines += bool(characters) and not raw.endswith("\n")
    if characters <= MOST_CHARACTERS:
        return Excerpt(unfolded(plain(redact("".join(first)))).rstrip("\n"), lines, characters, whole=True)
    kept = _newest_first((raw for _, raw in sorted(newest.values(), reverse=True)), redact, table)
    return Excerpt("\n".join(reversed(kept)), lines, characters, whole=False)


def _newest_first(raws: Iterable[str], redact: Callable[[str], str], table: SignTable) -> list[str]:
    """The kept lines that matter, cut around what matters; enough of them for an excerpt."""
    kept: list[str] = []
    judged = 0
    for raw in raws:
        judged += len(raw)
        for line in reversed(unfolded(plain(redact(raw))).rstrip("\n").split("\n")):
            at = _matters(line, table)
            if at >= 0:
                kept.append(around(line, at))
        if judged > MOST_JUDGED:
            break
    return kept


def _matters(line: str, table: SignTable) -> int:
    """The position of a word that is typical of errors, else of one of ``table``; -1 if ``line`` has none."""
    lower = line.lower()
    return next((lower.index(word) for word in chain(_MATTERS, table.words) if word in lower), -1)


def around(line: str, at: int, width: int = LINE_WIDTH) -> str:
    """``line``, or ``width`` characters of it around the position ``at``."""
    if len(line) <= width:
        return line
    start = max(0, min(at - width // 3, len(line) - width))
    return line[start : start + width]


def pieces_of(readline: Callable[[int], str], most: int = MOST_READ) -> Iterator[str]:
    """A text line by line, a very long line in pieces that end between words; at most ``most`` characters.

    >>> import io
    >>> list(pieces_of(io.StringIO("one\\ntwo").readline))
    ['one\\n', 'two']
    """
    rest = ""
    while most > 0 and (piece := readline(PIECE)):
        most -= len(piece)
        piece, rest = rest + piece, ""
        if not piece.endswith("\n") and len(piece) >= PIECE:
            space = piece.rfind(" ", len(piece) - WORD)
            piece, rest = (piece[:space], piece[space:]) if space > 0 else (piece, "")
        yield piece
    if rest:
        yield rest


def lines_of(text: str, table: SignTable = NO_SIGNS) -> tuple[Line, ...]:
    """The lines of a text, each without its prefix, grouped into messages.

    A message begins at a logger's prefix, and where another Compose service or program begins to log.
    """
    made: list[Line] = []
    block, service = 0, ""
    for raw in text.split("\n"):
        rest, stamped, prefixed = raw, False, False
        while (prefix := _prefix(rest, table)) is not None:
            end, speaker = prefix
            stamped = stamped or not speaker or speaker != service
            service, prefixed = (speaker, True) if speaker else (service, prefixed)
            rest = rest[end:]
        if stamped or rest.startswith("{"):
            block += 1
        rest = around(rest, max(_matters(rest, table), 0), MOST_WIDTH)
        made.append(Line(rest, block, service if prefixed else ""))
    return tuple(made)


def _prefix(line: str, table: SignTable) -> tuple[int, str] | None:
    """The end of what was put before a message, and by whom: "" if it doesn't say. None: it has no prefix."""
    found = _PREFIX.match(line)
    if found is not None:
        return found.end(), found["service"] or ""
    for pattern, program in table.log_prefixes:
        found = pattern.match(line)
        if found is not None and found.end() > 0:
            return found.end(), program
    return None
