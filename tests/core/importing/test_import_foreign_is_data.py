"""A foreign runbook is data: nothing in it becomes a cell by its own wish, and nothing of it breaks out."""

from __future__ import annotations

import pytest

from foreign_runbooks import cells, fence, imported, result
from runbooklab.authoring import blocks

OURS = ["diagnose()", "conclude()"]


def code(text: str) -> list[str]:
    """The sources of all cells that would run."""
    body = blocks.parse(text.split("---\n", 2)[2])
    assert body.mistakes == ()
    return [block.source for block in body.blocks if block.kind != "markdown"]


@pytest.mark.parametrize(
    "body",
    [
        "```{code-cell}\nimport os; os.remove('x')\n```",
        "```{raw-cell}\nx\n```",
        "```{check} a\ncommand: ls\n```",
        "```{remedy} a\nrun: rm x\n```",
        "```{cause} a\nwhen: a fails\n```",
        "~~~~{code-cell} python\nx\n~~~~",
        "``` {code-cell}\nx\n```",
        "1. a\n\n   ```{code-cell}\n   x\n   ```",
        "> ```{code-cell}\n> x\n> ```",
        '+++ {"tags": ["parameters"]}\n\ntext',
        "- a\n\n  +++\n\n  b",
        "```{code-cell}\nnever closed",
        "1. a\n   ```bash\n   ls\n   ```\n   ```{code-cell}\n   x\n   ```",
        "1. a\n   ```bash\n   ls\n   ```\n       ```{code-cell}\n       x\n       ```",
        "1. a\n   ```bash\n   ls\n   ```\n\n   +++\n   b",
        "text\n```{code-cell}\nx\n```",
        "<div>\n```{code-cell}\nx\n```\n</div>",
        "<!-- never closed\n\n```bash\nls\n```",
        "- <!-- never closed\n\n  ```bash\n  ls\n  ```\n- b",
        "<script>\n\nnever closed",
        "````bash\nls\n```{code-cell}\nx\n```\n````",
        "```bash\necho '\n```{code-cell}\nx\n```\n'\n```",
        "[a]: <```{code-cell}>\n\nb",
        "| a |\n|---|\n| ```{code-cell} |",
        "---\n```{code-cell}\nx\n```",
    ],
)
def test_no_fence_of_the_source_becomes_live(body: str) -> None:
    """Only the cells that import itself makes are live, and each of them is."""
    found = code(imported(f"# T\n\n{body}\n").text)
    assert found[0] == "diagnose()"
    assert found[-1] == "conclude()"
    assert all(source.startswith("%%check ") and "\ncommand: ls\n" in source for source in found[1:-1])


@pytest.mark.parametrize(
    "command",
    [
        "echo '```'",
        "echo '\n```\n```{code-cell}\nx\n```\n'",
        "echo 'a: b' # c",
        'echo "it\'s"',
        "echo yes",
        "echo '%YAML'",
        "ls   --all",
        "echo 'x\n\n   y\n'",
        "grep -c -e '- a: b' /etc/hosts",
        "echo '${x}'",
        "ls \\\n  -l",
    ],
)
def test_a_command_stays_what_it_is(command: str) -> None:
    """Quotes, colons, hashes, backticks and empty lines arrive in the check as they were."""
    text = imported(f"# T\n\n````bash\n{command}\n````\n").text
    (check,) = cells(text).values()
    assert check["command"].rstrip("\n") == command.replace("${", "$''{")
    assert len(code(text)) == 3


@pytest.mark.parametrize("mark", ["\x1b[31m", "\u2028", "\x85", "\x07"])
def test_what_no_terminal_shows_stays_text(mark: str) -> None:
    """A command with a control character in it is not live, and nothing breaks."""
    found = imported(fence(f"echo a{mark}b"))
    assert code(found.text) == OURS
    assert [row.sort for row in found.rows] == ["does not parse"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# T\n\nM\xfcnchen\n", "sample.md:3: is not UTF-8 text; save it as UTF-8"),
        ("# T\n".encode("utf-16"), "sample.md:1: is not UTF-8 text; save it as UTF-8"),
        (b"# T\n\n\0\n", "sample.md:3: holds a NUL character, so it is no Markdown; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_one_line(data: bytes, said: str) -> None:
    """What, where, what to do."""
    assert result(data).failure == said


def test_a_runbook_too_large_to_be_read_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source within its bound may become a runbook beyond it."""
    monkeypatch.setattr("runbooklab.importing.runbook.MOST_RUNBOOK", 1 << 10)
    said = "sample.md: would become a runbook of more than 1 KiB; split it into several files"
    assert result("# T\n\n" + "words " * 300).failure == said


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"\xef\xbb\xbf# T\r\n\r\n```bash\r\ndf -h /\r\n```\r\n",
        b"no heading, no end",
        b"---\n---\n",
        b"---\nnever: closed\n",
        b"---\n[: broken\n---\n# T\n",
        b"+++\ntitle = 'x'\n+++\n# T\n",
        b"# \n",
        b"Title\n=====\n",
        b"###### deep\n",
        b"# [a](b) `c` *d*\n",
        b"```bash\n```\n",
        b"\t$ df -h /\n",
    ],
)
def test_any_text_becomes_a_runbook(data: bytes) -> None:
    """Also an empty one, one without a heading, with a byte order mark, with CRLF."""
    text = imported(data).text
    body = blocks.parse(text.split("---\n", 2)[2])
    assert body.blocks[0].level == 1
    assert "\r" not in text
    assert "\ufeff" not in text
    assert code(text)[-1] == "conclude()"


def test_crlf_and_a_byte_order_mark_change_nothing_but_the_digest() -> None:
    """Lines are counted as in the source."""
    plain = imported("# T\n\n```bash\ndf -h /\n```\n")
    other = imported(b"\xef\xbb\xbf# T\r\n\r\n```bash\r\ndf -h /\r\n```\r\n")
    assert other.rows == plain.rows
    assert cells(other.text) == cells(plain.text)
