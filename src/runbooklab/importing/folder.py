"""Several files imported together: each becomes a runbook, and links between them lead on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from runbooklab.errors import UserError
from runbooklab.importing.judging import Judge
from runbooklab.importing.runbook import Draft, Imported, draft, finished
from runbooklab.importing.slugs import slugs_of
from runbooklab.importing.source import source_of


class Result(Struct, frozen=True):
    """What became of one file: a runbook, or why there is none."""

    name: str
    slug: str
    imported: Imported | None = None
    failure: str = ""


def import_all(files: Mapping[str, bytes], judge: Judge, inline: bool = False) -> list[Result]:
    """Imports files by their names, which are relative paths; a file that cannot be read stops no other."""
    slugs = slugs_of(files)
    drafts: dict[str, Draft | UserError] = {}
    for name in sorted(files):
        try:
            drafts[name] = draft(source_of(name, files[name]), judge, inline)
        except UserError as error:
            drafts[name] = error
    anchors = {slugs[name]: made.anchors for name, made in drafts.items() if isinstance(made, Draft)}
    there = {name: slug for name, slug in slugs.items() if isinstance(drafts[name], Draft)}
    return [_result(name, slugs[name], made, there, anchors) for name, made in drafts.items()]


def _result(
    name: str,
    slug: str,
    made: Draft | UserError,
    there: Mapping[str, str],
    anchors: Mapping[str, frozenset[str]],
) -> Result:
    if isinstance(made, UserError):
        return Result(name, slug, failure=_said(made, name))
    try:
        return Result(name, slug, finished(made, there, anchors))
    except UserError as error:
        return Result(name, slug, failure=_said(error, name))


def _said(error: UserError, name: str) -> str:
    text = str(error)
    return text if error.path is not None else f"{name}: {text}"
