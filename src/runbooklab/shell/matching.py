"""Whether a command's words are those of a row: options by position, values by type, operands in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from runbooklab.shell.match import Inner, Match
from runbooklab.shell.rows import KINDS, Kind, Operand, Option, Row
from runbooklab.shell.values import OPEN, Verdict, fits
from runbooklab.words import listed

_NUMBER_OPTION = re.compile(r"-\d+")
#: Letters put together, as they were written.
_CLUSTER = Option(())
#: A value for an option that bounds a command, by the option's type.
_BOUNDS = {"NUMBER": "1", "DURATION": "10s", "TEXT": "0s"}


def match(argv: Sequence[str], row: Row, scopes: Sequence[Row]) -> Match | None:
    """``argv`` against a live row; ``None`` if its sub-commands are others.

    ``scopes`` are the program's rows of shared options (``*`` and ``^``).
    """
    scopes = [scope for scope in scopes if _covers(scope, row)]
    walk = _Walk(argv, row, [scope for scope in scopes if scope.scope == "*"])
    if not walk.sub_commands(scopes):
        return None
    walk.rest()
    return walk.result([*row.added, *(word for scope in walk.everywhere for word in scope.added)])


def names_path(argv: Sequence[str], row: Row, scopes: Sequence[Row]) -> bool:
    """Whether ``argv`` has the sub-commands of a row, and the options without which it is another."""
    walk = _Walk(argv, row, [scope for scope in scopes if scope.scope == "*" and _covers(scope, row)])
    if not walk.sub_commands([scope for scope in scopes if _covers(scope, row)], forgiving=True):
        return False
    needed = [option for option in row.options if option.required]
    given = {word.partition("=")[0] for word in argv[1:]}
    return all(given.intersection(option.names) for option in needed)


def _covers(scope: Row, row: Row) -> bool:
    pairs = zip(scope.path, row.path, strict=False)
    return len(scope.path) <= len(row.path) and all(set(a) & set(b) for a, b in pairs)


class _Walk:
    """Goes through a command's words once."""

    def __init__(self, argv: Sequence[str], row: Row, everywhere: Sequence[Row]) -> None:
        self.argv = argv
        self.row = row
        self.everywhere = everywhere
        self.at = 1
        self.words: list[tuple[Option | None, tuple[str, ...]]] = [(None, (argv[0],))]
        self.operands: list[str] = []
        self.given: list[tuple[str, str]] = []
        self.typed: list[tuple[str, str]] = []
        self.misfit = False
        self.kind: Kind = "live"
        self.reason = ""
        self.commands: list[tuple[int, int]] = []  # in self.words
        self.any_case = any("any-case" in each.checks for each in (row, *everywhere))
        self.any_options = "any-options" in row.checks
        rows = (row, *everywhere)
        self.options: list[Option] = [option for each in rows for option in each.options]
        self.options += [Option((word,)) for each in rows for word in each.added]
        self.ends_at_operand = any(each.value == "COMMAND" and not each.after_dashes for each in row.operands)

    def sub_commands(self, scopes: Sequence[Row], *, forgiving: bool = False) -> bool:
        """Go past the sub-commands and the options before them; False if they are others.

        An option of a sub-command may be another one of the program before it, such as ``docker -H history
        rm``: there only shared options are taken.
        """
        own = self.options
        shared = own if forgiving else [option for each in self.everywhere for option in each.options]
        for depth, names in enumerate(self.row.path[1:], 1):
            before = [scope for scope in scopes if scope.scope == "^" and len(scope.path) <= depth]
            self.options = [*(o for each in before for o in each.options), *shared]
            while self.at < len(self.argv) and self.argv[self.at].startswith("-"):
                if not self._option():
                    if not forgiving:
                        return False
                    self.at += 1
            if self.at >= len(self.argv) or not self._is(names, self.argv[self.at]):
                return False
            self._take(None, 1)
        shallow = [s for s in scopes if s.scope == "^" and len(s.path) == len(self.row.path) == 1]
        self.options = [*own, *(o for each in shallow for o in each.options)]
        self.kind, self.reason = ("live", "") if forgiving else (self.kind, self.reason)
        return True

    def _is(self, names: tuple[str, ...], word: str) -> bool:
        word = word.lower() if self.any_case else word
        return OPEN not in word and any(
            name == word or name == "%" or ("*" in name and fnmatchcase(word, name)) for name in names
        )

    def rest(self) -> None:
        """Options and operands after the sub-commands, until the end or what doesn't fit."""
        specs, only_operands = list(self.row.operands), False
        while self.at < len(self.argv) and self.kind != "unknown":
            word = self.argv[self.at]
            if word == "--" and not only_operands:
                only_operands = True
                self._dashes(specs)
            elif word.startswith("-") and word != "-" and not only_operands:
                if not self._option() and not self._any_operand(specs, word):
                    self._fail(self._unknown_option(word))
            elif not self._operand(specs, word, only_operands):
                return
            elif self.ends_at_operand:
                only_operands = True
        missing = next((spec for spec in specs if spec.required), None)
        if missing and self.kind != "unknown":
            self._fail(f"{missing.value} is missing")

    def _dashes(self, specs: list[Operand]) -> None:
        """``--``: operands alone follow, or the command that is looked into."""
        if self._long_with_one_hyphen():  # find goes on to read options after it
            self._fail("-- ends no options here")
        elif any(spec.after_dashes for spec in specs):
            if any(spec.required for spec in specs if not spec.after_dashes):
                self._fail("-- comes before what the command is for")
            specs[:] = [spec for spec in specs if spec.after_dashes]
        self._take(None, 1)

    def _any_operand(self, specs: list[Operand], word: str) -> bool:
        """An operand that may look like an option: of echo and test, which have none that act."""
        return bool(specs) and specs[0].value == "ANY" and self._operand(specs, word, True)

    def _operand(self, specs: list[Operand], word: str, only_operands: bool) -> bool:
        while specs:
            spec = specs[0]
            if spec.after_dashes and not only_operands:
                self._fail(f"write -- before the command: {word!r} may be taken for something else")
                return False
            if spec.value == "COMMAND":
                self.commands.append((len(self.words), len(self.words) + len(self.argv) - self.at))
                for each in self.argv[self.at :]:
                    self.words.append((None, (each,)))
                self.at = len(self.argv)
                specs.clear()
                return True
            verdict = self._fits(spec.value, word)
            if verdict.kind == "unknown" and len(specs) > 1 and not spec.required:
                specs.pop(0)
                continue
            self._worse(verdict.kind, verdict.reason)
            if not spec.many:
                specs.pop(0)
            else:
                specs[0] = Operand(spec.value, required=False, many=True, after_dashes=spec.after_dashes)
            self.operands.append(word)
            self._take(None, 1)
            return verdict.kind != "unknown"
        self._fail(f"{_shown(word)} is not known here")
        return False

    def _option(self) -> bool:
        """Take one option with its value, or a cluster of one-letter options; False if it is unknown."""
        word = self.argv[self.at]
        name, equals, attached = word.partition("=")
        fitting = [option for option in self.options if name in option.names]
        if fitting and (equals or not self._is_number(word)):
            return self._exact(fitting, name, attached if equals else None)
        if self._is_number(word) and any("-NUM" in option.names for option in self.options):
            self._take(None, 1)
            return True
        if self.any_options and name.startswith("--") and not name.startswith("--cli-input"):
            self._take(None, 1)
            return True
        return not word.startswith("--") and not self._long_with_one_hyphen() and self._cluster(word)

    @staticmethod
    def _is_number(word: str) -> bool:
        return bool(_NUMBER_OPTION.fullmatch(word))

    def _exact(self, fitting: Sequence[Option], name: str, attached: str | None) -> bool:
        following = self.argv[self.at + 1 : self.at + 2]
        refused = ""
        for option in fitting:
            if not option.value:
                if attached is None:
                    return self._use(option, name, "", 1)
                refused = f"{name} takes no value"
                continue
            if option.value == "COMMAND":
                return self._command_option(option, name)
            if option.value == "SCRIPT" and attached is None and following:
                self.words.append((option, (name,)))
                self.commands.append((len(self.words), len(self.words) + 1))
                self.words.append((None, (following[0],)))
                self.at += 2
                self.given.append((name, following[0]))
                return True
            if option.value == "PAIR":
                return len(self.argv) > self.at + 2 and self._use(option, name, "", 3)
            if attached is None and option.only_attached:
                return self._use(option, name, "", 1)
            if attached is None and not following:
                refused = f"{name} lacks its value"
                continue
            value = attached if attached is not None else following[0]
            if attached is None and value.startswith("-") and option.value not in ("ANY", "SIGNED", "NULL"):
                refused = f"{_shown(value)} after {name} looks like an option"
                continue
            verdict = self._fits(option.value, value)
            if verdict.kind != "unknown":
                self._worse(verdict.kind, verdict.reason)
                return self._use(option, name, value, 1 if attached is not None else 2)
            refused = f"{name}: {verdict.reason}"
        self._fail(refused)
        self.at += 1
        return True

    def _command_option(self, option: Option, name: str) -> bool:
        end = next((i for i in range(self.at + 1, len(self.argv)) if self.argv[i] in (";", "+")), None)
        if end is None or end == self.at + 1:
            self._fail(f"{name} lacks its command or the ; after it")
            self.at += 1
            return True
        begin = len(self.words) + 1
        self._worse_by(option, name)
        for each in self.argv[self.at : end + 1]:
            self.words.append((None, (each,)))
        self.commands.append((begin, begin + end - self.at - 1))
        self.at = end + 1
        return True

    def _cluster(self, word: str) -> bool:
        """``-la`` or ``-n5``: each letter an option, the first that takes a value takes the rest."""
        taken: list[tuple[Option, str, str, tuple[str, ...]]] = []
        steps, letters = 1, word[1:]
        for index, letter in enumerate(letters):
            name, rest = f"-{letter}", letters[index + 1 :]
            fitting = [option for option in self.options if name in option.names]
            if not fitting or letter in (OPEN, "="):
                return False
            option = fitting[0]
            if not option.value:
                taken.append((option, name, "", (name,)))
                continue
            value = rest.removeprefix("=") if rest else ""
            if not rest and not option.only_attached:
                value, steps = "".join(self.argv[self.at + 1 : self.at + 2]), 2
                if not value or (value.startswith("-") and option.value not in ("ANY", "SIGNED", "NULL")):
                    return False
            option, verdict = next(
                ((each, v) for each in fitting if (v := self._fits(each.value, value)).kind != "unknown"),
                (option, self._fits(option.value, value)),
            )
            if verdict.kind == "unknown" and not (option.only_attached and not value):
                self._fail(f"{name}: {verdict.reason}")
                self.at += 1
                return True
            self._worse(verdict.kind, verdict.reason)
            words: tuple[str, ...] = (name, value) if steps == 2 else (f"{name}{rest}",)
            taken.append((option, name, value, words))
            break
        if not taken:
            return False
        for option, name, value, _ in taken:
            self._worse_by(option, name)
            self.given.append((name, value))
        if any(option.mark for option, *_ in taken):  # some may be left out
            self.words += [(option, words) for option, _, _, words in taken]
        else:
            self.words.append((_CLUSTER, tuple(self.argv[self.at : self.at + steps])))
        self.at += steps
        return True

    def _long_with_one_hyphen(self) -> bool:
        """Whether the program writes long options with one hyphen: then no letters are put together."""
        return any(
            re.fullmatch(r"-[A-Za-z][\w-]+", name) and name != "-NUM"
            for option in self.options
            for name in option.names
        )

    def _fits(self, type_: str, value: str) -> Verdict:
        self.typed.append((type_, value))
        verdict = fits(type_, value)
        self.misfit |= verdict.kind == "unknown"
        return verdict

    def _use(self, option: Option, name: str, value: str, words: int) -> bool:
        self._worse_by(option, name)
        self.given.append((name, value))
        self._take(option, words)
        return True

    def _take(self, option: Option | None, words: int) -> None:
        self.words.append((option, tuple(self.argv[self.at : self.at + words])))
        self.at += words

    def _worse_by(self, option: Option, name: str) -> None:
        if option.mark in KINDS:
            self._worse(option.mark, _BY_MARK[option.mark].format(name))

    def _worse(self, kind: Kind, reason: str) -> None:
        if KINDS.index(kind) > KINDS.index(self.kind):
            self.kind, self.reason = kind, reason

    def _fail(self, reason: str) -> None:
        self.kind, self.reason = "unknown", reason

    def _unknown_option(self, word: str) -> str:
        name = word.partition("=")[0]
        longer = [each for option in self.options for each in option.names if each.startswith(name)]
        if name.startswith("--") and longer:
            return f"{name} is short for {listed(sorted(longer), 3)}: write it in full"
        return f"the option {_shown(name)} is not known here"

    def result(self, added: Sequence[str]) -> Match:
        given = {name for name, _ in self.given}
        wanted = [option for option in self.row.options if option.required]
        lacking = [option for option in wanted if not given.intersection(option.names)]
        unbounded = [option for option in lacking if option.mark == "bound"]
        if self.kind != "unknown" and len(unbounded) < len(lacking):
            self._fail(f"{next(o.names[0] for o in lacking if o.mark != 'bound')} is missing")
        if unbounded:
            self._worse("unbounded", f"it does not end without {unbounded[0].names[0]}")
        added = [word for word in added if word not in given]
        argv, inner = self._argv(added, drop=("drop",))
        bounds = [word for option in unbounded for word in _bounding(option)]
        once = self._argv([*added, *bounds], drop=("drop", "unbounded"))[0]
        return Match(
            self.row,
            self.kind,
            self.reason,
            argv,
            once if self.kind == "unbounded" else (),
            inner,
            tuple(self.operands),
            tuple(self.given),
            tuple(self.typed),
            self.misfit,
            self.at,
        )

    def _argv(self, added: Sequence[str], drop: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[Inner, ...]]:
        """The command's words without the options of these marks, and where the inner commands are."""
        places = list(self._places(added, drop))
        argv = [word for _, words in places for word in words]
        offsets: dict[int, int] = {}
        total = 0
        for number, words in places:
            offsets[number] = total
            total += len(words)
        offsets[len(self.words)] = total
        inner = tuple(Inner(offsets[start], offsets[end]) for start, end in self.commands)
        return tuple(argv), inner

    def _places(self, added: Sequence[str], drop: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
        path_end = len(self.row.path) - 1
        for number, (option, words) in enumerate(self.words):
            yield number, () if option and option.mark in drop else words
            if option is None and number and path_end:
                path_end -= 1
            if not path_end and added:
                yield -1, tuple(added)
                added = ()


_BY_MARK = {
    "unbounded": "it does not end with {}",
    "mutating": "{} changes or writes something",
    "reveals": "{} shows secrets",
    "interactive": "{} asks a person",
    "remote": "{} works on another machine",
    "unknown": "{} is not taken",
}


def _bounding(option: Option) -> tuple[str, ...]:
    name = option.names[-1]
    if not option.value:
        return (name,)
    value = _BOUNDS.get(option.value, option.value)
    return (f"{name}={value}",) if name.startswith("--") else (name, value)


def _shown(word: str) -> str:
    return "a value" if OPEN in word else repr(word[:60])
