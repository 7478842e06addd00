"""The URL's mistakes and its name as the client meets them, and the error text given."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, ok, skipped, unknown, warning
from runbooklab.domains.address.checks import mistakes
from runbooklab.domains.address.checks.name import only_in_docker, resolved
from runbooklab.domains.address.checks.no_url import no_url
from runbooklab.domains.address.readings.address import NOWHERE
from runbooklab.domains.address.readings.client import in_container
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import answers, ponged
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.domains.redis.readings.error_signs import read
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed


def config_common_mistakes(e: Evidence) -> Judgement:
    return mistakes.judged(e, answered=answers(e), fails=not (ponged(e) or answers(e)))


def name_resolution(e: Evidence) -> Judgement:
    stop = no_url(e)
    if stop:
        return stop
    view = e.orchestrator_view.value
    if in_container(e) and view and view.name:
        return resolved(view.name, f" inside container {e.target.orchestrator_container}")
    return name_on_this_host(e)


def name_on_this_host(e: Evidence) -> Judgement:
    """The URL's name as this host resolves it, wherever the orchestrator runs."""
    stop = no_url(e)
    if stop:
        return stop
    if e.name.value is None:
        return (
            ok("The name resolves: Redis answered under it.") if ponged(e) else absent(e, e.name, "The name")
        )
    if from_elsewhere(e) and e.name.value.outcome in NOWHERE:
        return only_in_docker(e, e.name.value)
    return resolved(e.name.value)


def error_text(e: Evidence) -> Judgement:
    seen = e.error_text.value
    if seen is None:
        return absent(e, e.error_text, "An error text")
    if not seen.text.strip():
        return skipped("No error text was given.")
    reading = read(seen)
    if not reading.marks and reading.others:
        said = f"The error text is not about Redis: it is about {listed(list(reading.others))}."
        return skipped(said, text=seen.text)
    named = (*seen.classes, *seen.codes, *seen.hosts)
    facts = {
        label: ", ".join(values)
        for label, values in (("Exceptions", seen.classes), ("Codes", seen.codes), ("Addresses", seen.hosts))
        if values
    }
    if not named and not reading.marks:
        return unknown(
            "The error text names no exception, error code or address that is known here.", text=seen.text
        )
    says = list(dict.fromkeys(mark.sign.name for mark in reading.marks))
    said = f"The error text says: {listed(says)}." if says else f"The error text names {listed(named)}."
    now = " Now Redis answers: look for what has changed since." if says and ponged(e) else ""
    return warning(said + now, facts=facts, text=seen.text)
