"""What must be known, or be so, before a judge decides. Each precondition wraps a judge."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from runbooklab.domain.cause import RuledOut, Ruling, Untested
from runbooklab.domain.preconditions import why_missing
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.container.meant import container_name
from runbooklab.domains.container.readings.containers import container
from runbooklab.domains.container.readings.restarts import is_looping
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.probes.table import CONTAINER
from runbooklab.domains.redis.readings.client_outcome import OUTCOME_WORDS, ClientOutcome, client_outcome
from runbooklab.domains.redis.readings.destination import elsewhere
from runbooklab.observe.docker.records import Container

Judge = Callable[[Evidence], Ruling]

#: Nobody saw how the client's attempt ends.
OUTCOME_UNSEEN = Untested("What the client gets was not observed.")


def client_is(*outcomes: ClientOutcome) -> Callable[[Judge], Judge]:
    """Ruled out unless the client's attempt ends in one of these ways; untested if that is not known."""

    def with_precondition(judge: Judge) -> Judge:
        @wraps(judge)
        def judged(e: Evidence) -> Ruling:
            seen = client_outcome(e)
            if seen is None:
                return OUTCOME_UNSEEN
            return judge(e) if seen in outcomes else RuledOut(f"The client {OUTCOME_WORDS[seen]}.")

        return judged

    return with_precondition


def client_fails(judge: Judge) -> Judge:
    """Ruled out if Redis answers PING through the URL; untested if that is not known."""
    return client_is(*(outcome for outcome in OUTCOME_WORDS if outcome != "pong"))(judge)


def client_fails_or_loops(judge: Judge) -> Judge:
    """For what ends the server: Redis may answer PING between two ends of a loop."""
    failing = client_fails(judge)

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        return judge(e) if is_looping(e) else failing(e)

    return judged


def client_pongs(judge: Judge) -> Judge:
    """Only if PING is answered: below that, other causes come first."""
    return client_is("pong")(judge)


def no_info(e: Evidence) -> Untested:
    """INFO was not observed, and why."""
    talk = e.redis.value
    denied = talk.denied.get("INFO", "") if talk else ""
    return Untested(f"Not observed: INFO{f' ({denied})' if denied else ''}.")


def of_container(judge: Callable[[Evidence, Container], Ruling]) -> Judge:
    """For judges of the Redis container: hands it over, if there is one and the URL may lead to it."""

    @wraps(judge)
    def judged(e: Evidence) -> Ruling:
        name = container_name(e)
        if not name:
            return RuledOut("No Redis container is named.")
        if e.container.value is None:
            return Untested(why_missing(e, CONTAINER))
        found = container(e)
        if found is None:
            return RuledOut(f"There is no container {name}.")
        if elsewhere(e):
            return RuledOut(f"{place(e)} is another machine, container {name} has no part in it.")
        return judge(e, found)

    return judged
