"""What a plan consists of, before its remedy's id and title are added."""

from __future__ import annotations

from msgspec import Struct

from runbooklab.domain.tuples import check_tuples
from runbooklab.model.conclusions import RemedyPlan, Risk
from runbooklab.model.file_edit import FileEdit


class Steps(Struct, frozen=True):
    """A plan without its name; the fields are those of :class:`~runbooklab.model.conclusions.RemedyPlan`."""

    commands: tuple[str, ...]
    changes: str
    risk: Risk = "low"
    confirm: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    destructive: bool = False
    appliable: bool = False
    act: str = ""
    loses: tuple[str, ...] = ()
    edits: tuple[FileEdit, ...] = ()
    #: The remedy's title for this target; "": its row's.
    title: str = ""

    def __post_init__(self) -> None:
        check_tuples(self)

    def named(self, id_: str, title: str) -> RemedyPlan:
        """The plan of the remedy ``id_``. A plan with a placeholder cannot be applied without a shell."""
        appliable = self.appliable and not any("$" in command for command in self.commands)
        return RemedyPlan(
            id_,
            self.title or title,
            self.commands,
            self.changes,
            self.risk,
            self.confirm,
            self.undo,
            self.destructive,
            appliable,
            self.act,
            self.loses,
            self.edits,
        )
