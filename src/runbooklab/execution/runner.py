"""``runbook run``: from parameters to a run's folder, whatever happens on the way."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from runbooklab import words
from runbooklab.archive.run_name import folder_name
from runbooklab.authoring.declarations import declarations
from runbooklab.authoring.invocation import Invocation
from runbooklab.authoring.outline import Outline, outline, section_of
from runbooklab.authoring.trust import with_trust
from runbooklab.domain.rules import Rules
from runbooklab.errors import UserError
from runbooklab.execution.attempt import Attempt, removing, scratch_folder
from runbooklab.execution.launch import start_kernel
from runbooklab.execution.limits import require_open_files
from runbooklab.execution.outcome import Run, outcome
from runbooklab.execution.progress import Progress, Say
from runbooklab.execution.publishing import Result, publish
from runbooklab.execution.redact_notebook import parameters_without_secrets
from runbooklab.execution.run_folder import RunFolder
from runbooklab.execution.run_notebook import execute_notebook, read_notebook
from runbooklab.execution.stop_control import StopControl
from runbooklab.notebook.scratch import Handover
from runbooklab.notebook.target import names_given
from runbooklab.redaction import Vault, clean
from runbooklab.report.wanted_texts import NO_TEXTS, WantedTexts

DEADLINE_S = 120.0


class Request(Struct, frozen=True):
    """What to run and where its folder goes: below ``reports``.

    ``texts`` are the Markdown files to write into the run's folder, too.
    """

    invocation: Invocation
    reports: Path
    deadline_s: float = DEADLINE_S
    texts: WantedTexts = NO_TEXTS


def run(request: Request, say: Say, stop: StopControl | None = None) -> Result:
    """Execute the runbook, judge the evidence, write the report.

    It may be called from any thread, also concurrently; another thread may end it early through ``stop``.
    ``say`` is called with each line of progress. Raises :class:`UserError` before anything has begun (no
    notebook, no place for temporary files, too few open files allowed); after that every failure is part of
    the result.

    >>> from runbooklab.authoring.project import installed_suite
    >>> invocation = Invocation.of(installed_suite(), "port-conflicts", {"incident": "INC-42"})
    >>> run(Request(invocation, Path("reports")), print).diagnosis.verdict  # doctest: +SKIP
    'critical'
    """
    require_open_files()
    vault, stop = Vault(), stop or StopControl()
    plan = _planned(request.invocation, vault)
    folder = RunFolder(request.reports, plan.slug, folder_name(plan.started_at, plan.run_id))
    stop.on_abandon(folder.abandon)
    with removing(scratch_folder()) as scratch, Handover.made(scratch.path) as handover:
        handover.share(vault.export())
        with stop.deadline(request.deadline_s):
            attempt = _execute(plan, scratch.path, handover, stop, lambda line: say(clean(line, vault)))
        for met in handover.shared():
            vault.import_(met)
        missing = _missing(plan.outline, attempt, stop.reason)
        diagnosis, evidence = outcome(plan, scratch.path, missing, vault)
        result = publish(folder, diagnosis, evidence, attempt.notebook, request.texts, vault)
    if result.folder is not None:
        _list_runs(request.reports, say)
    return replace(result, stopped=stop.reason)


def _planned(invocation: Invocation, vault: Vault) -> Run:
    """The run with its id, and tokens for the secrets in its parameters; ``vault`` learns them."""
    suite, slug, values = invocation.suite, invocation.slug, invocation.values
    outline = _outline(suite.notebook(slug))
    declared = declarations(outline.declared, invocation.parameters, values)
    rules = Rules.of(outline.uses, with_trust(suite, slug, declared))
    vault.reserve((*names_given(values, rules), slug), own=True)
    safe = parameters_without_secrets(values, invocation.secret_names, vault)
    return Run(
        suite=suite,
        slug=slug,
        run_id=uuid.uuid4().hex[:12],
        started_at=words.utc_now(),
        given={name: safe[name] for name in invocation.given},
        parameters=safe,
        outline=outline,
        rules=rules,
    )


def _list_runs(reports: Path, say: Say) -> None:
    try:
        from runbooklab.archive.index_page import rebuild

        rebuild(reports)
    except Exception as error:  # noqa: BLE001 # the run has its report; the next run updates the list
        say(f"The list of runs in {reports} was not brought up to date: {type(error).__name__}: {error}")


def _outline(notebook: Path) -> Outline:
    hint = "compile it with `runbook build`"
    try:
        return outline(json.loads(notebook.read_bytes()))
    except FileNotFoundError:
        raise UserError("does not exist", notebook, hint=hint) from None
    except (OSError, ValueError, AttributeError) as error:
        raise UserError(f"cannot be read: {error}", notebook, hint=hint) from None


def _execute(run: Run, scratch: Path, handover: Handover, stop: StopControl, say: Say) -> Attempt:
    """Run the notebook in a kernel that is dead when this returns."""
    try:
        kernel = start_kernel(
            scratch, run_id=run.run_id, uses=run.rules.names, handover=handover, cwd=run.suite.root
        )
    except OSError as error:
        problem = f"no kernel can be started: {error.strerror or error}"
        return Attempt(None, notebook=read_notebook(run), problem=problem)
    stop.watch(kernel)
    progress = Progress({section.slug: section.title for section in run.outline.sections}, say)
    attempt = Attempt(kernel, progress.cell_started, progress.cell_ended)
    try:
        execute_notebook(run, attempt)
    except Exception as error:  # noqa: BLE001 # whatever the libraries raise, there may be evidence to report
        attempt.problem = attempt.problem or f"{type(error).__name__}: {error}"
    finally:
        kernel.end()
    attempt.notebook = attempt.notebook or read_notebook(run)
    return attempt


def _missing(outline: Outline, attempt: Attempt, stopped_because: str) -> tuple[str, ...]:
    """What the run did not reach, one sentence each."""
    titles = {section.slug: section.title for section in outline.sections}
    sentences = []
    if attempt.problem:  # else the notebook ran to its end, whatever was asked meanwhile
        sentences.append(f"The run ended early: {stopped_because or attempt.problem}.")
    for cell, error in attempt.raised:
        slug = section_of(cell)
        sentences.append(f"A cell of section {titles.get(slug, slug)!r} raised {error}")
    if not_run := attempt.sections_not_run():
        sentences.append(f"Not run: {', '.join(titles.get(slug, slug) for slug in not_run)}.")
    return tuple(sentences)
