"""Declarations as they are written -> records, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal

from runbooklab.domains.generic.declared import (
    AnyDeclared,
    Broken,
    DeclaredCause,
    DeclaredCheck,
    DeclaredRemedy,
    Expectation,
)
from runbooklab.domains.generic.entries import Reader, in_key, nearest, with_example
from runbooklab.domains.generic.expectations import mistakes_in, mistakes_of_leaf
from runbooklab.domains.generic.kinds import KINDS, Kind
from runbooklab.domains.generic.language.expression import Empty
from runbooklab.domains.generic.language.yaml_texts import Entries, Items, Node, Scalar
from runbooklab.domains.generic.template import Template
from runbooklab.model.declared import Declaration, Declarations, Mistake
from runbooklab.shell.value_places import places
from runbooklab.words import short

#: The longest a check may take, in seconds.
MOST_TIMEOUT_S = 60.0

_WORDS: tuple[Literal["fail", "warn", "pass"], ...] = ("fail", "warn", "pass")
_OF_CHECKS = ("title", "from", "timeout", "only if", *_WORDS, "source")
_OF_CAUSES = (
    "title", "when", "unless", "proof", "because", "confidence", "severity", "explains", "fix", "source",
)  # fmt: skip
_OF_REMEDIES = ("title", "only if", "run", "changes", "risk", "undo", "verify", "loses", "source")


def read_all(declarations: Declarations) -> tuple[AnyDeclared | Broken, ...]:
    """Every declaration, read."""
    known = {row.name for row in declarations.parameters}
    return tuple(read_one(row, known) for row in declarations.rows)


def read_one(row: Declaration, parameters: Collection[str]) -> AnyDeclared | Broken:
    """One declaration; :class:`Broken` if there is any mistake in it."""
    reader = Reader(row.text, parameters)
    found = None
    if reader.entries.values or not reader.mistakes:
        found = _READERS[row.what](row.id, reader)
    if reader.mistakes or found is None:
        mistakes = tuple(dict.fromkeys(sorted(reader.mistakes)))
        return Broken(row.what, row.id, mistakes or (Mistake(1, "it cannot be read"),))
    return found


# --- checks


def _check(id_: str, reader: Reader) -> DeclaredCheck | None:
    kind = _kind(reader)
    if kind is None:
        return None
    example = f"{kind.name}: {kind.example}"
    options = {option.name: option for option in kind.options}
    reader.refuse_unknown((kind.name, *options, *_OF_CHECKS), example)
    reader.refuse_empty(("title", "from", "timeout", "source", *_WORDS))
    reader.refuse_empty(name for name, option in options.items() if not option.required)
    subject = reader.required(kind.name, kind.example)
    for option in options.values():
        if option.required:
            reader.required(option.name, option.example)
    return DeclaredCheck(
        id=id_,
        title=_title(id_, reader),
        kind=kind,
        subject=_sent(reader, kind, subject),
        options=_options(reader, kind),
        container=_container(reader, kind),
        timeout_s=reader.seconds("timeout", MOST_TIMEOUT_S),
        only_if=reader.expression("only if") if reader.has("only if") else None,
        expectations=_expectations(reader, kind),
        source=reader.text("source"),
    )


def _kind(reader: Reader) -> Kind | None:
    """The one kind that a check names."""
    named = [key for key in reader.entries.values if key in KINDS]
    if len(named) == 1:
        return KINDS[named[0]]
    if named:
        reader.say(reader.line(named[1]), f"a check is of one kind; this one is {' and '.join(named)}")
        return None
    odd = [key for key in reader.entries.values if key not in _OF_CHECKS]
    hint = nearest(odd[0] if odd else "", KINDS)
    said = f"{short(odd[0], 60)!r} is no kind of check" if odd else "it names no kind of check"
    reader.say(reader.line(odd[0]) if odd else 1, with_example(f"{said}{hint}", "disk: /var"))
    return None


def _title(id_: str, reader: Reader) -> Template:
    if reader.text("title"):
        return reader.to_template("title", reader.text("title"))
    return Template((id_.replace("-", " ").capitalize(),))


def _sent(reader: Reader, kind: Kind, text: str) -> Template:
    """What a kind sends: a command keeps the ``${NAME}`` of its own language."""
    if kind.name in ("command", "plugin"):
        return reader.command(kind.name, text)
    return reader.to_template(kind.name, text)


def _options(reader: Reader, kind: Kind) -> dict[str, Template]:
    """Key -> text; the names of a mapping follow after a dot."""
    found: dict[str, Template] = {}
    for option in kind.options:
        if not reader.has(option.name):
            continue
        if option.has_names:
            for name, text in reader.names(option.name).items():
                found[f"{option.name}.{name}"] = reader.to_template(option.name, text)
            continue
        text = str(reader.choice(option.name, option.words, "")) if option.words else reader.text(option.name)
        found[option.name] = reader.to_template(option.name, text)
    return found


def _container(reader: Reader, kind: Kind) -> Template | None:
    """``from: host``, which is the default, or ``from: container NAME``."""
    text = reader.text("from")
    if text in ("", "host"):
        return None
    word, _, name = text.partition(" ")
    if word != "container" or not name.strip():
        reader.say(reader.line("from"), f"from must be host, or container NAME, not {text!r}")
        return None
    if not kind.from_container:
        can = ", ".join(each.name for each in KINDS.values() if each.from_container)
        reader.say(
            reader.line("from"), f"{kind.name} looks from this host only; inside a container look {can}"
        )
    return reader.to_template("from", name.strip())


def _expectations(reader: Reader, kind: Kind) -> tuple[Expectation, ...]:
    found: list[Expectation] = []
    for word in _WORDS:
        if not reader.has(word) or reader.entries.values[word] == Scalar("", reader.line(word)):
            continue
        for written, says, line in _written(reader, word, reader.entries.values[word]):
            expression = reader.expression(word, written, line)
            if expression is None:
                continue
            for message in mistakes_in(expression, kind, reader.parameters):
                reader.say(line, in_key(word, message))
            found.append(Expectation(word, expression, _sentence(reader, kind, word, says)))
    return tuple(found)


def _sentence(reader: Reader, kind: Kind, word: str, says: str) -> Template | None:
    """What a person reads if the expectation is true: with parameters, and with the check's own fields."""
    if not says:
        return None
    sentence = reader.to_template(word, says, sees=True)
    for name in sentence.names:
        if name not in reader.parameters:
            for message in mistakes_of_leaf(Empty(name), kind, reader.parameters):
                reader.say(reader.line(word), in_key(word, f"${{{name}}} is no parameter, and {message}"))
    return sentence


def _written(reader: Reader, word: str, node: Node) -> list[tuple[str, str, int]]:
    """``(expression, sentence, line)``: of a text, of ``when`` with ``says``, or of a list of these."""
    if isinstance(node, Items):
        if word == "pass" and len(node.items) > 1 and any(isinstance(item, Scalar) for item in node.items):
            reader.say(
                node.line,
                "in pass, one of a list is enough: join with `and` what must all be true, or give each a "
                "when and says of its own",
            )
        return [found for item in node.items for found in _written(reader, word, item)]
    if isinstance(node, Scalar):
        return [(node.text.strip(), "", node.line)]
    assert isinstance(node, Entries)
    parts = {key: value.text.strip() for key, value in node.values.items() if isinstance(value, Scalar)}
    for key in node.values:
        if key not in ("when", "says"):
            reader.say(node.lines[key], f"{word} has when and says, and no {key!r}")
        elif key not in parts:
            reader.say(node.lines[key], in_key(word, f"{key} must be one text"))
    if "when" not in parts:
        if "when" not in node.values:
            example = "{when: rows > 10, says: '${rows} rows'}"
            reader.say(node.line, with_example(f"{word} has no when", example))
        return []
    return [(parts["when"], parts.get("says", ""), node.lines["when"])]


# --- causes and remedies


def _cause(id_: str, reader: Reader) -> DeclaredCause | None:
    reader.refuse_unknown(_OF_CAUSES, "when: root-disk.used_percent > 95%")
    reader.refuse_empty(
        ("title", "proof", "because", "confidence", "severity", "explains", "fix", "source", "unless")
    )
    reader.required("when", "root-disk.used_percent > 95%")
    when = reader.expression("when") if reader.text("when") else None
    unless = reader.expression("unless") if reader.text("unless") else None
    proof = reader.to_template("proof", reader.text("proof"), sees=True) if reader.has("proof") else None
    if when is None:
        return None
    return DeclaredCause(
        id=id_,
        title=_title(id_, reader),
        when=when,
        unless=unless,
        proof=proof,
        because=reader.words("because"),
        confidence=reader.fraction("confidence", 0.9),
        severity=reader.choice("severity", ("critical", "warning"), "critical"),
        explains=reader.words("explains"),
        fix=reader.words("fix"),
        source=reader.text("source"),
    )


def _remedy(id_: str, reader: Reader) -> DeclaredRemedy:
    reader.refuse_unknown(_OF_REMEDIES, "run: sudo systemctl restart nginx")
    reader.refuse_empty(("title", "changes", "risk", "undo", "verify", "loses", "source"))
    if not reader.lines_of("run"):
        reader.say(reader.line("run"), with_example("run is missing", "run: sudo systemctl restart nginx"))

    def commands(key: str) -> tuple[Template, ...]:
        return tuple(_command(reader, key, line.rstrip()) for line in reader.lines_of(key))

    return DeclaredRemedy(
        id=id_,
        title=_title(id_, reader),
        run=commands("run"),
        only_if=reader.expression("only if") if reader.has("only if") else None,
        changes=reader.to_template("changes", reader.text("changes"), sees=True)
        if reader.has("changes")
        else None,
        risk=reader.choice("risk", ("none", "low", "medium", "high"), "medium"),
        undo=commands("undo"),
        verify=reader.words("verify"),
        loses=tuple(reader.to_template("loses", line, sees=True) for line in reader.lines_of("loses")),
        source=reader.text("source"),
    )


def _command(reader: Reader, key: str, line: str) -> Template:
    """A command in which each value stands where it can be one word."""
    found = reader.command(key, line, sees=True)
    for name, place in zip(found.names, places(found.parts[::2]), strict=True):
        if place.refused:
            reader.say(reader.line(key), in_key(key, f"${{{name}}}: {place.refused}"))
    return found


_READERS: dict[str, Callable[[str, Reader], AnyDeclared | None]] = {
    "check": _check,
    "cause": _cause,
    "remedy": _remedy,
}
