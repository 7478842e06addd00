"""What holds of every import: nothing is lost, nothing foreign is live, the same in gives the same out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foreign_runbooks import SAMPLE, cells, imported
from runbooklab.authoring import blocks
from runbooklab.authoring.frontmatter import examine, split
from runbooklab.importing.placeholders import Parameters
from runbooklab.importing.prompts import prompt_of
from runbooklab.shell.judge import judge
from runbooklab.shell.programs import built_in_programs

COMMANDS = (
    "kubectl get pods -n <ns>", "$ kubectl get pods -n {ns}", "df -h /var", "rm -rf /x", "tail -f /x.log",
    "# why", "curl http://a/b", "export A=$(hostname)", "echo $A ${B}", "ls \\", "  -l", "echo 'x", "y'",
    "NAME   READY", "for x in 1; do", "done", "cd /srv", "$ ", "| sort", "```{code-cell}", "ssh a", "exit",
    "SELECT 1;", "", 'up{a="<b>"}', "🙂 ü", "echo '${x}' | grep -v <a>", "sudo systemctl status nginx",
    "oc debug node/<n>",
)  # fmt: skip
FENCES = (
    "```bash", "```", "```console", "~~~", "````sh", "```sql", "```promql", "```yaml", "```{check} x", "``",
)  # fmt: skip
TEXT = (
    "# T", "## Diagnosis", "### Mitigation", "words", "1. one", "1. two", "- a", "  - b", "> q", "+++", "---",
    "| a | b |", "|---|---|", "<div>", "</div>", "<!-- c -->", "[a](b.md)", "[r]: c.md", "{{< hugo >}}",
    "<%= x %>", "    indented", "***", "a  ", "Title", "=====", "`df -h /`", "- run `kubectl get pods`",
)  # fmt: skip
LINE = st.tuples(
    st.sampled_from(("", "", "", "  ", "   ", "    ", "\t", "> ")), st.sampled_from(COMMANDS + FENCES + TEXT)
).map("".join)
DOCUMENT = st.lists(LINE, max_size=25).map("\n".join)
BLOCK = st.tuples(st.sampled_from(FENCES[:5]), st.lists(st.sampled_from(COMMANDS), max_size=6)).map(
    lambda pair: "\n".join((pair[0], *pair[1], pair[0].rstrip("abcdefghijklmnopqrstuvwxyz")))
)
STRUCTURED = st.lists(st.one_of(BLOCK, LINE), max_size=10).map("\n\n".join)


#: A fence is a block's decoration: its content is what must not be lost.
_FENCE = re.compile(r"[\s>*+-]*(?:`{3,}|~{3,})")


def essence(line: str) -> str:
    """A line without what an import may change: margin, prompt, number, how a placeholder is spelled."""
    line = line.strip().removeprefix("# In the source: ").removeprefix("# ")
    while line.startswith((">", "- ")):
        line = line[1:].strip()
    found = prompt_of(line)
    line = found[1] if found else line
    line = re.sub(r"^(?:export|\d{1,9}[.)])\s+", "", line.strip())
    line = Parameters().in_shell(line).text
    line = re.sub(r"\$\{?([A-Za-z_]\w*)(?::-)?\}?", lambda name: name[1].lower().removesuffix("_value"), line)
    return re.sub(r"[\s\\'\"`{}<>()\[\]*!]", "", line).lower()


def has(line: str, text: str) -> bool:
    """Whether what a line says is in a text."""
    return essence(line) in text


@settings(max_examples=120, deadline=None)
@given(st.one_of(DOCUMENT, STRUCTURED))
def test_nothing_of_the_source_is_lost(source: str) -> None:
    """Every line of the source is in the runbook: as text, in a check, or as a comment of one."""
    text = imported(source).text
    whole = "\n".join(map(essence, text.split("\n")))
    joined = whole + essence(" ".join(text.split("\n")))
    lost = [line for line in source.split("\n") if not _FENCE.match(line) and not has(line, joined)]
    assert lost == []


@settings(max_examples=120, deadline=None)
@given(st.one_of(DOCUMENT, STRUCTURED), st.booleans())
def test_every_import_is_a_sound_runbook(source: str, inline: bool) -> None:
    """No mistake in its front matter, no cell but its own, each id once, and each command reads."""
    text = imported(source, inline=inline).text
    document = split(text)
    front, mistakes = examine(document.front_matter)
    assert mistakes == []
    found = cells(text)
    body = blocks.parse(document.body)
    assert body.mistakes == ()
    live = [block.source.split("\n") for block in body.blocks if block.kind != "markdown"]
    assert [lines[0] for lines in live if not lines[0].startswith("%%")] == ["diagnose()", "conclude()"]
    names = [lines[0].split()[1] for lines in live if lines[0].startswith("%%")]
    assert len(set(names)) == len(names) >= len(found)
    parameters = {row.name for row in front.parameters}
    for fields in found.values():
        used = {name for value in fields.values() for name in re.findall(r"\$\{([A-Za-z_]\w*)\}", str(value))}
        assert used <= parameters
        if "command" in fields:
            assert judge(fields["command"], built_in_programs()).kind == "live"


@settings(max_examples=40, deadline=None)
@given(STRUCTURED)
def test_the_same_source_gives_the_same_runbook(source: str) -> None:
    """There is no chance and no clock in it."""
    assert imported(source) == imported(source)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_ends_in_a_runbook(source: str) -> None:
    """Whatever the characters, except for a NUL."""
    source = re.sub("[\0\ud800-\udfff]", "", source)
    assert imported(source).text.startswith("---\ntitle: ")


@pytest.mark.parametrize(
    "source",
    [
        "[" * 5_000,
        "![" * 2_500,
        "<a" * 20_000,
        "`" * 50_000,
        "((((" * 5_000,
        "- " * 5_000,
        "> " * 5_000,
        "```bash\n" + "$(" * 5_000 + "\n```",
        "```bash\n" + "oc " * 5_000 + "\n```",
        "```bash\n" + "echo 'x\n" * 1_900 + "```",
        "```sql\n" + "SELECT '" * 3_000 + "\n```",
        "```promql\n" + "sum(" * 5_000 + "\n```",
        "a" * 200_000,
        "- a\n" * 3_000,
        "# a\n" * 3_000,
    ],
    ids=lambda source: source[:12].replace("\n", " "),
)
def test_hostile_shapes_end_in_a_runbook(source: str) -> None:
    """Nesting and repetition that make a careless parser stall."""
    assert imported(f"# T\n\n{source}\n").text.rstrip().endswith("```")


def test_thousands_of_blocks_are_imported() -> None:
    """Each gets its own id; the list that holds them keeps its numbers."""
    source = "# T\n\n" + "".join("1. a\n\n   ```bash\n   df -h /var\n   ```\n\n" for _ in range(2_000))
    text = imported(source).text
    assert len(cells(text)) == 2_000
    assert "\n2000. a\n" in text


def test_the_sample_loses_nothing() -> None:
    """The property's own measure is not so wide that it holds of anything."""
    text = imported(SAMPLE).text
    whole = "\n".join(map(essence, text.split("\n")))
    assert [line for line in SAMPLE.split("\n") if not _FENCE.match(line) and not has(line, whole)] == []
    assert not has("kubectl get nodes --all", whole)
