"""Building a suite's notebooks from its runbooks, and carrying edits in a notebook back."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from runbooklab.authoring.compile import OURS, compile_file, content_sha256, text_sha256
from runbooklab.authoring.decompile import decompile
from runbooklab.authoring.frontmatter import read_text
from runbooklab.authoring.notebook_shape import fault_of
from runbooklab.authoring.project import SLUG, Suite
from runbooklab.errors import UserError
from runbooklab.files import read_of_user, write_atomic
from runbooklab.redaction import TOKEN, find_secrets, is_weak

#: How text begins that stands for a password to be put in: ``<password>``, ``${PASSWORD}``, ``{password}``.
_STANDS_FOR = "<$%{"

#: Is given a notebook with outputs before it is compiled over, to keep them elsewhere.
Keep = Callable[[Path], None]


def build(suite: Suite, check: bool = False, force: bool = False, keep: Keep = lambda _: None) -> list[Path]:
    """Compile every runbook; the notebooks that were not what their runbook says.

    With ``check`` nothing is written, and notebooks without a runbook are returned too. A notebook
    with edits that are not in its runbook is not overwritten unless ``force``: :class:`UserError`.
    """
    compiled = {suite.notebook(path.stem): compile_file(path) for path in suite.runbooks()}
    drifted = [path for path, data in compiled.items() if _bytes(path) != data]
    if check:
        notebooks = sorted((suite.root / "notebooks").glob("*.ipynb"))
        return drifted + [path for path in notebooks if path not in compiled]
    if not force:
        for path in drifted:
            _refuse_edited(path)
    if drifted:
        (suite.root / "notebooks").mkdir(exist_ok=True)
    for path in drifted:
        if holds_outputs(path):
            keep(path)
        _write(path, compiled[path])
    return drifted


def from_notebook(
    suite: Suite,
    notebook: Path,
    force: bool = False,
    as_defaults: bool = False,
    keep: Keep = lambda _: None,
) -> tuple[Path, tuple[str, ...]]:
    """Carry the edits in ``notebook`` back into its runbook and compile it again.

    Returns the runbook's path and what was not carried back (outputs, the values of a run unless
    ``as_defaults``), one sentence each. If the runbook was changed since the notebook was compiled, or
    ``notebook`` is a copy and the suite's own notebook was edited too, one side would be lost:
    :class:`UserError` unless ``force``. So is a secret that would get into the runbook, in any case.
    """
    content = read_notebook(notebook)
    ours = content.get("metadata", {}).get(OURS, {})
    slug = str(ours.get("slug", ""))
    if not SLUG.fullmatch(slug):
        raise UserError("was not compiled from a runbook", notebook, hint="see `runbook build --help`")
    runbook = suite.runbook(slug)
    original = read_text(runbook) if runbook.is_file() else None
    try:
        text, notes = decompile(content, original, as_defaults=as_defaults)
    except UserError as error:
        raise UserError(error.message, notebook, hint=error.hint) from None
    if not force and original not in (None, text):
        _refuse_changed(runbook, original or "", str(ours.get("sha256", "")))
    if not force and notebook.resolve() != suite.notebook(slug).resolve():
        _refuse_edited(suite.notebook(slug))
    _refuse_secrets(text, original or "", notebook)
    if original != text:
        _write(runbook, _ended_as(_bytes(runbook) or b"", text))
    if holds_outputs(suite.notebook(slug)):
        keep(suite.notebook(slug))
    build_one(suite, slug)
    return runbook, notes


def _ended_as(before: bytes, text: str) -> bytes:
    """The text as bytes, with the byte order mark and the line ends of the file before."""
    data = text.removeprefix("\ufeff").encode()
    if before.count(b"\r\n") == before.count(b"\n") > 0:
        data = data.replace(b"\n", b"\r\n")
    return BOM_UTF8 + data if before.startswith(BOM_UTF8) else data


def build_one(suite: Suite, slug: str) -> None:
    """Compile one runbook over its notebook, edited or not."""
    data = compile_file(suite.runbook(slug))
    if _bytes(suite.notebook(slug)) != data:
        _write(suite.notebook(slug), data)


def is_older(suite: Suite, slug: str) -> bool:
    """Whether the runbook was changed since its notebook was compiled; False if either can't be read."""
    try:
        ours = read_notebook(suite.notebook(slug)).get("metadata", {}).get(OURS, {})
        return bool(ours.get("sha256") != text_sha256(read_text(suite.runbook(slug))))
    except UserError:
        return False


def is_edited(notebook: dict[str, Any]) -> bool:
    """Whether a person has edited the notebook since it was compiled; outputs are not edits."""
    ours = notebook.get("metadata", {}).get(OURS, {})
    return bool(ours.get("cells_sha256") != content_sha256(notebook.get("cells", ())))


def holds_outputs(path: Path) -> bool:
    """Whether somebody ran the notebook at ``path`` and saved it; a file that is no notebook holds none."""
    try:
        return has_outputs(read_notebook(path))
    except UserError:
        return False


def has_outputs(notebook: dict[str, Any]) -> bool:
    """Whether somebody ran the notebook and saved it."""
    return any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])


def _refuse_secrets(text: str, original: str, notebook: Path) -> None:
    """A runbook is shared: nothing that looks like a secret gets into it that was not in it before."""
    before = {found.value for found in find_secrets(original)}
    for found in find_secrets(text):
        if found.value not in before and not is_weak(found.value) and found.value[0] not in _STANDS_FOR:
            _refuse_secret(text, found.start, notebook, "a secret")
    if (token := TOKEN.search(text)) and token[0] not in original:
        _refuse_secret(text, token.start(), notebook, "the token of a secret")


def _refuse_secret(text: str, at: int, notebook: Path, what: str) -> NoReturn:
    raise UserError(
        f"would put {what} into line {text.count(chr(10), 0, at) + 1} of its runbook",
        notebook,
        hint="take it out, or write env:NAME, file:/path or <password> in its place",
    )


def _refuse_edited(path: Path) -> None:
    if path.is_file() and is_edited(read_notebook(path)):
        raise UserError(
            "has edits that are not in its runbook",
            path,
            hint=f"carry them back with `runbook build --from-notebook {path}`, or discard them with --force",
        )


def _refuse_changed(runbook: Path, original: str, compiled_from: str) -> None:
    if text_sha256(original) != compiled_from:
        raise UserError(
            "was changed since the notebook was built, and the notebook was edited too",
            runbook,
            hint="`runbook build --force` keeps the runbook, --from-notebook with --force the notebook",
        )


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook of format 4 as plain dicts and lists. Raises :class:`UserError` for anything else."""
    return notebook_in(read_of_user(path, ""), path)


def notebook_in(data: bytes, path: Path) -> dict[str, Any]:
    """The same of ``data``, which was read from ``path``."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        fault = "it is not JSON"
    else:
        fault = fault_of(content)
    if fault:
        raise UserError(f"is not a notebook: {fault}", path, hint="restore it, or delete it and build again")
    return dict(content)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(path: Path, data: bytes) -> None:
    try:
        write_atomic(path, data)
    except OSError as error:
        raise UserError(f"cannot be written: {error.strerror}", path) from None
