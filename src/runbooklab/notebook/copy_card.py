"""The card of a change that only a person makes: the exact lines, and a button to write a corrected copy."""

from __future__ import annotations

from itertools import groupby
from shlex import quote
from typing import TYPE_CHECKING

from runbooklab.errors import UserError
from runbooklab.model.conclusions import RemedyPlan
from runbooklab.notebook import views
from runbooklab.notebook.acting import OUTDATED
from runbooklab.notebook.corrected_copy import write_copy
from runbooklab.notebook.page import Bundle
from runbooklab.notebook.run import Run
from runbooklab.report.cells import note_html

if TYPE_CHECKING:
    from runbooklab.notebook.kernel_session import KernelSession
    from runbooklab.notebook.live_run import LiveRun


class CopyCard:
    """One card on the page. The copies are not part of the notebook: they hold what the files hold."""

    def __init__(
        self, session: KernelSession, run: LiveRun, remedy_id: str, *, under_verdict: bool = False
    ) -> None:
        import ipywidgets as widgets

        self._session = session
        self._run, self._remedy_id, self._under_verdict = run, remedy_id, under_verdict
        self._said = ""
        self._plan, self._log = widgets.HTML(), widgets.HTML()
        self._button = widgets.Button(
            description="Write a corrected copy", layout=widgets.Layout(width="auto")
        )
        self._button.on_click(lambda _: self._press())
        self._box = widgets.VBox([self._plan, self._button, self._log])

    def draw(self, run: Run) -> Bundle:
        """The plan as this run's last look has it, and what was written."""
        plan = run.plan(self._remedy_id)
        drawn = views.remedy(run, plan, live=True, under_verdict=self._under_verdict)
        self._plan.value = drawn["text/html"]
        self._button.layout.display = None if plan.edits and views.causes_of(run, plan) else "none"
        if self._said:
            drawn["text/html"] += note_html(self._said)
            drawn["text/plain"] += f"\n{self._said}"
        widget = {"version_major": 2, "version_minor": 0, "model_id": self._box.model_id}
        return {**drawn, views.WIDGET_MIME: widget}

    def _press(self) -> None:
        with self._session.busy:
            if self._session.run is not self._run or self._session.is_outdated():
                self._said = f"Not written: {OUTDATED}."
            else:
                self._said = " ".join(self._written(self._run.plan(self._remedy_id)))
            self._said = self._run.redact(self._said)
            self._log.value = note_html(self._said)

    def _written(self, plan: RemedyPlan) -> list[str]:
        """A sentence for each file."""
        said = []
        for name, edits in groupby(plan.edits, lambda edit: edit.path):
            path = self._run.suite.path(name)
            try:
                copy = write_copy(path, edits, self._run.vault)
            except UserError as error:
                said.append(f"Not written: {error}.")
            else:
                said.append(f"Written: {copy}. To use it: mv {quote(str(copy))} {quote(str(path))}")
        return said
