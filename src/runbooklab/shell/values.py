"""The types of values in the table of programs: what an option's value or an operand may be.

A value that isn't known yet holds :data:`OPEN`; what can't be judged without it fits for now, and is judged
again when it is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from posixpath import normpath
from typing import Literal, NamedTuple

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
_URL = re.compile(
    r"(?:https?://|(?![a-z0-9+.-]+:/))(?:[^\s/@?#]*@)?[\w.\-\[\]:%{}]+(?P<path>/[^?#]*)?(?:[?#].*)?",
    re.IGNORECASE,
)
#: Words in the path of an address that ask a server to act, although a GET should not: the first ones also as
#: the beginning of a word (flushCache), the others as words alone.
_ACTING = re.compile(
    r"(?:^|[/_.-])(?:(?:reload|restart|reboot|shutdown|kill|delete|destroy|flush|purge|wipe|evict|failover)"
    r"|(?:stop|quit|exit|abort|remove|drop|reset|clear|trigger|execute|exec|run|apply|enable|disable|create"
    r"|update|unlock|rotate|drain|promote|resync)(?:$|[/_.?-]))",
    re.IGNORECASE,
)
_OVERRIDE = re.compile(r"\s*x-(?:http-)?method(?:-override)?\s*[:;]", re.IGNORECASE)
_SECRET_FILES = re.compile(
    r"(?:^|/)(?:g?shadow-?|\.pgpass|\.netrc|\.my\.cnf|\.git-credentials|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)"
    r"|[^/]*_key|[^/]*\.key|\.env[^/]*|environ|\.aws/credentials|\.docker/config\.json|\.kube/config|kubeconfig"
    r"|\.vault-token|secrets?(?:/.*)?)$"
)
#: Devices that can be read without an effect; others may act as they are opened (watchdog, tape, tty).
_DEVICE = re.compile(r"(?:\.\./)*/*(?:.*/)?dev/(?!(?:null|zero|stdin)$).*")
#: What is gone for others once it is read. Source: proc(5), kmsg; Linux, Documentation/trace/ftrace.rst.
_TAKEN = re.compile(r"(?:.*/)?(?:proc/(?:.*/)?kmsg|trace_pipe(?:_raw)?)")


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], Verdict]:
    def check(value: str) -> Verdict:
        if OPEN in value or pattern.fullmatch(value):
            return FITS
        return Verdict("unknown", f"{value[:80]!r} is {what}")

    return check


def _file(value: str) -> Verdict:
    if _SECRET_FILES.search(value):
        return Verdict("reveals", f"{value} may hold secrets")
    if _DEVICE.fullmatch(normpath(value)):
        return Verdict("unknown", f"{value} is a device: to open it may act")
    if _TAKEN.fullmatch(normpath(value)):
        return Verdict("unknown", f"what is read from {value} is gone for all others")
    return FITS


def _url(value: str) -> Verdict:
    found = _URL.fullmatch(value.replace(OPEN, "x"))
    if not found:
        return Verdict("unknown", f"{value[:80]!r} is no address of http or https")
    if acting := _ACTING.search(found["path"] or ""):
        return Verdict("unknown", f"{acting[0].strip('/_.?-')!r} in the address may ask the server to act")
    if any(mark in value for mark in "{}*"):
        return Verdict("unknown", "curl makes several addresses of this one")
    return FITS


def _api_path(value: str) -> Verdict:
    if acting := _ACTING.search(value.partition("?")[0]):
        return Verdict("unknown", f"{acting[0].strip('/_.?-')!r} in the path may ask the server to act")
    if "/secrets" in value:
        return Verdict("reveals", "it shows secrets")
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
    "AWK": _judged(awk_writes),
    "SED": _judged(sed_writes),
    "SQL": lambda value: FITS,  # by the judge of SQL that the table was given
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
