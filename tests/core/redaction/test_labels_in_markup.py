"""What a label in a page makes a secret, and what it does not: the value beside it, never the next label."""

from __future__ import annotations

import pytest

from runbooklab.domain.rules import Rules
from runbooklab.domains import BUILT_IN
from runbooklab.redaction import Vault, redact_file

VALUE = "hunter2word"

#: The label's element, the value's, and what stands between and around them; {} {}: label and value.
SHAPES = {
    "row": "<table><tr><td>{}</td><td>{}</td></tr></table>",
    "row with a heading": "<table><tr><th>{}</th><td>{}</td></tr></table>",
    "row of three": "<table><tr><td>{}</td><td>{}</td><td>more</td></tr></table>",
    "row of code": "<table><tr><td><code>{}</code></td><td><code>{}</code></td></tr></table>",
    "description list": "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "words beside each other": "<p><b>{}</b> <code>{}</code></p>",
    "a line each": "<p>{}</p><p>{}</p>",
    "heading": "<p>{}:</p><h3>{}</h3>",
    "elements": "<name>{}</name><value>{}</value>",
}
NAMES = ["password", "Password", "credentials", "redis-password", "spring-data-redis-password",
         "reset-password-token", "verify-token", "wrong-password", "client_secret"]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", NAMES)
def test_the_value_beside_a_label_is_replaced(shape: str, name: str) -> None:
    """A cell, a term or a word that is the name of a secret makes what stands beside it one."""
    assert VALUE not in redacted(SHAPES[shape].format(name, VALUE))


#: The ids of everything that our domains judge by and do: reports have them in cells of their own.
IDS = sorted(
    {
        *(cause for cause in Rules.of(tuple(BUILT_IN)).causes),
        *(remedy for remedy in Rules.of(tuple(BUILT_IN)).remedies),
    }
)


@pytest.mark.parametrize("shape", ["row", "row with a heading", "row of three", "row of code"])
def test_what_stands_beside_an_id_of_a_report_stays(shape: str) -> None:
    """The id of a cause or of a remedy is no name of a secret, whatever its last word is."""
    words = {name: f"{VALUE}{number}" for number, name in enumerate(IDS)}
    said = redacted("".join(SHAPES[shape].format(*row) for row in words.items()))
    assert [name for name, word in words.items() if f">{word}<" not in said] == []


@pytest.mark.parametrize(
    "page",
    [
        "<h3>It is wrong <span><code>vault-token</code></span></h3><dl><dt>{}</dt><dd>97 %</dd></dl>",
        "<dl><dt>password</dt><dt>{}</dt><dd>all of it</dd></dl>",
        "<table><tr><th>user</th><th>password</th><th>{}</th></tr>"
        "<tr><td>app</td><td>x1</td><td>2</td></tr></table>",
        "<p>password</p><details><summary>{}</summary>more</details>",
        "<td>password</td><table><caption>{}</caption></table>",
        "<label>Password</label><label>{}</label>",
    ],
)
def test_the_label_after_a_label_stays(page: str) -> None:
    """What is a label itself, a term, a column's heading, a caption, is no value of the one before."""
    assert VALUE in redacted(page.format(VALUE))


def test_a_column_is_replaced_and_its_neighbour_s_heading_is_not() -> None:
    """Below the heading ``password`` everything is secret; beside it nothing is."""
    said = redacted(
        "<table><tr><th>user</th><th>password</th><th>database</th></tr>"
        f"<tr><td>app</td><td>{VALUE}</td><td>zero</td></tr></table>"
    )
    assert VALUE not in said
    assert "<th>database</th>" in said


def redacted(body: str) -> str:
    """A page with ``body`` as ``runbook redact`` leaves it."""
    page = f"<!doctype html><html><body>{body}</body></html>"
    return redact_file(page.encode(), "x.html", Vault(b"a key for tests")).data.decode()
