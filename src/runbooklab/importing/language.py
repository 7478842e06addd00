"""What a code block holds: the shell, SQL, PromQL or something that is only shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from runbooklab.importing.prompts import looks_printed, prompt_of

Language = Literal["shell", "sql", "promql", "data"]

_SHELL = frozenset(
    [
        "bash",
        "sh",
        "shell",
        "console",
        "zsh",
        "ksh",
        "shell-session",
        "shellsession",
        "sh-session",
        "terminal",
        "term",
        "command",
        "cmdline",
        "cli",
    ]
)
_SQL = frozenset(("sql", "postgres", "postgresql", "pgsql", "psql"))
_PROMQL = frozenset(("promql", "metricsql", "logql-metric"))

_QUERY = re.compile(
    r"\(*\s*(?:sum|avg|max|min|count|rate|irate|increase|delta|deriv|histogram_quantile|topk|bottomk|absent|quantile"
    r"|predict_linear|label_replace|changes|stddev|group|(?:sum|avg|max|min|count)_over_time|absent_over_time|time"
    r"|floor|ceil|round|abs|clamp_max|clamp_min|vector|scalar|sort|sort_desc)\s*"
    r"(?:(?:by|without)\s*\([\w, ]*\)\s*)?\("
)
_SELECTOR = re.compile(r"\(*\s*[A-Za-z_:][\w:]+\{\s*(?:[A-Za-z_]\w*\s*(?:=~?|!=|!~)\s*\"|\})")
_RANGE = re.compile(r"\{[^}]*\}|\[\w+(?::\w*)?\]|\b(?:by|without)\s*\(")
_YAML = re.compile(r"\s*(?:- )?[\w.\"'/-]+:(?:\s|$)|\s*- \S|\s*#|---$")
_SELECT = re.compile(r"(?:SELECT|WITH|SHOW|EXPLAIN|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP)\s", re.I)
_ASSIGNMENT = re.compile(r"(?:export\s+)?[A-Za-z_]\w*=\S")


class Said(NamedTuple):
    language: Language
    note: str = ""  # why, if it is not what the fence says


def language_of(info: str) -> str:
    """The language that a fence names: its first word, without the marks of other tools.

    >>> language_of("bash title=x"), language_of("{.sh .numberLines}"), language_of("{code-cell} python")
    ('bash', 'sh', 'code-cell')
    """
    word = re.match(r"\{?\.?\s*([A-Za-z0-9+#_-]*)", info.strip())
    return word[1].lower() if word else ""


def said(info: str, lines: Sequence[str], is_program: Callable[[str], bool], is_fenced: bool = True) -> Said:
    """What the block holds, by its language and by how it looks.

    A block without a language is the shell only if it has a prompt or begins with a known program.
    """
    name = language_of(info)
    text = [line for line in lines if line.strip()]
    if not text:
        return Said("data", "it is empty")
    if name in _PROMQL:
        return Said("promql")
    if name in _SQL:
        return Said("sql")
    if name and name not in _SHELL:
        return Said("data", f"{name} is shown, not run")
    if any(prompt_of(line) for line in text):
        return Said("shell")
    if looks_like_promql(text):
        return Said("promql", "it is PromQL")
    if name in _SHELL:
        why = _data(text)
        return Said("data", why) if why else Said("shell")
    if _SELECT.match(text[0]) and text[-1].rstrip().endswith(";"):
        return Said("sql", "it is SQL")
    return Said("shell") if _begins_with_program(text, is_program) else Said("data", "it names no language")


def looks_like_promql(lines: Sequence[str]) -> bool:
    """Whether a block is a query of Prometheus, whatever its fence says.

    >>> looks_like_promql(["sum by (job) (rate(http_requests_total[5m])) > 0"]), looks_like_promql(["df -h"])
    (True, False)
    """
    code = [line for line in lines if not line.lstrip().startswith("#")]
    text = "\n".join(code).strip()
    if _SELECTOR.match(text):
        return True
    return bool(_QUERY.match(text) and _RANGE.search(text))


def _data(lines: Sequence[str]) -> str:
    """Why a block that says it is the shell is not; "" if it may be."""
    if looks_printed(lines[0]):
        return "it is output, not a command"
    if len(lines) > 1 and all(_YAML.match(line) for line in lines):
        return "it is YAML" if any(":" in line for line in lines) else ""
    return ""


def _begins_with_program(lines: Sequence[str], is_program: Callable[[str], bool]) -> bool:
    for line in lines:
        words = line.split()
        if words[0].startswith("#"):
            continue
        if words[0] == "sudo" and len(words) > 1:
            words = words[1:]
        return bool(_ASSIGNMENT.match(line.lstrip())) or (is_program(words[0]) and len(words) > 1)
    return False
