"""The types of values in the table of programs: what an option's value or an operand may be.

A value that isn't known yet holds :data:`OPEN`; what can't be judged without it fits for now, and is judged
again when it is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from posixpath import normpath
from typing import Literal, NamedTuple
from urllib.parse import unquote

from runbooklab.shell.acting_words import acting_word
from runbooklab.shell.awk_text import awk_writes
from runbooklab.shell.sed_text import sed_writes

#: Stands for a text that is known later: a noncharacter of Unicode, which no script holds.
OPEN = "\uffff"


class Verdict(NamedTuple):
    """What a value makes of the command that it is given to; ``kind`` "live": nothing."""

    kind: Literal["live", "unknown", "mutating", "reveals"] = "live"
    reason: str = ""


FITS = Verdict()

_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?")
_SIGNED = re.compile(r"[+-]?\d{1,12}(?:\.\d+)?[a-zA-Z]{0,3}")
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ns|us|ms|s|m|h|d)?)+")
#: "@" alone before the host would be curl's file of addresses.
_URL = re.compile(
    r"(?:https?://|(?![a-z0-9+.-]+:/))(?:[^\s/@?#]+@)?[\w.\-\[\]:%{}]+(?P<path>/[^?#]*)?(?P<query>[?#].*)?",
    re.IGNORECASE,
)
#: Addresses whose answers are secrets: credentials of a cloud, settings and memory of a process.
_SECRET_PATHS = re.compile(
    r"/secrets?(?:/|$)|/(?:identity|security)-credentials(?:/|$)|/service-accounts/[^/]+/(?:token|identity)"
    r"|/oauth2/token|/user-data|/instance/attributes|/heapdump|/(?:env|configprops|environ)(?:/|$)"
    r"|/v1/[\w-]+/data/|/v1/(?:auth|sys)/.*token",
    re.IGNORECASE,
)
_FILE_AS_DATA = re.compile(r"[^=]*@")
#: What FRR's shell shows, but for settings, which hold passwords.
_ROUTER = re.compile(r"show (?!run|start|work|tech|key)[\w ./:-]+")
_OVERRIDE = re.compile(r"\s*x-(?:http-)?method(?:-override)?\s*[:;]", re.IGNORECASE)
_SECRET_FILES = re.compile(
    r"(?:^|/)(?:g?shadow-?(?:\.\w+)?|\.pgpass|\.netrc|\.my\.cnf|\.git-credentials|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|[^/]*_key|[^/]*\.(?:key|p12|pfx|jks|keystore|keytab|env|tfstate)|\.env[^/]*|environ"
    r"|(?:\.aws/)?credentials(?:\.\w+)?|\.docker/config\.json|\.dockercfg|\.kube/config|[^/]*kubeconfig[^/]*"
    r"|(?:super-)?admin\.conf|\.vault-token|vault-init[^/]*|token|\.(?:npmrc|pypirc|s3cfg|boto|erlang\.cookie)"
    r"|\.\w+_history|wp-config\.php|ssl/private/.*|(?:.*[-_])?secrets?(?:\.\w+|/.*)?)$"
)
#: Where secrets stand, for patterns that another shell makes names of: nobody sees those names before.
_SECRET_PLACES = (
    *("/etc/shadow", "/etc/gshadow", "/root/.ssh/id_rsa", "/root/.aws/credentials", "/root/.kube/config"),
    *("/proc/1/environ", "/proc/self/environ", "/run/secrets/x", "/var/run/secrets/x", "/etc/ssl/private/x"),
    *("/etc/kubernetes/admin.conf", "/etc/kubernetes/pki/ca.key", "/root/.pgpass", "/.env"),
)
_WILD = frozenset("*?[")
#: Devices that can be read without an effect; others may act as they are opened (watchdog, tape, tty).
_DEVICE = re.compile(r"(?:\.\./)*/*(?:.*/)?dev/(?!(?:null|zero|stdin)$).*")
#: Files of the kernel that are memory, or lose what was read of them. Sources: proc(5), ftrace.rst.
_KERNELS = re.compile(
    r"(?:.*/)?proc/(?:kcore|kmsg|sysrq-trigger|kpage\w+|(?:\d+|self|thread-self)/(?:task/\d+/)?(?:mem|pagemap))"
    r"|(?:.*/)?trace_pipe(?:_raw)?"
)


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], Verdict]:
    def check(value: str) -> Verdict:
        if OPEN in value or pattern.fullmatch(value):
            return FITS
        return Verdict("unknown", f"{value[:80]!r} is {what}")

    return check


def _file(value: str) -> Verdict:
    if _SECRET_FILES.search(value) or (not _WILD.isdisjoint(value) and _stands_for_secret(value)):
        return Verdict("reveals", f"{value} may hold secrets")
    if _DEVICE.fullmatch(normpath(value)):
        return Verdict("unknown", f"{value} is a device: to open it may act")
    if _KERNELS.fullmatch(normpath(value)):
        return Verdict("unknown", f"{value} is memory, or loses what was read of it")
    return FITS


def _stands_for_secret(pattern: str) -> bool:
    """Whether a shell may make one of the known places of a pattern, folder by folder."""
    parts = normpath("/" + pattern.lstrip("/")).split("/")[1:]
    return any(_is_made(parts, place.split("/")[1:]) for place in _SECRET_PLACES)


def _is_made(patterns: Sequence[str], names: Sequence[str]) -> bool:
    return len(patterns) == len(names) and all(
        fnmatchcase(name, pattern) and name.startswith(".") <= pattern.startswith(".")
        for pattern, name in zip(patterns, names, strict=True)
    )


def _url(value: str) -> Verdict:
    found = _URL.fullmatch(value.replace(OPEN, "x"))
    if not found:
        return Verdict("unknown", f"{value[:80]!r} is no address of http or https")
    path, query = unquote(found["path"] or ""), (found["query"] or "").lstrip("?#")
    if acting := acting_word(path, query):
        return Verdict("unknown", f"{acting!r} in the address may ask the server to act")
    if any(mark in value for mark in "{}*") or "[" in (found["path"] or ""):
        return Verdict("unknown", "curl makes several addresses of this one")
    if _SECRET_PATHS.search(path):
        return Verdict("reveals", "the answer of this address may hold secrets")
    return FITS


def _data(value: str) -> Verdict:
    """What ``curl -G`` adds to an address."""
    if _FILE_AS_DATA.match(value):
        return Verdict("unknown", "curl would send a file")
    if acting := acting_word("", value):
        return Verdict("unknown", f"{acting!r} may ask the server to act")
    return FITS


def _api_path(value: str) -> Verdict:
    path, _, query = value.partition("?")
    path = unquote(path)
    if acting := acting_word(path, query):
        return Verdict("unknown", f"{acting!r} in the path may ask the server to act")
    if _SECRET_PATHS.search(path):
        return Verdict("reveals", "it shows secrets")
    if path.startswith("/api/v1/watch/") or "watch=" in unquote(query):
        return Verdict("unknown", "it watches until it is ended")
    return FITS if value.startswith(("/", OPEN)) else Verdict("unknown", "no path that begins with /")


def _header(value: str) -> Verdict:
    if _OVERRIDE.match(value):
        return Verdict("mutating", "this header makes another method of GET")
    return Verdict("unknown", "a file of headers") if value.startswith("@") else FITS


def _write_out(value: str) -> Verdict:
    if "%output" in value or value.startswith("@"):
        return Verdict("mutating", "it writes to a file")
    return FITS


def _judged(judge: Callable[[str], str]) -> Callable[[str], Verdict]:
    def check(value: str) -> Verdict:
        reason = judge(value.replace(OPEN, "x"))
        return Verdict("unknown", reason) if reason else FITS

    return check


#: What shows the environment or reads a file that the command does not name. Sources: the manuals of jq 1.7
#: ("$ENV, env") and yq 4 ("Env Variable Operators", "Load").
_JQ_READS = re.compile(r"(?<![.\w$\"'-])(?:env\b(?!\s*:)|\$ENV\b|\$__loc__|(?:import|include)\s+\")|\$ENV\b")
_YQ_READS = re.compile(r"(?:str)?env\s*\(|envsubst|\bload\w*\s*\(|" + _JQ_READS.pattern)


def _revealing(reads: re.Pattern[str], program: str) -> Callable[[str], Verdict]:
    def check(value: str) -> Verdict:
        found = reads.search(value)
        return (
            Verdict("reveals", f"{found[0]!r} of {program} shows settings or other files") if found else FITS
        )

    return check


#: Type -> whether a value fits. COMMAND and SCRIPT are looked into by the judge.
TYPES: Mapping[str, Callable[[str], Verdict]] = {
    "TEXT": lambda value: FITS,
    "ANY": lambda value: FITS,
    "FILE": _file,
    "NUMBER": _matching(_NUMBER, "no number"),
    "SIGNED": _matching(_SIGNED, "no number"),
    "DURATION": _matching(_DURATION, "no length of time"),
    "NULL": _matching(re.compile(r"/dev/null|-"), "a file that would be written"),
    "URL": _url,
    "DATA": _data,
    "ROUTER": _matching(_ROUTER, "no question to a router"),
    "HEADER": _header,
    "WRITEOUT": _write_out,
    "FORMAT": _matching(re.compile(r"\+.*", re.DOTALL), "no format: it would set the clock"),
    "DIG": _matching(re.compile(r"[+@]?[\w.:=\[\]-]+"), "no question"),
    "SYSCTL": _matching(re.compile(r"[\w./*-]+"), "no name alone: it would set a value"),
    "CERT": lambda value: FITS,
    "PAIR": lambda value: FITS,
    # A configuration may name a program that is started: only an administrator's is taken.
    "SYSTEMFILE": _matching(
        re.compile(r"/(?:etc|var/lib|run)/(?!.*\.\.)[\w./-]+"), "a file that may name a program to start"
    ),
    "APIPATH": _api_path,
    "ASSIGNMENT": _matching(re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL), "no NAME=value"),
    "NAME": _matching(re.compile(r"\w[\w.@:+-]*"), "no plain name"),
    "JQ": _revealing(_JQ_READS, "jq"),
    "YQ": _revealing(_YQ_READS, "yq"),
    "AWK": _judged(awk_writes),
    "SED": _judged(sed_writes),
    "SQL": lambda value: FITS,  # looked into by deciding.py
    "MYSQL": lambda value: FITS,
    "COMMAND": lambda value: FITS,
    "SCRIPT": lambda value: FITS,
}


def fits(type_: str, value: str) -> Verdict:
    """Whether ``value`` is of a type: a name in :data:`TYPES`, or the words that it may be, ``a|b``."""
    if check := TYPES.get(type_):
        return check(value)
    if OPEN in value or value in type_.split("|"):
        return FITS
    return Verdict("unknown", f"{value[:80]!r} is none of {', '.join(type_.split('|'))}")
