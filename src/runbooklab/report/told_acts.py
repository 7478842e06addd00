"""What was done to the target: the run's own acts and those of its incident's notebooks, as one story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from runbooklab.model.conclusions import AuditEntry, Diagnosis
from runbooklab.model.drawing import Moment, moment_at
from runbooklab.report.timeline import OWN_LANE, act_in_words, act_status
from runbooklab.words import moment

#: Begins the names of their lanes.
_NOTEBOOK = "Notebook"
_NEVER = datetime.max.replace(tzinfo=UTC)


class ToldAct(Struct, frozen=True):
    """``where`` it was done: in this run, or in a notebook before or after it."""

    act: AuditEntry
    where: str


def told_acts(run: Diagnosis, of_notebooks: Iterable[AuditEntry]) -> tuple[ToldAct, ...]:
    """All acts in the order of time, each once: what is in both audit trails is the run's."""
    told = {_key(act): ToldAct(act, OWN_LANE) for act in run.audit}
    for act in of_notebooks:
        told.setdefault(_key(act), ToldAct(act, _where(act, run)))
    return tuple(sorted(told.values(), key=lambda each: moment(each.act.at) or _NEVER))


def moments_of(told: Iterable[ToldAct]) -> Iterator[Moment]:
    """The acts of notebooks as moments; a run's timeline has its own acts already."""
    for each in told:
        if each.where != OWN_LANE:
            yield from moment_at(each.act.at, each.where, act_in_words(each.act), act_status(each.act))


def is_act(moment: Moment) -> bool:
    """Whether a moment of a timeline is an act, of a run or of a notebook."""
    return moment.lane.startswith(_NOTEBOOK) or (moment.lane == OWN_LANE and moment.status != "skipped")


def _key(act: AuditEntry) -> tuple[str, str, str, str]:
    return act.at, act.remedy, act.command, act.outcome


def _where(act: AuditEntry, run: Diagnosis) -> str:
    at, start, end = moment(act.at), moment(run.started_at), moment(run.finished_at)
    if at is None or start is None or end is None:
        return _NOTEBOOK
    when = "before" if at < start else "after" if at > end else "during"
    return f"{_NOTEBOOK} {when} this run"
