"""Runs in Jupyter's server before it writes a file: no secret of a notebook of ours reaches the disk."""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbooklab.jupyter.saved_form import is_ours, make_fit_to_save

if TYPE_CHECKING:
    from runbooklab.notebook.scratch import Handover
    from runbooklab.redaction import Vault

NOT_SAVED = (
    "Not saved, so that no password is written to the file: looking for secrets failed with {error}. "
    "The notebook in this page is unchanged."
)


class SaveHook:
    """A pre-save hook of a contents manager. Notebooks that are not ours stay as they are.

    ``handover`` is the file through which kernels share what they learned; without one, secrets are found by
    what they look like.
    """

    def __init__(self, handover: Handover | None) -> None:
        self._handover = handover
        self._vault: Vault | None = None

    def __call__(self, *, model: dict[str, Any], path: str, contents_manager: Any = None, **_: Any) -> None:
        """Change what ``model`` is about to write.

        Raises :class:`tornado.web.HTTPError` if that fails: Jupyter would else write what it was given.
        """
        try:
            folder = Path(getattr(contents_manager, "root_dir", ".") or ".", path).parent
            if model.get("type") == "notebook":
                model["content"] = self._fit(model.get("content"), folder)
            elif model.get("type") == "file" and path.endswith(".ipynb"):
                self._of_text(model, folder)
        except Exception as error:  # noqa: BLE001 # whatever it was, the file must not be written as it is
            from tornado.web import HTTPError

            # The error's own text may quote the secret.
            reason = NOT_SAVED.format(error=type(error).__name__)
            raise HTTPError(500, reason, reason="Not saved") from None

    def _fit(self, notebook: Any, folder: Path) -> Any:
        if not is_ours(notebook):
            return notebook
        import nbformat
        from nbformat.v4.rwbase import rejoin_lines

        node: Any = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call] # it has no types
        # A file, and some clients, have a text as a list of lines.
        rejoin_lines(node)  # type: ignore[no-untyped-call] # it has no types
        make_fit_to_save(node, self._known(), folder)
        return node

    def _of_text(self, model: dict[str, Any], folder: Path) -> None:
        """A notebook that is saved as a text, as from JupyterLab's editor, or uploaded."""
        encoded = model.get("format") == "base64"
        try:
            content = str(model.get("content") or "")
            text = base64.b64decode(content).decode() if encoded else content
            notebook = json.loads(text)
        except (ValueError, binascii.Error):  # it is no notebook, or a part of one
            return
        if not is_ours(notebook):
            return
        import nbformat

        safe = nbformat.writes(self._fit(notebook, folder)) + "\n"  # type: ignore[no-untyped-call] # it has no types
        if json.loads(safe) != notebook:
            model["content"] = base64.b64encode(safe.encode()).decode() if encoded else safe

    def _known(self) -> Vault:
        """What all kernels of this server have told so far."""
        from runbooklab.redaction import Vault

        vault = self._vault = self._vault or Vault()
        for met in self._handover.news() if self._handover is not None else ():
            vault.import_(met)
        return vault
