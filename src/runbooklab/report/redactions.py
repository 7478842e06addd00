"""Which secrets were replaced, and where: counted from the tokens that stand in their places."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.evidence import Evidence
from runbooklab.model.observation import Observation
from runbooklab.observe.docker.records import Container, ContainerLook
from runbooklab.redaction.names import means_a_secret
from runbooklab.redaction.text import find_secrets
from runbooklab.redaction.vault import TOKEN
from runbooklab.report.plain import count
from runbooklab.report.words import title

AGAIN = "secret known from another place"

#: Path in evidence and diagnosis -> where a reader knows it to stand; the first that matches counts.
#: A place in parentheses repeats others and counts for what stands nowhere else. ``{}`` is what
#: the star stands for.
_PLACES: tuple[tuple[str, str], ...] = (
    ("parameters.*", "parameter {}"),
    ("target.*", "(parameters)"),
    ("address.*", "(Redis address)"),
    ("error_text.*", "(pasted error text)"),
    ("config.value.path", "path of the configuration file"),
    ("config.value.excerpt", "configuration file"),
    ("config.value.url", "(configuration file)"),
    ("config.*", "what was said of the configuration file"),
    ("container.value.found.command*", "command line of the Redis container"),
    ("container.value.found.labels.*", "label {} of the Redis container"),
    ("container.value.found.health*", "health check of the Redis container"),
    ("container.*", "Redis container"),
    ("orchestrator.value.found.command*", "command line of the orchestrator's container"),
    ("orchestrator.value.found.labels.*", "label {} of the orchestrator's container"),
    ("orchestrator.*", "orchestrator's container"),
    ("logs.value.known.*", "(log of the Redis container)"),
    ("logs.*", "log of the Redis container"),
    ("redis.value.settings.*", "setting {} of Redis"),
    ("redis.value.slow_commands*", "slow log of Redis"),
    ("redis.value.acl_log*", "ACL log of Redis"),
    ("redis.*", "what Redis said"),
    ("registrations.*", "workers' registrations"),
    ("listeners.*", "command lines of processes"),
    ("process.*", "command lines of processes"),
    ("ledger*", "ledger"),
    ("audit*", "what this run changed"),
)


@dataclass(frozen=True)
class Replaced:
    """So many secrets of this kind were replaced in this place."""

    what: str
    where: str
    times: int


@dataclass(frozen=True)
class Redactions:
    """``secrets``: how many different ones there are; ``rows``: where they stood.

    ``environments``: a sentence for each container whose variables' values were left out altogether.
    """

    secrets: int
    rows: tuple[Replaced, ...]
    environments: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.environments)


def redactions(diagnosis: Diagnosis, evidence: Evidence | None) -> Redactions:
    """What the legend of a report says. Only tokens are read, so no value can come back."""
    told = {"parameters": diagnosis.parameters, "audit": msgspec.to_builtins(diagnosis.audit)}
    observed = msgspec.to_builtins(evidence) if evidence is not None else {}
    seen = [
        (token, kind, _place(path, evidence))
        for path, text in _texts({**observed, **told})
        for token, kind in _tokens(path, text)
    ]
    placed = {token for token, _, place in seen if not place.startswith("(")}
    counted = Counter(
        (kind, place.strip("()"))
        for token, kind, place in seen
        if not (place.startswith("(") and token in placed)
    )
    rows = tuple(Replaced(kind, place, times) for (kind, place), times in counted.items())
    return Redactions(len({token for token, _, _ in seen}), rows, tuple(_environments(evidence)))


def _texts(item: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(item, str):
        if "***secret-" in item:
            yield path, item
    elif isinstance(item, Mapping):
        for name, one in item.items():
            yield from _texts(one, f"{path}.{name}" if path else str(name))
    elif isinstance(item, list | tuple):
        if path.endswith(".command"):
            yield from _texts(" ".join(map(str, item)), path)
            return
        for one in item:
            yield from _texts(one, path)


def _tokens(path: str, text: str) -> Iterator[tuple[str, str]]:
    """Each token in ``text`` with its kind: what the patterns say of it, else what its field's name says."""
    kinds: dict[str, str] = {}
    for found in find_secrets(text):
        kinds |= dict.fromkeys(TOKEN.findall(found.value), found.kind)
    named = means_a_secret(path.rpartition(".")[2], "x")
    for token in TOKEN.findall(text):
        yield token, kinds.get(token, "value of a name that means a secret" if named else AGAIN)


def _place(path: str, evidence: Evidence | None) -> str:
    matching = ((pattern, place) for pattern, place in _PLACES if fnmatch.fnmatchcase(path, pattern))
    pattern, words = next(matching, ("*", title(path.partition(".")[0].replace("_", "-"))))
    if words == "configuration file" and evidence is not None and evidence.config.value is not None:
        return evidence.config.value.path
    return words.replace("{}", path.removeprefix(pattern.rstrip("*")))


def _environments(evidence: Evidence | None) -> Iterator[str]:
    for look in (evidence.container, evidence.orchestrator) if evidence is not None else ():
        container = _container(look)
        if container is None or not container.environment_names:
            continue
        secret = [name for name in container.environment_names if means_a_secret(name, "x")]
        among = f", {', '.join(secret)} among them" if secret else ""
        values = count(len(container.environment_names), "variable")
        yield f"Environment of container {container.name}: the values of {values} were left out{among}."


def _container(look: Observation[ContainerLook]) -> Container | None:
    return look.value.found if look.value is not None else None
