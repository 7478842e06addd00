"""Checks of the containers in question: state, health, logs, names."""

from __future__ import annotations

from runbooklab.domain.judgement import ok, skipped, table, unknown, unseen
from runbooklab.domains.container.checks.container import ports_words
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.endings import is_done
from runbooklab.domains.docker.readings.focus import found, unobserved
from runbooklab.model.conclusions import Judgement
from runbooklab.words import ago, listed, size

_NONE = "No container is named, and none of the Compose file is there."


def _unseen(e: Evidence, what: str) -> Judgement | None:
    why = unobserved(e)
    return unseen(what, why.removeprefix("Not observed: ").rstrip(".")) if why else None


def containers(e: Evidence) -> Judgement:
    if late := _unseen(e, "The containers"):
        return late
    known = list(found(e))
    if not known:
        return skipped(_NONE)
    rows = [
        (
            each.name,
            each.image,
            _state(each.state, each.exit_code),
            each.health or "",
            str(each.restart_count),
            ago(each.started_at, e.gathered_at) if each.started_at else "never",
            ports_words(each),
        )
        for _, each in known
    ]
    shown = (
        table(("Container", "Image", "State", "Health", "Restarts", "Started", "Ports"), rows, "Containers"),
    )
    up = [each.name for _, each in known if each.state == "running"]
    done = [each.name for view, each in known if is_done(view, each)]
    rest = [each.name for _, each in known if each.name not in (*up, *done)]
    if rest:
        verb = "runs" if len(rest) == 1 else "run"
        return unknown(f"{listed(rest)} no longer {verb}, and it is not known why.", tables=shown)
    words = [f"{listed(up)} {'runs' if len(up) == 1 else 'run'}"] if up else []
    words += [f"{listed(done)} did {'its' if len(done) == 1 else 'their'} work and ended"] if done else []
    said = ", ".join(words)
    return ok(f"{said}.", tables=shown)


def _state(state: str, code: int) -> str:
    return f"{state} ({code})" if state in ("exited", "dead") else state


def health(e: Evidence) -> Judgement:
    if late := _unseen(e, "The health of the containers"):
        return late
    checked = [each for _, each in found(e) if each.health and each.state == "running"]
    if not checked:
        return skipped("No running container in question has a health check.")
    rows = [
        (each.name, run.at, str(run.exit_code), run.output[:200])
        for each in checked
        for run in each.health_log[-3:]
    ]
    shown = (table(("Container", "At", "Exit code", "Output"), rows, "Last health checks"),) if rows else ()
    words = listed([f"{each.name} is {each.health}" for each in checked])
    return ok(f"{words}.", tables=shown)


def logs(e: Evidence) -> Judgement:
    if late := _unseen(e, "The logs of the containers"):
        return late
    seen = [(view, each) for view, each in found(e) if view.logs is not None]
    if not seen:
        return skipped("There is no log of a container in question.")
    rows = [
        (each.name, line.at, line.severity, line.text[:300])
        for view, each in seen
        for line in (view.logs.lines[-max(3, 12 // len(seen)) :] if view.logs else ())
    ]
    sizes = listed(
        [
            f"{each.name}: {size(view.extras.log_bytes)}"
            for view, each in seen
            if view.extras.log_bytes is not None
        ]
    )
    shown = (table(("Container", "At", "Severity", "Line"), rows, "Newest lines"),) if rows else ()
    return ok(f"The logs can be read{f' ({sizes})' if sizes else ''}.", tables=shown)


def names(e: Evidence) -> Judgement:
    if late := _unseen(e, "Names in the containers"):
        return late
    running = [(view, each) for view, each in found(e) if each.state == "running"]
    if not running:
        return skipped("No container in question runs.")
    given = [
        (each.name, server, answer)
        for view, each in running
        for server, answer in view.extras.dns_answers.items()
    ]
    if not given:
        return ok(
            "No container was given DNS servers of its own, and no log speaks of a name that "
            "cannot be resolved."
        )
    return ok(
        "The DNS servers that containers were given answer.",
        tables=(table(("Container", "DNS server", "Answer"), given),),
    )
