"""python-dotenv: the library's own parser, without its way into this process' environment.

A line that it cannot parse is dropped with a warning, and it goes on.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping

from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake


def read_as_dotenv(text: str, environment: Mapping[str, str]) -> EnvReading:
    """What ``load_dotenv()`` sets. Source: python-dotenv's parser and ``resolve_variables``."""
    from dotenv.parser import parse_stream
    from dotenv.variables import parse_variables

    assignments: list[Assignment] = []
    mistakes: list[Mistake] = []
    inherited: list[str] = []
    unset: dict[str, int] = {}
    known: dict[str, str | None] = dict(environment)
    for binding in parse_stream(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        written = binding.original.string
        line = binding.original.line + _blank_lines(written)
        if binding.error:
            mistakes.append(_mistake(line, written))
        elif binding.key is not None and binding.value is None:
            inherited.append(binding.key)
            mistakes.append(
                Mistake(line, "no-equals", "drops", "the line has no =, so python-dotenv sets nothing")
            )
        elif binding.key is not None:
            atoms = list(parse_variables(binding.value or ""))
            for atom in atoms:
                name = getattr(atom, "name", None)
                if name and known.get(name) is None and getattr(atom, "default", None) is None:
                    unset.setdefault(name, line)
            value = "".join(atom.resolve(known) for atom in atoms)
            known[binding.key] = value
            assignments.append(Assignment(binding.key, value, line, _is_quoted(written)))
    return EnvReading("dotenv", tuple(assignments), tuple(mistakes), tuple(inherited), unset)


def _blank_lines(written: str) -> int:
    """Line breaks before the statement itself."""
    return len(re.findall(r"\r\n|\n|\r", written[: len(written) - len(written.lstrip())]))


def _is_quoted(written: str) -> bool:
    return written.partition("=")[2].lstrip()[:1] in ("'", '"')


def _mistake(line: int, written: str) -> Mistake:
    value = written.partition("=")[2].lstrip()
    if value[:1] in ("'", '"') and value.count(value[0]) % 2:
        return Mistake(line, "unclosed-quote", "drops", "a quote is not closed: python-dotenv drops the line")
    if "=" not in written:
        return Mistake(line, "no-equals", "drops", "python-dotenv cannot read the line and drops it")
    if not written.partition("=")[0].strip():
        return Mistake(line, "name", "drops", "there is no name before =: python-dotenv drops the line")
    return Mistake(line, "unquoted", "drops", "python-dotenv cannot read the line and drops it")
