"""How the world writes a secret again that it has from somewhere: rows for the table of forms.

These are for tests and for docs/secrets.md. The gate knows none of them by name: it reads a text in several
ways (``redaction/views.py``), so a mixture of them is found as well.
"""

from __future__ import annotations

import base64
import html
import json
import quopri
import shlex
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, quote_plus

Spelled = Callable[[str], str]


def _each(
    form: str, of: Callable[[str], bool] = lambda letter: not letter.isalnum() or not letter.isascii()
) -> Spelled:
    """Every character that ``of`` holds for in a format with its code, all others as they are."""
    return lambda secret: "".join(form.format(ord(letter)) if of(letter) else letter for letter in secret)


def _each_byte(form: str) -> Spelled:
    return lambda secret: "".join(form.format(byte) for byte in secret.encode())


def _marked(mark: str, of: str) -> Spelled:
    return lambda secret: "".join(f"{mark}{letter}" if letter in of else letter for letter in secret)


def _between(text: str) -> Spelled:
    return lambda secret: f"{secret[:4]}{text}{secret[4:]}"


def _go(secret: str) -> str:
    written = json.dumps(secret, ensure_ascii=False)
    for letter in "&<>":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return written


def _base64(before: str) -> Spelled:
    return lambda secret: base64.b64encode(f"{before}{secret} and more".encode()).decode()


def _in_lines(spelled: Spelled, between: str) -> Spelled:
    def lines(secret: str) -> str:
        text = spelled(secret)
        return between.join(text[at : at + 20] for at in range(0, len(text), 20))

    return lines


def _all(letter: str) -> bool:
    return bool(letter)


#: Group, name, how it is written.
RESPELLINGS: tuple[tuple[str, str, Spelled], ...] = (
    ("JSON", "Go", _go),
    ("JSON", "Python", json.dumps),
    ("JSON", "slashes escaped", lambda secret: json.dumps(secret).replace("/", "\\/")),
    ("JSON", "three times over", lambda secret: json.dumps(json.dumps(json.dumps(secret)))),
    ("JSON", "every character", _each("\\u{:04X}", _all)),
    ("Percent", "encodeURIComponent", lambda secret: quote(secret, safe="!~*'()")),
    ("Percent", "twice", lambda secret: quote(quote(secret, safe=""), safe="")),
    ("Percent", "form", quote_plus),
    ("Percent", "lower case, every byte", _each_byte("%{:02x}")),
    ("Percent", "some characters", _each("%{:02X}", lambda letter: letter in "K7<v")),
    ("Base64", "alone", _base64("")),
    ("Base64", "behind one byte", _base64(":")),
    ("Base64", "behind two bytes", _base64("u:")),
    ("Base64", "for URLs", lambda secret: base64.urlsafe_b64encode(f"?~{secret}".encode()).decode()),
    ("Base64", "twice", lambda secret: base64.b64encode(_base64("user:")(secret).encode()).decode()),
    ("Base64", "of JSON", lambda secret: base64.b64encode(_go(secret).encode()).decode()),
    ("Base64", "of UTF-16", lambda secret: base64.b64encode(secret.encode("utf-16-le")).decode()),
    ("Base64", "over lines", _in_lines(_base64("u:"), "\n    ")),
    ("Base64", "in percent", lambda secret: quote(_base64("")(secret), safe="")),
    ("Hexadecimal", "bytes", lambda secret: secret.encode().hex()),
    ("Hexadecimal", "pairs with colons", lambda secret: secret.encode().hex(":").upper()),
    ("Hexadecimal", "pairs with spaces", lambda secret: secret.encode().hex(" ")),
    ("Markup", "entities by name", lambda secret: html.escape(secret).replace("é", "&eacute;")),
    ("Markup", "decimal entities", _each("&#{};", _all)),
    ("Markup", "hexadecimal entities", _each("&#x{:x};", _all)),
    ("Markup", "HTML in JSON in HTML", lambda secret: html.escape(json.dumps(html.escape(secret)))),
    ("Markup", "Markdown", lambda secret: _marked("\\", "\\`*_[]|~")(html.escape(secret, quote=False))),
    ("Markup", "CSS", _each("\\{:06x}")),
    ("Shell", "single quotes", shlex.quote),
    ("Shell", "double quotes", lambda secret: f'"{_marked(chr(92), chr(92) + chr(34) + "$`")(secret)}"'),
    ("Shell", "backslashes", _marked("\\", " &<>\"'/$%+")),
    ("Shell", "$'...' in octal", lambda secret: f"$'{_each_byte(chr(92) + '{:03o}')(secret)}'"),
    ("Shell", "$'...' in hexadecimal", lambda secret: f"$'{_each_byte(chr(92) + 'x{:02x}')(secret)}'"),
    ("Shell", "cmd.exe", _marked("^", '&<>|"%')),
    ("Shell", "PowerShell", _marked("`", '"$`')),
    ("Shell", "goes on in the next line", _between("\\\n")),
    ("SQL", "doubled quotes", lambda secret: secret.replace("'", "''")),
    ("SQL", "backslashes", _marked("\\", "\\'\"")),
    ("YAML", "folded in double quotes", _between("\\\n      ")),
    ("YAML", "folded in single quotes", lambda secret: secret.replace("'", "''").replace(" ", "\n     ")),
    ("Programs", "Python's repr", repr),
    ("Programs", "Python's bytes", lambda secret: repr(secret.encode())),
    ("Programs", "repr in repr", lambda secret: repr(repr(secret.encode()))),
    ("Programs", "ASCII only", ascii),
    ("Programs", "Rust and JavaScript", _each("\\u{{{:x}}}")),
    ("Programs", "Perl", _each("\\x{{{:x}}}")),
    ("Programs", "eight digits", _each("\\U{:08x}")),
    ("Programs", "escape()", _each("%u{:04x}")),
    ("Seen otherwise", "colour", _between("\x1b[1;31m\x1b[K")),
    ("Seen otherwise", "colour, written out", _between("\\u001b[31m")),
    ("Seen otherwise", "colour, as cat -v shows it", _between("^[[31m")),
    ("Seen otherwise", "link of a terminal", _between("\x1b]8;;http://x\x07")),
    ("Seen otherwise", "zero-width spaces", lambda secret: "\u200b".join(secret)),
    ("Seen otherwise", "zero-width space, written out", _between("\\u200b")),
    ("Seen otherwise", "soft hyphen as an entity", _between("&shy;")),
    ("Seen otherwise", "wrapped by a terminal", _between("\n")),
    ("Seen otherwise", "wrapped and indented", _between("\r\n\t   ")),
    ("Seen otherwise", "zero bytes between", lambda secret: "\0".join(secret)),
    ("Mail", "quoted-printable", lambda secret: quopri.encodestring(secret.encode()).decode()),
    ("Mail", "soft line break", _between("=\n")),
    ("Encodings", "letters taken apart", lambda secret: unicodedata.normalize("NFD", secret)),
    ("Encodings", "UTF-8 read as Latin-1", lambda secret: secret.encode().decode("latin-1")),
)
