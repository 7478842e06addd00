"""What the kernel reads of its own notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runbooklab.authoring.compile import compile_text
from runbooklab.authoring.outline import Outline, Section, calls, outline, plain
from runbooklab.authoring.project import Suite

SHIPPED = Suite(Path(__file__).resolve().parents[3])

BODY = """---
title: T
---

# Title *of* it

## 1. First step

```{code-cell}
check("redis-ping")
for name in ("a", "b"):
    check("redis-role")
```

## Second
-----

```{code-cell}
check("redis-ping"); check(f"redis-{1}"); other.check("no")
```

## Quick checklist

```{code-cell}
checklist([("Item?", "cmd | grep x", "redis-role"), ("Two?", "cmd", "redis-ping")])
```
"""


def read(body: str = BODY) -> Outline:
    return outline(compile_text(body, "t"))


def test_sections_in_order_with_their_level() -> None:
    """Slug, title without Markdown's marks, and level, the runbook's title first."""
    assert read().title == "Title of it"
    assert read().sections == (
        Section("title-of-it", "Title of it", 1),
        Section("first-step", "1. First step", 2),
        Section("second", "Second", 2),
        Section("quick-checklist", "Quick checklist", 2),
    )


def test_a_check_belongs_to_the_section_that_shows_it_first() -> None:
    """Only plain calls of check() with a literal id count."""
    assert read().check_sections == {"redis-ping": "first-step", "redis-role": "first-step"}


def test_checklist_items_are_read_from_the_cell() -> None:
    """Item, command and check id of every row."""
    assert read().checklist == (("Item?", "cmd | grep x", "redis-role"), ("Two?", "cmd", "redis-ping"))


def test_a_notebook_saved_by_jupyterlab_has_the_same_outline() -> None:
    """A source may be a list of lines; cells that do not parse are passed over."""
    notebook = compile_text(BODY, "t")
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    broken = {"cell_type": "code", "id": "x", "metadata": {}, "source": ["check('a'", "\x00"], "outputs": []}
    notebook["cells"].append(broken)
    assert outline(notebook) == read()


@pytest.mark.parametrize(
    "notebook", [{}, {"cells": []}, {"cells": [{"cell_type": "markdown", "source": "x"}]}]
)
def test_a_notebook_without_headings_has_an_empty_outline(notebook: dict[str, object]) -> None:
    """Nothing is assumed of the file."""
    assert outline(notebook) == Outline("", (), {}, ())


def test_setext_headings_count() -> None:
    """A heading that is underlined is a section too."""
    found = read("---\ntitle: T\n---\n\nTitle\n=====\n\nStep one\n--------\n\ntext\n")
    assert found.sections == (Section("title", "Title", 1), Section("step-one", "Step one", 2))


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("`a_b` and *c*", "a_b and c"),
        ("_under_ snake_case", "under snake_case"),
        ("[link](x.md) ![i](y.png)", "link i"),
        (r"2 \* 3", "2 * 3"),
    ],
)
def test_headings_become_plain_text(heading: str, text: str) -> None:
    """Marks go, words stay."""
    assert plain(heading) == text


def test_calls_are_found_in_the_order_written() -> None:
    """Name, literal first argument and line of each call."""
    found = [(call.name, call.argument, call.line) for call in calls('a(1)\nb("x", c([2]))\nd(y)')]
    assert found == [("a", 1, 1), ("b", "x", 2), ("c", [2], 2), ("d", None, 3)]


def test_every_check_of_the_redis_runbook_has_a_section() -> None:
    """The shipped runbook's outline is complete: 7 checklist items, each with a check that is shown."""
    found = outline(json.loads(SHIPPED.notebook("redis-connection").read_text()))
    assert len(found.checklist) == 7
    assert {check for _, _, check in found.checklist} <= found.check_sections.keys()
    slugs = {section.slug for section in found.sections}
    assert set(found.check_sections.values()) <= slugs
    assert {
        "check-redis-container-status", "test-redis-connectivity", "check-redis-logs",
        "verify-configuration", "test-port-availability",
    } <= slugs  # fmt: skip


def test_it_is_light() -> None:
    """The kernel imports it at the start of every run: no parser, no YAML, no nbformat comes along."""
    code = "import runbooklab.authoring.outline, sys; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert not {"yaml", "markdown_it", "nbformat", "msgspec", "ruamel.yaml"} & set(modules.split())
