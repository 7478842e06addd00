"""One file of a Compose project: read, parsed, and filled in with variables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbooklab.errors import RunbookError
from runbooklab.files import read_file
from runbooklab.observe.compose.interpolation import NotReplaced, interpolate
from runbooklab.observe.compose.located import Located, located
from runbooklab.observe.compose.problems import Problem, UnsetVariable
from runbooklab.observe.compose.yaml_document import Document, NotYaml, document

#: A Compose file has some kilobytes.
MOST_BYTES = 1 << 20


class NotRead(RunbookError):
    """A file that cannot be used at all, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def parsed_file(path: Path) -> Document:
    """The YAML of the file. Raises :class:`NotRead`; what it raises names no file."""
    try:
        text = read_file(path, MOST_BYTES).decode()
    except (FileNotFoundError, NotADirectoryError):
        raise NotRead(Problem("missing", f"{path} is not there")) from None
    except UnicodeDecodeError:
        raise NotRead(Problem("yaml", f"{path} is not UTF-8")) from None
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotRead(Problem("unreadable", f"{path}: {said}")) from None
    try:
        parsed = document(text.removeprefix("\ufeff"))
    except NotYaml as error:
        raise NotRead(Problem("yaml", str(error), error.line)) from None
    if not isinstance(parsed.data, dict):
        said = "the file is empty" if parsed.data is None else "the file is no mapping"
        raise NotRead(Problem("shape", said, 1))
    return parsed


class Filled:
    """A document with its variables replaced; keys are left as they are, as Compose leaves them."""

    def __init__(self, parsed: Document, variables: Mapping[str, str], file: str, shown: str) -> None:
        """``file``: its path; ``shown``: the same, or "" if it is the Compose file itself."""
        self._lines = parsed.lines
        self._variables = variables
        self._shown = shown
        self.unset: list[UnsetVariable] = []
        self.problems: list[Problem] = []
        self.tree: Located = located(self._value(parsed.data, ""), parsed, file)

    def _value(self, data: Any, key: str) -> Any:
        if isinstance(data, dict):
            return {name: self._value(said, f"{key}.{name}" if key else name) for name, said in data.items()}
        if isinstance(data, list):
            return [self._value(said, f"{key}.{number}") for number, said in enumerate(data)]
        return self._text(data, key) if isinstance(data, str) else data

    def _text(self, text: str, key: str) -> str:
        line = self._lines.get(key, 0)
        try:
            replaced = interpolate(text, self._variables)
        except NotReplaced as error:
            self.problems.append(Problem("interpolation", str(error), line, key, self._shown))
            return text
        self.unset += (UnsetVariable(name, line, key, self._shown) for name in replaced.unset)
        self.problems += (
            Problem("required", f"{name} is not set: {said or 'it is required'}", line, key, self._shown)
            for name, said in replaced.required.items()
        )
        return replaced.text
