"""The words that tell a secret's name from other names, and the values that are no secret."""

from __future__ import annotations

import re

from runbooklab.redaction.vault import SHORTEST, is_weak

_SUFFIX = (
    r"(?:[_-]?(?:base|value|hash|string|current|previous|old|new|primary|secondary|default|dev|test|prod"
    r"|\d{1,3}))?"
)
_FIELD = r"(?:[a-z_]+(?:[.\[][\w.\[\]-]+)?|\$\{\w+\})"
_COMPARES = r"(?:[=!]=|(?:[<>]|&[lg]t;)=?|contains|matches|in \[|is (?:not )?empty|exists)"
_TRUTHS = r"(?:open|exists|listening|trusted|refused|timed_out|unresolved|read_only)"
#: The beginning of an expression, as a declared check expects it.
EXPRESSION = (
    rf"[\"']?(?:\{{ ?when: ?)?(?:not |\()*(?:{_FIELD} {_COMPARES}"
    rf"|{_TRUTHS}(?=\)* (?:and|or)(?:[ \r\n]|\\n)|[ \"'}},)]*(?:$|[\r\n#<,]|\\n)))"
)
#: What a declared check expects, behind its key ``pass``: an expression of the runbook, and no password.
_EXPECTATION = f":[ ]*{EXPRESSION}"
#: A name that means a secret, at its end: ``password``, ``REDIS_PASSWORD_2``, ``clientSecret``, ``hmac_key``.
KEY = (
    r"(?:(?:passwords?|passwd|passphrase|passcode|passwort|kennwort|wachtwoord|senha|contrase(?:n|ñ)a"
    r"|mot[ _-]?de[ _-]?passe|пароль|密码|密碼|口令|パスワード|비밀번호"
    r"|(?<![A-Za-z])(?:clave|has[łl]o|heslo|l[öo]senord|salasana|[şs]ifre|parola|lozinka|jelsz[óo])|pwd|(?<![A-Za-z])(?:pass(?!"
    + _EXPECTATION
    + r")|pw)|(?<!existing)(?<!existing[_-])secrets?|tokens?|bearer"
    r"|(?:api|access|account|private|secret|shared|signing|encryption|hmac|master|session|auth)[_-]?keys?"
    r"|credentials?|(?<![\w-])auth|(?:redis|rediscli|http|basic|proxy|smtp|master|primary|replica|slave)[_-]?auth)"
    rf"{_SUFFIX})"
)
#: Lower-case texts of which one occurs wherever :data:`KEY` matches.
KEY_HINTS = (
    "pass", "pwd", "pw", "secret", "token", "key", "credential", "auth", "wort", "senha", "contrase",
    "woord", "пароль", "bearer", "密", "口令", "パスワード", "비밀번호", "clave", "haslo", "hasło", "heslo",
    "senord", "salasana", "ifre", "parola", "lozinka", "jelsz",
)  # fmt: skip

_DATA_HINTS = (*KEY_HINTS, "user", "-a", "://")

_SENTENCE_WORDS = """
a after again an and any anybody anyone are as at be because been before but by called can cannot command
configuration could did directive do does during each either empty err error every everybody everyone
expired failed false for form from had has have here how if in incorrect into invalid is it its mandatory
may might missing must necessary needed neither no noauth nobody none noperm nor not null of off on once
onto option or otherwise our rejected required set should since so succeeded success supplied than that the
their them then there these they this those though to true undefined unknown unless unset until was we were
what whatever when where whether which while who whoever whose why will with within without would wrong
wrongpass yes yet you your
"""
#: Words that follow ``password:`` or ``requirepass`` in sentences and settings, and are no passwords.
PROSE = frozenset(_SENTENCE_WORDS.split())

#: Whole values that say whether there is a secret.
SAID = frozenset({"true", "false", "null", "none", "nil", "undefined", "~", "yes", "no", "on", "off"})

#: ``$NAME``, ``${NAME}``, ``{{ name }}``, ``<password>``, ``****``, ``env:NAME`` ...: not the secret itself.
PLACEHOLDER = re.compile(
    r"!(?:secret|env|ENV|Ref|Sub|GetAtt|include|reference|file)\b.*|\$\$?\{[\w.]+(?::?[-?+]?)\}"
    r"|[\[(<]?(?i:redacted|filtered|hidden|masked|removed|omitted|scrubbed|sanitized)[\])>]?"
    r"|os\.(?:environ|getenv)\b.*|process\.env\b.*|System\.getenv\b.*|getenv\(.*|ENV\[.*"
    r"|\$\$?\{\w+:?\?[^{}]*\}"
    r"|\(credentials\)|[|&;·]{1,2}|\$\$?\{?[A-Z_][A-Z0-9_]*(?::?[-=?+]?\})?|\$\(.*|\{\{.*|<.*|\*+|x{3,}|\.{3}|\(redacted\)|env:[A-Za-z_]\w*|file:/\S*"
)

#: ``redis_password``, ``users``: a name as programs and lists have them.
IDENTIFIER = re.compile(r"[a-zA-Z]+(?:[_.-][a-z]+)*")

_EXPECTED = re.compile(_EXPECTATION)
_NAME = re.compile(rf"[\w.:-]{{0,200}}?{KEY}|requirepass|masterauth", re.IGNORECASE)


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
        and not (name == "pass" and _EXPECTED.match(f": {value}"))
    )


#: The id of a thing to do, or of what is wrong, as reports have them: ``set-password``, ``auth-wrong-key``.
_ID_OF_A_REPORT = re.compile(
    r"(?:(?:remedy|cause|finding)-)?(?:set|unset|drop|fix|correct|rotate)(?:-[a-z]+)+"
    r"|(?:[a-z]+-)+(?:wrong|missing|invalid|expired)(?:-[a-z]+)+"
)


def labels_a_secret(text: str) -> bool:
    """Whether a text in a cell of its own names the secret beside it.

    >>> labels_a_secret("redis-password"), labels_a_secret("set-password")
    (True, False)
    """
    return means_a_secret(text, "") and _ID_OF_A_REPORT.fullmatch(text) is None


_DEFAULT = re.compile(r"\$\{\w{1,100}:?[-=+](?P<value>.*)\}", re.DOTALL)


def secret_part(value: str) -> tuple[int, int] | None:
    """Which part of ``value`` is secret if its place says that it is a secret; None: no part.

    >>> secret_part("hunter2"), secret_part("${PASSWORD}"), secret_part("${PASSWORD:-hunter2}")
    ((0, 7), None, (12, 19))
    """
    if not value.strip() or PLACEHOLDER.fullmatch(value.strip()) or "://" in value:
        return None
    default = _DEFAULT.fullmatch(value)
    if default is None:
        return 0, len(value)
    return default.span("value") if default["value"] and not PLACEHOLDER.fullmatch(default["value"]) else None


#: Letters beyond ASCII that a pattern without regard to case takes for one of its letters (Python's ``re``,
#: ``IGNORECASE``), and that ``str.lower`` leaves apart.
_TAKEN_FOR = (("\u0130", "i"), ("\u0131", "i"), ("\u017f", "s"))


def lowered(text: str) -> str:
    """``text`` in lower case as patterns compare it: a hint that stands in it is found whatever its case.

    >>> lowered("\u015e\u0130FRE") == "\u015fifre"
    True
    """
    for odd, letter in _TAKEN_FOR:
        text = text.replace(odd, letter)
    return text.lower()


_BEGINS = re.compile(rf"(?={KEY})")


def places_of_names(lower: str) -> list[int]:
    """Where a name that means a secret may begin in a text; ``lower``: the text as :func:`lowered` gives it.

    >>> places_of_names("redis_password: x, user: y, auth_token: z")
    [6, 28, 33]
    """
    if not any(map(lower.__contains__, KEY_HINTS)):
        return []
    return [name.start() for name in _BEGINS.finditer(lower)]


def may_hold_secrets(text: str) -> bool:
    """Whether some word is there that stands beside every secret that data may hold."""
    lower = lowered(text)
    return any(map(lower.__contains__, _DATA_HINTS))


def is_a_count(key: str, value: str) -> bool:
    """``max_tokens: 4096`` and the like: a small number is a password only if the key says so.

    Nor is the kind of a login (``auth: basic``), what became of it (``auth: not-needed``), or the folder that
    a shell calls ``PWD``.
    """
    if value.isdigit() and is_weak(value):
        return not re.search("(?i)pass|pwd|secret", key) or (key.lower() == "pass" and len(value) < SHORTEST)
    if key.lower().endswith(("auth", "credentials")):
        return value.lower() in _KINDS_OF_LOGIN or value in _STATES_OF_LOGIN
    return re.fullmatch("(?i)(?:old)?pwd", key) is not None and _FOLDER.match(value) is not None


_FOLDER = re.compile(r"[~/]|[A-Za-z]:\\")
_KINDS_OF_LOGIN = frozenset(
    [
        "none", "basic", "bearer", "digest", "oauth", "oauth2", "ldap", "jwt",
        "token", "scram", "plain", "tls", "mtls", "sasl", "iam",
        "enabled", "disabled", "true", "false", "required", "optional",
    ]
)  # fmt: skip
#: What our own records say of a login, under a name that means a secret.
_STATES_OF_LOGIN = frozenset(
    ["ok", "error", "closed", "timeout", "not-reached", "not-needed", "fit", "missing", "wrong", "none-set"]
)
