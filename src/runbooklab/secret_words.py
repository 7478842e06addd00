"""The words that tell a secret's name from other names, and the values that are no secret."""

from __future__ import annotations

import re

from runbooklab.secrets import is_weak

_SUFFIX = (
    r"(?:[_-]?(?:base|value|hash|string|current|previous|old|new|primary|secondary|default|dev|test|prod"
    r"|\d{1,3}))?"
)
#: A name that means a secret, at its end: ``password``, ``REDIS_PASSWORD_2``, ``clientSecret``, ``hmac_key``.
KEY = (
    r"(?:(?:passwords?|passwd|passphrase|passcode|passwort|kennwort|wachtwoord|senha|contrase(?:n|ñ)a"
    r"|mot[_-]?de[_-]?passe|пароль|pwd|(?<![A-Za-z])(?:pass|pw)|secrets?|tokens?|bearer"
    r"|(?:api|access|account|private|secret|shared|signing|encryption|hmac|master|session|auth)[_-]?keys?"
    r"|credentials?|(?<![\w-])auth|(?:redis|rediscli|http|basic|proxy|smtp|primary)[_-]?auth)"
    rf"{_SUFFIX})"
)
#: Lower-case texts of which one occurs wherever :data:`KEY` matches.
KEY_HINTS = (
    "pass", "pwd", "pw", "secret", "token", "key", "credential", "auth", "wort", "senha", "contrase",
    "woord", "пароль", "bearer",
)  # fmt: skip

_SENTENCE_WORDS = """
a after an and any are as be because been before but by called can cannot command configuration do does
empty error expired failed false for form from had has have if in incorrect invalid is it missing must no
none not null of off on option or rejected required set should succeeded success supplied that the this to
true undefined unknown unset was were when will with without wrong yes
"""
#: Words that follow ``password:`` or ``requirepass`` in sentences and settings, and are no passwords.
PROSE = frozenset(_SENTENCE_WORDS.split())

#: ``$NAME``, ``${NAME}``, ``{{ name }}``, ``<password>``, ``****``, ``env:NAME`` ...: not the secret itself.
PLACEHOLDER = re.compile(
    r"\$\$?\{?[A-Z_][A-Z0-9_]*(?::?[-=?+]?\})?|\$\(.*|\{\{.*|<.*|\*+|x{3,}|\.{3}|\(redacted\)|env:[A-Za-z_]\w*|file:/\S*"
)

_NAME = re.compile(rf"[\w.-]{{0,200}}?{KEY}|requirepass|masterauth", re.IGNORECASE)


def means_a_secret(name: str, value: str) -> bool:
    """Whether what ``name`` stands for is a secret as a whole.

    >>> means_a_secret("REDIS_PASSWORD", "two words"), means_a_secret("max_tokens", "4096")
    (True, False)
    """
    return (
        _NAME.fullmatch(name) is not None
        and not PLACEHOLDER.fullmatch(value)
        and not is_a_count(name, value)
        and "://" not in value
    )


def is_a_count(key: str, value: str) -> bool:
    """``max_tokens: 4096`` and the like: a small number is a password only where the key says so."""
    return value.isdigit() and is_weak(value) and not re.search("(?i)pass|pwd|secret", key)
