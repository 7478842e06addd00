"""How much the worker takes: threads, calls, streams, the processor; and what is too large or too long."""

from __future__ import annotations

import re

from runbooklab.domain.cause import RuledOut, Ruling, Supported, Untested
from runbooklab.domains.grpc.causes.preconditions import JudgeOfWorker
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.readings.said import recent, said, tails_of_workers
from runbooklab.domains.grpc.readings.worker import Worker
from runbooklab.domains.grpc.signs.texts import TEXTS
from runbooklab.domains.grpc.thresholds import (
    FEW_STREAMS,
    LEAST_KEEPALIVE_S,
    LONGEST_CALL_S,
    QUICK_MS,
    SPEECH_SECOND_BYTES,
)
from runbooklab.words import duration, milliseconds, short, size

_CAPACITY = ("worker-capacity",)
_LIMITS = ("worker-limits",)
_SIZES = re.compile(r"larger than max \((?P<sent>\d+) vs\. (?P<most>\d+)\)", re.IGNORECASE)
_TOOK = re.compile(
    r"(?:synthes\w*|infer\w*|generat\w*|\brpc\b|\brequest\b|\bspeak\b).{0,80}?"
    r"(?<![\d.])(?P<n>\d+(?:\.\d+)?) ?(?P<unit>ms|milliseconds|s|sec|secs|seconds)\b",
    re.IGNORECASE,
)


def overloaded(w: Worker) -> Ruling:
    talk = w.talk
    if talk is None or talk.settings_ms is None:
        return RuledOut(f"{w.end.address} does not get as far as a call.")
    if w.is_throttled or w.frozen or w.is_paused:
        return RuledOut(w.frozen or "Its container has hardly any processor time.")
    nothing = w.call("nothing")
    hung = next((call for call in talk.calls if call.name != "nothing" and call.outcome == "timeout"), None)
    if hung is None:
        return RuledOut("Health and reflection answer in time.")
    what = "reflection" if hung.name == "reflection" else "Health"
    if nothing is not None and nothing.outcome == "answered":
        at = milliseconds(nothing.ms)
        return Supported(
            f"{w.end.address} answers a method that does not exist after {at} ({nothing.code}), and {what}"
            f" not at all within {milliseconds(hung.ms)}: all threads are taken.",
            ("worker-health", "worker-capacity"),
            0.95,
            f"The worker at {w.end.address} is overloaded: it is alive, and no thread is free to answer.",
        )
    ping = f"PING after {milliseconds(talk.ping_ms)}" if talk.ping_ms is not None else "its settings"
    return Supported(
        f"{w.end.address} sends {ping}, and no call is answered within {milliseconds(hung.ms)}.",
        ("worker-health", "worker-capacity"),
        0.85,
        f"The worker at {w.end.address} is overloaded: HTTP/2 goes on, and no call is answered.",
    )


def concurrency_limit(w: Worker) -> Ruling:
    calls = w.talk.calls if w.talk is not None else ()
    found = next(
        (
            call
            for call in calls
            if call.code == "RESOURCE_EXHAUSTED" and "larger than max" not in call.message
        ),
        None,
    )
    if found is None:
        return by_text("concurrency-limit-reached", "The worker has refused calls: too many ran at once")(w)
    return Supported(
        f"{w.end.address} answers {found.code} at once, three times in a row: {found.message or 'no reason'}",
        ("worker-health", "worker-capacity"),
        0.95,
        f"The worker at {w.end.address} refuses calls: as many as it allows at once are running "
        f"({found.message.rstrip('!.') or found.code}).",
    )


def stream_limit(w: Worker) -> Ruling:
    most = w.talk.most_streams if w.talk is not None else None
    if most is None or most >= FEW_STREAMS:
        return RuledOut("The server names no small limit of streams.")
    calls = "1 call" if most == 1 else f"{most} calls"
    return Supported(
        f"{w.end.address} allows {calls} at once on one connection (MAX_CONCURRENT_STREAMS); this connection"
        " of its own was answered.",
        _CAPACITY,
        0.85,
        f"The worker at {w.end.address} allows {calls} at once on one connection: under load, callers wait.",
    )


def throttled(w: Worker) -> Ruling:
    inside = w.inside
    if inside is not None and inside.throttled is None and w.is_limited:
        return Untested("How often its container is held back was not seen.")
    if inside is None or inside.throttled is None or not inside.periods:
        return RuledOut("Nothing shows that its container is held back.")
    if not w.is_throttled:
        return RuledOut(
            f"Container {inside.container} was held back in {inside.throttled} of {inside.periods} periods."
        )
    talk = w.talk
    late = "its first frame has not come"
    if talk is not None and talk.settings_ms is not None:
        late = f"its first frame came after {milliseconds(talk.settings_ms)}"
    return Supported(
        f"Container {inside.container} was held back in {inside.throttled} of {inside.periods} scheduling"
        f" periods, and {late}.",
        _CAPACITY,
        0.9,
        f"The worker in container {inside.container} has too little processor time: it is throttled, and"
        f" {late}.",
        parameters={"container": inside.container},
    )


def by_text(cause: str, sentence: str) -> JudgeOfWorker:
    """The judge of a cause that only a text shows: the error text, or a recent line of a log."""

    def judge(w: Worker) -> Ruling:
        found = said(w.e, TEXTS[cause])
        if found is None:
            return RuledOut("Neither the error text nor a recent line of a log says so.")
        of_log = found.source != "the error text"
        return Supported(
            f"{found.source[:1].upper()}{found.source[1:]} says: {found.line.rstrip('.')}.",
            _LIMITS,
            0.85 if of_log else 0.8,
            f"{sentence} ({found.source} says so).",
        )

    return judge


def message_too_large(w: Worker) -> Ruling:
    found = said(w.e, TEXTS["message-too-large"])
    if found is None:
        return RuledOut("Neither the error text nor a recent line of a log says so.")
    sizes = _SIZES.search(found.line)
    whose = (
        "the client's"
        if "CLIENT" in found.line
        else "the server's"
        if "SERVER" in found.line
        else "one side's"
    )
    what = "A message is larger than the limit"
    if sizes is not None:
        sent, most = int(sizes["sent"]), int(sizes["most"])
        speech = duration(most / SPEECH_SECOND_BYTES)
        what = (
            f"A message of {size(sent)} is larger than {whose} limit of {size(most)}, some {speech} of audio"
        )
    return Supported(
        f"{found.source[:1].upper()}{found.source[1:]} says: {found.line.rstrip('.')}.",
        _LIMITS,
        0.9,
        f"{what}.",
    )


def keepalive(w: Worker) -> Ruling:
    every, found = w.settings.keepalive_s, said(w.e, TEXTS["keepalive-too-many-pings"])
    pings = w.talk.pings if w.talk is not None else ""
    if found is not None:
        set_to = f"; the client pings every {every} s" if every else ""
        return Supported(
            f"{found.source[:1].upper()}{found.source[1:]} says: {found.line.rstrip('.')}{set_to}.",
            ("worker-limits",),
            0.9,
            "The worker ends the connection because the orchestrator pings it too often"
            f"{f' (every {every} s)' if every else ''}.",
        )
    if not 0 < every < LEAST_KEEPALIVE_S or pings != "too-many":
        return RuledOut("The client's pings are rare enough, or the server puts up with them.")
    return Supported(
        f"{w.end.address} ends a connection without calls for its pings (ENHANCE_YOUR_CALM); the client pings"
        f" every {every} s, and a server takes one in {LEAST_KEEPALIVE_S} s unless it is told otherwise.",
        ("worker-limits", "worker-http2"),
        0.8,
        f"The orchestrator pings every {every} s, more often than the worker at {w.end.address} allows: long"
        " calls die.",
    )


def deadline_too_short(w: Worker) -> Ruling:
    e, limit = w.e, w.settings.deadline_s
    if not w.answers or w.is_late:
        return RuledOut(f"{w.end.address} does not answer quickly itself.")
    calls = [call for call in (w.talk.calls if w.talk else ()) if call.outcome == "answered"]
    if any(call.ms > QUICK_MS for call in calls):
        return RuledOut(f"{w.end.address} does not answer quickly itself.")
    slow, text = longest(e, limit), said(e, TEXTS["deadline-too-short"])
    if not slow and (text is None or text.source != "the error text"):
        return RuledOut("No text speaks of a deadline, and no call in the log takes longer than it.")
    seen = f"the worker's log has a call of {slow[1]:g} s ({short(slow[0], 80)})" if slow else ""
    told = f"the error text says: {text.line}" if text is not None else ""
    both = " and ".join(filter(None, (seen, told)))
    return Supported(
        f"{w.end.address} answers at once, the deadline is {limit:g} s, and {both}.",
        _LIMITS,
        0.85 if slow else 0.65,
        f"The deadline of {limit:g} s is too short for some calls: the worker itself answers at once.",
        severity=None if slow and told else "warning",
    )


def longest(e: Evidence, limit: float) -> tuple[str, float] | None:
    """The line of a worker's log with the longest call above ``limit`` seconds, and that time."""
    found = [
        (line.text, float(match["n"]) / (1000 if match["unit"].lower().startswith("m") else 1))
        for tail in tails_of_workers(e).values()
        for line in tail.lines
        if recent(e, line) and (match := _TOOK.search(line.text[:300])) is not None
    ]
    above = [pair for pair in found if limit < pair[1] < LONGEST_CALL_S]
    return max(above, key=lambda pair: pair[1]) if above else None
