"""What the cells of a notebook call.

A runbook's first generated cell calls :func:`start`; every other cell says in a few words what it
shows: ``check("redis-container")``, ``remedy("start-container")``. No call here ever raises: what
goes wrong is shown in the cell as ``unknown``, and the run goes on.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import msgspec

from runbooklab.domains import DEFAULT
from runbooklab.model.conclusions import AuditEntry, ChecklistItem, Diagnosis, Finding
from runbooklab.model.mime import DIAGNOSIS_MIME, EVIDENCE_MIME
from runbooklab.notebook.display import show, show_finding, show_view
from runbooklab.notebook.history import forget
from runbooklab.notebook.scratch import REPLAY_VARIABLE, Runner, session_vault

if TYPE_CHECKING:
    import pandas as pd

    from runbooklab.notebook.run import Run

P = ParamSpec("P")

# A notebook has one kernel and one run at a time; its cells name no object, so the run is kept here.
_current: Run | None = None
_replayed_folder = ""


def current() -> Run:
    """The run that :func:`start` began; raises :class:`RuntimeError` before that."""
    if _current is None:
        raise RuntimeError("no run has been started: run the set-up cell above first")
    return _current


def _cell(function: Callable[P, None]) -> Callable[P, None]:
    """Failure is a value at the edge: an exception becomes a finding of status ``unknown``."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 # whatever it raised, the cells below must still run
            _show_failure(function.__name__, error)

    return guarded


def _show_failure(what: str, error: Exception) -> None:
    text = f"{what}() failed: {type(error).__name__}: {error}"
    if _current is not None:
        text = _current.redact(text)
        _current.about.missing.append(text)
    show_finding(Finding(what, "", "host", "unknown", text, 0.0))


def _run_before() -> bool:
    """Whether a person runs this very cell for the second time since :func:`start`."""
    from runbooklab.notebook.interactive import cell_key

    key, seen = cell_key(), current().cells_run
    before = bool(key) and key in seen
    seen.add(key)
    return before


@_cell
def start(runbook: str, /, uses: Iterable[str] = DEFAULT, **parameters: Any) -> None:
    """Begin: read the parameters, start all probes of the domains that it uses, return without waiting.

    In replay mode (after :func:`replay`, or if :data:`REPLAY_VARIABLE` names a run's folder) begin with
    what is stored there, and ignore ``parameters``.
    """
    global _current
    folder = _replayed_folder or os.environ.get(REPLAY_VARIABLE, "")
    if folder:
        from runbooklab.notebook.replayed_run import ReplayedRun

        _current = None  # if the run cannot be read, the cells below must not show another
        _current = ReplayedRun(Path(folder))
        _say_if_replayed()
        return
    from runbooklab.notebook.live_run import LiveRun

    runner = Runner.from_environment()
    vault = runner.vault(session_vault())
    _current = LiveRun(runbook, parameters, uses=tuple(uses), vault=vault, runner=runner)
    forget(vault)
    for problem in _current.about.missing:
        show_finding(Finding("parameters", "", "host", "unknown", problem, 0.0))


def replay(folder: str) -> None:
    """From now on :func:`start` begins with the run stored in ``folder``, and nothing is observed."""
    global _replayed_folder
    _replayed_folder = folder


def _say_if_replayed() -> None:
    if _current is None or not _current.notice:
        return
    from html import escape

    from IPython.display import display

    from runbooklab.redaction import visible

    notice = visible(_current.notice)
    data = {"text/html": f"<p><b>{escape(notice)}</b></p>", "text/plain": notice}
    display(data, raw=True)  # type: ignore[no-untyped-call] # IPython has no types


@_cell
def diagnose() -> None:
    """Wait for all probes and show the verdict, the primary cause with its proof, and the fix."""
    from runbooklab.report.cells import diagnosis_html, diagnosis_text

    _say_if_replayed()
    diagnosis = current().diagnosis()
    show_view("diagnosis", _brief(diagnosis), diagnosis_html(diagnosis), diagnosis_text(diagnosis))


def _brief(diagnosis: Diagnosis) -> dict[str, Any]:
    """The part that the top of a page needs; all of it is in the output of :func:`conclude`."""
    return {
        "verdict": diagnosis.verdict,
        "summary": diagnosis.summary,
        "primary": diagnosis.primary,
        "not_observed": diagnosis.not_observed,
    }


@_cell
def ladder() -> None:
    """Show the connection ladder: each rung by vantage, the first failing one marked."""
    from runbooklab.report.cells import ladder_html, ladder_text
    from runbooklab.report.contributed import vocabulary

    rungs, words = current().diagnosis().ladder, vocabulary()
    show_view("ladder", rungs, ladder_html(rungs, words), ladder_text(rungs, words))


@_cell
def check(check_id: str) -> None:
    """Show one check's finding. If a person runs the cell again, its probes run again."""
    show_finding(current().finding(check_id, again=_run_before()))


@_cell
def checklist(items: Iterable[tuple[str, str, str]]) -> None:
    """Show ``(item, command, check id)`` rows, each ticked with its finding's status."""
    from runbooklab.report.cells import checklist_html, checklist_text

    status = {finding.id: finding.status for finding in current().diagnosis().findings}
    rows = tuple(
        ChecklistItem(item, status.get(check_id, "unknown"), command, check_id)
        for item, command, check_id in items
    )
    show_view("checklist", rows, checklist_html(rows), checklist_text(rows))


@_cell
def remedy(remedy_id: str) -> None:
    """Show one remedy's plan for this target; in JupyterLab with a button if it can be applied."""
    _show_remedy(remedy_id)


@_cell
def resolve() -> None:
    """Show the remedy of the primary cause; apply the one that the parameter ``apply`` names.

    ``apply`` is a remedy's id, followed by ``=NAME`` if a destructive remedy asks for the
    target's name: ``flush-all=redis-tts``.
    """
    run = current()
    asked = str(run.about.parameters.get("apply") or "")
    if asked and not run.about.audit:
        remedy_id, _, name = asked.partition("=")
        run.apply(remedy_id, name, asked_by=f"apply={asked}")
        _show_acts(tuple(run.about.audit))
        return
    primary = run.diagnosis().primary
    if primary is None:
        _nothing_to_show("No cause is supported: there is nothing to fix.")
    elif primary.remedy is not None:
        _show_remedy(primary.remedy.id)
    else:
        for remedy_id in run.rules.causes[primary.id].remedies:
            run.plan(remedy_id)  # the diagnosis goes on without a plan that cannot be made; here it says why
        _nothing_to_show(f"No remedy is known for it: {primary.title}.")


def _nothing_to_show(why: str) -> None:
    show_finding(Finding("resolve", "", "host", "skipped", why, 0.0))


def _show_remedy(remedy_id: str) -> None:
    from runbooklab.report.cells import remedy_html, remedy_text

    run = current()
    plan = run.plan(remedy_id)
    causes = tuple(
        cause for cause in run.diagnosis().causes
        if cause.state == "supported" and cause.remedy is not None and cause.remedy.id == remedy_id
    )  # fmt: skip
    show_view(
        "remedy",
        {"plan": plan, "causes": [cause.id for cause in causes]},
        remedy_html(plan, causes),
        remedy_text(plan, causes),
    )
    from runbooklab.notebook.interactive import apply_button, is_interactive

    if plan.appliable and run.can_apply and is_interactive():
        apply_button(run, plan, _show_applied)


def _show_applied(acts: tuple[AuditEntry, ...]) -> None:
    """What was done, then the diagnosis afterwards."""
    _show_acts(acts)
    diagnose()


def _show_acts(acts: tuple[AuditEntry, ...]) -> None:
    from runbooklab.report.cells import acts_html, acts_text

    show_view("acts", acts, acts_html(acts), acts_text(acts))


@_cell
def validate() -> None:
    """Say whether the target works now. If a person runs the cell again, all probes run again."""
    run = current()
    if _run_before():
        run.observe_again()
    for check_id in run.rules.validation:
        show_finding(run.finding(check_id))


@_cell
def conclude() -> None:
    """The last cell: the whole diagnosis and its evidence, so that the notebook alone is enough."""
    from runbooklab.report.cells import diagnosis_html, diagnosis_text

    run = current()
    _say_if_replayed()
    diagnosis = run.diagnosis()
    run.keep(diagnosis)
    show(
        DIAGNOSIS_MIME,
        diagnosis,
        diagnosis_html(diagnosis),
        diagnosis_text(diagnosis),
        **{EVIDENCE_MIME: msgspec.to_builtins(run.evidence())},
    )


def frame(check_id: str) -> pd.DataFrame:
    """The tables of a finding as one pandas DataFrame (text columns, as displayed), for further analysis."""
    return current().frame(check_id)
