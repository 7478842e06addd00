"""Declarations as they are written -> records, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from runbooklab.domains.generic.declared import (
    AnyDeclared,
    Broken,
    DeclaredCause,
    DeclaredCheck,
    DeclaredRemedy,
    Expectation,
)
from runbooklab.domains.generic.entries import Reader, nearest
from runbooklab.domains.generic.expectations import mistakes_in
from runbooklab.domains.generic.kinds import KINDS, Kind
from runbooklab.domains.generic.language.yaml_texts import Entries, Items, Node, Scalar
from runbooklab.domains.generic.template import Template
from runbooklab.model.declared import Declaration, Declarations, Mistake

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
    return tuple(read_one(row, known.__contains__) for row in declarations.rows)


def read_one(row: Declaration, is_parameter: Callable[[str], bool]) -> AnyDeclared | Broken:
    """One declaration; :class:`Broken` if there is any mistake in it."""
    reader = Reader(row.text, is_parameter)
    found = None
    if reader.entries.values or not reader.mistakes:
        found = _READERS[row.what](row.id, reader)
    if reader.mistakes or found is None:
        return Broken(row.what, row.id, tuple(sorted(reader.mistakes)) or (Mistake(1, "it cannot be read"),))
    return found


# --- checks


def _check(id_: str, reader: Reader) -> DeclaredCheck | None:
    kind = _kind(reader)
    if kind is None:
        return None
    example = f"{kind.name}: {kind.example}"
    options = {option.name: option for option in kind.options}
    reader.refuse_unknown((kind.name, *options, *_OF_CHECKS), example)
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
    hint = nearest(odd[0], KINDS) if odd else f"; there are {', '.join(KINDS)}"
    said = f"{odd[0]!r} is no kind of check" if odd else "it names no kind of check"
    reader.say(reader.line(odd[0]) if odd else 1, f"{said}{hint}. Example: disk: /var")
    return None


def _title(id_: str, reader: Reader) -> Template:
    return reader.template("title") or Template((id_.replace("-", " ").capitalize(),))


def _sent(reader: Reader, kind: Kind, text: str) -> Template:
    """What a kind sends: a command keeps the ``${NAME}`` of its own language."""
    if kind.name in ("command", "plugin"):
        from runbooklab.domains.generic.template import template

        return template(text, reader.is_parameter)
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
        if not reader.has(word):
            continue
        for written, says, line in _written(reader, word, reader.entries.values[word]):
            expression = reader.expression(word, written, line)
            if expression is None:
                continue
            for message in mistakes_in(expression, kind, reader.is_parameter):
                reader.say(line, f"{word}: {message}")
            sentence = reader.to_template(word, says, sees=True) if says else None
            found.append(Expectation(word, expression, sentence))
    return tuple(found)


def _written(reader: Reader, word: str, node: Node) -> list[tuple[str, str, int]]:
    """``(expression, sentence, line)``: of a text, of ``when`` with ``says``, or of a list of these."""
    if isinstance(node, Items):
        return [found for item in node.items for found in _written(reader, word, item)]
    if isinstance(node, Scalar):
        return [(node.text.strip(), "", node.line)]
    assert isinstance(node, Entries)
    parts = {key: value.text.strip() for key, value in node.values.items() if isinstance(value, Scalar)}
    for key in node.values:
        if key not in ("when", "says"):
            reader.say(node.lines[key], f"{word} has when and says, and no {key!r}")
    if "when" not in parts:
        reader.say(
            node.line, f"{word} has no when. Example: {word}: {{when: rows > 10, says: '${{rows}} rows'}}"
        )
        return []
    return [(parts["when"], parts.get("says", ""), node.lines["when"])]


# --- causes and remedies


def _cause(id_: str, reader: Reader) -> DeclaredCause | None:
    reader.refuse_unknown(_OF_CAUSES, "when: root-disk.used_percent > 95%")
    reader.required("when", "root-disk.used_percent > 95%")
    when = reader.expression("when") if reader.text("when") else None
    unless = reader.expression("unless") if reader.has("unless") else None
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
    if not reader.lines_of("run"):
        reader.say(reader.line("run"), "run is missing. Example: run: sudo systemctl restart nginx")

    def commands(key: str) -> tuple[Template, ...]:
        from runbooklab.domains.generic.template import template

        def is_name(name: str) -> bool:
            return "." in name or reader.is_parameter(name)  # no shell has a variable with a dot

        return tuple(template(line.rstrip(), is_name) for line in reader.lines_of(key))

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


_READERS: dict[str, Callable[[str, Reader], AnyDeclared | None]] = {
    "check": _check,
    "cause": _cause,
    "remedy": _remedy,
}
