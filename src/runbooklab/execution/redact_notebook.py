"""Moves secrets out of a run's parameters and notebook before anything is written.

A token replaces each; the kernel gets the value in a file without a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from runbooklab.execution.redact_source import source_without_secrets
from runbooklab.files import is_reference
from runbooklab.notebook.target import redacted
from runbooklab.redaction import find_secrets, without_secrets

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

_OURS = re.compile(r"application/vnd\.runbooklab\.")
_MARKUP = {"text/html", "image/svg+xml"}
_PARAMETER_TAGS = {"parameters", "injected-parameters"}


def parameters_without_secrets(
    parameters: Mapping[str, Any], secret_names: Collection[str], vault: Vault
) -> dict[str, Any]:
    """The parameters with each secret learned by ``vault`` and replaced by its token.

    ``secret_names``: parameters whose whole value is a secret, unless it names where the secret is.
    """
    whole = {
        name: vault.learn(value)
        for name, value in parameters.items()
        if name in secret_names and isinstance(value, str) and value and not is_reference(value)
    }
    return redacted({**parameters, **whole}, vault)


def take_secrets_out(notebook: Any, vault: Vault) -> None:
    """Replace the secrets in a notebook that papermill has put parameters into, in place."""
    safe = _take_secrets_out_of_record(notebook, vault)
    if safe:
        for cell in notebook.cells:
            if "injected-parameters" in cell.metadata.get("tags", ()):
                cell["source"] = _parameters_source(notebook, safe)
    for cell in notebook.cells:
        if _PARAMETER_TAGS & set(cell.metadata.get("tags", ())):
            cell["source"] = source_without_secrets(cell["source"], vault, _secret_names(notebook))


def _take_secrets_out_of_record(notebook: Any, vault: Vault) -> dict[str, Any]:
    """The parameters that papermill recorded in the notebook, without their secrets, there too."""
    recorded = notebook.metadata.get("papermill", {})
    given = recorded.get("parameters") or {}
    if given:
        recorded["parameters"] = parameters_without_secrets(given, _secret_names(notebook), vault)
    return dict(recorded.get("parameters") or {})


def take_secrets_out_of_cells(notebook: Any, vault: Vault, published: Collection[str] = ()) -> None:
    """Replace the secrets in what a person wrote into the cells and the notebook's metadata, in place.

    ``published``: sources that are as the runbook has them; examples in its prose are no secrets.
    """
    secret_names = _secret_names(notebook)
    _take_secrets_out_of_record(notebook, vault)
    for cell in notebook.cells:
        if cell["source"] in published:
            continue
        if cell.cell_type == "code":
            cell["source"] = source_without_secrets(cell["source"], vault, secret_names)
        else:
            cell["source"] = without_secrets(cell["source"], vault)
    for name, value in notebook.metadata.items():
        if name not in ("runbooklab", "kernelspec", "language_info"):
            notebook.metadata[name] = _record_without_secrets(value, vault)
    for cell in notebook.cells:
        for part in ("metadata", "attachments"):
            if part in cell:
                cell[part] = _record_without_secrets(cell[part], vault)


def take_secrets_out_of_outputs(notebook: Any, vault: Vault, published: Collection[str] = ()) -> None:
    """Replace the secrets in what cells printed, displayed and raised, in place.

    What our own cells display is redacted when they make it. This is for the cells of others: a
    ``print(url)``, or an exception whose traceback quotes the line with the password.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    foreign = [output for output in outputs if not _is_ours(output)]
    for output in foreign:
        _each_text(output, lambda mime, text: _without_secrets(mime, text, vault))
        for mime, content in output.get("data", {}).items():
            if not isinstance(content, str):
                output["data"][mime] = _record_without_secrets(content, vault)
        if output.get("metadata"):
            output["metadata"] = _record_without_secrets(output["metadata"], vault)
    for output in foreign:  # a secret found in one may also be in an earlier one
        _each_text(output, lambda _, text: vault.redact(text))
    for output in outputs:
        known_secrets_out_of(output, vault, found=False)
    _change_written(notebook, lambda text: text if text in published else vault.redact(text, ours="nowhere"))


def known_secrets_out_of(output: Any, vault: Vault, *, found: bool = True) -> None:
    """Replace what ``vault`` knows in one output, or in the content of a message that is one, in place.

    What was only found in a text is not replaced in our own texts: a log may hold words of ours; without
    ``found`` also not in those of others.
    """
    if _is_ours(output) or not found:
        _each_text(output, lambda _, text: vault.redact(text, found=False, ours="nowhere"))
    else:
        _each_text(output, lambda _, text: vault.redact(text))


def _is_ours(output: Any) -> bool:
    return _OURS.search(" ".join(output.get("data", {}))) is not None


def change_texts_of(notebook: Any, change: Callable[[str], str]) -> None:
    """Change each text in the notebook's outputs, and what its author wrote, in place."""
    _change_written(notebook, change)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            _each_text(output, lambda _, text: change(text))


def _change_written(notebook: Any, change: Callable[[str], str]) -> None:
    """Change what the notebook's author and papermill wrote: its cells, its front matter, where it ran."""
    for cell in notebook.cells:
        cell["source"] = change(cell["source"])
    ours = notebook.metadata.get("runbooklab", {})
    if "front_matter" in ours:
        ours["front_matter"] = change(ours["front_matter"])
    if "papermill" in notebook.metadata:
        notebook.metadata["papermill"] = _changed(notebook.metadata["papermill"], change)


def without_outputs(notebook: Any) -> Any:
    """The notebook as it was written, without outputs and parameter values, in place."""
    notebook.metadata.pop("papermill", None)
    notebook.cells = [
        cell for cell in notebook.cells if not _PARAMETER_TAGS & set(cell.metadata.get("tags", ()))
    ]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def _without_secrets(mime: str, text: str, vault: Vault) -> str:
    if mime not in _MARKUP:
        return without_secrets(text, vault)
    from runbooklab.redaction import redact_html

    return redact_html(text, vault)


def _each_text(output: Any, change: Callable[[str, str], str]) -> None:
    """Change each text of an output; ``change`` gets its MIME type and the text."""
    for field in ("text", "evalue", "traceback"):
        if field in output:
            output[field] = _changed(output[field], partial(change, "text/plain"))
    if "data" in output:
        output["data"] = {
            mime: _changed(content, partial(change, mime)) for mime, content in output["data"].items()
        }


def _changed(item: Any, change: Callable[[str], str]) -> Any:
    if isinstance(item, str):
        return change(item)
    if isinstance(item, list | tuple):
        return [_changed(part, change) for part in item]
    if isinstance(item, dict):
        return {change(name): _changed(part, change) for name, part in item.items()}
    return item


def _record_without_secrets(record: Any, vault: Vault) -> Any:
    """``record``, as JSON has it, without secrets; the name of a value may say that it is one."""
    for found in find_secrets(json.dumps(record, ensure_ascii=False)):
        vault.learn(found.value, in_url=found.in_url, found=True)
    return _changed(record, lambda text: without_secrets(text, vault))


def _secret_names(notebook: Any) -> frozenset[str]:
    from runbooklab.authoring.frontmatter import examine

    front, _ = examine(notebook.metadata["runbooklab"].get("front_matter", ""))
    return frozenset(parameter.name for parameter in front.parameters if parameter.secret)


def _parameters_source(notebook: Any, parameters: Mapping[str, Any]) -> str:
    from papermill.translators import translate_parameters

    kernelspec = notebook.metadata.get("kernelspec", {})
    source: str = translate_parameters(
        kernelspec.get("name", "python3"), kernelspec.get("language", "python"), parameters, "Parameters"
    )
    return source
