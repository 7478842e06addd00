"""What a domain names by text: the functions of its probes, their records, and its lab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import inspect

from runbooklab.domain.domain import AnyDomain
from runbooklab.domain.later import at
from runbooklab.domain.probe import AnyProbe
from runbooklab.lab.lab import Lab
from runbooklab.testing.mistake import Found, Mistake, tried
from runbooklab.testing.names import named


def mistakes(domain: AnyDomain) -> Found:
    """Functions and labs that cannot be imported, and records that do not survive JSON."""
    for probe in domain.probes:
        yield from _function(probe)
        yield from _record(probe)
    if domain.lab:
        yield from _lab(domain)


def _function(probe: AnyProbe) -> Found:
    where = named(probe)
    if not probe.run:
        yield Mistake(where, "it has no run", 'write run="package.module:function"')
        return
    function, failure = tried(probe.load)
    if failure:
        what = f"run is {probe.run!r}, which cannot be loaded: {failure}"
        yield Mistake(where, what, 'write run="package.module:function" with names that are there')
    elif not callable(function):
        yield Mistake(where, f"run is {type(function).__name__}, no function", "name a function")


def _record(probe: AnyProbe) -> Found:
    where = named(probe)
    info, failure = tried(inspect.type_info, probe.record)
    if failure:
        yield Mistake(where, f"its record is no type: {failure}", "give a msgspec.Struct")
        return
    kinds = list(_types(info))
    strange = sorted({each.cls.__name__ for each in kinds if isinstance(each, inspect.CustomType)})
    if strange:
        what = f"its record has {', '.join(strange)}, which JSON does not have"
        yield Mistake(where, what, "build it of msgspec.Structs, texts, numbers, tuples and dicts")
    structs = [each.cls for each in kinds if isinstance(each, inspect.StructType)]
    if not structs:
        yield Mistake(
            where, "its record is no msgspec.Struct", "give a frozen msgspec.Struct, or a tuple of them"
        )
    for struct in dict.fromkeys(structs):
        if not struct.__struct_config__.frozen:
            yield Mistake(where, f"{struct.__name__} can be changed", "write class ...(Struct, frozen=True)")


def _types(info: Any, seen: frozenset[type] = frozenset()) -> Iterator[inspect.Type]:
    """A type and all types in it."""
    yield info
    if isinstance(info, inspect.StructType):
        if info.cls not in seen:
            for field in info.fields:
                yield from _types(field.type, seen | {info.cls})
        return
    for name in ("item_type", "key_type", "value_type", "type"):
        if isinstance(inner := getattr(info, name, None), inspect.Type):
            yield from _types(inner, seen)
    for inner in (*getattr(info, "item_types", ()), *getattr(info, "types", ())):
        yield from _types(inner, seen)


def _lab(domain: AnyDomain) -> Found:
    where = f"lab {domain.lab}"
    lab, failure = tried(lambda: at(domain.lab))
    if failure or not isinstance(lab, Lab):
        what = failure or f"it is {type(lab).__name__}, no Lab"
        yield Mistake(where, what, 'write lab="package.module:LAB" with names that are there')
        return
    if lab.domains is None or domain.name not in lab.domains:
        yield Mistake(
            where, f"its domains are {lab.domains}", f"add {domain.name!r}: its rules judge the faults"
        )
    known = {cause.id for cause in domain.causes}
    for fault in lab.faults:
        if lab.domains == (domain.name,) and not domain.uses and fault.cause not in known:
            yield Mistake(
                where, f"the fault {fault.id} is of no cause", "give it a cause's id, or id/variant"
            )
