"""The last gate: no artefact with a known secret is written, and yet there is always a report.

Structure distinguishes our own texts from what was observed: names of fields, states that a field can have,
scripts, styles and markup are not searched. A secret that somebody named is searched for in everything else,
and may only be a word that is in every report (``redaction/report_vocabulary.py``). One that was only found
in a text is searched for in what came from outside: a log line may say ``password=<words of our remedies>``,
and must not remove those words from the report.

What is found is replaced, text by text; a text in which it cannot be replaced is left out. If an artefact
still holds a secret then, the report is reduced to our own texts, and says so.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runbooklab.execution.artefacts import artefacts
from runbooklab.execution.redact_notebook import (
    change_texts_of,
    take_secrets_out_of_outputs,
    without_outputs,
)
from runbooklab.redaction import change_texts, names_and_states, states_in

if TYPE_CHECKING:
    from runbooklab.model.conclusions import Diagnosis
    from runbooklab.model.evidence import Evidence
    from runbooklab.redaction import Vault
    from runbooklab.report.wanted_texts import WantedTexts

R = TypeVar("R")

#: Replaces a text with a secret that cannot be removed from it.
LEFT_OUT = "(left out: it held a secret that could not be taken out)"

#: Separates texts when all are searched at once; no reading drops it.
_BETWEEN = "\n\uffff\n"

_OWN_ELEMENTS = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,100000}>")
_ATTRIBUTE = re.compile(r"=\"([^\"]*)\"|='([^']*)'")


class Passed(Struct, frozen=True):
    """The files that may be written. ``note`` says in one line what was left out, or is empty."""

    diagnosis: Diagnosis
    files: dict[str, bytes]
    note: str = ""


def through_the_gate(
    diagnosis: Diagnosis, evidence: Evidence, notebook: Any, texts: WantedTexts, vault: Vault
) -> Passed:
    """The run's files as they may be written; see :func:`~runbooklab.execution.artefacts.artefacts`."""
    ours = frozenset(names_and_states((diagnosis, evidence)))
    vault.reserve_texts(_of_every_report(diagnosis, evidence, notebook))
    take_secrets_out_of_outputs(notebook, vault)
    texts = replace(texts, acts=_taken_out(texts.acts, vault))
    if not _held_outside(diagnosis, evidence, vault):
        files = artefacts(diagnosis, evidence, notebook, texts)
        if not leaks_in(files, vault, ours):
            return Passed(diagnosis, files)
    diagnosis, evidence = _taken_out(diagnosis, vault), _taken_out(evidence, vault)
    change_texts_of(notebook, partial(_safe, vault=vault))
    files = artefacts(diagnosis, evidence, notebook, texts)
    places = leaks_in(files, vault, ours)
    if not places:
        return Passed(diagnosis, files)
    held = ", ".join(f"{name} ({', '.join(tokens)})" for name, tokens in places.items())
    note = f"The report is reduced to its verdict and causes, as the rest would have held a secret: {held}."
    reduced, bare = _reduced(diagnosis, note), replace(texts, acts=())
    return Passed(reduced, artefacts(reduced, type(evidence)(), without_outputs(notebook), bare), note)


def leaks_in(
    files: Mapping[str, bytes], vault: Vault, ours: frozenset[str] = frozenset()
) -> dict[str, tuple[str, ...]]:
    """File name to the tokens of the secrets in it; an embedded run is searched unpacked.

    ``ours``: names of fields and states in JSON, which are not observed texts.
    """
    seen: set[str] = set()
    places = {}
    for name, data in files.items():
        texts = [text for text in _texts_in(name, data, ours) if text not in seen]
        if tokens := vault.leaks(_BETWEEN.join(texts), found=False, ours="nowhere"):
            places[name] = tokens
        else:
            seen.update(texts)
    return places


def _taken_out(record: R, vault: Vault) -> R:
    """``record`` without a secret in any of its texts."""
    return change_texts(record, partial(_safe, vault=vault))  # type: ignore[no-any-return] # the same type comes back


def _safe(text: str, is_command: bool = False, *, vault: Vault) -> str:
    safe = vault.redact(text, found=not is_command, ours="nowhere")
    return LEFT_OUT if vault.leaks(safe, found=not is_command, ours="nowhere") else safe


def _held_outside(diagnosis: Diagnosis, evidence: Evidence, vault: Vault) -> bool:
    texts: set[str] = set()

    def collect(text: str, is_command: bool) -> str:
        if not is_command:
            texts.add(text)
        return text

    change_texts(evidence, collect)
    change_texts(diagnosis, collect)
    return bool(vault.leaks(_BETWEEN.join(texts), ours="nowhere"))


def _reduced(diagnosis: Diagnosis, note: str) -> Diagnosis:
    """Our own texts of it, whatever was observed."""
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


def _of_every_report(diagnosis: Diagnosis, evidence: Evidence, notebook: Any) -> Iterator[str]:
    """What this report says in any case: titles, ids, anchors, names of parameters, states."""
    from runbooklab.report.contributed import vocabulary

    words = vocabulary(evidence)
    causes = [cause.id for cause in diagnosis.causes]
    findings = [finding.id for finding in diagnosis.findings]
    rungs = [rung.name for rung in diagnosis.ladder]
    ids = (*causes, *findings, *rungs, *(act.remedy for act in diagnosis.audit))
    yield from ids
    yield from map(words.title, ids)
    yield from map(words.layer, rungs)
    yield from (words.vantage(finding.vantage) for finding in diagnosis.findings)
    yield from (cause.title for cause in diagnosis.causes)
    yield words.plainly.get(diagnosis.primary.layer, "") if diagnosis.primary else ""
    yield from (f"cause-{name}" for name in causes)
    yield from (f"finding-{name}" for name in findings)
    yield from diagnosis.parameters
    yield from states_in(diagnosis)
    for cell in notebook.cells:
        yield cell.get("id", "")
        for tag in cell.metadata.get("tags", ()):
            yield from (tag, tag.replace(":", "-"))


# --- reading artefacts ---------------------------------------------------------------------------


def _texts_in(name: str, data: bytes, ours: frozenset[str]) -> set[str]:
    """The texts in an artefact that are not ours by structure; all of it if its format is unknown."""
    reader = _READERS.get(name.rpartition(".")[2], _plain)
    return set(reader(data, ours))


def _plain(data: bytes, _ours: frozenset[str]) -> Iterator[str]:
    yield data.decode("utf-8", "surrogateescape")


def _json(data: bytes, ours: frozenset[str]) -> Iterator[str]:
    try:
        yield from (text for text in _strings(json.loads(data)) if text not in ours)
    except (ValueError, RecursionError):
        yield from _plain(data, ours)


def _strings(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, list):
        for inner in item:
            yield from _strings(inner)
    elif isinstance(item, dict):
        yield from item
        for value in item.values():
            yield from _strings(value)


def _page(data: bytes, ours: frozenset[str]) -> Iterator[str]:
    from runbooklab.files import NoPayload, unpack_payload

    with suppress(NoPayload):
        yield from _json(unpack_payload(data), ours)
    page = _OWN_ELEMENTS.sub("\n", data.decode("utf-8", "surrogateescape"))
    at = 0
    for tag in _TAG.finditer(page):
        yield html.unescape(page[at : tag.start()])
        for value in _ATTRIBUTE.finditer(tag[0]):
            yield html.unescape(value[1] or value[2] or "")
        at = tag.end()
    yield html.unescape(page[at:])


def _markdown(data: bytes, ours: frozenset[str]) -> Iterator[str]:
    from runbooklab.report.markdown_text import unescaped

    yield from _plain(data, ours)
    yield from _plain(unescaped(data), ours)


_READERS: dict[str, Callable[[bytes, frozenset[str]], Iterator[str]]] = {
    "json": _json, "ipynb": _json, "html": _page, "md": _markdown,
}  # fmt: skip
