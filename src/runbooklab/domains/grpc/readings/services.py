"""How the services of a server relate to the one that is wanted, and whether it says that it serves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from runbooklab.domains.grpc.readings.worker import Worker, others
from runbooklab.domains.grpc.records import Call

_VERSION = re.compile(r"v\d+\w*")
#: What Health says of a service that takes no calls.
NOT_SERVING = ("NOT_SERVING", "UNKNOWN")


def relation(wanted: str, offered: Iterable[str]) -> Literal["same", "version", "stranger"]:
    """Whether the wanted service is offered, one of its kin (another version, another name), or none.

    >>> relation("tts.v1.TextToSpeech", ["tts.v2.TextToSpeech"])
    'version'
    >>> relation("tts.v1.TextToSpeech", ["stt.v1.SpeechToText"])
    'stranger'
    """
    found = set(offered)
    if wanted in found:
        return "same"
    return "version" if any(_kin(wanted, each) for each in found) else "stranger"


def _kin(one: str, other: str) -> bool:
    """Whether two names have the last part, or the package but for its version, in common."""
    same_name = one.rpartition(".")[2].lower() == other.rpartition(".")[2].lower()
    return same_name or _package(one) == _package(other) != ""


def _package(name: str) -> str:
    parts = name.rpartition(".")[0].lower().split(".")
    return ".".join(part for part in parts if part and not _VERSION.fullmatch(part))


def not_serving_at(w: Worker) -> Call | None:
    """The answer of Health that says the worker does not serve what is wanted; None if it serves."""
    whole, own = w.call("health"), w.call("health-service")
    if not w.settings.service and whole is not None and whole.code == "OK" and whole.serving in NOT_SERVING:
        return whole
    if own is not None and own.code == "OK" and own.serving in ("SERVING", *NOT_SERVING):
        return own if own.serving in NOT_SERVING else None
    return whole if whole is not None and whole.code == "OK" and whole.serving in NOT_SERVING else None


def serves(w: Worker) -> bool:
    """Whether it answers, and does not say that it does not serve."""
    return w.answers and not_serving_at(w) is None


def is_draining(w: Worker) -> bool:
    """Whether it is one of several workers, and all others serve: it is on its way out, or in."""
    rest = list(others(w.e, w.end.address))
    return bool(rest) and all(map(serves, rest))
