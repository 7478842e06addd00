"""Our templates, and the escaping that every text passes on its way into a page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from runbooklab.model.conclusions import ChecklistItem
from runbooklab.model.drawing import PLAIN, Vocabulary
from runbooklab.model.file_edit import as_diff
from runbooklab.redaction import visible
from runbooklab.report import moments, words
from runbooklab.report.plain import excerpt
from runbooklab.report.rungs import ladder_picture
from runbooklab.words import count, duration_ms

#: Rows of the ledger that the page lists; ``diagnosis.json`` has them all.
LEDGER_LIMIT = 1_000

#: The height of a verdict in a strip of runs, so that verdicts differ without colours, too.
STRIP_HEIGHTS = {"ok": 6, "warning": 10, "critical": 16, "unknown": 13}

_STYLES = {
    "page": ("page.css", "proof.css"),
    "foreign": ("page.css", "proof.css"),
    "index": ("page.css", "index.css"),
    "diff": ("page.css", "runs.css"),
    "bundle": ("page.css", "runs.css"),
    "demo": ("page.css", "demo.css"),
}
_SCRIPTS = {
    "page": ("page.js", "find.js"),
    "foreign": ("page.js", "find.js"),
    "index": ("index.js",),
}


def draw(template: str, *, vocabulary: Vocabulary = PLAIN, **content: Any) -> str:
    """One of our pages, as HTML, with its style, its script and the policy that allows nothing else.

    ``vocabulary`` is needed by pages that name a check, a layer or a vantage.
    """
    style = "\n".join(asset(name) for name in _STYLES.get(template, ("page.css",)))
    script = "\n".join(asset(name) for name in _SCRIPTS.get(template, ("page.js",)))
    return (
        environment(vocabulary)
        .get_template(f"{template}.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 # our own files
            script=Markup(script),  # noqa: S704 # our own files
            policy=policy(style, script),
            **content,
        )
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: our own style and script, pictures inside the page, nothing else."""
    return (
        f"default-src 'none'; style-src '{_source_hash(style)}'; script-src '{_source_hash(script)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _source_hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def asset(name: str) -> str:
    """A style or script of ours, as it stands in the page: without the space that only eyes need."""
    text = (resources.files("runbooklab.report") / "templates" / name).read_text(encoding="utf-8").strip()
    return _dense(text) if name.endswith(".css") else _INDENT.sub("", text)


#: At the start of a script's line: no text in our scripts goes over two.
_INDENT = re.compile(r"^\s+", re.MULTILINE)


def _dense(style: str) -> str:
    without_comments = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    packed = re.sub(r"\s*([{};,>])\s*|\s+", lambda found: found[1] or " ", without_comments)
    return packed.replace(": ", ":").replace(";}", "}")


@cache
def environment(vocabulary: Vocabulary = PLAIN) -> Environment:
    """Jinja with escaping on; what can't be seen in a text is written out before it is escaped.

    Lone surrogates are among what is written out, so a page is always valid UTF-8. Templates are compiled
    once for each ``vocabulary``.
    """
    env = Environment(
        loader=PackageLoader("runbooklab.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    env.globals |= _GLOBALS
    env.filters |= _FILTERS
    env.filters |= {
        "title_of": vocabulary.title,
        "name_of": vocabulary.name_of,
        "layer": vocabulary.layer,
        "vantage": vocabulary.vantage,
    }
    return env


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _value(parameter: Any) -> str:
    """A parameter's value as it was given."""
    return parameter if isinstance(parameter, str) else json.dumps(parameter, ensure_ascii=False, default=str)


def _matches(checklist: tuple[ChecklistItem, ...], other: tuple[ChecklistItem, ...]) -> bool:
    """Whether two checklists say the same."""
    return [(row.item, row.status) for row in checklist] == [(row.item, row.status) for row in other]


_GLOBALS: dict[str, Any] = {
    "status_word": words.status_word,
    "status_words": words.STATUS_WORDS,
    "verdict_words": words.VERDICT_WORDS,
    "cause_words": words.STATE_WORDS,
    "risk_words": words.RISK_WORDS,
    "goes_deeper": words.goes_deeper,
    "count": count,
    "ledger_limit": LEDGER_LIMIT,
    "strip_heights": STRIP_HEIGHTS,
}
_FILTERS: dict[str, Callable[..., Any]] = {
    "uncapitalised": words.uncapitalised,
    "unlabelled": words.unlabelled,
    "beside_badge": words.beside_badge,
    "duration": duration_ms,
    "utc": moments.utc,
    "clock": "{:%Y-%m-%d %H:%M:%S}".format,
    "diff": as_diff,
    "spoken": moments.spoken,
    "spoken_cell": moments.spoken_cell,
    "filled_columns": words.filled_columns,
    "numeric_columns": words.numeric_columns,
    "excerpt": excerpt,
    "ladder_picture": ladder_picture,
    "value": _value,
    "matches": _matches,
}
