"""The words that stand in every report, whatever was observed: ``critical``, ``Timeline``.

A password of that spelling is no secret in them, and the last gate could take it out of none of them. So the
vocabulary holds no more than what the page's templates and ``report/`` itself write. What a cause, a check or
a remedy says stands in a report only if it applies, and is given to the page as data: out of that a secret
can be taken. Scripts, styles and names of tags are left out, as the gate doesn't search them.

What the rules in use add to each of their reports (the titles of the causes that every report lists) is known
to a run alone; it comes as ``extra``.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from msgspec import Struct

from runbooklab.redaction.source_text import literals, read_sources

#: The template of a run's report; those that it includes are found in it.
_PAGE = "page.html.j2"

#: What stands in every notebook.
_NOTEBOOK = """
cell_type code markdown metadata outputs output_type display_data execute_result stream stderr stdout raw
execution_count nbformat nbformat_minor kernelspec display_name language python python3 ipython ipython3
language_info codemirror_mode file_extension mimetype text/x-python nbconvert_exporter pygments_lexer
papermill parameters injected-parameters environment_variables input_path output_path duration exception
application/json text/plain text/html utf-8 utf8 Python 3 (ipykernel) runbook Runbook
tags start_time end_time runbooklab front_matter cells_sha256 slug completed view iopub
iopub.execute_input iopub.status.busy iopub.status.idle shell.execute_reply execute_input execute_reply
"""

_INCLUDED = re.compile(r"\{%-?\s*(?:include|import|extends)\s+\"([^\"]+)\"")
_REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
#: Between a text and what is filled in behind or before it: the text is a word by itself.
_JOINT = re.compile(r"-+(?=\n)|(?<=\n)-+")
_TAG_OR_ATTRIBUTE = re.compile(r"</?[A-Za-z][\w-]*|[\w:-]+=(?=\")")


class Vocabulary(Struct, frozen=True):
    """Texts, and the words in them."""

    text: str  # in lower case
    words: frozenset[str]

    @classmethod
    def of(cls, *texts: str) -> Vocabulary:
        """The vocabulary of ``texts``."""
        text = _JOINT.sub("", "\n".join(texts).lower())
        return cls(text, frozenset(re.findall(r"\w+", text)))

    def holds(self, value: str) -> bool:
        """Whether ``value`` is a word of these texts, or words that stand there side by side, in any case."""
        lower = value.strip().lower()
        words = re.findall(r"\w+", lower)
        if not words or not self.words.issuperset(words):
            return False  # nearly every secret ends here
        alone = rf"(?<![\w-])(?<!\w\.){re.escape(lower)}(?![\w-])(?!\.\w)"
        return re.search(alone, self.text) is not None


def is_our_word(value: str, extra: tuple[str, ...] = ()) -> bool:
    """Whether ``value`` is a word or a phrase of every report.

    ``extra``: texts that stand in every report of this run as well.

    >>> is_our_word("critical"), is_our_word("critic"), is_our_word("dragon"), is_our_word("gateway")
    (True, False, False, False)
    >>> is_our_word("loose", ("The flange is loose",))
    True
    """
    return _report().holds(value) or bool(extra and _of(extra).holds(value))


@lru_cache(maxsize=8)
def _of(extra: tuple[str, ...]) -> Vocabulary:
    return Vocabulary.of(*extra)


@cache
def _report() -> Vocabulary:
    written = [literals(source) for source in read_sources("report", kinds=(".py",))]
    return Vocabulary.of(
        _NOTEBOOK, *(_TAG_OR_ATTRIBUTE.sub("\n", text) for text in (*_templates(_PAGE, set()), *written))
    )


def _templates(name: str, seen: set[str]) -> list[str]:
    """What a template and those that it includes write themselves."""
    seen.add(name)
    source = (resources.files("runbooklab") / "report" / "templates" / name).read_text(encoding="utf-8")
    included = [other for other in _INCLUDED.findall(source) if other not in seen]
    text = _EXPRESSION.sub(lambda match: f"\n{literals(match[0])}\n", _REMARK.sub("\n", source))
    return [text, *(text for other in included for text in _templates(other, seen))]
