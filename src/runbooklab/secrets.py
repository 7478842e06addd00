"""The vault: every secret met in a run, and the stable token that stands for it in what is written.

A token is ``***secret-1a2b3c4d***``: the same secret gives the same token in every run of one user,
so evidence stays comparable, and nobody without that user's key can try passwords against it.

Weak secrets. A password such as ``redis``, ``6379`` or ``abc`` is also an ordinary word: replacing it
everywhere would turn ``redis-tts`` and port numbers into tokens, and the last gate would refuse
every report. Such a value, and any that stands in our own texts (see ``own_text.py``), is replaced where it
stands as a credential (in a URL's user part, after ``password=``) and is left out of the gate.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote

from runbooklab.own_text import stands_in_every_report
from runbooklab.secret_key import user_key

TOKEN = re.compile(r"\*\*\*secret-[0-9a-f]{8}\*\*\*")

#: A token, or the beginning of one where a text was cut: no secret.
_TOKEN_CUT = re.compile(r"\*{1,3}(?:s(?:e(?:c(?:r(?:e(?:t(?:-[0-9a-f]{0,8}\*{0,3})?)?)?)?)?)?)?")

#: Shortest secret that is replaced wherever it stands.
SHORTEST = 4

#: More forms than these are not looked for one by one.
_MANY = 2_000

#: A notebook is JSON that holds HTML that may hold JSON.
ESCAPED_TIMES = 3

_WORDS = """
access admin auth bridge client config connect connection container default docker error example
failed false guest host info invalid localhost main master monitor name network none null off
orchestrator pass passwd password ping pong port primary readonly redis redis-tts remote replica
required root secret section server status summary table test token true undefined unknown user
username value warning worker workers
"""
#: Values that are ordinary words of configuration files, logs and our own pages.
COMMON_WORDS = frozenset(_WORDS.split())

#: Where a weak secret counts as a credential: what stands before it, and after it.
_CREDENTIAL = (
    r"(?:(?<=:)(?P<in_url>{values})(?=@)"
    r"|(?P<before>(?:password|passwd|pwd|secret|token|auth|requirepass)[\"']?"
    r"(?:\s{{0,3}}[=:]\s{{0,3}}|\s)[\"']?|(?:^|\s)(?:-a|--pass)\s)(?P<value>{values})(?=[\"'\s,;)&]|$))"
)


def is_weak(value: str) -> bool:
    """Whether ``value`` is too short or too common a word to be replaced wherever it stands.

    >>> is_weak("6379"), is_weak("Redis"), is_weak("hunter2")
    (True, True, False)
    """
    return (
        len(value) < SHORTEST
        or (value.isdigit() and len(value) < 6)
        or value.lower() in COMMON_WORDS
        or stands_in_every_report(value)
    )


@dataclass(frozen=True)
class _Secret:
    token: str
    plain: str  # percent-encoding undone where it was written inside a URL
    spelling: str  # as the first URL wrote it: what reveal() puts back into a URL
    spelled: bool = False  # whether a URL wrote it


class Vault:
    """Knows secrets, replaces them by tokens, and finds them again. Safe to share between threads.

    ``key`` is what tokens are derived with; by default the user's own (see ``secret_key.py``).

    >>> vault = Vault(b"a key for this example")
    >>> token = vault.learn("hunter2")
    >>> vault.redact("AUTH hunter2") == f"AUTH {token}"
    True
    >>> vault.reveal(f"redis://:{token}@db")
    'redis://:hunter2@db'
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = user_key() if key is None else key
        self._lock = threading.Lock()
        self._secrets: dict[str, _Secret] = {}  # by token
        self._by_plain: dict[str, str] = {}  # plain -> token
        self._forms: dict[str, str] = {}  # every text form of every strong secret -> token
        self._starts: dict[str, set[str]] = {}  # their first characters -> forms
        self._weak: dict[str, str] = {}  # spellings of weak secrets -> token

    def __repr__(self) -> str:
        return f"<Vault of {len(self._secrets)} secrets>"

    def learn(self, value: str, *, in_url: bool = False) -> str:
        """The token of ``value``, which counts as a secret from now on.

        ``in_url``: it was written inside a URL, so ``%40`` in it means ``@``; the secret's token is
        the same as that of the plain text, and :meth:`reveal` gives a URL the spelling it had.
        An empty value and a token, also one that is cut, are returned as they are.
        """
        if not value or _TOKEN_CUT.fullmatch(value):
            return value
        value = self.reveal(value)
        plain = _unquote(value) if in_url else value
        with self._lock:
            known = self._by_plain.get(plain)
            token = known or self._new_token(plain)
            if known is None or (in_url and not self._secrets[token].spelled):
                self._keep(_Secret(token, plain, value, spelled=in_url))
            self._look_for(value, token)
        return token

    def redact(self, text: str) -> str:
        """``text`` with every known secret replaced by its token, in whatever form it stands there."""
        forms, weak = self._forms, self._weak
        present = self._present(text)
        if present:
            pattern = re.compile(f"{TOKEN.pattern}|{_alternation(present)}")
            text = pattern.sub(lambda match: forms.get(match[0], match[0]), text)
        present = [value for value in weak if value in text]
        if present:
            pattern = re.compile(_CREDENTIAL.format(values=_alternation(present)), re.IGNORECASE)
            text = pattern.sub(lambda match: _weak_replaced(match, weak), text)
        return text

    def reveal(self, text: str) -> str:
        """``text`` with every token replaced by its secret: for the moment of use, never to be written.

        In a URL's user part the secret comes back as it was spelled there; elsewhere as plain text.
        """

        def value(match: re.Match[str]) -> str:
            secret = self._secrets.get(match[0])
            if secret is None:
                return match[0]
            in_url = text.startswith("@", match.end()) and "://" in text[: match.start()]
            return secret.spelling if in_url else secret.plain

        return TOKEN.sub(value, text)

    def leaks(self, data: bytes) -> tuple[str, ...]:
        """Tokens of the secrets that stand in ``data`` in some form, in UTF-8 or UTF-16.

        Weak secrets are not looked for.
        """
        texts = [data, data.replace(b"\0", b"")] if b"\0" in data else [data]
        found = {
            self._forms[form]
            for bytes_ in texts
            for form in self._present(bytes_.decode("utf-8", "surrogateescape"))
            if _stands_in(form, bytes_)
        }
        return tuple(sorted(found))

    def export(self) -> dict[str, str]:
        """Token to value, for :meth:`import_` in another process. Keep it out of every artefact."""
        return {token: secret.spelling for token, secret in tuple(self._secrets.items())}

    def import_(self, secrets: Mapping[str, str]) -> None:
        """Take over what another vault exported; its tokens stay as they are.

        How a value was spelled in a URL survives. A plain password that happens to look
        percent-encoded (``a%41``) is taken for one that was spelled in a URL.
        """
        with self._lock:
            for token, value in secrets.items():
                if value and TOKEN.fullmatch(token):
                    plain = _unquote(value)
                    self._keep(_Secret(token, plain, value, spelled=plain != value))

    def _new_token(self, plain: str) -> str:
        for attempt in range(1 << 16):
            salt = attempt.to_bytes(2, "big") if attempt else b""
            message = plain.encode("utf-8", "surrogatepass") + salt
            token = f"***secret-{hmac.new(self._key, message, hashlib.sha256).hexdigest()[:8]}***"
            if token not in self._secrets:
                return token
        raise RuntimeError("no free token")  # 65536 collisions of 32 bits

    def _keep(self, secret: _Secret) -> None:
        self._secrets[secret.token] = secret
        self._by_plain[secret.plain] = secret.token
        self._look_for(secret.plain, secret.token)
        self._look_for(secret.spelling, secret.token)

    def _look_for(self, value: str, token: str) -> None:
        if is_weak(value):
            self._weak = {**self._weak, value: token}
        elif value not in self._forms:
            for form in forms_of(value):
                self._forms[form] = token
                self._starts.setdefault(form[:SHORTEST], set()).add(form)

    def _present(self, text: str) -> list[str]:
        """The forms that stand in ``text``, in a time that doesn't grow with their number.

        A log may be full of secrets: of many forms only those are looked for whose beginning is there.
        """
        with self._lock:
            if len(self._forms) <= _MANY:
                forms = list(self._forms)
            else:
                starts = {text[at : at + SHORTEST] for at in range(len(text) - SHORTEST + 1)}
                forms = [form for start in starts for form in self._starts.get(start, ())]
        return [form for form in forms if form in text]


def forms_of(value: str) -> frozenset[str]:
    """Every text form in which ``value`` is looked for: as it is, percent-encoded, JSON-, HTML- and
    repr-escaped (also over one another: JSON inside HTML inside JSON), base64 at each alignment, every
    character or byte of it escaped, hexadecimal, SHA-256.
    """
    forms = {value, *_quoted(value)}
    for _ in range(ESCAPED_TIMES):
        forms |= {form for text in forms for form in _escaped(text)}
    digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
    return frozenset({*forms, *_base64_cores(value), *_spelled_out(value), digest})


def _quoted(value: str) -> Iterable[str]:
    data = value.encode("utf-8", "surrogatepass")
    for text in (quote(data, safe=""), quote(data), quote_plus(data)):
        yield text
        yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)


def _escaped(text: str) -> Iterable[str]:
    yield text
    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(text)[1:-1].replace("/", "\\/")
    yield repr(text)[1:-1]
    yield html.escape(text)
    yield html.escape(text, quote=False)
    yield html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _spelled_out(value: str) -> Iterable[str]:
    """Every character or byte of ``value`` as a number, which some printers do to all of a text."""
    data = value.encode("utf-8", "surrogatepass")
    yield "".join(f"&#{ord(character)};" for character in value)
    for byte, character in (("02x", "04x"), ("02X", "04X")):
        digits = [format(number, byte) for number in data]
        yield "".join(digits)
        yield " ".join(digits)
        yield from ("".join(f"{mark}{pair}" for pair in digits) for mark in ("%", "\\x", "\\\\x"))
        numbers = [format(ord(one), character) for one in value]
        yield from ("".join(f"{mark}{number}" for number in numbers) for mark in ("\\u", "\\\\u"))
        yield "".join(f"&#x{ord(one):{byte[-1]}};" for one in value)


def _base64_cores(value: str) -> Iterable[str]:
    """What is the same in every base64 text that encodes ``value``, whatever stands around it."""
    data = value.encode("utf-8", "surrogatepass")
    for offset, first in ((0, 0), (1, 2), (2, 3)):
        whole = (offset + len(data)) * 8 // 6  # characters made of bits of the value and what is before it
        core = base64.b64encode(b"\0" * offset + data).decode()[first:whole]
        if len(core) >= 6:  # shorter ones occur by chance
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


def _weak_replaced(match: re.Match[str], weak: Mapping[str, str]) -> str:
    value = match["in_url"] or match["value"]
    return (match["before"] or "") + weak.get(value, value)


def _unquote(value: str) -> str:
    return unquote(value, errors="surrogateescape")


def _alternation(values: Iterable[str]) -> str:
    """A pattern for any of ``values``, the longest first; a number only where it stands alone."""
    longest_first = sorted(values, key=len, reverse=True)
    return "|".join(
        rf"(?<!\d){value}(?!\d)" if value.isdigit() and value.isascii() else re.escape(value)
        for value in longest_first
    )


def _stands_in(form: str, data: bytes) -> bool:
    needle = form.encode("utf-8", "surrogatepass")
    if needle not in data:
        return False
    if not (form.isdigit() and form.isascii()):
        return True
    return re.search(rb"(?<!\d)" + needle + rb"(?!\d)", data) is not None
