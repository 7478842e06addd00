"""One kernel's notebook: the run in progress, what the page shows of it, and when to look again."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from runbooklab.authoring.declarations import with_values
from runbooklab.authoring.outline import Declared
from runbooklab.errors import UserError
from runbooklab.notebook import namespace, person, views
from runbooklab.notebook.asking_secrets import with_secrets_known
from runbooklab.notebook.edited_cells import EditedCells
from runbooklab.notebook.history import forget, forget_after_each_cell
from runbooklab.notebook.namespace import Beginning
from runbooklab.notebook.page import Page
from runbooklab.notebook.person import Asked
from runbooklab.notebook.run import Run
from runbooklab.notebook.scratch import REPLAY_VARIABLE, Runner, session_vault
from runbooklab.words import clock, utc_now

if TYPE_CHECKING:
    from runbooklab.model.conclusions import AuditEntry
    from runbooklab.redaction import Vault

#: Cells that were asked for within this time of each other share a look, in seconds. "Run All" asks for all
#: cells within some milliseconds.
SAME_LOOK_S = 2.0

RETIRED = "Of an earlier run of this notebook, which ended at {}: run the cell again."


class Refusal(Struct, frozen=True):
    """Why no run could start, and the request that wanted one: those asked for with it are told the same."""

    asked: Asked | None
    why: str


class KernelSession:
    """What lives as long as the kernel. There is one: see :mod:`runbooklab.notebook.session`."""

    def __init__(self) -> None:
        self.page = Page()
        #: Held by a word and by a button while they answer: JupyterLab may have a button's message handled
        #: beside a cell that runs, in a thread of its own.
        self.busy = threading.RLock()
        self.declared: tuple[Declared, ...] = ()  # by the notebook, for the next run
        self.declared_secrets: tuple[str, ...] = ()
        self.edited = EditedCells()
        self.replayed_folder = ""  # of a stored run: every start begins with it
        self._run: Run | None = None
        self._begun: Beginning | None = None
        self._values: dict[str, str] = {}  # the parameters in the namespace as that run began, in words
        self._looked: Asked | None = None  # the request that the last look was made for
        self._answered: dict[str, str] = {}  # the cells that have answered from that look: the request
        self._message = ""  # the request that is being answered
        self._refused: Refusal | None = None
        self._forgets = False  # whether each cell's secrets are taken out of IPython's history
        self._audits: dict[str, list[AuditEntry]] = {}  # of each target that a person's runs were about

    @cached_property
    def runner(self) -> Runner:
        """The process that waits for what this kernel's run leaves."""
        return Runner.from_environment()

    @cached_property
    def vault(self) -> Vault:
        """The secrets of this kernel: what one run has learned, the next still knows."""
        return self.runner.vault(session_vault())

    @property
    def run(self) -> Run | None:
        """The run in progress."""
        return self._run

    # --- starting

    def start(self, begun: Beginning) -> Run:
        """Begin a run: all probes start at once. Whatever the page shows of another is retired.

        Raises :class:`UserError` if a stored run cannot be read or a secret is not known.
        """
        asked, before = person.asked(), self._run
        self._retire()
        self._begun, self._values = begun, namespace.words(begun.parameters)
        try:
            self._run = self._made(begun)
        except UserError as error:
            self._refused = Refusal(asked, str(error))
            raise
        if asked is not None:
            self._go_on(self._run, before)
        self._note_look(asked)
        return self._run

    def _go_on(self, run: Run, before: Run | None) -> None:
        """What earlier runs of the same target saw and did belongs to this one: "Run All" starts anew."""
        from runbooklab.notebook.live_run import LiveRun

        if isinstance(run, LiveRun):
            if isinstance(before, LiveRun) and before.observed == run.observed:
                run.earlier = before.last_look() or before.earlier
            run.about.audit = self._audits.setdefault(run.observed, run.about.audit)

    def _made(self, begun: Beginning) -> Run:
        folder = self.replayed_folder or os.environ.get(REPLAY_VARIABLE, "")
        return self._replayed(Path(folder)) if folder else self._live(begun)

    def _retire(self) -> None:
        if self._run is not None:
            ended = RETIRED.format(clock(utc_now()))
            self.page.retire(lambda drawn: views.of_earlier_run(drawn, ended))
        self._run = None  # if this one cannot start, the cells below must not show another

    def _replayed(self, folder: Path) -> Run:
        from runbooklab.notebook.replayed_run import ReplayedRun

        return ReplayedRun(folder)

    def _live(self, begun: Beginning) -> Run:
        from runbooklab.notebook.live_run import LiveRun

        parameters = with_secrets_known(begun.parameters, self.vault)
        run = LiveRun(
            begun.runbook,
            parameters,
            uses=begun.uses,
            declared=with_values(begun.declared, parameters, begun.secrets),
            vault=self.vault,
            runner=self.runner,
        )
        forget(self.vault)
        if not self._forgets:
            self._forgets = True
            forget_after_each_cell(self.vault)
        return run

    def is_outdated(self) -> bool:
        """Whether the notebook's parameters have other values than the run in progress began with."""
        return self._begun is not None and namespace.words(self._begun.parameters) != self._values

    def current(self) -> Run:
        """The run in progress; a new one if there is none or if the parameters were changed.

        Raises :class:`UserError` if none can start; a second cell of the same request is not asked again.
        """
        if self._run is not None and not self.is_outdated():
            return self._run
        asked = person.asked()
        if self._refused is not None and _together(asked, self._refused.asked) and not self.is_outdated():
            raise UserError(self._refused.why)
        return self.start(self._beginning())

    def _beginning(self) -> Beginning:
        if self._begun is None:
            return namespace.beginning()
        changed: Mapping[str, Any] = namespace.values(self._begun.parameters)
        return replace(self._begun, parameters={**self._begun.parameters, **changed})

    def declare(self, declared: tuple[Declared, ...], secrets: tuple[str, ...]) -> None:
        """Keep what the notebook declares for the run that starts next."""
        self.declared, self.declared_secrets = declared, secrets

    def redeclare(self, row: Declared) -> str:
        """A cell declares this: if the run in progress knows it otherwise, another one starts.

        What it says is wrong with it, with the line of the cell; "" if nothing is, or if nothing was edited.
        """
        run = self.current()
        begun = self._begun
        if begun is None or not run.can_apply:
            return ""
        declared = self.edited.with_cell(begun.declared, row, person.asked())
        if declared != begun.declared:
            self.declared = declared
            run = self.start(replace(self._beginning(), declared=declared))
        return self.edited.mistake(row, run.rules.declared, begun.uses)

    # --- looking again

    def answering(self) -> tuple[Run, Asked | None]:
        """The run to answer the current cell from, and who asked.

        For a person it looks again, once for each execution of a cell; cells that were asked for together
        share a look, which may be the one that the run began with.
        """
        asked = person.asked()
        if asked is not None and asked.message != self._message:
            self._message = asked.message
            self.page.forget(asked)
        run = self.current()
        if asked is not None and self._is_stale_for(asked):
            self.look_again(asked)
        if asked is not None:
            self._answered[asked.cell] = asked.message
        return run, asked

    def _is_stale_for(self, asked: Asked) -> bool:
        looked = self._looked
        if looked is None:
            return True
        if asked.message in (looked.message, self._answered.get(asked.cell)):
            return False
        return asked.cell in self._answered or not _together(asked, looked)

    def look_again(self, asked: Asked | None) -> None:
        """Look again because of ``asked``, and bring the rest of the page up to date."""
        if self._run is None:
            return
        self._run.look_again()
        self._note_look(asked)
        self.page.refresh(self._run, but=asked.message if asked else "")

    def _note_look(self, asked: Asked | None) -> None:
        self._looked, self._answered = asked, {}


def _together(one: Asked | None, other: Asked | None) -> bool:
    """Whether two cells were asked for together; all of a headless run are."""
    if one is None or other is None:
        return one is other
    return abs(one.at - other.at) <= SAME_LOOK_S
