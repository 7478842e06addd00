"""The texts in records of any domain: what was observed, and what is ours by structure.

A field that can only hold one of a few words (``Literal["refused", "timeout"]``) holds a state, not a text:
anything else there would make the record invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from runbooklab.model.observation import Id

#: Fields whose text is ours, filled in with the target's names: commands to paste.
_COMMANDS = frozenset({"commands", "confirm", "undo", "command"})


def change_texts(
    item: Any,
    change: Callable[[str, bool], str],
    is_command: bool = False,
    *,
    prepare: Callable[[Any], Any] = lambda item: item,
) -> Any:
    """``item`` (a record, or what a record holds) with each of its texts changed; states stay as they are.

    ``change`` gets the text, and whether it is a command of ours; ``prepare`` everything before that.
    """

    def changed(item: Any, is_command: bool) -> Any:
        item = prepare(item)
        if isinstance(item, str):
            return change(item, is_command)
        if isinstance(item, msgspec.Struct):
            return _changed_record(item, changed)
        if isinstance(item, tuple | list):
            return type(item)(changed(value, is_command) for value in item)
        if isinstance(item, dict):
            return {changed(key, is_command): changed(value, key in _COMMANDS) for key, value in item.items()}
        return item

    return changed(item, is_command)


def _changed_record(record: msgspec.Struct, changed: Callable[[Any, bool], Any]) -> msgspec.Struct:
    states, keyed = _states(type(record)), _keyed_by_ids(type(record))
    new = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        if not value or name in states:
            continue
        if name in keyed:
            after = {key: changed(inner, False) for key, inner in value.items()}
        else:
            after = changed(value, name in _COMMANDS)
        if after != value:
            new[name] = after
    return msgspec.structs.replace(record, **new)


def names_and_states(item: Any) -> Iterator[str]:
    """The names of the fields of the records in ``item``, and the states in them."""
    yield from states_in(item)
    for record in _records(item):
        yield from record.__struct_encode_fields__


def states_in(item: Any) -> Iterator[str]:
    """The states in ``item``: see above."""
    for record in _records(item):
        for name in _states(type(record)):
            state = getattr(record, name)
            yield from (state,) if isinstance(state, str) else state or ()


def _records(item: Any) -> Iterator[msgspec.Struct]:
    """Every record in ``item``, whoever defined it."""
    if isinstance(item, msgspec.Struct):
        yield item
        item = [getattr(item, name) for name in item.__struct_fields__]
    if isinstance(item, tuple | list | dict):
        for inner in item.values() if isinstance(item, dict) else item:
            yield from _records(inner)


@cache
def _states(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields of a record that hold one of a few words, or several of them: a state, an outcome."""
    return frozenset(
        field.name for field in msgspec.structs.fields(kind) if str in map(type, _few_words(field.type))
    )


@cache
def _keyed_by_ids(kind: type[msgspec.Struct]) -> frozenset[str]:
    """The fields of a record that hold a dictionary whose keys are ids."""
    fields = msgspec.structs.fields(kind)
    return frozenset(
        field.name for field in fields if get_origin(field.type) is dict and get_args(field.type)[0] == Id
    )


def _few_words(annotation: Any) -> Iterable[Any]:
    """The values that a type allows; none if it allows any text."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if annotation == Id:
        return ("id",)
    if get_origin(annotation) not in (tuple, list, Union, UnionType):
        return ()
    parts = [part for part in get_args(annotation) if part not in (NoneType, Ellipsis)]
    words = [_few_words(part) for part in parts]
    return [word for some in words for word in some] if all(words) else ()
