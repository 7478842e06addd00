"""What becomes of one statement: a check, a remedy or text, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from runbooklab.importing import typed as typed_checks
from runbooklab.importing.fence_text import UNPRINTABLE
from runbooklab.importing.judging import SORTS, Judge, Ruling
from runbooklab.importing.placeholders import Parameters, Replaced, without_empty_quotes
from runbooklab.importing.reading_sql import only_reads
from runbooklab.importing.report import Became
from runbooklab.importing.shells import closes_shell, is_client, opens_shell
from runbooklab.importing.typed import DATABASE, Typed
from runbooklab.importing.values_in_place import values_fit
from runbooklab.importing.variables import Assigned, Variables, all_names, assigned_names, without_export
from runbooklab.words import listed, short

#: The parameter for the address of Prometheus.
PROMETHEUS = "prometheus_url"

_LEFT_OUT = re.compile(r"(?:^|\s)(?:\.\.\.|…|\[\.\.\.\])(?:\s|$)")
#: What leaves a shell even if none is known to be open: `debug` and `chroot` open one within the other.
_LEAVES = frozenset(("exit", "logout", "quit"))
_CD = re.compile(r"cd(?:\s+[^\s;&|<>()]+)?")


class Decision(Struct, frozen=True):
    """``fields`` are those of the fence, without title and source."""

    became: Became
    why: str
    sort: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()  # for the reader of the fence
    lead: tuple[str, ...] = ()  # of a remedy: the assignments and the folder that it needs
    replaced: Replaced = Replaced("")


class Deciding:
    """Decides on the statements of one source from top to bottom.

    ``refused`` says of lines of the source why nothing on them can be live.
    """

    def __init__(self, judge: Judge, parameters: Parameters, refused: Mapping[int, str]) -> None:
        self.judge = judge
        self.refused = refused
        self.parameters = parameters
        self.variables = Variables()
        self.shell_line = 0  # the line of the statement that opened a shell elsewhere; 0: none did
        self.folder: Replaced | None = None  # the last `cd` of the block

    def new_section(self) -> None:
        """A heading: what is typed below it is typed on the reader's machine again."""
        self.shell_line = 0

    def new_block(self) -> None:
        """Each block starts in the same folder."""
        self.folder = None

    def shell(self, text: str, line: int, complete: bool = True) -> Decision:
        """A statement of the shell on a line of the source."""
        if not text:
            return _text(Ruling("empty", "it is only a comment"))
        if line in self.refused:
            return _text(Ruling("unknown", self.refused[line]))
        if not complete:
            return _text(Ruling("unparsable", "a quote, a bracket or a loop is never closed"))
        if UNPRINTABLE.search(text):
            return _text(Ruling("unparsable", "it holds characters that no terminal shows"))
        if _LEFT_OUT.search(text):
            return _text(Ruling("unknown", "something is left out (...)"))
        if text in _LEAVES or (self.shell_line and closes_shell(text)):
            self.shell_line = 0
            return _text(Ruling("interactive", "it leaves a shell"))
        if self.shell_line and not is_client(text):
            return _text(Ruling("remote", f"it is typed in the shell that line {self.shell_line} opens"))
        decision = self._decided(text, line)
        if decision.became == "text" and opens_shell(text):
            self.shell_line = line
        return decision

    def _decided(self, text: str, line: int) -> Decision:
        replaced = self.parameters.in_shell(text, self.variables.set.keys() | all_names([text]))
        if names := assigned_names(replaced.text):
            return self._assignment(replaced, names, line)
        if replaced.refused:
            return _text(Ruling("reveals", replaced.refused))
        if found := typed_checks.typed(replaced.text, replaced.names):
            return self._typed(found, replaced, text, line)
        carried = self.variables.needed(replaced.variables)
        lead = [row.text for row in carried] + ([self.folder.text] if self.folder else [])
        ruling = self.judge.judge(_script(lead, replaced.text))
        if ruling.kind == "live" and _CD.fullmatch(replaced.text):
            self.folder = replaced
            return _text(Ruling("empty", "the checks of this block carry it along"))
        if ruling.kind == "live":
            return self._command(lead, replaced, line)
        if ruling.kind == "mutating":
            why = short(ruling.reason, 200)
            if not values_fit(_script(lead, replaced.text)):
                return _text(Ruling("mutating", f"{why}; a value cannot be put into it safely"))
            fields = {"run": replaced.text}
            return Decision("remedy", why, SORTS["mutating"], fields, lead=tuple(lead), replaced=replaced)
        if ruling.kind == "unbounded" and ruling.once and self.judge.judge(ruling.once).kind == "live":
            shown = " ".join(text.split())
            notes = (f"It does not end in the source, and looks once here: {shown}",)
            once = Replaced(without_empty_quotes(ruling.once), replaced.placed, replaced.variables)
            return self._command((), once, line, notes, "command, bounded so that it ends")
        return _text(ruling)

    def accept(self, remedy: Decision, line: int) -> None:
        """A remedy stays one: its parameters, and those of what it carries, are declared."""
        self._declare(remedy.replaced, line)

    def _declare(self, replaced: Replaced, line: int) -> None:
        self.parameters.declare(replaced, line)
        if self.folder is not None:
            self.parameters.declare(self.folder, line)
        for row in self.variables.needed(replaced.variables):
            self.parameters.declare(Replaced("", row.placed), row.line)

    def _assignment(self, replaced: Replaced, names: tuple[str, ...], line: int) -> Decision:
        plain = without_export(replaced.text)
        ruling = self.judge.judge(
            _script([row.text for row in self.variables.needed(replaced.variables)], plain)
        )
        if replaced.refused:
            ruling = Ruling("reveals", replaced.refused)
        if ruling.kind in ("live", "empty"):
            self.variables.add(Assigned(names, plain, line, replaced.variables, replaced.placed))
            shown = listed([f"${name}" for name in names])
            return _text(Ruling("empty", f"it sets {shown}, which the checks below carry along"))
        for name in names:
            self.variables.set.pop(name, None)
        return _text(ruling)

    def _command(
        self,
        lead: Sequence[str],
        replaced: Replaced,
        line: int,
        notes: tuple[str, ...] = (),
        why: str = "command",
    ) -> Decision:
        self._declare(replaced, line)
        return Decision("check", why, fields={"command": _script(lead, replaced.text)}, notes=notes)

    def _typed(self, found: Typed, replaced: Replaced, text: str, line: int) -> Decision:
        self.parameters.declare(replaced, line)
        server = found.options.get("server", "")
        if found.kind == "sql":
            name = server[2:-1]
            self.parameters.add(name, f"${name}", DATABASE_HELP, secret=True)
            self.parameters.found[name].secret = True
        fields = {found.kind: found.subject, **found.options}
        notes = tuple(
            f"In the source: {row}" if not number else row for number, row in enumerate(text.split("\n"))
        )
        return Decision("check", found.kind, fields=fields, headers=found.headers, notes=notes)

    def sql(self, text: str, line: int) -> Decision:
        """A statement of SQL."""
        if UNPRINTABLE.search(text):
            return _text(Ruling("unparsable", "it holds characters that no terminal shows"))
        if why := self.refused.get(line) or only_reads(text):
            return _text(Ruling("unknown", why))
        if _LEFT_OUT.search(text):
            return _text(Ruling("unknown", "something is left out (...)"))
        replaced = self.parameters.in_sql(text)
        if replaced.refused:
            return _text(Ruling("unknown", replaced.refused))
        self.parameters.declare(replaced, line)
        self.parameters.add(DATABASE, DATABASE, DATABASE_HELP, secret=True)
        fields = {"sql": replaced.text.rstrip().rstrip(";"), "server": f"${{{DATABASE}}}"}
        return Decision("check", "sql", fields=fields)

    def promql(self, text: str, line: int) -> Decision:
        """A query of Prometheus."""
        if UNPRINTABLE.search(text):
            return _text(Ruling("unparsable", "it holds characters that no terminal shows"))
        replaced = self.parameters.in_promql(text)
        if why := self.refused.get(line) or replaced.refused:
            return _text(Ruling("unknown", why))
        self.parameters.declare(replaced, line)
        self.parameters.add(PROMETHEUS, PROMETHEUS, PROMETHEUS_HELP)
        return Decision("check", "promql", fields={"promql": replaced.text, "server": f"${{{PROMETHEUS}}}"})


DATABASE_HELP = "Address of the PostgreSQL server, such as postgresql://user@host/name"
PROMETHEUS_HELP = "URL of Prometheus, such as http://localhost:9090"


def _text(ruling: Ruling) -> Decision:
    sort = SORTS[ruling.kind]
    return Decision("text", short(ruling.reason, 200) or sort, sort)


def _script(lead: Sequence[str], text: str) -> str:
    return "\n".join((*lead, text))
