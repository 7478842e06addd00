"""The words of our own reports: a password of this spelling looks like one of them.

A report says *critical* and *Timeline* whatever was observed. So such a word is no secret where we say it
ourselves, and where it came from outside it is replaced as a whole word only. That ``dragon`` is part of some
other word of ours, of a comment or of a name in our code makes it no word of ours.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

#: The parts of the package whose texts reach a report. Where secrets are looked for, and in the lab, examples
#: of passwords stand.
_PARTS = (
    "report", "diagnosis", "domains", "model", "observe", "authoring", "execution", "notebook", "words.py",
)  # fmt: skip
_KINDS = (".py", ".j2", ".js", ".css")

#: What stands in every notebook.
_NOTEBOOK = """
cell_type code markdown metadata outputs output_type display_data execute_result stream stderr stdout raw
execution_count nbformat nbformat_minor kernelspec display_name language python python3 ipython ipython3
language_info codemirror_mode file_extension mimetype text/x-python nbconvert_exporter pygments_lexer
papermill parameters injected-parameters environment_variables input_path output_path duration exception
application/json text/plain text/html utf-8 utf8 Python 3 (ipykernel)
"""

_REMARKS = re.compile(
    r"\"\"\".*?\"\"\"|^\s*#.*?$|\s{2}#\s.*?$|<!--.*?-->|/\*.*?\*/|\{#.*?#\}", re.DOTALL | re.M
)
_LITERAL = re.compile(r"\"((?:[^\"\\\n]|\\.){1,2000})\"|'((?:[^'\\\n]|\\.){1,2000})'")


def is_our_word(value: str) -> bool:
    """Whether ``value`` is a word of our reports, or words that stand there side by side, in any case.

    >>> is_our_word("critical"), is_our_word("redis-connection"), is_our_word("critic"), is_our_word("dragon")
    (True, True, False, False)
    """
    lower = value.strip().lower()
    words = re.findall(r"\w+", lower)
    if not words or any(word not in _words() for word in words):
        return False  # nearly every secret ends here
    alone = rf"(?<![\w-])(?<!\w\.){re.escape(lower)}(?![\w-])(?!\.\w)"
    return re.search(alone, _texts()) is not None


@cache
def _texts() -> str:
    package = resources.files("runbooklab")
    texts = [_NOTEBOOK, *(text for part in _PARTS for text in _read(package / part))]
    return "\n".join(texts).lower()


@cache
def _words() -> frozenset[str]:
    return frozenset(re.findall(r"\w+", _texts()))


def _read(entry: Traversable) -> list[str]:
    if entry.is_dir():
        return [text for inner in entry.iterdir() if inner.name != "lab" for text in _read(inner)]
    if not entry.name.endswith(_KINDS):
        return []
    text = _REMARKS.sub("", entry.read_text(encoding="utf-8"))
    if not entry.name.endswith(".py"):
        return [text]
    return [match[1] or match[2] for match in _LITERAL.finditer(text)]
