"""The last gate: no artefact is written that holds a known secret, and a report is written all the same.

Structure tells our own texts from what was observed: the names of fields, scripts, styles and markup
are not searched. A secret that somebody named is looked for in all else that is written. One that was only
found in a text is looked for in what came from outside: a log line may say ``password=<words of our
remedies>``, and must not take those words out of the report.

What is found is taken out again, text by text; what cannot be taken out is left out. Should an artefact hold
a secret even then, the report is reduced to what we say ourselves, and says so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from runbooklab.execution.artefacts import artefacts
from runbooklab.execution.redact_notebook import change_outputs, without_outputs

if TYPE_CHECKING:
    from runbooklab.model.conclusions import Diagnosis
    from runbooklab.model.evidence import Evidence
    from runbooklab.redaction.vault import Vault

R = TypeVar("R")

#: What stands in place of a text that holds a secret which cannot be taken out of it.
LEFT_OUT = "(left out: it held a secret that could not be taken out)"

#: Fields whose text is ours, filled in with the target's names: commands to paste.
_COMMANDS = frozenset({"commands", "confirm", "undo", "command"})

#: Stands between two texts when all are searched at once; in no reading does it fall away.
_BETWEEN = "\n\uffff\n"

_OWN_ELEMENTS = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,100000}>")
_ATTRIBUTE = re.compile(r"=\"([^\"]*)\"|='([^']*)'")


@dataclass(frozen=True)
class Passed:
    """What may be written. ``note`` says in one line what was left out of it, or is empty."""

    diagnosis: Diagnosis
    files: dict[str, bytes]
    note: str = ""


def through_the_gate(
    diagnosis: Diagnosis, evidence: Evidence, notebook: Any, texts: Collection[str], vault: Vault
) -> Passed:
    """The run's files as they may be written; see :func:`~runbooklab.execution.artefacts.artefacts`."""
    if not _held_outside(diagnosis, evidence, vault):
        files = artefacts(diagnosis, evidence, notebook, texts)
        if not leaks_in(files, vault):
            return Passed(diagnosis, files)
    diagnosis, evidence = taken_out(diagnosis, vault), taken_out(evidence, vault)
    change_outputs(notebook, partial(_safe, vault=vault))
    files = artefacts(diagnosis, evidence, notebook, texts)
    places = leaks_in(files, vault)
    if not places:
        return Passed(diagnosis, files)
    held = ", ".join(f"{name} ({', '.join(tokens)})" for name, tokens in places.items())
    note = f"The report is reduced to its verdict and causes, as the rest would have held a secret: {held}."
    reduced = _reduced(diagnosis, note)
    return Passed(reduced, artefacts(reduced, type(evidence)(), without_outputs(notebook), texts), note)


def leaks_in(files: Mapping[str, bytes], vault: Vault) -> dict[str, tuple[str, ...]]:
    """File name to the tokens of the secrets in it; what a page carries is read unpacked."""
    seen: set[str] = set()
    places = {}
    for name, data in files.items():
        texts = [text for text in texts_in(name, data) if text not in seen]
        if tokens := vault.leaks(_BETWEEN.join(texts), found=False, ours="nowhere"):
            places[name] = tokens
        else:
            seen.update(texts)
    return places


def texts_in(name: str, data: bytes) -> set[str]:
    """The texts in an artefact that are not ours by structure; all of it where its format is not known."""
    reader = _READERS.get(name.rpartition(".")[2], _plain)
    return set(reader(data))


def taken_out(record: R, vault: Vault) -> R:
    """``record`` without a secret in any of its texts."""
    return _changed(record, partial(_safe, vault=vault))  # type: ignore[no-any-return] # the same type comes back


def _safe(text: str, is_command: bool = False, *, vault: Vault) -> str:
    safe = vault.redact(text, found=not is_command, ours="nowhere")
    return LEFT_OUT if vault.leaks(safe, found=not is_command, ours="nowhere") else safe


def _held_outside(diagnosis: Diagnosis, evidence: Evidence, vault: Vault) -> bool:
    texts: set[str] = set()

    def collect(text: str, is_command: bool) -> str:
        if not is_command:
            texts.add(text)
        return text

    _changed(evidence, collect)
    _changed(diagnosis, collect)
    return bool(vault.leaks(_BETWEEN.join(texts), ours="nowhere"))


def _changed(item: Any, change: Callable[[str, bool], str], is_command: bool = False) -> Any:
    """``item`` (a record, or what a record holds) with each of its texts changed."""
    if isinstance(item, str):
        return change(item, is_command)
    if isinstance(item, msgspec.Struct):
        fields = {name: getattr(item, name) for name in item.__struct_fields__}
        new = {name: _changed(value, change, name in _COMMANDS) for name, value in fields.items() if value}
        return msgspec.structs.replace(item, **{name: new[name] for name in new if new[name] != fields[name]})
    if isinstance(item, tuple | list):
        return type(item)(_changed(value, change, is_command) for value in item)
    if isinstance(item, dict):
        return {
            _changed(key, change, is_command): _changed(value, change, key in _COMMANDS)
            for key, value in item.items()
        }
    return item


def _reduced(diagnosis: Diagnosis, note: str) -> Diagnosis:
    """What we say ourselves of it, whatever was observed."""
    causes = tuple(
        msgspec.structs.replace(cause, proof="", summary="", reason="", remedy=None)
        for cause in diagnosis.causes
    )
    primary = diagnosis.primary
    return type(diagnosis)(
        run_id=diagnosis.run_id,
        runbook=diagnosis.runbook,
        started_at=diagnosis.started_at,
        finished_at=diagnosis.finished_at,
        parameters={},
        verdict=diagnosis.verdict,
        summary=f"{primary.title if primary else 'See the verdict'}. {note}",
        causes=causes,
        not_observed=(note,),
        provenance=diagnosis.provenance,
    )


# --- reading artefacts ---------------------------------------------------------------------------


def _plain(data: bytes) -> Iterator[str]:
    yield data.decode("utf-8", "surrogateescape")


def _json(data: bytes) -> Iterator[str]:
    try:
        yield from _strings(json.loads(data))
    except (ValueError, RecursionError):
        yield from _plain(data)


def _strings(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, list):
        for one in item:
            yield from _strings(one)
    elif isinstance(item, dict):
        for name, one in item.items():
            if name not in _field_names():
                yield name
            yield from _strings(one)


@cache
@cache
def _field_names() -> frozenset[str]:
    """The names of our records' fields: ours by structure, whatever a password may be."""
    from runbooklab.domains.environment import records as environment
    from runbooklab.domains.redis.records import conversation, inside, server
    from runbooklab.model import conclusions, evidence, observation
    from runbooklab.observe.docker import records as docker
    from runbooklab.observe.host import records as host
    from runbooklab.observe.net import records as net

    ours = (conclusions, evidence, observation, docker, host, net)
    modules = (*ours, environment, conversation, inside, server)
    kinds = [kind for module in modules for kind in vars(module).values()]
    records = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return frozenset(name for record in records for name in record.__struct_fields__)


def _page(data: bytes) -> Iterator[str]:
    from runbooklab.files.embedded_payload import NoPayload, unpack

    with suppress(NoPayload):
        yield from _json(unpack(data))
    page = _OWN_ELEMENTS.sub("\n", data.decode("utf-8", "surrogateescape"))
    at = 0
    for tag in _TAG.finditer(page):
        yield html.unescape(page[at : tag.start()])
        for value in _ATTRIBUTE.finditer(tag[0]):
            yield html.unescape(value[1] or value[2] or "")
        at = tag.end()
    yield html.unescape(page[at:])


def _markdown(data: bytes) -> Iterator[str]:
    from runbooklab.report.markdown_text import unescaped

    yield from _plain(data)
    yield from _plain(unescaped(data))


_READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "json": _json, "ipynb": _json, "html": _page, "md": _markdown,
}  # fmt: skip
