"""Declarations as a runbook writes them, and what is wrong with them."""

from __future__ import annotations

from typing import Any

from runbooklab.authoring import blocks as markdown
from runbooklab.authoring.declarations import declared_in, with_values
from runbooklab.authoring.declared_mistakes import declared_mistakes
from runbooklab.authoring.frontmatter import examine, split
from runbooklab.domain.rules import Rules
from runbooklab.model.declared import Declarations

HEAD = """---
title: T
uses: [{uses}]
parameters:
  - {{name: mount, type: str, default: /var}}
  - {{name: host, type: str, default: ""}}
  - {{name: limit, type: int, default: 5}}
  - {{name: api_key, type: str, default: "", secret: true}}
---

# T

"""
OPEN = "```{check} t\ntcp: db:1\npass: open\nfail: refused\n```\n"
LINES_OF_OPEN = OPEN.count("\n")


def fence(what: str, yaml: str, id_: str = "x") -> str:
    """A declaring fence."""
    return f"```{{{what}}} {id_}\n{yaml}\n```\n"


def mistakes(body: str, uses: str = "") -> list[tuple[int, str]]:
    """``(line of the body, mistake)`` for each mistake in a runbook's body, in their order."""
    head = HEAD.format(uses=uses)
    document = split(head + body)
    front, wrong = examine(document.front_matter)
    assert not wrong
    parsed = markdown.parse(document.body, document.body_line)
    found = (*parsed.mistakes, *declared_mistakes(parsed.blocks, front, Rules.of(front.uses)))
    return sorted((each.line - head.count("\n"), each.message) for each in found)


def declarations(body: str, **values: Any) -> Declarations:
    """What a body declares, in a run whose parameters have these values."""
    return with_values(declared_in(body), values)
