"""The words of this program: what it may say, and what it searches for in what it observes.

They decide about what nobody called a secret. Whoever can write into a log can write ``password=Ready to
accept connections`` there; that may neither take the words of a remedy out of a report, nor keep a check from
seeing that Redis is ready. So a value that was only found in a text, and that is nothing but words of the
program and names of the target, is replaced where it stands as a password and nowhere else.

They never excuse a password that somebody named: see ``report_vocabulary.py`` for that.
"""

from __future__ import annotations

from functools import cache

from runbooklab.redaction.report_vocabulary import Vocabulary, is_our_word
from runbooklab.redaction.source_text import literals, read_sources

#: The parts of the package that say and look for something, beside ``report/``. Where secrets are looked for,
#: examples of them stand.
_PARTS = ("diagnosis", "domains", "model", "observe", "authoring", "execution", "notebook", "words.py")


def is_word_of_program(value: str, extra: tuple[str, ...] = ()) -> bool:
    """Whether ``value`` is a word or a phrase of the program, in any case.

    ``extra``: texts of the rules in use that are not in this package.

    >>> is_word_of_program("unavailable"), is_word_of_program("dragon")
    (True, False)
    """
    return is_our_word(value, extra) or _program().holds(value)


@cache
def _program() -> Vocabulary:
    scripts = read_sources("report", kinds=(".j2", ".js", ".css"))
    return Vocabulary.of(*map(literals, read_sources(*_PARTS, kinds=(".py",))), *scripts)
