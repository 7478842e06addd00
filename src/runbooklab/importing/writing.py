"""The parts of a block as Markdown: declared fences, plain ones, and a line that says why one is not live."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from runbooklab.importing.fence_text import declared, mapping, plain
from runbooklab.importing.found import Block
from runbooklab.importing.identifiers import Identifiers
from runbooklab.importing.language import language_of
from runbooklab.importing.parts import Part, Step
from runbooklab.words import short

_MARKUP = re.compile(r"[`*]|!?\[([^\]]*)\]\([^)]*\)")
_LIST_MARK = re.compile(r"^\s*(?:[-+*]|\d{1,9}[.)])\s+|^\s*>\s*")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&!$])")
#: Reasons that are not worth a line under a block: nothing was to be run.
_SILENT = frozenset(("output",))
#: A line of a remedy is a command of its own, so a command that goes on is written on one line.
_CONTINUED = re.compile(r"[ \t]*\\\n[ \t]*")
_MOST_TITLE = 80
_MOST_REASONS = 3


class Writing:
    """Writes the parts of one source's blocks; ``source`` is its name, ids are given in order."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.ids = Identifiers()

    def parts(self, parts: Sequence[Part], block: Block, lead: str) -> tuple[list[str], list[str]]:
        """The Markdown of a block that is live in part, and the ids in it. ``lead`` is the text above it."""
        lines: list[str] = []
        names: list[str] = []
        for part in parts:
            if part.sort in ("check", "remedy"):
                heading = block.under[-1] if block.under else ""
                name = self.ids.give(heading, _command_of(part.steps[0]))
                title = title_of(part.steps[0], lead if part is parts[0] else "", heading)
                lines += (
                    self._check(part.steps[0], name, title)
                    if part.sort == "check"
                    else self._remedy(part, name, title)
                )
                names.append(name)
            else:
                content = _trimmed(block.content[part.first : part.end])
                language = "text" if part.sort == "output" else language_of(block.info) or "text"
                lines += plain(content, language)
                if note := why_not(part.steps):
                    lines += ["", note]
            lines.append("")
        return lines[:-1], names

    def _check(self, step: Step, name: str, title: str) -> list[str]:
        decision = step.decision
        fields = {"title": title, **decision.fields, "source": f"{self.source}:{step.line}"}
        notes = list(decision.notes)
        if "command" in fields:
            fields["command"] = "\n".join((*step.comments, fields["command"]))
        else:
            notes = [*step.comments, *notes]
        lines = declared("check", name, fields, notes)
        if decision.headers:
            lines[-1:-1] = mapping("headers", decision.headers)
        return lines

    def _remedy(self, part: Part, name: str, title: str) -> list[str]:
        run: list[str] = []
        notes: list[str] = []
        for step in part.steps:
            run += [line for line in step.decision.lead if line not in run]
            run.append(_CONTINUED.sub(" ", step.decision.fields["run"]))
            notes += [line.lstrip("# ") for line in step.comments]
        fields = {"title": title, "run": "\n".join(run), "risk": "medium"}
        fields["source"] = f"{self.source}:{part.steps[0].line}"
        return declared("remedy", name, fields, notes)


def why_not(steps: Iterable[Step]) -> str:
    """The line under a fence that is not live; "" if nothing in it could be."""
    reasons = dict.fromkeys(step.decision.why for step in steps if step.decision.sort not in _SILENT)
    return not_live("; ".join(_few(list(reasons)))) if reasons else ""


def not_live(reason: str) -> str:
    """The line that says why a block is not live.

    >>> not_live("rm removes files")
    '*Not live: rm removes files.*'
    """
    return f"*Not live: {_SPECIAL.sub(_escaped, reason.rstrip('.'))}.*"


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[1]}"


def _few(reasons: list[str]) -> list[str]:
    if len(reasons) <= _MOST_REASONS:
        return reasons
    return [*reasons[:_MOST_REASONS], f"and {len(reasons) - _MOST_REASONS} more reasons"]


def title_of(step: Step, lead: str, heading: str) -> str:
    """A title: the comment, the text that leads to the block, the command; of a query its heading."""
    comment = _plain_text(" ".join(line.lstrip("#- ").strip() for line in step.comments).rstrip(":. "))
    first = _printable(step.text.partition("\n")[0].rstrip("\\ "))
    rest = (_plain_text(heading), first) if _command_of(step) != step.text else (first, _plain_text(heading))
    said = next((text for text in (comment, _lead(lead), *rest) if text), "")
    return short(said, _MOST_TITLE) or "What the source shows"


def _command_of(step: Step) -> str:
    """What an id is made of: the command's words, or the language of a query."""
    return next((kind for kind in ("sql", "promql") if kind in step.decision.fields), step.text)


def _lead(text: str) -> str:
    """The last sentence above a block, if it leads to it by a colon."""
    text = _LIST_MARK.sub("", " ".join(text.split()))
    if not text.endswith(":"):
        return ""
    sentence = _plain_text(re.split(r"(?<=[.!?])\s+(?=[^a-z])", text)[-1].rstrip(": "))
    return sentence if len(sentence) <= _MOST_TITLE else ""


def _plain_text(text: str) -> str:
    """Text without markup."""
    return _printable(_MARKUP.sub(r"\1", text))


def _printable(text: str) -> str:
    """One line that holds no parameter."""
    bare = " ".join(text.split()).replace("${", "$ {")
    return "".join(each for each in bare if each.isprintable())


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Lines without empty ones around."""
    rows = list(lines)
    while rows and not rows[0].strip():
        rows.pop(0)
    while rows and not rows[-1].strip():
        rows.pop()
    return rows
