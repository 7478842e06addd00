"""The state of each container in question, by the judges of the domain of one container."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.container.causes import container as one
from runbooklab.domains.container.exit_codes import CHECK_NOT_RUN
from runbooklab.domains.container.readings.endings import exited_ago, exited_at, has_ended
from runbooklab.domains.container.readings.state import sentence, unhealthy
from runbooklab.domains.docker.causes.ports import free_again
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.readings.endings import is_done, was_stopped
from runbooklab.domains.docker.readings.focus import focused, of_each_found, unobserved, views
from runbooklab.observe.docker.records import Container

_SHOWN = ("docker-containers",)
#: What a health check prints whose own program is not there.
_NO_PROGRAM = re.compile(
    r"executable file not found|: not found|command not found|no such file or directory", re.IGNORECASE
)


def missing(e: Evidence) -> Ruling:
    """A container that somebody named, and that the engine does not have."""
    if why := unobserved(e):
        return Untested(why)
    gone = [view for view in views(e) if view.look is not None and view.look.found is None]
    if not gone:
        return RuledOut("Every container that is named exists.")
    ruling = one.container_missing(focused(e, gone[0]))
    if not isinstance(ruling, Supported):
        return ruling
    return Supported(ruling.proof, _SHOWN, ruling.confidence, ruling.summary)


def stopped(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if is_done(view, known):
        return RuledOut(f"Container {known.name} did its work and ended with code 0.")
    keeps_on = known.restart_policy in ("always", "unless-stopped")
    if has_ended(known) and not known.exit_code and view.events is None and not keeps_on:
        return Untested(f"Not observed: whether somebody stopped {known.name}, or it did its work.")
    alone = focused(e, view)
    if was_stopped(view, known):
        how = "it was asked to stop, did not, and was killed after its grace"
        return Supported(
            sentence(f"{exited_at(known)}: {how}"),
            _SHOWN,
            0.95,
            sentence(f"{exited_ago(alone, known)}: {how}"),
        )
    return one.container_stopped(alone, known)


def killed(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if was_stopped(view, known):
        return RuledOut(f"Container {known.name} was asked to stop.")
    return one.container_killed(focused(e, view), known)


def failed(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if view.extras.refused_port and known.state == "created":
        return RuledOut(f"Container {known.name} was refused port {view.extras.refused_port}.")
    return one.container_failed(focused(e, view), known)


def never_started(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if known.state == "created" and free_again(view, known):
        port = view.extras.refused_port
        return Supported(
            f"Docker refused container {known.name} port {port}, and nobody has that port any more.",
            _SHOWN,
            0.95,
            f"Container {known.name} never started: port {port} was taken, and is free now.",
        )
    return one.container_never_started(focused(e, view), known)


def oom_killed(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    return one.container_oom_killed(focused(e, view), known)


def paused(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    return one.container_paused(focused(e, view), known)


def crash_looping(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    return one.container_crash_looping(focused(e, view))


# --- health ------------------------------------------------------------------------------------------


def check_without_program(known: Container) -> str:
    """What the last health check printed, if its program is not in the image; "" if it is."""
    last = known.health_log[-1] if known.health_log else None
    if last is None or last.exit_code == 0 or not _NO_PROGRAM.search(last.output):
        return ""
    first = known.health_log[0].exit_code != 0
    direct = last.exit_code in CHECK_NOT_RUN or _is_shells(last.output)
    return last.output.strip() if first and direct else ""


def _is_shells(output: str) -> bool:
    """Whether a shell or the engine says it, and not the service that was asked."""
    return bool(
        re.search(
            r"(?:^|\n)\S*(?:sh|bash|ash)(?:: (?:line )?\d+)?: .*not found|executable file not found", output
        )
    )


def healthcheck_command_missing(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if known.state != "running" or known.health in ("", "healthy"):
        return RuledOut(
            f"Container {known.name} is {known.state}, its health is {known.health or 'not checked'}."
        )
    said = check_without_program(known)
    if not said:
        return RuledOut(f"The health check of container {known.name} finds its program.")
    test = " ".join(known.health_test[1:])
    return Supported(
        f"The health check of container {known.name} ({test[:120]}) fails since the first "
        f'time: "{said[:160]}".',
        ("docker-container-health",),
        0.96,
        f"The health check of container {known.name} calls a program that its image does not have.",
    )


def is_unhealthy(e: Evidence, view: ContainerView, known: Container) -> Ruling:
    if check_without_program(known) and known.health == "unhealthy":
        return Supported(unhealthy(known), ("docker-container-health",), 0.9, unhealthy(known))
    return one.container_unhealthy(focused(e, view), known)


judge_stopped, judge_killed = of_each_found(stopped), of_each_found(killed)
judge_failed, judge_never_started = of_each_found(failed), of_each_found(never_started)
judge_oom_killed, judge_paused = of_each_found(oom_killed), of_each_found(paused)
judge_crash_looping = of_each_found(crash_looping)
judge_check_missing, judge_unhealthy = of_each_found(healthcheck_command_missing), of_each_found(is_unhealthy)
