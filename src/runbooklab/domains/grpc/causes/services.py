"""Who answers, what it offers, whom it accepts, and whether it says that it serves."""

from __future__ import annotations

from runbooklab.domain.cause import RuledOut, Ruling, Supported
from runbooklab.domains.grpc.causes.preconditions import JudgeOfWorker
from runbooklab.domains.grpc.readings import places
from runbooklab.domains.grpc.readings.same_program import program, strangers
from runbooklab.domains.grpc.readings.services import is_draining, not_serving_at, relation
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.words import listed, short

_AUTH = ("worker-authentication",)
_NOT_LET_IN = ("UNAUTHENTICATED", "PERMISSION_DENIED")


def _unanswered(w: Worker) -> RuledOut:
    return RuledOut(f"{w.end.address} answers no call.")


def auth(*, given: bool) -> JudgeOfWorker:
    """The judge of a token that is missing, or of one that is wrong."""

    def judge(w: Worker) -> Ruling:
        calls = w.talk.calls if w.talk is not None else ()
        refused = next((call for call in calls if call.code in _NOT_LET_IN), None)
        if refused is None:
            return RuledOut("No call is refused for want of credentials.") if calls else _unanswered(w)
        if w.settings.has_token is not given:
            return RuledOut("A token is given." if w.settings.has_token else "No token is given.")
        says = f" ({refused.message})" if refused.message else ""
        if given:
            return Supported(
                f"{w.end.address} answers {refused.code}{says} to calls with the token that was given.",
                _AUTH,
                0.96,
                f"The worker at {w.end.address} does not accept the token: {refused.code}{says}.",
            )
        return Supported(
            f"{w.end.address} answers {refused.code}{says} to a call without credentials.",
            _AUTH,
            0.95,
            f"The worker at {w.end.address} wants a token, and none is given: {refused.code}{says}.",
        )

    return judge


def service_mismatch(w: Worker) -> Ruling:
    return _other_service(w, "version")


def wrong_worker(w: Worker) -> Ruling:
    """Another worker answers: it offers something else, or it is not the one that was named."""
    other = _other_container(w) or _not_registered(w)
    return other if other is not None else _other_service(w, "stranger")


def _other_service(w: Worker, kind: str) -> Ruling:
    wanted = w.settings.service
    if not wanted:
        return RuledOut("No service is named that the worker should offer.")
    if not w.answers:
        return _unanswered(w)
    asked = w.call("health-service")
    if asked is not None and asked.code == "OK" and asked.serving in ("SERVING", "NOT_SERVING"):
        return RuledOut(f"The Health service knows {wanted}.")
    if not w.services:
        return RuledOut(
            f"Which services {w.end.address} offers is not listed: reflection is off, or names none."
        )
    if wanted in w.services:
        return RuledOut(f"{w.end.address} offers {wanted}.")
    if relation(wanted, w.services) != kind:
        return RuledOut(f"{w.end.address} offers {listed(list(w.services))}.")
    says = f"it offers {listed(list(w.services))} by reflection, and not {wanted}"
    if kind == "version":
        return Supported(
            f"{w.end.address}: {says}.",
            ("worker-service",),
            0.95,
            f"The worker at {w.end.address} offers {listed(list(w.services))}, and the orchestrator calls"
            f" {wanted}.",
        )
    return Supported(
        f"{w.end.address}: {says}.",
        ("worker-service",),
        0.93,
        f"Another worker answers at {w.end.address}: {says}.",
    )


def _other_container(w: Worker) -> Ruling | None:
    """The worker's container is named, and what answers is something else; None if that is not so."""
    named, reached = w.named, w.reached
    if named is None or not w.answers or named.state != "running" or named.network_mode == "host":
        return None
    several = w.e.workers.value is not None and len(w.e.workers.value.endpoints) > 1
    if several or (reached is not None and reached.name == named.name):
        return None
    if reached is not None:
        return Supported(
            f"{w.end.address} leads to container {reached.name}, not to {named.name}.",
            ("worker-identity",),
            0.92,
            f"Another worker answers at {w.end.address}: container {reached.name}, not {named.name}.",
        )
    owner = next((each for each in w.programs if each.pid and not each.container_id), None)
    if owner is None:
        return None
    return Supported(
        f"{w.end.address} belongs to process {owner.pid} ({owner.process}) of this host, not to container"
        f" {named.name}.",
        ("worker-identity",),
        0.8,
        f"Another worker answers at {w.end.address}: process {owner.pid} ({owner.process}), not container"
        f" {named.name}.",
    )


def _not_registered(w: Worker) -> Ruling | None:
    """The registration names the worker's process or container, and another one answers; None if not so."""
    known, reached, end = w.known, w.reached, w.end
    if not w.answers:
        return None
    if end.container and known is not None and reached is not None:
        meant = places.named(known, end.container) or places.with_id(known, end.container)
        if meant is None or meant.name == reached.name:
            return None
        return Supported(
            f"{end.key} says that the worker at {end.address} is container {meant.name}; the address leads to"
            f" container {reached.name}.",
            ("worker-identity",),
            0.92,
            f"Another worker answers at {end.address}: container {reached.name}, not {meant.name}, which is"
            " registered there.",
        )
    programs = [each for each in w.programs if each.pid and not each.container_id]
    if not end.pid or not programs or any(end.pid in (each.pid, each.parent) for each in programs):
        return None
    answers = f"process {programs[0].pid} ({programs[0].process})"
    return Supported(
        f"{end.key} says that the worker at {end.address} is process {end.pid}; {answers} listens there.",
        ("worker-identity",),
        0.85,
        f"Another worker answers at {end.address}: {answers}, not process {end.pid}, which is registered"
        " there.",
        severity="warning",  # a worker that was started again without registering again looks the same
    )


def shared_port(w: Worker) -> Ruling:
    """Two servers of different kinds on one port: the kernel gives each new connection to one of them."""
    kinds = w.talk.kinds if w.talk is not None else {}
    apart = strangers(w.programs)
    if len(kinds) < 2 and not apart:
        return RuledOut("All connections meet the same kind of server.")
    who = [f"{each.pid} ({short(' '.join(program(each.command)) or each.process, 60)})" for each in apart]
    total = sum(kinds.values())
    answers = (
        f"of {total} connections {listed([str(count) for count in kinds.values()])} met servers of different"
        " kinds"
        if len(kinds) > 1
        else ""
    )
    have = f"unrelated processes {listed(who)} listen on port {w.end.port}" if who else ""
    says = "; ".join(filter(None, (have, answers)))
    return Supported(
        f"{says[:1].upper()}{says[1:]}.",
        ("worker-identity",),
        0.96 if have and answers else 0.92 if have else 0.8,
        f"Two servers share the port of {w.end.address}, and calls go to either: {have or answers}.",
    )


def not_serving(w: Worker) -> Ruling:
    call = not_serving_at(w)
    if call is None:
        return RuledOut("Health does not say NOT_SERVING.") if w.answers else _unanswered(w)
    if is_draining(w):
        return RuledOut(f"{w.end.address} does not serve at the moment, and other workers do.")
    what = f"the service {listed(list(call.services))}" if call.services else "the server as a whole"
    return Supported(
        f"Health at {w.end.address} says {call.serving} of {what}.",
        ("worker-health",),
        0.95,
        f"The worker at {w.end.address} runs and says that it does not serve ({call.serving} for {what}).",
    )


def health_missing(w: Worker) -> Ruling:
    call = w.call("health")
    if call is None or call.code != "UNIMPLEMENTED":
        return RuledOut("The Health service answers.") if call is not None and call.code else _unanswered(w)
    if not w.services:
        return RuledOut("Which services it offers is not listed, so that Health may not be wanted.")
    return Supported(
        f"{w.end.address} offers {listed(list(w.services))}, and no grpc.health.v1.Health: UNIMPLEMENTED.",
        ("worker-health",),
        0.9,
        f"The worker at {w.end.address} has no Health service, so that nobody can ask whether it serves.",
    )
