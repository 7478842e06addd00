"""Mistakes in runbooks, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbooklab.authoring.lint import lint
from runbooklab.authoring.project import Suite
from runbooklab.domain import Check, Domain, ok, registry
from runbooklab.model import Evidence

CHECKS = ("redis-ping", "redis-role")
REMEDIES = ("free-port",)
SHIPPED = Suite(Path(__file__).resolve().parents[3])

HEAD = "---\ntitle: T\n---\n"  # three lines: the body starts on line 4


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite with one sound runbook called other."""
    for folder in ("runbooks", "notebooks", "configs"):
        (tmp_path / folder).mkdir()
    (tmp_path / "runbooks" / "other.md").write_text(f"{HEAD}# Other\n\n## Step one\n\ntext\n")
    return Suite(tmp_path)


def problems(suite: Suite, text: str) -> list[tuple[int, str]]:
    """Line and message of each problem of a runbook with this text."""
    suite.runbook("bad").write_text(text)
    found = lint(suite, CHECKS, REMEDIES)
    assert all(problem.path == suite.runbook("bad") for problem in found)
    return [(problem.line, problem.message) for problem in found]


def code(*lines: str) -> str:
    return "\n".join(("```{code-cell}", *lines, "```", ""))


CONCLUDE = "\n" + code("conclude()")
PING = code('check("redis-ping")')


def test_shipped_runbooks_are_sound() -> None:
    """``runbook lint`` has nothing to say of what we ship, with the package's own tables."""
    assert [str(problem) for problem in lint(SHIPPED)] == []


def test_a_sound_runbook_has_no_problems(suite: Suite) -> None:
    """Sections with live cells, known ids, working links of every kind."""
    (suite.root / "notebooks" / "other.ipynb").touch()
    links = "[a](../runbooks/other.md#step-one) [b](#sub-section) [c](https://x.invalid/y) <mailto:a@b.c>"
    live = code('check("redis-ping")', 'remedy("free-port")', 'checklist([("i", "c", "redis-role")])')
    text = f"# T\n\n{links}\n\n## Sub section\n\n```bash\nls\n```\n\n{live}{CONCLUDE}"
    assert problems(suite, HEAD + text) == []


def test_domains_that_do_not_go_together_are_named_where_they_are_listed(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other runbooks of the suite are read all the same."""
    one, other = (
        Domain(name, name, Evidence, checks=(Check("level", name, lambda e: ok("It is."), ()),))
        for name in ("lorry", "army")
    )
    monkeypatch.setattr(registry, "domain", {"lorry": one, "army": other}.__getitem__)
    found = problems(suite, "---\ntitle: T\nuses:\n  - lorry\n  - army\n---\n# T\n\nText.\n")
    both = "the domains lorry and army both have a check level; use them in two runbooks, or rename one"
    assert [(line, message) for line, message in found if "domain" in message] == [(4, both)]


def test_a_problem_reads_file_line_message(suite: Suite) -> None:
    """The form that editors and CI make links of."""
    suite.runbook("bad").write_text("no front matter")
    (problem,) = lint(suite, CHECKS, REMEDIES)
    assert str(problem) == f"{suite.runbook('bad')}:1: the runbook has no front matter"


@pytest.mark.parametrize(
    ("cell", "line", "message"),
    [
        ('check("redis-pin")', 8, "there is no check 'redis-pin'; did you mean 'redis-ping'?"),
        ('frame()\nframe("redis-pin")', 9, "there is no check 'redis-pin'; did you mean 'redis-ping'?"),
        ('\nremedy("zzz")', 9, "there is no remedy 'zzz'"),
        ('checklist([("i", "c", "redis-rol")])', 8, "there is no check 'redis-rol'; did you mean"
                                                    " 'redis-role'?"),
        ('checklist(["i"])', 8, "checklist() needs a plain list of (item, command, check id)"),
        ("check(name)", 8, "check() needs its id as plain text, so that it can be looked up"),
        ("x = 1\nx = (", 9, "the code does not parse: '(' was never closed"),
        ("!redis-cli ping", 8, "the code does not parse: invalid syntax"),
    ],
)  # fmt: skip
def test_mistakes_in_code(suite: Suite, cell: str, line: int, message: str) -> None:
    """Unknown ids and code that does not parse, with the line of the Markdown file."""
    text = f"{HEAD}# T\n\n## S\n{code(cell)}{CONCLUDE}"
    assert problems(suite, text) == [(line, message)]


@pytest.mark.parametrize("language", ["bash", "yaml", "python", "console"])
def test_commands_without_a_live_cell(suite: Suite, language: str) -> None:
    """A section that shows something to do must do it too."""
    text = f"{HEAD}# T\n\n## Dead\n\n```{language}\nx\n```\n\n## Live\n{CONCLUDE}"
    assert problems(suite, text) == [(8, "section 'Dead' shows commands but has no live cell")]


def test_a_subsection_may_lean_on_its_parent(suite: Suite) -> None:
    """A live cell above or below a section's fence counts, but the title's own cell not for all."""
    fence = "```bash\nx\n```\n\n"
    own = f"# T\n\n## A\n\n{code('1')}\n### B\n\n{fence}## C\n\n{fence}### D\n\n{code('1')}"
    assert problems(suite, f"{HEAD}{own}{CONCLUDE}") == []
    title = f"# T\n\n{code('1')}\n## A\n\n{fence}## B\n{CONCLUDE}"
    assert [message for _, message in problems(suite, f"{HEAD}{title}")] == [
        "section 'A' shows commands but has no live cell"
    ]


def test_text_fences_need_no_cell(suite: Suite) -> None:
    """A fence without a language, or of output, is not a command."""
    assert problems(suite, f"{HEAD}# T\n\n## A\n\n```\nx\n```\n\n```text\ny\n```\n") == []


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("[x](../runbooks/none.md)", "the link leads to ../runbooks/none.md, which does not exist"),
        ("[x](other.md)", "the link to other.md breaks in the notebook; write ../runbooks/other.md"),
        ("[x](../runbooks/other.md#nope)", "no heading in ../runbooks/other.md has the anchor #nope"),
        ("[x](#nope)", "no heading here has the anchor #nope"),
        ("![x](../none.png)", "the link leads to ../none.png, which does not exist"),
        ("![x](attachment:a.png)", "there is no attachment 'a.png'"),
        ("[x][ref]\n\n[ref]: ../none.md", "the link leads to ../none.md, which does not exist"),
    ],
)
def test_links_that_lead_nowhere(suite: Suite, link: str, message: str) -> None:
    """Files and anchors are looked up from the runbook's folder and from the notebook's."""
    assert problems(suite, f"{HEAD}# T\n\nWords first.\n\n{link}\n") == [(8, message)]


def test_a_link_from_the_notebook_is_judged_before_there_is_one(suite: Suite) -> None:
    """A suite that was never built has no folder for notebooks, and its links are right all the same."""
    (suite.root / "notebooks").rmdir()
    assert problems(suite, f"{HEAD}# T\n\n[x](../runbooks/other.md)\n") == []


def test_anchors_are_the_ones_that_github_makes(suite: Suite) -> None:
    """A number stays in the anchor, and the second of equal headings gets -1."""
    links = "[a](#1-step) [b](#1-step-1) [c](#whats-it-for)"
    headings = "## 1. Step\n\n## 1. Step\n\n## What's it for?\n"
    assert problems(suite, f"{HEAD}# T\n\n{links}\n\n{headings}") == []


@pytest.mark.parametrize(
    ("front", "line", "message"),
    [
        ("related:\n  - other\n  - othr", 5, "there is no runbook 'othr'; did you mean 'other'?"),
        ("related: other", 3, "related must be a list"),
        ("severty: high", 3, "unknown key 'severty'"),
        ("title: U", 3, "title is given twice"),
        ("severity: [", 4, "the front matter is not valid YAML"),
        ("parameters:\n  - name: 1a\n    type: str\n    default: ''", 4, "must be a Python name, not '1a'"),
        ("parameters:\n  - {name: x, type: text, default: ''}", 4, "must have a type of str, int"),
        ("parameters:\n  - name: x\n    type: int\n    default: 1.5", 6, "the default of x must be a whole"),
        ("parameters:\n  - name: x\n    type: int\n    default: true", 6, "the default of x must be a whole"),
        ("parameters:\n  - name: x\n    type: float\n    default: .nan", 6, "the default of x must be"),
        ("parameters:\n  - name: x\n    type: str", 4, "parameter x has no default"),
        ("parameters:\n  - &x {name: x, type: int, default: 1}\n  - *x", 4, "declared twice"),
        ("parameters:\n  - {name: x, type: int, default: 1, hlep: y}", 4, "unknown key 'hlep'"),
        ("parameters:\n  - {name: x, type: str, default: pw, secret: true}", 4, "x is a secret"),
        ("parameters:\n  - {name: x, type: str, default: 'redis://:pw@h'}", 4, "holds a password"),
        ("parameters:\n  - {name: check, type: str, default: ''}", 4, "would hide check()"),
        ("parameters:\n  - {name: x, type: str, default: 2020-99-99}", 4, "must be text, a number"),
        ("parameters:\n  - {name: x, type: str, default: !!python/name:os.system }", 4, "must be text"),
        ("jupyter:\n  day: 2020-01-01", 4, "must be text"),
        ("parameters:\n  - {name: class, type: str, default: ''}", 4, "must be a Python name"),
    ],
)
def test_mistakes_in_the_front_matter(suite: Suite, front: str, line: int, message: str) -> None:
    """Every mistake has the line on which it stands."""
    found = problems(suite, f"---\ntitle: T\n{front}\n---\n# T\n")
    assert [number for number, _ in found if number != 1] == [line]
    assert any(message in text for _, text in found)


def test_all_mistakes_are_said_at_once(suite: Suite) -> None:
    """One run of the linter shows everything there is to fix, in the order of the file."""
    unknown = code('check("nope")')
    text = f"---\ntitle: T\nrelated: [nope]\n---\n# T\n\n[x](#nope)\n\n{unknown}{CONCLUDE}"
    assert [line for line, _ in problems(suite, text)] == [3, 7, 10]


def test_a_setup_cell_must_pass_every_parameter(suite: Suite) -> None:
    """A set-up cell of one's own goes stale in silence when a parameter is added: the linter says so."""
    front = "---\ntitle: T\nparameters:\n  - {name: added, type: int, default: 1}\n---\n"
    own = code(":tags: [setup]", "", 'start("bad")')
    assert problems(suite, f"{front}# T\n\n{own}{CONCLUDE}") == [
        (11, "this set-up cell does not pass the parameter added")
    ]


def test_a_runbook_must_conclude(suite: Suite) -> None:
    """Without conclude() in the last cell the notebook has no diagnosis in it."""
    assert problems(suite, f"{HEAD}# T\n\n{PING}") == [
        (7, "the last code cell must call conclude(), which gives the diagnosis")
    ]


def test_a_file_whose_name_is_no_slug(suite: Suite) -> None:
    """Such a file would be no runbook, in silence; README.md is meant to be none."""
    (suite.root / "runbooks" / "Redis Connection.md").touch()
    (suite.root / "runbooks" / "README.md").touch()
    (problem,) = lint(suite, CHECKS, REMEDIES)
    assert problem.path.name == "Redis Connection.md"
