"""Commands that never end, in a form that looks once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Bounded(NamedTuple):
    text: str
    how: str  # what was done, to follow "bounded:"


class _Row(NamedTuple):
    program: re.Pattern[str]
    change: Callable[[str], str]
    how: str


def _without(pattern: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, "", text, count=1)


_FOLLOW = r"(?<=\s)(?:-f|-F|--follow(?:=\w+)?)(?=\s|$)\s*"
_WATCH = r"(?<=\s)(?:-w|--watch(?:=true)?|--watch-only)(?=\s|$)\s*"

_ROWS = (
    _Row(
        re.compile(r"(?:sudo )?tail\b.*\s(?:-f|-F|--follow)"),
        lambda text: re.sub(_FOLLOW, "" if re.search(r"\s-n|\s-\d", text) else "-n 200 ", text, count=1),
        "the end of the file once, not followed",
    ),
    _Row(
        re.compile(r"(?:sudo )?journalctl\b.*\s(?:-f|--follow)"),
        lambda text: re.sub(_FOLLOW, "" if re.search(r"\s-n|--lines", text) else "-n 200 ", text, count=1),
        "the newest lines once, not followed",
    ),
    _Row(
        re.compile(
            r"(?:\S+ )*?(?:kubectl|oc|docker|podman|crictl|docker-compose|helm)\b.*\slogs?\b.*\s(?:-f|--follow)"
        ),
        _without(_FOLLOW),
        "the log once, not followed",
    ),
    _Row(
        re.compile(r"(?:kubectl|oc)\b.*\s(?:-w|--watch)"),
        _without(_WATCH),
        "once, without watching",
    ),
    _Row(
        re.compile(r"(?:kubectl|oc)\b.*\brollout status\b"),
        lambda text: re.sub(r"(rollout status\b)", r"\1 --watch=false", text, count=1),
        "once, without waiting",
    ),
    _Row(re.compile(r"watch\b"), _without(r"^watch(?:\s+-\w+(?:\s+[\d.]+)?)*\s+"), "once, without watch"),
    _Row(re.compile(r"ping\b"), lambda text: re.sub(r"^ping\b", "ping -c 4", text), "four times"),
    _Row(
        re.compile(r"docker stats\b"),
        lambda text: text.replace("docker stats", "docker stats --no-stream", 1),
        "once",
    ),
    _Row(re.compile(r"(?:sudo )?(?:vmstat|iostat)\b"), lambda text: f"{text} 3", "three times"),
    _Row(re.compile(r"top\b"), lambda text: re.sub(r"^top\b", "top -b -n 1", text), "once"),
)


def bounded(text: str) -> Bounded | None:
    """The command in a form that ends; None if no row knows one. Whether it only reads is judged again.

    >>> bounded("tail -f /var/log/syslog")
    Bounded(text='tail -n 200 /var/log/syslog', how='the end of the file once, not followed')
    """
    for row in _ROWS:
        if row.program.match(text):
            changed = row.change(text).strip()
            if changed != text:
                return Bounded(changed, row.how)
    return None
