"""The YAML front matter of a runbook: what it declares, and every mistake in it with its line."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from runbooklab.authoring.parameters import TYPES, Parameter
from runbooklab.domains import DEFAULT
from runbooklab.errors import UserError
from runbooklab.files import is_reference, limit_in_words, text_of_user

#: Names that the set-up cell imports; a parameter of that name would hide them.
VOCABULARY = (
    "check", "checklist", "conclude", "diagnose", "frame", "ladder", "parameters", "remedy", "resolve",
    "start", "validate", "watch",
)  # fmt: skip

#: A notebook's metadata apart from the runbook's own is kept under this key.
NOTEBOOK_METADATA = "jupyter"

#: What `runbook import` notes of where a runbook is from: ``source``, ``sha256``, ``written_sha256``.
IMPORTED = "imported"

#: Most bytes of a runbook's Markdown.
MOST_RUNBOOK = 4 << 20
#: Most characters of one value in the front matter, as JSON.
MOST_VALUE = 64 << 10


class Document(NamedTuple):
    """A runbook's text in its two parts. ``front_matter`` is as written, without the ``---`` lines."""

    front_matter: str
    body: str
    body_line: int  # 1-based line of the file on which the body starts


class Mistake(NamedTuple):
    line: int  # 1-based, in the file
    message: str


@dataclass(frozen=True)
class FrontMatter:
    """What a runbook says of itself."""

    title: str = ""
    severity: str = ""
    time_to_resolution: str = ""
    symptoms: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    related: tuple[str, ...] = ()
    #: The domains whose probes, checks and causes it uses; empty: the default.
    uses: tuple[str, ...] = ()
    #: Whether it names its domains at all: an empty list says that it needs none.
    names_domains: bool = False
    #: Where it was imported from; empty if it was written as a runbook.
    imported: dict[str, Any] = field(default_factory=dict)
    notebook_metadata: dict[str, Any] = field(default_factory=dict)
    #: Key -> 1-based line of the file; ``related[0]`` for a list's items.
    lines: dict[str, int] = field(default_factory=dict)


def domains_of(front: FrontMatter, *, declares: bool) -> tuple[str, ...]:
    """The domains of a runbook: those that it names; else the default, unless it declares its checks."""
    return front.uses if front.names_domains or declares else DEFAULT


def split(text: str) -> Document:
    """Take a runbook's text apart; line ends become LF. Raises :class:`UserError` without front matter."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].lstrip("\ufeff").rstrip() != "---":
        raise UserError("the runbook has no front matter", line=1, hint="start it with a `---` line")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            front = "".join(f"{kept}\n" for kept in lines[1:number])
            return Document(front, "\n".join(lines[number + 1 :]), number + 2)
    raise UserError("the front matter never ends", line=1, hint="close it with a `---` line")


def read_text(path: Path) -> str:
    """A runbook file's text, line ends as LF; raises :class:`UserError` if it cannot be read."""
    return text_of_user(path, most_bytes=MOST_RUNBOOK)


def read(path: Path) -> FrontMatter:
    """A runbook file's front matter; raises :class:`UserError` for its first mistake."""
    return read_front(read_text(path), path)


def read_front(text: str, path: Path) -> FrontMatter:
    """The front matter of a runbook's text; ``path`` is where it is from. Raises as :func:`read`."""
    try:
        front, mistakes = examine(split(text).front_matter)
    except UserError as error:
        raise UserError(error.message, path, error.line, error.hint) from None
    if mistakes:
        raise UserError(mistakes[0].message, path, mistakes[0].line)
    return front


def examine(raw: str) -> tuple[FrontMatter, list[Mistake]]:
    """What the front matter declares, as far as it can be used, and all mistakes in it."""
    try:
        node = yaml.compose(raw, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"the front matter is not valid YAML: {getattr(error, 'problem', None) or error}"
        return FrontMatter(), [Mistake(mark.line + 2 if mark else 1, " ".join(message.split()))]
    except RecursionError:
        return FrontMatter(), [Mistake(2, "the front matter is nested too deep")]
    if not isinstance(node, yaml.MappingNode):
        return FrontMatter(), [Mistake(2, "the front matter must be `key: value` lines")]
    return _Examination().run(node)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


class _Examination:
    """One walk over the front matter: collects fields and mistakes side by side."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.lines: dict[str, int] = {}

    def run(self, root: yaml.MappingNode) -> tuple[FrontMatter, list[Mistake]]:
        readers: dict[str, Callable[[str, yaml.Node], Any]] = {
            "title": self._text, "severity": self._text, "time_to_resolution": self._text,
            "symptoms": self._texts, "parameters": self._parameters, "related": self._texts,
            "uses": self._texts,
            IMPORTED: self._mapping,
            NOTEBOOK_METADATA: self._mapping,
        }  # fmt: skip
        fields: dict[str, Any] = {}
        for key, node in self._entries(root):
            self.lines[key] = _line(node)
            if key in readers:
                fields["notebook_metadata" if key == NOTEBOOK_METADATA else key] = readers[key](key, node)
            else:
                self._say(node, f"unknown key {key!r}; the keys are {', '.join(readers)}")
        if not fields.get("title"):
            self.mistakes.append(Mistake(1, "the front matter has no title"))
        return FrontMatter(**fields, names_domains="uses" in fields, lines=self.lines), self.mistakes

    def _say(self, node: yaml.Node, message: str) -> None:
        self.mistakes.append(Mistake(_line(node), message))

    def _entries(self, node: yaml.MappingNode) -> list[tuple[str, yaml.Node]]:
        entries: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in entries:
                self._say(key, f"{name} is given twice")
            entries[name] = value
        return list(entries.items())

    def _text(self, key: str, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self._say(node, f"{key} must be text")
        return ""

    def _texts(self, key: str, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._say(node, f"{key} must be a list")
            return ()
        self.lines.update({f"{key}[{index}]": _line(item) for index, item in enumerate(node.value)})
        return tuple(self._text(f"an item of {key}", item) for item in node.value)

    def _value(self, node: yaml.Node) -> Any:
        """A node as plain Python; None, and a mistake, for a value that no JSON can hold."""
        loader = yaml.SafeLoader("")
        try:
            value = loader.construct_document(node)
            too_large = _is_larger(value, MOST_VALUE)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError):
            self._say(node, "must be text, a number, true or false")
            return None
        finally:
            loader.dispose()
        if too_large:
            self._say(
                node, f"must take at most {limit_in_words(MOST_VALUE)} as JSON, its aliases written out"
            )
            return None
        return value

    def _mapping(self, key: str, node: yaml.Node) -> dict[str, Any]:
        if isinstance(node, yaml.MappingNode):
            return dict(self._value(node) or {})
        self._say(node, f"{key} must be a mapping")
        return {}

    def _parameters(self, key: str, node: yaml.Node) -> tuple[Parameter, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self._say(node, f"{key} must be a list of `- name: ...` entries")
            return ()
        found: dict[str, Parameter] = {}
        for item in node.value:
            parameter = self._parameter(item)
            if parameter is None:
                continue
            if parameter.name in found:
                self._say(item, f"parameter {parameter.name} is declared twice")
            found[parameter.name] = parameter
            self.lines[f"parameters.{parameter.name}"] = _line(item)
        return tuple(found.values())

    def _parameter(self, node: yaml.Node) -> Parameter | None:
        if not isinstance(node, yaml.MappingNode):
            self._say(node, "a parameter must have name, type, default and help")
            return None
        entries = dict(self._entries(node))
        before = len(self.mistakes)
        given = {key: self._value(value) for key, value in entries.items()}
        if len(self.mistakes) > before:
            return None
        mistake = parameter_mistake(given)
        if mistake:
            key, message = mistake
            self._say(entries.get(key, node), message)
            return None
        default = float(given["default"]) if given["type"] == "float" else given["default"]
        return Parameter(
            given["name"], given["type"], default, str(given.get("help", "")), given.get("secret", False)
        )


def _is_larger(value: object, most: int) -> bool:
    """Whether ``value`` takes more than ``most`` characters as JSON; raises as :func:`json.dumps` does.

    A few aliases of aliases make a text of any length, so it is counted while it is written.
    """
    pieces = json.JSONEncoder().iterencode(value)
    return any(total > most for total in accumulate(len(piece) for piece in pieces))


def parameter_mistake(given: dict[str, Any]) -> tuple[str, str] | None:
    """``(key, message)`` for the first mistake in a parameter's declaration, None if it is valid."""
    name, kind = given.get("name"), given.get("type")
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        return "name", f"a parameter's name must be a Python name, not {name!r}"
    if name in ("uses", "declare"):
        return "name", f"a parameter cannot be called {name}: a generated cell has another use for that word"
    if name in VOCABULARY:
        return "name", f"parameter {name} would hide {name}() of the notebook; choose another name"
    unknown = set(given) - {"name", "type", "default", "help", "secret"}
    if unknown:
        return min(unknown), f"parameter {name} has an unknown key {min(unknown)!r}"
    if kind not in TYPES:
        return "type", f"parameter {name} must have a type of {', '.join(TYPES)}, not {kind!r}"
    if "default" not in given:
        return "name", f"parameter {name} has no default"
    if not is_of_type(given["default"], kind):
        return "default", f"the default of {name} must be {TYPES[kind][2]}, as its type {kind} says"
    if not isinstance(given.get("secret", False), bool):
        return "secret", f"secret of parameter {name} must be true or false"
    default = given["default"]
    if re.search(r"://[^/\s@]*:[^/\s@]+@", str(default)):
        return "default", f"the default of {name} holds a password; give it when the runbook is run"
    if given.get("secret") and default and not is_reference(str(default)):
        return "default", f"{name} is a secret: its default must be empty, env:NAME or file:/path"
    return None


def is_of_type(value: object, kind: str) -> bool:
    """Whether ``value`` may be a default of the declared type: a whole number may be a ``float``."""
    if isinstance(value, float) and value - value != 0:  # nan and the infinities
        return False
    if kind == "float":
        return type(value) in (int, float)
    return type(value) is TYPES[kind][0]
