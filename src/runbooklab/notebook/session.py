"""What the cells of a notebook call.

A cell says in a few words what it shows: ``check("redis-container")``, ``remedy("start-container")``. The
generated set-up cell calls :func:`start`; without it, and after a change of the parameters, every word starts
the run by itself. No call here ever raises, except if a person interrupts it: what goes wrong is shown
in the cell as ``unknown``, and the run goes on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec

from runbooklab.authoring.outline import Declared
from runbooklab.domains import DEFAULT
from runbooklab.errors import UserError
from runbooklab.model.conclusions import Finding
from runbooklab.notebook import person, views
from runbooklab.notebook.interrupted import show_in_one_line
from runbooklab.notebook.kernel_session import KernelSession
from runbooklab.notebook.namespace import Beginning, incident_given
from runbooklab.notebook.page import Draw
from runbooklab.notebook.person import Asked

if TYPE_CHECKING:
    import pandas as pd

    from runbooklab.notebook.run import Run

P = ParamSpec("P")

# A notebook has one kernel; its cells name no object, so what lives as long as the kernel is kept here.
_session = KernelSession()


def current() -> Run:
    """The run in progress, or a new one.

    Raises :class:`UserError` if none was started and the notebook does not say what to start.
    """
    return _session.current()


def _cell(function: Callable[P, None]) -> Callable[P, None]:
    """Failure is a value at the edge: an exception becomes a finding of status ``unknown``."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        with _guarding(function.__name__):
            function(*args, **kwargs)

    return guarded


@contextmanager
def _guarding(what: str) -> Iterator[None]:
    """Let no exception of the word ``what`` out, except an interrupt."""
    try:
        with _session.busy:
            yield
    except KeyboardInterrupt as interrupt:
        show_in_one_line(interrupt)
        raise
    except Exception as error:  # noqa: BLE001 # whatever it raised, the cells below must still run
        _show_failure(what, error)


def _show_failure(what: str, error: Exception) -> None:
    why = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
    text = _session.vault.redact(f"{what}() failed: {why}")
    if _session.run is not None:
        text = _session.run.redact(text)
        if not person.is_interactive():  # a person corrects the cell; a headless run never gets the answer
            _session.run.about.missing.append(text)
    _show_line(Finding(what, "", "host", "unknown", text, 0.0))


def _show_line(finding: Finding) -> None:
    """A finding that belongs to no look."""
    from runbooklab.notebook.page import display_once

    display_once(views.of_finding(finding))


def _show(draw: Callable[[Run, bool], Any]) -> None:
    """Show what ``draw`` makes of the run; it is told whether a person is there."""
    run, asked = _session.answering()
    _session.page.show(run, _drawn(draw, asked), asked)


def _drawn(draw: Callable[[Run, bool], Any], asked: Asked | None) -> Draw:
    return lambda run: draw(run, asked is not None)


def declare(*rows: tuple[str, str, str], secrets: Iterable[str] = ()) -> None:
    """Keep what the notebook declares for :func:`start`: rows of what, id and YAML.

    From then on its cells ``%%check``, ``%%cause`` and ``%%remedy`` are understood.
    """
    from runbooklab.notebook.magics import register

    _session.declare(tuple(Declared(*row) for row in rows), tuple(secrets))
    register({"check": check_cell, "cause": cause_cell, "remedy": remedy_cell})


@_cell
def check_cell(id_: str, text: str) -> None:
    """The cell ``%%check``: what it declares, and the finding."""
    if _declares("check", id_, text):
        check.__wrapped__(id_)  # type: ignore[attr-defined] # functools.wraps sets it


@_cell
def cause_cell(id_: str, text: str) -> None:
    """The cell ``%%cause``: what it declares, and whether the evidence supports it."""
    if _declares("cause", id_, text):
        _show(lambda run, live: views.cause(run, id_, live))


@_cell
def remedy_cell(id_: str, text: str) -> None:
    """The cell ``%%remedy``: what it declares, and the plan."""
    if _declares("remedy", id_, text):
        _show_remedy(id_)


def _declares(what: str, id_: str, text: str) -> bool:
    """Take what a cell declares into the run, say what is wrong with it; whether there is more to show."""
    if len(id_.split()) != 1:
        _show_line(Finding(what, "", "host", "unknown", f"A {what} needs an id: %%{what} root-disk", 0.0))
        return False
    mistake = _session.redeclare(Declared(what, id_, text))
    run = current()
    known = {"check": run.rules.checks, "cause": run.rules.causes, "remedy": run.rules.remedies}[what]
    if mistake and not (what == "check" and mistake in run.finding(id_).summary):
        said = f"The {what} {id_}: {mistake}"
        _show_line(Finding(id_, "", "host", "unknown", said, 0.0))
        if not person.is_interactive():
            run.about.missing.append(said)
    return id_ in known or not mistake


@_cell
def start(runbook: str, /, uses: Iterable[str] = DEFAULT, **parameters: Any) -> None:
    """Begin: read the parameters, start all probes of the domains that it uses, return without waiting.

    In replay mode (after :func:`replay`, or if :data:`~runbooklab.notebook.scratch.REPLAY_VARIABLE` names a
    run's folder) begin with what is stored there, and ignore ``parameters``.
    """
    from runbooklab.notebook.watch import stop_watching

    stop_watching()  # the target before is nobody's concern now
    values = {**incident_given(), **parameters}
    run = _session.start(
        Beginning(runbook, tuple(uses), values, _session.declared, _session.declared_secrets)
    )
    _say_if_replayed(run)
    if run.notice:
        return
    if person.is_interactive():
        _say_what_begins(run)
    for problem in run.about.missing:
        _show_line(Finding("parameters", "", "host", "unknown", problem, 0.0))


def _say_what_begins(run: Run) -> None:
    """One line: what is looked at, and what becomes of the secrets in the parameters."""
    from runbooklab.notebook.beginning_line import line
    from runbooklab.notebook.page import display_once

    display_once(views.notice(line(run)))


def replay(folder: str) -> None:
    """From now on :func:`start` begins with the run stored in ``folder``, and nothing is observed."""
    _session.replayed_folder = folder


def _say_if_replayed(run: Run) -> None:
    from runbooklab.notebook.page import display_once

    if run.notice:
        display_once(views.notice(run.notice, bold=True))


@_cell
def diagnose() -> None:
    """Wait for all probes and show the verdict, the primary cause with its proof, and the fix."""
    run, asked = _session.answering()
    _say_if_replayed(run)
    carded = _first_remedy(run) if asked is not None and run.can_apply else ""
    # A later look may find another cause: its fix has no card here, so the verdict itself shows it.
    _show(
        lambda run, live: views.verdict(run, live, fix_follows=bool(carded) and _first_remedy(run) == carded)
    )
    if carded:
        _show_remedy(carded, under_verdict=True)


@_cell
def ladder() -> None:
    """Show the connection ladder: each rung by vantage, the first failing one marked."""
    _show(views.ladder)


@_cell
def check(check_id: str) -> None:
    """Show one check's finding."""
    _, asked = _session.answering()
    is_first = asked is not None and not _session.page.shows_anything_of(asked.message)
    _show(lambda run, live: views.finding(run, check_id, live, is_first=is_first))


@_cell
def checklist(items: Iterable[tuple[str, str, str]]) -> None:
    """Show ``(item, command, check id)`` rows, each ticked with its finding's status."""
    rows = tuple(items)
    _show(lambda run, live: views.checklist(run, rows, live))


@_cell
def remedy(remedy_id: str) -> None:
    """Show one remedy's plan for this target; a person finds a button if it is needed and can be applied."""
    _show_remedy(remedy_id)


@_cell
def resolve() -> None:
    """Show the remedies of the supported causes, the primary cause's first.

    The parameter ``apply`` names a remedy to apply: its id, followed by ``=NAME`` if a destructive remedy
    asks for the target's name: ``flush-all=redis-tts``, and by ``,production`` if the target is that.
    Headless it is applied, once for each run; a person only finds its button ready.
    """
    run, asked = _session.answering()
    wanted = str(run.about.parameters.get("apply") or "").strip()
    if wanted and asked is None:
        if not run.about.audit:
            _apply(run, wanted)
        _show(lambda run, live: views.acts(tuple(run.about.audit)))
        return
    named = _parts(wanted)[0]
    if named and run.has_remedy(named):
        _show_remedy(named, armed="" if _was_done(run, named) else wanted)
    elif named:
        _nothing_to_show(f"There is no remedy {named!r}, which the parameter apply names.")
    remedies = [each for each in _remedies(run, every=asked is not None) if each != named]
    for remedy_id in remedies:
        _show_remedy(remedy_id)
    if not remedies and not named:
        _nothing_to_fix(run)


def _apply(run: Run, wanted: str) -> None:
    from runbooklab.apply.apply import Consent
    from runbooklab.domain.remedy import word_to_confirm

    remedy_id, name, environment = _parts(wanted)
    plan = run.plan(remedy_id)
    consent = Consent(name, environment, asked_by=f"apply={wanted}")
    run.apply(plan, consent, word_to_confirm(plan, run.name_to_confirm))


def _parts(wanted: str) -> tuple[str, str, str]:
    """Remedy, name and environment in ``REMEDY[=NAME][,ENVIRONMENT]``."""
    act, _, environment = wanted.partition(",")
    remedy_id, _, name = act.partition("=")
    return remedy_id, name, environment


def _was_done(run: Run, remedy_id: str) -> bool:
    """Whether a remedy was carried out already: the parameter that names it asks for it once."""
    return any(entry.remedy == remedy_id and entry.outcome == "done" for entry in run.about.audit)


def _first_remedy(run: Run) -> str:
    """The remedy of the primary cause; "" if there is none."""
    return next(iter(_remedies(run, every=False)), "")


def _remedies(run: Run, *, every: bool) -> list[str]:
    """The remedies of the supported causes in their order; or only the primary cause's."""
    causes = [cause for cause in run.diagnosis().causes if cause.state == "supported"]
    chosen = causes if every else [cause for cause in causes if cause.primary]
    return list(dict.fromkeys(cause.remedy.id for cause in chosen if cause.remedy is not None))


def _nothing_to_fix(run: Run) -> None:
    primary = run.diagnosis().primary
    if primary is None:
        _nothing_to_show("No cause is supported: there is nothing to fix.")
        return
    row = run.rules.causes.get(primary.id)
    for remedy_id in row.remedies if row else ():
        run.plan(remedy_id)  # the diagnosis goes on without a plan that cannot be made; here it says why
    _nothing_to_show(f"No remedy is known for it: {primary.title}.")


def _nothing_to_show(why: str) -> None:
    _show(lambda run, live: views.of_finding(Finding("resolve", "", "host", "skipped", why, 0.0)))


def _show_remedy(remedy_id: str, armed: str = "", *, under_verdict: bool = False) -> None:
    from runbooklab.notebook.live_run import LiveRun

    run, asked = _session.answering()
    plan = run.plan(remedy_id)
    is_wanted = asked is not None and bool(armed or views.causes_of(run, plan))
    if is_wanted and run.can_apply and plan.appliable:
        from runbooklab.notebook.card import Card

        _session.page.show(run, Card(_session, remedy_id, armed, under_verdict=under_verdict).draw, asked)
    elif is_wanted and isinstance(run, LiveRun) and plan.edits:
        from runbooklab.notebook.copy_card import CopyCard

        _session.page.show(run, CopyCard(_session, run, remedy_id, under_verdict=under_verdict).draw, asked)
    else:
        _show(lambda run, live: views.remedy(run, run.plan(remedy_id), live, under_verdict=under_verdict))


@_cell
def validate() -> None:
    """Say whether the target works now: the verdict, and the checks that it stands on."""
    run, asked = _session.answering()
    if asked is not None or run.about.audit:
        _show(views.verdict)
    for check_id in run.rules.validation:
        check.__wrapped__(check_id)  # type: ignore[attr-defined] # functools.wraps sets it


@_cell
def watch(seconds: float = 30.0, every: float = 1.0, headless: float = 0.0) -> None:
    """Watch the target for ``seconds`` and look ``every`` so many seconds; the cell returns at once.

    Without a person the cell takes ``headless`` seconds instead; 0: nothing is watched.
    """
    from runbooklab.notebook.watch import watch as begin

    run, _ = _session.answering()
    begin(run, seconds, every, headless)


@_cell
def parameters() -> None:
    """Show the parameters as a form, with the targets of ``configs/targets.yaml`` to choose from.

    It sets the values in this notebook; to keep them, a person copies them into the parameters cell.
    """
    from runbooklab.notebook.form import show_form
    from runbooklab.notebook.live_run import LiveRun

    run = current()
    if isinstance(run, LiveRun):
        show_form(run)
    else:
        _say_if_replayed(run)


@_cell
def conclude() -> None:
    """The last cell: the whole diagnosis and its evidence, so that the notebook alone is enough."""
    run, _ = _session.answering()
    _say_if_replayed(run)
    run.keep(run.diagnosis())
    _show(views.conclusion)


def frame(check_id: str | None = None) -> pd.DataFrame:
    """What a check found as a pandas DataFrame with numbers as numbers; without an id, all findings.

    For an unknown id the cell says which ids there are, and the frame is empty, as it is if no run can start.
    """
    with _guarding("frame"):
        return _frame(check_id)
    import pandas as pd

    return pd.DataFrame()


def _frame(check_id: str | None) -> pd.DataFrame:
    from runbooklab.notebook.frames import finding_frame, findings_frame

    run, _ = _session.answering()
    if check_id is None:
        return findings_frame(run.diagnosis().findings)
    finding = run.finding(check_id)
    if check_id not in run.rules.checks:
        _show_line(finding)
    return finding_frame(finding)
