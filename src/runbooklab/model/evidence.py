"""All that was observed of one target: a bag of observations, read through typed keys.

A domain reads it through its own view: a subclass whose attributes are :class:`seen` and whose
``target`` has the domain's parameters. A view adds no field, so any view can be made from any other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Generic, Literal, Self, TypeVar, overload

from msgspec import Struct, field, structs

from runbooklab.model.declared import NOTHING, Declarations
from runbooklab.model.from_json import from_builtins
from runbooklab.model.observation import AnyKey, Id, Key, Observation
from runbooklab.model.parameter import Target

T = TypeVar("T")

#: The ``schema_version`` of evidence.json as we write it.
SCHEMA_VERSION = 2


class LedgerEntry(Struct, frozen=True):
    """One thing that was sent or read."""

    to: Id  # what it was sent to or read from: docker, tcp, file, process, or a domain's own (redis)
    what: str
    ms: float = 0.0


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that was observed of one target: ``evidence.json``."""

    schema_version: Literal[2] = 2
    #: The domains whose probes were run, by name.
    domains: tuple[Id, ...] = ()
    #: What the runbook declares itself, as it was then.
    declared: Declarations = NOTHING
    target: Target = field(default_factory=Target)
    gathered_at: str = ""
    hostname: str = ""
    is_root_without_sudo: bool = False  # commands that are pasted here need no sudo, and there is none
    host_addresses: tuple[str, ...] = ()  # every address of this host; empty if not known
    #: The probe's name -> what it saw.
    observations: dict[Id, Observation[Any]] = field(default_factory=dict)
    ledger: tuple[LedgerEntry, ...] = ()

    def __getitem__(self, key: Key[T]) -> Observation[T]:
        """What the probe saw; a missing observation if it was not run."""
        return self.observations.get(key.name) or key.not_looked_at()

    def having(self, *observations: Observation[Any]) -> Self:
        """This evidence with other observations."""
        return structs.replace(
            self, observations={**self.observations, **{seen.probe: seen for seen in observations}}
        )

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """``evidence`` as this view sees it."""
        if isinstance(evidence, cls):
            return evidence
        fields = {name: getattr(evidence, name) for name in Evidence.__struct_fields__}
        return cls(**{**fields, "target": target_class(cls).of(evidence.target)})


@cache
def target_class(view: type[Evidence]) -> type[Target]:
    """The class of a view's ``target``."""
    kind: type[Target] = next(each.type for each in structs.fields(view) if each.name == "target")
    return kind


class seen(Generic[T]):  # it reads as what it is in a view: redis = seen(REDIS)
    """An attribute of a view: the observation of one probe."""

    def __init__(self, key: Key[T]) -> None:
        self.key = key

    @overload
    def __get__(self, evidence: None, owner: type) -> seen[T]: ...

    @overload
    def __get__(self, evidence: Evidence, owner: type) -> Observation[T]: ...

    def __get__(self, evidence: Evidence | None, owner: type) -> Observation[T] | seen[T]:
        return self if evidence is None else evidence[self.key]


def read(content: Any, keys_of: Callable[[Evidence], Iterable[AnyKey]]) -> Evidence:
    """Evidence from JSON as :func:`json.loads` gives it, in today's schema or the one before.

    ``keys_of`` gives the keys of its domains' probes: their values become records, others stay as JSON.
    Raises :class:`msgspec.ValidationError`.
    """
    evidence = from_builtins(_in_this_schema(content), Evidence)
    return evidence.having(
        *(_as_record(evidence[key], key) for key in keys_of(evidence) if key.name in evidence.observations)
    )


def _as_record(observation: Observation[Any], key: AnyKey) -> Observation[Any]:
    if observation.value is None:
        return observation
    value = from_builtins(observation.value, key.record)
    return structs.replace(observation, value=value)


def _in_this_schema(content: Any) -> Any:
    """Schema 1 had a field for each probe of one domain, and the parameters as fields of its target."""
    if not isinstance(content, Mapping) or "observations" in content or content.get("schema_version", 1) != 1:
        return content
    from runbooklab.domains import BEFORE_SCHEMA_2

    plain = {name: content[name] for name in Evidence.__struct_fields__ if name in content}
    target = dict(content.get("target") or {})
    sources = target.pop("sources", {})
    observations = {
        name.replace("_", "-"): value
        for name, value in content.items()
        if name not in Evidence.__struct_fields__
    }
    return {
        **plain,
        "schema_version": SCHEMA_VERSION,
        "domains": BEFORE_SCHEMA_2,
        "target": {"values": target, "sources": sources},
        "observations": observations,
    }
