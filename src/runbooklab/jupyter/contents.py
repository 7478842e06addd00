"""The contents manager of ``runbook open``: compiled notebooks can be read, run and copied, not saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from tornado.web import HTTPError

READ_ONLY = "{name} is compiled from runbooks/{stem}.md and is not saved here: use File > Save Notebook As."


class WorkingCopies(AsyncLargeFileManager):
    """Serves ``notebooks/<slug>.ipynb`` with ``runbooks/<slug>.md`` beside its folder as read-only."""

    async def get(self, path: str, *args: Any, **options: Any) -> dict[str, Any]:
        """A file's model, ``writable`` only if it may be saved."""
        model: dict[str, Any] = await super().get(path, *args, **options)
        if self._is_compiled(path):
            model["writable"] = False
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> Any:
        """Write a file; :class:`HTTPError` 403 for a compiled notebook."""
        self._refuse(path)
        return await super().save(model, path)

    async def delete_file(self, path: str) -> Any:
        """Delete a file; :class:`HTTPError` 403 for a compiled notebook."""
        self._refuse(path)
        return await super().delete_file(path)

    async def rename_file(self, old_path: str, new_path: str) -> Any:
        """Rename a file; :class:`HTTPError` 403 for a compiled notebook."""
        self._refuse(old_path)
        self._refuse(new_path)
        return await super().rename_file(old_path, new_path)

    async def restore_checkpoint(self, checkpoint_id: str, path: str) -> Any:
        """Go back to a checkpoint; :class:`HTTPError` 403 for a compiled notebook."""
        self._refuse(path)
        return await super().restore_checkpoint(checkpoint_id, path)

    def _refuse(self, path: str) -> None:
        if self._is_compiled(path):
            name = Path(path.strip("/"))
            line = READ_ONLY.format(name=name.name, stem=name.stem)
            raise HTTPError(403, line, reason=line)

    def _is_compiled(self, path: str) -> bool:
        place = Path(self._get_os_path(path))
        runbook = place.parent.parent / "runbooks" / f"{place.stem}.md"
        return place.suffix == ".ipynb" and place.parent.name == "notebooks" and runbook.is_file()
