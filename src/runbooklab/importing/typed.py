"""Commands that a typed check does exactly: ``curl`` is http, ``df`` of a path is disk, and so on.

What is not exactly the same stays a command. A typed check needs no program on the host, its answer has
fields, and it can do no more than its kind allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from msgspec import Struct, field

from runbooklab.importing.reading_sql import only_reads
from runbooklab.shell.parser import parse
from runbooklab.shell.tree import Command, ShellError, Text, Variable, Word

#: The parameter for the address of the database that a statement of SQL is sent to.
DATABASE = "database_url"

Argv = Sequence[str]


class Typed(Struct, frozen=True):
    """A check of a typed kind."""

    kind: str
    subject: str
    options: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


_QUIET = {"2>/dev/null", "</dev/null", "2>&1"}
_PARAMETER = r"\$\{[a-z_]\w*\}"
_HOST = re.compile(rf"(?:[\w.-]|{_PARAMETER})+")
_PORT = re.compile(rf"\d{{1,5}}|{_PARAMETER}")
_NAME = re.compile(rf"(?:[\w.@:-]|{_PARAMETER})+")
_PATH = re.compile(rf"(?:/|{_PARAMETER})(?:[\w./@:+-]|{_PARAMETER})*")
_URL = re.compile(
    rf"(?:https?://(?:[\w.:-]|{_PARAMETER})+|{_PARAMETER})(?:[/?](?:[^\s\[\]{{}}\"'`@$#\\]|{_PARAMETER})*)?"
)
_NO_SCHEME = re.compile(r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)*)(?::\d{1,5})?(?:[/?]\S*)?")
#: Words of an address that do something when it is asked for; the check's own judge knows more of them.
_ACTING = frozenset(
    {
        "abort", "activate", "add", "apply", "backup", "cancel", "clear", "commit", "compact", "create",
        "deactivate", "delete", "demote", "deploy", "disable", "drain", "drop", "enable", "evict", "execute",
        "exit", "failover", "flush", "import", "install", "invoke", "kill", "lock", "logout", "pause",
        "promote", "publish", "purge", "push", "quit", "reboot", "refresh", "reload", "remove", "reset",
        "restart", "restore", "resume", "retry", "rollback", "rotate", "run", "save", "send", "set",
        "shutdown", "snapshot", "start", "stop", "submit", "sync", "terminate", "trigger", "unlock",
        "update", "upgrade", "upload", "write",
    }
)  # fmt: skip
_WORDS_OF_ADDRESS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_CURL = (
    "--silent", "--show-error", "--fail", "--verbose", "--include", "--head", "--insecure", "--header=",
    "--request=", "--max-time=", "--url=",
)  # fmt: skip
_PRIVATE_HEADERS = frozenset(("authorization", "cookie", "proxy-authorization", "x-api-key"))


def typed(text: str, parameters: Collection[str]) -> Typed | None:
    """The typed check that does what the command does; None if there is none.

    ``${name}`` in ``text`` stands for the parameter of that name.

    >>> typed("df -h /var", ()), typed("df -h", ())
    (Typed(kind='disk', subject='/var', options={}, headers={}), None)
    """
    try:
        script = parse(text)
    except ShellError:
        return None
    if len(script.statements) != 1 or len(script.statements[0].steps) != 1:
        return None
    commands = script.statements[0].steps[0].pipeline.commands
    stages = [_argv(command, parameters) for command in commands]
    if not all(stages):
        return None
    argv = [stage for stage in stages if stage]
    if argv[0][0] == "sudo" and len(argv[0]) > 1 and not argv[0][1].startswith("-"):
        argv[0] = argv[0][1:]
    if len(argv) > 1:
        return _tls_pipe(argv)
    row = _TABLE.get(argv[0][0])
    return row(argv[0][1:]) if row else None


def _argv(command: Command, parameters: Collection[str]) -> list[str] | None:
    """The words as texts; None if one of them is known only when it runs."""
    if command.assignments or not set(command.redirects) <= _QUIET or not command.words:
        return None
    words = [_text(word, parameters) for word in command.words]
    return [word for word in words if word is not None] if None not in words else None


def _text(word: Word, parameters: Collection[str]) -> str | None:
    text = ""
    for part in word.parts:
        if isinstance(part, Text) and (part.quoted or not re.search(r"[*?\[]", part.value)):
            text += part.value
        elif isinstance(part, Variable) and part.name in parameters and part.default is None:
            text += f"${{{part.name}}}"
        else:
            return None
    return text


def _sorted(
    argv: Argv, flags: str, values: str = "", long: Collection[str] = ()
) -> tuple[list[tuple[str, str]], list[str]] | None:
    """Options and operands; None if there is an option that is not listed.

    ``flags`` are short options without a value, ``values`` those with one; ``long`` are long ones, with
    ``=`` at their end if they take a value.
    """
    options: list[tuple[str, str]] = []
    operands: list[str] = []
    words = list(argv)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            if f"{name}=" in long:
                if not equals and not words:
                    return None
                options.append((name, value if equals else words.pop(0)))
            elif name in long and not equals:
                options.append((name, ""))
            else:
                return None
        elif word.startswith("-") and len(word) > 1:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter in flags:
                    options.append((f"-{letter}", ""))
                elif letter in values:
                    if not letters and not words:
                        return None
                    options.append((f"-{letter}", letters or words.pop(0)))
                    letters = ""
                else:
                    return None
        else:
            operands.append(word)
    return options, operands


def _http(argv: Argv) -> Typed | None:
    taken = _sorted(argv, "sSfviIk", "HXm", _CURL)
    if taken is None:
        return None
    options, operands = taken
    urls = operands + [value for name, value in options if name == "--url"]
    if len(urls) != 1:
        return None
    url = urls[0]
    if not re.match(rf"https?://|{_PARAMETER}", url) and _NO_SCHEME.fullmatch(url):
        url = f"http://{url}"
    if not _URL.fullmatch(url) or _acts(re.sub(r"^https?://[^/?]*", "", url)):
        return None
    settings: dict[str, str] = {}
    headers: dict[str, str] = {}
    for name, value in options:
        if name in ("-X", "--request") and value not in ("GET", "HEAD"):
            return None
        if name in ("-I", "--head") or value == "HEAD":
            settings["method"] = "HEAD"
        elif name in ("-k", "--insecure"):
            settings["certificate"] = "ignore"
        elif name in ("-m", "--max-time"):
            if not re.fullmatch(r"[1-9]\d?", value):
                return None
            settings["timeout"] = f"{value}s"
        elif name in ("-H", "--header"):
            key, colon, said = value.partition(":")
            if (
                not colon
                or not re.fullmatch(r"[\w-]+", key)
                or key.lower() in _PRIVATE_HEADERS
                or "$" in said
            ):
                return None
            headers[key] = said.strip()
    return Typed("http", url, settings, headers)


def _acts(address: str) -> bool:
    return any(word.lower() in _ACTING for word in _WORDS_OF_ADDRESS.findall(address))


def _disk(argv: Argv) -> Typed | None:
    taken = _sorted(argv, "hHkmPTi", "", ("--human-readable", "--inodes", "--print-type"))
    if taken is None or len(taken[1]) != 1 or not _PATH.fullmatch(taken[1][0]):
        return None
    return Typed("disk", taken[1][0])


def _tcp(argv: Argv) -> Typed | None:
    taken = _sorted(argv, "zvn", "w")
    if taken is None or ("-z", "") not in taken[0] or len(taken[1]) != 2:
        return None
    host, port = taken[1]
    if not _HOST.fullmatch(host) or not _PORT.fullmatch(port):
        return None
    waits = [value for name, value in taken[0] if name == "-w"]
    if not all(re.fullmatch(r"[1-9]\d?", wait) for wait in waits):
        return None
    return Typed("tcp", f"{host}:{port}", {"timeout": f"{waits[-1]}s"} if waits else {})


def _dns(argv: Argv) -> Typed | None:
    options: dict[str, str] = {}
    names: list[str] = []
    for word in argv:
        if word in ("+short", "+noall", "+answer"):
            continue
        if word in ("A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"):
            options["type"] = word
        elif word.startswith("@") and _HOST.fullmatch(word[1:]):
            options["server"] = word[1:]
        else:
            names.append(word)
    if len(names) != 1 or not _HOST.fullmatch(names[0]) or names[0].startswith("-"):
        return None
    return Typed("dns", names[0], options)


def _service(argv: Argv) -> Typed | None:
    taken = _sorted(argv, "l", "", ("--no-pager", "--full"))
    if taken is None or len(taken[1]) != 2 or taken[1][0] not in ("status", "is-active", "is-failed"):
        return None
    unit = taken[1][1]
    return Typed("service", unit) if _NAME.fullmatch(unit) else None


def _container(argv: Argv) -> Typed | None:
    words = list(argv)
    if words[:1] == ["container"]:
        words = words[1:]
    if words[:1] in (["ps"], ["ls"]):
        taken = _sorted(words[1:], "a", "f", ("--all", "--filter="))
        filters = [value for name, value in taken[0] if name in ("-f", "--filter")] if taken else []
        if taken is None or taken[1] or len(filters) != 1 or not filters[0].startswith("name="):
            return None
        name = filters[0].removeprefix("name=")
    elif words[:1] == ["inspect"]:
        taken = _sorted(words[1:], "", "f", ("--format=",))
        if taken is None or len(taken[1]) != 1:
            return None
        if not all(re.match(r"\{\{ ?(?:json )?\.(?:State|RestartCount)\b", value) for _, value in taken[0]):
            return None
        name = taken[1][0]
    else:
        return None
    return Typed("container", name) if re.fullmatch(rf"(?:[\w.-]|{_PARAMETER})+", name) else None


def _sql(argv: Argv) -> Typed | None:
    taken = _sorted(argv, "tAx", "c", ("--command=", "--tuples-only"))
    if taken is None:
        return None
    statements = [value for name, value in taken[0] if name in ("-c", "--command")]
    if len(statements) != 1 or len(taken[1]) > 1 or "${" in statements[0] or only_reads(statements[0]):
        return None
    server = taken[1][0] if taken[1] else f"${{{DATABASE}}}"
    if not re.fullmatch(_PARAMETER, server):
        return None
    return Typed("sql", statements[0].strip().rstrip(";"), {"server": server})


def _tls(argv: Argv) -> Typed | None:
    if argv[:1] != ["s_client"]:
        return None
    settings: dict[str, str] = {}
    words = list(argv[1:])
    while words:
        word = words.pop(0)
        if word in ("-connect", "-servername") and words:
            settings[word] = words.pop(0)
        elif word not in ("-showcerts", "-brief"):
            return None
    host, colon, port = settings.get("-connect", "").rpartition(":")
    if not colon or not _HOST.fullmatch(host) or not _PORT.fullmatch(port):
        return None
    name = settings.get("-servername", host)
    if not _HOST.fullmatch(name):
        return None
    return Typed("tls", f"{host}:{port}", {} if name == host else {"server name": name})


_CERTIFICATE = frozenset(("-noout", "-dates", "-enddate", "-startdate", "-subject", "-issuer", "-text"))


def _tls_pipe(stages: Sequence[Argv]) -> Typed | None:
    """``echo | openssl s_client ... | openssl x509 -noout -dates``, and its shorter forms."""
    rest = list(stages)
    if rest[0][0] == "echo" and len(rest[0]) <= 2:
        rest.pop(0)
    if len(rest) == 2:
        last = rest.pop()
        if list(last[:2]) != ["openssl", "x509"] or not set(last[2:]) <= _CERTIFICATE:
            return None
    if len(rest) != 1 or rest[0][0] != "openssl":
        return None
    return _tls(rest[0][1:])


_TABLE: dict[str, Callable[[Argv], Typed | None]] = {
    "curl": _http,
    "df": _disk,
    "nc": _tcp,
    "ncat": _tcp,
    "dig": _dns,
    "systemctl": _service,
    "docker": _container,
    "psql": _sql,
    "openssl": _tls,
}
