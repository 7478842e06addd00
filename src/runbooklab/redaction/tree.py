"""Which values in nested data are secrets: of JSON, YAML, tables and what programs print, whatever read it.

The reader of a format reports what it meets (a mapping begins, a key, a value, an end), each with its place
in the text; this module decides what is secret. Only the path to the current value is kept of a document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct, field

from runbooklab.redaction.argv import secrets_in_words
from runbooklab.redaction.derived_text import Derived, without_unseen
from runbooklab.redaction.names import IDENTIFIER, PROSE, SAID, is_a_count, means_a_secret, secret_part
from runbooklab.redaction.urls import Found
from runbooklab.redaction.vault import COMMON_WORDS

KIND = "value of a name that means a secret"
_IN_WORDS = "password on a command line"

#: Deeper data than this is searched as plain text.
_DEEPEST = 100

#: So many items of a list are looked at together.
_MOST_WORDS = 500

_NAME_FIELDS = frozenset(
    [
        "name",
        "key",
        "variable",
        "var",
        "parameterkey",
        "parameter",
        "parametername",
        "option",
        "setting",
        "property",
        "field",
        "header",
        "k",
        "@name",
        "@key",
        "argument",
        "command",
        "cmd",
    ]
)
_VALUE_FIELDS = frozenset(
    [
        "value",
        "val",
        "v",
        "parametervalue",
        "default",
        "defaultvalue",
        "content",
        "data",
        "#text",
        "text",
        "stringvalue",
        "string",
        "current",
    ]
)
_ARGUMENT_FIELDS = frozenset(["args", "arguments", "argv", "params", "parameters"])

#: Values under a name like ``passwords`` that are not secrets: where one comes from, and what it is called.
_NO_SECRETS = frozenset(
    [
        "name",
        "key",
        "path",
        "file",
        "filename",
        "type",
        "kind",
        "from",
        "valuefrom",
        "secretkeyref",
        "secretname",
        "defaultmode",
        "configmapkeyref",
        "secretref",
        "optional",
        "external",
        "driver",
        "description",
        "title",
        "help",
        "format",
        "enabled",
        "required",
        "readonly",
        "nullable",
        "example",
        "min",
        "max",
        "minlength",
        "maxlength",
        "pattern",
        "user",
        "username",
        "login",
        "host",
        "hostname",
        "port",
        "db",
        "database",
        "url",
        "uri",
        "environment",
        "env",
        "uid",
        "gid",
        "mode",
        "source",
        "target",
        "id",
        "ttl",
        "expires",
        "expiry",
        "expiresat",
        "expirationdate",
        "createdat",
        "updatedat",
        "algorithm",
        "scope",
        "scopes",
        "issuer",
        "audience",
        "provider",
        "engine",
        "labels",
        "annotations",
        "metadata",
        "version",
        "length",
        "existingsecret",
        "existingsecretpasswordkey",
        "items",
        "region",
        "namespace",
        "email",
        "role",
        "roles",
        "status",
    ]
)
_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_SENT = re.compile(r"(?:[A-Za-z]{1,20} )?(?P<value>\S.{3,})", re.DOTALL)
_TOKEN_INSIDE = re.compile(r"\**secret-[0-9a-f]{8}\**")
_OWN_KEYS_TELL = re.compile(r"(?i).*(?:auth|credentials?|secret[_-]?ref)\d*|pass")


class Scalar(Struct, frozen=True):
    """A value or a key: what it stands for, and its place in the text (inside its quotes)."""

    text: str
    start: int
    end: int
    quoted: bool = False
    spelled: Derived | None = None  # if escapes or folded lines were undone


Search = Callable[[str], Iterable[Found]]


class _Frame(Struct):
    is_mapping: bool
    secret: bool  # everything in it is
    plain_names: bool = False  # a list of names, as Compose's ``secrets``
    under: str = ""  # the key of a list
    key: str = ""
    names: list[str] = field(default_factory=list)
    values: list[Scalar] = field(default_factory=list)
    words: list[Scalar] = field(default_factory=list)
    arguments: list[Scalar] = field(default_factory=list)
    login: dict[str, Scalar] = field(default_factory=dict)  # of ACL LOG: reason, username


class Tree:
    """Takes what a reader reports, and says what is secret. ``search`` searches inside a text."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._frames: list[_Frame] = [_Frame(is_mapping=False, secret=False)]

    @property
    def depth(self) -> int:
        """How many mappings and lists are open."""
        return len(self._frames) - 1

    def begin(self, *, is_mapping: bool) -> None:
        """A mapping or a list begins."""
        above = self._frames[-1]
        secret = above.secret and not self._is_told(above)
        names = False
        if above.key and means_a_secret(above.key, ""):
            secret = secret or not (is_mapping and _OWN_KEYS_TELL.fullmatch(above.key))
            names = not is_mapping and above.key.lower() == "secrets"
        if len(self._frames) > _DEEPEST:
            del self._frames[1]
        self._frames.append(_Frame(is_mapping, secret, names, under="" if is_mapping else above.key))

    def key(self, key: Scalar) -> None:
        """The key of what comes next."""
        self._frames[-1].key = without_unseen(key.text).text

    def value(self, value: Scalar) -> Iterator[Found]:
        """A value: of the last key, or the next item of a list."""
        frame = self._frames[-1]
        if value.spelled is not None:
            yield from self._inside(value)
        if frame.secret and not self._is_told(frame):
            yield from as_secret(frame.key, value, is_name=frame.plain_names)
        elif frame.key and means_a_secret(frame.key, value.text):
            yield from as_secret(frame.key, value)
        elif (frame.key or frame.under).lower() in _HEADERS:
            sent = _SENT.fullmatch(value.text)
            if sent:
                yield _found(value, *sent.span("value"), "header that lets its sender in")
        yield from self._noted(frame, value)

    def skip(self) -> None:
        """A value that is nothing here (an alias), or none at all."""
        self._frames[-1].key = ""

    def end(self) -> Iterator[Found]:
        """The mapping or list ends that began last."""
        if len(self._frames) == 1:
            return
        frame = self._frames.pop()
        above = self._frames[-1]
        if frame.is_mapping:
            yield from _misplaced(frame.login)
            if any(means_a_secret(name, "") for name in frame.names):
                for value in frame.values:
                    yield from as_secret(frame.names[0], value)
            for name in frame.names:
                if name.lower() in ("auth", "hello") and frame.arguments:
                    yield from _in_words([Scalar(name.upper(), 0, 0), *frame.arguments])
        else:
            yield from _in_words(frame.words)
            if _plain(above.key) in _ARGUMENT_FIELDS:
                above.arguments = frame.words[-9:]
        above.key = "" if above.is_mapping else above.key

    def _is_told(self, frame: _Frame) -> bool:
        """Whether a key under a secret name says that its value is none."""
        return frame.is_mapping and _plain(frame.key) in _NO_SECRETS

    def _inside(self, value: Scalar) -> Iterator[Found]:
        for found in self._search(value.text):
            assert value.spelled is not None
            start, end = value.spelled.span(found.start, found.end)
            yield Found(value.start + start, value.start + end, found.value, found.in_url, found.kind)

    def _noted(self, frame: _Frame, value: Scalar) -> Iterator[Found]:
        if not frame.is_mapping:
            frame.words.append(value)
            if len(frame.words) > _MOST_WORDS:
                yield from _in_words(frame.words)
                frame.words = frame.words[-9:]
        elif is_name_field(frame.key):
            frame.names.append(value.text)
        elif is_value_field(frame.key):
            frame.values.append(value)
        elif frame.key in ("reason", "username"):
            frame.login[frame.key] = value
        frame.key = ""


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "")


def is_name_field(key: str) -> bool:
    """Whether ``key`` says what another field is called: ``name``, ``key``, ``variable``."""
    return _plain(key) in _NAME_FIELDS


def is_value_field(key: str) -> bool:
    """Whether ``key`` says the value of what another field names."""
    return _plain(key) in _VALUE_FIELDS


def as_secret(key: str, value: Scalar, *, is_name: bool = False) -> Iterator[Found]:
    """``value`` unless it is no secret although it stands under the secret's name ``key``.

    ``is_name``: it may be the name of a secret.
    """
    text, part = value.text.strip(), secret_part(value.text)
    if part is None or is_a_count(key, text) or _TOKEN_INSIDE.fullmatch(text):
        return
    if text.lower() in SAID or (not value.quoted and text.split()[0].lower().strip(".,:;!()`") in PROSE):
        return
    if is_name and (IDENTIFIER.fullmatch(text) or means_a_secret(text, "")):
        return
    yield _found(value, *part, KIND)


def _misplaced(login: dict[str, Scalar]) -> Iterator[Found]:
    """ACL LOG's user name of a failed login: it may be a password in the wrong place."""
    if "username" in login and "reason" in login and login["reason"].text == "auth":
        name = login["username"]
        if name.text and name.text.lower() not in COMMON_WORDS:
            yield _found(name, 0, len(name.text), "user name of a failed login")


def _in_words(items: Sequence[Scalar]) -> Iterator[Found]:
    words = [item.text for item in items]
    for number, start, end in secrets_in_words(words):
        item = items[number]
        if item.end:
            yield _found(item, start, end, _IN_WORDS)
    if len(items) == 2 and means_a_secret(words[0], words[1]) and not IDENTIFIER.fullmatch(words[1]):
        yield from as_secret(words[0], items[1])


def _found(value: Scalar, start: int, end: int, kind: str) -> Found:
    first, last = value.spelled.span(start, end) if value.spelled else (start, end)
    return Found(value.start + first, value.start + last, value.text[start:end], kind=kind)
