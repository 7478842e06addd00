"""The vault: every secret met in a run, and the stable token that stands for it in what is written.

A token is ``***secret-1a2b3c4d***``: the same secret gives the same token in every run of one user,
so evidence stays comparable, and nobody without that user's key can try passwords against it.

A secret is found in every form the world writes it (``views.py``, ``spellings.py``). Its strength decides
where it is replaced (``strength.py``).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import threading
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from runbooklab.redaction.cut import CutSecrets
from runbooklab.redaction.key import user_key
from runbooklab.redaction.needles import Needles
from runbooklab.redaction.program_words import is_word_of_program
from runbooklab.redaction.spellings import spellings_of
from runbooklab.redaction.strength import COMMON_WORDS, SHORTEST, Strength, is_weak, strength_of
from runbooklab.redaction.views import ENCODED_TIMES, View, encoded_runs, readings, wide_texts_of

__all__ = ["COMMON_WORDS", "SHORTEST", "TOKEN", "Vault", "is_weak"]

TOKEN = re.compile(r"\*\*\*secret-[0-9a-f]{8}\*\*\*")

#: A token, or the beginning of one in a text that was cut: no secret.
_TOKEN_CUT = re.compile(r"\*{1,3}(?:s(?:e(?:c(?:r(?:e(?:t(?:-[0-9a-f]{0,8}\*{0,3})?)?)?)?)?)?)?")

#: Taking one secret out may bring another to light, as two may have overlapped.
_TIMES = 3

#: Texts that held no secret are remembered until another secret is met, at most so many.
_MOST_CLEAN = 20_000

#: A secret is not replaced inside a longer word of this program: ``contain`` in ``container``.
_IN_A_WORD = re.compile(r"[\w-]")
_WORD_BEFORE, _WORD_AFTER = re.compile(r"[\w-]+\Z"), re.compile(r"[\w-]*")
_LONGEST_WORD = 40

#: What stands before a weak secret if it is a password.
_AS_PASSWORD = re.compile(
    r"(?P<before>:)(?P<in_url>[^\s:@/\"']{1,300})(?=@)"
    r"|(?P<name>(?:password|passwd|pwd|secret|token|auth|requirepass)[\"']?"
    r"(?:\s{0,3}[=:]\s{0,3}|\s)|(?:^|\s)(?:-a|--pass)\s)"
    r"(?:\"(?P<double>[^\"\n]{1,300})\"|'(?P<single>[^'\n]{1,300})'|(?P<bare>[^\"'\s,;)&]{1,300})(?=[\"'\s,;)&]|$))",
    re.IGNORECASE,
)


#: Where a secret counts that is also a word of ours: wherever it stands; not as the whole of a text if this
#: program looks for it (a state ``running``); not if every report holds it, as the text is ours.
Ours = Literal["anywhere", "inside", "nowhere"]


class _Secret(Struct, frozen=True):
    token: str
    plain: str  # percent-encoding undone if it was written inside a URL
    spelling: str  # as the first URL wrote it: what reveal() puts back into a URL
    spelled: bool = False  # whether a URL wrote it
    found: bool = False  # only found in a text: nobody named it as the secret


class Vault:
    """Knows secrets, replaces them by tokens, and finds them again. Safe to share between threads.

    ``key`` is what tokens are derived with; by default the user's own (see ``redaction/key.py``).

    >>> vault = Vault(b"a key for this example")
    >>> token = vault.learn("hunter2")
    >>> vault.redact("AUTH hunter2") == f"AUTH {token}"
    True
    >>> vault.reveal(f"redis://:{token}@db")
    'redis://:hunter2@db'
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = user_key() if key is None else key
        self._lock = threading.RLock()
        self._secrets: dict[str, _Secret] = {}  # by token
        self._by_plain: dict[str, str] = {}  # plain -> token
        self._needles = Needles()
        self._cut = CutSecrets()
        self._strengths: dict[str, Strength] = {}  # by token
        self._weak: dict[str, str] = {}  # spellings of weak secrets -> token
        self._names: dict[str, bool] = {}  # names of the target -> whether a person gave it
        self._texts: tuple[str, ...] = ()  # what stands in every report of this run
        self._clean: set[str] = set()  # texts without a secret

    def __repr__(self) -> str:
        return f"<Vault of {len(self._secrets)} secrets>"

    def learn(self, value: str, *, in_url: bool = False, found: bool = False) -> str:
        """The token of ``value``, which counts as a secret from now on.

        ``in_url``: it was written inside a URL, so ``%40`` in it means ``@``; the secret's token is
        the same as that of the plain text, and :meth:`reveal` gives a URL the spelling it had.
        ``found``: it was only found in a text, which anybody may have written.
        An empty value and a token, also one that is cut, are returned as they are.
        """
        if not value or _TOKEN_CUT.fullmatch(value):
            return value
        value = self.reveal(value)
        plain = _unquote(value) if in_url else value
        with self._lock:
            token = self._by_plain.get(plain) or self._new_token(plain)
            old = self._secrets.get(token)
            spelled_now = in_url and (old is None or not old.spelled)
            if old is None or spelled_now or (old.found and not found):
                spelling = value if old is None or spelled_now else old.spelling
                self._keep(
                    _Secret(
                        token, plain, spelling,
                        spelled=in_url or (old is not None and old.spelled),
                        found=found and (old is None or old.found),
                    )
                )  # fmt: skip
            self._look_for(value, token)
        return token

    def reserve(self, names: Iterable[str], *, own: bool = False) -> None:
        """These are names of the target (a host, a port, a container ...).

        A secret that was only found in a text yields to them. ``own``: a person gave them; then even a
        password that somebody named is a weak one if it is the very name.
        """
        fresh = {name for name in map(str.strip, names) if name}
        with self._lock:
            if any(own > self._names.get(name, -1) for name in fresh):
                self._names.update({name: own or self._names.get(name, False) for name in fresh})
                self._judge_again()

    def reserve_texts(self, texts: Iterable[str]) -> None:
        """These texts stand in every report of this run: ids and titles of the rules in use.

        A password that is a word of them is no leak in our own sentences.
        """
        fresh = tuple(dict.fromkeys((*self._texts, *texts)))
        with self._lock:
            if fresh != self._texts:
                self._texts = fresh
                self._judge_again()

    def _judge_again(self) -> None:
        """Forget cached results: the texts that secrets must not remove from a report have changed."""
        self._strengths.clear()
        self._clean.clear()
        for secret in self._secrets.values():
            if self._strength(secret.token) == "weak":
                self._weak |= {secret.plain: secret.token, secret.spelling: secret.token}

    def redact(self, text: str, *, found: bool = True, ours: Ours = "anywhere") -> str:
        """``text`` with every known secret replaced by its token, in whatever form it stands there.

        Without ``found`` those are left that were only found in a text: for what we say ourselves. ``ours``
        says where a secret counts that is also a word of ours.
        """
        if text in self._clean:
            return text
        before = text
        for _ in range(_TIMES):
            hits = self._hits(text, found=found, ours=ours)
            if not hits:
                break
            text = _replaced(text, hits, self._secrets)
        if self._weak:
            text = _AS_PASSWORD.sub(self._weak_replaced, text)
        if found and ours == "anywhere" and text == before:
            self._remember_clean(text)
        return text

    def redact_lines(self, lines: Sequence[str]) -> list[str]:
        """Each line redacted, also if a secret continues in the next one."""
        together = self.redact("\n".join(lines)).split("\n")
        return together if len(together) == len(lines) else [self.redact(line) for line in lines]

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

    def leaks(self, data: bytes | str, *, found: bool = True, ours: Ours = "anywhere") -> tuple[str, ...]:
        """Tokens of the secrets that stand in ``data`` in some form, in UTF-8, UTF-16 or UTF-32.

        Weak secrets are not looked for; ``found`` and ``ours`` mean what they mean to :meth:`redact`.
        """
        if isinstance(data, bytes):
            texts = [data.decode("utf-8", "surrogateescape")]
            texts += wide_texts_of(data) if b"\0" in data else []
        else:
            texts = [data]
        hits = [hit for text in texts for hit in self._hits(text, found=found, ours=ours)]
        return tuple(sorted({token for *_, token in hits}))

    def is_secret(self, value: str) -> bool:
        """Whether ``value`` as a whole is a secret that is replaced wherever it stands."""
        token = self._by_plain.get(value)
        return token is not None and self._strength(token) != "weak"

    def export(self) -> dict[str, Any]:
        """All of it for :meth:`import_` in another process. Keep it out of every artefact."""
        with self._lock:
            rows = [[s.token, s.plain, s.spelling, s.spelled, s.found] for s in self._secrets.values()]
            return {"secrets": rows, "names": dict(self._names), "key": self._key.hex()}

    def import_(self, exported: Mapping[str, Any]) -> None:
        """Take over what another vault exported: its tokens as they are, and its key for those to come."""
        self._key = bytes.fromhex(exported.get("key", "")) or self._key
        names: Mapping[str, bool] = exported.get("names", {})
        self.reserve((name for name, own in names.items() if own), own=True)
        self.reserve(name for name, own in names.items() if not own)
        with self._lock:
            for token, plain, spelling, spelled, found in exported.get("secrets", ()):
                if plain and TOKEN.fullmatch(token):
                    known = self._secrets.get(token)
                    self._keep(
                        _Secret(
                            token, plain, spelling, bool(spelled), bool(found and (not known or known.found))
                        )
                    )

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
        self._strengths.pop(secret.token, None)
        self._clean.clear()
        self._look_for(secret.plain, secret.token)
        self._look_for(secret.spelling, secret.token)

    def _look_for(self, value: str, token: str) -> None:
        strength = self._strength(token)
        if strength == "weak" or is_weak(value):
            self._weak.setdefault(value, token)
        elif value not in self._needles:
            self._clean.clear()
            forms = spellings_of(value) if strength == "strong" else frozenset({value})
            for form in forms:
                self._needles.add(form, token)
            if strength == "strong":
                self._cut.add(value, token)

    def _strength(self, token: str) -> Strength:
        known = self._strengths.get(token)
        if known is None:
            with self._lock:
                secret = self._secrets[token]
                own = {name for name, given in self._names.items() if given}
                known = self._strengths[token] = strength_of(
                    secret.plain, found=secret.found, names=self._names, own_names=own, texts=self._texts
                )
        return known

    def _hits(self, text: str, *, found: bool, ours: Ours, depth: int = 0) -> list[tuple[int, int, str]]:
        """Start, end and token of every secret in ``text``; none inside a token."""
        if not len(self._needles):
            return []
        hits = [hit for view in readings(text) for hit in self._hits_in(view, found, ours, depth)]
        if not hits:
            return hits
        tokens = [match.span() for match in TOKEN.finditer(text)]
        return [hit for hit in hits if not _overlaps(tokens, *hit[:2])]

    def _hits_in(self, view: View, found: bool, ours: Ours, depth: int) -> Iterator[tuple[int, int, str]]:
        text = view.text
        for start, end, token in chain(self._needles.places(text), self._cut.places(text)):
            if ours == "nowhere" and self._strength(token) == "ours":
                continue
            if ours == "inside" and end - start == len(text) and is_word_of_program(text, self._texts):
                continue
            if self._counts(token, text, start, end, found=found):
                place = view.place(start, end)
                if not self._is_in_our_word(view.origin, *place):
                    yield *place, token
        if depth < ENCODED_TIMES:
            for start, end, inner in encoded_runs(text):
                inside = self._hits(inner, found=found, ours=ours, depth=depth + 1)
                if inside:
                    yield *view.place(start, end), inside[0][2]

    def _counts(self, token: str, text: str, start: int, end: int, *, found: bool) -> bool:
        strength = self._strength(token)
        if strength == "weak" or (self._secrets[token].found and not found):
            return False
        around = f"{text[start - 1 : start] if start else ''}{text[end : end + 1]}"
        if strength == "ours":
            return not _IN_A_WORD.search(around)
        if text[start:end].isdigit():
            return not any(character.isdigit() for character in around)
        return not self._is_in_our_word(text, start, end)

    def _is_in_our_word(self, text: str, start: int, end: int) -> bool:
        """Whether the text between ``start`` and ``end`` is a part of a longer word of this program."""
        around = f"{text[start - 1 : start] if start else ''}{text[end : end + 1]}"
        if not _IN_A_WORD.search(around):
            return False
        before = _WORD_BEFORE.search(text, max(start - _LONGEST_WORD, 0), start)
        after = _WORD_AFTER.match(text, end, end + _LONGEST_WORD)
        word = f"{before[0] if before else ''}{text[start:end]}{after[0] if after else ''}"
        return is_word_of_program(word, self._texts)

    def _weak_replaced(self, match: re.Match[str]) -> str:
        group = match.lastgroup or ""
        value = match[group]
        token = self._weak.get(value)
        if token is None:
            return match[0]
        at = match.start(group) - match.start()
        return f"{match[0][:at]}{token}{match[0][at + len(value) :]}"

    def _remember_clean(self, text: str) -> None:
        if len(text) < 4000:
            if len(self._clean) >= _MOST_CLEAN:
                self._clean.clear()
            self._clean.add(text)


def _replaced(text: str, hits: list[tuple[int, int, str]], secrets: Mapping[str, _Secret]) -> str:
    """``text`` with each place replaced by its token; of places that overlap the longest names it.

    A secret over several lines leaves as many lines, so that they keep their numbers.
    """
    pieces, at = [], 0
    for start, end, token in _apart(hits):
        lines = text.count("\n", start, end) - secrets[token].plain.count("\n")
        pieces += [text[at:start], token, "\n" * max(lines, 0)]
        at = end
    return "".join([*pieces, text[at:]])


def _overlaps(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether any of ``spans`` (in order, apart) has a character between ``start`` and ``end``."""
    at = bisect_left(spans, (end, 0))
    return at > 0 and spans[at - 1][1] > start


def _apart(hits: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    start, end, longest, token = -1, -1, 0, ""
    for first, last, name in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if first >= end:
            if token:
                yield start, end, token
            start, end, longest, token = first, last, last - first, name
            continue
        if last - first > longest:
            longest, token = last - first, name
        end = max(end, last)
    if token:
        yield start, end, token


def _unquote(value: str) -> str:
    return unquote(value, errors="surrogateescape")
